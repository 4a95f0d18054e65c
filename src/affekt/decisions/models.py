"""A decision that depends on the model that judged a text, where several share a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Self

import numpy as np

from affekt.core import InputError, Prediction, Scores
from affekt.decisions.registry import StoredDecision, decision_from_dict, register, restated

MODEL: Final = "model"
"""Key of a trace under which the name of the model stands that judged a text."""


@register
@dataclass(frozen=True, slots=True)
class ModelDecisions:
    """Hands each row to the decision of its model, which its trace names.

    Args:
        by_model: name → decision, one or more; the first also takes rows whose trace names no model.

    Raises:
        InputError: if there is no decision.
    """

    by_model: Mapping[str, StoredDecision]
    kind: ClassVar[str] = "by-model"

    def __post_init__(self) -> None:
        if not self.by_model:
            raise InputError("decisions by model name no model: give one or more")

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row."""
        made: dict[int, Prediction] = {}
        for decision, rows in self._parts(scores):
            made.update(zip(rows, decision.apply(scores.take(rows)), strict=True))
        return [made[i] for i in range(len(scores))]

    def restate(self, scores: Scores) -> Scores:
        """The scores that are decided on."""
        values = np.array(scores.values)
        for decision, rows in self._parts(scores):
            values[rows] = restated(decision, scores.take(rows)).values
        return replace(scores, values=values)

    def _parts(self, scores: Scores) -> list[tuple[StoredDecision, list[int]]]:
        first = next(iter(self.by_model))
        rows: dict[str, list[int]] = {}
        for i, trace in enumerate(scores.traces or (None,) * len(scores)):
            name = str((trace or {}).get(MODEL))
            rows.setdefault(name if name in self.by_model else first, []).append(i)
        return [(self.by_model[name], own) for name, own in rows.items()]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "kind": self.kind,
            "by_model": {name: decision.to_dict() for name, decision in self.by_model.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls({name: decision_from_dict(entry) for name, entry in data["by_model"].items()})
