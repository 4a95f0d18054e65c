"""Which column of a user's file holds what.

Columns that go by the name of their role need not be named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from affekt.core import InputError
from affekt.tables import Table, find_column, open_table

LabelRole = Literal["label", "level", "value"]
"""`label`: names, or 0 and 1 in a column a label; `level`: whole numbers from 0; `value`: real numbers."""

_LABEL_ROLES: Final[tuple[LabelRole, ...]] = ("label", "level", "value")
FACTS: Final = ("language", "source")
"""Facts of an item that figures are also given by."""
_OPTIONAL: Final[tuple[str, ...]] = (
    *("id", "group", "speaker", "split", "history", "dialogue", "turn"),
    *FACTS,
)
ROLES: Final = ("text", *_LABEL_ROLES, *_OPTIONAL)
"""What a column may be named for."""

DEFAULT_LABELS: Final = ("labels", "label")
_DEFAULT_TEXT: Final = "text"

Columns = Mapping[str, str | Sequence[str]]
"""Role → column, or columns where it is about labels."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of one table by their roles.

    Args:
        labels: the columns that labels are read from.
        labels_are: how these are read.
        others: role → column, of those that the table has.
    """

    labels: tuple[str, ...]
    labels_are: LabelRole
    others: Mapping[str, str]


def open_by_roles(path: str, columns: Columns) -> tuple[Table, Roles]:
    """Open a table and find its columns.

    Args:
        path: of a file that `open_table` reads.
        columns: role → column; a role that is not named is looked for under its own name.

    Returns:
        The table, and its columns by their roles.

    Raises:
        InputError: if a role is unknown, labels are named in two ways, or a column is missing.
    """
    named = {role: _names(role, value) for role, value in columns.items()}
    table = open_table(path, named.get("text", (_DEFAULT_TEXT,))[0])
    ways = [role for role in _LABEL_ROLES if role in named]
    if len(ways) > 1:
        raise InputError(f"labels of {table.name} are named as {' and as '.join(ways)}: use one of them")
    how = ways[0] if ways else "label"
    labels = named[how] if ways else _default_labels(table)
    others = {role: named[role][0] for role in _OPTIONAL if role in named}
    for column in (*labels, *others.values()):
        find_column(column, table.columns, table.name)
    if repeated := [name for i, name in enumerate(labels) if name in (*labels[:i], table.column)]:
        raise InputError(f"column {repeated[0]!r} of {table.name} is named twice: name it once")
    taken = {table.column, *labels, *others.values()}
    found = {
        role: role for role in _OPTIONAL if role not in others and role in table.columns and role not in taken
    }
    return table, Roles(labels, how, _without_rivals(others, found))


def _names(role: str, value: str | Sequence[str]) -> tuple[str, ...]:
    if role not in ROLES:
        raise InputError(f"{role!r} is nothing that a column is named for: use one of {', '.join(ROLES)}")
    names = (value,) if isinstance(value, str) else tuple(value)
    if not names or (len(names) > 1 and role not in _LABEL_ROLES):
        raise InputError(f"{len(names)} columns are named for {role!r}: name one")
    return names


def _default_labels(table: Table) -> tuple[str, ...]:
    for name in DEFAULT_LABELS:
        if name in table.columns:
            return (name,)
    shown = ", ".join(map(repr, table.columns[:20]))
    raise InputError(
        f"{table.name} has no column {' or '.join(map(repr, DEFAULT_LABELS))}: name the one that holds the "
        f"labels, as in label=NAME, or those of all labels (columns: {shown})"
    )


def _without_rivals(named: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """What was named before what was merely found: turns come from a history or from a dialogue's rows."""
    roles = {**found, **named}
    if "history" in roles and "dialogue" in roles:
        if "history" in named and "dialogue" in named:
            raise InputError("earlier turns are named as history and as rows of a dialogue: use one of them")
        del roles["history" if "dialogue" in named else "dialogue"]
    return roles
