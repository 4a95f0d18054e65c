"""Figures of gold and predictions, and their bootstrap intervals: pure functions on numpy arrays.

An undefined figure is NaN, never 0. Every figure is a function of the items' weights, so one
bootstrap serves all. Knows neither corpora nor models.
"""

from affekt.metrics.agreement import Moments, absolute_error, spearman
from affekt.metrics.bootstrap import Estimate, Statistic, bootstrap, resamples
from affekt.metrics.calibration import BINS, brier, brier_skill, calibration_error
from affekt.metrics.ranking import Areas, ranking_areas, ranking_precision
from affekt.metrics.sets import RiskCoverage, label_sets, risk_coverage
from affekt.metrics.suites import (
    dimensional,
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
    "Estimate",
    "Moments",
    "RiskCoverage",
    "Statistic",
    "Tally",
    "absolute_error",
    "bootstrap",
    "brier",
    "brier_skill",
    "calibration_error",
    "dimensional",
    "exact_match",
    "hit",
    "jaccard",
    "label_sets",
    "multi_label",
    "ordinal",
    "probabilistic",
    "ranking_areas",
    "ranking_precision",
    "resamples",
    "risk_coverage",
    "single_label",
    "spearman",
    "together",
]
