"""The model directory, its manifest and card; names → models; the bundled weights.

Knows how scorers are stored; knows nothing of how they were trained.
"""

from affekt.models.adapting import Adapted, LabelledTexts, adapt, check_target
from affekt.models.asked import LabelList, differ_by_text
from affekt.models.directory import load_directory
from affekt.models.files import replacing, write_whole
from affekt.models.manifest import (
    ADAPTED,
    BUNDLED,
    LABEL_TOWER,
    MANIFEST,
    OF_SEVERAL,
    SCHEMA,
    SCORER,
    STATIC_SCORER,
    VOCABULARY,
    label_tower_folder,
    read_card,
    read_manifest,
    store_decision,
    store_file,
    verify,
)
from affekt.models.model import Model
from affekt.models.names import ModelInfo, available, find, load

__all__ = [
    "ADAPTED",
    "BUNDLED",
    "LABEL_TOWER",
    "MANIFEST",
    "OF_SEVERAL",
    "SCHEMA",
    "SCORER",
    "STATIC_SCORER",
    "VOCABULARY",
    "Adapted",
    "LabelList",
    "LabelledTexts",
    "Model",
    "ModelInfo",
    "adapt",
    "available",
    "check_target",
    "differ_by_text",
    "find",
    "label_tower_folder",
    "load",
    "load_directory",
    "read_card",
    "read_manifest",
    "replacing",
    "store_decision",
    "store_file",
    "verify",
    "write_whole",
]
