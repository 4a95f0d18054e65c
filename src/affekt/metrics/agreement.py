"""Agreement of numbers: correlation, concordance, kappa, absolute error; a column an axis or label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, ratio, total

# A resample whose variance is below this share of the whole sample's is constant but for rounding.
_CONSTANT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Means, variances and covariance of gold and predicted values, float64 `[..., columns]` each.

    Variances are those of the items at hand (divided by their number, not by one less).
    """

    mean_gold: Floats
    mean_predicted: Floats
    variance_gold: Floats
    variance_predicted: Floats
    covariance: Floats

    @classmethod
    def of(cls, gold: NDArray[Any], predicted: NDArray[Any], weights: Weights | None = None) -> Moments:
        """Compute them over the items where both values are there.

        Args:
            gold: `[items, columns]`, NaN where a value is missing.
            predicted: `[items, columns]`, NaN where a value is missing.
            weights: `[..., items]`, ones if left out.

        Returns:
            The moments, with the leading axes of the weights; NaN for a column without items.

        Raises:
            ValueError: if the shapes differ.
        """
        there = _both(gold, predicted)
        w = as_weights(weights, len(gold))
        # Sums of squares of raw values would cancel in float32, those of standardised ones do not.
        x, centre_x, scale_x = _standardised(gold, there)
        y, centre_y, scale_y = _standardised(predicted, there)
        count = total(w, there)
        mean_x, mean_y = ratio(total(w, x), count), ratio(total(w, y), count)
        return cls(
            mean_x * scale_x + centre_x,
            mean_y * scale_y + centre_y,
            _floored(ratio(total(w, x * x), count) - mean_x**2) * scale_x**2,
            _floored(ratio(total(w, y * y), count) - mean_y**2) * scale_y**2,
            (ratio(total(w, x * y), count) - mean_x * mean_y) * scale_x * scale_y,
        )

    def pearson(self) -> Floats:
        """Pearson's r; NaN where either side is constant."""
        return ratio(self.covariance, np.sqrt(self.variance_gold * self.variance_predicted))

    def pearson_brighter(self) -> Floats:
        """Pearson's r by the rule of SemEval-2025 task 11 B: where either side is constant, 1 if both are the same, else 0.

        NaN only where there are no items.
        """
        same = np.isclose(self.mean_gold, self.mean_predicted, rtol=1e-5, atol=1e-6)
        steady = (self.variance_gold == 0) & (self.variance_predicted == 0)
        return np.where(self._constant(), np.where(steady & same, 1.0, 0.0), self.pearson())

    def pearson_semeval2018(self) -> Floats:
        """Pearson's r by the rule of SemEval-2018 task 1: 0 where either side is constant; NaN where there are no items."""
        return np.where(self._constant(), 0.0, self.pearson())

    def _constant(self) -> Bools:
        return np.asarray((self.variance_gold == 0) | (self.variance_predicted == 0))

    def concordance(self) -> Floats:
        """Lin's concordance correlation coefficient (1989); 0 where one side is constant, NaN where both are the same constant.

        On whole levels this is Cohen's kappa with quadratic weights (1968): one minus the mean squared
        difference over the one expected if the two sides were paired at random.
        """
        gap = (self.mean_gold - self.mean_predicted) ** 2
        return ratio(2 * self.covariance, self.variance_gold + self.variance_predicted + gap)


def absolute_error(gold: NDArray[Any], predicted: NDArray[Any], weights: Weights | None = None) -> Floats:
    """Mean absolute error over the items where both values are there.

    Args:
        gold: `[items, columns]`, NaN where a value is missing.
        predicted: `[items, columns]`, NaN where a value is missing.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., columns]`; NaN for a column without items.
    """
    there = _both(gold, predicted)
    w = as_weights(weights, len(gold))
    difference = np.where(there, np.abs(np.subtract(gold, predicted, dtype=np.float64)), 0)
    return ratio(total(w, difference), total(w, there))


def within_one(gold: NDArray[Any], levels: NDArray[Any], weights: Weights | None = None) -> Floats:
    """Share of items whose level is at most one off, over the items where both are there.

    Args:
        gold: `[items, columns]`, NaN where a level is missing.
        levels: `[items, columns]`, NaN where a level is missing.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., columns]`; NaN for a column without items.
    """
    there = _both(gold, levels)
    w = as_weights(weights, len(gold))
    near = there & (np.abs(np.where(there, np.subtract(gold, levels, dtype=np.float64), 0)) <= 1)
    return ratio(total(w, near), total(w, there))


def spearman(gold: NDArray[Any], predicted: NDArray[Any], weights: Weights | None = None) -> Floats:
    """Spearman's rho: Pearson's r of mid-ranks, ranked anew in each resample.

    Args:
        gold: `[items, columns]`, NaN where a value is missing.
        predicted: `[items, columns]`, NaN where a value is missing.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., columns]`; NaN where either side is constant.
    """
    there = _both(gold, predicted)
    w = as_weights(weights, len(gold))
    columns = []
    for j in range(there.shape[1]):
        rows = there[:, j]
        here = np.compress(rows, w, axis=-1)
        x, y = mid_ranks(gold[rows, j], here), mid_ranks(predicted[rows, j], here)
        spread = np.sqrt((here * x * x).sum(axis=-1) * (here * y * y).sum(axis=-1))
        columns.append(ratio((here * x * y).sum(axis=-1), spread))
    return np.stack(columns, axis=-1)


def _both(gold: NDArray[Any], predicted: NDArray[Any]) -> Bools:
    if gold.shape != predicted.shape:
        raise ValueError(f"gold has shape {gold.shape}, predictions {predicted.shape}")
    return np.asarray(~(np.isnan(gold) | np.isnan(predicted)))


def _standardised(values: NDArray[Any], there: Bools) -> tuple[Floats, Floats, Floats]:
    """Values with mean 0 and variance 1 in each column (0 where missing or constant); the mean, the scale."""
    known = np.where(there, values, 0).astype(np.float64)
    count = np.maximum(there.sum(axis=0), 1)
    centre = known.sum(axis=0) / count
    centred = np.where(there, known - centre, 0)
    scale = np.sqrt((centred**2).sum(axis=0) / count)
    # Rounding of the mean leaves a trace of spread in a constant column.
    scale = np.where(scale <= 1e-12 * np.abs(centre), 0, scale)
    return np.where(scale > 0, centred, 0) / np.where(scale > 0, scale, 1), centre, scale


def _floored(variance: Floats) -> Floats:
    """Variances in units of the whole sample's, 0 where nothing but rounding is left."""
    return np.where(variance < _CONSTANT, 0.0, variance)


def mid_ranks(values: NDArray[Any], weights: Weights) -> Weights:
    """Mid-ranks of each item's value among the weighted items, less their mean, over their number."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    before = np.zeros((*weights.shape[:-1], len(values) + 1), dtype=weights.dtype)
    np.cumsum(weights[..., order], axis=-1, out=before[..., 1:])
    lower = before[..., np.searchsorted(ordered, values, side="left")]
    upper = before[..., np.searchsorted(ordered, values, side="right")]
    count = before[..., -1:]
    # Half of lower + upper + 1 is the mid-rank, half of count + 1 the mean rank.
    return (lower + upper - count) / np.where(count > 0, 2 * count, 1)
