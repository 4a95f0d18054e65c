"""Intervals of shares and means: closed forms and an exact one, numpy alone."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]

LEVEL: Final = 0.95
"""Coverage that every interval of this room aims at."""

_TAIL: Final = (1 - LEVEL) / 2
_SLACK: Final = 1e-9


def t_quantile(freedom: float) -> float:
    """The upper `LEVEL` quantile of Student's t, two-sided.

    Abramowitz & Stegun 26.7.5, within 0.004 of the true value at 3 degrees of freedom and 0.001 from 4 on.

    Args:
        freedom: degrees of freedom, 3 or more; infinity gives the normal quantile.

    Returns:
        the quantile, above 1.95; NaN below 3 degrees of freedom.
    """
    if not freedom >= 3:
        return math.nan
    z = NormalDist().inv_cdf(1 - _TAIL)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def wilson(share: ArrayLike, size: ArrayLike, quantile: float | None = None) -> tuple[Floats, Floats]:
    """Score interval of a share (Wilson 1927), at an effective sample size (Kott & Carr 1997).

    The effective size is that of a simple random sample without a model whose share would vary as much.

    Args:
        share: estimates in 0…1.
        size: effective sizes, above 0; infinity leaves no width. Broadcast against `share`.
        quantile: how many standard errors; the normal quantile if left out.

    Returns:
        low and high, in 0…1; NaN where share or size is NaN or the size is 0.
    """
    p = np.asarray(share, dtype=np.float64)
    n = np.asarray(size, dtype=np.float64)
    q = t_quantile(math.inf) if quantile is None else quantile
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(n > 0, 1 / n, np.nan)
    shrunk = 1 + q**2 * inverse
    centre = (p + q**2 * inverse / 2) / shrunk
    half = q / shrunk * np.sqrt(p * (1 - p) * inverse + (q * inverse) ** 2 / 4)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def score_share(
    share: ArrayLike,
    size: ArrayLike,
    within: tuple[ArrayLike, ArrayLike],
    apart: ArrayLike,
    quantile: ArrayLike,
) -> tuple[Floats, Floats]:
    """Score interval of a share whose estimate errs by the mean of some error of its rows.

    Every share p with (share - p)² <= quantile² v(p) / size, where v(p) = p v1 + (1 - p) v0 + p (1 - p) apart² is
    the variance of an error with variance v0 among the rows against, v1 among those for, and means that are `apart`.
    It is Wilson's (1927) with v0 = v1 = 0 and apart = 1, where the rows themselves are the error.

    Args:
        share: estimates in 0…1. All arguments are broadcast.
        size: of the sample, above 0, over the part of the file that is not in it; infinity leaves no width.
        within: v0 and v1, 0 or more.
        apart: difference of the means of both kinds of rows.
        quantile: how many standard errors.

    Returns:
        low and high, in 0…1; NaN where an argument is NaN or the size is 0.
    """
    p, n, q = (np.asarray(x, dtype=np.float64) for x in (share, size, quantile))
    against, for_ = (np.asarray(x, dtype=np.float64) for x in within)
    gap = np.asarray(apart, dtype=np.float64) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = np.where(n > 0, q**2 / n, np.nan)
    square = 1 + unit * gap
    middle = p + unit * (for_ - against + gap) / 2
    half = np.sqrt(np.maximum(middle**2 - square * (p**2 - unit * against), 0))
    return np.clip((middle - half) / square, 0, 1), np.clip((middle + half) / square, 0, 1)


@lru_cache(maxsize=4096)
def exact_share(positives: float, drawn: float, rows: int) -> Interval:
    """Exact interval of a share in a finite file, from a random sample without replacement.

    The Clopper–Pearson interval of the hypergeometric distribution: every share of the file under which so few, or
    so many, positives have a chance of more than 2.5 % (Buonaccorsi 1987). It covers with 95 % or more.

    Args:
        positives: of the sample. Between two whole numbers the lower bound takes the one below, the upper the one
            above.
        drawn: size of the sample, at most `rows`; a fraction is dropped.
        rows: size of the file.

    Returns:
        low and high, in 0…1; 0…1 for an empty sample, NaN for an empty file.
    """
    if rows < 1:
        return math.nan, math.nan
    n = math.floor(drawn + _SLACK)
    fewest, most = math.floor(positives + _SLACK), min(math.ceil(positives - _SLACK), n)
    high = _largest(most, n, rows)
    low = rows - _largest(n - fewest, n, rows)
    return low / rows, high / rows


def _largest(positives: int, drawn: int, rows: int) -> int:
    """The most positives of a file of which a sample with so few, or fewer, is not too rare."""
    low, high = positives, rows - (drawn - positives)
    while low < high:
        middle = (low + high + 1) // 2
        if _at_most(positives, middle, drawn, rows) > _TAIL:
            low = middle
        else:
            high = middle - 1
    return low


def _at_most(positives: int, marked: int, drawn: int, rows: int) -> float:
    """The chance that a sample of `drawn` of `rows` has at most so many of the `marked` ones."""
    if positives >= min(marked, drawn):
        return 1.0
    spare = rows - marked - drawn
    x = np.arange(positives, max(0, -spare), -1, dtype=np.float64)
    # Ratios of the chance of x - 1 to that of x; from the largest x down.
    ratios = np.log(x) + np.log(spare + x) - np.log(marked - x + 1) - np.log(drawn - x + 1)
    logs = np.concatenate([[0.0], np.cumsum(ratios)])
    first = (
        _log_choose(marked, positives)
        + _log_choose(rows - marked, drawn - positives)
        - _log_choose(rows, drawn)
    )
    peak = float(logs.max())
    return min(1.0, math.exp(min(0.0, first + peak + math.log(float(np.exp(logs - peak).sum())))))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
