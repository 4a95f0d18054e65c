"""From a model and a corpus to a report: figures with intervals beside trivial rules, and what was said of each item.

Knows models by what they promise and corpora; knows nothing of how models were trained, nor of screens.
"""

from affekt.evaluation.answer_lines import AnswerFile
from affekt.evaluation.comparing import Comparison, Difference, compare
from affekt.evaluation.contamination import TrainingData, TrainingTexts, training_data
from affekt.evaluation.error_rates import adjusted_counts, rogan_gladen
from affekt.evaluation.evaluating import Mode, evaluate
from affekt.evaluation.gold_texts import GoldTexts, gold_texts, is_file
from affekt.evaluation.intervals import exact_share, score_share, t_quantile, wilson
from affekt.evaluation.items import ItemTable
from affekt.evaluation.judged import FreshFile, JudgedFile, Labeller, open_labelled
from affekt.evaluation.judging import Describer, EvaluatedModel
from affekt.evaluation.overlap import NEAR, Overlap, overlap
from affekt.evaluation.presenting import present, present_several
from affekt.evaluation.prevalence import Estimate, Rows, Sample, estimate_groups, estimate_whole, sample_alone
from affekt.evaluation.probing import ProbeReport, probe
from affekt.evaluation.repeating import requested
from affekt.evaluation.report import SCHEMA, Calibration, Figure, LabelReport, Report
from affekt.evaluation.rules import (
    CAUSE_POSITIONS,
    TRIGGER_POSITIONS,
    Rules,
    best_fixed_set,
    dimensional_rules,
    inertia_rules,
    multi_label_rules,
    ordinal_rules,
    position_rules,
    rater_rules,
    single_label_rules,
)
from affekt.evaluation.sample_size import rows_for_mean, rows_for_share
from affekt.evaluation.stored_answers import StoredAnswers, answers_to, is_answer_file
from affekt.evaluation.summarizing import summarize
from affekt.evaluation.summary import WHOLE_FILE, Correction, Line, Summary
from affekt.evaluation.wording import worded_by
from affekt.evaluation.writing import replacing

__all__ = [
    "CAUSE_POSITIONS",
    "NEAR",
    "SCHEMA",
    "TRIGGER_POSITIONS",
    "WHOLE_FILE",
    "AnswerFile",
    "Calibration",
    "Comparison",
    "Correction",
    "Describer",
    "Difference",
    "Estimate",
    "EvaluatedModel",
    "Figure",
    "FreshFile",
    "GoldTexts",
    "ItemTable",
    "JudgedFile",
    "LabelReport",
    "Labeller",
    "Line",
    "Mode",
    "Overlap",
    "ProbeReport",
    "Report",
    "Rows",
    "Rules",
    "Sample",
    "StoredAnswers",
    "Summary",
    "TrainingData",
    "TrainingTexts",
    "adjusted_counts",
    "answers_to",
    "best_fixed_set",
    "compare",
    "dimensional_rules",
    "estimate_groups",
    "estimate_whole",
    "evaluate",
    "exact_share",
    "gold_texts",
    "inertia_rules",
    "is_answer_file",
    "is_file",
    "multi_label_rules",
    "open_labelled",
    "ordinal_rules",
    "overlap",
    "position_rules",
    "present",
    "present_several",
    "probe",
    "rater_rules",
    "replacing",
    "requested",
    "rogan_gladen",
    "rows_for_mean",
    "rows_for_share",
    "sample_alone",
    "score_share",
    "single_label_rules",
    "summarize",
    "t_quantile",
    "training_data",
    "wilson",
    "worded_by",
]
