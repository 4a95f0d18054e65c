"""A user's own labelled texts, a JSON object a line, as a corpus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from affekt.core import InputError, Item, Label, LabelError, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Corpus, Facts

_COLUMNS: Final = ("language", "source")


@dataclass(frozen=True, slots=True)
class _Line:
    """Where in the file we are, for messages."""

    path: Path
    number: int

    def fail(self, what: str) -> NoReturn:
        raise InputError(f"{self.path}, line {self.number}: {what}")


def corpus_from_jsonl(path: Path | str) -> Corpus:
    """Read a corpus from a file with a JSON object a line.

    Keys: `text`; `labels`, a list of names that may be empty; optionally `history`, a list of
    `{"speaker", "text"}` oldest first, `speaker`, `id`, `group`, and `language` and `source`, which scores are
    told apart by. Other keys are ignored, and empty lines.

    Args:
        path: the file, UTF-8.

    Returns:
        The corpus, split `all`. Its space is the sorted labels that occur: `single` where every line has
        exactly one, else `multi`. `groups` is None unless a line has a `group`; a line without one is then
        a group of its own.

    Raises:
        InputError: if the file cannot be read, a line is not of this form, or no label occurs.
    """
    path = Path(path)
    content = _content(path)
    items: list[Item] = []
    labels: list[tuple[str, ...]] = []
    groups: list[str | None] = []
    columns: dict[str, list[str | None]] = {name: [] for name in _COLUMNS}
    spelling: dict[str, str] = {}
    for line, row in _rows(path, content):
        items.append(_item(line, row))
        labels.append(_labels(line, row, spelling))
        groups.append(_optional(line, row, "group"))
        for name, cells in columns.items():
            value = row.get(name)
            cells.append(value if isinstance(value, str) else None)
    if not spelling:
        raise InputError(f"{path} has no line with a label: give each line `text` and `labels`")
    space = _space(path.name, spelling, labels)
    return Corpus(
        path.name,
        "",
        "all",
        tuple(items),
        gold.many_hot([[space.index(name) for name in names] for names in labels], space),
        space,
        _groups(groups),
        facts=Facts(
            what="a user's own texts",
            source=path.name,
            counts={"all": len(items)},
            sha256={path.name: hashlib.sha256(content).hexdigest()},
        ),
        columns={name: tuple(cells) for name, cells in columns.items() if any(cells)},
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


def _rows(path: Path, content: bytes) -> Iterator[tuple[_Line, Mapping[str, object]]]:
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        line = _Line(path, number)
        if not raw.strip():
            continue
        try:
            row = json.loads(raw.decode("utf-8"))
        except UnicodeDecodeError:
            line.fail("not UTF-8: save the file as UTF-8")
        except json.JSONDecodeError as error:
            line.fail(f"not valid JSON ({error.msg}, column {error.colno}): write one object a line")
        except (ValueError, RecursionError) as error:
            line.fail(f"not readable as JSON ({error}): write one object a line")
        if not isinstance(row, dict):
            line.fail("not a JSON object: write `text` and `labels` in braces")
        yield line, row


def _item(line: _Line, row: Mapping[str, object]) -> Item:
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, dict) for turn in history):
        line.fail("`history` is not a list of objects: give each turn `speaker` and `text`")
    turns = tuple(Turn(_optional(line, turn, "speaker"), _text(line, turn)) for turn in history)
    return Item(_text(line, row), turns, (), _optional(line, row, "speaker"), _optional(line, row, "id"))


def _text(line: _Line, row: Mapping[str, object]) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        line.fail("`text` is missing or no string: give each line and each turn a text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        line.fail("`text` holds half of a surrogate pair: write the whole character")
    return text


def _optional(line: _Line, row: Mapping[str, object], key: str) -> str | None:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        line.fail(f"`{key}` is neither a string nor a whole number: write it in quotes")
    return None if value is None else str(value)


def _labels(line: _Line, row: Mapping[str, object], spelling: dict[str, str]) -> tuple[str, ...]:
    names = row.get("labels")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        line.fail("`labels` is missing or no list of strings: write [] where no label applies")
    for name in names:
        try:
            Label(name)
        except LabelError as error:
            line.fail(str(error))
        first = spelling.setdefault(name.casefold(), name)
        if first != name:
            line.fail(f"label {name!r} is spelled {first!r} elsewhere: use one spelling")
    if len(set(names)) < len(names):
        line.fail("a label is given twice: give each once")
    return tuple(names)


def _space(name: str, spelling: Mapping[str, str], labels: list[tuple[str, ...]]) -> LabelSpace:
    names = sorted(spelling.values())
    single = len(names) > 1 and all(len(row) == 1 for row in labels)
    return LabelSpace(name, tuple(Label(x) for x in names), "single" if single else "multi")


def _groups(groups: list[str | None]) -> tuple[str, ...] | None:
    named = {group for group in groups if group is not None}
    if not named:
        return None
    mark = "#"
    while any(group.startswith(mark) for group in named):
        mark += "#"
    return tuple(f"{mark}{i}" if group is None else group for i, group in enumerate(groups))
