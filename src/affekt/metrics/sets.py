"""Figures of sets of labels, and of keeping what is sure: coverage, size, the risk-coverage curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, mean
from affekt.metrics.bootstrap import Statistic


def label_sets(gold: Bools, inside: Bools) -> Statistic:
    """Figures of sets: `set_coverage`, `mean_set_size`.

    Coverage is the mean share of an item's gold labels inside its set, over items with a gold label.

    Args:
        gold: bool `[items, labels]`.
        inside: bool `[items, labels]`; the set of an abstained item is empty.

    Returns:
        The statistic.
    """
    carried = gold.any(axis=1)
    shares = (gold & inside).sum(axis=1) / np.maximum(gold.sum(axis=1), 1)
    sizes = inside.sum(axis=1)

    def statistic(weights: Weights) -> dict[str, Floats]:
        return {"set_coverage": mean(weights * carried, shares), "mean_set_size": mean(weights, sizes)}

    return statistic


@dataclass(frozen=True, slots=True, eq=False)
class RiskCoverage:
    """What the risk is when only the surest items are kept.

    Args:
        coverage: float64 `[levels]`, rising: the share of items kept at each level of confidence.
        risk: float64 `[levels]`, their mean loss.
        area: under the curve, the mean risk over the coverages of all items; NaN without items.
    """

    coverage: Floats
    risk: Floats
    area: float


def risk_coverage(confidence: NDArray[Any], loss: NDArray[Any]) -> RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener 2010); equal confidences are kept together.

    Args:
        confidence: `[items]`, no NaN.
        loss: `[items]`.

    Returns:
        The curve.
    """
    items = len(confidence)
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    ordered = np.asarray(confidence)[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), items - 1)[: items or 0]
    kept = last + 1
    risk = np.asarray(loss, dtype=np.float64)[order].cumsum()[last] / kept
    area = float((risk * np.diff(kept, prepend=0)).sum() / items) if items else float("nan")
    return RiskCoverage(kept / max(items, 1), risk, area)
