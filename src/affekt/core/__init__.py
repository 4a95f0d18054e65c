"""The nouns: labels, items, scores, predictions, evidence; the protocols; the errors.

Knows numpy and nothing else: no files, no models, no screens.
"""

from affekt.core.errors import (
    AffektError,
    CorpusError,
    InputError,
    LabelError,
    MissingColumn,
    MissingExtra,
    ModelError,
    RecipeError,
)
from affekt.core.items import Conversation, Item, Turn
from affekt.core.labels import (
    AXIS_RANGE,
    KINDS,
    LEVELS,
    NO_EMOTION,
    Kind,
    Label,
    LabelSpace,
    name_key,
    split_names,
)
from affekt.core.poles import POLES, Poles
from affekt.core.protocols import Decision, Embedder, Locator, Scorer
from affekt.core.scores import Evidence, FloatArray, Prediction, Scores, Usage
from affekt.core.spaces import OPEN, SPACES, grouped_by_space, named_space
from affekt.core.translations import english_label, label_languages, translated, with_translations

__all__ = [
    "AXIS_RANGE",
    "KINDS",
    "LEVELS",
    "NO_EMOTION",
    "OPEN",
    "POLES",
    "SPACES",
    "AffektError",
    "Conversation",
    "CorpusError",
    "Decision",
    "Embedder",
    "Evidence",
    "FloatArray",
    "InputError",
    "Item",
    "Kind",
    "Label",
    "LabelError",
    "LabelSpace",
    "Locator",
    "MissingColumn",
    "MissingExtra",
    "ModelError",
    "Poles",
    "Prediction",
    "RecipeError",
    "Scorer",
    "Scores",
    "Turn",
    "Usage",
    "english_label",
    "grouped_by_space",
    "label_languages",
    "name_key",
    "named_space",
    "split_names",
    "translated",
    "with_translations",
]
