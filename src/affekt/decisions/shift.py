"""Label shift: how frequent labels are in another domain, estimated without gold, and scores corrected for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from affekt.core import InputError, LabelError, LabelSpace, Scores
from affekt.decisions.probabilities import Floats, noted
from affekt.decisions.validation import same_labels

STRENGTH: Final = 100.0
"""Texts that the shares known before weigh as much as."""
_ROUNDS: Final = 2000
_STILL: Final = 1e-7
_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class PriorShift:
    """From the label shares that probabilities were calibrated for to those of another domain.

    It rests on one assumption: texts of a label look alike in both domains, and only their number differs.

    Args:
        source: label name → its part of all labels in the data that the probabilities were calibrated on.
        target: label name → its part of all labels in the other domain.

    Raises:
        ValueError: if the parts are of different labels, or one is not above 0 and at most 1.
    """

    source: Mapping[str, float]
    target: Mapping[str, float]

    def __post_init__(self) -> None:
        if set(self.source) != set(self.target):
            raise ValueError("the parts of a shift are of different labels")
        if not all(0 < value <= 1 for parts in (self.source, self.target) for value in parts.values()):
            raise ValueError("a part of a shift is not above 0 and at most 1")

    @classmethod
    def estimate(cls, scores: Scores, prior: Mapping[str, float], *, strength: float = STRENGTH) -> Self:
        """Estimate the parts by expectation maximisation (Saerens, Latinne and Decaestecker 2002, section 2).

        Corrected probabilities give parts, parts give corrected probabilities, until both stand still. The
        parts known before count as `strength` texts; with 0 the estimate is the likeliest one, which is poor
        for labels that are rare or hard to tell. Kind `multi` takes a text as one of its labels, each as likely
        as its share of the text's probabilities: right for texts that mostly have one label. Each label by
        itself, present or absent, was worse (`benchmarks/decisions.py`), for what is absent changes too.

        Args:
            scores: calibrated probabilities of texts of the other domain; abstained items are left out.
            prior: label name → share of items in the data that they were calibrated on.
            strength: texts that the prior weighs as much as.

        Returns:
            The shift.

        Raises:
            LabelError: if the space is of another kind, or `prior` has other labels.
            InputError: if every item was abstained from.
        """
        space = scores.space
        if space.kind not in ("single", "multi") or not same_labels(prior, space):
            raise LabelError(
                f"shares of {', '.join(prior)} say nothing of space {space.name!r}: use the labels and the kind that "
                "the calibration was fitted for"
            )
        judged = np.array([reason is None for reason in scores.abstained], dtype=bool)
        if not judged.any():
            raise InputError(
                "every item was abstained from: estimate shares on texts that the model can read"
            )
        parts = _as_parts(scores.values[judged].astype(np.float64))
        source = np.maximum(_aligned(prior, space), _LEAST)
        source = source / source.sum()
        target = source
        for _ in range(_ROUNDS):
            before = target
            weighted = parts * (before / source)
            weighted /= weighted.sum(axis=1, keepdims=True)
            target = (weighted.sum(axis=0) + strength * source) / (len(parts) + strength)
            if np.abs(target - before).max() < _STILL:
                break
        target = np.maximum(target, _LEAST**2)
        return cls(*(dict(zip(space.names, array.tolist(), strict=True)) for array in (source, target)))

    def restate(self, scores: Scores) -> Scores:
        """The scores as probabilities in the other domain, by Bayes' rule.

        Args:
            scores: calibrated probabilities, with the labels of the shift.

        Returns:
            Scores of the same items; their traces say so.

        Raises:
            LabelError: if the space has other labels.
        """
        if not same_labels(self.source, scores.space):
            raise LabelError(
                f"a shift was estimated for labels {', '.join(self.source)}, not for space {scores.space.name!r}: "
                "estimate it anew, or leave it out"
            )
        ratio = _aligned(self.target, scores.space) / _aligned(self.source, scores.space)
        values = scores.values.astype(np.float64)
        if len(scores.space) == 1:  # one part of one: there is nothing that it could have gained on
            return noted(scores, values, "label shares of another domain, by EM")
        parts = _as_parts(values)
        # How much more frequent texts are that carry other labels than this one.
        others = (_others(parts * ratio)) / _others(parts)
        absent = (1 - values) * others
        present = values * ratio
        return noted(scores, present / (present + absent), "label shares of another domain, by EM")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"source": dict(self.source), "target": dict(self.target)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(*({str(n): float(x) for n, x in data[key].items()} for key in ("source", "target")))


def _as_parts(values: Floats) -> Floats:
    """Probabilities `[items, labels]` as parts of their sum."""
    sums = np.maximum(values.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(np.maximum(values, 1e-12) / sums, dtype=np.float64)


def _others(parts: Floats) -> Floats:
    """Of each label the sum over the other labels, none of which is 0; without the loss of a difference."""
    labels = parts.shape[1]
    return np.asarray(parts @ (1 - np.eye(labels)), dtype=np.float64)


def _aligned(shares: Mapping[str, float], space: LabelSpace) -> Floats:
    """Numbers by label in the order of the space."""
    by_name = {name.casefold(): share for name, share in shares.items()}
    return np.array([by_name[name.casefold()] for name in space.names], dtype=np.float64)
