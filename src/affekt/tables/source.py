"""Where bytes come from: a file that can be read again, or standard input or a pipe, read once."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import re
import stat
import sys
import weakref
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from affekt.core import InputError

STANDARD: Final = "-"
_HEAD_CHARACTERS: Final = 65_536
_BLOCK: Final = 1 << 20
# Bytes that are not UTF-8 arrive as these, so that the line they stand in is known.
_UNDECODED: Final = re.compile("[\udc80-\udcff]")


def check_readable(path: str) -> os.stat_result:
    """See that a path can be opened for reading.

    Args:
        path: of a file, pipe or device.

    Returns:
        what the system says of it.

    Raises:
        InputError: if it is missing, a folder, or not permitted.
    """
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        raise InputError(f"there is no file {path}: check the path") from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path} is a folder: name a file in it")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} cannot be read: permission denied")
    return status


def file_sha256(path: str) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from None


class Lines:
    """Lines with their ends, counted as they are read."""

    def __init__(self, lines: Iterable[str], name: str, position: BinaryIO | None) -> None:
        self._lines = iter(lines)
        self._name = name
        self._position = position
        self.number = 0

    @property
    def bytes_read(self) -> int | None:
        """Bytes of the file that were read so far; None for a stream."""
        return None if self._position is None else self._position.tell()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _damaged(self._name, self.number, error) from None
        except OSError as error:
            raise _unreadable(self._name, error) from None
        self.number += 1
        if not line.isascii() and (found := _UNDECODED.search(line)):
            raise _undecodable(self._name, self.number, ord(found[0]) - 0xDC00)
        return line


class TextSource:
    """UTF-8 text, with or without a byte order mark, in lines.

    Args:
        path: of a file or pipe, or `-` for standard input.
        gzipped: whether to unpack it.
        newline: as for `open`: `""` ends lines at CR, LF and CRLF, `"\\n"` at LF alone.

    Raises:
        InputError: if there is nothing that can be read.
    """

    def __init__(self, path: str, *, gzipped: bool, newline: str) -> None:
        self.path = path
        self.name = "standard input" if path == STANDARD else path
        self.size: int | None = None
        if path != STANDARD:
            status = check_readable(path)
            if stat.S_ISREG(status.st_mode):
                self.size = status.st_size
        self._gzipped = gzipped
        self._newline = newline
        self._head: list[str] = []
        self._stream: io.TextIOWrapper | None = None
        if self.is_stream:
            opened = sys.stdin.buffer if path == STANDARD else self._open()
            self._stream = self._decoded(opened)
            self._leave = weakref.finalize(self, _leave, self._stream, keep=path == STANDARD)

    @property
    def is_stream(self) -> bool:
        """Whether it can be read only once."""
        return self.size is None

    def head(self) -> list[str]:
        """The first lines, which `lines` will give again.

        Returns:
            lines of some 64,000 characters in all, or the whole text if it is shorter.

        Raises:
            InputError: if there is no character in it.
        """
        if not self._head:
            if self._stream is not None:
                self._head = _first_lines(Lines(self._stream, self.name, None))
            else:
                with self.lines() as lines:
                    self._head = _first_lines(lines)
        if not self._head:
            raise InputError(f"{self.name} is empty: there is nothing to read")
        return self._head

    @contextmanager
    def lines(self) -> Iterator[Lines]:
        """All lines, from the first; of a stream only once."""
        if self._stream is not None:
            try:
                yield Lines(chain(self._head, self._stream), self.name, None)
            finally:
                self._leave()
            return
        with self._open() as file, self._decoded(file) as text:
            yield Lines(text, self.name, file)

    def sha256(self) -> str:
        """Read a file to its end.

        Returns:
            SHA-256 of its bytes (unpacked ones), in hexadecimal.

        Raises:
            InputError: if a byte is not UTF-8, so that this is known before work begins.
        """
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder("utf-8")()
        line = 1
        try:
            with self._open() as file, self._unpacked(file) as plain:
                while True:
                    block = plain.read(_BLOCK)
                    decoder.decode(block, final=not block)
                    if not block:
                        return digest.hexdigest()
                    digest.update(block)
                    line += block.count(b"\n")
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            raise _undecodable(self.name, line, error.object[error.start]) from None
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _damaged(self.name, line, error) from None
        except OSError as error:
            raise _unreadable(self.name, error) from None

    def _open(self) -> BinaryIO:
        try:
            return Path(self.path).open("rb")
        except OSError as error:
            raise _unreadable(self.name, error) from None

    def _unpacked(self, file: BinaryIO) -> BinaryIO:
        return gzip.GzipFile(fileobj=file) if self._gzipped else file  # type: ignore[return-value]

    def _decoded(self, file: BinaryIO) -> io.TextIOWrapper:
        return io.TextIOWrapper(
            self._unpacked(file), encoding="utf-8-sig", errors="surrogateescape", newline=self._newline
        )


def _leave(stream: io.TextIOWrapper, *, keep: bool) -> None:
    """Close a stream; standard input belongs to the process and stays open."""
    if keep:
        stream.detach()
    else:
        stream.close()


def _first_lines(lines: Lines) -> list[str]:
    first: list[str] = []
    characters = 0
    for line in lines:
        first.append(line)
        characters += len(line)
        if characters >= _HEAD_CHARACTERS:
            break
    return first


def _undecodable(name: str, line: int, byte: int) -> InputError:
    return InputError(f"{name} line {line} is not UTF-8 (byte 0x{byte:02x}): save the text as UTF-8")


def _damaged(name: str, line: int, error: Exception) -> InputError:
    return InputError(f"{name} is damaged after line {line} ({error}): make the gzip file again")


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError(f"{name} cannot be read: {error.strerror or error}")
