"""Figures that are a sum over a sum: what each item adds to both is all that need be kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Floats, Weights, ratio, total


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """A statistic whose figures are a weighted sum over another: means of some items, precision, recall, F1.

    Args:
        parts: figure → float64 `[items, 2]`, what each item adds above the line and below it. A figure is
            undefined where nothing stands below.
    """

    parts: Mapping[str, Floats]

    @classmethod
    def of(cls, above: Mapping[str, Floats], below: Mapping[str, Floats]) -> Self:
        """From what stands above and below the line, `[items]` each, by the same names."""
        return cls({name: np.stack([column, below[name]], axis=1) for name, column in above.items()})

    @classmethod
    def means(cls, values: Mapping[str, Floats]) -> Self:
        """The mean of each column over the items where it is not NaN."""
        known = {name: (~np.isnan(column)).astype(np.float64) for name, column in values.items()}
        return cls.of({name: np.nan_to_num(column) for name, column in values.items()}, known)

    def __call__(self, weights: Weights) -> dict[str, Floats]:
        """The figures of weights `[..., items]`."""
        sums = {name: total(weights, columns) for name, columns in self.parts.items()}
        return {name: ratio(found[..., 0], found[..., 1]) for name, found in sums.items()}

    def within(self, owner: NDArray[np.intp], items: int) -> Ratios:
        """The same figures of items, where they are given of turns or questions.

        Args:
            owner: intp `[turns]`, the item of each.
            items: their number.

        Returns:
            Figures `[items]`.
        """
        summed = {name: np.zeros((items, 2)) for name in self.parts}
        for name, columns in self.parts.items():
            np.add.at(summed[name], owner, columns)
        return Ratios(summed)

    def named(self, prefix: str) -> Ratios:
        """The same figures under longer names."""
        return Ratios({prefix + name: columns for name, columns in self.parts.items()})

    def followed_by(self, other: Ratios) -> Ratios:
        """The items of these figures, then those of others; only figures that both have."""
        shared = [name for name in self.parts if name in other.parts]
        return Ratios({name: np.concatenate([self.parts[name], other.parts[name]]) for name in shared})
