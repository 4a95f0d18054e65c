"""Probabilities against the raters' own distribution of labels, instead of the label that most of them chose."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, ratio, total
from affekt.metrics.bootstrap import Statistic
from affekt.metrics.tallies import Tally

# What a probability of 0 counts as, so that one bold miss does not make a mean infinite; as scikit-learn does.
_LEAST = float(np.finfo(np.float32).eps)


def distributions(shares: NDArray[Any]) -> Floats:
    """Rows scaled to sum to 1: votes, shares of raters, or probabilities as distributions over labels.

    Args:
        shares: `[items, labels]`, not negative.

    Returns:
        float64 `[items, labels]`; NaN in rows without any share.
    """
    values = np.asarray(shares, dtype=np.float64)
    return ratio(values, values.sum(axis=1, keepdims=True))


def cross_entropy(gold: NDArray[Any], probabilities: NDArray[Any]) -> Floats:
    """Expected surprise at the raters' labels, in nats: minus the sum of q log p (soft-label cross-entropy).

    Args:
        gold: `[items, labels]`, distributions q.
        probabilities: `[items, labels]`, distributions p; 0 counts as 1.2e-7.

    Returns:
        float64 `[items]`.
    """
    p = np.clip(np.asarray(probabilities, dtype=np.float64), _LEAST, 1)
    return np.asarray(-np.sum(np.asarray(gold, dtype=np.float64) * np.log(p), axis=1))


def jensen_shannon(gold: NDArray[Any], probabilities: NDArray[Any]) -> Floats:
    """Jensen–Shannon divergence in bits (Lin 1991): 0 for the same distributions, 1 for disjoint ones.

    Args:
        gold: `[items, labels]`, distributions.
        probabilities: `[items, labels]`, distributions.

    Returns:
        float64 `[items]`.
    """
    q, p = (np.asarray(x, dtype=np.float64) for x in (gold, probabilities))
    middle = (q + p) / 2
    return (_relative_entropy(q, middle) + _relative_entropy(p, middle)) / 2


def above_chance(distribution: NDArray[Any]) -> Bools:
    """The labels whose share is above 1/C, C the number of labels: the all-inclusive rule (Chou et al. 2024).

    Args:
        distribution: `[items, labels]`, rows that sum to 1.

    Returns:
        bool `[items, labels]`.
    """
    # A share of exactly 1/C is not above it, whatever rounding made of it.
    return np.asarray(distribution > 1 / distribution.shape[1] + 1e-9, dtype=bool)


def against_raters(shares: NDArray[Any], scores: NDArray[Any], abstained: Bools) -> Statistic:
    """Figures of probabilities against what each rater said; no text is dropped for want of a majority.

    Whole: `cross_entropy`, `jensen_shannon`, means over items; `inclusive_macro_f1`, `inclusive_micro_f1`,
    `inclusive_weighted_f1`, where gold and prediction are the labels whose share of the distribution is above
    1/C. Items of which no rater chose a label are left out. An abstained item states no distribution and is
    left out of the first two; for F1 it counts as nothing predicted.

    Args:
        shares: `[items, labels]`, the share of raters who chose each label.
        scores: `[items, labels]`, probabilities; of labels that may apply together too. NaN in abstained rows
            at most.
        abstained: bool `[items]`.

    Returns:
        The statistic.
    """
    gold = distributions(shares)
    rated = np.asarray(~np.isnan(gold).any(axis=1), dtype=bool)
    gold = np.where(rated[:, None], gold, 0)
    stated = distributions(np.where(abstained[:, None], 1, scores))
    # Scores that are all 0 say no more of one label than of another.
    stated = np.where(np.isnan(stated), 1 / stated.shape[1], stated)
    by_item = np.stack([cross_entropy(gold, stated), jensen_shannon(gold, stated)], axis=1)
    true, said = above_chance(gold), above_chance(stated) & ~abstained[:, None]

    def statistic(weights: Weights) -> dict[str, Floats]:
        judged = weights * (rated & ~abstained)
        means = ratio(total(judged, by_item), judged.sum(axis=-1, dtype=np.float64)[..., None])
        tally = Tally.of(true, said, weights * rated)
        return {
            "cross_entropy": means[..., 0],
            "jensen_shannon": means[..., 1],
            "inclusive_macro_f1": tally.macro_f1(),
            "inclusive_micro_f1": tally.micro_f1(),
            "inclusive_weighted_f1": tally.weighted_f1(),
        }

    return statistic


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    """Kullback–Leibler divergence of p from q in bits, `[items]`; p has nothing where q has nothing."""
    there = p > 0
    quotient = np.divide(p, q, out=np.ones_like(p), where=there)
    return np.asarray(np.sum(p * np.log2(quotient), axis=1))
