"""Label columns of a user's file as a label space and gold, the kind told from the cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from affekt.core import FloatArray, InputError, Kind, Label, LabelError, LabelSpace
from affekt.corpora import gold
from affekt.corpora.cells import Row, is_number, names, number
from affekt.corpora.roles import DEFAULT_LABELS, LabelRole

# Columns of these names hold values, not levels, whole numbers or not.
_AXES: Final = frozenset({"valence", "arousal", "dominance"})
_MOST_LEVELS: Final = 11


def read_labels(
    name: str, rows: Sequence[Row], columns: Sequence[str], role: LabelRole, separator: str | None
) -> tuple[LabelSpace, FloatArray]:
    """The label space of a file, and gold in it.

    One column of names: their space is the sorted names that occur, `single` where every row has exactly
    one, else `multi`. Columns of numbers are labels themselves: 0 and 1 alone are `single` or `multi` in
    the same way; whole numbers from 0 to 10 are levels; anything else, and columns called valence, arousal
    or dominance, are values, whose range is that of all cells, widened to whole numbers.

    Args:
        name: of the space.
        rows: at least one.
        columns: that the rows' label cells come from.
        role: `label` where the cells tell what they are; `level` or `value` where the user does.
        separator: between names in a cell, or None for any of `;`, `|`, `,`.

    Returns:
        The space, and float32 `[rows, labels]`.

    Raises:
        InputError: if a cell is not what the others are, or no label occurs.
    """
    if role == "label" and len(columns) == 1:
        first = next((row for row in rows if row.labels[0] not in (None, "")), None)
        if first is None or not is_number(first.labels[0]):
            return _named(name, rows, columns[0], separator)
    values = [[number(row, cell, columns[i]) for i, cell in enumerate(row.labels)] for row in rows]
    kind = _kind(rows, values, columns) if role == "label" else None
    labels = tuple(Label(column) for column in columns)
    if role == "level" or kind == "ordinal":
        return _levels(name, rows, values, labels)
    if role == "value" or kind == "dimensional":
        return _values(name, rows, values, labels)
    space = LabelSpace(name, labels, kind or "multi")
    return space, gold.table(values, space)


def _named(
    name: str, rows: Sequence[Row], column: str, separator: str | None
) -> tuple[LabelSpace, FloatArray]:
    spelling: dict[str, str] = {}
    found = []
    for row in rows:
        cell = row.labels[0]
        labels = [] if cell is None else names(row, cell, column, separator)
        for label in labels:
            _check(row, label, spelling)
        if len(set(labels)) < len(labels):
            row.fail("a label is given twice: give each once")
        found.append(labels)
    if not spelling:
        raise InputError(f"{name} has no row with a label: give texts with labels")
    ordered = sorted(spelling.values())
    single = len(ordered) > 1 and all(len(labels) == 1 for labels in found)
    space = LabelSpace(name, tuple(Label(x) for x in ordered), "single" if single else "multi")
    return space, gold.many_hot([[space.index(x) for x in labels] for labels in found], space)


def _check(row: Row, label: str, spelling: dict[str, str]) -> None:
    try:
        Label(label)
    except LabelError as error:
        row.fail(str(error))
    first = spelling.setdefault(label.casefold(), label)
    if first != label:
        row.fail(f"label {label!r} is spelled {first!r} elsewhere: use one spelling")


def _kind(rows: Sequence[Row], values: Sequence[Sequence[float]], columns: Sequence[str]) -> Kind:
    """What numbers stand for."""
    flat = {value for row in values for value in row}
    alone = len(columns) == 1
    if alone and columns[0].casefold() in DEFAULT_LABELS:
        rows[0].fail(
            f"{columns[0]!r} holds {rows[0].labels[0]!r}, and a number names no label: give names, or name the "
            "columns that are called as labels are, as level=NAME or value=NAME"
        )
    if flat <= {0.0, 1.0}:
        one = not alone and all(sum(row) == 1 for row in values)
        return "single" if one else "multi"
    counted = all(value.is_integer() and 0 <= value < _MOST_LEVELS for value in flat) and 0 in flat
    if _AXES.issuperset(column.casefold() for column in columns) or not counted:
        return "dimensional"
    if alone:
        rows[0].fail(
            f"{columns[0]!r} holds whole numbers, which may be levels, values, or names of labels: say "
            f"level={columns[0]} or value={columns[0]}, or give names"
        )
    return "ordinal"


def _levels(
    name: str, rows: Sequence[Row], values: Sequence[Sequence[float]], labels: tuple[Label, ...]
) -> tuple[LabelSpace, FloatArray]:
    for row, cells in zip(rows, values, strict=True):
        for label, value in zip(labels, cells, strict=True):
            if not value.is_integer() or not 0 <= value < _MOST_LEVELS:
                row.fail(
                    f"{label.name!r} holds {value:g}, and a level is a whole number from 0 to "
                    f"{_MOST_LEVELS - 1}: mend it, or name the column as value={label.name}"
                )
    highest = max(value for cells in values for value in cells)
    space = LabelSpace(name, labels, "ordinal", levels=max(int(highest) + 1, 2))
    return space, gold.table(values, space)


def _values(
    name: str, rows: Sequence[Row], values: Sequence[Sequence[float]], labels: tuple[Label, ...]
) -> tuple[LabelSpace, FloatArray]:
    flat = np.asarray(values)
    low, high = math.floor(flat.min()), math.ceil(flat.max())
    if low == high:
        rows[0].fail(f"the value of {labels[0].name!r} is {low} here and in every row: give rows that differ")
    space = LabelSpace(name, labels, "dimensional", range=(low, high))
    return space, gold.table(values, space)
