"""The figures that belong to each kind of label space, under their names in a report.

Each suite is a statistic: a function of the items' weights, to be evaluated once or on every resample. What
an abstained item counts as is decided here. Figures `[...]` are of the whole, those `[..., labels]` of each
label or axis. Scores that are NaN in rows that were not abstained from are not there: what they alone tell is undefined.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.agreement import Moments, absolute_error, spearman, within_one
from affekt.metrics.arrays import Bools, Floats, Weights, mean
from affekt.metrics.bootstrap import Statistic
from affekt.metrics.calibration import brier, brier_skill
from affekt.metrics.ranking import Areas, ranking_areas, ranking_precision
from affekt.metrics.tallies import Tally, exact_match, hit, jaccard

# Below any score: an abstained item is ranked last for every label, and ties its labels.
_UNSAID = -np.inf


def multi_label(gold: Bools, predicted: Bools, scores: NDArray[Any], abstained: Bools) -> Statistic:
    """Figures of any number of labels an item.

    Whole: `macro_f1`, `micro_f1`, `weighted_f1`, `jaccard`, `exact_match`, `lrap`. Per label: `precision`,
    `recall`, `f1`, `average_precision`, `auc`. An abstained item counts as nothing predicted.

    Args:
        gold: bool `[items, labels]`.
        predicted: bool `[items, labels]`.
        scores: `[items, labels]`, NaN in abstained rows; or nothing but NaN, for labels without scores.
        abstained: bool `[items]`.

    Returns:
        The statistic.
    """
    said, ranked = _without_abstained(predicted, scores, abstained)
    by_item = np.stack(
        [jaccard(gold, said), exact_match(gold, said), _ranking_precision(gold, ranked)], axis=1
    )

    def statistic(weights: Weights) -> dict[str, Floats]:
        tally = Tally.of(gold, said, weights)
        means = mean(weights, by_item)
        return {
            "macro_f1": tally.macro_f1(),
            "micro_f1": tally.micro_f1(),
            "weighted_f1": tally.weighted_f1(),
            "jaccard": means[..., 0],
            "exact_match": means[..., 1],
            "lrap": means[..., 2],
            **_per_label(tally, gold, ranked, weights),
        }

    return statistic


def single_label(
    gold: Bools, predicted: Bools, scores: NDArray[Any], abstained: Bools, neutral: int | None = None
) -> Statistic:
    """Figures of exactly one label an item.

    Whole: `accuracy`, `macro_f1`, `weighted_f1`, and with a neutral label `micro_f1_without_neutral`, which
    leaves out its hits, false alarms and misses (EmoContext, DailyDialog). Per label as in `multi_label`. An
    abstained item counts as wrong.

    Args:
        gold: bool `[items, labels]`, one True a row.
        predicted: bool `[items, labels]`.
        scores: `[items, labels]`, NaN in abstained rows; or nothing but NaN, for labels without scores.
        abstained: bool `[items]`.
        neutral: position of the label that stands for no emotion, if there is one.

    Returns:
        The statistic.
    """
    said, ranked = _without_abstained(predicted, scores, abstained)
    hits = hit(gold, said)

    def statistic(weights: Weights) -> dict[str, Floats]:
        tally = Tally.of(gold, said, weights)
        figures = {
            "accuracy": mean(weights, hits),
            "macro_f1": tally.macro_f1(),
            "weighted_f1": tally.weighted_f1(),
        }
        if neutral is not None:
            figures["micro_f1_without_neutral"] = tally.without(neutral).micro_f1()
        return {**figures, **_per_label(tally, gold, ranked, weights)}

    return statistic


def dimensional(
    gold: NDArray[Any],
    predicted: NDArray[Any],
    abstained: Bools,
    *,
    scaled: bool = True,
    upper: float | None = None,
) -> Statistic:
    """Figures of values on axes.

    Per axis: `pearson`, `spearman`, `ccc`, `mae`. Whole: their means over all axes, `mean_pearson` and so on,
    undefined where one axis is. Given an upper part of the scale, also what SemEval-2018 task 1 prints:
    `pearson_semeval2018`, 0 where gold or predictions are constant, and `pearson_upper`, over the items whose
    gold is in that part, 0 in the same case. An abstained item takes the mean of the values that were
    predicted, the guess of one who knows nothing of it: abstaining adds no covariance.

    Args:
        gold: `[items, axes]`, NaN where a value is missing.
        predicted: `[items, axes]`, NaN in abstained rows and in axes that were not predicted.
        abstained: bool `[items]`.
        scaled: whether predictions are on the scale of gold; `ccc` and `mae` are undefined if not.
        upper: where the upper part of the scale begins, 0.5 in that task.

    Returns:
        The statistic.
    """
    values = guessed(predicted, abstained)
    unscaled = np.full_like(values, np.nan)
    high = None if upper is None else np.where(np.asarray(gold) >= upper, gold, np.nan)

    def statistic(weights: Weights) -> dict[str, Floats]:
        moments = Moments.of(gold, values, weights)
        on_scale = values if scaled else unscaled
        figures = {
            "pearson": moments.pearson(),
            "spearman": spearman(gold, values, weights),
            "ccc": Moments.of(gold, on_scale, weights).concordance(),
            "mae": absolute_error(gold, on_scale, weights),
        }
        if high is not None:
            whole = moments.pearson_semeval2018()
            part = Moments.of(high, values, weights).pearson()
            figures["pearson_semeval2018"] = whole
            # The task's scorer leaves before it looks at the upper part where all values are constant.
            figures["pearson_upper"] = np.where(np.isnan(moments.pearson()) & (whole == 0), 0.0, part)
        return _with_means(figures)

    return statistic


def ordinal(gold: NDArray[Any], levels: NDArray[Any], abstained: Bools) -> Statistic:
    """Figures of whole levels.

    Per label: `pearson`; `pearson_brighter`, where the constant rule of SemEval-2025 task 11 B holds;
    `pearson_some`, over the items whose gold level is not 0 (SemEval-2018 task 1, "some emotion"); `kappa`
    (Cohen's, quadratic weights); `mae`; `within_one`, the share at most one level off. Whole: their means
    over all labels, undefined where one is. An abstained item counts as nothing predicted, which is level 0.

    Args:
        gold: `[items, labels]`, NaN where a level is missing.
        levels: `[items, labels]`, the levels decided.
        abstained: bool `[items]`.

    Returns:
        The statistic.
    """
    decided = np.where(abstained[:, None], 0.0, levels)
    some = np.where(np.asarray(gold) == 0, np.nan, gold)

    def statistic(weights: Weights) -> dict[str, Floats]:
        moments = Moments.of(gold, decided, weights)
        figures = {
            "pearson": moments.pearson(),
            "pearson_brighter": moments.pearson_brighter(),
            "pearson_some": Moments.of(some, decided, weights).pearson(),
            "kappa": moments.concordance(),
            "mae": absolute_error(gold, decided, weights),
            "within_one": within_one(gold, decided, weights),
        }
        return _with_means(figures)

    return statistic


def probabilistic(
    gold: Bools, probabilities: NDArray[Any], abstained: Bools, prior: NDArray[Any] | None = None
) -> Statistic:
    """Figures of probabilities: per label `brier` and, given a prior, `brier_skill`; whole: `mean_brier`….

    An abstained item states no probability and is left out.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`, NaN in abstained rows; or nothing but NaN.
        abstained: bool `[items]`.
        prior: `[labels]`, each label's share in other data.

    Returns:
        The statistic.
    """
    stated = np.where(abstained[:, None], 0, probabilities)

    def statistic(weights: Weights) -> dict[str, Floats]:
        judged = weights * ~abstained
        figures = {"brier": brier(gold, stated, judged)}
        if prior is not None:
            figures["brier_skill"] = brier_skill(gold, stated, prior, judged)
        return _with_means(figures)

    return statistic


def together(*statistics: Statistic) -> Statistic:
    """One statistic with the figures of all, for one bootstrap."""

    def statistic(weights: Weights) -> dict[str, Floats]:
        return {name: figure for part in statistics for name, figure in part(weights).items()}

    return statistic


def guessed(predicted: NDArray[Any], abstained: Bools) -> Floats:
    """Values on axes with the mean of those that were predicted in the place of those that were not.

    Args:
        predicted: `[items, axes]`.
        abstained: bool `[items]`.

    Returns:
        float64 `[items, axes]`; NaN in abstained rows where every item is one.
    """
    judged = predicted[~abstained].astype(np.float64)
    guess = judged.mean(axis=0) if len(judged) else np.full(predicted.shape[1], np.nan)
    return np.where(abstained[:, None], guess, predicted)


def _without_abstained(
    predicted: Bools, scores: NDArray[Any], abstained: Bools
) -> tuple[Bools, NDArray[Any]]:
    return predicted & ~abstained[:, None], np.where(abstained[:, None], _UNSAID, scores)


def _ranking_precision(gold: Bools, ranked: NDArray[Any]) -> Floats:
    return np.full(len(gold), np.nan) if np.isnan(ranked).any() else ranking_precision(gold, ranked)


def _per_label(tally: Tally, gold: Bools, ranked: NDArray[Any], weights: Weights) -> dict[str, Floats]:
    if np.isnan(ranked).any():
        unknown = np.full(tally.f1().shape, np.nan)
        areas = Areas(unknown, unknown)
    else:
        areas = ranking_areas(gold, ranked, weights)
    return {
        "precision": tally.precision(),
        "recall": tally.recall(),
        "f1": tally.f1(),
        "average_precision": areas.average_precision,
        "auc": areas.auc,
    }


def _with_means(figures: dict[str, Floats]) -> dict[str, Floats]:
    return {**{f"mean_{name}": f.mean(axis=-1) for name, f in figures.items()}, **figures}
