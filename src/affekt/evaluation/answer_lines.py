"""A file of answers that some other system, or people, gave: a JSON object a line. Knows no corpus."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from affekt.core import Evidence, InputError
from affekt.evaluation.judged import KEY

ANSWERS: Final = ("labels", "scores", "descriptors", "evidence")
"""What a line may answer with."""
_MARK: Final = frozenset({"turn", "start", "end", "label", "score"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line says of an item; None where it has no such key.

    Args:
        place: file and line, for messages.
        id: of the item.
        text: of the item.
        labels: that apply.
        scores: label → finite number.
        abstained: why nothing is said, or None.
        descriptors: free phrases.
        evidence: turns and spans; their `item` means nothing, and a `turn` of None is the item's own.
    """

    place: str
    id: str | None
    text: str | None
    labels: tuple[str, ...] | None
    scores: Mapping[str, float] | None
    abstained: str | None
    descriptors: tuple[str, ...] | None
    evidence: tuple[Evidence, ...] | None

    def fail(self, what: str) -> NoReturn:
        """Raise an `InputError` that names file and line."""
        raise InputError(f"{self.place}: {what}")


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """Answers in the order of the file.

    Args:
        name: of the file.
        sha256: of its bytes.
        answers: a line each; either all have an id, or none.
        given: which of `ANSWERS` every line has that does not abstain.
    """

    name: str
    sha256: str
    answers: tuple[Answer, ...]
    given: frozenset[str]

    @classmethod
    def read(cls, path: Path | str) -> AnswerFile:
        """Read a file whole.

        A line may have `id`, `text`, and `abstained`, a reason or null; and one or more of `labels` (a list of
        names), `scores` (label → number), `descriptors` (a list of phrases) and `evidence` (a list of `turn`,
        `start`, `end`, `label`, `score`, each of which may be left out), the same ones in each line that does
        not abstain. What `affekt label --json` prints is such a file, and so is a jsonl file that `affekt label`
        wrote: of such a line the key `affekt` is read. Other keys are passed over.

        Args:
            path: of a jsonl file.

        Returns:
            The answers; blank lines are passed over.

        Raises:
            InputError: if it cannot be read, or a line is not as told; the message names file and line.
        """
        raw = _bytes(path)
        answers = tuple(_answer(place, row) for place, row in _objects(Path(path).name, raw))
        if not answers:
            raise InputError(f"{path} is empty: write a JSON object a line")
        judged = [answer for answer in answers if answer.abstained is None]
        given = frozenset(key for key in ANSWERS if _in_all(judged, key))
        _in_all(answers, "id")
        return cls(Path(path).name, hashlib.sha256(raw).hexdigest(), answers, given)


def _bytes(path: Path | str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"there is no file {path}: check the path") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


def _objects(name: str, raw: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """File and line, and the object that stands there."""
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            value = json.loads(line.decode("utf-8"), parse_constant=_no_number)
        except UnicodeDecodeError:
            raise InputError(f"{place}: not UTF-8, save the file as UTF-8") from None
        except (ValueError, RecursionError) as error:
            raise InputError(f"{place}: not valid JSON ({error}): write an object a line") from None
        if not isinstance(value, dict):
            raise InputError(f"{place}: not a JSON object: write one a line")
        yield place, _labelled(value)


def _labelled(row: dict[str, Any]) -> dict[str, Any]:
    """A line that `affekt label -o` wrote, as one that it prints: other keys are those of the file before."""
    said = row.get(KEY)
    if not isinstance(said, dict):
        return row
    return {"id": row.get("id"), "text": row.get("text"), **said, "abstained": said.get("error")}


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _in_all(answers: list[Answer] | tuple[Answer, ...], key: str) -> bool:
    """Whether the answers have a key; one has it where another lacks it is a mistake."""
    with_it = next((answer for answer in answers if getattr(answer, key) is not None), None)
    without = next((answer for answer in answers if getattr(answer, key) is None), None)
    if with_it is not None and without is not None:
        other = with_it.place.rpartition(", ")[2]
        without.fail(f"`{key}` is missing or null, and {other} has it: give it in every line or in none")
    return with_it is not None


def _answer(place: str, row: Mapping[str, Any]) -> Answer:
    reader = _Line(place, row)
    abstained = reader.text("abstained")
    if abstained is not None:
        if row.get("labels") or row.get("descriptors") or row.get("evidence"):
            reader.fail("it abstains and answers, too: leave out the one or the other")
        return Answer(
            place, reader.key(), reader.text("text"), None, None, abstained or "abstained", None, None
        )
    answer = Answer(
        place,
        reader.key(),
        reader.text("text"),
        reader.names("labels"),
        reader.scores(),
        None,
        reader.names("descriptors"),
        reader.evidence(),
    )
    if all(getattr(answer, key) is None for key in ANSWERS):
        answer.fail(f"it answers nothing: give {', '.join(ANSWERS)}, or the reason as `abstained`")
    return answer


@dataclass(frozen=True, slots=True)
class _Line:
    """Reads the members of an object."""

    place: str
    row: Mapping[str, Any]

    def fail(self, what: str) -> NoReturn:
        raise InputError(f"{self.place}: {what}")

    def text(self, key: str) -> str | None:
        value = self.row.get(key)
        if not isinstance(value, str | None):
            self.fail(f"`{key}` is {value!r}, not text: write a string or null")
        return value

    def key(self) -> str | None:
        value = self.row.get("id")
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            self.fail(f"`id` is {value!r}: write it as text or a whole number")
        return None if value is None else str(value)

    def names(self, key: str) -> tuple[str, ...] | None:
        value = self.row.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.fail(f"`{key}` is {value!r}, not a list of strings: write one, empty where nothing applies")
        return tuple(dict.fromkeys(value))

    def scores(self) -> dict[str, float] | None:
        value = self.row.get("scores")
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fail(f"`scores` is {value!r}: write an object with a number a label")
        return {label: self.number(score, f"the score of {label!r}") for label, score in value.items()}

    def number(self, value: object, what: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
            self.fail(f"{what} is {value!r}: write a finite number")
        return float(value)

    def evidence(self) -> tuple[Evidence, ...] | None:
        value = self.row.get("evidence")
        if value is None:
            return None
        if not isinstance(value, list):
            self.fail(f"`evidence` is {value!r}: write a list of objects, empty where there is none")
        return tuple(self.mark(mark) for mark in value)

    def mark(self, mark: object) -> Evidence:
        if not isinstance(mark, dict) or not set(mark) <= _MARK:
            self.fail(
                f"evidence {mark!r} is no object of {', '.join(sorted(_MARK))}: write one a turn or span"
            )
        turn, start, end = (self.place_of(mark, key) for key in ("turn", "start", "end"))
        if (start is None) != (end is None) or turn is start is None:
            self.fail(f"evidence {mark!r} points nowhere: give `turn`, or `start` and `end`, or all three")
        label, score = mark.get("label"), mark.get("score")
        if not isinstance(label, str | None):
            self.fail(f"the label of evidence is {label!r}: write a string, or leave it out")
        sure = 1.0 if score is None else self.number(score, "the score of evidence")
        if not 0 <= sure <= 1:
            self.fail(f"the score of evidence is {score!r}, outside 0…1: write a share")
        return Evidence(-1, turn, start, end, label, sure)

    def place_of(self, mark: Mapping[str, Any], key: str) -> int | None:
        value = mark.get(key)
        if isinstance(value, bool) or not isinstance(value, int | None) or (value is not None and value < 0):
            self.fail(f"`{key}` of evidence is {value!r}: write a whole number, counted from 0")
        return value
