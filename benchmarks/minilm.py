"""Plain MiniLM cosine: the encoder that affekt's model started from, before any training on emotions.

`all-MiniLM-L6-v2` is used as a dual encoder, with the mean over token states, as its authors do (256 tokens at
most): a label's score is the cosine of the text and the label's name, an axis the difference of the cosines
to its two poles. Texts are read as published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from affekt.core import Decision, FloatArray, Item, LabelSpace, Scores
from affekt.corpora import Corpus
from affekt.decisions import FixedThreshold, LabelThresholds
from affekt.training.backbone import MINILM, embed_all, find_backbone

POSITIONS = 256
POLES = {"valence": ("unpleasant", "pleasant"), "arousal": ("calm", "excited")}
# So much weight of the common cut leaves nothing of a label's own.
_COMMON = 1e12


@cache
def _encoder() -> tuple[Any, Any]:
    backbone = find_backbone(MINILM)
    return backbone, backbone.encoder()


@dataclass(frozen=True)
class MiniLM:
    """A model for `affekt.evaluation`: scores are `(1 + cosine) / 2`.

    Args:
        decision: what makes labels of the scores.
        note: which decision this is.
        memory: text → unit vector of what was embedded before; shared by copies.
    """

    decision: Decision = field(default_factory=lambda: FixedThreshold(0, top=1))
    note: str = "best label alone"
    memory: dict[str, FloatArray] = field(default_factory=dict, repr=False)
    name: str = "minilm-cosine"

    @property
    def card(self) -> Mapping[str, Any]:
        """Nothing was trained."""
        return {"description": "untrained all-MiniLM-L6-v2, cosine of text and label name"}

    def axes(self) -> tuple[str, ...]:
        """Axes whose poles have words."""
        return tuple(POLES)

    def deciding(self, decision: Decision, note: str) -> MiniLM:
        """The same scores under another decision."""
        return replace(self, decision=decision, note=note)

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, float32 `[texts, d]`."""
        new = [text for text in dict.fromkeys(texts) if text not in self.memory]
        if new:
            backbone, encoder = _encoder()
            vectors = embed_all(encoder, backbone.token_ids(new, POSITIONS), batch=64).numpy()
            self.memory.update(zip(new, vectors, strict=True))
        return np.stack([self.memory[text] for text in texts])

    def scores(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items' own texts in any space."""
        texts = self.embed([item.text for item in items])
        if space.range is not None:
            low, high = space.range
            poles = self.embed([pole for name in space.names for pole in POLES[name]])
            lean = texts @ (poles[1::2] - poles[0::2]).T
            values = np.clip(low + (high - low) * (1 + lean) / 2, low, high)
        else:
            values = (1 + texts @ self.embed(space.names).T) / 2
            if space.kind == "single":
                values = values / values.sum(axis=1, keepdims=True)
        return Scores(values.astype(np.float32), space)


def cut_from(baseline: MiniLM, corpus: Corpus) -> MiniLM:
    """The baseline with one cut for all labels: the one with the best macro F1 on a labelled corpus."""
    assert corpus.gold is not None
    fitted = LabelThresholds.fit(baseline.scores(corpus.items, corpus.space), corpus.gold, shrinkage=_COMMON)
    cut = float(np.median(list(fitted.thresholds.values())))
    return baseline.deciding(FixedThreshold(cut), f"one cut, from {corpus}")
