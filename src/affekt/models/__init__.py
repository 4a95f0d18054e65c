"""The model directory, its manifest and card; names → models; the bundled weights.

Knows how scorers are stored; knows nothing of how they were trained.
"""

from affekt.models.directory import MANIFEST, SCHEMA, load_directory, read_manifest, verify
from affekt.models.model import Model
from affekt.models.names import ModelInfo, available, load

__all__ = [
    "MANIFEST",
    "SCHEMA",
    "Model",
    "ModelInfo",
    "available",
    "load",
    "load_directory",
    "read_manifest",
    "verify",
]
