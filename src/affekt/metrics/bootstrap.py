"""Percentile intervals by resampling items, or whole groups of items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Floats, Weights

Statistic = Callable[[Weights], Mapping[str, Floats]]
"""Figures from weights `[..., items]`: name → float64 `[...]`, or `[..., labels]` for one a label."""

LEVEL = 0.95
"""Share of resamples that an interval holds."""
# An interval from the resamples where a figure is defined says little if those are the smaller part.
_DEFINED = 0.5
CELLS = 1 << 22
"""Weights held at once: 16 MB, small enough for the inner loops to stay near the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A figure with its interval: float64 `[]` or `[labels]`, NaN where undefined."""

    value: Floats
    low: Floats
    high: Floats


def bootstrap(
    statistic: Statistic,
    items: int,
    *,
    groups: Sequence[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Percentile bootstrap (Efron 1979) of figures; of whole groups where items of a group hang together.

    The same items, groups, replicates and seed give the same resamples, whatever the statistic: figures of
    two models on the same items can be compared resample by resample.

    Args:
        statistic: the figures as a function of the items' weights.
        items: their number.
        groups: the dialogue or author of each item; items are resampled on their own if left out.
        replicates: number of resamples; 0 for no intervals.
        seed: of the resamples.

    Returns:
        Name → value and 95 % interval, of the resamples where the figure is defined. No interval (NaN) where
        the figure is undefined, where it is in half of the resamples or more, and where there is one item
        or group only.

    Raises:
        ValueError: if the groups do not fit the items.
    """
    values = statistic(np.ones(items))
    drawn = [statistic(w) for w in resamples(items, groups=groups, replicates=replicates, seed=seed)]
    out = {}
    for name, value in values.items():
        figures = stacked(drawn, name, value)
        low, high = percentile_interval(figures, replicates)
        known = ~np.isnan(value)
        out[name] = Estimate(value, np.where(known, low, np.nan), np.where(known, high, np.nan))
    return out


def resamples(
    items: int, *, groups: Sequence[str] | None = None, replicates: int = 1000, seed: int = 0
) -> Iterator[Weights]:
    """How often each item is in each resample, a block of resamples at a time.

    Args:
        items: their number.
        groups: the dialogue or author of each item; items are resampled on their own if left out.
        replicates: number of resamples.
        seed: of the resamples.

    Yields:
        float32 `[resamples of the block, items]`; nothing where there is one item or group only.

    Raises:
        ValueError: if the groups do not fit the items.
    """
    member, units = members(items, groups)
    if units < 2:
        return
    rng = np.random.default_rng(seed)
    block = max(1, CELLS // items)
    for start in range(0, replicates, block):
        counts = np.empty((min(block, replicates - start), units), dtype=np.float32)
        for row in counts:
            row[:] = np.bincount(rng.integers(units, size=units), minlength=units)
        yield counts if member is None else counts[:, member]


def members(items: int, groups: Sequence[str] | None) -> tuple[NDArray[np.intp] | None, int]:
    """The position of each item's group, or None where items stand alone; the number of groups or items.

    Args:
        items: their number.
        groups: the dialogue or author of each item, or None.

    Returns:
        Positions `[items]` or None, and how many units there are.

    Raises:
        ValueError: if the groups do not fit the items.
    """
    if groups is None:
        return None, items
    if len(groups) != items:
        raise ValueError(f"{items} items, but {len(groups)} entries of groups")
    names, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    return member, len(names)


def stacked(drawn: Sequence[Mapping[str, Floats]], name: str, like: Floats) -> Floats:
    """A figure of all blocks of resamples, `[resamples, ...]`; none where nothing was drawn."""
    return np.concatenate([d[name] for d in drawn]) if drawn else np.empty((0, *np.shape(like)))


def percentile_interval(figures: Floats, replicates: int) -> tuple[Floats, Floats]:
    """Lower and upper percentile over the first axis, NaN apart, with linear interpolation.

    Args:
        figures: float64 `[resamples, ...]`.
        replicates: number of resamples that were asked for.

    Returns:
        Low and high, `[...]`; NaN where the figure is defined in half of the replicates or fewer.
    """
    shape = figures.shape[1:]
    if len(figures) == 0:
        return np.full(shape, np.nan), np.full(shape, np.nan)
    ordered = np.sort(figures, axis=0)  # NaN come last
    defined = np.isfinite(figures).sum(axis=0)
    bounds = []
    for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        place = share * np.maximum(defined - 1, 0)
        below = np.floor(place).astype(np.intp)
        above = np.minimum(below + 1, np.maximum(defined - 1, 0))
        low, high = (np.take_along_axis(ordered, i[None], axis=0)[0] for i in (below, above))
        bound = low + (high - low) * (place - below)
        bounds.append(np.where(defined > _DEFINED * replicates, bound, np.nan))
    return bounds[0], bounds[1]
