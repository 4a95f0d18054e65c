"""Figures as a person reads them; `–` where one is undefined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

UNDEFINED: Final = "–"


def number(value: float | None) -> str:
    """Three decimals."""
    return UNDEFINED if value is None else f"{value:.3f}"


def percent(share: float | None) -> str:
    """A share in whole percent."""
    return UNDEFINED if share is None else f"{100 * share:.0f} %"


def interval(figure: Mapping[str, float | None]) -> str:
    """From low to high; empty where there is none."""
    low, high = figure["low"], figure["high"]
    return "" if low is None or high is None else f"{low:.3f}–{high:.3f}"
