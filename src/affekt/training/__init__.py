"""Everything that changes weights: recipes, the dual encoder's losses and loop, export to ONNX.

Needs the extra `train`; the models that it writes do not.
"""

from affekt.training.backbone import Backbone, find_backbone, mean_states
from affekt.training.calibration import calibrate
from affekt.training.graph import PRECISIONS, BertShape, Precision, bert_graph
from affekt.training.inference import Inference, infer_axes, infer_closed_labels
from affekt.training.losses import descriptor_targets, human_loss, sigmoid_contrast
from affekt.training.network import DualNetwork, read_texts
from affekt.training.reading import TrainingData, TrainingText, read_training_data
from affekt.training.recipe import Recipe, read_recipe
from affekt.training.run import train
from affekt.training.static_network import Lexicon, StaticNetwork, read_static
from affekt.training.static_recipe import StaticRecipe, Student, read_static_recipe
from affekt.training.teaching import Answers, Questions, ask, read_questions
from affekt.training.wordings import draw_wordings

__all__ = [
    "PRECISIONS",
    "Answers",
    "Backbone",
    "BertShape",
    "DualNetwork",
    "Inference",
    "Lexicon",
    "Precision",
    "Questions",
    "Recipe",
    "StaticNetwork",
    "StaticRecipe",
    "Student",
    "TrainingData",
    "TrainingText",
    "ask",
    "bert_graph",
    "calibrate",
    "descriptor_targets",
    "draw_wordings",
    "find_backbone",
    "human_loss",
    "infer_axes",
    "infer_closed_labels",
    "mean_states",
    "read_questions",
    "read_recipe",
    "read_static",
    "read_static_recipe",
    "read_texts",
    "read_training_data",
    "sigmoid_contrast",
    "train",
]
