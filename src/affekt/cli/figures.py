"""Figures as a person reads them; `–` where one is undefined."""

from __future__ import annotations

from typing import Final

UNDEFINED: Final = "–"


def number(value: float | None) -> str:
    """Three decimals."""
    return UNDEFINED if value is None else f"{value:.3f}"


def percent(share: float | None) -> str:
    """A share in whole percent."""
    return UNDEFINED if share is None else f"{100 * share:.0f} %"
