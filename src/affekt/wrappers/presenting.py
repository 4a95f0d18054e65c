"""Explanations as a page: the text by the labels that its words speak for, then label by label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, cast

from affekt.pages import (
    Block,
    Column,
    Hue,
    Marked,
    Number,
    Page,
    Row,
    Section,
    Segment,
    Sentence,
    Sentences,
    Table,
)
from affekt.wrappers.explanation import FAINTEST, Explanation, Influence

_NOTED: Final = 0.3
_LONG_WORD: Final = 24
_HUES: Final = 8
_ROWS: Final = 8
_LONGEST_TITLE: Final = 70
_SHORT_TITLE: Final = 40


def present(explanations: Sequence[Explanation], model: str, top: int | None = None) -> Page:
    """A page of explained texts.

    Args:
        explanations: one or more.
        model: its name.
        top: how many labels are shown; see `Explanation.labels`.

    Returns:
        The page: a section a label where there is one text, else a section a text.
    """
    first = explanations[0]
    facts = (f"model {model}", f"{len(first.space)} labels ({first.space.kind})")
    meaning = first.meaning.replace("-0.7", "−0.7")
    lead = f"Each word was taken out in turn. Its effect is what a score loses by that, {meaning}."
    if len(explanations) > 1:
        title = f"{len(explanations):,} texts explained"
        sections = tuple(
            Section(f"text-{place}", _excerpt(each.text, _SHORT_TITLE), _said(each), tuple(_whole(each, top)))
            for place, each in enumerate(explanations, 1)
        )
    else:
        title = _excerpt(first.text)
        sections = tuple(_sections(first, top))
    return Page(title, "explanation", lead, facts, sections)


def _sections(explanation: Explanation, top: int | None) -> Iterator[Section]:
    labels = explanation.labels(top) if explanation.parts else ()
    yield Section("text", "The text", _said(explanation), tuple(_glance(explanation, labels)))
    for place, label in enumerate(labels, 1):
        blocks = tuple(_of_label(explanation, label, labels, ""))
        yield Section(f"label-{place}", f"{label}: {_score(explanation, label)}", "", blocks)


def _whole(explanation: Explanation, top: int | None) -> Iterator[Block]:
    labels = explanation.labels(top) if explanation.parts else ()
    yield from _glance(explanation, labels)
    for label in labels:
        yield from _of_label(explanation, label, labels, f"{label}: {_score(explanation, label)}. ")


def _said(explanation: Explanation) -> str:
    prediction = explanation.prediction
    if prediction.abstained is not None:
        return f"Not judged: {prediction.abstained}."
    if explanation.space.kind == "dimensional":
        return ", ".join(f"{name} {_score(explanation, name)}" for name in explanation.space.names) + "."
    return f"Labels: {', '.join(prediction.labels)}." if prediction.labels else "No label applies."


def _score(explanation: Explanation, label: str) -> str:
    score, space = explanation.prediction.scores[label], explanation.space
    if space.kind == "dimensional":
        return f"{score:.2f}"
    return f"{score:.1f} of {space.levels - 1}" if space.levels else f"{100 * score:.0f} %"


def _glance(explanation: Explanation, labels: Sequence[str]) -> Iterator[Block]:
    """The text with each word in the colour of the label that it speaks for most."""
    hues = {label: cast(Hue, str(i % _HUES + 1)) for i, label in enumerate(labels)}

    def mark(part: Influence) -> Segment:
        label, strength = explanation.supported(part, labels)
        if label is None:
            return Segment(part.text)
        told = f"{label} {part.effects[label]:+.2f}"
        note = label if strength >= _NOTED else ""
        return Segment(part.text, hues[label], strength, note, told, len(part.text) > _LONG_WORD)

    if explanation.parts:
        yield Marked(
            "Words in the colour of the label that they speak for most",
            tuple(_segments(explanation, mark)),
            tuple(hues.items()),
        )
    else:
        yield Marked("The text as it was given", (Segment(explanation.text),))
    if explanation.notes:
        yield Sentences(tuple(Sentence("", f"{note[0].upper()}{note[1:]}.") for note in explanation.notes))


def _of_label(explanation: Explanation, label: str, labels: Sequence[str], lead: str) -> Iterator[Block]:
    """The text with what speaks for and against a label, and the strongest words as a table."""
    scale = explanation.scale(labels)

    def mark(part: Influence) -> Segment:
        effect = part.effects[label]
        strength = abs(effect) / scale
        if not strength >= FAINTEST:  # nor where it is not known
            return Segment(part.text)
        hue: Hue = "for" if effect > 0 else "against"
        note = _signed(effect) if strength >= _NOTED else ""
        return Segment(part.text, hue, strength, note, f"{label} {effect:+.2f}", len(part.text) > _LONG_WORD)

    yield Marked(
        f"{lead}What speaks for {label}, and against it",
        tuple(_segments(explanation, mark)),
        ((f"for {label}", "for"), (f"against {label}", "against")),
    )
    rows = [_row(each, label) for each in explanation.ranked(label)]
    columns = (
        Column("words"),
        Column("effect", "number", explanation.meaning),
        Column("score without", "number", "what the model says of the text without these words"),
    )
    if rows:
        yield Table(f"Strongest effects on {label}", columns, tuple(rows[:_ROWS]))
    if len(rows) > _ROWS:
        yield Table(
            f"{len(rows) - _ROWS:,} weaker effects on {label}", columns, tuple(rows[_ROWS:]), folded=True
        )


def _row(influence: Influence, label: str) -> Row:
    return (
        _cut(influence.text, _LONGEST_TITLE),
        Number(influence.effects[label]),
        Number(influence.without[label]),
    )


def _segments(explanation: Explanation, mark: Callable[[Influence], Segment]) -> Iterator[Segment]:
    """The whole text in order: parts as they are marked, and what lies between them as it is."""
    end = 0
    for part in explanation.parts:
        if part.start > end:
            yield Segment(explanation.text[end : part.start])
        yield mark(part)
        end = part.end
    if end < len(explanation.text):
        yield Segment(explanation.text[end:])


def _signed(effect: float) -> str:
    return f"{effect:+.1f}".replace("-", "−")


def _excerpt(text: str, longest: int = _LONGEST_TITLE) -> str:
    return f"“{_cut(text, longest)}”"


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
