"""Label shift: how frequent labels are in another domain, estimated without gold, and scores corrected for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from affekt.core import InputError, LabelError, LabelSpace, Scores
from affekt.decisions.probabilities import Floats, noted
from affekt.decisions.validation import same_labels

_ROUNDS: Final = 2000
_STILL: Final = 1e-7


@dataclass(frozen=True, slots=True)
class PriorShift:
    """From the label shares that probabilities were calibrated for to those of another domain.

    It rests on one assumption: texts of a label look alike in both domains, and only their number differs.

    Args:
        source: label name → share in the data that the probabilities were calibrated on.
        target: label name → share in the other domain.
        of: kind of the space, `single` or `multi`.

    Raises:
        ValueError: if the shares are of different labels, or a number is no share.
    """

    source: Mapping[str, float]
    target: Mapping[str, float]
    of: str

    def __post_init__(self) -> None:
        if set(self.source) != set(self.target) or self.of not in ("single", "multi"):
            raise ValueError("shares of a shift are of different labels, or its kind is unknown")
        if not all(0 < value < 1 for shares in (self.source, self.target) for value in shares.values()):
            raise ValueError("a share of a shift is outside 0…1")

    @classmethod
    def estimate(cls, scores: Scores, prior: Mapping[str, float]) -> Self:
        """Estimate the shares by expectation maximisation (Saerens, Latinne and Decaestecker 2002, section 2).

        Corrected probabilities give shares, shares give corrected probabilities, until both stand still: the
        shares with the highest likelihood, given that the probabilities are calibrated for `prior`. Kind `multi`
        takes each label by itself, as present or absent. Shares stay half a text away from 0 and 1.

        Args:
            scores: calibrated probabilities of texts of the other domain; abstained items are left out.
            prior: label name → share in the data that they were calibrated on.

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
        values = scores.values[judged].astype(np.float64)
        edge = 0.5 / len(values)
        by_name = {name.casefold(): share for name, share in prior.items()}
        source = np.clip([by_name[name.casefold()] for name in space.names], edge, 1 - edge)
        target = source
        for _ in range(_ROUNDS):
            before = target
            target = np.clip(_corrected(values, source, before, space.kind).mean(axis=0), edge, 1 - edge)
            if np.abs(target - before).max() < _STILL:
                break
        names = space.names
        shares = [dict(zip(names, array.tolist(), strict=True)) for array in (source, target)]
        return cls(*shares, of=space.kind)

    def restate(self, scores: Scores) -> Scores:
        """The scores as probabilities in the other domain.

        Args:
            scores: calibrated probabilities of the kind and labels of the shift.

        Returns:
            Scores of the same items; their traces say so.

        Raises:
            LabelError: if the space has another kind or other labels.
        """
        if scores.space.kind != self.of or not same_labels(self.source, scores.space):
            raise LabelError(
                f"a shift was estimated for kind {self.of!r} and labels {', '.join(self.source)}, not for space "
                f"{scores.space.name!r}: estimate it anew, or leave it out"
            )
        source, target = (self._aligned(shares, scores.space) for shares in (self.source, self.target))
        values = _corrected(scores.values.astype(np.float64), source, target, self.of)
        return noted(scores, values, "label shares of another domain, by EM")

    @staticmethod
    def _aligned(shares: Mapping[str, float], space: LabelSpace) -> Floats:
        by_name = {name.casefold(): share for name, share in shares.items()}
        return np.array([by_name[name.casefold()] for name in space.names])

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"of": self.of, "source": dict(self.source), "target": dict(self.target)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        source, target = (
            {str(name): float(share) for name, share in data[key].items()} for key in ("source", "target")
        )
        return cls(source, target, str(data["of"]))


def _corrected(values: Floats, source: Floats, target: Floats, kind: str) -> Floats:
    """Bayes' rule with another prior (Saerens et al. 2002, section 2); shares `[labels]`, the rest `[items, labels]`."""
    if kind == "multi":
        present = values * (target / (1 - target)) / (source / (1 - source))
        return np.asarray(present / (present + 1 - values), dtype=np.float64)
    weighted = values * (target / source)
    return np.asarray(weighted / weighted.sum(axis=1, keepdims=True), dtype=np.float64)
