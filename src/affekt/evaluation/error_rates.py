"""Shares corrected by the model's error rates: adjusted counts, for groups that have no labelled rows of their own.

They assume what prediction-powered inference does not: that the model errs alike in every group, so that groups differ
in how often a label occurs and in nothing else. Error rates come from the whole labelled sample.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from affekt.evaluation.intervals import t_quantile
from affekt.evaluation.prevalence import UNDEFINED, Estimate, Floats, Integers, Rows, Sample

_HALF: Final = 0.5
_WORST_CONDITION: Final = 1e6


def rogan_gladen(sample: Sample, rows: Rows) -> list[Estimate]:
    """The share of a label in each group: (said - false alarms) / (hits - false alarms).

    The interval holds every share that agrees with what the model says (Fieller's way, so that it grows to
    0…1 as the model nears chance). Its variance has the error of both rates, estimated with half a row added to
    each count, and the chance that a small group's own rates differ; of rows that are in the sample and the group
    nothing is left to chance.

    Source: Rogan & Gladen 1978, Estimating prevalence from the results of a screening test; Forman 2008.

    Args:
        sample: the labelled rows; gold and what the model says are 0 or 1.
        rows: of the file; `mean` is the share of rows that the model gives the label to.

    Returns:
        One estimate a group; undefined where the sample lacks positives or negatives, or the model is no better
        than chance, or no share in 0…1 agrees with the rates.
    """
    positive = sample.gold > _HALF
    hits = _Rate.of(sample, positive, len(rows.count))
    alarms = _Rate.of(sample, ~positive, len(rows.count))
    if not (hits.drawn and alarms.drawn and hits.value > alarms.value):
        return [UNDEFINED] * len(rows.count)
    gain = hits.value - alarms.value
    drawn = np.bincount(sample.group, minlength=len(rows.count))
    estimates = []
    for g, (count, said) in enumerate(zip(rows.count.tolist(), rows.mean.tolist(), strict=True)):
        value = (said - alarms.value) / gain
        interval = _agreeing(said - alarms.value, gain, hits.terms(g, count), alarms.terms(g, count))
        if 0 < count == drawn[g]:  # every row has gold
            share = float(sample.gold[sample.group == g].mean())
            estimates.append(Estimate(share, share, share, "error rates"))
        elif count == 0 or interval is None:
            estimates.append(UNDEFINED)
        else:
            estimates.append(Estimate(min(max(value, 0.0), 1.0), *interval, "error rates"))
    return estimates


class _Rate:
    """How often the model gives a label to some of the labelled rows."""

    def __init__(self, value: float, drawn: int, by_group: Integers) -> None:
        self.value = value
        self.drawn = drawn
        smooth = (value * drawn + _HALF) / (drawn + 1)
        self._variance = smooth * (1 - smooth)
        self._by_group = by_group

    @classmethod
    def of(cls, sample: Sample, chosen: NDArray[np.bool_], groups: int) -> _Rate:
        drawn = int(chosen.sum())
        value = float(sample.said[chosen].mean()) if drawn else math.nan
        return cls(value, drawn, np.bincount(sample.group[chosen], minlength=groups))

    def terms(self, group: int, rows: int) -> tuple[float, float]:
        """Variance of the rate's error in a group where a share p of the rows is concerned: `a` + `b` / p."""
        overlap = float(self._by_group[group]) / self.drawn
        return self._variance / self.drawn, self._variance * (1 - 2 * overlap) / max(rows, 1)


def _agreeing(
    excess: float, gain: float, hits: tuple[float, float], alarms: tuple[float, float]
) -> tuple[float, float] | None:
    """The shares p with (excess - p gain)² <= z² (p² a1 + p b1 + (1 - p)² a0 + (1 - p) b0), within 0…1."""
    z2 = t_quantile(math.inf) ** 2
    (a1, b1), (a0, b0) = hits, alarms
    square = gain**2 - z2 * (a1 + a0)
    linear = -2 * excess * gain - z2 * (b1 - 2 * a0 - b0)
    constant = excess**2 - z2 * (a0 + b0)
    if square <= 0:
        return 0.0, 1.0
    under = linear**2 - 4 * square * constant
    root = math.sqrt(max(under, 0.0))
    low, high = (-linear - root) / (2 * square), (-linear + root) / (2 * square)
    return (max(low, 0.0), min(high, 1.0)) if low <= 1 and high >= 0 else None


def adjusted_counts(
    gold: Integers, said: Integers, group: Integers, count: Integers, shares: Floats
) -> list[list[Estimate]]:
    """The shares of labels of which every row has exactly one, by the whole confusion matrix.

    The matrix of what is said given gold, M, is inverted (least squares where some labels have no gold row):
    shares = M⁻¹ said. The variance is that of the columns of M by the delta method, with the chance that a group's
    own matrix differs.

    Source: Forman 2008, Quantifying counts and costs via classification; Lipton, Wang & Smola 2018, BBSE.

    Args:
        gold: int `[n]`, the label of each labelled row.
        said: int `[n]`, what the model says of it.
        group: int `[n]`, its group.
        count: int `[groups]`, rows of the file.
        shares: float `[groups, labels]`, shares of what the model says.

    Returns:
        `[groups][labels]`; undefined for labels without a gold row, and throughout where the matrix cannot be
        inverted.
    """
    groups, labels = shares.shape
    seen, place = np.unique(gold, return_inverse=True)
    matrix = np.zeros((labels, len(seen)))
    np.add.at(matrix, (said, place), 1)
    drawn = matrix.sum(axis=0)
    by_group = np.zeros((groups, len(seen)))
    np.add.at(by_group, (group, place), 1)
    nothing = [[UNDEFINED] * labels for _ in range(groups)]
    if np.linalg.cond(matrix / drawn) > _WORST_CONDITION:
        return nothing
    inverse = np.linalg.pinv(matrix / drawn)
    smooth = (matrix + 1 / labels) / (drawn + 1)
    # Variance that one row with gold label k brings to the estimate of label j: `[j, k]`.
    unit = inverse**2 @ smooth - (inverse @ smooth) ** 2
    z = t_quantile(math.inf)
    for g in np.flatnonzero(count).tolist():
        if by_group[g].sum() == count[g]:  # every row has gold: nothing is estimated
            for label, share in zip(seen.tolist(), (by_group[g] / count[g]).tolist(), strict=True):
                nothing[g][label] = Estimate(share, share, share, "error rates")
            continue
        value = np.clip(inverse @ shares[g], 0, 1)
        weight = value**2 / drawn + value * (1 - 2 * by_group[g] / drawn) / count[g]
        half = z * np.sqrt(np.maximum(unit @ weight, 0))
        for j, label in enumerate(seen.tolist()):
            low, high = max(value[j] - half[j], 0.0), min(value[j] + half[j], 1.0)
            nothing[g][label] = Estimate(float(value[j]), float(low), float(high), "error rates")
    return nothing
