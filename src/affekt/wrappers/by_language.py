"""Several scorers as one: each text goes to the first that reads its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self, cast, runtime_checkable

import numpy as np

from affekt.core import Item, LabelSpace, Scorer, Scores
from affekt.decisions import MODEL


@runtime_checkable
class Reader(Scorer, Protocol):
    """A scorer that knows which texts it can read."""

    def unreadable(self, texts: Sequence[str]) -> list[str | None]:
        """For each text why it cannot be read, or None if it can; an empty text can."""
        ...


class ByLanguage:
    """Gives each text to the first reader that can read it, and what none can to the last.

    Which reader judges a text depends on that text alone; its trace names it. What a reader offers beside scores
    (trained axes, a vocabulary of descriptors) is the first one's. Scores of different readers stand on one scale as
    far as the readers share one.

    Args:
        readers: name → what opens a reader, in the order in which they are asked, one or more; a reader is opened
            when a text is met that those before it cannot read.
    """

    def __init__(self, readers: Mapping[str, Callable[[], Reader]]) -> None:
        self._openers = dict(readers)
        self._opened: dict[str, Reader] = {}

    @property
    def readers(self) -> dict[str, Reader]:
        """All readers, opened."""
        return {name: self._open(name) for name in self._openers}

    def changed(self, change: Callable[[str, Reader], Reader]) -> Self:
        """The same, with each reader as `change` makes it from its name and itself; called when a text needs the reader."""

        def opener(name: str) -> Callable[[], Reader]:
            return lambda: change(name, self._open(name))

        return type(self)({name: opener(name) for name in self._openers})

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the axes that have a trained head."""
        return tuple(getattr(self._first, "axes", ()))

    def axis_readings(self, space: LabelSpace) -> Mapping[str, str | None]:
        """How each axis of a dimensional space is read."""
        readings: Mapping[str, str | None] = cast(Any, self._first).axis_readings(space)
        return readings

    @property
    def vocabulary(self) -> Any:
        """Descriptors for answers in free words, if there are any."""
        return getattr(self._first, "vocabulary", None)

    @property
    def unguarded(self) -> ByLanguage:
        """The same readers without what stops a text; to be held to one reader first."""
        return ByLanguage({name: unguarded(self._open(name)) for name in self._openers})

    def reader_of(self, text: str) -> str:
        """Name of the reader that judges a text."""
        return self._names_of([text])[0]

    def judges_of(self, texts: Sequence[str], space: LabelSpace) -> list[tuple[str, ...]]:
        """Names of the readers that judge each text in a space."""
        return [(name,) for name in self._names_of(texts)]

    def held_to(self, text: str) -> ByLanguage:
        """The reader of a text alone, whatever it is asked about."""
        name = self.reader_of(text)
        return ByLanguage({name: self._opener(name)})

    def score(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items, each by its reader.

        Args:
            items: to judge.
            space: the labels; an open space without labels stands for the first reader's vocabulary.

        Returns:
            One row an item, in order; each has a trace that names its reader.

        Raises:
            LabelError: if a reader that is needed cannot judge in the space.
        """
        if not items or (space.kind == "open" and not space.labels):
            space = self._first.score([], space).space  # an open one gets its labels, another is checked
        names = self._names_of([item.text for item in items])
        values = np.zeros((len(items), len(space)), np.float32)
        reasons: list[str | None] = [None] * len(items)
        flags: list[tuple[str, ...]] = [()] * len(items)
        for name in dict.fromkeys(names):
            rows = [i for i, own in enumerate(names) if own == name]
            said = self._open(name).score([items[i] for i in rows], space)
            values[rows] = said.values
            for i, reason, held in zip(rows, said.abstained, said.flags, strict=True):
                reasons[i], flags[i] = reason, held
        return Scores(
            values, space, tuple(reasons), tuple({MODEL: name} for name in names), flags=tuple(flags)
        )

    def describe(self) -> dict[str, Any]:
        """Names of the readers, in order; what they are made of is on the model's card, so none is opened for it."""
        return {"scorer": "by-language", "readers": list(self._openers)}

    @property
    def _first(self) -> Reader:
        return self._open(next(iter(self._openers)))

    def _opener(self, name: str) -> Callable[[], Reader]:
        return lambda: self._open(name)

    def _open(self, name: str) -> Reader:
        if name not in self._opened:
            self._opened[name] = self._openers[name]()
        return self._opened[name]

    def _names_of(self, texts: Sequence[str]) -> list[str]:
        *others, last = self._openers
        found = [last] * len(texts)
        left = list(range(len(texts)))
        for name in others:
            reasons = self._open(name).unreadable([texts[i] for i in left]) if left else []
            for i, reason in zip(left, reasons, strict=True):
                if reason is None:
                    found[i] = name
            left = [i for i, reason in zip(left, reasons, strict=True) if reason is not None]
        return found


def unguarded(reader: Reader) -> Callable[[], Reader]:
    """Opens a reader without what stops a text, if it offers that; else as it is."""
    free: Reader = getattr(reader, "unguarded", reader)
    return lambda: free
