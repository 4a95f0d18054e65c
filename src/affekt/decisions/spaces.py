"""A decision that depends on the label space: fitted cuts where there are some, a general rule elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from affekt.core import LabelSpace, Prediction, Scores
from affekt.decisions.registry import StoredDecision, decision_from_dict, fits, register, restated


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
        return self._of(scores.space).apply(scores)

    def restate(self, scores: Scores) -> Scores:
        """The scores that are decided on."""
        return restated(self._of(scores.space), scores)

    def _of(self, space: LabelSpace) -> StoredDecision:
        found = self.by_space.get(space.name, self.otherwise)
        return found if fits(found, space) else self.otherwise

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
