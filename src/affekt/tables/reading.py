"""From a path to the table that it holds."""

from __future__ import annotations

import stat
from pathlib import Path

from affekt.core import InputError
from affekt.tables.delimited import DelimitedTable
from affekt.tables.formats import format_of
from affekt.tables.jsonl import JsonLinesTable
from affekt.tables.parts import PART_ROWS, Table
from affekt.tables.plain import TextTable
from affekt.tables.source import STANDARD, TextSource, check_readable


def open_table(
    path: str | Path, column: str = "text", format: str | None = None, part_rows: int = PART_ROWS
) -> Table:
    """Open a file of rows for reading in parts, in constant memory.

    Args:
        path: of a csv, tsv, jsonl, parquet, xlsx or txt file (the text formats may be gzipped), of a
            pipe, or `-` for standard input.
        column: the one that holds the texts.
        format: one of `READABLE`; by default the suffix tells, and for a pipe without one it is txt.
        part_rows: number of rows in a part, at most `PART_ROWS`.

    Returns:
        the table.

    Raises:
        InputError: if the file is missing, empty, a folder, broken or of an unknown format, or has
            no such column.
        MissingExtra: if the file is xlsx and openpyxl is not installed.
    """
    path = str(path)
    is_stream = path == STANDARD or not stat.S_ISREG(check_readable(path).st_mode)
    name, gzipped = format_of(path, format, "txt" if is_stream else None)
    if name in ("parquet", "xlsx"):
        return _binary_table(path, name, column, part_rows, is_stream)
    source = TextSource(path, gzipped=gzipped, newline="\n" if name == "jsonl" else "")
    if name == "jsonl":
        return JsonLinesTable(source, column, part_rows)
    if name == "txt":
        return TextTable(source, column, part_rows)
    return DelimitedTable(source, name, column, part_rows)


def _binary_table(path: str, format: str, column: str, part_rows: int, is_stream: bool) -> Table:
    if is_stream:
        raise InputError(f"{format} cannot be read from a pipe: save it to a file and name that")
    if format == "xlsx":
        from affekt.tables.workbook import WorkbookTable  # an extra

        return WorkbookTable(path, column, part_rows)
    from affekt.tables.arrow import ParquetTable  # pyarrow is heavy

    return ParquetTable(path, column, part_rows)
