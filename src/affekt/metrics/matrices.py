"""Labels against labels: which are taken for which, and which go together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, ratio


def confusion_matrix(gold: Bools, predicted: Bools, weights: Weights | None = None) -> Floats:
    """How often a label was said where another was true.

    Of exactly one label an item this is the usual matrix. Where any number of labels may apply, an item counts
    once for each pair of a gold and a predicted label, so that a row shows what is said beside a label as
    well as in its place.

    Args:
        gold: bool `[items, labels]`.
        predicted: bool `[items, labels]`; a row without True is an item of which nothing was said.
        weights: `[items]`, ones if left out.

    Returns:
        float64 `[labels + 1, labels + 1]`, gold in rows; the last row and column stand for no label.
    """
    w = as_weights(weights, len(gold))
    true, said = _with_none(gold), _with_none(predicted)
    return np.asarray((true * w[:, None]).T @ said)


def cooccurrence(labels: Bools) -> Floats:
    """How many items have both labels, float64 `[labels, labels]`; those with the one label on the diagonal.

    Args:
        labels: bool `[items, labels]`.

    Returns:
        The counts.
    """
    there = labels.astype(np.float64)
    return np.asarray(there.T @ there)


def label_correlation(labels: Bools) -> Floats:
    """Phi coefficient (Pearson's r of 0 and 1) of each pair of labels, float64 `[labels, labels]`.

    Args:
        labels: bool `[items, labels]`.

    Returns:
        The coefficients; NaN for a label that all items or none have.
    """
    share = labels.mean(axis=0) if len(labels) else np.full(labels.shape[1], np.nan)
    both = cooccurrence(labels) / max(1, len(labels))
    spread = np.sqrt(share * (1 - share))
    return ratio(both - np.outer(share, share), np.outer(spread, spread))


def _with_none(labels: NDArray[Any]) -> Floats:
    return np.column_stack([labels, ~labels.any(axis=1)]).astype(np.float64)
