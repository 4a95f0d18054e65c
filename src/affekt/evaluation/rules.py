"""What one gets without reading a text: trivial rules beside which every figure stands.

Pure functions of gold, in the layout and under the metric names of a report. A rule that needs a share,
mean or set takes it from other labelled data (`prior_gold`, the dev split) where there are any; else from
gold itself, which makes it the best of its sort. Expected values of random rules follow from expected counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.metrics import (
    Tally,
    against_raters,
    dimensional,
    distributions,
    exact_match,
    from_the_end,
    hit,
    jaccard,
    ordinal,
    pair_figures,
    pairs,
)

TRIGGER_POSITIONS: Final = {
    "next_to_last": (1,),
    "last": (0,),
    "last_two": (0, 1),
    "last_three": (0, 1, 2),
}
"""Rules for the trigger of an emotion flip, as turns before the flipped one: 0 is that turn itself.

EDiReF cuts every dialogue at the flip, so that position alone tells most; `next_to_last` has a trigger F1 of
.792 on MaSaC's test split and .684 on MELD-FR's, where the best systems had .79 and .76 (arXiv 2402.18944).
"""
CAUSE_POSITIONS: Final = {
    "self": (0,),
    "previous": (1,),
    "self_and_previous": (0, 1),
    "self_and_two_before": (0, 1, 2),
}
"""Rules for the cause of a turn's emotion, as turns before it: 0 is the turn itself.

`self_and_previous` has a positive F1 of .636 on RECCON's DailyDialog test pairs, where RoBERTa-base had .643
(Poria et al. 2021, table 5).
"""
Rules = dict[str, dict[str, float]]
"""Rule → metric → value, NaN where undefined."""
_Bools = NDArray[np.bool_]


def multi_label_rules(gold: _Bools, prior_gold: _Bools | None = None) -> Rules:
    """Constant answers where any number of labels may apply.

    `all_positive` says every label; `majority_per_label` those that at least half of the items have;
    `fixed_set` the k most frequent, k the one with the best micro F1. The last is searched on other data
    only, and left out without them. `prior_random` says each label as often as it is true, whatever the
    text: its F1 are those of the expected counts, for label l with true share s and said share p
    2·s·p / (s + p).

    Args:
        gold: bool `[items, labels]`.
        prior_gold: bool `[other items, labels]`, or None.

    Returns:
        Macro, micro and weighted F1, Jaccard accuracy and exact match of each rule; F1 alone of random ones.
    """
    known = gold if prior_gold is None else prior_gold
    answers = {
        "all_positive": np.ones(gold.shape[1], dtype=bool),
        "majority_per_label": known.mean(axis=0) >= 0.5,
    }
    if prior_gold is not None:
        answers["fixed_set"] = best_fixed_set(prior_gold)
    rules = {rule: _constant_answer(gold, answer) for rule, answer in answers.items()}
    return rules | {"prior_random": _f1(_expected(gold, known.mean(axis=0)))}


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

    `majority` always says the most frequent label; `uniform` draws each label with the same chance,
    `prior_random` each as often as it is true; the figures of these two are those of the expected counts.

    Args:
        gold: bool `[items, labels]`, one True a row.
        prior_gold: bool `[other items, labels]`, or None.
        neutral: position of the label that stands for no emotion, if there is one.

    Returns:
        Accuracy, macro and weighted F1, and micro F1 without neutral, of each rule.
    """
    known = gold if prior_gold is None else prior_gold
    labels = gold.shape[1]
    answer = np.arange(labels) == known.sum(axis=0).argmax()
    majority = np.broadcast_to(answer, gold.shape)
    shares = known.mean(axis=0)
    uniform, drawn = _expected(gold, np.full(labels, 1 / labels)), _expected(gold, shares)
    return {
        "majority": _single(Tally.of(gold, majority), float(hit(gold, majority).mean()), neutral),
        "uniform": _single(uniform, 1 / labels, neutral),
        "prior_random": _single(drawn, float(gold.mean(axis=0) @ shares), neutral),
    }


def inertia_rules(
    gold: _Bools, dialogues: Sequence[str], speakers: Sequence[str | None], neutral: int | None = None
) -> Rules:
    """What the *gold* labels of earlier turns give away: no baseline, for nobody has them, but a bound.

    `oracle_previous` repeats the gold label of the turn before, `oracle_same_speaker` that of the speaker's
    last turn. A model that is fed gold labels of the history starts from here: .715 weighted F1 on IEMOCAP,
    as much as the best published systems have. A turn without such a turn before it is said to be neutral, or
    the most frequent label where none stands for no emotion.

    Args:
        gold: bool `[turns, labels]`, one True a row, in the order spoken.
        dialogues: that each turn belongs to.
        speakers: of each turn.
        neutral: position of the label that stands for no emotion, if there is one.

    Returns:
        Accuracy, macro and weighted F1, and micro F1 without neutral, of each rule.
    """
    first = int(gold.sum(axis=0).argmax()) if neutral is None else neutral
    true = gold.argmax(axis=1)
    speaking = list(zip(dialogues, speakers, strict=True))
    said = {
        "oracle_previous": _last(true, dialogues, first),
        "oracle_same_speaker": _last(true, speaking, first),
    }
    labels = np.arange(gold.shape[1])
    return {
        rule: _single(Tally.of(gold, np.equal.outer(answer, labels)), float((answer == true).mean()), neutral)
        for rule, answer in said.items()
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


def rater_rules(shares: NDArray[Any], prior_shares: NDArray[Any] | None = None) -> Rules:
    """`mean_distribution` always states how often each label was chosen: the bar for soft labels.

    Args:
        shares: `[items, labels]`, the share of raters who chose each label.
        prior_shares: `[other items, labels]`, or None.

    Returns:
        The figures of `metrics.against_raters`.
    """
    known = distributions(shares if prior_shares is None else prior_shares)
    rated = known[~np.isnan(known).any(axis=1)]
    guess = rated.mean(axis=0) if len(rated) else np.full(shares.shape[1], np.nan)
    nobody = np.zeros(len(shares), dtype=bool)
    statistic = against_raters(shares, np.broadcast_to(guess, shares.shape), nobody)
    return {"mean_distribution": _wholes(statistic(_ones(shares)))}


def position_rules(gold: _Bools, turns: Sequence[int], positions: Mapping[str, Sequence[int]]) -> Rules:
    """Answers that look at nothing but how far a turn is from the end of its item.

    Beside those given: `all` names every turn, `none` no turn (the majority, as a rule), `coin` each with
    chance one half; its figures are those of the expected counts: with a share p of pairs that hold, a
    positive F1 of p / (p + 0.5).

    Args:
        gold: bool `[sum of turns]`, item by item.
        turns: number of turns of each item, oldest first, the item itself the last.
        positions: rule → the turns it names, as distances from the item itself.

    Returns:
        The figures of `metrics.pairs` of each rule.
    """
    distance = from_the_end(turns)
    answers = {rule: np.isin(distance, near) for rule, near in positions.items()}
    answers |= {"all": np.ones(len(gold), dtype=bool), "none": np.zeros(len(gold), dtype=bool)}
    weights = np.ones(len(gold))
    figures = {rule: pairs(gold, answer)(weights) for rule, answer in answers.items()}
    figures["coin"] = pair_figures(_expected(np.stack([gold, ~gold], axis=1), np.full(2, 0.5)))
    return {rule: _wholes(values) for rule, values in figures.items()}


def _last(labels: NDArray[Any], keys: Sequence[Hashable], first: int) -> NDArray[Any]:
    """The label of the last item before with the same key, or `first` where there is none."""
    seen: dict[Hashable, int] = {}
    answers = np.empty(len(labels), dtype=np.intp)
    for i, key in enumerate(keys):
        answers[i] = seen.get(key, first)
        seen[key] = int(labels[i])
    return answers


def _constant_answer(gold: _Bools, answer: _Bools) -> dict[str, float]:
    predicted = np.broadcast_to(answer, gold.shape)
    return {
        **_f1(Tally.of(gold, predicted)),
        "jaccard": float(jaccard(gold, predicted).mean()),
        "exact_match": float(exact_match(gold, predicted).mean()),
    }


def _f1(tally: Tally) -> dict[str, float]:
    return {
        "macro_f1": float(tally.macro_f1()),
        "micro_f1": float(tally.micro_f1()),
        "weighted_f1": float(tally.weighted_f1()),
    }


def _expected(gold: _Bools, chances: NDArray[Any]) -> Tally:
    """Expected counts of saying each label with a chance of its own, `[labels]`, whatever the text."""
    support = gold.sum(axis=0).astype(np.float64)
    return Tally(support * chances, len(gold) * chances, support)


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


def nulled(rules: Rules) -> dict[str, dict[str, float | None]]:
    """The same with None for what is undefined: JSON has no NaN."""
    return {
        rule: {name: None if math.isnan(value) else float(value) for name, value in values.items()}
        for rule, values in rules.items()
    }
