"""Probabilities that mean what they say: temperature and Platt scaling, and priors of another domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Final, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from affekt.core import LabelError, LabelSpace, Prediction, Scores
from affekt.decisions.probabilities import Floats, logarithms, logits, noted, sigmoid, softmax
from affekt.decisions.registry import StoredDecision, decision_from_dict, register, restated
from affekt.decisions.shift import PriorShift
from affekt.decisions.validation import Bools, judged_rows, same_labels

Method = Literal["platt", "temperature"]
_KINDS: Final = {"platt": "multi", "temperature": "single"}
_NAMES: Final = {"platt": "Platt scaling", "temperature": "temperature scaling"}
# Pull of a slope towards 1, the slope of scores that are right: few positives do not tilt a label's curve.
_STIFFNESS: Final = 1.0
_STEPS: Final = 100
_SMALL: Final = 1e-9
# Temperatures of 0.01 to 100, as their inverses.
_FLATTEST, _SHARPEST = 0.01, 100.0


@dataclass(frozen=True, slots=True)
class LabelCurve:
    """A label's calibration: its logit becomes `slope · logit + offset`.

    Args:
        slope: 0 or above.
        offset: added to the logit.
        prior: the label's share in the data that the curve was fitted on.
    """

    slope: float
    offset: float
    prior: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Curves from scores to calibrated probabilities.

    Args:
        method: `platt` for spaces of kind `multi`, `temperature` for `single`.
        curves: label name → its curve.
        source: the data that the curves were fitted on, as readers should know it.

    Raises:
        ValueError: if the method is unknown, or a number cannot be used.
    """

    method: Method
    curves: Mapping[str, LabelCurve]
    source: str = ""

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise ValueError(f"calibration by {self.method!r} is unknown")
        for name, curve in self.curves.items():
            if not (np.isfinite([curve.slope, curve.offset]).all() and curve.slope >= 0 <= curve.prior <= 1):
                raise ValueError(f"the curve of {name!r} is {curve!r}")

    @classmethod
    def fit(cls, scores: Scores, gold: NDArray[Any], *, source: str = "") -> Self:
        """Fit on validation data; abstained items and items without gold are left out.

        Kind `multi`: Platt scaling (Platt 1999) of each label's logit with his smoothed targets, by Newton's
        method with backtracking (Lin, Lin and Weng 2007). The slope has a normal prior around 1 with standard
        deviation 1; a label whose scores run against gold gets slope 0, its share. Kind `single`: one
        temperature for all labels (Guo et al. 2017), the one with the lowest negative log-likelihood.

        Args:
            scores: of kind `single` or `multi`.
            gold: `[items, labels]`, 0 or 1; NaN where it is not known.
            source: the data, as readers should know them.

        Returns:
            The fitted curves.

        Raises:
            LabelError: if the space is of another kind.
            InputError: if no item can be used, or one of kind `single` has not exactly one gold label.
            ValueError: if gold does not fit the scores.
        """
        values, true = judged_rows(scores, gold)
        method: Method
        if scores.space.kind == "single":
            method, common = "temperature", (_inverse_temperature(logarithms(values), true), 0.0)
            lines = [common] * len(scores.space)
        else:
            method, columns = "platt", logits(values)
            lines = [_platt(columns[:, j], true[:, j]) for j in range(len(scores.space))]
        rows = zip(scores.space.names, lines, true.mean(axis=0).tolist(), strict=True)
        return cls(method, {name: LabelCurve(*line, prior) for name, line, prior in rows}, source)

    @property
    def temperature(self) -> float | None:
        """By which logits are divided; None for Platt scaling."""
        slopes = {curve.slope for curve in self.curves.values()}
        return 1 / slopes.pop() if self.method == "temperature" else None

    @property
    def prior(self) -> dict[str, float]:
        """Label name → share in the data that the curves were fitted on."""
        return {name: curve.prior for name, curve in self.curves.items()}

    def fits(self, space: LabelSpace) -> bool:
        """Whether a space has the kind and the labels of the curves."""
        return space.kind == _KINDS[self.method] and same_labels(self.curves, space)

    def restate(self, scores: Scores) -> Scores:
        """The scores as calibrated probabilities; NaN stays NaN.

        Args:
            scores: of the kind and with the labels of the curves.

        Returns:
            Scores of the same items, whose traces say what calibrated them.

        Raises:
            LabelError: if the space has another kind or other labels.
        """
        if not self.fits(scores.space):
            raise LabelError(
                f"calibration was fitted for kind {_KINDS[self.method]!r} and labels {', '.join(self.curves)}, not "
                f"for space {scores.space.name!r}: fit it anew, or use another decision"
            )
        known = {name.casefold(): curve for name, curve in self.curves.items()}
        curves = [known[name.casefold()] for name in scores.space.names]
        slope, offset = np.array([(curve.slope, curve.offset) for curve in curves]).T
        if self.method == "platt":
            values = sigmoid(slope * logits(scores.values) + offset)
        else:
            values = softmax(slope * logarithms(scores.values) + offset)
        return noted(scores, values, str(self))

    def __str__(self) -> str:
        return _NAMES[self.method] + (f", fitted on {self.source}" if self.source else "")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "method": self.method,
            "source": self.source,
            "curves": {name: asdict(curve) for name, curve in self.curves.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        curves = {
            str(name): LabelCurve(float(c["slope"]), float(c["offset"]), float(c["prior"]))
            for name, c in data["curves"].items()
        }
        return cls(data["method"], curves, str(data["source"]))


@register
@dataclass(frozen=True, slots=True)
class Calibrated:
    """Decides on calibrated probabilities, which the predictions show as their scores.

    Args:
        calibration: from scores to probabilities.
        decision: made on the probabilities.
        shift: from the label shares that the calibration knows to those of another domain, or None.
    """

    calibration: Calibration
    decision: StoredDecision
    shift: PriorShift | None = None
    kind: ClassVar[str] = "calibrated"

    def apply(self, scores: Scores) -> list[Prediction]:
        """Decide.

        Args:
            scores: of the kind and with the labels of the calibration.

        Returns:
            One prediction a row; its trace says what calibrated the scores.

        Raises:
            LabelError: if the space has another kind or other labels.
        """
        return self.decision.apply(self._probabilities(scores))

    def restate(self, scores: Scores) -> Scores:
        """The probabilities that are decided on."""
        return restated(self.decision, self._probabilities(scores))

    def for_domain(self, scores: Scores) -> Self:
        """The same decision for texts whose labels are more or less frequent, without gold.

        Args:
            scores: of texts of the domain, as the scorer gives them.

        Returns:
            A decision whose probabilities are corrected for the shares estimated there; see `PriorShift.estimate`.

        Raises:
            LabelError: if the space has another kind or other labels.
            InputError: if the model abstained from every text.
        """
        shift = PriorShift.estimate(self.calibration.restate(scores), self.calibration.prior)
        return replace(self, shift=shift)

    def fits(self, space: LabelSpace) -> bool:
        """Whether a space has the kind and the labels of the calibration."""
        return self.calibration.fits(space)

    def _probabilities(self, scores: Scores) -> Scores:
        probabilities = self.calibration.restate(scores)
        return probabilities if self.shift is None else self.shift.restate(probabilities)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        out = {
            "kind": self.kind,
            "calibration": self.calibration.to_dict(),
            "decision": dict(self.decision.to_dict()),
        }
        return out if self.shift is None else {**out, "shift": self.shift.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        shift = data.get("shift")
        return cls(
            Calibration.from_dict(data["calibration"]),
            decision_from_dict(data["decision"]),
            None if shift is None else PriorShift.from_dict(shift),
        )


def _platt(x: Floats, true: Bools) -> tuple[float, float]:
    """Slope and offset of one label from its logits, float64 `[items]`."""
    positives, items = int(true.sum()), len(true)
    target = np.where(true, (positives + 1) / (positives + 2), 1 / (items - positives + 2))
    line = np.array([1.0, 0.0])
    columns = np.stack([x, np.ones_like(x)], axis=1)
    pull = np.array([_STIFFNESS, 0.0])

    def loss(at: Floats) -> float:
        z = columns @ at
        return float((np.logaddexp(0, z) - target * z).sum() + _STIFFNESS * (at[0] - 1) ** 2 / 2)

    for _ in range(_STEPS):
        q = sigmoid(columns @ line)
        gradient = columns.T @ (q - target) + pull * (line - 1)
        curvature = (columns * (q * (1 - q))[:, None]).T @ columns + np.diag(pull + _SMALL)
        step = np.linalg.solve(curvature, gradient)
        now, fraction = loss(line), 1.0
        while loss(line - fraction * step) > now and fraction > _SMALL:
            fraction /= 2
        line = line - fraction * step
        if np.abs(fraction * step).max() < _SMALL:
            break
    if line[0] < 0:
        return 0.0, float(logits(target.mean()))
    return float(line[0]), float(line[1])


def _inverse_temperature(x: Floats, true: Bools) -> float:
    """The factor of log scores, float64 `[items, labels]`, at which the derivative of the likelihood is 0."""
    low, high = _FLATTEST, _SHARPEST
    said = x[true].mean()
    for _ in range(_STEPS):
        middle = float(np.sqrt(low * high))
        # The likelihood is concave in the factor: expected and true log score cross once.
        if (softmax(middle * x) * x).sum(axis=1).mean() < said:
            low = middle
        else:
            high = middle
    return float(np.sqrt(low * high))
