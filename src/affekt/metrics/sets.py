"""Figures of sets of labels: coverage and size."""

from __future__ import annotations

import numpy as np

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
