"""Published files: found, uncompressed, proved by their checksum, and cut into rows.

Knows no corpus. Every fault is a `CorpusError` that names the file and, where there is one, the line.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import lzma
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from affekt.core import CorpusError
from affekt.corpora.corpus import PublishedFile

_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".xz": lzma.decompress,
    ".gz": gzip.decompress,
}
_AGAIN = "get the published file again"


@dataclass(frozen=True, slots=True)
class TextFile:
    """The text of a published file, and where it came from.

    Args:
        path: shown in messages.
        text: its content, line ends as published.
    """

    path: str
    text: str

    def fail(self, line: int, what: str) -> NoReturn:
        """Raise a `CorpusError` that names file and line (counted from 1)."""
        raise CorpusError(f"{self.path}, line {line}: {what}: {_AGAIN}")

    def lines(self) -> Iterator[tuple[int, str]]:
        """Line number from 1 and line, without its end; an empty last line is left out."""
        lines = self.text.split("\n")
        if lines[-1] == "":
            lines.pop()
        return enumerate(lines, start=1)

    def tab_rows(self, columns: int, header: Sequence[str] = ()) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of a tab-separated file without quoting.

        Args:
            columns: number of fields that every line must have.
            header: the first fields of the header line; empty if the file has no header.

        Yields:
            Line number from 1 and the fields, without the header line.

        Raises:
            CorpusError: if the header or a number of fields is not as published.
        """
        for number, line in self.lines():
            fields = line.split("\t")
            if len(fields) != columns:
                self.fail(number, f"{columns} tab-separated fields expected, {len(fields)} found")
            if number == 1 and header:
                self._check_header(fields[: len(header)], header)
                continue
            yield number, fields

    def csv_rows(
        self, header: Sequence[str], lines: Iterable[str] | None = None
    ) -> Iterator[tuple[int, list[str]]]:
        """Line number (of a row's last line) and fields of a comma-separated file; empty lines are skipped.

        Args:
            header: the names that the first row must hold.
            lines: the file's lines as they come, where it is too large to be held; its text if left out.

        Yields:
            Line number from 1 and the fields, without the header row.

        Raises:
            CorpusError: if the header or a number of fields is not as published, or quoting is broken.
        """
        reader = csv.reader(io.StringIO(self.text, newline="") if lines is None else lines, strict=True)
        try:
            self._check_header(next(reader, []), header)
            for fields in reader:
                if fields and len(fields) != len(header):
                    self.fail(
                        reader.line_num, f"{len(header)} comma-separated fields expected, {len(fields)} found"
                    )
                if fields:
                    yield reader.line_num, fields
        except csv.Error as error:
            self.fail(reader.line_num, f"not valid CSV ({error})")

    def _check_header(self, found: Sequence[str], expected: Sequence[str]) -> None:
        if list(found) != list(expected):
            self.fail(1, f"header {','.join(expected)!r} expected, {','.join(found)!r} found")

    def as_json(self) -> object:
        """The whole file as JSON.

        Returns:
            Whatever the document is.

        Raises:
            CorpusError: if it is none.
        """
        try:
            document: object = json.loads(self.text)
        except json.JSONDecodeError as error:
            self.fail(error.lineno, f"not valid JSON ({error.msg})")
        return document


class DataFolder:
    """The folder of published corpora, and a record of what was read from it.

    Args:
        root: the folder that holds a folder for each corpus.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sha256: dict[str, str] = {}
        self._damaged: list[str] = []

    @classmethod
    def at(cls, data: Path | str | None) -> DataFolder:
        """The given folder, or that of the environment variable AFFEKT_DATA.

        Args:
            data: the folder that holds a folder for each corpus, or None.

        Returns:
            The folder, with nothing read from it.

        Raises:
            CorpusError: if neither names a folder.
        """
        where = data if data is not None else os.environ.get("AFFEKT_DATA")
        if not where:
            raise CorpusError(
                "no folder of corpora is known: give one with --data, or set the environment variable AFFEKT_DATA"
            )
        root = Path(where)
        if not root.is_dir():
            raise CorpusError(f"{root} is not a folder: give the folder that holds a folder for each corpus")
        return cls(root)

    def find(self, file: PublishedFile) -> Path | None:
        """Path of the file, plain or with `.xz` or `.gz`, or of the folder; None if it is not there."""
        plain = self.root / file.corpus / file.name
        for ending in _UNPACK:
            path = plain.with_name(plain.name + ending)
            if path.is_file():
                return path
        return plain if plain.is_dir() else None

    def inside(self, folder: PublishedFile, ending: str) -> list[PublishedFile]:
        """The files in a published folder, sorted by name.

        Args:
            folder: a publication's folder of files that are not named one by one.
            ending: of their published names, such as `.txt`.

        Returns:
            The files, without hidden ones.

        Raises:
            CorpusError: if the folder is missing or has no such file.
        """
        path = self.root / folder.corpus / folder.name
        names = {child.name for child in path.iterdir() if child.is_file()} if path.is_dir() else set()
        plain = {name.removesuffix(".xz").removesuffix(".gz") for name in names}
        found = sorted(name for name in plain if name.endswith(ending) and not name.startswith("."))
        if not found:
            raise CorpusError(f"{path} has no files *{ending}: put the published folder there")
        return [PublishedFile(folder.corpus, f"{folder.name}/{name}") for name in found]

    def read(self, file: PublishedFile) -> bytes:
        """The uncompressed bytes.

        Args:
            file: what to read, plain or with `.xz` or `.gz`.

        Returns:
            The bytes, whose checksum is recorded.

        Raises:
            CorpusError: if the file is missing or cannot be uncompressed.
        """
        path = self.find(file)
        if path is None:
            raise CorpusError(
                f"{self.root / file.corpus / file.name} is missing (plain, .xz or .gz): put the published file there"
            )
        content, checksum = _unpacked(path)
        self._record(file, path, checksum)
        return content

    def text(self, file: PublishedFile) -> TextFile:
        """The file as UTF-8 text.

        Args:
            file: what to read, plain or with `.xz` or `.gz`.

        Returns:
            The text, with its path for messages.

        Raises:
            CorpusError: if the file is missing, cannot be uncompressed or is not UTF-8.
        """
        content = self.read(file)
        return _decoded(str(self.find(file)), content)

    def member(self, archive: PublishedFile, name: str) -> TextFile:
        """A text file of a published tree: as a file of its own, or inside the tree's `.tar`.

        Args:
            archive: the tar archive of the tree, kept in memory until another is read.
            name: path of the member, from the top of the tree.

        Returns:
            The text, with its path for messages.

        Raises:
            CorpusError: if neither is there, or the archive is damaged.
        """
        loose = PublishedFile(archive.corpus, name)
        if self.find(loose) is not None:
            return self.text(loose)
        path = self.find(archive)
        if path is None:
            raise CorpusError(
                f"{self.root / archive.corpus} has neither {name} nor {archive.name}: "
                "put the published files there (plain, .xz or .gz)"
            )
        status = path.stat()
        content, checksum = _archive(path, status.st_mtime_ns, status.st_size)
        self._record(archive, path, checksum)
        return _decoded(f"{path}, {name}", _member(path, content, name))

    def damage(self) -> str | None:
        """One sentence on the files read so far whose checksum is not the published one, or None."""
        return self._damaged[0] if self._damaged else None

    def _record(self, file: PublishedFile, path: Path, checksum: str) -> None:
        self.sha256[file.name] = checksum
        if file.sha256 not in {None, checksum}:
            self._damaged.append(
                f"{path} is not the published file (sha256 {checksum[:12]}…, expected {str(file.sha256)[:12]}…): {_AGAIN}"
            )


def _unpacked(path: Path) -> tuple[bytes, str]:
    """Uncompressed bytes and their sha256."""
    unpack = _UNPACK.get(path.suffix, bytes)
    try:
        content = unpack(path.read_bytes())
    except (lzma.LZMAError, EOFError, zlib.error, OSError) as error:
        raise CorpusError(f"{path} cannot be read ({error}): {_AGAIN}") from None
    return content, hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1)
def _archive(path: Path, _mtime: int, _size: int) -> tuple[bytes, str]:
    # One archive holds all languages; reading them one by one would unpack it each time.
    return _unpacked(path)


def _member(path: Path, content: bytes, name: str) -> bytes:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            file = archive.extractfile(name)
            if file is None:
                raise KeyError(name)
            return file.read()
    except KeyError:
        raise CorpusError(f"{path} has no file {name}: {_AGAIN}") from None
    except tarfile.TarError as error:
        raise CorpusError(f"{path} is not a tar archive ({error}): {_AGAIN}") from None


def _decoded(path: str, content: bytes) -> TextFile:
    try:
        return TextFile(path, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CorpusError(f"{path}, line {line}: not UTF-8: {_AGAIN}") from None
