"""Read jsonl: an object a line, kept character for character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from affekt.core import InputError
from affekt.tables.columns import find_column
from affekt.tables.parts import Part, Table, batched
from affekt.tables.source import Lines, TextSource

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_AN_OBJECT: Final = "is not a JSON object"


class JsonLine(NamedTuple):
    """A line without surrounding space, its number, and its object, or None if it is none."""

    raw: str
    number: int
    object: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class JsonRows:
    """Rows of a jsonl file."""

    lines: list[JsonLine]

    def __len__(self) -> int:
        return len(self.lines)

    def cells(self, columns: Sequence[str]) -> Iterable[Sequence[Any]]:
        """The values of the keys; None where an object lacks a key."""
        for line in self.lines:
            row = line.object or {}
            yield [row.get(name) for name in columns]

    def line(self, row: int) -> int | None:
        """See `Rows`."""
        return self.lines[row].number


class JsonLinesTable(Table):
    """A jsonl file. Blank lines are skipped."""

    def __init__(self, source: TextSource, column: str, part_rows: int) -> None:
        super().__init__(source.name, source.path, "jsonl", column, part_rows)
        self._source = source
        head = [line.object for line in map(_parsed, _full(Lines(source.head(), source.name, None)))]
        found = [row for row in head if row is not None]
        if not head:
            raise InputError(f"{self.name} is empty: there is nothing but blank lines")
        if not found:
            raise InputError(
                f"{self.name} is not jsonl, as none of its first lines is a JSON object: write one a line"
            )
        self.head_columns = tuple(dict.fromkeys(key for row in found for key in row))
        find_column(column, self.head_columns, self.name)

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        if self._source.is_stream:
            raise InputError(f"{self.name} can be read only once, before its keys are known: write jsonl")
        keys: dict[str, None] = {}
        with self._source.lines() as lines:
            for line in map(_parsed, _full(lines)):
                keys.update(dict.fromkeys(line.object or ()))
        return tuple(keys)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every key, in the order of first appearance; the whole file is read for it, once."""
        return self._columns

    def parts(self, skip: int = 0) -> Iterator[Part]:
        """See `Table`; lines that are skipped are not parsed."""
        with self._source.lines() as lines:
            rows = 0
            for number, batch in enumerate(batched(_full(lines), self.part_rows)):
                rows += len(batch)
                if number < skip:
                    continue
                parsed = [_parsed(line) for line in batch]
                judged = [self._text(line) for line in parsed]
                read = lines.bytes_read
                yield Part(
                    number,
                    JsonRows(parsed),
                    [text for text, _ in judged],
                    [error for _, error in judged],
                    rows if read is None else read,
                    self._source.size,
                )

    def sha256(self) -> str | None:
        """See `Table`."""
        return None if self._source.is_stream else self._source.sha256()

    def _text(self, line: JsonLine) -> tuple[str | None, str | None]:
        if line.object is None:
            return None, f"line {line.number} {_NOT_AN_OBJECT}"
        if self.column not in line.object:
            return None, f"line {line.number} has no {self.column!r}"
        text = line.object[self.column]
        if not isinstance(text, str):
            return None, f"line {line.number} has {_kind(text)} in {self.column!r}, not text"
        if not text.isascii() and _SURROGATE.search(text):
            return None, f"line {line.number} has half a surrogate pair in {self.column!r}"
        return text, None


def _full(lines: Lines) -> Iterator[tuple[str, int]]:
    """Lines that are not blank, with their numbers."""
    for line in lines:
        if stripped := line.strip():
            yield stripped, lines.number


def _parsed(line: tuple[str, int]) -> JsonLine:
    raw, number = line
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        value = None
    return JsonLine(raw, number, value if isinstance(value, dict) else None)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
