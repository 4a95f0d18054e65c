"""Sets of labels that hold the true ones as often as was asked for: conformal prediction.

A set holds the labels whose standing reaches one cut. The cut comes from the standing of gold labels on validation
data, and its promise needs nothing but that these and the texts to come are exchangeable; poor scores make large
sets, not wrong ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, LabelError, LabelSpace, Prediction, Scores
from affekt.decisions.choice import say
from affekt.decisions.probabilities import Floats
from affekt.decisions.registry import register
from affekt.decisions.validation import Bools, judged_rows, same_labels, share

Method = Literal["lac", "aps", "risk"]
_NAMES: Final = {
    "lac": "conformal set",
    "aps": "adaptive conformal set",
    "risk": "set of controlled risk",
}


@register
@dataclass(frozen=True, slots=True)
class PredictionSets:
    """The labels of a text, as a set with a promise: an expected share of the gold labels is inside.

    The promise is about the average text, not about every kind of text or label.

    Args:
        method: `lac` or `aps` for spaces of kind `single`, `risk` for `multi`.
        coverage: the share promised.
        cut: the least standing of a label that is in the set.
        labels: names that the cut was fitted for.
        items: how many it was fitted on.

    Raises:
        ValueError: if the method is unknown, or a number cannot be used.
    """

    method: Method
    coverage: float
    cut: float
    labels: tuple[str, ...]
    items: int
    kind: ClassVar[str] = "sets"

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise ValueError(f"sets by {self.method!r} are unknown")
        if not (0 < self.coverage < 1 and np.isfinite(self.cut)):
            raise ValueError(f"sets have coverage {self.coverage!r} and cut {self.cut!r}")

    @classmethod
    def fit(
        cls, scores: Scores, gold: NDArray[Any], *, coverage: float = 0.9, method: Method | None = None
    ) -> Self:
        """Fit on validation data; abstained items, items without gold, and those without a gold label are left out.

        Kind `multi`, method `risk`: conformal risk control (Angelopoulos et al. 2022, theorem 1) of the share of
        an item's gold labels that are outside its set, among items with a gold label. Kind `single`:
        split-conformal sets, by the label's probability (`lac`, Sadinle et al. 2019: the smallest sets on
        average) or by the probability of all labels before it (`aps`, Romano et al. 2020, without randomisation:
        larger sets for harder texts). For kind `single` the share is 0 or 1, and risk control is `lac`.

        Args:
            scores: of kind `single` or `multi`; those of items that no fit has seen.
            gold: `[items, labels]`, 0 or 1; NaN where it is not known.
            coverage: the share wanted, between 0 and 1.
            method: `lac` or `aps`; `lac` if left out. Of kind `multi` there is only one.

        Returns:
            The fitted sets; with too few items for the coverage, sets of all labels.

        Raises:
            LabelError: if the space is of another kind.
            InputError: if no item can be used, or coverage or method does not fit.
            ValueError: if gold does not fit the scores.
        """
        share(coverage, "coverage")
        values, true = judged_rows(scores, gold)
        known: tuple[Method, ...] = ("risk",) if scores.space.kind == "multi" else ("lac", "aps")
        chosen = method or known[0]
        if chosen not in known:
            raise InputError(
                f"method {chosen!r} makes no sets for kind {scores.space.kind!r}: use {' or '.join(known)}"
            )
        carried = true.any(axis=1)
        if not carried.any():
            raise InputError(
                f"no item has a label of space {scores.space.name!r}: fit sets on labelled texts"
            )
        standing, true = _standing(values[carried], chosen), true[carried]
        return cls(chosen, coverage, _cut(standing, true, 1 - coverage), scores.space.names, len(true))

    @classmethod
    def fit_folds(
        cls,
        scores: Sequence[Scores],
        gold: Sequence[NDArray[Any]],
        *,
        coverage: float = 0.9,
        method: Method | None = None,
    ) -> Self:
        """Fit where labelled texts are scarce: train and calibrate on the same ones, fold by fold.

        The texts of each fold are scored by a head that was trained on the other folds; the cut comes from all
        of them (cross-conformal prediction, Vovk 2015), and the sets are made from a head trained on all.
        Coverage is near what was asked for where the heads of folds resemble each other; what is sure is
        less, about twice the misses (Barber et al. 2021).

        Args:
            scores: of each fold, by the head that did not see it.
            gold: of each fold, `[items, labels]`.
            coverage: the share wanted, between 0 and 1.
            method: as in `fit`.

        Returns:
            The fitted sets.

        Raises:
            LabelError: if a space is of another kind, or folds differ in theirs.
            InputError: if there is no fold, no item can be used, or coverage or method does not fit.
            ValueError: if gold does not fit the scores.
        """
        if not scores:
            raise InputError("there are no folds: give the scores of two or more")
        if any(fold.space != scores[0].space for fold in scores):
            raise LabelError("folds have different label spaces: score all in the same one")
        for fold, true in zip(scores, gold, strict=True):
            if fold.values.shape != np.shape(true):
                raise ValueError(f"gold of a fold has shape {np.shape(true)}, its scores {fold.values.shape}")
        pooled = Scores(
            np.concatenate([fold.values for fold in scores]),
            scores[0].space,
            tuple(reason for fold in scores for reason in fold.abstained),
        )
        return cls.fit(pooled, np.concatenate(gold), coverage=coverage, method=method)

    def apply(self, scores: Scores) -> list[Prediction]:
        """Make sets; one of kind `single` holds the best label at least, one of `multi` may be empty.

        Args:
            scores: of the kind and with the labels of the fit.

        Returns:
            One prediction a row: the set as its labels, best first; its trace says what the set promises.

        Raises:
            LabelError: if the space has another kind or other labels.
        """
        if not self.fits(scores.space):
            raise LabelError(
                f"sets were fitted for labels {', '.join(self.labels)}, not for space {scores.space.name!r} of kind "
                f"{scores.space.kind!r}: fit them anew, or use another decision"
            )
        values = np.nan_to_num(scores.values)
        inside = _standing(values.astype(np.float64), self.method) >= self.cut
        if scores.space.kind == "single":
            inside[np.arange(len(values)), values.argmax(axis=1)] = True
        return say(scores, inside, {"set": f"{_NAMES[self.method]}, coverage {self.coverage:g}"})

    def fits(self, space: LabelSpace) -> bool:
        """Whether a space has the kind and the labels of the fit."""
        kind = "multi" if self.method == "risk" else "single"
        return space.kind == kind and same_labels(self.labels, space)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "kind": self.kind,
            "method": self.method,
            "coverage": self.coverage,
            "cut": self.cut,
            "labels": list(self.labels),
            "items": self.items,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        labels = tuple(str(name) for name in data["labels"])
        return cls(data["method"], float(data["coverage"]), float(data["cut"]), labels, int(data["items"]))


def _standing(values: Floats, method: Method) -> Floats:
    """What the cut is held against, `[items, labels]`: the score, or 1 less the scores of all labels before it."""
    if method != "aps":
        return values
    order = np.argsort(-values, axis=1, kind="stable")
    ranked = np.take_along_axis(values, order, axis=1)
    before = ranked.cumsum(axis=1) - ranked
    standing = np.empty_like(values)
    # Rounded sums may pass 1.
    np.put_along_axis(standing, order, np.maximum(1 - before, 0), axis=1)
    return standing


def _cut(standing: Floats, true: Bools, alpha: float) -> float:
    """The highest cut whose corrected risk, `(n · mean loss + 1) / (n + 1)`, is at most alpha.

    Args:
        standing: `[items, labels]`.
        true: `[items, labels]`, a gold label a row at least.
        alpha: share of an item's gold labels that may be outside its set.

    Returns:
        The cut; 0, which is below any standing, where no other keeps the risk.
    """
    items = len(true)
    rows, columns = np.nonzero(true)
    weights = 1 / true.sum(axis=1)[rows]
    gold = standing[rows, columns]
    order = np.argsort(gold, kind="stable")
    cuts, lost = gold[order], weights[order].cumsum()
    # Labels that stand lower than a cut are outside: of equal ones all or none.
    first = np.searchsorted(cuts, cuts, side="left")
    outside = np.where(first > 0, lost[first - 1], 0.0)
    # Sums of thirds and the like must not fail by a rounding.
    kept = outside + 1 <= alpha * (items + 1) + 1e-9
    return float(cuts[kept].max()) if kept.any() else 0.0
