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
from affekt.training.vocabulary import (
    add_vocabulary,
    apart,
    frequent_descriptors,
    make_vocabulary,
    normal_form,
    store_vocabulary,
)
from affekt.training.wordings import draw_wordings

__all__ = [
    "PRECISIONS",
    "Backbone",
    "BertShape",
    "DualNetwork",
    "Inference",
    "Precision",
    "Recipe",
    "TrainingData",
    "TrainingText",
    "add_vocabulary",
    "apart",
    "bert_graph",
    "calibrate",
    "descriptor_targets",
    "draw_wordings",
    "find_backbone",
    "frequent_descriptors",
    "human_loss",
    "infer_axes",
    "infer_closed_labels",
    "make_vocabulary",
    "mean_states",
    "normal_form",
    "read_recipe",
    "read_texts",
    "read_training_data",
    "sigmoid_contrast",
    "store_vocabulary",
    "train",
]
