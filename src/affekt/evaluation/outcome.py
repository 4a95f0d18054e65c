"""What was true and what was said of each item, as arrays: what slices, breakdowns and comparisons are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import NO_EMOTION, FloatArray, LabelSpace, Prediction
from affekt.corpora import Corpus
from affekt.evaluation.judging import Judgement
from affekt.metrics import Statistic, Tally

_Bools = NDArray[np.bool_]
_NO_EMOTION: Final = (*NO_EMOTION, "others")
"""Names by which corpora call the label that stands for no emotion."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Gold and predictions of a corpus's items in one label space.

    Args:
        space: of the columns; not open.
        gold: `[items, labels]`: 0/1, levels, or values on axes.
        values: float32 `[items, labels]`, the scores; NaN where there is none.
        said: bool `[items, labels]`, the labels predicted; above level 0 for levels; none for values on axes.
        levels: float64 `[items, labels]`, the levels decided; None for other kinds.
        silent: bool `[items]`, where the model abstained.
        scaled: whether values on axes are on the scale of gold.
    """

    space: LabelSpace
    gold: NDArray[Any]
    values: FloatArray
    said: _Bools
    levels: NDArray[np.float64] | None
    silent: _Bools
    scaled: bool = True

    @classmethod
    def of(cls, corpus: Corpus, judgement: Judgement, predictions: Sequence[Prediction]) -> Self:
        """Of a corpus with gold, a model's scores, and what was decided from them."""
        assert corpus.gold is not None
        space = corpus.space
        return cls(
            space,
            corpus.gold,
            judgement.values,
            said_labels(space, predictions),
            decided_levels(space, predictions) if space.kind == "ordinal" else None,
            judgement.silent,
            judgement.scaled,
        )

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def true(self) -> _Bools:
        """The labels that are true: from 0.5 on, above level 0 for levels, none for values on axes."""
        if self.space.kind == "dimensional":
            return np.zeros(self.gold.shape, dtype=bool)
        return np.asarray(self.gold >= 0.5)

    def take(self, rows: NDArray[Any]) -> Outcome:
        """The outcome of some items, by position or mask."""
        levels = None if self.levels is None else self.levels[rows]
        return Outcome(
            self.space,
            self.gold[rows],
            self.values[rows],
            self.said[rows],
            levels,
            self.silent[rows],
            self.scaled,
        )

    def numbers(self) -> NDArray[np.float64]:
        """Levels or values float64 `[items, labels]`, with what an abstained item counts as.

        That is level 0, or the mean of the values that were predicted: it adds no covariance.
        """
        if self.levels is not None:
            return np.where(self.silent[:, None], 0.0, self.levels)
        return metrics.guessed(self.values, self.silent)

    def followed_by(self, other: Outcome) -> Outcome:
        """The items of this outcome, then those of another, each with what an abstention counts as."""
        levels = None
        if self.levels is not None:
            levels = np.concatenate([self.numbers(), other.numbers()])
        axes = self.space.kind == "dimensional"
        values = [each.numbers().astype(np.float32) if axes else each.values for each in (self, other)]
        said = [each.said & ~each.silent[:, None] for each in (self, other)]
        return Outcome(
            self.space,
            np.concatenate([self.gold, other.gold]),
            np.concatenate(values),
            np.concatenate(said),
            levels,
            np.zeros(len(self) + len(other), dtype=bool),
            self.scaled and other.scaled,
        )

    def exchanged_with(self, other: Outcome) -> Statistic:
        """`decided` of the items of this outcome, then of another, fit for exchanging what the two say of an item.

        For correlations values are first brought to one scale, over the items that each is of.
        """
        as_said = self.followed_by(other)
        if self.space.kind in ("single", "multi"):
            return as_said.decided()
        known = ~np.isnan(self.gold)
        forms = {
            "": as_said.decided(),
            "pearson": self._on_one_scale(other, as_said, known),
            "pearson_some": self._on_one_scale(other, as_said, known & (self.gold != 0)),
            "spearman": self._on_one_scale(other, as_said, known, ranked=True),
        }
        form = {name: _form(name) for name in forms[""](np.ones(len(as_said)))}

        def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
            found = {key: forms[key](weights) for key in dict.fromkeys(form.values())}
            return {name: found[key][name] for name, key in form.items()}

        return statistic

    def _on_one_scale(
        self, other: Outcome, as_said: Outcome, rows: _Bools, *, ranked: bool = False
    ) -> Statistic:
        both = metrics.on_one_scale(self.numbers(), other.numbers(), rows, ranked=ranked)
        numbers = np.concatenate(both)
        if self.levels is not None:
            return replace(as_said, levels=numbers).decided()
        return replace(as_said, values=numbers.astype(np.float32)).decided()

    def wholes(self) -> Statistic:
        """The figures of the whole under their names in a report, cheap enough for many resamples."""
        if self.space.kind not in ("single", "multi"):
            return self._named_by_label(self._suite())
        ranks = None
        if self.space.kind == "multi":
            scores = np.where(self.silent[:, None], -np.inf, self.values)
            ranks = metrics.ranking_precision(self.true, scores)
        decided = self.decided()

        def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
            found = {name: figure for name, figure in decided(weights).items() if name != "f1"}
            if ranks is not None:
                found["lrap"] = np.asarray(weights @ ranks / weights.sum(axis=-1), dtype=np.float64)
            return found

        return statistic

    def _named_by_label(self, suite: Statistic) -> Statistic:
        """Figures of axes and levels are figures of the whole too: `pearson_valence`."""

        def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
            found = suite(weights)
            means = {name: figure for name, figure in found.items() if figure.ndim == weights.ndim - 1}
            return means | {
                f"{name}_{label}": figure[..., j]
                for j, label in enumerate(self.space.names)
                for name, figure in found.items()
                if name not in means
            }

        return statistic

    def decided(self) -> Statistic:
        """What decisions are compared by, cheap enough for many resamples.

        Labels: the F1s, Jaccard accuracy and exact match, or accuracy, and the `f1` of each label. Levels and
        values on axes: everything that a report has of them.
        """
        if self.space.kind not in ("single", "multi"):
            return self._suite()
        true, said = self.true, self.said & ~self.silent[:, None]
        if self.space.kind == "single":
            by_item = {"accuracy": metrics.hit(true, said)}
        else:
            by_item = {"jaccard": metrics.jaccard(true, said), "exact_match": metrics.exact_match(true, said)}
        neutral = no_emotion(self.space)
        values = np.stack(list(by_item.values()), axis=1)

        def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
            tally = Tally.of(true, said, weights)
            means = weights @ values / weights.sum(axis=-1)[..., None]
            found = {"macro_f1": tally.macro_f1(), "weighted_f1": tally.weighted_f1(), "f1": tally.f1()}
            if self.space.kind == "multi":
                found["micro_f1"] = tally.micro_f1()
            elif neutral is not None:
                found["micro_f1_without_neutral"] = tally.without(neutral).micro_f1()
            return found | {name: means[..., i] for i, name in enumerate(by_item)}

        return statistic

    def _suite(self) -> Statistic:
        """Everything that a report has of the kind of space."""
        if self.space.kind == "dimensional":
            return metrics.dimensional(self.gold, self.values, self.silent, scaled=self.scaled)
        if self.levels is not None:
            return metrics.ordinal(self.gold, self.levels, self.silent)
        if self.space.kind == "single":
            neutral = no_emotion(self.space)
            return metrics.single_label(self.true, self.said, self.values, self.silent, neutral)
        return metrics.multi_label(self.true, self.said, self.values, self.silent)


def _form(name: str) -> str:
    """Which values a figure of numbers is tested on when systems are exchanged; as they are said, if empty."""
    bare = name.removeprefix("mean_")
    if bare.startswith("pearson_some"):
        return "pearson_some"
    return next((form for form in ("pearson", "spearman") if bare.startswith(form)), "")


def no_emotion(space: LabelSpace) -> int | None:
    """Position of the label that stands for no emotion, if there is one."""
    return next((space.index(name) for name in _NO_EMOTION if name in space), None)


def said_labels(space: LabelSpace, predictions: Sequence[Prediction]) -> _Bools:
    """Predicted labels as bool `[items, labels]`."""
    said = np.zeros((len(predictions), len(space)), dtype=bool)
    rows = [i for i, prediction in enumerate(predictions) for _ in prediction.labels]
    said[rows, [space.index(name) for prediction in predictions for name in prediction.labels]] = True
    return said


def decided_levels(space: LabelSpace, predictions: Sequence[Prediction]) -> NDArray[np.float64]:
    """Predicted levels as float64 `[items, labels]`; 0 where nothing was predicted."""
    return np.array(
        [[(p.levels or {}).get(name, 0) for name in space.names] for p in predictions], dtype=np.float64
    )
