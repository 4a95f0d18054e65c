"""Several scorers as one: each text goes to the first that reads its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

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
    """Gives each text to the first reader that can read it, and to the last one what none can.

    Which reader judges a text depends on that text alone; its trace names it. Scores of different readers stand on
    one scale only as far as the readers share one.

    Args:
        readers: name → reader, in the order in which they are asked; one or more.
    """

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self._readers = dict(readers)

    @property
    def readers(self) -> Mapping[str, Reader]:
        """The readers by name, in order."""
        return dict(self._readers)

    def reader_of(self, text: str) -> str:
        """Name of the reader that judges a text."""
        return self._names_of([text])[0]

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
        names = self._names_of([item.text for item in items])
        if space.kind == "open" and not space.labels:
            space = next(iter(self._readers.values())).score([], space).space
        values = np.zeros((len(items), len(space)), np.float32)
        reasons: list[str | None] = [None] * len(items)
        flags: list[tuple[str, ...]] = [()] * len(items)
        for name in dict.fromkeys(names):
            rows = [i for i, own in enumerate(names) if own == name]
            said = self._readers[name].score([items[i] for i in rows], space)
            values[rows] = said.values
            for k, i in enumerate(rows):
                reasons[i], flags[i] = said.abstained[k], said.flags[k]
        traces = tuple({MODEL: name} for name in names)
        return Scores(values, space, tuple(reasons), traces, flags=tuple(flags))

    def describe(self) -> dict[str, Any]:
        """The readers, in order."""
        return {
            "scorer": "by-language",
            "readers": {name: reader.describe() for name, reader in self._readers.items()},
        }

    def _names_of(self, texts: Sequence[str]) -> list[str]:
        found = [""] * len(texts)
        left = list(range(len(texts)))
        for name, reader in self._readers.items():
            reasons = reader.unreadable([texts[i] for i in left])
            for i, reason in zip(left, reasons, strict=True):
                if reason is None:
                    found[i] = name
            left = [i for i in left if not found[i]]
        last = next(reversed(self._readers))
        return [name or last for name in found]
