"""What rows are grouped by: the values of a column, or the periods that its dates fall into."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from affekt.core import InputError

UNITS: Final = ("year", "quarter", "month", "week", "day")
NOTHING: Final = "(none)"
"""The group of rows whose cell is empty."""

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Grouping:
    """A column, and the period that its dates are gathered by.

    Args:
        column: whose values are groups.
        unit: one of `UNITS`, or None for a category.
    """

    column: str
    unit: str | None = None

    @classmethod
    def parse(cls, by: str, columns: Collection[str]) -> Grouping:
        """Read `COLUMN` or `COLUMN:UNIT`.

        Args:
            by: as written on the command line; a column of that very name is meant first.
            columns: of the file.

        Returns:
            The grouping; its column need not exist.

        Raises:
            InputError: if the unit is unknown.
        """
        column, colon, unit = by.rpartition(":")
        if not colon or by in columns:
            return cls(by)
        if unit not in UNITS:
            raise InputError(f"--by {by} has the unknown period {unit!r}: use one of {', '.join(UNITS)}")
        return cls(column, unit)

    def __str__(self) -> str:
        return f"{self.column}:{self.unit}" if self.unit else self.column

    def group(self, value: object, where: str) -> str:
        """The group of a cell.

        Dates are ISO 8601, with or without a time; the date counts as it is written, whatever its time zone. Of a
        year or a month the rest may be left out where the period is no shorter.

        Args:
            value: of the cell.
            where: the file and line, for messages.

        Returns:
            The value as text, or `2026`, `2026-Q1`, `2026-03`, `2026-W09`, `2026-03-02`.

        Raises:
            InputError: if a date cannot be read.
        """
        text = "" if value is None else str(value).strip()
        if not text:
            return NOTHING
        if self.unit is None:
            return text
        period = _period(text, self.unit)
        if period is None:
            raise InputError(
                f"{where} has {text[:40]!r} in {self.column!r}, which is no date: write it as 2026-03-02"
            )
        return period

    def ordered(self, groups: Iterable[str]) -> list[str]:
        """Groups in the order of time, of numbers, or of the alphabet; empty cells last."""
        return sorted(groups, key=_place)


WHOLE: Final = Grouping("")
"""No grouping at all."""


def _place(group: str) -> tuple[bool, bool, float, str]:
    try:
        number = float(group)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return group == NOTHING, False, number, group
    return group == NOTHING, True, 0.0, group


@lru_cache(maxsize=4096)
def _period(text: str, unit: str) -> str | None:
    day = _day(text, unit)
    if day is None:
        return None
    week = day.isocalendar()
    return {
        "year": f"{day:%Y}",
        "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}",
        "month": f"{day:%Y-%m}",
        "week": f"{week.year:04d}-W{week.week:02d}",
        "day": f"{day:%Y-%m-%d}",
    }[unit]


def _day(text: str, unit: str) -> date | None:
    partial = _PARTIAL.fullmatch(text)
    if partial:
        year, month = int(partial[1]), partial[2]
        enough = unit == "year" or (month is not None and unit in ("quarter", "month"))
        try:
            return date(year, int(month or 1), 1) if enough else None
        except ValueError:
            return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
