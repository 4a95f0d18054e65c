"""Rows in and out of csv, tsv, jsonl, parquet, xlsx and txt in constant memory, in parts that can be resumed.

A table is read part by part; what the caller adds to its rows goes with them to a sink. Knows neither
emotions nor models: names, types and values of what is added are the caller's.
"""

from affekt.tables.columns import ADDED_DIGITS, AddedColumns, AddedRows, Column, ColumnType, find_column
from affekt.tables.formats import READABLE, WRITABLE
from affekt.tables.parts import PART_ROWS, Part, Table
from affekt.tables.reading import open_table
from affekt.tables.sink import Sink, WriteOptions, open_sink

__all__ = [
    "ADDED_DIGITS",
    "PART_ROWS",
    "READABLE",
    "WRITABLE",
    "AddedColumns",
    "AddedRows",
    "Column",
    "ColumnType",
    "Part",
    "Sink",
    "Table",
    "WriteOptions",
    "find_column",
    "open_sink",
    "open_table",
]
