"""The model directory, its manifest and card; names → models; the bundled weights.

Knows how scorers are stored; knows nothing of how they were trained.
"""

from affekt.models.directory import (
    BUNDLED,
    LABEL_TOWER,
    MANIFEST,
    SCHEMA,
    SCORER,
    STATIC_SCORER,
    load_directory,
    read_manifest,
    store_decision,
    verify,
)
from affekt.models.model import Model
from affekt.models.names import ModelInfo, available, find, load

__all__ = [
    "BUNDLED",
    "LABEL_TOWER",
    "MANIFEST",
    "SCHEMA",
    "SCORER",
    "STATIC_SCORER",
    "Model",
    "ModelInfo",
    "available",
    "find",
    "load",
    "load_directory",
    "read_manifest",
    "store_decision",
    "verify",
]
