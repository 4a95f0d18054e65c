"""From a model and a corpus to a report: figures with intervals beside trivial rules, and what was said of each item.

Knows models by what they promise and corpora; knows nothing of how models were trained, nor of screens.
"""

from affekt.evaluation.evaluating import Mode, evaluate
from affekt.evaluation.items import ItemTable
from affekt.evaluation.judging import EvaluatedModel
from affekt.evaluation.presenting import present, present_several
from affekt.evaluation.report import SCHEMA, Calibration, Figure, LabelReport, Report
from affekt.evaluation.rules import (
    CAUSE_POSITIONS,
    TRIGGER_POSITIONS,
    Rules,
    best_fixed_set,
    cause_rules,
    dimensional_rules,
    multi_label_rules,
    ordinal_rules,
    position_rules,
    rater_rules,
    single_label_rules,
    trigger_rules,
)
from affekt.evaluation.writing import replacing

__all__ = [
    "CAUSE_POSITIONS",
    "SCHEMA",
    "TRIGGER_POSITIONS",
    "Calibration",
    "EvaluatedModel",
    "Figure",
    "ItemTable",
    "LabelReport",
    "Mode",
    "Report",
    "Rules",
    "best_fixed_set",
    "cause_rules",
    "dimensional_rules",
    "evaluate",
    "multi_label_rules",
    "ordinal_rules",
    "position_rules",
    "present",
    "present_several",
    "rater_rules",
    "replacing",
    "single_label_rules",
    "trigger_rules",
]
