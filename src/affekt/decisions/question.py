"""A decision for one question: the labels, and what they mean, that it was fitted for, whatever their space is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from affekt.core import Label, LabelSpace, Prediction, Scores
from affekt.decisions.registry import StoredDecision, decision_from_dict, register, restated


def same_question(own: LabelSpace, asked: LabelSpace) -> bool:
    """Whether a space asks what another one does: the same labels of one kind, in any order and case.

    Args:
        own: labels with their wordings.
        asked: labels that stand for those of `own` where nothing but their names is said; other wordings ask something else.

    Returns:
        Whether answers in `own` answer it; the range of axes is not looked at.
    """
    if asked.kind != own.kind:
        return False
    known = {label.name.casefold(): label for label in own.labels}
    return {name.casefold() for name in asked.names} == set(known) and all(
        (label.forms == (label.name,) and label.poles is None)
        or _meant(label) == _meant(known[label.name.casefold()])
        for label in asked.labels
    )


@register
@dataclass(frozen=True, slots=True)
class QuestionDecision:
    """Decides one question as was fitted for it, and any other by a general rule.

    Args:
        space: the question.
        own: its decision.
        otherwise: of every other space.
    """

    space: LabelSpace
    own: StoredDecision
    otherwise: StoredDecision
    kind: ClassVar[str] = "one-question"

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row."""
        return self._of(scores.space).apply(scores)

    def restate(self, scores: Scores) -> Scores:
        """The scores that are decided on."""
        return restated(self._of(scores.space), scores)

    def _of(self, space: LabelSpace) -> StoredDecision:
        return self.own if same_question(self.space, space) else self.otherwise

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "kind": self.kind,
            "space": self.space.to_dict(),
            "own": self.own.to_dict(),
            "otherwise": self.otherwise.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(
            LabelSpace.from_dict(data["space"]),
            decision_from_dict(data["own"]),
            decision_from_dict(data["otherwise"]),
        )


def _meant(label: Label) -> tuple[object, ...]:
    return (*(form.casefold() for form in label.forms), label.poles)
