"""What the parts of affekt promise each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from affekt.core.items import Item
from affekt.core.labels import LabelSpace
from affekt.core.scores import Evidence, FloatArray, Prediction, Scores


@runtime_checkable
class Scorer(Protocol):
    """Anything that judges texts.

    A score of a text does not depend on what else is scored, in which order, batch, or number of
    threads, beyond 1e-5. A scorer never drops, merges or reorders items.
    """

    def score(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items, row by row, in the space's label order."""
        ...

    def describe(self) -> dict[str, Any]:
        """Enough to make the scorer again; no secrets."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, float32 `[texts, d]`."""
        ...


@runtime_checkable
class Locator(Protocol):
    """Finds the turns or spans that a label comes from."""

    def locate(self, items: Sequence[Item], labels: Sequence[Sequence[str]]) -> list[Evidence]:
        """Evidence for the given labels of each item."""
        ...


@runtime_checkable
class Decision(Protocol):
    """Turns scores into predictions; fitted on validation data only."""

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row of scores."""
        ...

    def to_dict(self) -> Mapping[str, Any]:
        """JSON-ready form."""
        ...
