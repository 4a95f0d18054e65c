"""Figures of gold and predictions, and their bootstrap intervals: pure functions on numpy arrays.

An undefined figure is NaN, never 0. Every figure is a function of the items' weights, so one
bootstrap serves all. Knows neither corpora nor models.
"""

from affekt.metrics.agreement import Moments, absolute_error, spearman, within_one
from affekt.metrics.bootstrap import Estimate, Statistic, bootstrap, resamples
from affekt.metrics.calibration import BINS, brier, brier_skill, calibration_error, calibration_estimates
from affekt.metrics.comparison import (
    Difference,
    approximate_randomisation,
    holm,
    on_one_scale,
    paired_bootstrap,
)
from affekt.metrics.curves import (
    PrecisionRecall,
    Reliability,
    RiskCoverage,
    precision_recall_curve,
    reliability,
    risk_coverage_area,
    risk_coverage_curve,
)
from affekt.metrics.descriptors import grouped, matched, overlap, synonym_groups
from affekt.metrics.evidence import (
    from_the_end,
    named_turns,
    pair_figures,
    pair_ratios,
    pairs,
    spans,
    word_f1,
)
from affekt.metrics.matrices import confusion_matrix, cooccurrence, label_correlation
from affekt.metrics.ranking import Areas, ranking_areas, ranking_precision
from affekt.metrics.raters import above_chance, against_raters, cross_entropy, distributions, jensen_shannon
from affekt.metrics.ratios import Ratios
from affekt.metrics.sets import label_sets
from affekt.metrics.suites import (
    dimensional,
    guessed,
    multi_label,
    ordinal,
    probabilistic,
    single_label,
    together,
)
from affekt.metrics.tallies import Tally, exact_match, hit, jaccard

__all__ = [
    "BINS",
    "Areas",
    "Difference",
    "Estimate",
    "Moments",
    "PrecisionRecall",
    "Ratios",
    "Reliability",
    "RiskCoverage",
    "Statistic",
    "Tally",
    "above_chance",
    "absolute_error",
    "against_raters",
    "approximate_randomisation",
    "bootstrap",
    "brier",
    "brier_skill",
    "calibration_error",
    "calibration_estimates",
    "confusion_matrix",
    "cooccurrence",
    "cross_entropy",
    "dimensional",
    "distributions",
    "exact_match",
    "from_the_end",
    "grouped",
    "guessed",
    "hit",
    "holm",
    "jaccard",
    "jensen_shannon",
    "label_correlation",
    "label_sets",
    "matched",
    "multi_label",
    "named_turns",
    "on_one_scale",
    "ordinal",
    "overlap",
    "pair_figures",
    "pair_ratios",
    "paired_bootstrap",
    "pairs",
    "precision_recall_curve",
    "probabilistic",
    "ranking_areas",
    "ranking_precision",
    "reliability",
    "resamples",
    "risk_coverage_area",
    "risk_coverage_curve",
    "single_label",
    "spans",
    "spearman",
    "synonym_groups",
    "together",
    "within_one",
    "word_f1",
]
