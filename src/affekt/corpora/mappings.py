"""Mappings between label spaces: which labels of one stand for which of another.

The GoEmotions tables are those published beside the corpus (`ekman_mapping.json`,
`sentiment_dict.json`; Demszky et al. 2020); they leave `neutral` out, which here stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from affekt.core import FloatArray, Label, LabelError, LabelSpace, named_space


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """A total mapping: each label of the source goes to one or more labels of the target.

    Args:
        source: label space that gold or scores are in; kind `multi`.
        target: label space that they are taken to; kind `multi`.
        table: label of the source → labels of the target.

    Raises:
        LabelError: if a source label is missing, or a name is in neither space.
    """

    source: LabelSpace
    target: LabelSpace
    table: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        missing = [name for name in self.source.names if not self.table.get(name)]
        unknown = [name for name in self.table if name not in self.source]
        unknown += [name for names in self.table.values() for name in names if name not in self.target]
        if missing or unknown:
            raise LabelError(
                f"mapping {self.source.name!r} → {self.target.name!r} is not total: "
                f"missing {missing}, unknown {unknown}: give every label of the source once"
            )

    @property
    def matrix(self) -> FloatArray:
        """Float32 0/1 `[source labels, target labels]`."""
        matrix = np.zeros((len(self.source), len(self.target)), dtype=np.float32)
        for name, targets in self.table.items():
            for target in targets:
                matrix[self.source.index(name), self.target.index(target)] = 1
        return matrix

    def apply(self, gold: FloatArray) -> FloatArray:
        """Gold 0/1 `[items, source labels]` → `[items, target labels]`: 1 where any source label is 1.

        For gold or scores between 0 and 1 a target label gets its highest source label.
        """
        return np.stack(
            [gold[:, column > 0].max(axis=1, initial=0) for column in self.matrix.T], axis=1
        ).astype(np.float32)


def _from_groups(
    source: LabelSpace, target: LabelSpace, groups: Mapping[str, tuple[str, ...]]
) -> LabelMapping:
    """Build the mapping from the published form, target label → source labels."""
    return LabelMapping(
        source,
        target,
        {name: tuple(to for to, names in groups.items() if name in names) for name in source.names},
    )


_EKMAN_GROUPS: Final = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": (
        "joy",
        "amusement",
        "approval",
        "excitement",
        "gratitude",
        "love",
        "optimism",
        "relief",
        "pride",
        "admiration",
        "desire",
        "caring",
    ),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "neutral": ("neutral",),
}

_SENTIMENT_GROUPS: Final = {
    "positive": (
        "amusement",
        "excitement",
        "joy",
        "love",
        "desire",
        "optimism",
        "caring",
        "pride",
        "admiration",
        "gratitude",
        "relief",
        "approval",
    ),
    "negative": (
        "fear",
        "nervousness",
        "remorse",
        "embarrassment",
        "disappointment",
        "sadness",
        "grief",
        "disgust",
        "anger",
        "annoyance",
        "disapproval",
    ),
    "ambiguous": ("realization", "surprise", "curiosity", "confusion"),
    "neutral": ("neutral",),
}

_GOEMOTIONS: Final = named_space("goemotions")
_NEUTRAL: Final = _GOEMOTIONS.labels[_GOEMOTIONS.index("neutral")]
_SENTIMENT: Final = named_space("sentiment")

EKMAN_NEUTRAL: Final = LabelSpace("goemotions-ekman", (*named_space("ekman").labels, _NEUTRAL), "multi")
"""Ekman's six and `neutral`; several may apply to a text."""

SENTIMENT_AMBIGUOUS: Final = LabelSpace(
    "goemotions-sentiment",
    (
        _SENTIMENT.labels[_SENTIMENT.index("positive")],
        _SENTIMENT.labels[_SENTIMENT.index("negative")],
        Label("ambiguous", "a feeling that is neither pleasant nor unpleasant, such as surprise"),
        _NEUTRAL,
    ),
    "multi",
)
"""GoEmotions' sentiment groups; several may apply to a text."""

MAPPINGS: Final[Mapping[tuple[str, str], LabelMapping]] = {
    (mapping.source.name, mapping.target.name): mapping
    for mapping in (
        _from_groups(_GOEMOTIONS, EKMAN_NEUTRAL, _EKMAN_GROUPS),
        _from_groups(_GOEMOTIONS, SENTIMENT_AMBIGUOUS, _SENTIMENT_GROUPS),
    )
}
"""Mappings by the names of their source and target spaces."""
