"""Read parquet, and write it: rows as Arrow tables, with the schema that they came with."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from affekt.core import InputError
from affekt.tables.cells import as_text
from affekt.tables.columns import ADDED_DIGITS, AddedColumns, AddedRows, check_clash, check_names, find_column
from affekt.tables.encoders import Encoder, PartWriter
from affekt.tables.jsonl import JsonLinesTable
from affekt.tables.parts import Part, Rows, Table
from affekt.tables.source import check_readable, file_sha256

_READ_BUFFER: Final = 1 << 18
_GROUP_ROWS: Final = 65_536
_GROUP_BYTES: Final = 1 << 25
_TYPES: Final = {"text": pa.string(), "number": pa.float32(), "texts": pa.list_(pa.string())}


@dataclass(frozen=True, slots=True)
class ArrowRows:
    """Rows of a parquet file, after so many others."""

    table: pa.Table
    before: int = 0

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def cells(self, columns: Sequence[str]) -> Iterable[Sequence[Any]]:
        """The values of each row; points in time are given as text, so that no digit is lost."""
        return zip(*(_values(column) for column in self.table.columns), strict=True)

    def place(self, row: int) -> str:
        """See `Rows`."""
        return f"row {self.before + row + 1}"


class ParquetTable(Table):
    """A parquet file, read in pages, whatever the size of its row groups."""

    def __init__(self, path: str, column: str, part_rows: int) -> None:
        super().__init__(path, path, "parquet", column, part_rows)
        check_readable(path)
        with self._open() as file:
            self.schema = file.schema_arrow
            self._total = file.metadata.num_rows
            self._group_rows = [
                file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)
            ]
        self._text = find_column(column, self.schema.names, path)
        check_names(self.schema.names, path)
        kind = self.schema.field(self._text).type
        if not _is_text(kind):
            raise InputError(f"{path} column {column!r} holds {kind}, not text: name a column of texts")

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the schema."""
        return tuple(self.schema.names)

    def parts(self, skip: int = 0) -> Iterator[Part]:
        """See `Table`; row groups that are skipped whole are not read."""
        done = skip * self.part_rows
        for number, table in enumerate(self._tables(done), skip):
            texts = self._texts(table, done)
            errors = [
                f"row {row} has null in {self.column!r}, not text" if text is None else None
                for row, text in enumerate(texts, done + 1)
            ]
            done += len(texts)
            yield Part(number, ArrowRows(table, done - len(texts)), texts, errors, done, self._total)

    def _texts(self, table: pa.Table, done: int) -> list[str | None]:
        try:
            return list(table.column(self._text).to_pylist())
        except UnicodeDecodeError:
            rows = f"rows {done + 1} to {done + table.num_rows}"
            raise InputError(
                f"{self.path} {rows} hold bytes in {self.column!r} that are not UTF-8: write them as UTF-8"
            ) from None

    def sha256(self) -> str | None:
        """See `Table`."""
        return file_sha256(self.path)

    def _tables(self, skip_rows: int) -> Iterator[pa.Table]:
        """Tables of `part_rows` rows, after so many rows."""
        pending: list[pa.RecordBatch] = []
        rows = 0
        for batch in self._batches(skip_rows):
            while rows + batch.num_rows >= self.part_rows:
                taken = self.part_rows - rows
                yield pa.Table.from_batches([*pending, batch.slice(0, taken)], self.schema)
                batch = batch.slice(taken)  # noqa: PLW2901 - what is left of it
                pending, rows = [], 0
            if batch.num_rows:
                pending.append(batch)
                rows += batch.num_rows
        if rows:
            yield pa.Table.from_batches(pending, self.schema)

    def _batches(self, skip_rows: int) -> Iterator[pa.RecordBatch]:
        # Each row group is read from its start, so that the batches, with their dictionaries, are the
        # same wherever reading begins.
        with self._open() as file:
            for group, rows in enumerate(self._group_rows):
                if rows <= skip_rows:
                    skip_rows -= rows
                    continue
                batches = file.iter_batches(batch_size=self.part_rows, row_groups=[group])
                try:
                    for batch in batches:
                        skipped = min(skip_rows, batch.num_rows)
                        skip_rows -= skipped
                        yield batch.slice(skipped)
                except (pa.ArrowException, OSError) as error:
                    raise self._broken(error) from None

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.path, pre_buffer=False, buffer_size=_READ_BUFFER)
        except (pa.ArrowException, OSError) as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> InputError:
        reason = str(error).splitlines()[0].rstrip(".")
        return InputError(f"{self.path} is no parquet file that can be read ({reason}): write it again")


class ArrowEncoder(Encoder):
    """parquet: a part is an Arrow stream; in the end they become row groups."""

    def __init__(self, table: Table, added: AddedColumns) -> None:
        if isinstance(table, JsonLinesTable):
            raise InputError(
                f"{table.name} cannot be written as parquet, as its values have no fixed types: write jsonl or csv"
            )
        check_clash([column.name for column in added.columns], table.columns, table.name)
        self._table_schema = _schema(table)
        self._types = [_TYPES[column.type] for column in added.columns]
        self._schema = self._table_schema
        for column, kind in zip(added.columns, self._types, strict=True):
            self._schema = self._schema.append(pa.field(column.name, kind))

    def start(self) -> bytes:
        """Nothing; every part has the schema."""
        return b""

    def encode(self, part: Part, added: AddedRows) -> bytes:
        """See `Encoder`."""
        old = _table(part.rows, self._table_schema)
        columns = zip(added.values(), self._types, strict=True)
        new = [
            pa.array(_rounded(values) if kind == _TYPES["number"] else values, kind)
            for values, kind in columns
        ]
        table = pa.Table.from_arrays([*old.columns, *new], schema=self._schema)
        return _stream(table)

    def writer(self, file: BinaryIO) -> PartWriter:
        """See `Encoder`."""
        return RowGroups(file, self._schema)

    def assemble(self, partial: Path, spans: Sequence[tuple[int, int]], target: Path) -> Path:
        """See `Encoder`."""
        with partial.open("rb") as source, target.open("wb") as file:
            writer = self.writer(file)
            for start, end in spans:
                source.seek(start)
                writer.add(source.read(end - start))
            writer.close()
        return target


class RowGroups:
    """Writes parquet: Arrow streams in, row groups of some 65,000 rows or 32 MiB out.

    Where a row group ends depends on the rows alone.
    """

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(file, schema)
        self._pending: list[pa.Table] = []

    def add(self, part: bytes) -> None:
        """Take the next rows, an Arrow stream."""
        self._pending.append(pa.ipc.open_stream(part).read_all())
        rows = sum(x.num_rows for x in self._pending)
        if rows >= _GROUP_ROWS or sum(x.nbytes for x in self._pending) >= _GROUP_BYTES:
            self._write()

    def close(self) -> None:
        """Write what is left, and the footer."""
        if self._pending:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        table = pa.concat_tables(self._pending)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self._pending = []


def _stream(table: pa.Table) -> bytes:
    """An Arrow table, with its schema and dictionaries, as bytes."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _schema(table: Table) -> pa.Schema:
    """The schema in which a table's rows are written: its own, or text in every column."""
    if isinstance(table, ParquetTable):
        return table.schema
    return pa.schema([(name, pa.string()) for name in table.columns])


def _table(rows: Rows, schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table of that schema."""
    if isinstance(rows, ArrowRows):
        return rows.table
    values = zip(*rows.cells(schema.names), strict=True)
    columns = [
        pa.array([None if x is None else as_text(x) for x in column], pa.string()) for column in values
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _rounded(values: Sequence[Any]) -> list[float | None]:
    """Added numbers with as many digits as a csv gets; what is no number is missing."""
    return [float(f"{x:.{ADDED_DIGITS}g}") if x is not None and math.isfinite(x) else None for x in values]


def _values(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    return list(column.to_pylist())
