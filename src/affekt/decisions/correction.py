"""What labelled texts add to the scores of a space: a linear map of the texts' vectors beside what is said without them.

A few labelled texts are too few to learn labels from, and enough to correct what a model says of them already. The model's
logit stays as it is, and beside it stands a linear map of the text's vector under a normal prior around nothing: with few
texts little is changed, with thousands all that a linear model can learn. That is a logistic regression whose prior mean is
the zero-shot classifier (Silva-Rodriguez et al. 2024, "A closer look at the few-shot adaptation of large vision-language
models"; Huang et al. 2024, "LP++"), as a maximum a posteriori estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, LabelError, LabelSpace, Scores
from affekt.decisions.probabilities import Floats, logarithms, logits, sigmoid, softmax
from affekt.decisions.question import same_question
from affekt.decisions.validation import judged_rows

LEAST_ROWS: Final = 10
"""Labelled texts that a correction is fitted on at least."""
# Precisions of the weights' prior, for vectors of unit length; of axes the penalty of a ridge regression, in rows. The usual one
# is best, or near it, with 20 texts as with thousands, on each of six corpora; a stronger one has to be better by more than a
# standard error, as where a model was trained on thousands of texts of the same kind, and is to be left alone. A weaker one learns
# a little more of these texts, and loses much on others (benchmarks/log.md, 68).
_USUAL: Final = 0.5
_PULLS: Final = (_USUAL, 3.0, 30.0)
_USUAL_OF_AXES: Final = 10.0
_PULLS_OF_AXES: Final = (2.0, _USUAL_OF_AXES, 50.0)
_SHIFT_PULL: Final = 1.0  # of the intercepts': a label that few texts lack does not vanish
_SLOPE_TEXTS: Final = 10  # as if so many said that an axis's values are right up to a constant
_FLAT: Final = 1e-12  # of a variance: a value that never changes has no slope
_FOLDS: Final = 5
_STEPS: Final = 1000
_ENOUGH: Final = 1e-3  # change of a weight at which the search ends
_DIGITS: Final = 6  # of a stored number


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """Adds a linear map of a text's vector to a model's scores of one space.

    Args:
        space: labels as the model was asked about them, with their wordings.
        slope: float32 `[labels]`, of the model's logit (`single`: the log of its probability; of an axis its value).
        weight: float32 `[d, labels]`.
        bias: float32 `[labels]`.
        seen_range: whether the range of axes is only what the labelled texts happen to span; then values keep their unit
            in any range that is mostly the same, as other texts of theirs may span, and are stretched to others.

    Raises:
        ValueError: if the shapes disagree, or a number is not finite.
    """

    space: LabelSpace
    slope: FloatArray
    weight: FloatArray
    bias: FloatArray
    seen_range: bool = False

    def __post_init__(self) -> None:
        labels = len(self.space)
        if (
            self.slope.shape != (labels,)
            or self.bias.shape != (labels,)
            or self.weight.shape[1:] != (labels,)
        ):
            raise ValueError(f"a correction does not fit the {labels} labels of space {self.space.name!r}")
        if not all(np.isfinite(part).all() for part in (self.slope, self.weight, self.bias)):
            raise ValueError(f"a correction of space {self.space.name!r} holds no number")

    def fits(self, space: LabelSpace) -> bool:
        """Whether a space asks what the labelled texts answered, see `same_question`."""
        return same_question(self.space, space)

    def corrected(self, values: FloatArray, vectors: FloatArray, space: LabelSpace) -> FloatArray:
        """Values of texts as the labelled ones would have them.

        Args:
            values: `[items, labels]`, the model's in `self.space`; NaN stays NaN.
            vectors: `[items, d]`, unit length.
            space: that fits; its order and range are those of what comes back.

        Returns:
            float32 `[items, labels]`.
        """
        linear = self.slope * _said(values, self.space) + vectors.astype(np.float64) @ self.weight + self.bias
        order = [self.space.names.index(name) for name in _own_names(self.space, space)]
        linear = linear[:, order]
        if space.kind != "dimensional":
            made = softmax(linear) if space.kind == "single" else sigmoid(linear)
            return np.asarray(made, np.float32)
        assert space.range is not None
        assert self.space.range is not None
        (low, high), (own_low, own_high) = space.range, self.space.range
        if not (self.seen_range and _same_scale(self.space.range, space.range)):
            linear = low + (linear - own_low) / (own_high - own_low) * (high - low)
        return np.asarray(np.clip(linear, low, high), np.float32)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form, six digits a number."""
        return {
            "space": self.space.to_dict(),
            "slope": _written(self.slope),
            "weight": [_written(row) for row in self.weight],
            "bias": _written(self.bias),
            "seen_range": self.seen_range,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`, up to the digits that were written."""
        slope, weight, bias = (np.array(data[name], np.float32) for name in ("slope", "weight", "bias"))
        return cls(LabelSpace.from_dict(data["space"]), slope, weight, bias, bool(data["seen_range"]))


@dataclass(frozen=True, slots=True, eq=False)
class FittedCorrection:
    """A correction, and what it is worth.

    Args:
        correction: fitted on all labelled texts.
        held_out: scores of the same texts, each corrected by what the texts of other folds say.
        pull: precision of the prior that was chosen.
    """

    correction: Correction
    held_out: Scores
    pull: float


def fit_correction(
    scores: Scores,
    vectors: FloatArray,
    gold: NDArray[Any],
    *,
    groups: Sequence[str] | None = None,
    seen_range: bool = False,
    seed: int = 0,
) -> FittedCorrection:
    """Fit a correction on labelled texts.

    Of kinds `multi` and `single` the weights that are most probable where logits are the model's plus a map with a normal prior
    around 0, found by bound optimisation (Böhning 1992) with momentum (Nesterov 1983); of kind `dimensional` a line
    through the model's value, whose slope is drawn a little towards 1, and ridge regression of what that leaves. How strong
    the prior is, that is, how far the texts are believed, is what serves held-out texts best, by likelihood or squared
    error, where they can tell.

    Args:
        scores: a model's, of kind `multi`, `single` or `dimensional`.
        vectors: float32 `[items, d]`, unit length, of the same texts.
        gold: `[items, labels]`; NaN where it is not known. Such rows, and abstained ones, are left out.
        groups: dialogue or author of each item; of two or more groups, none is in two folds.
        seen_range: see `Correction`.
        seed: of the folds, five at most.

    Returns:
        The correction, and held-out scores, in which abstained rows are as they were.

    Raises:
        InputError: if fewer than ten texts have scores and gold, an item of kind `single` has not one label, or no text
            has a label.
        LabelError: if the space is of another kind.
        ValueError: if gold or vectors do not fit the scores.
    """
    space = scores.space
    rows = _usable(scores, vectors, gold)
    if len(rows) < LEAST_ROWS:
        raise InputError(
            f"space {space.name!r} has {len(rows)} labelled texts that the model can read, and {LEAST_ROWS} are needed: "
            "label more texts"
        )
    values, known, true = scores.values[rows], vectors[rows], _true(scores, gold, rows)
    fold = _folds(len(rows) if groups is None else [groups[row] for row in rows], seed)
    axes = space.kind == "dimensional"
    tried = {
        pull: _held_out(space, values, known, true, fold, pull)
        for pull in (_PULLS_OF_AXES if axes else _PULLS)
    }
    losses = {pull: _losses(found, true, space) for pull, found in tried.items()}
    pull = _believed(losses, _USUAL_OF_AXES if axes else _USUAL)
    correction = replace(_fitted(space, values, known, true, pull), seen_range=seen_range)
    held_out = correction.corrected(scores.values, vectors, space)
    held_out[rows] = tried[pull]
    return FittedCorrection(correction, replace(scores, values=held_out), pull)


def _held_out(
    space: LabelSpace,
    values: FloatArray,
    vectors: FloatArray,
    true: Floats,
    fold: NDArray[np.intp],
    pull: float,
) -> FloatArray:
    """Values of labelled texts, each corrected by those of the other folds."""
    held_out = np.empty_like(values)
    for each in np.unique(fold):
        inside = fold == each
        found = _fitted(space, values[~inside], vectors[~inside], true[~inside], pull)
        held_out[inside] = found.corrected(values[inside], vectors[inside], space)
    return held_out


def _fitted(
    space: LabelSpace, values: FloatArray, vectors: FloatArray, true: Floats, pull: float
) -> Correction:
    said, known = _said(values, space), vectors.astype(np.float64)
    if space.kind == "dimensional":
        found = _least_squares(said, known, true, pull)
    else:
        found = _most_probable(said, known, true, space.kind, pull)
    slope, weight, bias = (np.asarray(part, np.float32) for part in found)
    return Correction(space, slope, weight, bias)


def _usable(scores: Scores, vectors: FloatArray, gold: NDArray[Any]) -> NDArray[np.intp]:
    """Places of the items that have scores and gold."""
    space = scores.space
    if space.kind not in ("multi", "single", "dimensional"):
        raise LabelError(
            f"space {space.name!r} is of kind {space.kind!r}, and scores are corrected in kinds multi, single and "
            "dimensional: train a model for levels"
        )
    told = np.asarray(gold, np.float64)
    if told.shape != scores.values.shape or len(vectors) != len(told):
        raise ValueError(
            f"gold has shape {told.shape}, scores {scores.values.shape}, vectors {vectors.shape}"
        )
    judged = np.array([reason is None for reason in scores.abstained], dtype=bool)
    return np.flatnonzero(judged & ~np.isnan(told).any(axis=1))


def _true(scores: Scores, gold: NDArray[Any], rows: NDArray[np.intp]) -> Floats:
    """Gold of the usable rows as it is fitted to: 0 or 1, or values on axes."""
    if scores.space.kind == "dimensional":
        return np.asarray(gold, np.float64)[rows]
    true = judged_rows(scores, gold)[1]
    if not true.any():
        raise InputError(
            f"no text has a label of space {scores.space.name!r}: name labels that the texts have"
        )
    return true.astype(np.float64)


def _losses(values: FloatArray, true: Floats, space: LabelSpace) -> Floats:
    """What is wrong with the values of each item: squared error of axes, else negative log-likelihood."""
    if space.kind == "dimensional":
        return np.asarray(((values - true) ** 2).mean(axis=1))
    if space.kind == "single":
        return np.asarray(-(logarithms(values) * true).sum(axis=1))
    said = logits(values)
    return np.asarray((np.logaddexp(0, said) - true * said).mean(axis=1))


def _believed(losses: Mapping[float, Floats], usual: float) -> float:
    """The pull with the least loss, if it is better than the usual one by more than a standard error."""
    best = min(losses, key=lambda pull: float(losses[pull].mean()))
    gain = losses[usual] - losses[best]
    return best if gain.mean() > gain.std() / np.sqrt(len(gain)) else usual


def _said(values: FloatArray, space: LabelSpace) -> Floats:
    """What a model says, on the scale on which corrections are added."""
    if space.kind == "dimensional":
        return values.astype(np.float64)
    return logarithms(values) if space.kind == "single" else logits(values)


def _most_probable(
    said: Floats, vectors: Floats, true: Floats, kind: str, strength: float
) -> tuple[Floats, Floats, Floats]:
    """Slopes, weights and intercepts: the most probable ones, where the slopes are 1."""
    middle = vectors.mean(axis=0)
    rows = np.column_stack([vectors - middle, np.ones(len(vectors))])
    pull = np.append(np.full(vectors.shape[1], strength), _SHIFT_PULL)[:, None]
    squash, steepest = (softmax, 0.5) if kind == "single" else (sigmoid, 0.25)
    step = np.linalg.inv(steepest * rows.T @ rows + np.diag(pull[:, 0]))
    weight = np.zeros((rows.shape[1], true.shape[1]))
    ahead, momentum = weight, 1.0
    for _ in range(_STEPS):
        slack = rows.T @ (true - squash(said + rows @ ahead)) - pull * ahead
        new = ahead + step @ slack
        change = new - weight
        if ((ahead - new) * change).sum() > 0:  # past the top: gather speed anew (O'Donoghue and Candès 2015)
            momentum, ahead = 1.0, new
        else:
            faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead, momentum = new + (momentum - 1) / faster * change, faster
        weight = new
        if np.abs(change).max() < _ENOUGH:
            break
    return np.ones(true.shape[1]), weight[:-1], weight[-1] - middle @ weight[:-1]


def _least_squares(
    said: Floats, vectors: Floats, true: Floats, penalty: float
) -> tuple[Floats, Floats, Floats]:
    """Slopes, weights and intercepts of axes: a line through what was said, and ridge regression of what that leaves."""
    centred, middle = said - said.mean(axis=0), vectors.mean(axis=0)
    variance = (centred**2).mean(axis=0)
    together = (centred * (true - true.mean(axis=0))).mean(axis=0)
    believed = _SLOPE_TEXTS / len(said)
    slope = np.maximum(together + believed * variance, 0) / np.maximum((1 + believed) * variance, _FLAT)
    bias = true.mean(axis=0) - slope * said.mean(axis=0)
    rows = vectors - middle
    square = rows.T @ rows + penalty * np.eye(rows.shape[1])
    weight = np.linalg.solve(square, rows.T @ (true - slope * said - bias))
    return slope, weight, bias - middle @ weight


def _folds(groups: Sequence[str] | int, seed: int) -> NDArray[np.intp]:
    """The fold of each item by its group; of each by itself where it is known how many there are, or there is one group."""
    items = groups if isinstance(groups, int) else len(groups)
    names, member = np.unique(
        np.arange(items) if isinstance(groups, int) else list(groups), return_inverse=True
    )
    if len(names) == 1:
        names, member = np.arange(items), np.arange(items)
    fold: NDArray[np.intp] = (np.random.default_rng(seed).permutation(len(names)) % _FOLDS)[member]
    return fold


def _same_scale(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether texts of one scale may span both ranges: they have half of what they cover in common."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * common >= max(one[1], other[1]) - min(one[0], other[0])


def _own_names(own: LabelSpace, asked: LabelSpace) -> list[str]:
    """Names of `own` in the order of `asked`."""
    folded = {name.casefold(): name for name in own.names}
    return [folded[name.casefold()] for name in asked.names]


def _written(numbers: FloatArray) -> list[float]:
    return [float(f"{number:.{_DIGITS}g}") for number in numbers.tolist()]
