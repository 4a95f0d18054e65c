"""Logits and back, in float64; what calibrated a score is noted in the traces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import Scores

Floats = NDArray[np.float64]
# Scores at 0 and 1 have finite logits.
_EDGE: Final = 1e-7
NOTE: Final = "calibration"
"""The key of a trace under which stands what calibrated the scores."""


def logits(probabilities: NDArray[Any]) -> Floats:
    """Log odds, the same shape; NaN stays NaN."""
    inside = np.clip(np.asarray(probabilities, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside), dtype=np.float64)


def logarithms(distribution: NDArray[Any]) -> Floats:
    """Logarithms of a distribution over labels, the same shape; NaN stays NaN."""
    return np.asarray(np.log(np.maximum(np.asarray(distribution, dtype=np.float64), _EDGE)), dtype=np.float64)


def sigmoid(values: Floats) -> Floats:
    """Probabilities of logits, the same shape; NaN stays NaN."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.exp(-np.logaddexp(0, -values)), dtype=np.float64)


def softmax(values: Floats) -> Floats:
    """A distribution over the last axis, the same shape; NaN stays NaN."""
    above = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(above / above.sum(axis=-1, keepdims=True), dtype=np.float64)


def noted(scores: Scores, values: Floats, note: str) -> Scores:
    """Other values for the same items, with a note of where they come from.

    Args:
        scores: of the items.
        values: `[items, labels]`.
        note: added to what the traces say of calibration.

    Returns:
        The scores.
    """
    traces = []
    for trace in scores.traces or (None,) * len(scores):
        known = dict(trace or {})
        known[NOTE] = f"{known[NOTE]}; {note}" if NOTE in known else note
        traces.append(known)
    return replace(scores, values=values.astype(np.float32), traces=tuple(traces))
