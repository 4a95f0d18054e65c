"""Whether probabilities mean what they say: calibration error, Brier score, Brier skill; a column a label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, mean, ratio, total
from affekt.metrics.bootstrap import Estimate, percentile_interval, resamples
from affekt.metrics.curves import equal_mass_bins

BINS = 15
"""Bins of the calibration error."""
# A gap is taken to be nearer to 0 than seen by so many standard errors, when its bias is bounded.
_NEARER = 1.96


def calibration_error(gold: Bools, probabilities: NDArray[Any], bins: int = BINS) -> Floats:
    """Expected calibration error with bins of equal mass (Nguyen and O'Connor 2015).

    The mean over bins, weighted by their items, of the gap between mean probability and share of gold. Equal
    probabilities share a bin, so the figure does not depend on the order of the items.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`, no NaN.
        bins: their number.

    Returns:
        float64 `[labels]`; NaN where there are no items.
    """
    items, labels = gold.shape
    if items == 0:
        return np.full(labels, np.nan)
    errors = np.zeros(labels)
    for j in range(labels):
        p = probabilities[:, j].astype(np.float64)
        place = equal_mass_bins(p, bins)
        errors[j] = np.abs(np.bincount(place, weights=p - gold[:, j])).sum() / items
    return errors


def calibration_estimates(
    gold: Bools,
    probabilities: NDArray[Any],
    abstained: Bools,
    *,
    groups: Sequence[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> dict[str, Estimate]:
    """The calibration error of each label and its mean over labels, with 95 % intervals.

    The error takes the size of each bin's gap, so chance alone moves it up, by most where the gaps are 0
    (Kumar, Liang and Ma 2019, section 4); resampling moves it up once more, and percentiles of resampled errors
    leave out the true one. Here the bins stay as they are, and what is resampled is the signed gap of each: its
    difference `d` from the gap seen stands for the one between the gap seen and the true gap `t`, as in the basic
    bootstrap (Davison and Hinkley 1997, section 5.2). The error seen exceeds the true one by the sum over bins of
    `|t + d| - |t| = max(d, -d - 2t)` (for t > 0), which is the larger the smaller the gap. The lower end takes off
    its 97.5 % quantile, with each gap as near to 0 as 1.96 standard errors allow; the upper end adds that of the
    sum of `-d`, which it is where gaps are far from 0. A bin with few or no positives shows too little of its
    noise: normal noise makes up for what there would be more of if the probabilities were true. So the interval
    holds the error seen, and covers with about 95 % or more: it makes no guess at how much of a small error is chance.
    Its subject is the error in these bins, which does not see gaps of both signs that meet within one.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`, NaN in abstained rows at most.
        abstained: bool `[items]`; such items are left out.
        groups: the dialogue or author of each item; items are resampled on their own if left out.
        replicates: number of resamples, the same ones as in `bootstrap`; 0 for no intervals.
        seed: of the resamples.

    Returns:
        `calibration_error`, float64 `[labels]`, and `mean_calibration_error`; NaN where there are no items. No
        interval (NaN) of a label that is always or never true: nothing shows how far that may differ.
    """
    judged = ~abstained
    errors = calibration_error(gold[judged], probabilities[judged])
    signed, chance = _by_bin(gold, probabilities, judged)
    gaps = signed.sum(axis=0, dtype=np.float64) / max(1, judged.sum())
    drawn = [
        ratio(total(w, signed), total(w, judged)[:, None])
        for w in resamples(len(gold), groups=groups, replicates=replicates, seed=seed)
    ]
    away = (np.concatenate(drawn) if drawn else np.empty((0, len(gaps)))) - gaps
    spread = away.std(axis=0) if len(away) else np.zeros(len(gaps))
    missing = np.sqrt(np.maximum(chance - spread**2, 0))
    away += missing * np.random.default_rng(seed).standard_normal(away.shape)
    most, least = (
        bound.reshape(-1, gold.shape[1], BINS).sum(axis=-1)
        for bound in _exceeding(gaps, away, np.hypot(spread, missing))
    )
    mixed = gold[judged].any(axis=0) & ~gold[judged].all(axis=0)
    return {
        "calibration_error": _within(errors, most, least, replicates, mixed),
        "mean_calibration_error": _within(
            np.asarray(errors.mean()), most.mean(axis=-1), least.mean(axis=-1), replicates, mixed.any()
        ),
    }


def _by_bin(gold: Bools, probabilities: NDArray[Any], judged: Bools) -> tuple[NDArray[np.float32], Floats]:
    """Probability less gold of each item in the column of its bin, and what chance makes of the bins' means.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`.
        judged: bool `[items]`.

    Returns:
        float32 `[items, labels * bins]`, and the variance of each gap if the probabilities were true.
    """
    items, labels = gold.shape
    signed = np.zeros((items, labels * BINS), dtype=np.float32)
    chance = np.zeros((labels, BINS))
    rows = np.flatnonzero(judged)
    for j in range(labels if len(rows) else 0):
        p = probabilities[rows, j].astype(np.float64)
        place = equal_mass_bins(p, BINS) - 1  # counted from 1: none is below where the first starts
        signed[rows, j * BINS + place] = p - gold[rows, j]
        chance[j] = np.bincount(place, weights=p * (1 - p), minlength=BINS) / len(rows) ** 2
    return signed, chance.ravel()


def _exceeding(gaps: Floats, away: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """By how much the size of a gap seen exceeds the true one's, at most and at least.

    Args:
        gaps: signed gaps seen, `[bins]`.
        away: differences of resampled gaps from them, `[resamples, bins]`.
        spread: their standard deviations, `[bins]`.

    Returns:
        Two float64 `[resamples, bins]`.
    """
    nearest = np.maximum(np.abs(gaps) - _NEARER * spread, 0)
    outward = np.where(gaps < 0, -away, away)
    return np.maximum(outward, -outward - 2 * nearest), outward


def _within(
    errors: Floats, most: Floats, least: Floats, replicates: int, known: Bools | np.bool_
) -> Estimate:
    """Errors with what they may exceed the true ones by, where that is known."""
    low = np.maximum(errors - percentile_interval(most, replicates)[1], 0)
    high = errors - percentile_interval(least, replicates)[0]
    return Estimate(errors, np.where(known, low, np.nan), np.where(known, high, np.nan))


def brier(gold: Bools, probabilities: NDArray[Any], weights: Weights | None = None) -> Floats:
    """Mean squared difference of probability and gold (Brier 1950), label by label.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`, or `[labels]` for the same ones everywhere.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., labels]`; NaN where there are no items.
    """
    squared = (np.asarray(probabilities, dtype=np.float64) - gold) ** 2
    return mean(as_weights(weights, len(gold)), squared)


def brier_skill(
    gold: Bools, probabilities: NDArray[Any], prior: NDArray[Any], weights: Weights | None = None
) -> Floats:
    """One minus the Brier score over that of always saying the prior: 1 perfect, 0 no better than the prior.

    Args:
        gold: bool `[items, labels]`.
        probabilities: `[items, labels]`.
        prior: `[labels]`, each label's share in data other than these.
        weights: `[..., items]`, ones if left out.

    Returns:
        float64 `[..., labels]`; NaN where the prior makes no error.
    """
    return 1 - ratio(brier(gold, probabilities, weights), brier(gold, prior, weights))
