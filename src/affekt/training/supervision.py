"""What counts as a text's descriptors: its own, the names of its human labels, few or many, of few words or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from affekt.core import FloatArray, LabelSpace
from affekt.training.settings import Supervision

_APPLIES = 0.5


def supervise(
    own: Mapping[str, tuple[str, ...]],
    named: Sequence[tuple[LabelSpace, Mapping[str, FloatArray]]],
    settings: Supervision,
) -> dict[str, tuple[str, ...]]:
    """The descriptors that texts get.

    Args:
        own: text → the descriptors that it comes with.
        named: for each corpus of `names_of` its space, and text → mean gold `[labels]`.
        settings: which descriptors.

    Returns:
        Text → its descriptors; first its own, then names of labels, the surest first.
    """
    words: dict[str, tuple[str, ...]] = {}
    for text, descriptors in own.items():
        names = [name for space, gold in named if text in gold for name in _names(space, gold[text])]
        words[text] = tuple(dict.fromkeys((*(descriptors if settings.free else ()), *names)))
    if settings.vocabulary:
        # Equal counts keep the order of appearance.
        kept = dict(
            Counter(word for each in words.values() for word in each).most_common(settings.vocabulary)
        )
        words = {text: tuple(word for word in each if word in kept) for text, each in words.items()}
    return {text: each[: settings.most or None] for text, each in words.items()}


def _names(space: LabelSpace, gold: FloatArray) -> list[str]:
    order = np.argsort(-gold, kind="stable")
    return [space.names[j] for j in order if gold[j] >= _APPLIES]
