"""Which format a path holds, told by its suffix or by the caller."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath
from typing import Final, NamedTuple

from affekt.core import InputError

_FORMATS: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".txt": "txt",
}
READABLE: Final = tuple(dict.fromkeys(_FORMATS.values()))
WRITABLE: Final = ("csv", "tsv", "jsonl", "parquet")
DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
_BINARY: Final = ("parquet", "xlsx")


class FileFormat(NamedTuple):
    """A format's name, and whether the bytes are gzipped."""

    name: str
    gzipped: bool


def format_of(
    path: str, given: str | None, fallback: str | None = None, endings: Collection[str] = ()
) -> FileFormat:
    """The format of a file.

    Args:
        path: only its name is looked at; `.gz` after the suffix of a text format means gzip.
        given: the format's name, if the caller knows it better than the suffix.
        fallback: the format where neither tells.
        endings: of names that may be given, for the message; all that can be read if none are said.

    Returns:
        the format's name, one of `READABLE`, and whether it is gzipped.

    Raises:
        InputError: if the format is unknown, or a binary one is gzipped.
    """
    if given is not None and given not in READABLE:
        raise InputError(f"format {given!r} is unknown: use one of {', '.join(READABLE)}")
    suffixes = [suffix.casefold() for suffix in PurePath(path).suffixes[-2:]]
    gzipped = suffixes[-1:] == [".gz"]
    if gzipped:
        suffixes.pop()
    name = given or _FORMATS.get(suffixes[-1] if suffixes else "", fallback)
    if name is None:
        raise InputError(
            f"the format of {path} is unknown: name it with one of {', '.join(endings or _FORMATS)}"
        )
    if gzipped and name in _BINARY:
        raise InputError(f"{path} is gzipped {name}, which cannot be read as it stands: unpack it first")
    return FileFormat(name, gzipped)


def writable_format(path: str, given: str | None, fallback: str | None = None) -> FileFormat:
    """The format of a file to write.

    Args:
        path: see `format_of`.
        given: see `format_of`.
        fallback: see `format_of`.

    Returns:
        the format's name, one of `WRITABLE`, and whether to gzip it.

    Raises:
        InputError: if the format is unknown or can only be read.
    """
    endings = [ending for ending, name in _FORMATS.items() if name in WRITABLE]
    found = format_of(path, given, fallback, endings)
    if found.name not in WRITABLE:
        raise InputError(f"{path} cannot be written as {found.name}: write one of {', '.join(WRITABLE)}")
    return found
