"""Read csv and tsv: cells stay the strings that they are, rows keep their very characters."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from affekt.core import InputError
from affekt.tables.columns import check_names, find_column
from affekt.tables.formats import DELIMITERS
from affekt.tables.parts import Part, Table, batched
from affekt.tables.source import Lines, TextSource

_OTHER_DELIMITERS: Final = (";", "\t", "|")
# The csv module refuses a cell of over 128 KiB, which a long document may well be. A quote that
# is left open would take in the whole file, so there is a bound still.
_LONGEST_CELL: Final = 1 << 24
_SPECIAL: Final = re.compile(r'["\r\n]')


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart.

    Args:
        delimiter: between cells.
        quoted: whether `"` around a cell hides delimiters and line breaks in it.
        line_end: after a row.
    """

    delimiter: str
    quoted: bool = True
    line_end: str = "\n"

    def join(self, cells: Sequence[str]) -> str:
        """Cells as a row, without the end of the line."""
        row = self.delimiter.join(cells)
        plain = row.count(self.delimiter) == len(cells) - 1 and not _SPECIAL.search(row)
        return row if plain else self.delimiter.join(map(self._written, cells))

    def _written(self, cell: str) -> str:
        if not self.quoted:
            return re.sub(r"[\t\r\n]+", " ", cell)
        if self.delimiter in cell or _SPECIAL.search(cell):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The csv module's reader for this dialect."""
        csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
        if not self.quoted:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self.delimiter, strict=strict)


class Record(NamedTuple):
    """A row: its cells, the characters that it was read from, what is wrong with it, and its first line."""

    cells: list[str]
    raw: str
    error: str | None
    line: int


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """Rows of a csv or tsv file, in their dialect."""

    records: list[Record]
    dialect: Dialect

    def __len__(self) -> int:
        return len(self.records)

    def cells(self, columns: Sequence[str]) -> Iterable[Sequence[Any]]:
        """As many cells a row as there are columns: empty ones are added, spare ones join the last."""
        for cells, _, error, _ in self.records:
            yield cells if error is None else _fitted(cells, len(columns), self.dialect.delimiter)

    def line(self, row: int) -> int | None:
        """See `Rows`."""
        return self.records[row].line


class DelimitedTable(Table):
    """A csv or tsv file.

    The delimiter of a csv file is the comma, unless only with `;`, tab or `|` the header has the
    column that is wanted. Blank lines are skipped, as pandas and `csv.DictReader` do.
    """

    def __init__(self, source: TextSource, format: str, column: str, part_rows: int) -> None:
        super().__init__(source.name, source.path, format, column, part_rows)
        self._source = source
        head = source.head()
        delimiter = _delimiter(head, column, DELIMITERS[format])
        self.dialect = _dialect(head, delimiter)
        header = next(_records(Lines(head, source.name, None), self.dialect, None), None)
        if header is None:
            raise InputError(f"{self.name} is empty: there is nothing but blank lines")
        self.header = header.raw.rstrip("\r\n")
        self._columns = tuple(header.cells)
        self._text = find_column(column, self._columns, self.name)
        check_names(self._columns, f"{self.name} line 1")

    @property
    def columns(self) -> tuple[str, ...]:
        """The cells of the first row."""
        return self._columns

    def parts(self, skip: int = 0) -> Iterator[Part]:
        """See `Table`; parts that are skipped are read, but not judged."""
        with self._source.lines() as lines:
            records = _records(lines, self.dialect, len(self._columns))
            next(records, None)  # the header
            rows = 0
            for number, batch in enumerate(batched(records, self.part_rows)):
                rows += len(batch)
                if number < skip:
                    continue
                read = lines.bytes_read
                yield Part(
                    number,
                    DelimitedRows(batch, self.dialect),
                    [None if record.error else record.cells[self._text] for record in batch],
                    [record.error for record in batch],
                    rows if read is None else read,
                    self._source.size,
                )

    def sha256(self) -> str | None:
        """See `Table`."""
        return None if self._source.is_stream else self._source.sha256()


class _Recorder:
    """Hands lines on and keeps those of the record that is being read."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self.taken.append(line)
        return line


def _records(lines: Lines, dialect: Dialect, width: int | None) -> Iterator[Record]:
    """Rows with their characters; `width` is the number of cells that a row must have."""
    recorder = _Recorder(lines)
    reader = dialect.reader(recorder)
    header = True
    while True:
        recorder.taken.clear()
        first = lines.number + 1
        too_long = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            too_long = True
            cells = ["".join(recorder.taken)]
        if not cells:
            continue
        error = None
        if too_long:
            error = f"line {first} has a cell of over {_LONGEST_CELL} characters: a quote may be left open"
        elif dialect.quoted and not _closed(recorder, dialect):
            error = f"line {first} has a quote that is not closed properly"
        elif width is not None and len(cells) != width and not header:
            error = f"line {first} has {len(cells)} cells, but the header has {width}"
        header = False
        yield Record(cells, "".join(recorder.taken), error, first)


def _closed(recorder: _Recorder, dialect: Dialect) -> bool:
    """Whether a record of several lines is meant to be one, and no stray quote has merged them."""
    if recorder.ended and recorder.taken:
        return False
    if len(recorder.taken) == 1:
        return True
    try:
        next(dialect.reader(recorder.taken, strict=True))
    except csv.Error:
        return False
    return True


def _fitted(cells: list[str], width: int, delimiter: str) -> list[str]:
    if len(cells) > width:
        return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))


def _delimiter(head: Sequence[str], column: str, usual: str) -> str:
    """The usual delimiter, unless exactly one other gives a header with the wanted column."""

    def names(delimiter: str) -> list[str]:
        try:
            return next(Dialect(delimiter).reader(head), [])
        except csv.Error:
            return []

    if usual != DELIMITERS["csv"] or column in names(usual):
        return usual
    fitting = [delimiter for delimiter in _OTHER_DELIMITERS if column in names(delimiter)]
    return fitting[0] if len(fitting) == 1 else usual


def _dialect(head: Sequence[str], delimiter: str) -> Dialect:
    """The dialect that the first lines are written in.

    Many tsv files know no quoting, and a text that begins with `"` would then swallow the lines
    after it. Such a file is told by its first rows: they fit the header better without quoting.
    """
    end = next((end for end in ("\r\n", "\n", "\r") if head[0].endswith(end)), "\n")
    quoted, plain = Dialect(delimiter, True, end), Dialect(delimiter, False, end)
    if delimiter == DELIMITERS["tsv"] and _misfits(head, plain) < _misfits(head, quoted):
        return plain
    return quoted


def _misfits(head: Sequence[str], dialect: Dialect) -> int:
    """Rows that differ in width from the header, or have quotes amiss; the last row may be cut."""
    misfits = 0
    width = None
    reader = dialect.reader(head, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            misfits += 1
            continue
        if cells is None:
            return misfits
        width = width or len(cells)
        misfits += bool(cells) and len(cells) != width
