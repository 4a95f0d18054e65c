"""Shares and means of a file from a model's answers and a small labelled sample: prediction-powered inference.

The target is the share (or mean) among the rows of the file, group by group and in all. The labelled rows are a
random sample of them, drawn without replacement, so what is estimated is a difference estimator of survey
sampling, and its variance carries the finite-population factor 1 - n/N:

    estimate = slope * mean of f in the file + mean of (y - slope * f) in the sample
    variance = (1 - n/N) * variance of (y - slope * f) in the sample / n

with y gold and f what the model says (Cochran 1977, Sampling Techniques, ch. 7; Angelopoulos, Duchi & Zrnic 2023,
PPI++). With the tuned slope Cov(y, f)/Var(f) the estimate is that of PPI++: the file's mean holds the sample, and
taking it out turns the slope into PPI++'s Cov(y, f)/((1 + n/(N - n)) Var(f)).

A group's few labelled rows tell little about a variance, so groups share what they know of it: as `BORROWED` rows of
the whole sample beside the group's own (Smyth 2004, Linear models and empirical Bayes methods, section 3, with the
weight of the prior given). The errors e = y - slope * f of a label depend on how common it is, and that differs by
group. Shared is therefore not their variance but what it is made of, by the law of total variance:

    variance of e in a group = p Var(e | y = 1) + (1 - p) Var(e | y = 0) + p (1 - p) (E(e | y = 1) - E(e | y = 0))²

with p the group's own share. The interval holds the shares p that the estimate agrees with (Wilson's way).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from affekt.evaluation.intervals import exact_share, score_share, t_quantile, wilson

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Measure = Literal["share", "mean"]
Method = Literal["prediction-powered", "exact", "error rates", "model alone", "undefined"]

FEWEST_POSITIVES: Final = 10
"""A label with fewer gold positives, or negatives, in the sample gets an exact interval."""
FEWEST_IN_GROUP: Final = 5
"""A group with fewer labelled rows gets no estimate of its own."""
BORROWED: Final = 20
"""How many rows of its own (for, and against, a label) weigh as much as the whole sample in the size of its errors."""


class Estimate(NamedTuple):
    """An estimate with its 95 % interval; NaN where undefined."""

    value: float
    low: float
    high: float
    method: Method


UNDEFINED: Final = Estimate(math.nan, math.nan, math.nan, "undefined")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file that a model judged, group by group.

    Args:
        count: int `[groups]`, how many there are.
        mean: float `[groups]`, mean of what the model says; NaN in a group without rows.
    """

    count: Integers
    mean: Floats

    def merged(self) -> Rows:
        """All groups as one."""
        total = self.count.sum()
        mean = np.nansum(self.mean * self.count) / total if total else math.nan
        return Rows(np.array([total]), np.array([mean]))


@dataclass(frozen=True, slots=True)
class Sample:
    """The labelled rows.

    Args:
        gold: float `[n]`, 0 or 1 for shares.
        said: float `[n]`, what the model says of the same rows.
        group: int `[n]`, the group of each row.
    """

    gold: Floats
    said: Floats
    group: Integers

    def __len__(self) -> int:
        return len(self.gold)

    def merged(self) -> Sample:
        """All groups as one."""
        return Sample(self.gold, self.said, np.zeros(len(self), dtype=np.intp))

    @property
    def is_rare(self) -> bool:
        """Whether one of the two answers of a share is too rare for anything but an exact interval."""
        positives = float(self.gold.sum())
        return min(positives, len(self) - positives) < FEWEST_POSITIVES


@dataclass(frozen=True, slots=True)
class Tuning:
    """How far the model's answers may be relied on.

    Args:
        slope: PPI++'s power-tuning parameter lambda, for a mean of the file that holds the sample.
        residual: variance of gold less slope times what the model says, within groups.
        spread: variance of gold, within groups.
        freedom: degrees of freedom of `residual`.
        correction: what a group's own sum of squares is to be multiplied by, as the slope was fitted too.
        unseen: squares of one error more than the labelled rows show, for gold that is 0 or 1: a model that is
            right in all of them is not therefore right everywhere.
    """

    slope: float
    residual: float
    spread: float
    freedom: int
    correction: float
    unseen: float = 0.0

    @property
    def ratio(self) -> float:
        """Share of gold's variance that the model leaves; NaN if there is none."""
        return self.residual / self.spread if self.spread > 0 else math.nan


def tune(sample: Sample) -> Tuning:
    """Fit the slope on the labelled rows.

    Args:
        sample: the labelled rows, three or more.

    Returns:
        The slope that makes the variance smallest within groups; across groups where nearly every row is a group
        of its own.
    """
    centred = _centred(sample)
    if len(sample) - len(np.unique(sample.group)) - 1 < BORROWED:
        centred = _centred(sample.merged())
        groups = 1
    else:
        groups = len(np.unique(sample.group))
    y, f = centred
    freedom = max(len(sample) - groups - 1, 1)
    power = float(f @ f)
    slope = float(f @ y) / power if power > 1e-12 * len(sample) else 0.0
    rest = y - slope * f
    unseen = slope**2 if np.isin(sample.gold, (0, 1)).all() else 0.0
    return Tuning(
        slope,
        (float(rest @ rest) + unseen) / freedom,
        float(y @ y) / (freedom + 1),
        freedom,
        (freedom + 1) / freedom,
        unseen,
    )


def estimate_groups(sample: Sample, rows: Rows, measure: Measure) -> list[Estimate]:
    """The share, or mean, of each group.

    A group borrows the size of the model's errors in part from the whole sample, not their direction: its estimate
    is free of bias whatever the model does in it. Intervals of shares are score intervals, those of means
    Student's, with the degrees of freedom of own and borrowed rows together. A rare label has exact intervals that
    leave the model aside.

    Args:
        sample: the labelled rows; within a group they are a random sample of it.
        rows: of the file.
        measure: `share` for gold that is 0 or 1, else `mean`.

    Returns:
        One estimate a group; undefined with fewer than `FEWEST_IN_GROUP` labelled rows, unless those are all rows.
    """
    drawn = np.bincount(sample.group, minlength=len(rows.count))
    known = (drawn >= FEWEST_IN_GROUP) | ((drawn == rows.count) & (drawn > 0))
    if measure == "share" and sample.is_rare:
        positives = _sums(sample.gold, sample.group, len(rows.count))
        return [
            _exact(positives[g], drawn[g], int(rows.count[g])) if known[g] else UNDEFINED
            for g in range(len(rows.count))
        ]
    if len(rows.count) == 1:
        return [estimate_whole(sample, rows, measure, stratified=False) if known[0] else UNDEFINED]
    tuning = tune(sample)
    parts = _parts(sample, rows, tuning)
    quantile = _quantiles(drawn, tuning)
    if measure == "share":
        value = np.clip(parts.value, 0, 1)
        low, high = _Errors.of(sample, len(drawn), tuning).bounds(value, parts.size, quantile)
    else:
        value = parts.value
        with np.errstate(divide="ignore"):
            half = quantile * np.sqrt(parts.residual / parts.size)
        low, high = value - half, value + half
    return [
        Estimate(float(value[g]), float(low[g]), float(high[g]), "prediction-powered")
        if known[g]
        else UNDEFINED
        for g in range(len(rows.count))
    ]


def estimate_whole(sample: Sample, rows: Rows, measure: Measure, *, stratified: bool) -> Estimate:
    """The share, or mean, of the whole file.

    Args:
        sample: the labelled rows.
        rows: of the file.
        measure: `share` for gold that is 0 or 1, else `mean`.
        stratified: whether rows were drawn within groups, so that a group may have more than its part of them;
            groups with fewer than `FEWEST_IN_GROUP` labelled rows are then taken as one. The variance of a share
            is then taken at the middle of each group's interval, as an estimate of 0 is no proof of 0.

    Returns:
        The estimate.
    """
    sample, rows = _strata(sample, rows) if stratified else (sample.merged(), rows.merged())
    drawn = np.bincount(sample.group, minlength=len(rows.count))
    weight = rows.count / rows.count.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        alone = float(weight @ (_sums(sample.gold, sample.group, len(weight)) / drawn))
    if measure == "share" and sample.is_rare:
        size = 1 / float(weight**2 @ (1 / drawn))
        low, high = exact_share(alone * size, size, int(rows.count.sum()))
        return Estimate(alone, low, high, "exact")
    tuning = tune(sample)
    parts = _parts(sample, rows, tuning)
    value = float(weight @ parts.value)
    residual = parts.residual
    if measure == "share" and len(weight) > 1:
        errors = _Errors.of(sample, len(weight), tuning)
        within = errors.bounds(np.clip(parts.value, 0, 1), parts.size, _quantiles(drawn, tuning))
        residual = errors.variance((within[0] + within[1]) / 2)
    variance = float(weight**2 @ (residual / parts.size))
    quantile = t_quantile(max(tuning.freedom, 3))
    if measure == "mean":
        half = quantile * math.sqrt(variance)
        return Estimate(value, value - half, value + half, "prediction-powered")
    value = min(max(value, 0.0), 1.0)
    size = alone * (1 - alone) / variance if variance > 0 else math.inf
    ends = wilson(value, size, quantile)
    return Estimate(value, float(ends[0]), float(ends[1]), "prediction-powered")


def sample_alone(sample: Sample, rows: Rows, measure: Measure) -> Estimate:
    """What the labelled rows say of the whole file without the model, with the same kind of interval.

    Args:
        sample: the labelled rows, a simple random sample.
        rows: of the file.
        measure: see `estimate_whole`.

    Returns:
        The estimate.
    """
    return estimate_whole(
        Sample(sample.gold, np.zeros(len(sample)), sample.group), rows, measure, stratified=False
    )


class _Parts(NamedTuple):
    """Of each group: the estimate, the variance of its errors (own and borrowed), and n / (1 - n/N)."""

    value: Floats
    residual: Floats
    size: Floats


def _parts(sample: Sample, rows: Rows, tuning: Tuning) -> _Parts:
    groups = len(rows.count)
    drawn = np.bincount(sample.group, minlength=groups)
    rest = sample.gold - tuning.slope * sample.said
    with np.errstate(invalid="ignore", divide="ignore"):
        value = tuning.slope * rows.mean + _sums(rest, sample.group, groups) / drawn
        size = drawn / np.maximum(1 - drawn / rows.count, 0.0)
    own = _sums((rest - _group_means(rest, sample.group)) ** 2, sample.group, groups)
    borrowed, unseen = (BORROWED, 0.0) if groups > 1 else (0, tuning.unseen)
    freedom = np.maximum(borrowed + drawn - 1, 1)
    return _Parts(value, (borrowed * tuning.residual + tuning.correction * own + unseen) / freedom, size)


class _Errors(NamedTuple):
    """Errors y - slope * f of a label in each group: variance of rows against and for it, difference of their means."""

    against: Floats
    for_: Floats
    apart: Floats

    @classmethod
    def of(cls, sample: Sample, groups: int, tuning: Tuning) -> _Errors:
        rest = sample.gold - tuning.slope * sample.said
        variances, means = [], []
        for answer in (0, 1):
            chosen = sample.gold == answer
            errors, group = rest[chosen], sample.group[chosen]
            mean = errors.mean()
            variance = (float((errors - mean) @ (errors - mean)) + tuning.unseen) / (len(errors) - 1)
            weight = BORROWED + np.bincount(group, minlength=groups)
            shrunk = (BORROWED * mean + _sums(errors, group, groups)) / weight
            own = _sums((errors - shrunk[group]) ** 2, group, groups)
            variances.append((BORROWED * variance + own) / weight)
            means.append(shrunk)
        return cls(variances[0], variances[1], means[1] - means[0])

    def variance(self, share: Floats) -> Floats:
        """Of the errors of all rows, where a share of them has the label."""
        return share * self.for_ + (1 - share) * self.against + share * (1 - share) * self.apart**2

    def bounds(self, value: Floats, size: Floats, quantile: Floats) -> tuple[Floats, Floats]:
        return score_share(value, size, (self.against, self.for_), self.apart, quantile)


def _quantiles(drawn: Integers, tuning: Tuning) -> Floats:
    """Student's quantile of each group, with the degrees of freedom of its own rows and the borrowed ones."""
    freedom, place = np.unique(np.clip(BORROWED + drawn - 1, 3, max(tuning.freedom, 3)), return_inverse=True)
    return np.array([t_quantile(f) for f in freedom.tolist()])[place]


def _strata(sample: Sample, rows: Rows) -> tuple[Sample, Rows]:
    """Groups with enough labelled rows, and the others as one: with the smallest of the former if need be."""
    drawn = np.bincount(sample.group, minlength=len(rows.count))
    order = np.argsort(drawn, kind="stable")
    few = int((drawn < FEWEST_IN_GROUP).sum())
    while 0 < few < len(order) and drawn[order[:few]].sum() < FEWEST_IN_GROUP:
        few += 1
    place = np.empty(len(order), dtype=np.intp)
    place[order[:few]] = 0
    place[order[few:]] = np.arange(len(order) - few) + (few > 0)
    count = np.bincount(place, weights=rows.count).astype(np.intp)
    totals = np.bincount(place, weights=np.nan_to_num(rows.mean) * rows.count)
    return Sample(sample.gold, sample.said, place[sample.group]), Rows(count, totals / np.maximum(count, 1))


def _exact(positives: float, drawn: int, rows: int) -> Estimate:
    return Estimate(positives / drawn, *exact_share(positives, drawn, rows), "exact")


def _centred(sample: Sample) -> tuple[Floats, Floats]:
    return (
        sample.gold - _group_means(sample.gold, sample.group),
        sample.said - _group_means(sample.said, sample.group),
    )


def _group_means(values: Floats, group: Integers) -> Floats:
    """Of each row, the mean of its group."""
    return np.asarray((np.bincount(group, weights=values) / np.maximum(np.bincount(group), 1))[group])


def _sums(values: Floats, group: Integers, groups: int) -> Floats:
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)
