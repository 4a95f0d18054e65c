"""Figures of gold and predictions, and their bootstrap intervals: pure functions on numpy arrays.

An undefined figure is NaN, never 0. Every figure is a function of the items' weights, so one
bootstrap serves all. Knows neither corpora nor models.
"""

from affekt.metrics.agreement import Moments, absolute_error, spearman
from affekt.metrics.bootstrap import Estimate, Statistic, bootstrap, resamples
from affekt.metrics.calibration import BINS, brier, brier_skill, calibration_error
from affekt.metrics.comparison import Difference, approximate_randomisation, holm, paired_bootstrap
from affekt.metrics.ranking import Areas, ranking_areas, ranking_precision
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
    "Statistic",
    "Tally",
    "absolute_error",
    "approximate_randomisation",
    "bootstrap",
    "brier",
    "brier_skill",
    "calibration_error",
    "dimensional",
    "exact_match",
    "guessed",
    "hit",
    "holm",
    "jaccard",
    "multi_label",
    "ordinal",
    "paired_bootstrap",
    "probabilistic",
    "ranking_areas",
    "ranking_precision",
    "resamples",
    "single_label",
    "spearman",
    "together",
]
