"""Poles of an axis: the wordings of its two ends, by which it can be read without a trained head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from affekt.core.errors import LabelError


@dataclass(frozen=True, slots=True)
class Poles:
    """What stands at the ends of an axis, each in one wording or several.

    Args:
        high: wordings of the end where values are high.
        low: wordings of the other end.

    Raises:
        LabelError: if an end has no wording, or both ends have one in common.
    """

    high: tuple[str, ...]
    low: tuple[str, ...]

    def __post_init__(self) -> None:
        for end in ("high", "low"):
            given = getattr(self, end)
            wordings = (given,) if isinstance(given, str) else tuple(given)
            if not wordings or not all(isinstance(x, str) and x.strip() for x in wordings):
                raise LabelError(
                    f"the {end} pole of an axis has no wording: give both ends, such as high = ['powerful'], "
                    "low = ['powerless']"
                )
            object.__setattr__(self, end, wordings)
        if both := {word.strip().casefold() for word in self.high} & {
            word.strip().casefold() for word in self.low
        }:
            raise LabelError(f"{min(both)!r} stands at both poles of an axis: name two opposites")

    @classmethod
    def parse(cls, text: str) -> Poles:
        """Read `HIGH|LOW` as typed on a command line, several wordings of an end divided by commas.

        Args:
            text: such as `powerful, in control|powerless`.

        Returns:
            The poles.

        Raises:
            LabelError: if there are not two ends.
        """
        ends = [tuple(x.strip() for x in end.split(",") if x.strip()) for end in text.split("|")]
        if len(ends) != 2 or not all(ends):
            raise LabelError(
                f"poles {text!r} are not two: write them as HIGH|LOW, such as powerful, in control|powerless"
            )
        return cls(*ends)

    def to_dict(self) -> dict[str, list[str]]:
        """JSON-ready form."""
        return {"high": list(self.high), "low": list(self.low)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Poles:
        """Inverse of `to_dict`.

        Args:
            data: `high` and `low`, each a list of wordings.

        Returns:
            The poles.

        Raises:
            LabelError: if an end is missing, or there is more.
        """
        if not isinstance(data, Mapping) or set(data) != {"high", "low"}:
            raise LabelError("poles need `high` and `low`, each a list of wordings, and nothing else")
        return cls(data["high"], data["low"])


_VALENCE: Final = Poles(
    ("pleasant", "happy", "a positive feeling", "good"),
    ("unpleasant", "unhappy", "a negative feeling", "bad"),
)
_AROUSAL: Final = Poles(
    ("excited", "agitated", "intense", "full of energy"),
    ("calm", "relaxed", "quiet", "sluggish"),
)
_DOMINANCE: Final = Poles(
    ("in control", "powerful", "dominant", "confident"),
    ("powerless", "helpless", "submissive", "overwhelmed"),
)
_CERTAINTY: Final = Poles(("certain", "sure", "convinced"), ("uncertain", "unsure", "doubtful"))
_NOVELTY: Final = Poles(("surprised", "unexpected", "astonished"), ("expected", "familiar", "unsurprised"))

POLES: Final[Mapping[str, Poles]] = {
    "valence": _VALENCE,
    "pleasantness": _VALENCE,
    "pleasure": _VALENCE,
    "sentiment": _VALENCE,
    "arousal": _AROUSAL,
    "activation": _AROUSAL,
    "dominance": _DOMINANCE,
    "control": _DOMINANCE,
    "power": _DOMINANCE,
    "potency": _DOMINANCE,
    "energy": Poles(("energetic", "lively", "awake"), ("tired", "sleepy", "exhausted")),
    "tension": Poles(("tense", "nervous", "stressed"), ("relaxed", "at ease", "calm")),
    "certainty": _CERTAINTY,
    "novelty": _NOVELTY,
    "unpredictability": _NOVELTY,
    "warmth": Poles(("warm", "friendly", "caring"), ("cold", "hostile", "unkind")),
}
"""Poles of axes that the field knows by name; valence, power, arousal and novelty as Fontaine et al. 2007 name them."""
