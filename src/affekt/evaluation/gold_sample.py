"""The labelled rows: a small csv, tsv, jsonl, parquet or xlsx file with gold, joined to the rows of a bigger file."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, LabelError, MissingColumn, name_key
from affekt.evaluation.grouping import Grouping
from affekt.evaluation.prevalence import Measure
from affekt.tables import Table, open_table

FEWEST_ROWS: Final = 10
"""With fewer labelled rows nothing is estimated."""

_LISTS: Final = ("labels", "gold")
_ID: Final = "id"
_SEPARATORS: Final = re.compile("[;|,]")
_WHOLE: Final = re.compile(r"(-?(?:0|[1-9]\d*))\.0+")
_PARQUET: Final = (".parquet", ".pq")
_TRUTHS: Final = {
    "1": 1.0,
    "0": 0.0,
    "true": 1.0,
    "false": 0.0,
    "1.0": 1.0,
    "0.0": 0.0,
    "yes": 1.0,
    "no": 0.0,
}


@dataclass(frozen=True, slots=True, eq=False)
class GoldSample:
    """Labelled rows, before they are found in the file that they come from.

    Args:
        name: of their file.
        column: that joins them with the bigger file, by its name in both.
        keys: the value of each row in it.
        where: file and line of each row, for messages.
        gold: float `[rows, labels]`; NaN where a label was not judged. 0 or 1 for shares.
        groups: the group of each row, if the sample has the column of groups.
        repeatable: whether two rows may have the same key, as texts may.
    """

    name: str
    column: str
    keys: tuple[str, ...]
    where: tuple[str, ...]
    gold: NDArray[np.float64]
    groups: tuple[str, ...] | None
    repeatable: bool

    def __len__(self) -> int:
        return len(self.keys)


def read_gold(
    path: str | Path,
    *,
    labels: Sequence[str],
    columns: Collection[str],
    measure: Measure,
    grouping: Grouping,
    join: str | None = None,
    text: str = "text",
) -> GoldSample:
    """Read labelled rows.

    Gold stands in a column `labels` or `gold` (a list, or names joined by `;` or `,`; an empty one means that no label
    applies), or in one column a label, named as the label: 0 or 1, or a number for means, empty where not judged.

    Args:
        path: of the file.
        labels: of the bigger file, in order.
        columns: of the bigger file.
        measure: `share` or `mean`.
        grouping: of the bigger file; the sample may have its column.
        join: the column that both have; by default `id`, else the text.
        text: name of the column that holds the text.

    Returns:
        The rows, those without any gold left out.

    Raises:
        MissingColumn: if there is none to join by, or none with gold.
        InputError: if a cell is no gold, a key stands twice, or too few rows have gold.
        LabelError: if gold has a label that the bigger file lacks.
    """
    names, rows, where = _rows(path, (join,) if join else (_ID, text))
    column = _joining(join, text, names, columns, str(path))
    gold = _Gold(labels, measure, str(path))
    values = gold.read(rows, where, names)
    kept = np.flatnonzero(np.isfinite(values).any(axis=1)).tolist()
    if len(kept) < FEWEST_ROWS:
        raise InputError(
            f"{path} has gold for {len(kept)} rows: label {FEWEST_ROWS} or more, better 100 to 300"
            if kept
            else f"{path} has gold for no row: fill the column of gold"
        )
    repeatable = column == text and join is None
    keys = tuple(as_key(rows[i].get(column), is_text=repeatable) for i in kept)
    places = tuple(where[i] for i in kept)
    if not repeatable:
        _check_once(keys, places, column)
    groups = None
    if grouping.column and grouping.column in names:
        groups = tuple(grouping.group(rows[i].get(grouping.column), where[i]) for i in kept)
    return GoldSample(str(path), column, keys, places, values[kept], groups, repeatable)


def as_key(value: object, *, is_text: bool) -> str:
    """A cell as a key that two files are joined by.

    Args:
        value: of the cell.
        is_text: whether it is a text and counts as it is written. Otherwise it is an id, and 58.0 is 58: so
            spreadsheets write a column of numbers in which a cell is empty. Where a file has both, the id stands
            twice.

    Returns:
        The cell without surrounding space.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    key = "" if value is None else str(value).strip()
    whole = None if is_text or not key.endswith("0") else _WHOLE.fullmatch(key)
    return whole[1] if whole else key


def _rows(
    path: str | Path, candidates: Sequence[str]
) -> tuple[tuple[str, ...], list[dict[str, Any]], list[str]]:
    """The columns, the rows as dicts, and where each stands."""
    if Path(path).suffix.casefold() in _PARQUET:
        return _parquet_rows(path, candidates)
    table = _opened(path, candidates)
    names = table.columns
    rows: list[dict[str, Any]] = []
    where: list[str] = []
    for part in table.parts():
        for i, cells in enumerate(part.rows.cells(names)):
            where.append(f"{path} {part.rows.place(i)}")
            rows.append(dict(zip(names, cells, strict=False)))
            if table.format in ("csv", "tsv") and part.errors[i]:
                raise InputError(f"{path} {part.errors[i]}: mend the row")
    return names, rows, where


def _parquet_rows(
    path: str | Path, candidates: Sequence[str]
) -> tuple[tuple[str, ...], list[dict[str, Any]], list[str]]:
    """As `_rows`; a table wants a column of texts to be opened by, and ids may be numbers."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        found = parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise InputError(f"{path} is no parquet file that can be read ({reason}): write it again") from None
    if not any(name in found.column_names for name in candidates):
        raise _nothing_to_join(path, candidates)
    rows = found.to_pylist()
    return tuple(found.column_names), rows, [f"{path} row {i}" for i in range(1, len(rows) + 1)]


def _opened(path: str | Path, candidates: Sequence[str]) -> Table:
    for column in candidates[:-1]:
        try:
            return open_table(path, column)
        except MissingColumn:
            continue
    try:
        return open_table(path, candidates[-1])
    except MissingColumn:
        if len(candidates) == 1:
            raise
        raise _nothing_to_join(path, candidates) from None


def _nothing_to_join(path: str | Path, candidates: Sequence[str]) -> MissingColumn:
    wanted = " nor ".join(map(repr, candidates))
    has = f"has neither {wanted}" if len(candidates) > 1 else f"has no column {wanted}"
    return MissingColumn(f"{path} {has} to join it by: name the column that both files have with --id")


def _joining(join: str | None, text: str, names: Collection[str], columns: Collection[str], name: str) -> str:
    if join is not None:
        if join not in columns:
            raise MissingColumn(
                f"{name} is to be joined by {join!r}, which the file of rows lacks: name a column of both"
            )
        return join
    for column in (_ID, text):
        if column in names and column in columns:
            return column
    raise MissingColumn(
        f"{name} and the file of rows share neither {_ID!r} nor {text!r}: name the column that both have with --id"
    )


def _check_once(keys: Sequence[str], where: Sequence[str], column: str) -> None:
    first: dict[str, str] = {}
    for key, place in zip(keys, where, strict=True):
        if key in first:
            line = first[key].rpartition(" ")[2]
            raise InputError(f"{place} repeats {column} {key!r} of line {line}: give each row its gold once")
        first[key] = place


class _Gold:
    """Reads the gold of rows, `[rows, labels]`."""

    def __init__(self, labels: Sequence[str], measure: Measure, name: str) -> None:
        self._labels = labels
        self._place = {name_key(label): j for j, label in enumerate(labels)}
        self._measure = measure
        self._name = name

    def read(
        self, rows: Sequence[dict[str, Any]], where: Sequence[str], names: Sequence[str]
    ) -> NDArray[np.float64]:
        columns = {name: self._place[name_key(name)] for name in names if name_key(name) in self._place}
        listed = next((name for name in _LISTS if name in names), None)
        values = np.full((len(rows), len(self._labels)), math.nan)
        if listed is not None and self._measure == "share":
            for i, row in enumerate(rows):
                values[i] = self._listed(row.get(listed), where[i], listed)
            if not values.any():
                raise InputError(
                    f"no row of {self._name} has a label in column {listed!r}: label those to which one applies (an empty cell says that none does)"
                )
        elif columns:
            for i, row in enumerate(rows):
                for name, j in columns.items():
                    values[i, j] = self._number(row.get(name), where[i], name)
        else:
            shown = ", ".join(self._labels[:3])
            lists = f"a column {_LISTS[0]!r} nor " if self._measure == "share" else ""
            raise MissingColumn(
                f"{self._name} has {'neither ' if lists else 'no gold: not '}{lists}one named as a label ({shown} …): add gold"
            )
        return values

    def _listed(self, cell: object, where: str, column: str) -> NDArray[np.float64]:
        row = np.zeros(len(self._labels))
        for name in _split(cell, self._place):
            j = self._place.get(name_key(name))
            if j is None:
                near = get_close_matches(name_key(name), list(self._place), n=1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                raise LabelError(
                    f"{where} has label {name!r} in {column!r}, of which the file of rows has no scores{hint}: label it with the same labels"
                )
            row[j] = 1
        return row

    def _number(self, cell: object, where: str, column: str) -> float:
        text = "" if cell is None else str(cell).strip().casefold()
        if not text:
            return math.nan
        if self._measure == "share":
            if text not in _TRUTHS:
                raise InputError(f"{where} has {text[:40]!r} in {column!r}: write 1, 0, or nothing")
            return _TRUTHS[text]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(f"{where} has {text[:40]!r} in {column!r}: write a number, or nothing")
        return value


def _split(cell: object, known: Collection[str]) -> list[str]:
    if isinstance(cell, list | tuple):
        return [str(name).strip() for name in cell]
    text = "" if cell is None else str(cell).strip()
    if name_key(text) in known:
        return [text]
    return [name.strip() for name in _SEPARATORS.split(text) if name.strip()]
