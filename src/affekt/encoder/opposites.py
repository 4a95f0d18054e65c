"""Axes read by opposites: how much nearer a text is to one pole than to the other (papers.md C, inference)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

import numpy as np

from affekt.core import POLES, FloatArray, Label, LabelError, LabelSpace, Poles

Reading = Literal["head", "opposites"]
"""How an axis is read: by a trained head, or by its poles."""

_ENDS: Final = 3.0  # standard deviations of the reference texts from the middle of a range to its ends
_LEAST_DEVIATION: Final = 1e-6


def axis_readings(space: LabelSpace, trained: Collection[str]) -> dict[str, Reading | None]:
    """How each axis of a dimensional space is read.

    Poles that the space names come first, then a trained head, then the poles that are known by the axis's name.

    Args:
        space: of kind `dimensional`.
        trained: names of axes with a head, folded.

    Returns:
        Axis → how it is read; None where it cannot be.
    """
    return {label.name: _reading(label, trained) for label in space.labels}


def _reading(label: Label, trained: Collection[str]) -> Reading | None:
    if label.poles is None and label.name.casefold() in trained:
        return "head"
    return None if known_poles(label) is None else "opposites"


def known_poles(label: Label) -> Poles | None:
    """The poles of an axis: its own, or those of the axis that the field knows by this name."""
    return POLES.get(label.name.casefold()) if label.poles is None else label.poles


def check_axes(space: LabelSpace, trained: Collection[str]) -> None:
    """See that every axis can be read.

    Args:
        space: of kind `dimensional`.
        trained: names of axes with a head, folded.

    Raises:
        LabelError: if one has neither head nor poles.
    """
    unread = [name for name, reading in axis_readings(space, trained).items() if reading is None]
    if unread:
        raise LabelError(
            f"the model has no head for axis {unread[0]!r}: it has {', '.join(trained) or 'none'}; name its poles, "
            f"such as {unread[0]}=HIGH|LOW, to read it by opposites"
        )


def pole_labels(label: Label) -> tuple[Label, Label]:
    """The high and the low pole of an axis that is read by opposites, as labels to be embedded."""
    poles = known_poles(label)
    assert poles is not None
    high, low = (Label(_one_line(end[0]), paraphrases=end[1:]) for end in (poles.high, poles.low))
    return high, low


def between(
    texts: FloatArray, high: FloatArray, low: FloatArray, reference: FloatArray, span: tuple[float, float]
) -> FloatArray:
    """Values on axes that are read by opposites.

    A text's place on an axis is its cosine to the high pole less its cosine to the low one. Such differences
    have no scale of their own, so the reference texts give one: their mean stands in the middle of the range,
    and three of their standard deviations reach from there to either end, beyond which values are cut.

    Args:
        texts: float32 `[texts, d]`, unit vectors.
        high: float32 `[axes, d]`, unit vectors of the high poles.
        low: float32 `[axes, d]`, of the low ones.
        reference: float32 `[reference texts, d]`, unit vectors of texts in general.
        span: lowest and highest value.

    Returns:
        float32 `[texts, axes]`.
    """
    direction = (high - low).T
    seen = reference @ direction
    deviation = np.maximum(seen.std(axis=0), _LEAST_DEVIATION)
    places = np.clip((texts @ direction - seen.mean(axis=0)) / (_ENDS * deviation), -1, 1)
    lowest, highest = span
    return np.asarray(lowest + (places + 1) / 2 * (highest - lowest), dtype=np.float32)


def pole_wordings(poles: Mapping[str, Poles] = POLES) -> list[str]:
    """Every wording of every pole that is known by name, each once."""
    return list(dict.fromkeys(x for ends in poles.values() for x in (*ends.high, *ends.low)))


def _one_line(text: str) -> str:
    return " ".join(text.split())
