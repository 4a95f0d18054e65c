"""What one gets without reading a text: trivial rules beside which every figure stands.

Pure functions of gold, in the layout and under the metric names of a report. A rule that needs a share,
mean or set takes it from other labelled data (`prior_gold`, the dev split) where there are any; else from
gold itself, which makes it the best of its sort. Expected values of random rules follow from expected counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics import Tally, dimensional, exact_match, hit, jaccard, ordinal

Rules = dict[str, dict[str, float]]
"""Rule → metric → value, NaN where undefined."""
_Bools = NDArray[np.bool_]


def multi_label_rules(gold: _Bools, prior_gold: _Bools | None = None) -> Rules:
    """Constant answers where any number of labels may apply.

    `all_positive` says every label; `majority_per_label` those that at least half of the items have;
    `fixed_set` the k most frequent, k the one with the best micro F1. The last is searched on other data
    only, and left out without them.

    Args:
        gold: bool `[items, labels]`.
        prior_gold: bool `[other items, labels]`, or None.

    Returns:
        Macro, micro and weighted F1, Jaccard accuracy and exact match of each rule.
    """
    known = gold if prior_gold is None else prior_gold
    answers = {
        "all_positive": np.ones(gold.shape[1], dtype=bool),
        "majority_per_label": known.mean(axis=0) >= 0.5,
    }
    if prior_gold is not None:
        answers["fixed_set"] = best_fixed_set(prior_gold)
    return {rule: _constant_answer(gold, answer) for rule, answer in answers.items()}


def best_fixed_set(gold: _Bools) -> _Bools:
    """The set of most frequent labels with the best micro F1 among constant answers, bool `[labels]`."""
    counts = gold.sum(axis=0)
    order = np.argsort(-counts, kind="stable")
    sizes = np.arange(1, len(counts) + 1)
    micro = 2 * counts[order].cumsum() / (sizes * len(gold) + counts.sum())
    chosen = np.zeros(len(counts), dtype=bool)
    chosen[order[: micro.argmax() + 1]] = True
    return chosen


def single_label_rules(gold: _Bools, prior_gold: _Bools | None = None, neutral: int | None = None) -> Rules:
    """Answers where exactly one label applies.

    `majority` always says the most frequent label; `uniform` draws each label with the same chance, and its
    figures are those of the expected counts.

    Args:
        gold: bool `[items, labels]`, one True a row.
        prior_gold: bool `[other items, labels]`, or None.
        neutral: position of the label that stands for no emotion, if there is one.

    Returns:
        Accuracy, macro and weighted F1, and micro F1 without neutral, of each rule.
    """
    known = gold if prior_gold is None else prior_gold
    items, labels = gold.shape
    answer = np.arange(labels) == known.sum(axis=0).argmax()
    majority = np.broadcast_to(answer, gold.shape)
    support = gold.sum(axis=0).astype(np.float64)
    expected = Tally(support / labels, np.full(labels, items / labels), support)
    return {
        "majority": _single(Tally.of(gold, majority), float(hit(gold, majority).mean()), neutral),
        "uniform": _single(expected, 1 / labels, neutral),
    }


def dimensional_rules(gold: NDArray[Any], prior_gold: NDArray[Any] | None = None) -> Rules:
    """`constant` always says the mean of each axis: no correlation is defined, but an error is.

    Args:
        gold: `[items, axes]`, NaN where a value is missing.
        prior_gold: `[other items, axes]`, or None.

    Returns:
        The means over axes of `metrics.dimensional`.
    """
    guess = _centres(gold if prior_gold is None else prior_gold, np.mean)
    nobody = np.zeros(len(gold), dtype=bool)
    return {"constant": _wholes(dimensional(gold, np.broadcast_to(guess, gold.shape), nobody)(_ones(gold)))}


def ordinal_rules(gold: NDArray[Any], prior_gold: NDArray[Any] | None = None) -> Rules:
    """`constant` always says the median level of each label, rounded down.

    Args:
        gold: `[items, labels]`, NaN where a level is missing.
        prior_gold: `[other items, labels]`, or None.

    Returns:
        The means over labels of `metrics.ordinal`.
    """
    guess = np.floor(_centres(gold if prior_gold is None else prior_gold, np.median))
    nobody = np.zeros(len(gold), dtype=bool)
    return {"constant": _wholes(ordinal(gold, np.broadcast_to(guess, gold.shape), nobody)(_ones(gold)))}


def _constant_answer(gold: _Bools, answer: _Bools) -> dict[str, float]:
    predicted = np.broadcast_to(answer, gold.shape)
    tally = Tally.of(gold, predicted)
    return {
        "macro_f1": float(tally.macro_f1()),
        "micro_f1": float(tally.micro_f1()),
        "weighted_f1": float(tally.weighted_f1()),
        "jaccard": float(jaccard(gold, predicted).mean()),
        "exact_match": float(exact_match(gold, predicted).mean()),
    }


def _single(tally: Tally, accuracy: float, neutral: int | None) -> dict[str, float]:
    figures = {
        "accuracy": accuracy,
        "macro_f1": float(tally.macro_f1()),
        "weighted_f1": float(tally.weighted_f1()),
    }
    if neutral is not None:
        figures["micro_f1_without_neutral"] = float(tally.without(neutral).micro_f1())
    return figures


def _centres(gold: NDArray[Any], centre: Callable[[NDArray[Any]], Any]) -> NDArray[np.float64]:
    """The mean or median of each column, missing values apart; NaN for a column without any."""
    columns = (column[~np.isnan(column)] for column in gold.T.astype(np.float64))
    return np.array([centre(column) if len(column) else np.nan for column in columns])


def _ones(gold: NDArray[Any]) -> NDArray[np.float64]:
    return np.ones(len(gold))


def _wholes(figures: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items() if value.ndim == 0}
