"""Curves and matrices of a judgement, thinned to what a small chart can show: arrays in, points out."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]
_POINTS: Final = 100
_Z: Final = 1.959964


def precision_recall(gold: _Bools, scores: NDArray[Any], most: int = _POINTS) -> list[tuple[float, float]]:
    """Recall and precision at every cut of one label's scores.

    Equal scores are cut off together. The curve starts at recall 0 with the precision of the highest score.

    Args:
        gold: bool `[items]`.
        scores: `[items]`, no NaN; minus infinity for items that were abstained from.
        most: about so many points are kept, the first and last among them.

    Returns:
        Points (recall, precision) by growing recall; none where the label is never true.
    """
    if not gold.any():
        return []
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(scores) - 1)
    hits = np.cumsum(gold[order])[last]
    recall, precision = hits / gold.sum(), hits / (last + 1)
    kept = np.unique(np.round(recall * most), return_index=True)[1]
    # The best precision of each step of recall: a thinned curve must not lose its peaks.
    best = [start + int(precision[start:end].argmax()) for start, end in _runs(kept, len(recall))]
    points = [(float(recall[i]), float(precision[i])) for i in best]
    return [(0.0, points[0][1]), *points, (1.0, float(precision[int(np.argmax(recall >= 1))]))]


class Bin(NamedTuple):
    """Items of one bin: mean stated probability, share that is true, its 95 % interval, their number."""

    stated: float
    true: float
    low: float
    high: float
    items: int


def reliability(gold: _Bools, probabilities: NDArray[Any], bins: int = 10) -> list[Bin]:
    """What share of a label's texts it is true of, by the probability stated, in bins of equal mass.

    Equal probabilities share a bin, as in `metrics.calibration_error`. Intervals are Wilson's (1927).

    Args:
        gold: bool `[items]`.
        probabilities: `[items]`, no NaN.
        bins: at most so many.

    Returns:
        The bins by growing probability.
    """
    items = len(gold)
    if items == 0:
        return []
    p = probabilities.astype(np.float64)
    starts = np.sort(p)[np.arange(bins) * items // bins]
    place = np.searchsorted(starts, p, side="right")
    found = []
    for i in np.unique(place):
        inside = place == i
        n, hits = int(inside.sum()), int(gold[inside].sum())
        found.append(Bin(float(p[inside].mean()), hits / n, *_wilson(hits, n), n))
    return found


def risk_coverage(confidence: _Floats, risk: _Floats, most: int = 2 * _POINTS) -> list[tuple[float, float]]:
    """Mean risk of the items that are kept when the least confident ones are left out (El-Yaniv and Wiener 2010).

    Items of equal confidence are kept or left out together.

    Args:
        confidence: `[items]`; minus infinity for items that were abstained from.
        risk: `[items]`.
        most: about so many points are kept.

    Returns:
        Points (coverage, risk) by growing coverage, up to all items.
    """
    order = np.argsort(-confidence, kind="stable")
    held = confidence[order]
    last = np.append(np.flatnonzero(held[1:] != held[:-1]), len(held) - 1)
    kept = np.cumsum(risk[order])[last] / (last + 1)
    coverage = (last + 1) / len(risk)
    thin = np.unique(np.append(np.searchsorted(coverage, np.linspace(0.01, 1, most)), len(last) - 1))
    return [(float(coverage[i]), float(kept[i])) for i in thin if i < len(last)]


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
    """Of the items with a label, the share of which each label was said.

    Args:
        gold: bool `[items, labels]`.
        said: bool `[items, labels]`.

    Returns:
        float64 `[labels, labels]`, gold by row; NaN in rows of labels that are never true.
    """
    support = gold.sum(axis=0).astype(np.float64)
    together = gold.T.astype(np.float64) @ said.astype(np.float64)
    return np.asarray(together / np.where(support == 0, np.nan, support)[:, None])


def _runs(starts: NDArray[np.intp], end: int) -> list[tuple[int, int]]:
    ordered = sorted(starts.tolist())
    return list(zip(ordered, [*ordered[1:], end], strict=True))


def _wilson(hits: int, n: int) -> tuple[float, float]:
    share, z2 = hits / n, _Z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))
