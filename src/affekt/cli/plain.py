"""Answers in a pipe: lines that a person can read and `cut` can cut, or one JSON object a line.

A plain line is `labels<TAB>text`: the labels best first and joined by `, `; `-` where none applies;
`?` and the reason where nothing is said; `name value` for each axis of a dimensional space. Tabs and line breaks
within a text become spaces, so a text is one line.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from affekt.cli.output import Bar
from affekt.core import LabelSpace, Prediction
from affekt.decisions import MODEL

if TYPE_CHECKING:
    from affekt.wrappers import Explanation

_DIGITS = 6
_TO_SPACE = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


def one_line(text: str) -> str:
    """The text without control characters and line breaks; nothing else is changed or cut."""
    return text.translate(_TO_SPACE)


def json_line(text: str | None, prediction: Prediction) -> str:
    """One object: `text`, `labels`, `scores`, `flags`, `abstained`; a score that is not a number is null.

    Of an ordinal space there are `levels` too, and of a model of several `model`, the one that judged the text.
    """
    scores = {
        label: round(score, 6) if math.isfinite(score) else None for label, score in prediction.scores.items()
    }
    row: dict[str, object] = {"text": text, "labels": list(prediction.labels), "scores": scores}
    if prediction.levels is not None:
        row["levels"] = dict(prediction.levels)
    row |= {"flags": list(prediction.flags), "abstained": prediction.abstained}
    if prediction.trace is not None and MODEL in prediction.trace:
        row["model"] = prediction.trace[MODEL]
    return json.dumps(row, ensure_ascii=False)


def plain_line(text: str | None, prediction: Prediction, space: LabelSpace) -> str:
    """`labels<TAB>text`."""
    if prediction.abstained is not None:
        found = f"? {one_line(prediction.abstained)}"
    elif space.kind == "dimensional":
        found = ", ".join(f"{axis} {value:.2f}" for axis, value in prediction.scores.items())
    elif space.kind == "ordinal" and prediction.levels is not None:
        found = ", ".join(f"{label} {level}" for label, level in prediction.levels.items())
    else:
        found = ", ".join(prediction.labels) or "-"
    return f"{found}\t{one_line(text or '')}"


class Plain:
    """`Output` as plain lines; cells are divided by tabs."""

    def prediction(self, text: str | None, prediction: Prediction, space: LabelSpace) -> None:
        """Labels, a tab, the text."""
        self._line(plain_line(text, prediction, space))

    def explanation(self, explanation: Explanation, labels: Sequence[str]) -> None:
        """Labels, a tab, the text; then a line an effect: label by label, the strongest first."""
        self.prediction(explanation.text, explanation.prediction, explanation.space)
        if explanation.parts:
            self.table(("label", "score", "effect", "without", "words"), _effects(explanation, labels))
        self.facts(("note", note) for note in explanation.notes)

    def example(self, text: str, said: str) -> None:
        """What is said, a tab, the text."""
        self._row((said, text))

    def heading(self, text: str) -> None:
        """The line itself."""
        self._row((text,))

    def gap(self) -> None:
        """An empty line."""
        self._line("")

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Name, a tab, value."""
        for row in rows:
            self._row(row)

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        right: Sequence[str] = (),
        faint: Sequence[str] = (),
    ) -> None:
        """The header, then a line a row."""
        for row in (header, *rows):
            self._row(row)

    def bars(self, rows: Iterable[Bar]) -> None:
        """Name, a tab, value."""
        for bar in rows:
            self._row((bar.name, bar.value))

    def document(self, markdown: str) -> None:
        """The text as it is."""
        self._line(markdown.rstrip("\n"))

    def flush(self) -> None:
        """Hand over what was written so far."""
        sys.stdout.flush()

    def _row(self, cells: Iterable[str]) -> None:
        self._line("\t".join(one_line(cell) for cell in cells))

    def _line(self, line: str) -> None:
        sys.stdout.write(line + "\n")


class JsonLines(Plain):
    """`Output` where a prediction is one JSON object a line."""

    def prediction(self, text: str | None, prediction: Prediction, space: LabelSpace) -> None:
        """See `json_line`."""
        self._line(json_line(text, prediction))

    def explanation(self, explanation: Explanation, labels: Sequence[str]) -> None:
        """One object with every part and every label."""
        self._line(json.dumps(explanation.to_dict(), ensure_ascii=False, allow_nan=False))


def _effects(explanation: Explanation, labels: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for label in labels:
        score = f"{explanation.prediction.scores[label]:.4f}"
        for each in explanation.ranked(label):
            yield label, score, f"{each.effects[label]:+.3f}", f"{each.without[label]:.4f}", each.text
