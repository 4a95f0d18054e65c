"""Cells of published files as gold: levels, values, one-hot rows; faults name file and line."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from affekt.core import FloatArray, LabelSpace
from affekt.corpora.files import TextFile

_INTEGER = re.compile(r"-?[0-9]{1,9}")


def number(file: TextFile, line: int, cell: str, low: float, high: float) -> float:
    """A real number from low to high; NaN and what is no number are faults of the file."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        file.fail(line, f"a number from {low:g} to {high:g} expected, {cell!r} found")
    return value


def integer(file: TextFile, line: int, cell: str, low: int, high: int) -> int:
    """A whole number from low to high."""
    if not _INTEGER.fullmatch(cell) or not low <= int(cell) <= high:
        file.fail(line, f"a whole number from {low} to {high} expected, {cell!r} found")
    return int(cell)


def position(file: TextFile, line: int, name: str, space: LabelSpace) -> int:
    """Column of a label, ignoring case."""
    if name not in space:
        file.fail(line, f"label {name!r} is unknown (known: {', '.join(space.names)})")
    return space.index(name)


def one_hot(positions: Sequence[int], space: LabelSpace) -> FloatArray:
    """Float32 `[items, labels]` with a single 1 a row."""
    gold = np.zeros((len(positions), len(space)), dtype=np.float32)
    gold[np.arange(len(positions)), np.asarray(positions, dtype=np.intp)] = 1
    return gold


def many_hot(positions: Sequence[Sequence[int]], space: LabelSpace) -> FloatArray:
    """Float32 `[items, labels]` with a 1 for each position of a row."""
    gold = np.zeros((len(positions), len(space)), dtype=np.float32)
    rows = [i for i, row in enumerate(positions) for _ in row]
    gold[rows, [j for row in positions for j in row]] = 1
    return gold


def table(values: Sequence[Sequence[float]], space: LabelSpace) -> FloatArray:
    """Float32 `[items, labels]` from rows of numbers, also where there are no rows."""
    return np.asarray(values, dtype=np.float32).reshape(len(values), len(space))
