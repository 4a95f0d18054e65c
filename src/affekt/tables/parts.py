"""A part: a fixed number of rows, the unit of batching, deduplication and resuming."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from affekt.core import InputError

PART_ROWS: Final = 2048
"""The default and the largest number of rows in a part."""

T = TypeVar("T")


class Rows(Protocol):
    """The rows of a part as their format has them."""

    def __len__(self) -> int: ...

    def cells(self, columns: Sequence[str]) -> Iterable[Sequence[Any]]:
        """The values of each row, in the order of the columns; None where there is none."""
        ...

    def line(self, row: int) -> int | None:
        """The line that a row begins in; None in a format without lines."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive rows of a table.

    Args:
        number: of the part, counted from 0.
        rows: as their format has them.
        texts: of each row; None where there is an error.
        errors: why a row cannot be used, or None; such a row is kept.
        done: how much of the table was read with this part: bytes of a text file, else rows.
        total: how much there is, in the same unit, or None if that is not known.
    """

    number: int
    rows: Rows
    texts: list[str | None]
    errors: list[str | None]
    done: int
    total: int | None

    def __len__(self) -> int:
        return len(self.texts)


class Table(ABC):
    """Rows of one file, read part by part.

    Args:
        name: of the file, for messages.
        path: of the file, or `-`.
        format: one of `READABLE`.
        column: the one that holds the texts.
        part_rows: number of rows in a part.
    """

    def __init__(self, name: str, path: str, format: str, column: str, part_rows: int) -> None:
        if not 1 <= part_rows <= PART_ROWS:
            raise InputError(f"a part of {part_rows} rows is impossible: use 1 to {PART_ROWS}")
        self.name = name
        self.path = path
        self.format = format
        self.column = column
        self.part_rows = part_rows

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of all columns; for jsonl every key of the file, which is read for it."""

    @abstractmethod
    def parts(self, skip: int = 0) -> Iterator[Part]:
        """The parts in order.

        Args:
            skip: number of parts to leave out at the start.

        Yields:
            parts of `part_rows` rows; the last one may have fewer.

        Raises:
            InputError: if the file turns out to be broken.
        """

    @abstractmethod
    def sha256(self) -> str | None:
        """What tells this content from any other; None for a stream, which can be read only once."""


@dataclass(frozen=True, slots=True)
class CellRows:
    """Rows that are lists of values in column order."""

    values: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        return len(self.values)

    def cells(self, columns: Sequence[str]) -> Iterable[Sequence[Any]]:
        """See `Rows`."""
        return self.values

    def line(self, row: int) -> int | None:
        """See `Rows`."""
        return None


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` rows; the last one may be shorter."""
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch
