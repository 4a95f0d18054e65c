"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, apart: str = "") -> Iterator[Path]:
    """A name to write to, which takes the place of `path` when the block ends well, and is on the disk by then.

    What was at `path` stays untouched until then; after a failure nothing is left of the new file.

    Args:
        path: of the file; its directory exists.
        apart: part of the name to write to, where several processes may write the file at once; else what a killed one
            left is written over by the next.

    Yields:
        A path in the same directory.

    Raises:
        OSError: if the system does not let it be written.
    """
    partial = path.with_name(f".{path.name}{apart}.partial")
    try:
        yield partial
        _flush(partial)
        partial.replace(path)
        with suppress(OSError):  # not every system lets a folder be opened
            _flush(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole, see `replacing`."""
    with replacing(path) as partial:
        partial.write_bytes(content)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
