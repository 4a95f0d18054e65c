"""Curves over all cuts: precision against recall, risk against coverage, probability against share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, ratio


class PrecisionRecall(NamedTuple):
    """A point a cut, from the highest score down: float64 `[cuts]` each."""

    cut: Floats
    """An item is said to have the label from this score on."""
    precision: Floats
    recall: Floats
    """NaN where the label is never true."""


class RiskCoverage(NamedTuple):
    """A point a cut, from the surest item down: float64 `[cuts]` each."""

    cut: Floats
    """Items are judged from this confidence on."""
    coverage: Floats
    """Share of items judged."""
    risk: Floats
    """Mean loss of those."""


class Reliability(NamedTuple):
    """A point a bin of equal mass, from the lowest probability up: float64 `[bins]` each."""

    probability: Floats
    """Mean probability stated."""
    share: Floats
    """Share of items with the label."""
    items: Floats
    """Number of items."""


def precision_recall_curve(gold: Bools, scores: NDArray[Any]) -> PrecisionRecall:
    """Precision and recall of one label at each of its scores.

    Args:
        gold: bool `[items]`.
        scores: `[items]`, no NaN.

    Returns:
        The points.
    """
    order, last = _cuts(scores)
    said = last + 1
    hits = np.cumsum(gold[order])[last] if len(last) else np.zeros(0)
    return PrecisionRecall(scores[order][last].astype(np.float64), ratio(hits, said), ratio(hits, gold.sum()))


def risk_coverage_curve(confidence: NDArray[Any], loss: NDArray[Any]) -> RiskCoverage:
    """What is gained by judging only the surest items (El-Yaniv and Wiener 2010).

    Args:
        confidence: `[items]`, no NaN; below all others for abstained items.
        loss: `[items]`, of judging the item: 1 for a wrong label and 0 for a right one, one minus Jaccard, ….

    Returns:
        The points.
    """
    order, last = _cuts(confidence)
    summed = np.cumsum(np.asarray(loss, dtype=np.float64)[order])
    return RiskCoverage(
        confidence[order][last].astype(np.float64),
        ratio(last + 1, len(order)),
        ratio(summed[last], last + 1),
    )


def risk_coverage_area(
    confidence: NDArray[Any], loss: NDArray[Any], weights: Weights | None = None
) -> Floats:
    """Mean risk over all coverages, the area under the risk–coverage curve (Geifman and El-Yaniv 2017).

    Items of the same confidence are judged together, so the figure does not depend on their order.

    Args:
        confidence: `[items]`, as in `risk_coverage_curve`.
        loss: `[items]`.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[...]`; NaN where there are no items.
    """
    w = as_weights(weights, len(confidence))
    order, last = _cuts(confidence)
    ranked = w[..., order]
    # Every item sees the risk after its whole tie.
    after = last[np.searchsorted(last, np.arange(len(order)))]
    judged = np.cumsum(ranked, axis=-1, dtype=np.float64)[..., after]
    lost = np.cumsum(ranked * np.asarray(loss)[order], axis=-1, dtype=np.float64)[..., after]
    risk = np.divide(lost, judged, out=np.zeros_like(lost), where=judged > 0)
    return ratio((ranked * risk).sum(axis=-1, dtype=np.float64), ranked.sum(axis=-1, dtype=np.float64))


def reliability(gold: Bools, probabilities: NDArray[Any], bins: int) -> Reliability:
    """How often one label is true where it is said to be so probable, in the bins of `calibration_error`.

    Args:
        gold: bool `[items]`.
        probabilities: `[items]`, no NaN.
        bins: their number; fewer where equal probabilities fill several.

    Returns:
        The points; the mean gap of probability and share, weighted by items, is the calibration error.
    """
    if not len(gold):
        return Reliability(*(np.zeros(0) for _ in range(3)))
    place = equal_mass_bins(probabilities, bins)
    items = np.bincount(place).astype(np.float64)
    filled = items > 0
    sums = [np.bincount(place, weights=x)[filled] for x in (probabilities, gold)]
    return Reliability(sums[0] / items[filled], sums[1] / items[filled], items[filled])


def equal_mass_bins(probabilities: NDArray[Any], bins: int) -> NDArray[np.intp]:
    """The bin of each item, intp `[items]`: as many items in each as can be, equal probabilities together."""
    p = np.asarray(probabilities, dtype=np.float64)
    starts = np.sort(p)[np.arange(bins) * len(p) // bins]
    return np.searchsorted(starts, p, side="right")


def _cuts(values: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Items from the highest value down, and the position of the last item of each tie."""
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else order
    return order, last
