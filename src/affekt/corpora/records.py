"""JSON documents of published files, element by element; faults name file and line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from affekt.corpora.files import TextFile

_GAP = re.compile(r"[ \t\r\n]*")
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object of a published file.

    Args:
        file: the file that holds it.
        line: where the element that it belongs to begins, counted from 1.
        name: of that element, for messages.
        fields: its members.
    """

    file: TextFile
    line: int
    name: str
    fields: Mapping[str, object]

    @classmethod
    def of(cls, file: TextFile, line: int, name: str, value: object) -> Record:
        """The value as a record; anything but an object is a fault of the file."""
        if not isinstance(value, dict):
            file.fail(line, f"{name} is no JSON object")
        return cls(file, line, name, value)

    def fail(self, what: str) -> NoReturn:
        """Raise a `CorpusError` that names file, line and element."""
        self.file.fail(self.line, f"{self.name}: {what}")

    def text(self, key: str) -> str:
        """A string."""
        value = self.fields.get(key)
        if not isinstance(value, str):
            self.fail(f"`{key}` is missing or no string")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from low to high."""
        value = self.fields.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.fail(f"`{key}` is no whole number from {low} to {high}")
        return value

    def array(self, key: str, length: int | None = None) -> list[object]:
        """A list, of the given length if one is given."""
        value = self.fields.get(key)
        if not isinstance(value, list):
            self.fail(f"`{key}` is missing or no list")
        if length is not None and len(value) != length:
            self.fail(f"`{key}` has {len(value)} entries, {length} expected")
        return value

    def texts(self, key: str, length: int | None = None) -> list[str]:
        """A list of strings, of the given length if one is given."""
        values = self.array(key, length)
        strings = [value for value in values if isinstance(value, str)]
        if len(strings) != len(values):
            self.fail(f"`{key}` is no list of strings")
        return strings

    def record(self, key: str) -> Record:
        """An object."""
        return Record.of(self.file, self.line, f"{self.name}, {key}", self.fields.get(key))

    def records(self, key: str) -> list[Record]:
        """A list of objects."""
        return [Record.of(self.file, self.line, f"{self.name}, {key}", x) for x in self.array(key)]


def json_lines(file: TextFile) -> Iterator[Record]:
    """The records of a file with a JSON object a line."""
    for number, line in file.lines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            file.fail(number, f"not valid JSON ({error})")
        yield Record.of(file, number, "the line", value)


def elements(file: TextFile) -> Iterator[tuple[int, str, object]]:
    """Line, name and value of each element of a JSON array or object.

    Decoded one by one, so that a fault can be told with the line on which its element begins.

    Args:
        file: one document.

    Yields:
        Line from 1; the member's name, or in an array `element` with its position from 0; the value.

    Raises:
        CorpusError: if the document is neither, or not valid JSON.
    """
    opening, at = _mark(file, 0, "[{")
    closing = _CLOSING[opening]
    line, counted, position = 1, 0, 0
    mark, after = _peek(file, at)
    if mark == closing:
        at = after
    while mark != closing:
        at = _gap(file, at)
        line, counted = line + file.text.count("\n", counted, at), at
        name = f"element {position}"
        if opening == "{":
            key, at = _value(file, at)
            name = str(key)
            _, at = _mark(file, at, ":")
        value, at = _value(file, at)
        yield line, name, value
        mark, at = _mark(file, at, "," + closing)
        position += 1
    if _gap(file, at) < len(file.text):
        file.fail(_line(file, at), f"nothing expected after {closing!r}")


def _gap(file: TextFile, at: int) -> int:
    found = _GAP.match(file.text, at)
    assert found is not None  # it matches the empty string too
    return found.end()


def _peek(file: TextFile, at: int) -> tuple[str, int]:
    at = _gap(file, at)
    return file.text[at : at + 1], at + 1


def _mark(file: TextFile, at: int, marks: str) -> tuple[str, int]:
    """One of the marks, and where the text goes on."""
    found, after = _peek(file, at)
    if not found or found not in marks:
        file.fail(_line(file, at), f"not valid JSON ({' or '.join(marks)} expected)")
    return found, after


def _value(file: TextFile, at: int) -> tuple[object, int]:
    try:
        value, after = json.JSONDecoder().raw_decode(file.text, _gap(file, at))
    except json.JSONDecodeError as error:
        file.fail(error.lineno, f"not valid JSON ({error.msg})")
    except RecursionError as error:
        file.fail(_line(file, at), f"not valid JSON ({error})")
    return value, after


def _line(file: TextFile, at: int) -> int:
    return file.text.count("\n", 0, _gap(file, at)) + 1
