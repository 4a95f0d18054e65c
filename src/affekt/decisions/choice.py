"""From scores to predictions, once the cuts are known: what each kind of label space asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, LabelSpace, Prediction, Scores

_Choice = tuple[tuple[str, ...], dict[str, int] | None]


def choose(
    scores: Scores, cuts: FloatArray | float, top: int | None = None, *, at_least_one: bool = False
) -> list[Prediction]:
    """Predictions from scores.

    `single`: the best label, the first of the space where two tie; `multi`: the labels that reach their cut,
    best first; `ordinal`: the nearest level of each label (halves go up), and the labels above level 0, best
    first; `dimensional`, `open`: no labels, the scores only. Abstained items get no labels.

    Args:
        scores: of any kind of space.
        cuts: float32 `[labels]`, or one for all; read for `multi` only.
        top: at most so many labels an item.
        at_least_one: of kind `multi`, an item that reaches no cut gets its best label.

    Returns:
        One prediction a row, with the flags, reasons and traces of the scores.
    """
    return _predictions(scores, _choices(scores, cuts, at_least_one), top)


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


def _best_first(space: LabelSpace, values: FloatArray, chosen: np.ndarray) -> Sequence[tuple[str, ...]]:
    """Names of the chosen labels of each row by falling score, ties in the order of the space."""
    names = space.names
    rows, columns = np.nonzero(chosen)
    order = np.lexsort((columns, -values[rows, columns], rows))
    ranked = [names[i] for i in columns[order].tolist()]
    ends = chosen.sum(axis=1).cumsum().tolist()
    return [tuple(ranked[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
