"""Cells of a user's file as what they stand for: names, numbers, keys, turns; faults name file and line."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from affekt.core import InputError, Turn

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TRUTH: Final = {"true": 1.0, "false": 0.0}
_NOT_A_NUMBER: Final = "nan"
_QUOTED: Final = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
# Lists as JSON or Python writes them; an array of numpy, which has no commas, is none.
_LIST: Final = re.compile(rf"\[\s*(?:{_QUOTED}(?:\s*,\s*{_QUOTED})*)?\s*,?\s*\]")
_SEPARATORS: Final = re.compile("[;|,]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a user's file.

    Args:
        place: file and line, for messages.
        text: to be judged.
        labels: cells of the label columns.
        others: role → cell.
    """

    place: str
    text: str
    labels: tuple[Any, ...]
    others: Mapping[str, Any]

    def fail(self, what: str) -> NoReturn:
        """Raise an `InputError` that names file and line."""
        raise InputError(f"{self.place}: {what}")


def is_number(cell: object) -> bool:
    """Whether a cell holds a number or a truth value, or says that it holds none."""
    if isinstance(cell, str):
        cell = cell.strip()
        return bool(_NUMBER.fullmatch(cell)) or cell.casefold() in (*_TRUTH, _NOT_A_NUMBER)
    return isinstance(cell, bool | int | float)


def number(row: Row, cell: object, column: str) -> float:
    """A number; a truth value is 0 or 1."""
    value = math.nan
    if isinstance(cell, str):
        text = cell.strip()
        if text.casefold() in _TRUTH:
            return _TRUTH[text.casefold()]
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
    elif isinstance(cell, bool | int | float):
        value = float(cell)
    if not math.isfinite(value):
        found = "nothing" if cell is None or cell == "" else repr(cell)
        row.fail(f"{column!r} holds {found} where a number is expected: give one, or remove the row")
    return value


def names(row: Row, cell: object, column: str, separator: str | None) -> list[str]:
    """Names of labels: of a list, or of a text that is split at the separator, or at `;`, `|` and `,`."""
    if isinstance(cell, str):
        if cell.lstrip().startswith("["):
            return _listed(row, cell.strip(), column)
        parts = cell.split(separator) if separator else _SEPARATORS.split(cell)
        found = [part.strip() for part in parts]
        found = [part for part in found if part]
    elif isinstance(cell, list | tuple) and all(isinstance(name, str) for name in cell):
        found = list(cell)
    else:
        row.fail(f"{column!r} holds {cell!r}, which is no name of a label: give a name or a list of names")
    if any(name.casefold() == _NOT_A_NUMBER for name in found):
        row.fail(f"{column!r} holds {cell!r}, which is how a missing value is written: leave the cell empty")
    return found


def _listed(row: Row, cell: str, column: str) -> list[str]:
    if not _LIST.fullmatch(cell):
        row.fail(f'{column!r} holds {cell!r}, which is no list of names: write it as ["joy", "anger"]')
    return [ast.literal_eval(name) for name in re.findall(_QUOTED, cell)]


def key(row: Row, role: str, cells: Mapping[str, Any] | None = None) -> str | None:
    """An id, a speaker, a group; None where there is none. A whole number is read as its digits."""
    value = (row.others if cells is None else cells).get(role)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        row.fail(f"{role!r} is neither a text nor a whole number ({value!r}): write it as text")
    return None if value is None or value == "" else str(value)


def turns(row: Row) -> tuple[Turn, ...]:
    """Earlier turns, oldest first: of a list of texts or of `{"speaker", "text"}`, or a line a turn."""
    cell = row.others.get("history")
    if isinstance(cell, str):
        cell = _lines_or_list(cell)
    if cell is None:
        return ()
    if not isinstance(cell, list | tuple) or not all(isinstance(turn, str | dict) for turn in cell):
        row.fail("the history is not a list of turns: give each turn `speaker` and `text`")
    return tuple(_turn(row, turn) for turn in cell)


def _lines_or_list(cell: str) -> Sequence[object]:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, list) else [line for line in cell.splitlines() if line.strip()]


def _turn(row: Row, turn: str | dict[str, Any]) -> Turn:
    text = turn if isinstance(turn, str) else turn.get("text")
    if not isinstance(text, str) or _SURROGATE.search(text):
        row.fail("a turn of the history has no `text` that is a whole string: give each turn one")
    return Turn(None if isinstance(turn, str) else key(row, "speaker", turn), text)
