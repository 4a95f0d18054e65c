"""What is judged: texts with the turns around them, and whole conversations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a conversation; `labels` are predicted ones, never gold."""

    speaker: str | None
    text: str
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A text to judge, with its surroundings.

    Args:
        text: any Unicode; may be empty.
        history: turns before the text, oldest first.
        following: turns after the text, oldest first.
        speaker: who says the text.
        id: the caller's own key.
    """

    text: str
    history: tuple[Turn, ...] = ()
    following: tuple[Turn, ...] = ()
    speaker: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in order, under one id."""

    id: str
    turns: tuple[Turn, ...]

    def items(self) -> Iterator[Item]:
        """One item a turn: the turns before it as history, those after it as following."""
        for i, turn in enumerate(self.turns):
            yield Item(turn.text, self.turns[:i], self.turns[i + 1 :], turn.speaker, f"{self.id}:{i}")
