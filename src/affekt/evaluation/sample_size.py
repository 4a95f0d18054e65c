"""How many rows have to be labelled for an interval of a wanted width."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from affekt.core import InputError
from affekt.evaluation.intervals import exact_share, t_quantile, wilson
from affekt.evaluation.prevalence import FEWEST_POSITIVES

_LEAST: Final = 3


def rows_for_share(width: float, share: float, rows: int, ratio: float = 1.0) -> int:
    """How many rows to label for an interval of a share.

    The interval is the one that such a sample would get: exact while it is expected to hold fewer than
    `FEWEST_POSITIVES` of either answer, then Wilson's with the help of the model.

    Args:
        width: from the lower to the upper end, above 0 and below 1.
        share: about what is expected, 0…1.
        rows: of the file, or of the group.
        ratio: share of gold's variance that the model leaves (`Tuning.ratio`); 1 for no help.

    Returns:
        The least number, at most all rows.

    Raises:
        InputError: if the width cannot be one.
    """
    check_width(width)
    rarer = min(share, 1 - share)
    enough = math.ceil(FEWEST_POSITIVES / rarer) if rarer * rows > FEWEST_POSITIVES else rows

    def exact(n: int) -> float:
        low, high = exact_share(share * n, n, rows)
        return high - low

    def assisted(n: int) -> float:
        left = ratio * (1 - n / rows)
        low, high = wilson(share, n / left if left > 0 else math.inf)
        return float(high - low)

    found = _least(exact, width, min(_LEAST, enough), enough)
    if enough < rows and exact(found) > width:
        found = _least(assisted, width, enough, rows)
    return found


def rows_for_mean(width: float, variance: float, rows: int) -> int:
    """How many rows to label for an interval of a mean.

    Args:
        width: from the lower to the upper end, above 0, in the unit of the mean.
        variance: that the model leaves (`Tuning.residual`), or of gold itself.
        rows: of the file, or of the group.

    Returns:
        The least number, at most all rows.

    Raises:
        InputError: if the width is not above 0.
    """
    check_width(width, math.inf)
    if not variance > 0:
        return min(_LEAST, rows)
    endless = 4 * t_quantile(math.inf) ** 2 * variance / width**2
    return min(rows, max(_LEAST, math.ceil(endless / (1 + endless / rows))))


def check_width(width: float, most: float = 1.0) -> None:
    """See that a width is one.

    Args:
        width: wanted.
        most: it must be below this.

    Raises:
        InputError: if it is not between 0 and `most`.
    """
    if not 0 < width < most:
        bound = f"above 0 and below {most:g}" if math.isfinite(most) else "above 0"
        raise InputError(f"width {width:g} cannot be one: give a number {bound}, such as 0.03")


def _least(found: Callable[[int], float], width: float, low: int, high: int) -> int:
    """The least number of rows that suffices, or `high`."""
    while low < high:
        middle = (low + high) // 2
        if found(middle) <= width:
            high = middle
        else:
            low = middle + 1
    return high
