"""A part as bytes of the output's format: what was read, character for character, and what is added."""

from __future__ import annotations

import gzip
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from affekt.core import InputError
from affekt.tables.cells import as_json, as_text
from affekt.tables.columns import ADDED_DIGITS, AddedColumns, AddedRows, check_clash
from affekt.tables.delimited import DelimitedRows, DelimitedTable, Dialect
from affekt.tables.formats import DELIMITERS, FileFormat
from affekt.tables.jsonl import JsonLinesTable, JsonRows
from affekt.tables.parts import Part, Table

_TEXTS_JOINT: Final = ";"


class PartWriter(Protocol):
    """Takes encoded parts in order."""

    def add(self, part: bytes) -> None:
        """The next part."""
        ...

    def close(self) -> None:
        """No more parts come; the file stays open."""
        ...


class _Appending:
    """Parts one after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, part: bytes) -> None:
        self._file.write(part)
        self._file.flush()

    def close(self) -> None:
        self._file.flush()


class Encoder(ABC):
    """Parts as bytes that are appended to each other."""

    @abstractmethod
    def start(self) -> bytes:
        """What stands before the first part."""

    @abstractmethod
    def encode(self, part: Part, added: AddedRows) -> bytes:
        """One part."""

    def writer(self, file: BinaryIO) -> PartWriter:
        """What turns encoded parts into the final bytes, for a stream."""
        return _Appending(file)

    def assemble(self, partial: Path, spans: Sequence[tuple[int, int]], target: Path) -> Path:
        """Make the final file.

        Args:
            partial: the parts, one after the other.
            spans: first byte and end of each part.
            target: a name that may be used for the final file.

        Returns:
            the final file; where the parts are it already, `partial`.
        """
        return partial


class DelimitedEncoder(Encoder):
    """csv and tsv: rows of the same format keep their characters and their dialect."""

    def __init__(self, table: Table, added: AddedColumns, format: str) -> None:
        self._columns = table.columns
        self._added = added
        check_clash([column.name for column in added.columns], self._columns, table.name)
        self._same: DelimitedTable | None = None
        self._dialect = Dialect(DELIMITERS[format])
        if isinstance(table, DelimitedTable) and table.format == format:
            self._same = table
            self._dialect = table.dialect

    def start(self) -> bytes:
        """The header."""
        old = self._same.header if self._same else self._dialect.join(self._columns)
        return self._bytes([self._row(old, [column.name for column in self._added.columns])])

    def encode(self, part: Part, added: AddedRows) -> bytes:
        """See `Encoder`."""
        columns = [_cells(values) for values in added.values()]
        new = zip(*columns, strict=True)
        return self._bytes(self._row(old, cells) for old, cells in zip(self._old(part), new, strict=True))

    def _old(self, part: Part) -> Iterator[str]:
        cells = part.rows.cells(self._columns)
        if self._same is None or not isinstance(part.rows, DelimitedRows):
            yield from (self._dialect.join([as_text(value) for value in row]) for row in cells)
            return
        for record, row in zip(part.rows.records, cells, strict=True):
            yield record.raw.rstrip("\r\n") if record.error is None else self._dialect.join(row)

    def _row(self, old: str, new: Sequence[str]) -> str:
        return old + self._dialect.delimiter + self._dialect.join(new) + self._dialect.line_end

    @staticmethod
    def _bytes(rows: Iterable[str]) -> bytes:
        return "".join(rows).encode("utf-8", "replace")


class JsonLinesEncoder(Encoder):
    """jsonl: lines of jsonl keep their characters, with one key more."""

    def __init__(self, table: Table, added: AddedColumns) -> None:
        self._name = table.name
        self._key = added.key
        known = table.head_columns if isinstance(table, JsonLinesTable) else table.columns
        check_clash([added.key], known, table.name)
        self._columns = known

    def start(self) -> bytes:
        """Nothing."""
        return b""

    def encode(self, part: Part, added: AddedRows) -> bytes:
        """See `Encoder`."""
        lines = (
            self._line(old, {**new, **extra})
            for (old, extra), new in zip(self._old(part), added.objects(), strict=True)
        )
        return "".join(lines).encode("utf-8", "replace")

    def _old(self, part: Part) -> Iterator[tuple[str, dict[str, object]]]:
        """Each row as an object, and for a line that is none, what it is instead."""
        if not isinstance(part.rows, JsonRows):
            for row in part.rows.cells(self._columns):
                yield _json(dict(zip(self._columns, map(as_json, row), strict=True))), {}
            return
        for raw, number, parsed in part.rows.lines:
            if parsed is None:
                yield "{}", {"line": number, "raw": raw}
            elif self._key in parsed:
                raise InputError(
                    f"{self._name} line {number} already has {self._key!r}: rename or drop what would be written again"
                )
            else:
                yield raw, {}

    def _line(self, old: str, new: dict[str, object]) -> str:
        head = old[:-1].rstrip()
        comma = "" if head == "{" else ", "
        return f"{head}{comma}{_json(self._key)}: {_json(new)}}}\n"


class GzipEncoder(Encoder):
    """Another encoder's parts, each as a gzip member of its own."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner

    def start(self) -> bytes:
        """See `Encoder`."""
        start = self._inner.start()
        return _gzipped(start) if start else b""

    def encode(self, part: Part, added: AddedRows) -> bytes:
        """See `Encoder`."""
        return _gzipped(self._inner.encode(part, added))


def encoder_for(table: Table, added: AddedColumns, format: FileFormat) -> Encoder:
    """What writes a table, with added columns, in a format.

    Args:
        table: whose rows are written.
        added: what each row gets.
        format: of the output.

    Returns:
        an encoder for the table's parts.

    Raises:
        InputError: if the table has one of these columns, or cannot be written in this format.
    """
    encoder: Encoder
    if format.name == "parquet":
        from affekt.tables.arrow import ArrowEncoder  # pyarrow is heavy

        encoder = ArrowEncoder(table, added)
    elif format.name == "jsonl":
        encoder = JsonLinesEncoder(table, added)
    else:
        encoder = DelimitedEncoder(table, added, format.name)
    return GzipEncoder(encoder) if format.gzipped else encoder


def _cells(values: Sequence[object]) -> list[str]:
    """A column of added values as cells; numbers, which most are, all in one go."""
    kinds = set(map(type, values))
    if not kinds or not kinds <= {float, type(None)}:
        return [cell_text(value) for value in values]
    numbers = tuple(math.nan if x is None else x for x in values) if type(None) in kinds else tuple(values)
    written = f"%.{ADDED_DIGITS}g\n" * len(numbers) % numbers
    cells = written.split("\n")[:-1]
    return ["" if "n" in cell else cell for cell in cells] if "n" in written else cells  # nan, inf


def cell_text(value: object) -> str:
    """An added value as a cell: numbers with 6 significant digits, several texts joined by `;`."""
    if isinstance(value, float):
        return f"{value:.{ADDED_DIGITS}g}" if math.isfinite(value) else ""
    if isinstance(value, list | tuple):
        return _TEXTS_JOINT.join(value)
    return as_text(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
