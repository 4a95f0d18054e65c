"""Figures of a judgement by kind of label space, arranged as a report shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import LabelSpace, Prediction
from affekt.evaluation.judging import Judgement
from affekt.evaluation.outcome import decided_levels, no_emotion, said_labels
from affekt.evaluation.report import Calibration, Figure, LabelReport
from affekt.evaluation.rules import (
    dimensional_rules,
    multi_label_rules,
    nulled,
    ordinal_rules,
    single_label_rules,
)
from affekt.metrics import Estimate, Statistic

# Figures of the whole that a report has under `calibration`.
_OF_CALIBRATION: Final = ("mean_brier", "mean_brier_skill", "mean_calibration_error")


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """How intervals are made.

    Args:
        replicates: number of resamples; 0 for none.
        seed: of the resamples.
        groups: what is resampled, or None for single texts.
    """

    replicates: int
    seed: int
    groups: Sequence[str] | None

    def of(self, statistic: Statistic, items: int) -> dict[str, Estimate]:
        """The figures of a statistic with their intervals."""
        return metrics.bootstrap(
            statistic, items, groups=self.groups, replicates=self.replicates, seed=self.seed
        )

    def within(self, rows: NDArray[Any]) -> Intervals:
        """The same way to make intervals for some of the items, by position."""
        if self.groups is None:
            return self
        return replace(self, groups=[self.groups[i] for i in rows.tolist()])


@dataclass(frozen=True, slots=True)
class Measured:
    """The measured part of a report; see `Report`."""

    metrics: dict[str, Figure]
    labels: dict[str, LabelReport]
    rules: dict[str, dict[str, float | None]]
    calibration: Calibration | None = None

    def unsaid(self) -> Measured:
        """The same with undefined figures, for a model that says nothing of the labels; rules stay."""
        nothing = Figure(None)
        labels = {
            name: LabelReport(label.support, 0, dict.fromkeys(label.figures, nothing))
            for name, label in self.labels.items()
        }
        return Measured(dict.fromkeys(self.metrics, nothing), labels, self.rules)


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Other labelled data in the same space: what trivial rules and Brier skill may know.

    Args:
        gold: `[items, labels]`.
        source: their name.
    """

    gold: NDArray[Any]
    source: str


def measure(
    space: LabelSpace,
    gold: NDArray[Any],
    judgement: Judgement,
    predictions: Sequence[Prediction],
    prior: Prior | None,
    intervals: Intervals,
) -> Measured:
    """All figures of the space's kind.

    Args:
        space: of gold and judgement; not open.
        gold: `[items, labels]`; a label is true from 0.5 on.
        judgement: the model's scores.
        predictions: what was decided from them.
        prior: other labelled data, if there are any.
        intervals: how they are made.

    Returns:
        Figures of the whole and of each label, trivial rules, calibration.
    """
    if space.kind == "dimensional":
        return _of_axes(space, gold, judgement, prior, intervals)
    if space.kind == "ordinal":
        found = _of_levels(space, gold, judgement, predictions, prior, intervals)
    else:
        found = _of_labels(space, gold >= 0.5, judgement, predictions, prior, intervals)
    return found if judgement.scores is not None else found.unsaid()


def _of_labels(
    space: LabelSpace,
    gold: NDArray[np.bool_],
    judgement: Judgement,
    predictions: Sequence[Prediction],
    prior: Prior | None,
    intervals: Intervals,
) -> Measured:
    predicted = said_labels(space, predictions)
    silent, values = judgement.silent, judgement.values
    known = None if prior is None else prior.gold >= 0.5
    if space.kind == "single":
        neutral = no_emotion(space)
        decided = metrics.single_label(gold, predicted, values, silent, neutral)
        rules = single_label_rules(gold, known, neutral)
    else:
        decided = metrics.multi_label(gold, predicted, values, silent)
        rules = multi_label_rules(gold, known)
    shares = None if known is None else known.mean(axis=0)
    stated = metrics.probabilistic(gold, values, silent, shares)
    estimates = intervals.of(metrics.together(decided, stated), len(gold))
    calibration = None
    if judgement.unstated:
        unknown = np.full(len(space), np.nan)
        estimates["calibration_error"] = Estimate(unknown, unknown, unknown)
    else:
        estimates |= metrics.calibration_estimates(
            gold,
            values,
            silent,
            groups=intervals.groups,
            replicates=intervals.replicates,
            seed=intervals.seed,
        )
        calibration = _calibration(estimates, prior)
    labels = _by_label(space, estimates, gold, predicted)
    whole = {name: figure for name, figure in wholes(estimates).items() if name not in _OF_CALIBRATION}
    return Measured(whole, labels, nulled(rules), calibration)


def _calibration(estimates: Mapping[str, Estimate], prior: Prior | None) -> Calibration:
    error = _figure(estimates["mean_calibration_error"])
    return Calibration(
        error.value,
        metrics.BINS,
        _figure(estimates["mean_brier"]),
        None if prior is None else _figure(estimates["mean_brier_skill"]),
        None if prior is None else prior.source,
        error.low,
        error.high,
    )


def _of_axes(
    space: LabelSpace,
    gold: NDArray[Any],
    judgement: Judgement,
    prior: Prior | None,
    intervals: Intervals,
) -> Measured:
    values = judgement.values
    # SemEval-2018's scores, from 0 to 1, come with a figure of their upper half.
    upper = 0.5 if space.range == (0.0, 1.0) else None
    statistic = metrics.dimensional(gold, values, judgement.silent, scaled=judgement.scaled, upper=upper)
    estimates = intervals.of(statistic, len(gold))
    labels = _by_label(space, estimates, ~np.isnan(gold), ~np.isnan(values))
    rules = dimensional_rules(gold, None if prior is None else prior.gold)
    return Measured(wholes(estimates) | _named_by_label(labels), labels, nulled(rules))


def _of_levels(
    space: LabelSpace,
    gold: NDArray[Any],
    judgement: Judgement,
    predictions: Sequence[Prediction],
    prior: Prior | None,
    intervals: Intervals,
) -> Measured:
    levels = decided_levels(space, predictions)
    estimates = intervals.of(metrics.ordinal(gold, levels, judgement.silent), len(gold))
    labels = _by_label(space, estimates, gold > 0, levels > 0)
    rules = ordinal_rules(gold, None if prior is None else prior.gold)
    return Measured(wholes(estimates) | _named_by_label(labels), labels, nulled(rules))


def _figure(estimate: Estimate, place: int | tuple[()] = ()) -> Figure:
    """The figure of the whole, or of the label at a place."""
    return Figure.at(estimate, place)


def wholes(estimates: Mapping[str, Estimate]) -> dict[str, Figure]:
    """The figures that are of the whole."""
    return {name: _figure(estimate) for name, estimate in estimates.items() if estimate.value.ndim == 0}


def _by_label(
    space: LabelSpace,
    estimates: Mapping[str, Estimate],
    true: NDArray[np.bool_],
    predicted: NDArray[np.bool_],
) -> dict[str, LabelReport]:
    each = {name: estimate for name, estimate in estimates.items() if estimate.value.ndim == 1}
    return {
        label: LabelReport(
            int(true[:, j].sum()),
            int(predicted[:, j].sum()),
            {name: _figure(estimate, j) for name, estimate in each.items()},
        )
        for j, label in enumerate(space.names)
    }


def _named_by_label(labels: Mapping[str, LabelReport]) -> dict[str, Figure]:
    """Figures of axes and levels are figures of the whole too: `pearson_valence`."""
    return {
        f"{name}_{label}": figure
        for label, report in labels.items()
        for name, figure in report.figures.items()
    }
