"""Precision, recall and F1 from counts per label, for multi-label and single-label decisions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from affekt.metrics.arrays import Bools, Floats, Weights, as_weights, ratio, total


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often each label was right, said, and true.

    Figures of a label that are 0/0 are NaN. Means over labels take such an F1 as 0, as scikit-learn does with
    `zero_division=0`, so a label that is neither true nor said anywhere pulls the macro mean down; they are
    NaN only where no label has an F1.

    Args:
        hits: float64 `[..., labels]`, items with the label in gold and prediction.
        predicted: float64 `[..., labels]`, items with the label in the prediction.
        support: float64 `[..., labels]`, items with the label in gold.
    """

    hits: Floats
    predicted: Floats
    support: Floats

    @classmethod
    def of(cls, gold: Bools, predicted: Bools, weights: Weights | None = None) -> Tally:
        """Count.

        Args:
            gold: bool `[items, labels]`.
            predicted: bool `[items, labels]`; a row without True is an item of which nothing was said.
            weights: `[..., items]`, ones if left out.

        Returns:
            The counts, with the leading axes of the weights.

        Raises:
            ValueError: if the shapes differ.
        """
        if gold.shape != predicted.shape:
            raise ValueError(f"gold has shape {gold.shape}, predictions {predicted.shape}")
        w = as_weights(weights, len(gold))
        return cls(total(w, gold & predicted), total(w, predicted), total(w, gold))

    def without(self, column: int) -> Tally:
        """The counts of the other labels, as in micro F1 without neutral (EmoContext, DailyDialog)."""
        return Tally(*(np.delete(x, column, axis=-1) for x in (self.hits, self.predicted, self.support)))

    def precision(self) -> Floats:
        """`[..., labels]`; NaN where the label was never said."""
        return ratio(self.hits, self.predicted)

    def recall(self) -> Floats:
        """`[..., labels]`; NaN where the label is never true."""
        return ratio(self.hits, self.support)

    def f1(self) -> Floats:
        """`[..., labels]`; NaN where the label is neither true nor said."""
        return ratio(2 * self.hits, self.predicted + self.support)

    def macro_f1(self) -> Floats:
        """`[...]`: the mean F1 over all labels of the space."""
        f1 = self.f1()
        return np.where(np.isnan(f1).all(axis=-1), np.nan, np.nan_to_num(f1).mean(axis=-1))

    def weighted_f1(self) -> Floats:
        """`[...]`: the mean F1 weighted by support; NaN where there is no gold label."""
        return ratio((np.nan_to_num(self.f1()) * self.support).sum(axis=-1), self.support.sum(axis=-1))

    def micro_f1(self) -> Floats:
        """`[...]`: F1 of the counts summed over labels; NaN where nothing is true or said."""
        said_or_true = self.predicted.sum(axis=-1) + self.support.sum(axis=-1)
        return ratio(2 * self.hits.sum(axis=-1), said_or_true)


def jaccard(gold: Bools, predicted: Bools) -> Floats:
    """Shared labels over all labels of each item, float64 `[items]`; 1 where both sets are empty.

    Its mean is the "accuracy" of SemEval-2018 task 1 E-c, whose scorer sets that case to 1.
    """
    union = (gold | predicted).sum(axis=1)
    shared = (gold & predicted).sum(axis=1)
    return np.asarray(np.where(union == 0, 1.0, shared / np.maximum(union, 1)), dtype=np.float64)


def exact_match(gold: Bools, predicted: Bools) -> Floats:
    """1 where the label sets are the same, else 0; float64 `[items]`. Its mean is subset accuracy."""
    return np.asarray((gold == predicted).all(axis=1), dtype=np.float64)


def hit(gold: Bools, predicted: Bools) -> Floats:
    """1 where a gold label was said, else 0; float64 `[items]`. Its mean is single-label accuracy."""
    return np.asarray((gold & predicted).any(axis=1), dtype=np.float64)
