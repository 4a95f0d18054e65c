"""Array types of the room, and the sums that every figure is made of.

Weights say how often each item counts: ones for the sample itself, counts for a bootstrap resample. Their
leading axes, one a resample, become the leading axes of every figure.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Weights = NDArray[np.floating[Any]]


def as_weights(weights: Weights | None, items: int) -> Weights:
    """The weights, or ones `[items]`."""
    return np.ones(items) if weights is None else weights


def total(weights: Weights, values: ArrayLike) -> Floats:
    """Sums over items.

    The product runs in the precision of the weights: float32 counts are exact up to 2^24 items, and half as
    dear as float64.

    Args:
        weights: `[..., items]`.
        values: `[items]` or `[items, columns]`.

    Returns:
        float64 `[...]` or `[..., columns]`.
    """
    return np.asarray(weights @ np.asarray(values, dtype=weights.dtype), dtype=np.float64)


def mean(weights: Weights, values: ArrayLike) -> Floats:
    """Means over items, shaped as `total`; NaN where the weights sum to 0."""
    sums = total(weights, values)
    count = weights.sum(axis=-1, dtype=np.float64)
    return ratio(sums, count.reshape(count.shape + (1,) * (sums.ndim - count.ndim)))


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Quotients; NaN, the mark of an undefined figure, where the denominator is 0."""
    below = np.asarray(denominator, dtype=np.float64)
    return np.asarray(numerator, dtype=np.float64) / np.where(below == 0, np.nan, below)
