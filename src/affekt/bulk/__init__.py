"""A model over a whole table on one machine: constant memory, row errors kept, resumable.

Takes any object that can predict; does not know which scorer is behind it.
"""

from affekt.bulk.columns import LabelledRows, label_columns
from affekt.bulk.label_sets import Form, LabelSets, Predictor, predict_rows
from affekt.bulk.labelling import Described, Interrupted, Progress, Summary, label_table

__all__ = [
    "Described",
    "Form",
    "Interrupted",
    "LabelSets",
    "LabelledRows",
    "Predictor",
    "Progress",
    "Summary",
    "label_columns",
    "label_table",
    "predict_rows",
]
