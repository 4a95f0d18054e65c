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

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns in order; the item's own stands at `len(history)`."""
        return (*self.history, Turn(self.speaker, self.text), *self.following)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in order, under one id."""

    id: str
    turns: tuple[Turn, ...]

    def item(self, turn: int) -> Item:
        """One turn, counted from 0: the turns before it as history, those after it as following."""
        own = self.turns[turn]
        return Item(own.text, self.turns[:turn], self.turns[turn + 1 :], own.speaker, f"{self.id}:{turn}")

    def items(self) -> Iterator[Item]:
        """One item a turn."""
        return map(self.item, range(len(self.turns)))
