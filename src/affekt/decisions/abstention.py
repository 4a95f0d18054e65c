"""Saying nothing where it would likely be wrong: a cut on confidence, for a wanted coverage or risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, LabelError, LabelSpace, Prediction, Scores
from affekt.decisions.probabilities import Floats
from affekt.decisions.registry import StoredDecision, decision_from_dict, fits, register, restated
from affekt.decisions.validation import Bools, judged_rows, same_labels, share

UNSURE: Final = "unsure"
"""Why a prediction abstained that was not sure enough."""
SURENESS: Final = 0.9
"""How sure it is that the risk wanted is kept."""
# Coverages that are tried for a wanted risk.
_GRID: Final = 20


@register
@dataclass(frozen=True, slots=True)
class Abstention:
    """Keeps a decision's predictions from one confidence on, and abstains from the others.

    Args:
        decision: whose predictions are kept.
        cut: the least confidence, see `confidence`.
        labels: names that the cut was fitted for.
        of: kind of their space, `single` or `multi`.

    Raises:
        ValueError: if the cut is no number, or the kind is unknown.
    """

    decision: StoredDecision
    cut: float
    labels: tuple[str, ...]
    of: str
    kind: ClassVar[str] = "abstention"

    def __post_init__(self) -> None:
        if not np.isfinite(self.cut) or self.of not in ("single", "multi"):
            raise ValueError(f"an abstention has cut {self.cut!r} and is of kind {self.of!r}")

    @classmethod
    def fit(
        cls,
        scores: Scores,
        gold: NDArray[Any],
        decision: StoredDecision,
        *,
        coverage: float | None = None,
        risk: float | None = None,
        sureness: float = SURENESS,
    ) -> Self:
        """Find the cut on validation data that the decision was not fitted on.

        With a coverage, the cut leaves that share of texts in expectation. With a risk, it leaves as many as
        can be kept so that their mean loss is at most the risk, and it is wrong about this in at most
        `1 - sureness` of validation samples: 20 coverages are tried, and each takes its part of the error
        (as in Geifman and El-Yaniv 2017, with the Chernoff-Hoeffding bound). The loss is 1 for a wrong label
        (kind `single`), or 1 less the Jaccard index of predicted and gold labels (`multi`).

        Args:
            scores: as the scorer gives them.
            gold: `[items, labels]`, 0 or 1; NaN where it is not known. Abstained items are left out.
            decision: whose predictions are kept.
            coverage: share of texts to keep.
            risk: mean loss of the texts that are kept; in place of `coverage`.
            sureness: that the risk is kept.

        Returns:
            The decision with a cut.

        Raises:
            LabelError: if the space is of another kind than `single` or `multi`.
            InputError: if neither or both of coverage and risk are given, one is outside 0…1, no item can be
                used, or no cut keeps the risk.
            ValueError: if gold does not fit the scores.
        """
        if (coverage is None) == (risk is None):
            raise InputError("abstention needs a coverage or a risk: give one of them")
        _, true = judged_rows(scores, gold)
        judged = [
            i
            for i, (reason, row) in enumerate(zip(scores.abstained, np.isnan(gold).any(axis=1), strict=True))
            if reason is None and not row
        ]
        predictions = decision.apply(scores.take(judged))
        sure = np.nan_to_num(confidence(predictions, scores.space))
        if coverage is not None:
            cut = _cut_for_coverage(sure, share(coverage, "coverage"))
        else:
            assert risk is not None
            losses = _losses(predictions, true, scores.space)
            cut = _cut_for_risk(sure, losses, share(risk, "risk"), 1 - share(sureness, "sureness"))
        return cls(decision, cut, scores.space.names, scores.space.kind)

    def apply(self, scores: Scores) -> list[Prediction]:
        """Decide, or abstain.

        Args:
            scores: of the kind and with the labels of the fit.

        Returns:
            One prediction a row; those that are not sure enough have no labels and abstained as `unsure`.

        Raises:
            LabelError: if the space has another kind or other labels.
        """
        if not self.fits(scores.space):
            raise LabelError(
                f"a confidence cut was fitted for labels {', '.join(self.labels)}, not for space "
                f"{scores.space.name!r} of kind {scores.space.kind!r}: fit it anew, or use another decision"
            )
        predictions = self.decision.apply(scores)
        kept = confidence(predictions, scores.space) >= self.cut
        return [
            prediction
            if sure or prediction.abstained is not None
            else replace(prediction, labels=(), levels=None, abstained=UNSURE)
            for prediction, sure in zip(predictions, kept.tolist(), strict=True)
        ]

    def restate(self, scores: Scores) -> Scores:
        """The scores that are decided on."""
        return restated(self.decision, scores)

    def fits(self, space: LabelSpace) -> bool:
        """Whether a space has the kind and the labels of the fit."""
        return space.kind == self.of and same_labels(self.labels, space) and fits(self.decision, space)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "kind": self.kind,
            "of": self.of,
            "cut": self.cut,
            "labels": list(self.labels),
            "decision": dict(self.decision.to_dict()),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        labels = tuple(str(name) for name in data["labels"])
        return cls(decision_from_dict(data["decision"]), float(data["cut"]), labels, str(data["of"]))


def confidence(predictions: Sequence[Prediction], space: LabelSpace) -> Floats:
    """How good predictions are expected to be by their own scores.

    Kind `single`: the score of the label said. Kind `multi`: the expected Jaccard index of the labels said and
    the true ones, as the ratio of expectations if the scores are independent probabilities: the sum of scores
    of labels said, over their number and the sum of the other scores; where no label is said, the probability
    that none applies.

    Args:
        predictions: in a space of kind `single` or `multi`.
        space: of the predictions.

    Returns:
        float64 `[items]`, in 0…1; NaN where abstained.
    """
    values, said = _arrays(predictions, space)
    inside = np.where(said, values, 0.0).sum(axis=1)
    if space.kind == "single":
        sure = inside
    else:
        outside = np.where(said, 0.0, values).sum(axis=1)
        none = np.prod(1 - values, axis=1)
        sure = np.where(said.any(axis=1), inside / np.maximum(said.sum(axis=1) + outside, 1e-12), none)
    silent = np.array([prediction.abstained is not None for prediction in predictions], dtype=bool)
    return np.where(silent, np.nan, sure)


def _arrays(predictions: Sequence[Prediction], space: LabelSpace) -> tuple[Floats, Bools]:
    """Scores and labels said, both `[items, labels]`."""
    shape = (len(predictions), len(space))
    values = np.array([[p.scores[name] for name in space.names] for p in predictions], np.float64).reshape(
        shape
    )
    said = np.zeros(shape, dtype=bool)
    for i, prediction in enumerate(predictions):
        said[i, [space.index(name) for name in prediction.labels]] = True
    return values, said


def _losses(predictions: Sequence[Prediction], true: Bools, space: LabelSpace) -> Floats:
    _, said = _arrays(predictions, space)
    if space.kind == "single":
        return np.asarray(~(said & true).any(axis=1), dtype=np.float64)
    # Imported where a decision is fitted: labelling a text does without it.
    from affekt.metrics import jaccard

    return 1 - jaccard(true, said)


def _cut_for_coverage(sure: Floats, coverage: float) -> float:
    """The confidence that a text to come reaches with the wanted chance, or a higher one."""
    ordered = np.sort(sure)[::-1]
    needed = int(np.ceil(coverage * (len(sure) + 1) - 1e-9))
    return float(ordered[needed - 1]) if needed <= len(sure) else 0.0


def _cut_for_risk(sure: Floats, losses: Floats, risk: float, error: float) -> float:
    """The lowest confidence of the grid from which on the risk is kept, as far as the bound can tell."""
    ordered = np.sort(sure)[::-1]
    counts = np.unique(np.ceil(np.arange(1, _GRID + 1) / _GRID * len(sure)).astype(int))
    for count in counts[::-1]:
        cut = ordered[count - 1]
        kept = losses[sure >= cut]
        if _chance_of_luck(float(kept.mean()), len(kept), risk) <= error / len(counts):
            return float(cut)
    raise InputError(
        f"no cut is known to keep the risk at {risk:g} on {len(sure)} texts: give more of them, or a higher risk"
    )


def _chance_of_luck(mean: float, items: int, risk: float) -> float:
    """Bound of the chance to see so low a mean of losses in 0…1 if the true one were above the risk (Hoeffding 1963)."""
    if mean >= risk:
        return 1.0
    gain = mean * np.log(mean / risk) if mean > 0 else 0.0
    return float(np.exp(-items * (gain + (1 - mean) * np.log((1 - mean) / (1 - risk)))))
