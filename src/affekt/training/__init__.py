"""Everything that changes weights: recipes, the dual encoder's losses and loop, export to ONNX.

Needs the extra `train`; the models that it writes do not.
"""

from affekt.training.graph import BertShape, bert_graph
from affekt.training.recipe import Recipe, read_recipe
from affekt.training.run import train

__all__ = ["BertShape", "Recipe", "bert_graph", "read_recipe", "train"]
