"""A user's own labelled texts as a corpus: csv, tsv, jsonl, parquet or xlsx, its columns named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from affekt.core import CorpusError, InputError, Item, Turn
from affekt.corpora.cells import Row, key, number, turns
from affekt.corpora.corpus import Corpus, Facts
from affekt.corpora.labelling import read_labels
from affekt.corpora.roles import FACTS, Columns, Roles, open_by_roles
from affekt.tables import Table

_WHOLE: Final = "all"
_SPLITS: Final = {
    "training": "train",
    "validation": "dev",
    "valid": "dev",
    "val": "dev",
    "development": "dev",
    "testing": "test",
}


def corpus_from_file(
    path: Path | str,
    columns: Columns | None = None,
    split: str | None = None,
    separator: str | None = None,
) -> Corpus:
    """Read a split of a user's labelled texts.

    Args:
        path: see `corpora_from_file`.
        columns: see `corpora_from_file`.
        split: one of the file's, or `all`; `test` where there is one, else everything, if left out.
        separator: see `corpora_from_file`.

    Returns:
        The corpus.

    Raises:
        InputError: as `corpora_from_file`.
        CorpusError: if the file has no such split.
    """
    return choose_split(corpora_from_file(path, columns, separator), split)


def choose_split(found: Mapping[str, Corpus], split: str | None) -> Corpus:
    """One of the splits that `corpora_from_file` gives.

    Args:
        found: split → corpus.
        split: its name; `test` where there is one, else everything, if None.

    Returns:
        The corpus.

    Raises:
        CorpusError: if there is no such split.
    """
    if split is None:
        return found.get("test", found[_WHOLE])
    name = _split_name(split)
    if name not in found:
        raise CorpusError(
            f"split {split!r} of {found[_WHOLE].name} is unknown: use one of {', '.join(found)}"
        )
    return found[name]


def corpora_from_file(
    path: Path | str, columns: Columns | None = None, separator: str | None = None
) -> dict[str, Corpus]:
    """Read a user's labelled texts, a row a text.

    Roles that columns are named for, each looked for under its own name where it is not named: `text`;
    `label` (`labels` too): names, several in a cell divided by `;`, `|` or `,` or written as a list, or one
    column a label with 0 and 1, levels from 0, or real values; instead of it `level` or `value`, to say
    that numbers are that; and optionally `id`; `group`, such as an author; `speaker`; `split`; `history`,
    earlier turns as a list of texts or of `{"speaker", "text"}`, or a line a turn; or else `dialogue`, whose
    rows are each other's turns, in the order of the file or of `turn`; `language` and `source`, which
    figures are also given by.

    Args:
        path: of a csv, tsv, jsonl, parquet or xlsx file; the text formats may be gzipped.
        columns: role → column, for `label`, `level` and `value` also several.
        separator: between labels in a cell, in place of `;`, `|` and `,`.

    Returns:
        Split → corpus, `all` first; all in one space, see `read_labels`. Splits are those of the column
        `split`, if there is one; `validation` and the like are `dev`. `groups` are those of `group`, else
        of `dialogue`, else None; a row without one is a group of its own.

    Raises:
        InputError: if the file cannot be read, a column is missing, or a cell does not fit; the message
            names file and line.
        MissingExtra: if the file is xlsx and openpyxl is not installed.
    """
    table, roles = open_by_roles(str(path), columns or {})
    rows = list(_rows(table, roles))
    name = Path(table.name).name
    if not rows:
        raise InputError(f"{table.name} has no rows: give texts with labels")
    space, gold = read_labels(name, rows, roles.labels, roles.labels_are, separator)
    splits = [_split_name(key(row, "split") or "") for row in rows]
    counts = {split: n for split, n in Counter(splits).items() if split not in ("", _WHOLE)}
    checksum = table.sha256()
    dialogues = _groups([key(row, "dialogue") for row in rows])
    groups = _groups([key(row, "group") for row in rows]) or dialogues
    facts = Facts(
        what="a user's own texts",
        source=name,
        counts=counts or {_WHOLE: len(rows)},
        sha256={} if checksum is None else {name: checksum},
    )
    items = _items(rows, dialogues)
    told = {fact: tuple(key(row, fact) for row in rows) for fact in FACTS}
    columns_told = {fact: cells for fact, cells in told.items() if any(cells)}
    whole = Corpus(name, "", _WHOLE, items, gold, space, groups, columns=columns_told, facts=facts)
    return {_WHOLE: whole} | {
        split: replace(whole.take([i for i, x in enumerate(splits) if x == split]), split=split)
        for split in counts
    }


def _rows(table: Table, roles: Roles) -> Iterator[Row]:
    columns = table.columns
    labels = [columns.index(name) for name in roles.labels]
    others = {role: columns.index(name) for role, name in roles.others.items()}
    for part in table.parts():
        cells = part.rows.cells(columns)
        for i, (values, text, error) in enumerate(zip(cells, part.texts, part.errors, strict=True)):
            if error is not None or text is None:
                raise InputError(f"{table.name}, {error}: mend or remove it")
            row = Row(
                f"{table.name}, {part.rows.place(i)}",
                text,
                tuple(values[k] for k in labels),
                {role: values[k] for role, k in others.items()},
            )
            # In a table an empty cell is no label; an object without the key is a mistake.
            if table.format == "jsonl" and row.labels[0] is None:
                row.fail(f"{roles.labels[0]!r} is missing or null: write [] where no label applies")
            yield row


def _items(rows: Sequence[Row], dialogues: Sequence[str] | None) -> tuple[Item, ...]:
    around: Mapping[int, tuple[tuple[Turn, ...], tuple[Turn, ...]]] = (
        {i: (turns(row), ()) for i, row in enumerate(rows)}
        if dialogues is None
        else _surroundings(rows, dialogues)
    )
    return tuple(
        Item(row.text, *around[i], speaker=key(row, "speaker"), id=key(row, "id"))
        for i, row in enumerate(rows)
    )


def _surroundings(
    rows: Sequence[Row], dialogues: Sequence[str]
) -> dict[int, tuple[tuple[Turn, ...], tuple[Turn, ...]]]:
    """The turns before and after each row, from the other rows of its dialogue."""
    members: dict[str, list[int]] = {}
    for i, dialogue in enumerate(dialogues):
        members.setdefault(dialogue, []).append(i)
    around = {}
    for dialogue, places in members.items():
        if "turn" in rows[0].others:
            places = _in_order(rows, places, dialogue)  # noqa: PLW2901 - the same rows
        said = tuple(Turn(key(rows[i], "speaker"), rows[i].text) for i in places)
        around.update({i: (said[:at], said[at + 1 :]) for at, i in enumerate(places)})
    return around


def _in_order(rows: Sequence[Row], places: Sequence[int], dialogue: str) -> list[int]:
    order = {i: number(rows[i], rows[i].others["turn"], "turn") for i in places}
    ordered = sorted(places, key=order.__getitem__)
    for before, after in pairwise(ordered):
        if order[before] == order[after]:
            rows[after].fail(f"turn {order[after]:g} of dialogue {dialogue!r} is there twice: number them")
    return ordered


def _split_name(name: str) -> str:
    folded = name.strip().casefold()
    return _SPLITS.get(folded, folded)


def _groups(groups: Sequence[str | None]) -> tuple[str, ...] | None:
    named = {group for group in groups if group is not None}
    if not named:
        return None
    mark = "#"
    while any(group.startswith(mark) for group in named):
        mark += "#"
    return tuple(f"{mark}{i}" if group is None else group for i, group in enumerate(groups))
