"""A decision that depends on the label space: fitted cuts where there are some, a general rule elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from affekt.core import Prediction, Scores
from affekt.decisions.registry import StoredDecision, decision_from_dict, register
from affekt.decisions.thresholds import LabelThresholds


@register
@dataclass(frozen=True, slots=True)
class SpaceDecisions:
    """Hands scores to the decision of their space.

    Args:
        by_space: space name → decision.
        otherwise: for every other space, one of the same name with other labels included.
    """

    by_space: Mapping[str, StoredDecision]
    otherwise: StoredDecision
    kind: ClassVar[str] = "by-space"

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row."""
        found = self.by_space.get(scores.space.name, self.otherwise)
        if isinstance(found, LabelThresholds) and set(found.thresholds) != set(scores.space.names):
            found = self.otherwise
        return found.apply(scores)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "kind": self.kind,
            "by_space": {name: decision.to_dict() for name, decision in self.by_space.items()},
            "otherwise": self.otherwise.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        made = {name: decision_from_dict(entry) for name, entry in data["by_space"].items()}
        return cls(made, decision_from_dict(data["otherwise"]))
