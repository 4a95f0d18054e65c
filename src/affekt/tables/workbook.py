"""Read xlsx: the first sheet of a workbook, its first row the names of the columns."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from affekt.core import InputError, MissingExtra
from affekt.tables.cells import as_text
from affekt.tables.columns import check_names, find_column
from affekt.tables.parts import CellRows, Part, Table, batched
from affekt.tables.source import check_readable, file_sha256

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, OSError)


class WorkbookTable(Table):
    """The first sheet of a workbook; formulas count by their stored values.

    A number or date in the text column is read as the text that it shows; rows without any value are
    skipped. openpyxl holds the workbook's distinct texts in memory (at most 1,048,576 rows).
    """

    def __init__(self, path: str, column: str, part_rows: int) -> None:
        super().__init__(path, path, "xlsx", column, part_rows)
        check_readable(path)
        with self._rows() as rows:
            header = next(rows, ())
        names = [as_text(value) for value in header]
        while names and not names[-1]:
            names.pop()
        if not names:
            raise InputError(
                f"{path} has nothing in the first row of its first sheet: name the columns there"
            )
        self._columns = tuple(names)
        self._text = find_column(column, names, path)
        check_names(names, f"{path} row 1")

    @property
    def columns(self) -> tuple[str, ...]:
        """The cells of the first row."""
        return self._columns

    def parts(self, skip: int = 0) -> Iterator[Part]:
        """See `Table`."""
        width = len(self._columns)
        with self._rows() as rows:
            next(rows, None)
            numbered = ((n, row) for n, row in enumerate(rows, 2) if any(value is not None for value in row))
            done = 0
            for number, batch in enumerate(batched(numbered, self.part_rows)):
                done += len(batch)
                if number < skip:
                    continue
                values = [(*row[:width], *[None] * (width - len(row))) for _, row in batch]
                errors = [self._error(row, n) for n, row in batch]
                texts = [
                    None if error else as_text(row[self._text])
                    for row, error in zip(values, errors, strict=True)
                ]
                yield Part(
                    number, CellRows(values, [f"row {n}" for n, _ in batch]), texts, errors, done, None
                )

    def sha256(self) -> str | None:
        """See `Table`."""
        return file_sha256(self.path)

    def _error(self, row: Sequence[Any], number: int) -> str | None:
        if any(value is not None for value in row[len(self._columns) :]):
            return f"row {number} has a value to the right of the named columns"
        return None

    @contextmanager
    def _rows(self) -> Iterator[Iterator[Sequence[Any]]]:
        try:
            import openpyxl  # an extra
        except ImportError:
            raise MissingExtra("openpyxl", "excel") from None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and rules that do not concern the values
                book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        except _BROKEN as error:
            raise self._broken(error) from None
        try:
            if not book.worksheets:
                raise InputError(f"{self.path} has no sheet with cells: save the table as one")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs store wrong ones
            yield iter(sheet.iter_rows(values_only=True))
        except _BROKEN as error:
            raise self._broken(error) from None
        finally:
            book.close()

    def _broken(self, error: Exception) -> InputError:
        return InputError(f"{self.path} is no xlsx workbook that can be read ({error}): save it again")
