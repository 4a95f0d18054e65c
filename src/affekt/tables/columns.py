"""Names of columns: which is meant, and which are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, Protocol

from affekt.core import InputError, MissingColumn

ColumnType = Literal["text", "number", "texts"]
"""`text`: a string or None; `number`: a float or None; `texts`: a list of strings."""

ADDED_DIGITS: Final = 6
"""Significant digits of added numbers, so that the last bits of another machine's arithmetic do not show."""
_SHOWN_NAMES = 20
_SHOWN_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is added to a table."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class AddedColumns:
    """What is added to each row.

    Args:
        columns: added to csv, tsv and parquet, after those of the table.
        key: added to each object of jsonl; its value is an object.
    """

    columns: tuple[Column, ...]
    key: str


class AddedRows(Protocol):
    """What is added to the rows of one part; only what the format needs is asked for."""

    def values(self) -> Sequence[Sequence[object]]:
        """One sequence a column, in the order of `AddedColumns.columns`, with one value a row."""
        ...

    def objects(self) -> Sequence[dict[str, object]]:
        """One JSON-ready object a row."""
        ...


def find_column(column: str, columns: Sequence[str], where: str) -> int:
    """The position of a column.

    Args:
        column: the name that is wanted.
        columns: the names that there are.
        where: the table's name, for messages.

    Returns:
        the position in `columns`.

    Raises:
        MissingColumn: if there is none of that name; it lists the columns and suggests a near name.
    """
    if column in columns:
        return columns.index(column)
    folded = {name.strip().casefold(): name for name in reversed(columns)}
    near = get_close_matches(column.strip().casefold(), list(folded), n=1)
    hint = f" (did you mean {folded[near[0]]!r}?)" if near else ""
    raise MissingColumn(f"{where} has no column {column!r}{hint}: name one of {_listed(columns)}")


def check_names(columns: Sequence[str], where: str) -> None:
    """See that columns can be told apart.

    The first column may have an empty name: pandas and R write row names so.

    Args:
        columns: the names of a table's columns.
        where: the table's name and line, for messages.

    Raises:
        InputError: if a name occurs twice, or one after the first is empty.
    """
    for i, name in enumerate(columns):
        if i and not name:
            raise InputError(f"{where} has no name for column {i + 1}: name it in the header")
        if name in columns[:i]:
            raise InputError(
                f"{where} has two columns {name!r} ({columns.index(name) + 1} and {i + 1}): rename one"
            )


def check_clash(added: Sequence[str], columns: Sequence[str], where: str) -> None:
    """See that no column is added that the table has.

    Args:
        added: names to add.
        columns: the table's own names.
        where: the table's name, for messages.

    Raises:
        InputError: if a name is in both.
    """
    both = [name for name in added if name in set(columns)]
    if both:
        raise InputError(f"{where} already has {_listed(both)}: rename or drop what would be written again")


def _listed(names: Sequence[str]) -> str:
    shown = [
        repr(name if len(name) <= _SHOWN_WIDTH else name[:_SHOWN_WIDTH] + "…")
        for name in names[:_SHOWN_NAMES]
    ]
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(shown) + more
