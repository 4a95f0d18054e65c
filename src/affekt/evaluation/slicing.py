"""Scores by part of the data: length, rarity of the labels, place in a conversation, speaker, source, language.

Macro F1 of a part is the mean over the labels that are true of some text in it. Where all labels occur, as they do in
most whole corpora, that is the report's own macro F1, which takes a label without gold as 0: taken so in a part, what
is missing there would be told as a weakness. Such a label's false alarms count in the other figures. Parts that differ
in the labels that occur differ in what is averaged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import Item
from affekt.corpora import Corpus
from affekt.evaluation.measuring import Intervals
from affekt.evaluation.outcome import Outcome
from affekt.evaluation.report import Figure
from affekt.metrics import Moments, Statistic, Tally

SMALLEST: Final = 30
"""Items that a part needs to be shown: an interval from fewer says next to nothing."""
MOST: Final = 20
"""Parts of one sort that are shown, the largest."""
# Chinese and Japanese write no spaces between words: each character counts as one.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
_PLACES: Final = ((1, "first turn"), (5, "turns 2–5"), (10, "turns 6–10"))
_RARITY: Final = ("rare labels", "middling labels", "frequent labels")

_Parts = Sequence[str | None]
"""The part that each item belongs to; None for an item of no part."""


def slices(
    corpus: Corpus, outcome: Outcome, prior_gold: NDArray[Any] | None, intervals: Intervals
) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of each part of the data, with the part's number of items.

    `length`: thirds by number of words. `rarity`: items by their rarest gold label, whether it is among the
    third of labels that are rarest, most frequent, or between; items without a label apart. `position`: turns
    of conversations. `speaker`; `group` (dialogue, author, origin); and the corpus's own `columns`, such as
    `language` and `source`. A sort with fewer than two parts of `SMALLEST` items is left out, save for the
    corpus's own columns.

    Args:
        corpus: that was judged.
        outcome: what was said of it.
        prior_gold: other labelled data `[items, labels]` that rarity is counted in, or None for the same.
        intervals: how they are made.

    Returns:
        Sort → part → `items`, and figure → value, low, high: `micro_f1`, `jaccard` and `macro_f1`; `accuracy`,
        `weighted_f1` and `macro_f1` of single labels; `mean_pearson` and `mean_mae` of levels and axes.
    """
    sorts: dict[str, _Parts] = {
        "length": by_length(corpus.items),
        "rarity": _by_rarity(outcome, prior_gold),
        "position": _by_position(corpus.items),
        "speaker": [item.speaker for item in corpus.items],
        "group": corpus.groups or (),
    }
    found = {sort: _figures(parts, outcome, intervals, sort) for sort, parts in sorts.items()}
    found = {sort: parts for sort, parts in found.items() if len(parts) > 1}
    own = {sort: _figures(parts, outcome, intervals, sort) for sort, parts in corpus.columns.items()}
    return found | {sort: parts for sort, parts in own.items() if parts}


def by_length(items: Sequence[Item]) -> list[str | None]:
    """Thirds of the items by number of words, named by what they hold: `1–8 words`."""
    words = np.array([len(_WORD.findall(item.text)) for item in items])
    if len(words) == 0:
        return []
    longest = [-(-len(words) * k // 3) - 1 for k in (1, 2)]  # last places of the first two thirds
    third = np.searchsorted(np.sort(words)[longest], words, side="left")
    names = {}
    for i in np.unique(third).tolist():
        inside = words[third == i]
        low, high = inside.min(), inside.max()
        span = f"{low}" if low == high else f"{low}–{high}"
        names[i] = f"{span} word" if high == 1 else f"{span} words"
    return [names[i] for i in third.tolist()]


def _by_rarity(outcome: Outcome, prior_gold: NDArray[Any] | None) -> _Parts:
    """The third of the labels that an item's rarest gold label is in."""
    true = outcome.true
    if true.shape[1] < len(_RARITY) or outcome.space.kind == "dimensional":
        return ()
    counts = (true if prior_gold is None else prior_gold >= 0.5).sum(axis=0)
    rank = np.empty(len(counts), dtype=np.intp)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    third = rank * len(_RARITY) // len(counts)
    rarest = np.where(true, third, len(_RARITY)).min(axis=1, initial=len(_RARITY))
    return [(*_RARITY, "no label")[i] for i in rarest.tolist()]


def _by_position(items: Sequence[Item]) -> _Parts:
    if not any(item.history for item in items):
        return ()
    return [_place(len(item.history) + 1) for item in items]


def _place(turn: int) -> str:
    return next((name for last, name in _PLACES if turn <= last), f"after turn {_PLACES[-1][0]}")


def _figures(parts: _Parts, outcome: Outcome, intervals: Intervals, sort: str) -> dict[str, dict[str, Any]]:
    """Part → items and figures, the large parts only, in the order of first occurrence."""
    sizes = Counter(part for part in parts if part is not None)
    large = [part for part, size in sizes.most_common(MOST) if size >= SMALLEST]
    place = np.array([-1 if part not in large else large.index(part) for part in parts], dtype=np.intp)
    found = {}
    for i, part in enumerate(large):
        rows = np.flatnonzero(place == i)
        # Within one group its items are resampled.
        own = replace(intervals, groups=None) if sort == "group" else intervals.within(rows)
        estimates = own.of(_statistic(outcome.take(rows)), len(rows))
        figures = {name: Figure.at(estimate).to_dict() for name, estimate in estimates.items()}
        found[part] = {"items": len(rows), **figures}
    return {part: found[part] for part in _in_order(sort, sizes) if part in found}


def _in_order(sort: str, sizes: Mapping[str, int]) -> list[str]:
    """Lengths, rarities and places as they grow; other parts as they come, the largest first."""
    if sort == "length":
        return sorted(sizes, key=lambda name: int(name.split("–")[0].split()[0]))
    if sort == "rarity":
        return [*_RARITY, "no label"]
    if sort == "position":
        return [*(name for _, name in _PLACES), _place(_PLACES[-1][0] + 1)]
    return sorted(sizes, key=lambda name: -sizes[name])


def _statistic(outcome: Outcome) -> Statistic:
    if outcome.space.kind in ("dimensional", "ordinal"):
        return _of_numbers(outcome)
    true, said = outcome.true, outcome.said & ~outcome.silent[:, None]
    if outcome.space.kind == "single":
        return _of_single_labels(true, said)
    shared, either = metrics.jaccard(true, said), true.sum(axis=1) + said.sum(axis=1)
    macro = _macro_f1(true, said)
    columns = np.stack([(true & said).sum(axis=1), either, shared], axis=1).astype(np.float64)

    def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        sums = np.asarray(weights @ columns, dtype=np.float64)
        below = np.where(sums[..., 1] == 0, np.nan, sums[..., 1])
        micro, shared = 2 * sums[..., 0] / below, sums[..., 2] / weights.sum(axis=-1)
        return {"micro_f1": micro, "jaccard": shared, **macro(weights)}

    return statistic


def _of_single_labels(true: NDArray[np.bool_], said: NDArray[np.bool_]) -> Statistic:
    hits, macro = metrics.hit(true, said), _macro_f1(true, said)

    def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        accuracy = np.asarray(weights @ hits / weights.sum(axis=-1), dtype=np.float64)
        weighted = Tally.of(true, said, weights).weighted_f1()
        return {"accuracy": accuracy, "weighted_f1": weighted, **macro(weights)}

    return statistic


def _macro_f1(true: NDArray[np.bool_], said: NDArray[np.bool_]) -> Statistic:
    """The mean F1 of the labels that are true of some item; NaN where none is."""
    there = true.any(axis=0)
    true, said = true[:, there], said[:, there]

    def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        if not there.any():
            return {"macro_f1": np.full(weights.shape[:-1], np.nan)}
        return {"macro_f1": Tally.of(true, said, weights).macro_f1()}

    return statistic


def _of_numbers(outcome: Outcome) -> Statistic:
    said = outcome.numbers()
    on_scale = said if outcome.scaled else np.full_like(said, np.nan)

    def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        error = metrics.absolute_error(outcome.gold, on_scale, weights)
        return {
            "mean_pearson": Moments.of(outcome.gold, said, weights).pearson().mean(axis=-1),
            "mean_mae": error.mean(axis=-1),
        }

    return statistic
