"""Whether two systems differ on the same items: paired bootstrap, approximate randomisation, many labels at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from affekt.metrics.agreement import mid_ranks
from affekt.metrics.arrays import Bools, Floats, Weights
from affekt.metrics.bootstrap import CELLS, Statistic, members, percentile_interval, resamples, stacked

# Figures of float32 counts that differ by less are the same: without it, ties would be split by rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A figure of system a less that of system b, with interval and p-value: float64 `[]` or `[labels]`.

    NaN where undefined. The p-value is two-sided.
    """

    value: Floats
    low: Floats
    high: Floats
    p: Floats


def paired_bootstrap(
    statistic_a: Statistic,
    statistic_b: Statistic,
    items: int,
    *,
    groups: Sequence[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> dict[str, Difference]:
    """Percentile bootstrap of the differences of two systems, both seen on the same resamples (Koehn 2004).

    The p-value is twice the smaller share of resamples on either side of 0, those at 0 on both sides, the
    sample itself counted as one of them (Davison and Hinkley 1997, section 4.2.4): it is below 0.05 about
    where the 95 % interval leaves out 0.

    Args:
        statistic_a: the figures of system a as a function of the items' weights.
        statistic_b: those of system b on the same items in the same order.
        items: their number.
        groups: the dialogue or author of each item; items are resampled on their own if left out.
        replicates: number of resamples; 0 for neither intervals nor p-values.
        seed: of the resamples, the same as in `bootstrap`.

    Returns:
        Name → difference, for the names that both statistics have. Interval and p-value are NaN where
        `bootstrap` gives no interval.

    Raises:
        ValueError: if the groups do not fit the items.
    """
    whole_a, whole_b = statistic_a(np.ones(items)), statistic_b(np.ones(items))
    names = [name for name in whole_a if name in whole_b]
    drawn = []
    for weights in resamples(items, groups=groups, replicates=replicates, seed=seed):
        a, b = statistic_a(weights), statistic_b(weights)
        drawn.append({name: a[name] - b[name] for name in names})
    out = {}
    for name in names:
        value = np.asarray(whole_a[name] - whole_b[name])
        figures = stacked(drawn, name, value)
        low, high = percentile_interval(figures, replicates)
        known = ~np.isnan(value) & ~np.isnan(low)
        p = _two_sided(figures)
        out[name] = Difference(value, *(np.where(known, x, np.nan) for x in (low, high, p)))
    return out


def approximate_randomisation(
    statistic: Statistic,
    items: int,
    *,
    groups: Sequence[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> dict[str, Floats]:
    """Chance of a difference as large if it did not matter which system said what (Noreen 1989; Yeh 2000).

    Each replicate swaps the two systems' outputs of every item, or of every group, with chance one half. A
    figure of a swapped system is one of weights: the statistic is that of twice as many items, those of
    system a followed by the same ones of system b, for example
    `multi_label(np.tile(gold, (2, 1)), np.concatenate([said_a, said_b]), …)`. Values on axes are stacked as
    `guessed` fills them, each system by its own mean; for a correlation they are brought to one scale first,
    by `on_one_scale`.

    Args:
        statistic: the figures of the items of system a followed by those of system b, as a function of
            weights `[..., 2 · items]`.
        items: number of items that both systems judged.
        groups: the dialogue or author of each item; items are swapped on their own if left out.
        replicates: number of random swaps; 0 for none.
        seed: of the swaps.

    Returns:
        Name → two-sided p-value, float64 `[]` or `[labels]`, the sample itself counted as one replicate; NaN
        where the difference is undefined, or is in half of the replicates or more.

    Raises:
        ValueError: if the groups do not fit the items.
    """
    member, units = members(items, groups)
    value = _differences(statistic, np.zeros((1, items), dtype=np.float32))
    rng = np.random.default_rng(seed)
    block = max(1, CELLS // max(1, 2 * items))
    drawn = []
    for start in range(0, replicates, block):
        swapped = rng.integers(2, size=(min(block, replicates - start), units)).astype(np.float32)
        drawn.append(_differences(statistic, swapped if member is None else swapped[:, member]))
    out = {}
    for name, figure in value.items():
        observed = figure[0]
        figures = stacked(drawn, name, observed)
        known = ~np.isnan(figures)
        reached = np.abs(figures) >= np.abs(observed) - _ROUNDING
        p = (1 + reached.sum(axis=0)) / (1 + known.sum(axis=0))
        enough = ~np.isnan(observed) & (2 * known.sum(axis=0) > replicates)
        out[name] = np.asarray(np.where(enough, p, np.nan))
    return out


def on_one_scale(
    a: NDArray[Any], b: NDArray[Any], rows: Bools, *, ranked: bool = False
) -> tuple[Floats, Floats]:
    """Values of two systems with the same mean and spread, to be exchanged where a figure depends on neither.

    A correlation does not change when a system's values are shifted or stretched, that of a mixture of two
    systems' values does: exchanged as they are, values on two scales correlate less with gold than either
    system's, and a difference is taken for chance too often. Errors and concordance depend on the scale, and
    are tested on the values as they are.

    Args:
        a: `[items, columns]`.
        b: `[items, columns]`.
        rows: bool `[items, columns]`, the items that a column's figure is of.
        ranked: whether values are ranked first, for a correlation of ranks.

    Returns:
        Both, float64, each column with mean 0 and variance 1 over its rows (0 in other rows if ranked); as it was
        in both where it is constant in one of them.
    """
    columns = [
        (_standardised(a[:, j], rows[:, j], ranked), _standardised(b[:, j], rows[:, j], ranked))
        for j in range(a.shape[1])
    ]
    first, second = (np.array(x, dtype=np.float64) for x in (a, b))
    for j, (x, y) in enumerate(columns):
        if x is not None and y is not None:
            first[:, j], second[:, j] = x, y
    return first, second


def _standardised(values: NDArray[Any], rows: Bools, ranked: bool) -> Floats | None:
    """One column with mean 0 and variance 1 over some rows; None where it is constant there, or undefined."""
    numbers = np.asarray(values, dtype=np.float64)
    inside = numbers[rows]
    if not len(inside) or not np.ptp(inside) > 0:
        return None
    if ranked:
        numbers = np.zeros(len(rows))
        numbers[rows] = mid_ranks(inside, np.ones(len(inside)))
        inside = numbers[rows]
    return np.asarray((numbers - inside.mean()) / inside.std())


def holm(p_values: ArrayLike) -> Floats:
    """P-values corrected for their number by Holm's step-down rule (1979), which holds under any dependence.

    Args:
        p_values: of any shape, all of one family; NaN ones are no tests.

    Returns:
        Float64 of the same shape: what to compare with the level of the whole family; NaN where NaN was.
    """
    given = np.asarray(p_values, dtype=np.float64)
    flat = given.ravel()
    order = np.argsort(flat, kind="stable")  # NaN come last
    tests = int((~np.isnan(flat)).sum())
    factors = tests - np.arange(tests)
    corrected = np.full(flat.shape, np.nan)
    corrected[order[:tests]] = np.minimum(np.maximum.accumulate(flat[order[:tests]] * factors), 1)
    return corrected.reshape(given.shape)


def _two_sided(figures: Floats) -> Floats:
    """Twice the smaller share of differences on either side of 0, over the first axis, NaN apart."""
    known = (~np.isnan(figures)).sum(axis=0)
    above = (figures >= -_ROUNDING).sum(axis=0)
    below = (figures <= _ROUNDING).sum(axis=0)
    return np.asarray(np.minimum(1.0, 2 * (1 + np.minimum(above, below)) / (1 + known)))


def _differences(statistic: Statistic, swapped: Weights) -> dict[str, Floats]:
    """Figures of system a less those of system b where the outputs marked in `[replicates, items]` are swapped."""
    kept = 1 - swapped
    a = statistic(np.concatenate([kept, swapped], axis=1))
    b = statistic(np.concatenate([swapped, kept], axis=1))
    return {name: a[name] - b[name] for name in a}
