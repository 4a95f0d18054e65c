"""The worst errors: texts whose gold labels a model found least likely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import Item
from affekt.evaluation.material import Material
from affekt.pages import Quote, Quotes, Section, Tick

_OVERALL: Final = 30
_BY_LABEL: Final = 3
_SHOWN: Final = 8
_CHARACTERS: Final = 700
_TURNS: Final = 3


def worst(material: Material) -> Iterator[Section]:
    """The section on the worst errors; none where there are none.

    Of labels, errors are ordered by the probability that the model gave to gold, as if labels were
    independent, or by their number where labels came without probabilities; of values, by the distance from gold in units of its spread.

    Args:
        material: of a report with items.

    Yields:
        One section at most.
    """
    badness, wrong = _badness(material)
    rows = _chosen(material, badness, wrong)
    if not rows:
        return
    measure = _measure(material)
    lead = f"{int(wrong.sum()):,} of {len(wrong):,} texts are judged wrongly. " if material.decided else ""
    marks = (
        "✓ said and true, ○ true but not said, ✕ said but not true, each with its score if it has one. "
        if material.decided
        else ""
    )
    withheld = "" if material.texts is not None else " Texts are withheld: look them up by their id."
    quotes = Quotes(
        tuple(_quote(material, i) for i in rows), _SHOWN, material.space.names if material.decided else ()
    )
    lead = f"{lead}These are the worst by {measure}. {marks}Gold errs too.{withheld}"
    yield Section("errors", "The worst errors", lead, (quotes,))


def _measure(material: Material) -> str:
    if not material.decided:
        return "distance from gold"
    if material.scored:
        return "the probability that the model gave to what is true"
    return "the number of labels judged wrongly"


def _badness(material: Material) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How bad each item's judgement is, float64 `[items]`, and whether it is wrong, bool `[items]`."""
    if material.decided:
        stated = (
            material.scores if material.scored else np.where(material.kept[:, None], material.said, np.nan)
        )
        p = np.clip(stated.astype(np.float64), 1e-6, 1 - 1e-6)
        against = 0.0 if material.space.kind == "single" else -np.log(1 - p)
        surprise = np.where(material.gold, -np.log(p), against).sum(axis=1)
        wrong = np.asarray((material.gold != material.said).any(axis=1) & material.kept)
        return np.where(np.isnan(surprise), -np.inf, surprise), wrong
    gold, said = material.gold_values.astype(np.float64), material.scores.astype(np.float64)
    spread = np.array([np.nanstd(c) if np.isfinite(c).any() else np.nan for c in gold.T])
    gap = np.abs(gold - said) / np.where(spread == 0, np.nan, spread)
    known = np.asarray(np.isfinite(gap).any(axis=1))
    badness = np.where(known, np.nan_to_num(gap).max(axis=1), -np.inf)
    return badness, known


def _chosen(material: Material, badness: NDArray[np.float64], wrong: NDArray[np.bool_]) -> list[int]:
    """The worst of all, and the worst of each label that they leave out, the worst first."""
    order = [int(i) for i in np.argsort(-badness, kind="stable") if wrong[i]]
    chosen = order[:_OVERALL]
    if material.decided:
        missed_or_added = material.gold != material.said
        for j in range(len(material.space)):
            chosen += [i for i in order if missed_or_added[i, j]][:_BY_LABEL]
    place = {i: rank for rank, i in enumerate(order)}
    return sorted(set(chosen), key=place.__getitem__)


def _quote(material: Material, i: int) -> Quote:
    names, scores = material.space.names, material.scores[i].astype(float)
    gold, said = material.gold[i], material.said[i]

    def ticks(which: NDArray[np.bool_]) -> tuple[Tick, ...]:
        return tuple(Tick(names[j], float(scores[j])) for j in np.flatnonzero(which))

    item = None if material.texts is None else material.texts[i]
    text = None if item is None else item.text
    before = () if item is None else _turns(item)
    origin = str(material.items.id[i])
    left = 0 if text is None else max(0, len(text) - _CHARACTERS)
    shown = None if text is None else text[:_CHARACTERS]
    if not material.decided:
        return Quote(shown, origin, before, left, remark=_values(material, i))
    remark = "" if said.any() else "nothing was said"
    remark = remark or ("" if gold.any() else "nothing is true of it")
    return Quote(
        shown, origin, before, left, ticks(gold & said), ticks(gold & ~said), ticks(said & ~gold), remark
    )


def _turns(item: Item) -> tuple[str, ...]:
    turns = item.history[-_TURNS:]
    return tuple(f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text for turn in turns)


def _values(material: Material, i: int) -> str:
    gold, said = material.gold_values[i], material.scores[i]
    parts = [
        f"{name}: gold {gold[j]:.2f}, said {said[j]:.2f}"
        for j, name in enumerate(material.space.names)
        if np.isfinite(gold[j]) and np.isfinite(said[j])
    ]
    return "; ".join(parts)
