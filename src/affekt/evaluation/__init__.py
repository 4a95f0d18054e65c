"""From a model and a corpus to a report: figures with intervals beside trivial rules, and what was said of each item.

Knows models by what they promise and corpora; knows nothing of how models were trained, nor of screens.
"""

from affekt.evaluation.comparing import Comparison, Difference, compare
from affekt.evaluation.contamination import TrainingData, TrainingTexts, training_data
from affekt.evaluation.evaluating import Mode, evaluate
from affekt.evaluation.items import ItemTable
from affekt.evaluation.judging import EvaluatedModel
from affekt.evaluation.overlap import NEAR, Overlap, overlap
from affekt.evaluation.presenting import present, present_several
from affekt.evaluation.probing import ProbeReport, probe
from affekt.evaluation.report import SCHEMA, Calibration, Figure, LabelReport, Report
from affekt.evaluation.rules import (
    CAUSE_POSITIONS,
    TRIGGER_POSITIONS,
    Rules,
    best_fixed_set,
    cause_rules,
    dimensional_rules,
    inertia_rules,
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
    "NEAR",
    "SCHEMA",
    "TRIGGER_POSITIONS",
    "Calibration",
    "Comparison",
    "Difference",
    "EvaluatedModel",
    "Figure",
    "ItemTable",
    "LabelReport",
    "Mode",
    "Overlap",
    "ProbeReport",
    "Report",
    "Rules",
    "TrainingData",
    "TrainingTexts",
    "best_fixed_set",
    "cause_rules",
    "compare",
    "dimensional_rules",
    "evaluate",
    "inertia_rules",
    "multi_label_rules",
    "ordinal_rules",
    "overlap",
    "position_rules",
    "present",
    "present_several",
    "probe",
    "rater_rules",
    "replacing",
    "single_label_rules",
    "training_data",
    "trigger_rules",
]
