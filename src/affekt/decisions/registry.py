"""Decisions in and out of JSON: each kind has a tag, and registers under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar, runtime_checkable

from affekt.core import Decision, InputError, LabelSpace, ModelError, Scores


class StoredDecision(Decision, Protocol):
    """A decision that can be made again from what its `to_dict` gave."""

    kind: ClassVar[str]
    """The tag, in `to_dict` under `kind`."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`; raises `KeyError`, `TypeError` or `ValueError` on anything else."""
        ...


_Kind = TypeVar("_Kind", bound=type[StoredDecision])
_KINDS: dict[str, type[StoredDecision]] = {}


def register(decision: _Kind) -> _Kind:
    """Let `decision_from_dict` find a class by its `kind`; to be used as a decorator."""
    _KINDS[decision.kind] = decision
    return decision


def decision_from_dict(data: Mapping[str, Any]) -> StoredDecision:
    """The decision that was stored.

    Args:
        data: what its `to_dict` gave.

    Returns:
        A decision equal to the one stored.

    Raises:
        ModelError: if the kind is unknown, or its fields are missing or unusable.
    """
    kind = data.get("kind")
    if kind not in _KINDS:
        raise ModelError(
            f"a decision of kind {kind!r} is unknown: use one of {', '.join(sorted(_KINDS))}, "
            "or a newer affekt for a newer model"
        )
    try:
        return _KINDS[kind].from_dict(data)
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"a decision of kind {kind!r} is damaged ({type(error).__name__}: {error}): "
            "get the model again, or fit the decision anew"
        ) from None


@runtime_checkable
class Restating(Protocol):
    """A decision that changes scores before it decides."""

    def restate(self, scores: Scores) -> Scores:
        """The scores that are decided on."""
        ...


@runtime_checkable
class Fitted(Protocol):
    """A decision that was fitted for some labels."""

    def fits(self, space: LabelSpace) -> bool:
        """Whether it may decide in a space."""
        ...


def restated(decision: Decision, scores: Scores) -> Scores:
    """The scores as a decision states them: calibrated where it calibrates, else as they are.

    Args:
        decision: of any kind.
        scores: as a scorer gives them.

    Returns:
        What the scores of its predictions are.
    """
    return decision.restate(scores) if isinstance(decision, Restating) else scores


def fits(decision: Decision, space: LabelSpace) -> bool:
    """Whether a decision may be used in a space; one that was not fitted for labels may be used in all."""
    return decision.fits(space) if isinstance(decision, Fitted) else True
