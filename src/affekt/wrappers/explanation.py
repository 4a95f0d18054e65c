"""What each word of a text does to the scores of its labels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from affekt.core import Kind, LabelSpace, Prediction

Unit = Literal["log-odds", "levels", "axis"]
"""What an effect is counted in: natural log-odds, levels, or the units of the axis."""

FAINTEST: Final = 0.1
"""Share of the strongest effect from which one is worth showing."""

_MEANINGS: Final[Mapping[Unit, str]] = {
    "log-odds": "in log-odds: +0.7 doubles the odds of a label, -0.7 halves them",
    "levels": "in levels",
    "axis": "in units of the axis",
}
_UNITS: Final[Mapping[Kind, Unit]] = {"ordinal": "levels", "dimensional": "axis"}
_OTHERS: Final = 2  # labels that are shown beside those that apply
_FEWEST: Final = 3  # labels that are shown where only one or none applies
_LEAST_LOG_ODDS: Final = 0.5
_LEAST_LEVELS: Final = 0.25
_LEAST_SHARE: Final = 1 / 16  # of an axis
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Influence:
    """A part of a text, and what taking it out does.

    Args:
        start: first character of the part in the text as it was given.
        end: one past the last.
        text: what stands there.
        effects: label → its score with the part less its score without it, in the explanation's unit: above 0 the
            part speaks for the label. NaN where nothing was said of the rest.
        without: label → its score in the text without the part.
    """

    start: int
    end: int
    text: str
    effects: Mapping[str, float]
    without: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form; an effect that is not known is null."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "effects": _figures(self.effects),
            "without": _figures(self.without),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A prediction, and which words moved it.

    Args:
        text: as it was given.
        space: the labels.
        prediction: what is said of the text.
        parts: what the text was taken apart into, in order: its words, or passages of a long text; none if abstained.
        phrases: negations with what they deny, taken out together as well.
        words: how many words the text has.
        notes: what a reader should know of these effects, in sentences.
    """

    text: str
    space: LabelSpace
    prediction: Prediction
    parts: tuple[Influence, ...] = ()
    phrases: tuple[Influence, ...] = ()
    words: int = 0
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """What effects are counted in."""
        return _UNITS.get(self.space.kind, "log-odds")

    @property
    def meaning(self) -> str:
        """What effects are counted in, for a person."""
        return _MEANINGS[self.unit]

    def labels(self, top: int | None = None) -> tuple[str, ...]:
        """The labels worth showing: those that apply, then the nearest others; all axes or levels.

        Args:
            top: how many; by default those that apply and two more, three in all at least, and every axis.

        Returns:
            Names, best first.
        """
        scores, found = self.prediction.scores, self.prediction.labels
        if self.space.kind == "dimensional":
            return self.space.names[:top]
        others = sorted((name for name in scores if name not in found), key=lambda name: -scores[name])
        wanted = max(len(found) + _OTHERS, _FEWEST) if top is None else top
        return (*found, *others)[:wanted]

    def ranked(self, label: str) -> list[Influence]:
        """The parts and phrases whose effect on a label is known, the strongest first, for or against."""
        name = self.space.names[self.space.index(label)]
        known = [each for each in (*self.parts, *self.phrases) if not math.isnan(each.effects[name])]
        return sorted(known, key=lambda each: (-abs(each.effects[name]), each.start))

    def scale(self, labels: Sequence[str]) -> float:
        """The strongest effect of any part on any of the labels, or the least that is worth seeing if that is more."""
        effects = [abs(_known(part.effects[name])) for part in self.parts for name in labels]
        return max((self._least_effect(), *effects))

    def supported(self, part: Influence, labels: Sequence[str]) -> tuple[str | None, float]:
        """The label that a part speaks for most, and how strongly.

        Args:
            part: of `parts`.
            labels: to choose from.

        Returns:
            The label, and its effect as a share of `scale` in 0…1; None and 0 where that is too weak to be shown.
        """
        best = max(labels, key=lambda name: _known(part.effects[name]), default=None)
        share = 0.0 if best is None else _known(part.effects[best]) / self.scale(labels)
        return (best, share) if share >= FAINTEST else (None, 0.0)

    def _least_effect(self) -> float:
        if self.space.range is None:
            return _LEAST_LEVELS if self.space.levels else _LEAST_LOG_ODDS
        low, high = self.space.range
        return (high - low) * _LEAST_SHARE

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        prediction = self.prediction
        return {
            "text": self.text,
            "labels": list(prediction.labels),
            "scores": _figures(prediction.scores),
            "flags": list(prediction.flags),
            "abstained": prediction.abstained,
            "unit": self.unit,
            "words": self.words,
            "parts": [part.to_dict() for part in self.parts],
            "phrases": [phrase.to_dict() for phrase in self.phrases],
            "notes": list(self.notes),
        }


def _known(effect: float) -> float:
    return 0.0 if math.isnan(effect) else effect


def _figures(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: round(value, _DIGITS) if math.isfinite(value) else None for name, value in values.items()}
