"""The ONNX runtime: towers, the dual encoder, its heads; scorers and embedders without torch.

Knows files of weights and what they compute; knows nothing of training or of model names.
"""

from affekt.encoder.dual import Correcting, DualEncoder
from affekt.encoder.heads import Heads, ImpliedAxes, Prior, SpaceHead, sigmoid, unit
from affekt.encoder.ngrams import NgramHead
from affekt.encoder.opposites import Reading, axis_readings, pole_wordings
from affekt.encoder.static import StaticTower, StaticWeights, word_buckets
from affekt.encoder.tensors import read_tensors
from affekt.encoder.tower import (
    LEAST_POSITIONS,
    Encoded,
    TextTower,
    Tower,
    open_session,
    read_tokenizer,
)
from affekt.encoder.vocabulary import LISTED, Vocabulary
from affekt.encoder.words import BlockTable, Words, WordTable, pack_nibbles, quantize_blocks, read_words

__all__ = [
    "LEAST_POSITIONS",
    "LISTED",
    "BlockTable",
    "Correcting",
    "DualEncoder",
    "Encoded",
    "Heads",
    "ImpliedAxes",
    "NgramHead",
    "Prior",
    "Reading",
    "SpaceHead",
    "StaticTower",
    "StaticWeights",
    "TextTower",
    "Tower",
    "Vocabulary",
    "WordTable",
    "Words",
    "axis_readings",
    "open_session",
    "pack_nibbles",
    "pole_wordings",
    "quantize_blocks",
    "read_tensors",
    "read_tokenizer",
    "read_words",
    "sigmoid",
    "unit",
    "word_buckets",
]
