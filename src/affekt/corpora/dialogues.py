"""Labelled utterances in dialogues: rows in, items with the turns around them out."""

from __future__ import annotations

from collections.abc import Iterable

from affekt.core import Conversation, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Content
from affekt.corpora.files import TextFile

Row = tuple[int, str, Turn, str]
"""Line number, dialogue, turn, name of its label."""


def labelled_turns(file: TextFile, rows: Iterable[Row], space: LabelSpace) -> Content:
    """One item a row, with its dialogue's other turns around it; gold of one label each.

    Args:
        file: for messages.
        rows: in order; those of a dialogue stand together.
        space: of the labels.

    Returns:
        The items; groups are dialogues. Turns carry no labels: those at hand are gold.

    Raises:
        CorpusError: if a label is unknown or a dialogue is in two places.
    """
    dialogues: dict[str, list[Turn]] = {}
    groups: list[str] = []
    labels = []
    known = {name: position for position, name in enumerate(space.names)}
    for line, dialogue, turn, label in rows:
        if groups and groups[-1] != dialogue and dialogue in dialogues:
            file.fail(line, f"dialogue {dialogue} is in two places")
        dialogues.setdefault(dialogue, []).append(turn)
        groups.append(dialogue)
        labels.append(known[label] if label in known else gold.position(file, line, label, space))
    items = tuple(
        item for dialogue, turns in dialogues.items() for item in Conversation(dialogue, tuple(turns)).items()
    )
    return Content(items, gold.one_hot(labels, space), tuple(groups))
