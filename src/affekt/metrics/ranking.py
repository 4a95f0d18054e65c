"""How well scores order: labels within an item, items within a label. No cut is involved."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, ratio


def ranking_precision(gold: Bools, scores: NDArray[Any]) -> Floats:
    """For each item, the mean over its gold labels of the share of gold labels among those scored as high.

    Its mean is label ranking average precision (LRAP; Tsoumakas, Katakis and Vlahavas 2010). As in
    scikit-learn, tied labels all take the worst rank of the tie, and an item with no label or all labels in
    gold has 1.

    Args:
        gold: bool `[items, labels]`.
        scores: `[items, labels]`, no NaN.

    Returns:
        float64 `[items]`.
    """
    found = gold.sum(axis=1)
    sums = np.zeros(len(gold))
    for column in range(gold.shape[1]):
        at_least = scores >= scores[:, [column]]
        sums += gold[:, column] * (at_least & gold).sum(axis=1) / at_least.sum(axis=1)
    trivial = (found == 0) | (found == gold.shape[1])
    return np.where(trivial, 1.0, sums / np.maximum(found, 1))


class Areas(NamedTuple):
    """Figures of each label's ranking of items, float64 `[..., labels]`."""

    average_precision: Floats
    """Area under the precision–recall steps, without interpolation; NaN where the label is never true."""
    auc: Floats
    """Chance that a true item is scored above a false one, ties half: the area under the ROC curve; NaN where
    the label is always or never true."""


def ranking_areas(gold: Bools, scores: NDArray[Any], weights: Weights | None = None) -> Areas:
    """How well each label's scores put the items with the label first.

    Args:
        gold: bool `[items, labels]`.
        scores: `[items, labels]`, no NaN.
        weights: `[..., items]`, ones if left out.

    Returns:
        Average precision and AUC, `[..., labels]`.
    """
    w = as_weights(weights, len(gold))
    columns = [_areas(gold[:, j], scores[:, j], w) for j in range(gold.shape[1])]
    return Areas(*(np.stack(figure, axis=-1) for figure in zip(*columns, strict=True)))


def _areas(gold: Bools, scores: NDArray[Any], weights: Weights) -> tuple[Floats, Floats]:
    """Average precision and AUC of one label: sums over its true items only, which are few."""
    order = np.argsort(-scores, kind="stable")
    ranked, true = scores[order], gold[order]
    # Ties are entered at once: a true item sees the counts before and after its whole tie.
    first = np.searchsorted(-ranked, -ranked[true], side="left")
    after = np.searchsorted(-ranked, -ranked[true], side="right")
    w = weights[..., order]
    w_true = w[..., true]
    said, hits = _counts_before(w), _counts_before(w_true)
    order_of_true = np.concatenate([[0], np.cumsum(true)])
    said_after, hits_after = said[..., after], hits[..., order_of_true[after]]
    false_after = said_after - hits_after
    false_first = said[..., first] - hits[..., order_of_true[first]]
    positives, items = hits[..., -1], said[..., -1]
    negatives = items - positives
    precision = np.divide(hits_after, said_after, out=np.zeros_like(said_after), where=said_after > 0)
    below = negatives[..., None] - (false_first + false_after) / 2
    return (
        ratio((w_true * precision).sum(axis=-1), positives),
        ratio((w_true * below).sum(axis=-1), positives * negatives),
    )


def _counts_before(weights: Weights) -> Weights:
    """Sums of the weights before each position, and of all: `[..., positions + 1]`."""
    out = np.zeros((*weights.shape[:-1], weights.shape[-1] + 1), dtype=weights.dtype)
    np.cumsum(weights, axis=-1, out=out[..., 1:])
    return out
