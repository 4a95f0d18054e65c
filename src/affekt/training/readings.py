"""What several readers saw in texts: a table of descriptors, each with how many readers would name it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from affekt.core import InputError
from affekt.tables import find_column, open_table

_COLUMNS: Final = ("readers", "descriptors")
Readings = Mapping[str, Mapping[str, float]]
"""Text, or its id → descriptor → share of the readers who would name it, above 0 and up to 1."""


def read_readings(path: Path, by: Literal["id", "text"]) -> Readings:
    """Read a table of readings.

    A row a text: what `by` says in a column of that name; in `readers` how many it had; in `descriptors` what they saw,
    each with the number of readers who would name it, as `hopeful:6; tense:3`.

    Args:
        path: of a csv, tsv, jsonl, parquet or xlsx file.
        by: what names the texts: `id`, of a corpus, or `text`, the texts themselves.

    Returns:
        The readings, in the order of the file.

    Raises:
        InputError: if the file cannot be read, lacks a column, or a row is not of that form; the message names file
            and line.
        MissingExtra: if the file is xlsx and openpyxl is not installed.
    """
    table = open_table(path, by)
    readers, descriptors = (find_column(column, table.columns, table.name) for column in _COLUMNS)
    found: dict[str, Mapping[str, float]] = {}
    for part in table.parts():
        cells = part.rows.cells(table.columns)
        for i, (text, error, row) in enumerate(zip(part.texts, part.errors, cells, strict=True)):
            if error is not None or text is None:
                raise InputError(f"{table.name}, {error}: mend or remove it")
            where = f"{table.name}, {part.rows.place(i)}"
            if text in found:
                raise InputError(f"{where}: {by} {text[:40]!r} has readings already: keep one of them")
            found[text] = _shares(row[readers], row[descriptors], where)
    return found


def _shares(readers: Any, descriptors: Any, where: str) -> Mapping[str, float]:
    count = str(readers).strip()
    if not count.isdecimal() or int(count) == 0:
        raise InputError(f"{where}: {count!r} readers found: write a whole number from 1")
    shares: dict[str, float] = {}
    for part in str(descriptors or "").split(";"):
        word, times = _named(part.strip(), int(count), where)
        if word in shares:
            raise InputError(f"{where}: {word!r} is named twice: keep one of them")
        shares[word] = times / int(count)
    return shares


def _named(part: str, readers: int, where: str) -> tuple[str, int]:
    word, _, count = (x.strip() for x in part.rpartition(":"))
    if not word or not count.isdecimal() or not 1 <= int(count) <= readers:
        raise InputError(f"{where}: {part!r} found: write `descriptor:N`, with N from 1 to {readers}")
    return word, int(count)
