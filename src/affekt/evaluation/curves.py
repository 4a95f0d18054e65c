"""Curves and matrices of a judgement, thinned to what a small chart can show: arrays in, points out."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.evaluation.intervals import wilson

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]
_POINTS: Final = 100
_BINS: Final = 10


def precision_recall(gold: _Bools, scores: NDArray[Any], most: int = _POINTS) -> list[tuple[float, float]]:
    """Recall and the best precision at it, of one label over all cuts.

    The curve starts at recall 0 with the precision of the highest score. A thinned curve keeps the best
    precision within each step of recall, so that its peaks are not lost.

    Args:
        gold: bool `[items]`.
        scores: `[items]`, no NaN; minus infinity for items that were abstained from.
        most: about so many points are kept, the first and last among them.

    Returns:
        Points (recall, precision) by growing recall; none where the label is never true.
    """
    if not gold.any():
        return []
    curve = metrics.precision_recall_curve(gold, scores)
    starts = np.unique(np.round(curve.recall * most), return_index=True)[1]
    steps = zip(starts, [*starts[1:], len(curve.recall)], strict=True)
    best = [int(start + curve.precision[start:end].argmax()) for start, end in steps]
    points = [(float(curve.recall[i]), float(curve.precision[i])) for i in best]
    full = int(np.argmax(curve.recall >= 1))
    return [(0.0, points[0][1]), *points, (1.0, float(curve.precision[full]))]


class Bin(NamedTuple):
    """Items of one bin: mean stated probability, share that is true, its 95 % interval, their number."""

    stated: float
    true: float
    low: float
    high: float
    items: int


def reliability(gold: _Bools, probabilities: NDArray[Any], bins: int = _BINS) -> list[Bin]:
    """What share of a label's texts it is true of, by the probability stated, with Wilson's intervals (1927).

    Args:
        gold: bool `[items]`.
        probabilities: `[items]`, no NaN.
        bins: at most so many, of equal mass.

    Returns:
        The bins by growing probability.
    """
    points = metrics.reliability(gold, probabilities, bins)
    low, high = wilson(points.share, points.items)
    rows = zip(points.probability, points.share, low, high, points.items, strict=True)
    return [Bin(float(p), float(share), float(x), float(y), int(n)) for p, share, x, y, n in rows]


def risk_coverage(confidence: _Floats, risk: _Floats, most: int = 2 * _POINTS) -> list[tuple[float, float]]:
    """Mean risk of the items that are kept when the least confident ones are left out.

    Args:
        confidence: `[items]`; minus infinity for items that were abstained from.
        risk: `[items]`.
        most: about so many points are kept.

    Returns:
        Points (coverage, risk) by growing coverage, up to all items.
    """
    curve = metrics.risk_coverage_curve(confidence, risk)
    thin = np.unique(np.searchsorted(curve.coverage, np.linspace(1 / most, 1, most) - 1e-9))
    return [(float(curve.coverage[i]), float(curve.risk[i])) for i in thin if i < len(curve.risk)]


def own_confidence(values: NDArray[Any], said: _Bools, *, single: bool) -> _Floats:
    """Logarithm of the probability that a model gives to its own answer.

    Of exactly one label, the probability of that label; of any number, the product over labels of stating or
    denying each, as if they were independent.

    Args:
        values: probabilities `[items, labels]`, NaN in abstained rows.
        said: bool `[items, labels]`.
        single: whether exactly one label applies.

    Returns:
        float64 `[items]`, minus infinity where the model abstained.
    """
    p = np.clip(values.astype(np.float64), 1e-9, 1 - 1e-9)
    logs = np.where(said, np.log(p), 0.0 if single else np.log(1 - p)).sum(axis=1)
    return np.where(np.isnan(values).any(axis=1), -np.inf, logs)


def said_given(gold: _Bools, said: _Bools) -> _Floats:
    """Of the items with a label, the share of which each label was said, and of which nothing was.

    Args:
        gold: bool `[items, labels]`.
        said: bool `[items, labels]`.

    Returns:
        float64 `[labels, labels + 1]`, gold by row; NaN in rows of labels that are never true.
    """
    counts = metrics.confusion_matrix(gold, said)[:-1]
    support = gold.sum(axis=0).astype(np.float64)
    return np.asarray(counts / np.where(support == 0, np.nan, support)[:, None])
