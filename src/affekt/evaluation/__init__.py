"""From a model and a corpus to a report: figures with intervals beside trivial rules, and what was said of each item.

Knows models by what they promise and corpora; knows nothing of how models were trained, nor of screens.
"""

from affekt.evaluation.chart import chart_html, chart_svg
from affekt.evaluation.error_rates import adjusted_counts, rogan_gladen
from affekt.evaluation.evaluating import Mode, evaluate
from affekt.evaluation.intervals import exact_share, t_quantile, wilson
from affekt.evaluation.items import ItemTable
from affekt.evaluation.judged import FreshFile, JudgedFile, Labeller, open_labelled
from affekt.evaluation.judging import EvaluatedModel
from affekt.evaluation.prevalence import Estimate, Rows, Sample, estimate_groups, estimate_whole, sample_alone
from affekt.evaluation.report import SCHEMA, Calibration, Figure, LabelReport, Report
from affekt.evaluation.rules import (
    Rules,
    best_fixed_set,
    dimensional_rules,
    multi_label_rules,
    ordinal_rules,
    single_label_rules,
)
from affekt.evaluation.sample_size import rows_for_mean, rows_for_share
from affekt.evaluation.summarizing import summarize
from affekt.evaluation.summary import WHOLE_FILE, Correction, Line, Summary
from affekt.evaluation.writing import replacing

__all__ = [
    "SCHEMA",
    "WHOLE_FILE",
    "Calibration",
    "Correction",
    "Estimate",
    "EvaluatedModel",
    "Figure",
    "FreshFile",
    "ItemTable",
    "JudgedFile",
    "LabelReport",
    "Labeller",
    "Line",
    "Mode",
    "Report",
    "Rows",
    "Rules",
    "Sample",
    "Summary",
    "adjusted_counts",
    "best_fixed_set",
    "chart_html",
    "chart_svg",
    "dimensional_rules",
    "estimate_groups",
    "estimate_whole",
    "evaluate",
    "exact_share",
    "multi_label_rules",
    "open_labelled",
    "ordinal_rules",
    "replacing",
    "rogan_gladen",
    "rows_for_mean",
    "rows_for_share",
    "sample_alone",
    "single_label_rules",
    "summarize",
    "t_quantile",
    "wilson",
]
