"""Whether probabilities mean what they say: calibration error, Brier score, Brier skill; a column a label."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, mean, ratio
from affekt.metrics.curves import equal_mass_bins

BINS = 15
"""Bins of the calibration error."""


def calibration_error(gold: Bools, probabilities: NDArray[Any], bins: int = BINS) -> Floats:
    """Expected calibration error with bins of equal mass (Nguyen and O'Connor 2015).

    The mean over bins, weighted by their items, of the gap between mean probability and share of gold. Equal
    probabilities share a bin, so the figure does not depend on the order of the items.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`, no NaN.
        bins: their number.

    Returns:
        float64 `[labels]`; NaN where there are no items.
    """
    items, labels = gold.shape
    if items == 0:
        return np.full(labels, np.nan)
    errors = np.zeros(labels)
    for j in range(labels):
        p = probabilities[:, j].astype(np.float64)
        place = equal_mass_bins(p, bins)
        errors[j] = np.abs(np.bincount(place, weights=p - gold[:, j])).sum() / items
    return errors


def brier(gold: Bools, probabilities: NDArray[Any], weights: Weights | None = None) -> Floats:
    """Mean squared difference of probability and gold (Brier 1950), label by label.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`, or `[labels]` for the same ones everywhere.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., labels]`; NaN where there are no items.
    """
    squared = (np.asarray(probabilities, dtype=np.float64) - gold) ** 2
    return mean(as_weights(weights, len(gold)), squared)


def brier_skill(
    gold: Bools, probabilities: NDArray[Any], prior: NDArray[Any], weights: Weights | None = None
) -> Floats:
    """One minus the Brier score over that of always saying the prior: 1 perfect, 0 no better than the prior.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`.
        prior: `[labels]`, each label's share in data other than these.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., labels]`; NaN where the prior makes no error.
    """
    return 1 - ratio(brier(gold, probabilities, weights), brier(gold, prior, weights))
