"""Where rows go: a file that appears when it is finished, or a stream that is written as rows come.

A file is written to `NAME.partial` beside it, with `NAME.journal`; each part is on the disk before
the journal says so. Both stay when a run is interrupted, and go when the file is finished.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from affekt.core import InputError
from affekt.tables.columns import AddedColumns, AddedRows
from affekt.tables.encoders import Encoder, encoder_for
from affekt.tables.formats import writable_format
from affekt.tables.journal import Entry, Journal, finished_rows, sync
from affekt.tables.parts import Part, Table
from affekt.tables.source import STANDARD

_DESCRIPTORS: Final = {"/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTOR_PATH: Final = re.compile(r"/(?:dev|proc/self)/fd/(\d+)")


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How a table is written.

    Args:
        format: one of `WRITABLE`; by default the suffix tells, and for a stream the table's own format.
        resume: go on with what an interrupted run left; where there is nothing of the kind, begin afresh.
        overwrite: replace what is there.
        settings: JSON-ready; a run is resumed only with the same ones.
    """

    format: str | None = None
    resume: bool = False
    overwrite: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


class Sink(ABC):
    """Takes the parts of a table in order, from the one numbered `finished` on.

    Used as a context manager; leaving it without `commit` keeps what is finished.
    """

    def __init__(self, format: str) -> None:
        self.format = format
        """One of `WRITABLE`."""
        self.counts: Counter[str] = Counter(rows=0)
        """Sums of what was counted in the parts that are written, and their `rows`."""

    @property
    @abstractmethod
    def finished(self) -> int:
        """Number of parts that are written, those of an interrupted run among them."""

    @property
    @abstractmethod
    def resumable(self) -> bool:
        """Whether a later run can go on from here."""

    @abstractmethod
    def append(self, part: Part, added: AddedRows, counts: Mapping[str, int]) -> None:
        """Write a part.

        Args:
            part: the next one.
            added: what is added to its rows.
            counts: any figures of the part, to be summed up in `counts`.

        Raises:
            InputError: if it cannot be written, as on a full disk; the parts before it are kept.
        """

    @abstractmethod
    def commit(self) -> None:
        """Finish the output: all parts are written.

        Raises:
            InputError: if it cannot be written; the parts are kept.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StreamSink(Sink):
    """Standard output, a device or a pipe: nothing can be taken back or resumed."""

    def __init__(self, name: str, file: BinaryIO, encoder: Encoder, format: str) -> None:
        super().__init__(format)
        self._finished = 0
        self._name = name
        self._file = file
        self._encoder = encoder
        try:
            with _writing(self._name):
                self._writer = encoder.writer(file)
                if start := encoder.start():
                    self._writer.add(start)
        except BaseException:
            self.close()
            raise

    @property
    def finished(self) -> int:
        """See `Sink`."""
        return self._finished

    @property
    def resumable(self) -> bool:
        """Never."""
        return False

    def append(self, part: Part, added: AddedRows, counts: Mapping[str, int]) -> None:
        """See `Sink`."""
        data = self._encoder.encode(part, added)
        with _writing(self._name):
            self._writer.add(data)
        self._finished += 1
        self.counts.update(counts, rows=len(part))

    def commit(self) -> None:
        """See `Sink`."""
        with _writing(self._name):
            self._writer.close()
            self._file.flush()

    def close(self) -> None:
        """See `Sink`; standard output stays open."""
        if self._file is not sys.stdout.buffer:
            with suppress(OSError):
                self._file.close()


class FileSink(Sink):
    """A file, which appears under its name when it is finished."""

    def __init__(
        self, table: Table, path: Path, encoder: Encoder, format: str, options: WriteOptions
    ) -> None:
        super().__init__(format)
        self._path = path
        self._partial = path.with_name(path.name + ".partial")
        self._journal_path = path.with_name(path.name + ".journal")
        self._encoder = encoder
        self._check(table, options)
        sha256 = table.sha256()
        self._replayable = sha256 is not None
        if options.resume and not self._replayable and self._left_over():
            raise InputError(
                f"{table.name} cannot be read a second time to resume {path}: begin again with --overwrite"
            )
        run = {
            "input": sha256,
            "column": table.column,
            "part_rows": table.part_rows,
            "format": format,
            **options.settings,
        }
        self._is_new = False
        with _writing(path):
            self._journal = Journal(self._journal_path)
            try:
                self._check(table, options)  # again: another run may have ended before the journal was ours
                self._file: BinaryIO = self._partial.open("ab")
            except BaseException:
                self._journal.give_up()
                raise
        try:
            with _writing(self._path, self._hint):
                self._begin(run, options.resume)
        except BaseException:
            self.close()
            raise

    @property
    def finished(self) -> int:
        """See `Sink`."""
        return self._journal.finished

    @property
    def resumable(self) -> bool:
        """See `Sink`."""
        return self._replayable and self.finished > 0

    def append(self, part: Part, added: AddedRows, counts: Mapping[str, int]) -> None:
        """See `Sink`."""
        self._add(self._encoder.encode(part, added), len(part), counts)

    def commit(self) -> None:
        """See `Sink`."""
        assembled = self._path.with_name(self._path.name + ".assembled")
        try:
            with _writing(self._path, self._hint):
                self._file.close()
                final = self._encoder.assemble(self._partial, self._journal.spans, assembled)
                if final != self._partial:
                    with final.open("rb+") as file:
                        sync(file)
                final.replace(self._path)
                _sync_folder(self._path.parent)
                self._partial.unlink(missing_ok=True)
                self._journal_path.unlink()
        except BaseException:
            assembled.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """See `Sink`; if no part was finished, nothing stays."""
        with suppress(OSError):
            self._file.close()
        if self._is_new and not self.finished:
            self._partial.unlink(missing_ok=True)
            self._journal_path.unlink(missing_ok=True)
        self._journal.close()

    def _check(self, table: Table, options: WriteOptions) -> None:
        path = self._path
        if path.is_dir():
            raise InputError(f"{path} is a folder: name a file in it")
        if not path.parent.is_dir():
            raise InputError(f"there is no folder {path.parent} to write {path.name} into: make it first")
        if path.exists():
            if table.path != STANDARD and path.samefile(table.path):
                raise InputError(f"{path} is the input itself: name another output")
            # A finished output has no journal any more: to begin afresh would replace a file that may be anyone's.
            if not (options.overwrite or (options.resume and self._left_over())):
                raise InputError(f"{path} exists: name another output, or replace it with --overwrite")
        if not (options.resume or options.overwrite) and (rows := self._left_over()):
            raise InputError(
                f"{self._partial} holds {rows:,} finished rows of an interrupted run: "
                "go on with --resume, or begin again with --overwrite"
            )

    def _left_over(self) -> int:
        return finished_rows(self._journal_path, self._partial)

    def _begin(self, run: Mapping[str, Any], resume: bool) -> None:
        if resume and self._journal.resume(self._partial, run):
            for entry in self._journal.entries:
                self.counts.update(entry.counts, rows=entry.rows)
            return
        self._is_new = True
        self._file.truncate(0)
        self._journal.begin(run)
        self._add(self._encoder.start(), 0, {})

    def _add(self, data: bytes, rows: int, counts: Mapping[str, int]) -> None:
        with _writing(self._path, self._hint):
            self._file.write(data)
            sync(self._file)
            self._journal.append(Entry.of(data, self._journal.end, rows, counts))
        self.counts.update(counts, rows=rows)

    def _hint(self) -> str:
        return "; what is finished is kept: go on with --resume when it can" if self.resumable else ""


@contextmanager
def _writing(name: str | Path, hint: Callable[[], str] = str) -> Iterator[None]:
    """Make one sentence of what the system says."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has had enough, which is no mistake
    except OSError as error:
        raise InputError(f"{name} cannot be written: {error.strerror or error}{hint()}") from None


def open_sink(
    table: Table, target: str | Path, added: AddedColumns, options: WriteOptions | None = None
) -> Sink:
    """Open an output for a table and what is added to its rows.

    Args:
        table: whose rows are written.
        target: a path, or `-` for standard output. A device or pipe (`/dev/stdout`, a named pipe) is
            written to as rows come; a file appears when it is finished.
        added: columns, or the key of jsonl, that each row gets.
        options: how to write.

    Returns:
        the sink, to be used as a context manager.

    Raises:
        InputError: if the output exists, is the input, holds an interrupted run, cannot be written,
            has no known format, or if the table has one of the added columns.
    """
    options = options or WriteOptions()
    target = str(target)
    stream = target == STANDARD or _is_stream(target)
    fallback = (table.format if table.format in ("csv", "tsv", "jsonl") else "jsonl") if stream else None
    format = writable_format(target, options.format, fallback)
    encoder = encoder_for(table, added, format)
    if stream:
        return StreamSink(*_opened(target), encoder, format.name)
    path = Path(target)
    if path.is_symlink():  # the file changes, the link stays
        path = Path(os.path.realpath(path))
    return FileSink(table, path, encoder, format.name, options)


def _is_stream(target: str) -> bool:
    if target in _DESCRIPTORS or _DESCRIPTOR_PATH.fullmatch(target):
        return True
    try:
        mode = Path(target).stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _opened(target: str) -> tuple[str, BinaryIO]:
    if target == STANDARD:
        return "standard output", sys.stdout.buffer
    # Opening `/dev/stdout` by its name would empty the file that it may stand for.
    descriptor = _DESCRIPTOR_PATH.fullmatch(target)
    number = int(descriptor[1]) if descriptor else _DESCRIPTORS.get(target)
    with _writing(target):
        if number is None:
            return target, Path(target).open("wb")
        sys.stdout.flush()
        return target, os.fdopen(os.dup(number), "wb")


def _sync_folder(folder: Path) -> None:
    # So that the new name outlives a loss of power; some file systems do not offer it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
