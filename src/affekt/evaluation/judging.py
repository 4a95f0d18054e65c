"""What a model says of a corpus, asked only for what it has a head for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from affekt.core import Decision, FloatArray, InputError, Item, LabelSpace, Scores
from affekt.corpora import Corpus

# Axes of affect: their names are no emotions that could be judged as labels.
_AXES: Final = frozenset({"valence", "arousal", "dominance"})


class EvaluatedModel(Protocol):
    """What evaluation needs of a model."""

    @property
    def name(self) -> str:
        """As shown in the report."""
        ...

    @property
    def card(self) -> Mapping[str, Any]:
        """What it was made from."""
        ...

    @property
    def decision(self) -> Decision:
        """Its own, used in mode `strict`."""
        ...

    def axes(self) -> tuple[str, ...]:
        """Names of the axes that it has a head for."""
        ...

    def scores(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items in the space."""
        ...


@runtime_checkable
class Describer(Protocol):
    """A model that may say in words of its own what an item expresses."""

    @property
    def says_labels(self) -> bool:
        """Whether it says labels too; if not, its scores mean nothing but who abstained."""
        ...

    def descriptors(self, items: Sequence[Item]) -> Sequence[Sequence[str]] | None:
        """The free descriptors of each item, none of one that it abstained from; None if it gives none at all."""
        ...


@runtime_checkable
class AxisReader(Protocol):
    """A model that may read axes that it has no head for."""

    def axis_readings(self, space: LabelSpace) -> Mapping[str, str | None]:
        """Axis → how it is read, such as `head` or `opposites`; None if it cannot be."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """A model's scores of a corpus.

    Args:
        values: float32 `[items, labels]` in the order of the corpus's space; NaN in abstained rows, in
            axes that the model cannot read, and where labels came without scores.
        abstained: a reason or None for each item.
        scores: what a decision is applied to; None where nothing is decided: for values on axes, and for labels
            of which the model says nothing.
        scaled: whether the values are on the scale of gold.
        readings: axis → how it was read; None for other kinds.
    """

    values: FloatArray
    abstained: tuple[str | None, ...]
    scores: Scores | None = None
    scaled: bool = True
    readings: Mapping[str, str | None] | None = None

    @property
    def silent(self) -> np.ndarray:
        """Bool `[items]`, True where the model abstained."""
        return np.array([reason is not None for reason in self.abstained], dtype=bool)

    @property
    def unstated(self) -> bool:
        """Whether items were judged, and none has a value: what scores alone tell is undefined."""
        judged = self.values[~self.silent]
        return bool(judged.size and np.isnan(judged).all())


def judge(model: EvaluatedModel, corpus: Corpus) -> Judgement:
    """Ask a model for its scores of a corpus's items.

    In a dimensional space it is asked for the axes that it can read: those it has heads for, found by name whatever
    their case, and those that it reads by opposites. One
    emotion's intensity (SemEval-2018 EI-reg) is no axis of a model: the probability of that emotion stands
    for it, which orders the items, but is not on the scale of gold. In an open space it is asked who abstained.

    Args:
        model: to be asked.
        corpus: whose items are judged.

    Returns:
        The scores in the corpus's space.

    Raises:
        InputError: if the model gives no score for some item.
    """
    space = corpus.space
    if space.kind == "open" or (isinstance(model, Describer) and not model.says_labels):
        reasons = _asked(model, corpus, space).abstained
        return Judgement(np.full((len(corpus), len(space)), np.nan, dtype=np.float32), reasons)
    if space.kind != "dimensional":
        scores = _asked(model, corpus, space)
        values = scores.values.copy()
        values[[reason is not None for reason in scores.abstained]] = np.nan
        return Judgement(values, scores.abstained, scores)
    readings = _readings(model, space)
    shared = tuple(label for label in space.labels if readings[label.name])
    if shared:
        part = LabelSpace(space.name, shared, "dimensional", range=space.range)
        return replace(_placed(_asked(model, corpus, part), space), readings=readings)
    if len(space) == 1 and space.names[0].casefold() not in _AXES:
        part = LabelSpace(space.name, space.labels, "multi")
        return _placed(_asked(model, corpus, part), space, scaled=False)
    nothing = np.full((len(corpus.items), len(space)), np.nan, dtype=np.float32)
    return Judgement(nothing, (None,) * len(corpus.items), readings=readings)


def _readings(model: EvaluatedModel, space: LabelSpace) -> Mapping[str, str | None]:
    """How the model reads each axis; a label's intensity is no axis that opposites are known of."""
    if isinstance(model, AxisReader):
        return model.axis_readings(space)
    declared = {name.casefold() for name in model.axes()}
    return {name: "head" if name.casefold() in declared else None for name in space.names}


def _asked(model: EvaluatedModel, corpus: Corpus, space: LabelSpace) -> Scores:
    scores = model.scores(corpus.items, space)
    if len(scores) != len(corpus.items):
        raise InputError(
            f"model {model.name} gave {len(scores)} scores for the {len(corpus.items)} items of {corpus}: "
            "a scorer must give one for each"
        )
    return scores


def _placed(scores: Scores, space: LabelSpace, *, scaled: bool = True) -> Judgement:
    """Scores of some axes in their columns of the whole space."""
    values = np.full((len(scores), len(space)), np.nan, dtype=np.float32)
    values[:, [space.index(name) for name in scores.space.names]] = scores.values
    values[[reason is not None for reason in scores.abstained]] = np.nan
    return Judgement(values, scores.abstained, scaled=scaled)
