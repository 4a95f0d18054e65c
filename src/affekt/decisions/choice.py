"""From scores to predictions, once the cuts are known: what each kind of label space asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, LabelSpace, Prediction, Scores

OPEN_TOP: Final = 5
"""Descriptors that are said of an item in an open space, at most, where nobody asks for a number."""
_NEAR_BEST: Final = 1.0  # in logits: a descriptor is said whose odds are at least 1/e of the best one's

_Choice = tuple[tuple[str, ...], dict[str, int] | None]


def choose(
    scores: Scores,
    cuts: FloatArray | float,
    top: int | None = None,
    *,
    at_least_one: bool = False,
    none_alone: bool = False,
) -> list[Prediction]:
    """Predictions from scores.

    `single`: the best label, the first of the space where two tie; `multi`: the labels that reach their cut,
    best first; `ordinal`: the nearest level of each label (halves go up), and the labels above level 0, best
    first; `dimensional`: no labels, the scores only; `open`: the best descriptor and those whose odds are
    within a factor e of its own, `OPEN_TOP` at most, with the scores of those alone that have any. Abstained
    items get no labels.

    Args:
        scores: of any kind of space.
        cuts: float32 `[labels]`, or one for all; read for `multi` only.
        top: at most so many labels an item; of kind `open`, so many of those that have a score.
        at_least_one: of kind `multi`, an item that reaches no cut gets its best label.
        none_alone: of kind `multi`, a label that says that there is no emotion (`core.NO_EMOTION`) never stands
            beside another: it is said where no other reaches its cut, or where none has a higher score.

    Returns:
        One prediction a row, with the flags, reasons and traces of the scores.
    """
    if scores.space.kind == "open":
        return choose_open(scores, top=top)
    choices = _choices(scores, cuts, at_least_one)
    if none_alone and scores.space.kind == "multi":
        choices = _none_alone(scores, choices)
    return _predictions(scores, choices, top)


def choose_open(scores: Scores, threshold: float | None = None, top: int | None = None) -> list[Prediction]:
    """Predictions in an open space.

    Args:
        scores: of an open space; 0 for descriptors that are not listed.
        threshold: a listed descriptor is said from this score on, in place of those near the best.
        top: so many of those listed, in place of those near the best; at most so many, with a threshold.

    Returns:
        One prediction a row, with the scores of the descriptors listed, best first; that there is no emotion is
        said alone.
    """
    values = np.nan_to_num(scores.values)
    traces = scores.traces or (None,) * len(scores)
    predictions = []
    for row, flags, reason, trace in zip(values, scores.flags, scores.abstained, traces, strict=True):
        listed = np.flatnonzero(row > 0)
        listed = listed[np.lexsort((listed, -row[listed]))]
        by_name = {scores.space.names[i]: float(row[i]) for i in listed}
        said = _said(by_name, threshold, top) if listed.size and reason is None else []
        if said and scores.space.labels[listed[0]].is_no_emotion:
            said = said[:1]
        predictions.append(Prediction(tuple(said), by_name, None, flags, reason, trace))
    return predictions


def _said(listed: Mapping[str, float], threshold: float | None, top: int | None) -> list[str]:
    """Names of the descriptors that are said, of those listed, best first."""
    names = list(listed)
    if threshold is not None:
        return [name for name in names if listed[name] >= threshold][:top]
    if top is not None:
        return names[:top]
    odds = {name: score / max(1 - score, 1e-7) for name, score in listed.items()}
    return [name for name in names if odds[name] * math.exp(_NEAR_BEST) >= odds[names[0]]][:OPEN_TOP]


def say(scores: Scores, chosen: NDArray[np.bool_], note: Mapping[str, Any] | None = None) -> list[Prediction]:
    """Predictions whose labels are chosen already; abstained items get no labels.

    Args:
        scores: of any kind of space.
        chosen: bool `[items, labels]`.
        note: added to the trace of each item.

    Returns:
        One prediction a row, labels best first.
    """
    if note is not None:
        traces = tuple({**(trace or {}), **note} for trace in scores.traces or (None,) * len(scores))
        scores = replace(scores, traces=traces)
    choices = [(labels, None) for labels in _best_first(scores.space, np.nan_to_num(scores.values), chosen)]
    return _predictions(scores, choices, None)


def _predictions(scores: Scores, choices: Sequence[_Choice], top: int | None) -> list[Prediction]:
    names = scores.space.names
    traces = scores.traces or (None,) * len(scores)
    predictions = []
    for row, choice, flags, reason, trace in zip(
        scores.values.tolist(), choices, scores.flags, scores.abstained, traces, strict=True
    ):
        labels, levels = choice if reason is None else ((), None)
        by_name = dict(zip(names, row, strict=True))
        predictions.append(Prediction(labels[:top], by_name, levels, flags, reason, trace))
    return predictions


def _choices(scores: Scores, cuts: FloatArray | float, at_least_one: bool) -> list[_Choice]:
    """Labels, and levels if there are any, of each row; those of abstained rows mean nothing."""
    space = scores.space
    values = np.nan_to_num(scores.values)
    if space.kind == "single":
        return [((space.names[i],), None) for i in values.argmax(axis=1)]
    if space.kind == "multi":
        chosen = values >= cuts
        if at_least_one:
            unlabelled = np.flatnonzero(~chosen.any(axis=1))
            chosen[unlabelled, values[unlabelled].argmax(axis=1)] = True
        return [(labels, None) for labels in _best_first(space, values, chosen)]
    if space.levels is not None:
        levels = np.clip(np.floor(values + 0.5), 0, space.levels - 1).astype(int)
        present = _best_first(space, values, levels > 0)
        named = [dict(zip(space.names, row, strict=True)) for row in levels.tolist()]
        return list(zip(present, named, strict=True))
    return [((), None)] * len(values)


def _none_alone(scores: Scores, choices: Sequence[_Choice]) -> list[_Choice]:
    """The same choices, with the label that there is no emotion alone or not at all."""
    none = next((i for i, label in enumerate(scores.space.labels) if label.is_no_emotion), None)
    if none is None:
        return list(choices)
    name = scores.space.names[none]
    found: list[_Choice] = []
    for labels, levels in choices:
        others = tuple(x for x in labels if x != name)
        found.append(((name,), levels) if not others or labels[0] == name else (others, levels))
    return found


def _best_first(space: LabelSpace, values: FloatArray, chosen: np.ndarray) -> Sequence[tuple[str, ...]]:
    """Names of the chosen labels of each row by falling score, ties in the order of the space."""
    names = space.names
    rows, columns = np.nonzero(chosen)
    order = np.lexsort((columns, -values[rows, columns], rows))
    ranked = [names[i] for i in columns[order].tolist()]
    ends = chosen.sum(axis=1).cumsum().tolist()
    return [tuple(ranked[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
