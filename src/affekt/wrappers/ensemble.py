"""Several scorers as one: each text is judged by all that read it, and the mean is what is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from affekt.core import FloatArray, Item, LabelSpace, Scores
from affekt.decisions import MODEL
from affekt.wrappers.by_language import ByLanguage, Reader, unguarded

BESIDE: Final = "+"
"""Stands in a trace between the names of readers that judged a text together."""
_LEAST: Final = 1e-6  # of probabilities, so that their logits are finite


@runtime_checkable
class Trained(Protocol):
    """A scorer that knows in which spaces it was trained."""

    def is_trained(self, space: LabelSpace) -> bool:
        """Whether it has a head of its own for the space; elsewhere it judges labels by their names."""
        ...


class Ensemble(ByLanguage):
    """Gives each text to all readers that can read it; what none can goes to the last.

    Probabilities are joined by the mean of their logits (of one label a text, of their logarithms), axes by their
    mean: networks that were taught apart err apart, so the mean is better than each (Hansen and Salamon 1990). Where some
    readers have a head that was trained for the space, these alone judge. Free descriptors are the first reader's.

    Args:
        readers: name → what opens a reader, one or more.
    """

    @property
    def unguarded(self) -> Ensemble:
        """The same readers without what stops a text; to be held to the readers of one text first."""
        return Ensemble({name: unguarded(self._open(name)) for name in self._openers})

    def reader_of(self, text: str) -> str:
        """Names of the readers that judge a text, joined by `+`."""
        return BESIDE.join(self._readers_of([text])[0])

    def judges_of(self, texts: Sequence[str], space: LabelSpace) -> list[tuple[str, ...]]:
        """Names of the readers that judge each text in a space: those that were trained for it, or all that read the text."""
        return [self._judges(names, space) for names in self._readers_of(texts)]

    def held_to(self, text: str) -> Ensemble:
        """The readers of a text alone, whatever they are asked about."""
        return Ensemble({name: self._opener(name) for name in self._readers_of([text])[0]})

    def score(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items, each by its readers.

        Args:
            items: to judge.
            space: the labels; an open space is the first reader's affair.

        Returns:
            One row an item, in order; each has a trace that names its readers.

        Raises:
            LabelError: if a reader that is needed cannot judge in the space.
        """
        if space.kind == "open" or not items:
            return super().score(items, space)
        chosen = self.judges_of([item.text for item in items], space)
        values = np.zeros((len(items), len(space)), np.float32)
        reasons: list[str | None] = [None] * len(items)
        flags: list[tuple[str, ...]] = [()] * len(items)
        for names in dict.fromkeys(chosen):
            rows = [i for i, own in enumerate(chosen) if own == names]
            said = [self._open(name).score([items[i] for i in rows], space) for name in names]
            values[rows] = joined([each.values for each in said], space)
            for i, reason, held in zip(rows, said[0].abstained, said[0].flags, strict=True):
                reasons[i], flags[i] = reason, held
        traces = tuple({MODEL: BESIDE.join(names)} for names in chosen)
        return Scores(values, space, tuple(reasons), traces, flags=tuple(flags))

    def describe(self) -> dict[str, Any]:
        """Names of the readers, in order."""
        return {**super().describe(), "scorer": "ensemble"}

    def _judges(self, names: tuple[str, ...], space: LabelSpace) -> tuple[str, ...]:
        """Of a text's readers those that were trained for the space, or all if none was."""
        return tuple(name for name in names if _is_trained(self._open(name), space)) or names

    def _readers_of(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        found: list[list[str]] = [[] for _ in texts]
        for name in self._openers:
            for own, reason in zip(found, self._open(name).unreadable(texts), strict=True):
                if reason is None:
                    own.append(name)
        last = list(self._openers)[-1:]
        return [tuple(own or last) for own in found]


def joined(values: Sequence[FloatArray], space: LabelSpace) -> FloatArray:
    """What several scorers say of the same items, as one.

    Args:
        values: of each scorer, float32 `[items, labels]`.
        space: that they judged in, not an open one.

    Returns:
        Values of the same kind and size; NaN where one has NaN.
    """
    if len(values) == 1:
        return values[0]
    if space.kind == "dimensional":
        return np.asarray(np.mean(values, axis=0), np.float32)
    most = (space.levels or 2) - 1
    shares = np.clip(np.asarray(values, np.float64) / most, _LEAST, 1 - _LEAST)
    if space.kind == "single":
        logits = np.log(shares).mean(axis=0)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
    logits = (np.log(shares) - np.log1p(-shares)).mean(axis=0)
    return np.asarray(most / (1 + np.exp(-logits)), np.float32)


def _is_trained(reader: Reader, space: LabelSpace) -> bool:
    return isinstance(reader, Trained) and reader.is_trained(space)
