"""One cut for all labels, and what a user asks for in place of a model's own decision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from affekt.core import Decision, InputError, Kind, Prediction, Scores
from affekt.decisions.choice import choose, choose_open
from affekt.decisions.registry import register, restated


@register
@dataclass(frozen=True, slots=True)
class FixedThreshold:
    """A label applies from one score on, the same for all labels.

    Args:
        threshold: in 0…1; read where any number of labels may apply. A label that says that there is no emotion
            never stands beside another, see `choose`.
        top: at most so many labels an item, the best; no limit if None.

    Raises:
        InputError: if the threshold is outside 0…1, or `top` is below 1.
    """

    threshold: float = 0.5
    top: int | None = None
    kind: ClassVar[str] = "fixed"

    def __post_init__(self) -> None:
        _check(self.threshold, self.top)

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row; see `choose` for each kind of space."""
        return choose(scores, self.threshold, self.top, none_alone=True)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        out: dict[str, Any] = {"kind": self.kind, "threshold": self.threshold}
        return out if self.top is None else {**out, "top": self.top}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(float(data["threshold"]), data.get("top"))


def apply_overrides(
    scores: Scores, decision: Decision, threshold: float | None = None, top: int | None = None
) -> list[Prediction]:
    """Predictions by a decision, as far as the user does not ask for something else.

    Args:
        scores: of any kind of space.
        decision: the model's own.
        threshold: takes the place of the decision; read where any number of labels may apply. Where the
            decision calibrates scores, it is held against the calibrated ones. Of free descriptors it takes the
            place of the rule that those near the best are said.
        top: at most so many labels an item, the best; so many free descriptors.

    Returns:
        One prediction a row.

    Raises:
        InputError: if the threshold is outside 0…1, `top` is below 1, or the kind of the space knows neither.
    """
    _check(threshold, top)
    _check_kind(scores.space.kind, threshold, top)
    if scores.space.kind == "open":
        return choose_open(scores, threshold, top)
    if threshold is not None:
        return FixedThreshold(threshold, top).apply(restated(decision, scores))
    predictions = decision.apply(scores)
    return predictions if top is None else [replace(p, labels=p.labels[:top]) for p in predictions]


def _check(threshold: float | None, top: int | None) -> None:
    if threshold is not None and not (math.isfinite(threshold) and 0 <= threshold <= 1):
        raise InputError(f"threshold {threshold!r} is outside 0…1: give the score from which a label applies")
    if top is not None and top < 1:
        raise InputError(f"top {top!r} leaves no label: give a number from 1 up, or leave it out")


def _check_kind(kind: Kind, threshold: float | None, top: int | None) -> None:
    if threshold is not None and kind not in ("multi", "open"):
        raise InputError(
            f"a threshold decides where any number of labels may apply, which kind {kind} does not allow: leave it out"
        )
    if top is not None and kind == "dimensional":
        raise InputError("axes have values and no best: leave out the number of best labels")
