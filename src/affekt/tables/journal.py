"""The journal of a run: which parts are done, and where they stand in the unfinished output.

A line a part, after a first line that tells which run it is. A line counts when it is complete and
the bytes that it speaks of are there; what follows the last such line is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final

from affekt.core import InputError

_VERSION: Final = 1
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished stretch of the output: what stands before the first part, or a part.

    Args:
        rows: number of rows in it; 0 for what stands before the first part.
        end: bytes of the output with it.
        sha256: of its bytes.
        counts: what the caller counted in it.
    """

    rows: int
    end: int
    sha256: str
    counts: dict[str, int]

    @classmethod
    def of(cls, data: bytes, start: int, rows: int, counts: Mapping[str, int]) -> Entry:
        """The entry of bytes that begin at `start`."""
        return cls(rows, start + len(data), hashlib.sha256(data).hexdigest(), dict(counts))


class Journal:
    """A journal file, held by one run at a time.

    Args:
        path: of the file, which is made if it is missing.

    Raises:
        InputError: if another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self._file = path.open("ab")
        while True:
            if not _lock(self._file):
                self._file.close()
                raise InputError(f"{path} is in use by another run: wait for it, or name another output")
            if _is_at(self._file, path):
                break
            self._file.close()  # a run that ended meanwhile has removed it
            self._file = path.open("ab")

    @property
    def finished(self) -> int:
        """Number of finished parts."""
        return max(0, len(self.entries) - 1)

    @property
    def end(self) -> int:
        """Bytes of the output that are finished."""
        return self.entries[-1].end if self.entries else 0

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First byte and end of each finished part."""
        ends = [entry.end for entry in self.entries]
        return list(pairwise(ends))

    def begin(self, run: Mapping[str, Any]) -> None:
        """Forget what was there, and note which run this is."""
        self.entries = []
        self._file.truncate(0)
        self._write(_header(run))

    def resume(self, partial: Path, run: Mapping[str, Any]) -> bool:
        """Go on after the last finished part.

        Args:
            partial: the unfinished output; what follows that part is cut off.
            run: what must be the same in both runs.

        Returns:
            whether a part was finished; if not, nothing has changed.

        Raises:
            InputError: if it is the journal of another run.
        """
        lines = _complete_lines(self.path)
        entries, journal_end = _finished(lines, partial)
        if len(entries) <= 1:
            return False
        header, now = lines[0][0], _header(run)
        if differing := [key for key in {**header, **now} if header.get(key) != now.get(key)]:
            raise InputError(
                f"{self.path} is of a run with other {', '.join(differing)}: give the same ones, or begin again with --overwrite"
            )
        self.entries = entries
        os.truncate(partial, self.end)
        self._file.truncate(journal_end)
        return True

    def append(self, entry: Entry) -> None:
        """Record what is finished; on return it is on the disk."""
        self._write(asdict(entry))
        self.entries.append(entry)

    def close(self) -> None:
        """Close the file, which stays."""
        self._file.close()

    def give_up(self) -> None:
        """Close the file; an empty one does not stay."""
        if not self._file.tell():
            self.path.unlink(missing_ok=True)
        self.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        sync(self._file)


def finished_rows(journal: Path, partial: Path) -> int:
    """Number of rows that an earlier run finished, whichever run it was."""
    entries, _ = _finished(_complete_lines(journal), partial)
    return sum(entry.rows for entry in entries)


def sync(file: BinaryIO) -> None:
    """Bring what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _lock(file: BinaryIO) -> bool:
    """Hold a file until it is closed or the process ends; true also where there are no locks."""
    if sys.platform == "win32":
        return True
    import fcntl  # not on every platform

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _complete_lines(path: Path) -> list[tuple[dict[str, Any], int]]:
    """Objects up to the first line that is cut or broken, each with the end of its line in bytes."""
    lines: list[tuple[dict[str, Any], int]] = []
    end = 0
    if not path.exists():
        return lines
    with path.open("rb") as file:
        for line in file:
            end += len(line)
            try:
                value = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n") or not isinstance(value, dict):
                break
            lines.append((value, end))
    return lines


def _finished(lines: list[tuple[dict[str, Any], int]], partial: Path) -> tuple[list[Entry], int]:
    """Entries whose bytes are in the unfinished output, and the end of the last one's line."""
    entries: list[Entry] = []
    if not lines or lines[0][0].get("journal") != _VERSION or not partial.exists():
        return entries, 0
    journal_end = lines[0][1]
    start = 0
    with partial.open("rb") as file:
        for line, end in lines[1:]:
            try:
                entry = Entry(**line)
            except TypeError:
                break
            if _sha256(file, entry.end - start) != entry.sha256:
                break
            entries.append(entry)
            start, journal_end = entry.end, end
    return entries, journal_end


def _sha256(file: BinaryIO, size: int) -> str:
    """Of the next so many bytes."""
    digest = hashlib.sha256()
    while size > 0 and (block := file.read(min(size, _BLOCK))):
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()


def _header(run: Mapping[str, Any]) -> dict[str, Any]:
    # As JSON gives it back, so that both sides of a comparison went the same way.
    header: dict[str, Any] = json.loads(json.dumps({"journal": _VERSION, **run}, default=str))
    return header
