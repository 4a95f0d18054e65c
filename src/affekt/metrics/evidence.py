"""Causes, triggers and spans: which turns are named, and how much of a span's words."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import Evidence
from affekt.metrics.arrays import Bools, Floats, Weights, ratio
from affekt.metrics.bootstrap import Statistic
from affekt.metrics.ratios import Ratios
from affekt.metrics.tallies import Tally

_ARTICLES: Final = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION: Final = str.maketrans("", "", string.punctuation)


def named_turns(evidence: Iterable[Evidence], turns: Sequence[int]) -> Bools:
    """Which turns evidence names: the pairs of item and turn that triggers and causes are decided on.

    Args:
        evidence: of the items; entries without a turn name none. Several entries of one turn are one pair.
        turns: the number of turns of each item that may be named, oldest first, the item itself the last:
            `len(item.history) + 1`.

    Returns:
        bool `[sum of turns]`, item by item, so that an item's own turn is the last of its stretch.

    Raises:
        ValueError: if an entry's item or turn is none of these.
    """
    ends = np.cumsum(np.asarray(turns, dtype=np.intp))
    named = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=bool)
    for entry in evidence:
        if entry.turn is None:
            continue
        if not (0 <= entry.item < len(turns) and 0 <= entry.turn < turns[entry.item]):
            raise ValueError(
                f"evidence names turn {entry.turn} of item {entry.item}, which is none of its turns"
            )
        named[ends[entry.item] - turns[entry.item] + entry.turn] = True
    return named


def pairs(gold: Bools, predicted: Bools) -> Statistic:
    """Figures of yes or no for each pair of item and turn: triggers (EDiReF), causal entailment (RECCON).

    Whole: `precision`, `recall` and `positive_f1` of the pairs that hold, `negative_f1` of those that do not,
    `macro_f1`, the mean of both, `weighted_f1` by support, and `accuracy`. EDiReF's trigger F1 and RECCON's
    "Pos. F1" are `positive_f1`; RECCON's "Neg. F1" and "macro F1" are the next two (Poria et al. 2021, table
    5). Where triggers are few, `weighted_f1` and `accuracy` are high whatever is said. An abstained item
    counts as one of which no turn was named.

    Args:
        gold: bool `[pairs]`.
        predicted: bool `[pairs]`.

    Returns:
        The statistic, of weights `[..., pairs]`; resample pairs by their dialogue.

    Raises:
        ValueError: if the shapes differ.
    """
    if gold.shape != predicted.shape:
        raise ValueError(f"gold has shape {gold.shape}, predictions {predicted.shape}")
    true, said = (np.stack([x, ~x], axis=1) for x in (gold, predicted))

    def statistic(weights: Weights) -> dict[str, Floats]:
        return pair_figures(Tally.of(true, said, weights))

    return statistic


def pair_figures(tally: Tally) -> dict[str, Floats]:
    """The figures of `pairs` from the counts of the two classes, those that hold first."""
    f1 = tally.f1()
    return {
        "precision": tally.precision()[..., 0],
        "recall": tally.recall()[..., 0],
        "positive_f1": f1[..., 0],
        "negative_f1": f1[..., 1],
        "macro_f1": tally.macro_f1(),
        "weighted_f1": tally.weighted_f1(),
        "accuracy": ratio(tally.hits.sum(axis=-1), tally.support.sum(axis=-1)),
    }


def pair_ratios(gold: Bools, predicted: Bools) -> Ratios:
    """The figures of `pairs` that are a sum over a sum, with what each pair adds: all but the means of two F1.

    Args:
        gold: bool `[pairs]`.
        predicted: bool `[pairs]`.

    Returns:
        The statistic, of weights `[..., pairs]`; `within` gives that of items.
    """
    true, said = gold.astype(np.float64), predicted.astype(np.float64)
    hits, none = true * said, (1 - true) * (1 - said)
    return Ratios.of(
        {
            "precision": hits,
            "recall": hits,
            "positive_f1": 2 * hits,
            "negative_f1": 2 * none,
            "accuracy": hits + none,
        },
        {
            "precision": said,
            "recall": true,
            "positive_f1": true + said,
            "negative_f1": 2 - true - said,
            "accuracy": np.ones(len(true)),
        },
    )


def spans(gold: Sequence[str], predicted: Sequence[str]) -> Ratios:
    """Figures of causal spans, as RECCON scores them (Poria et al. 2021, section 4.1, and its `eval_qa.py`).

    A question asks for the span in one turn that causes another turn's emotion; where there is none, the
    right answer is the empty string. Whole: `positive_em`, the share of spans found exactly; `positive_f1`,
    the mean F1 of words over questions that have a span; `negative_f1`, the F1 of saying that there is none;
    `f1`, the mean F1 of words over all questions. The published script gives no credit to an answer that
    neither holds the span nor lies in it; `positive_contained_f1` does the same. An abstained question
    counts as answered by nothing.

    Args:
        gold: the span of each question, empty where there is none.
        predicted: the answer to each question, empty for none.

    Returns:
        The statistic, of weights `[..., questions]`; `within` gives that of items. Resample by dialogue.

    Raises:
        ValueError: if there are not as many answers as questions.
    """
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold spans, but {len(predicted)} predicted ones")
    pairs_of_spans = [(g.strip(), p.strip()) for g, p in zip(gold, predicted, strict=True)]
    words = np.array([word_f1(g, p) for g, p in pairs_of_spans])
    exact = np.array([g == p for g, p in pairs_of_spans], dtype=bool)
    within = np.array([bool(p) and (g in p or p in g) for g, p in pairs_of_spans], dtype=bool)
    none_true = np.array([not g for g, _ in pairs_of_spans], dtype=bool)
    none_said = np.array([not p for _, p in pairs_of_spans], dtype=bool)
    there = (~none_true).astype(np.float64)
    return Ratios.of(
        {
            "positive_em": exact * there,
            "positive_f1": words * there,
            "positive_contained_f1": np.where(exact, 1.0, words * within) * there,
            "negative_f1": 2.0 * (none_true & none_said),
            "f1": words,
        },
        {
            **dict.fromkeys(("positive_em", "positive_f1", "positive_contained_f1"), there),
            "negative_f1": none_true.astype(np.float64) + none_said,
            "f1": np.ones(len(words)),
        },
    )


def word_f1(gold: str, predicted: str) -> float:
    """F1 of the words that two spans share, each as often as in both (SQuAD; Rajpurkar et al. 2016).

    Case, ASCII punctuation and English articles are left out, as SQuAD's script does.

    Args:
        gold: a span.
        predicted: a span.

    Returns:
        0…1; where one has no words, 1 if the other has none either, else 0 (SQuAD 2.0).
    """
    true, said = _words(gold), _words(predicted)
    if not true or not said:
        return float(true == said)
    shared = (Counter(true) & Counter(said)).total()
    return 2 * shared / (len(true) + len(said))


def _words(span: str) -> list[str]:
    return _ARTICLES.sub(" ", span.lower().translate(_NO_PUNCTUATION)).split()


def from_the_end(turns: Sequence[int]) -> NDArray[np.intp]:
    """How many turns before its item's own each turn is: 0 for the item itself.

    Args:
        turns: the number of turns of each item, as in `named_turns`.

    Returns:
        intp `[sum of turns]`.
    """
    counts = np.asarray(turns, dtype=np.intp)
    ends = np.repeat(np.cumsum(counts), counts)
    return np.asarray(ends - 1 - np.arange(len(ends)), dtype=np.intp)
