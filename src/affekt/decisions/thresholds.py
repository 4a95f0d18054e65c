"""A cut for each label, fitted on validation data to give the best F1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, LabelError, Prediction, Scores
from affekt.decisions.choice import choose
from affekt.decisions.registry import register

SHRINKAGE: Final = 10.0
"""Positives at which a label's own cut weighs as much as the pooled one."""


@register
@dataclass(frozen=True, slots=True)
class LabelThresholds:
    """A label applies from its own score on.

    Args:
        thresholds: label name → score from which it applies.

    Raises:
        ValueError: if a threshold is no number.
    """

    thresholds: Mapping[str, float]
    kind: ClassVar[str] = "thresholds"

    def __post_init__(self) -> None:
        for name, cut in self.thresholds.items():
            if not np.isfinite(cut):
                raise ValueError(f"the threshold of {name!r} is {cut!r}, not a number")

    @classmethod
    def fit(cls, scores: Scores, gold: NDArray[Any], *, shrinkage: float = SHRINKAGE) -> Self:
        """Find the cuts that give the best F1, label by label, on validation data.

        The search is exact: every cut that separates two different scores is tried, and the middle between
        them taken; of equal F1 the one that says the label less often. The best cut of a label with few
        positives is largely chance, so it is drawn towards the best common cut of all labels:
        `(positives × own + shrinkage × common) / (positives + shrinkage)`. A label without positives takes
        the common cut.

        Args:
            scores: of kind `multi`; abstained items count as nothing predicted.
            gold: `[items, labels]`, 0 or 1 (from 0.5 on, a label is true).
            shrinkage: positives at which both cuts weigh the same; 0 for the bare optimum.

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
        true = gold >= 0.5
        if not true.any():
            raise InputError(
                f"no item has a label of space {scores.space.name!r}: fit thresholds on labelled texts"
            )
        judged = np.array([reason is None for reason in scores.abstained], dtype=bool)
        values = scores.values[judged]
        common = _best_cut(values.ravel(), true[judged].ravel(), int(true.sum()))
        cuts = {}
        for j, name in enumerate(scores.space.names):
            positives = int(true[:, j].sum())
            own = _best_cut(values[:, j], true[judged, j], positives)
            weight = positives / (positives + shrinkage) if positives else 0.0
            cuts[name] = float(np.float32(weight * own + (1 - weight) * common))
        return cls(cuts)

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row; see `choose` for each kind of space.

        Raises:
            LabelError: if the space is of kind `multi` and has a label without a threshold.
        """
        return choose(scores, self._cuts(scores) if scores.space.kind == "multi" else 0.0)

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
        return {"kind": self.kind, "thresholds": dict(self.thresholds)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls({str(name): float(cut) for name, cut in data["thresholds"].items()})


def _best_cut(scores: FloatArray, true: NDArray[np.bool_], positives: int) -> float:
    """The cut with the best F1 of `scores >= cut`, in the middle of the gap where it lies.

    Args:
        scores: `[items]`, of judged items.
        true: `[items]`.
        positives: all true items, those that were not judged among them.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    # A cut may lie only where the score changes: equal scores are said together.
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    hits = np.cumsum(true[order])[ends]
    f1 = 2 * hits / (ends + 1 + positives)
    best = int(ends[f1.argmax()])
    lowest_said = ranked[best]
    below = ranked[best + 1] if best + 1 < len(ranked) else np.float32(0)
    middle = np.float32((float(lowest_said) + float(below)) / 2)
    # Between neighbouring floats the middle rounds to one of them, perhaps to the one below.
    return float(middle if middle > below else lowest_said)
