"""What every fit asks of validation data: rows that were judged, gold that fits, labels that are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, LabelError, LabelSpace, Scores

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def judged_rows(scores: Scores, gold: NDArray[Any]) -> tuple[Floats, Bools]:
    """The rows that say something: neither abstained from nor with missing gold.

    Args:
        scores: of kind `single` or `multi`.
        gold: `[items, labels]`, 0 or 1 (from 0.5 on, a label is true); NaN where it is not known.

    Returns:
        float64 scores and bool gold, both `[judged items, labels]`.

    Raises:
        LabelError: if the space is of another kind.
        InputError: if no row is left, or an item of kind `single` has not exactly one gold label.
        ValueError: if gold does not fit the scores.
    """
    space = scores.space
    if space.kind not in ("single", "multi"):
        raise LabelError(
            f"space {space.name!r} is of kind {space.kind!r}, and probabilities belong to kinds 'single' and "
            "'multi': use the model's own decision"
        )
    values = np.asarray(gold, dtype=np.float64)
    if values.shape != scores.values.shape:
        raise ValueError(f"gold has shape {values.shape}, scores {scores.values.shape}")
    judged = np.array([reason is None for reason in scores.abstained], dtype=bool)
    judged &= ~np.isnan(values).any(axis=1)
    if not judged.any():
        raise InputError(
            f"no item of space {space.name!r} has both scores and gold: fit on labelled texts that the model "
            "can read"
        )
    true = values[judged] >= 0.5
    if space.kind == "single" and (true.sum(axis=1) != 1).any():
        row = int(np.flatnonzero(judged)[(true.sum(axis=1) != 1).argmax()])
        raise InputError(
            f"item {row} has not exactly one gold label of space {space.name!r}: mend or drop it"
        )
    return scores.values[judged].astype(np.float64), true


def same_labels(fitted: Iterable[str], space: LabelSpace) -> bool:
    """Whether a space has the labels that something was fitted on, in any order and case."""
    return {name.casefold() for name in fitted} == {name.casefold() for name in space.names}


def share(value: float, what: str) -> float:
    """A share strictly between 0 and 1.

    Args:
        value: as the user gave it.
        what: its name.

    Returns:
        The value.

    Raises:
        InputError: if it is anything else.
    """
    if not 0 < value < 1:
        raise InputError(
            f"{what} {value!r} is not between 0 and 1: give a share such as 0.9, above 0 and below 1"
        )
    return float(value)
