"""A cut for each label, fitted on validation data to give the best F1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, LabelError, LabelSpace, Prediction, Scores
from affekt.decisions.choice import choose
from affekt.decisions.registry import register
from affekt.decisions.validation import same_labels

SHRINKAGE: Final = 5.0
"""Positives at which a label's own cut weighs as much as the common one."""
RESAMPLES: Final = 60
"""Resamples of the validation items whose best cuts a label's own cut is the mean of."""
# Logits of cuts at 0 and 1 stay finite.
_EDGE: Final = 1e-6


@register
@dataclass(frozen=True, slots=True)
class LabelThresholds:
    """A label applies from its own score on.

    Args:
        thresholds: label name → score from which it applies.
        at_least_one: an item that reaches no cut gets its best label.

    Raises:
        ValueError: if a threshold is no number.
    """

    thresholds: Mapping[str, float]
    at_least_one: bool = False
    kind: ClassVar[str] = "thresholds"

    def __post_init__(self) -> None:
        for name, cut in self.thresholds.items():
            if not np.isfinite(cut):
                raise ValueError(f"the threshold of {name!r} is {cut!r}, not a number")

    @classmethod
    def fit(
        cls,
        scores: Scores,
        gold: NDArray[Any],
        *,
        shrinkage: float = SHRINKAGE,
        resamples: int = RESAMPLES,
        seed: int = 0,
    ) -> Self:
        """Find the cuts that give the best F1, label by label, on validation data.

        The search is exact: every cut that separates two different scores is tried, and the middle between
        them taken; of equal F1 the one that says labels less often. F1 has many peaks along a label's
        scores, and which is highest is partly chance, so the label's own cut is the mean, as a logit, of
        the best cuts of bootstrap resamples (bagging, Breiman 1996). With few positives that is chance
        still, so it is drawn, as a logit, towards the common cut with the best macro F1:
        `(positives × own + shrinkage × common) / (positives + shrinkage)`. A label without positives
        takes the common cut. Where every validation item has a label (`neutral` may be one), every item
        gets at least one.

        Args:
            scores: of kind `multi`; abstained items count as nothing predicted.
            gold: `[items, labels]`, 0 or 1 (from 0.5 on, a label is true); an item with NaN is left out.
            shrinkage: positives at which both cuts weigh the same; 0 for a label's own alone.
            resamples: how many own cuts are the mean of; 0 for the best cut on the items as they are.
            seed: of the resamples.

        Returns:
            The fitted decision.

        Raises:
            LabelError: if the space is of another kind.
            InputError: if no label has a positive.
            ValueError: if gold does not fit the scores.
        """
        if scores.space.kind != "multi":
            raise LabelError(
                f"space {scores.space.name!r} is of kind {scores.space.kind!r}, and thresholds belong to "
                "kind 'multi': use the model's own decision"
            )
        if gold.shape != scores.values.shape:
            raise ValueError(f"gold has shape {gold.shape}, scores {scores.values.shape}")
        known = ~np.isnan(np.asarray(gold, np.float64)).any(axis=1)
        scores, true = scores.take(np.flatnonzero(known).tolist()), gold[known] >= 0.5
        if not true.any():
            raise InputError(
                f"no item has a label of space {scores.space.name!r}: fit thresholds on labelled texts"
            )
        judged = np.array([reason is None for reason in scores.abstained], dtype=bool)
        if not judged.any():
            raise InputError("every item was abstained from: fit thresholds on texts that the model can read")
        values = scores.values[judged]
        said = true[judged]
        positives = true.sum(axis=0)
        unread = positives - said.sum(axis=0)
        common = _common_cut(values, said, positives)
        weights = _weights(len(values), resamples, seed)
        cuts = {}
        for j, name in enumerate(scores.space.names):
            own = _own_cut(values[:, j], said[:, j], weights, unread[j])
            cuts[name] = common if own is None else _drawn_together(own, common, positives[j], shrinkage)
        return cls(cuts, bool(true.any(axis=1).all()))

    def apply(self, scores: Scores) -> list[Prediction]:
        """Decide; see `choose` for each kind of space.

        Args:
            scores: of any kind of space.

        Returns:
            One prediction a row.

        Raises:
            LabelError: if the space is of kind `multi` and has a label without a threshold.
        """
        cuts = self._cuts(scores) if scores.space.kind == "multi" else 0.0
        return choose(scores, cuts, at_least_one=self.at_least_one)

    def fits(self, space: LabelSpace) -> bool:
        """Whether a space has the labels that have thresholds."""
        return same_labels(self.thresholds, space)

    def _cuts(self, scores: Scores) -> FloatArray:
        known = {name.casefold(): cut for name, cut in self.thresholds.items()}
        missing = [name for name in scores.space.names if name.casefold() not in known]
        if missing:
            raise LabelError(
                f"no threshold was fitted for {', '.join(missing)} of space {scores.space.name!r} (fitted: "
                f"{', '.join(self.thresholds)}): use these labels, or give a threshold"
            )
        return np.array([known[name.casefold()] for name in scores.space.names], dtype=np.float32)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        out: dict[str, Any] = {"kind": self.kind, "thresholds": dict(self.thresholds)}
        return {**out, "at_least_one": True} if self.at_least_one else out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        cuts = {str(name): float(cut) for name, cut in data["thresholds"].items()}
        return cls(cuts, bool(data.get("at_least_one", False)))


def _drawn_together(own: float, common: float, positives: int, shrinkage: float) -> float:
    """The mean of two cuts as logits, weighted by positives and shrinkage; `own` itself if shrinkage is 0."""
    if own == common or shrinkage == 0:
        return own
    logit = (positives * _logit(own) + shrinkage * _logit(common)) / (positives + shrinkage)
    return _cut_at(float(logit))


def _logit(cut: float | list[float]) -> NDArray[np.float64]:
    inside = np.clip(np.asarray(cut, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside / (1 - inside)))


def _cut_at(logit: float) -> float:
    return float(np.float32(1 / (1 + np.exp(-logit))))


def _weights(items: int, resamples: int, seed: int) -> NDArray[np.int64]:
    """How often each item is drawn, `[resamples, items]`; once, if there are no resamples."""
    if not resamples:
        return np.ones((1, items), dtype=np.int64)
    return np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), size=resamples)


def _own_cut(
    scores: FloatArray, true: NDArray[np.bool_], weights: NDArray[np.int64], unread: int
) -> float | None:
    """One label's cut: the mean, as a logit, of those with the best F1 under each row of weights.

    Args:
        scores: `[items]`, of judged items.
        true: `[items]`.
        weights: `[resamples, items]`.
        unread: true items that were not judged.

    Returns:
        The cut; None if no judged item is true, or none that was drawn.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    drawn = weights[:, order]
    hits = (drawn * true[order]).cumsum(axis=1)
    drawn, hits = drawn[hits[:, -1] > 0], hits[hits[:, -1] > 0]
    if not len(hits):
        return None
    f1 = 2 * hits / (drawn.cumsum(axis=1) + hits[:, -1:] + unread)
    # A cut may lie only where the score changes: equal scores are said together.
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    best = ends[f1[:, ends].round(12).argmax(axis=1)]
    cuts = {place: _between(ranked, place) for place in np.unique(best).tolist()}
    if len(cuts) == 1:
        return next(iter(cuts.values()))
    return _cut_at(float(_logit([cuts[place] for place in best.tolist()]).mean()))


def _between(falling: FloatArray, place: int) -> float:
    """The middle between a score and the next lower one, or 0."""
    above = falling[place]
    below = falling[place + 1] if place + 1 < len(falling) else np.float32(0)
    middle = np.float32((float(above) + float(below)) / 2)
    # Between neighbouring floats the middle rounds to one of them, perhaps to the one below.
    return float(middle if middle > below else above)


def _common_cut(scores: FloatArray, true: NDArray[np.bool_], positives: NDArray[np.integer[Any]]) -> float:
    """The cut for all labels with the best macro F1, in the middle of the gap where it lies.

    Args:
        scores: `[items, labels]`, of judged items.
        true: `[items, labels]`.
        positives: `[labels]`, all true items, those that were not judged among them.

    Returns:
        The cut; a label is said from it on.
    """
    order = np.argsort(-scores, axis=0, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=0)
    hits = np.take_along_axis(true, order, axis=0)
    said = np.arange(1, len(scores) + 1)[:, None]
    f1 = 2 * hits.cumsum(axis=0) / (said + positives)
    gains = np.diff(f1, axis=0, prepend=0)
    # As a common cut falls, it passes the scores of all labels in one falling order.
    falling = np.argsort(-ranked.T.ravel(), kind="stable")
    passed = ranked.T.ravel()[falling]
    # A cut may lie only where the score changes: equal scores are said together.
    ends = np.append(np.flatnonzero(np.diff(passed)), len(passed) - 1)
    macro = gains.T.ravel()[falling].cumsum()[ends]
    best = int(ends[macro.round(12).argmax()])  # rounding of the sums must not choose between equals
    return _between(passed, best)
