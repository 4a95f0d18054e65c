"""What the words of a text say of labels by themselves: a linear model over n-grams, beside a trained head.

An encoder and a count of words err in different places, so the mean of their logits is better than either
(benchmarks/log.md, 26 and 29).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray
from affekt.text import hashed_ngrams

_BATCH = 256  # texts whose rows are held at once


@dataclass(frozen=True, slots=True, eq=False)
class NgramHead:
    """Weights of hashed n-grams for the labels of one space.

    Args:
        hashes: uint32 `[rows]`, ascending: n-grams that have a row; others say nothing.
        codes: int8 `[rows, labels]`.
        unit: float32 `[labels]`, the logit of a code of 1.
        bias: float32 `[labels]`.
        share: float32 `[labels]`, of these logits in the mean with the encoder's, 0 to 1.
    """

    hashes: NDArray[np.uint32]
    codes: NDArray[np.int8]
    unit: FloatArray
    bias: FloatArray
    share: FloatArray

    def __post_init__(self) -> None:
        rows, labels = self.codes.shape
        if len(self.hashes) != rows or {len(self.unit), len(self.bias), len(self.share)} != {labels}:
            raise ValueError("n-grams of a space do not fit together")

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Logits by n-grams alone, float32 `[texts, labels]`, of normalised texts."""
        made = np.tile(self.bias, (len(texts), 1))
        last = len(self.hashes) - 1
        if last < 0:
            return made
        for start in range(0, len(texts), _BATCH):
            found = hashed_ngrams(texts[start : start + _BATCH])
            places = np.searchsorted(self.hashes, found.hashes)
            known = np.flatnonzero(self.hashes[np.minimum(places, last)] == found.hashes)
            owners, begins = np.unique(found.owner[known], return_index=True)
            if len(owners):
                rows = self.codes[places[known]] * found.weights[known, None]
                made[start + owners] += np.add.reduceat(rows, begins) * self.unit
        return made

    def beside(self, logits: FloatArray, texts: Sequence[str]) -> FloatArray:
        """The mean, in shares, of an encoder's logits of normalised texts and these."""
        own = self.logits(texts)
        return np.asarray((1 - self.share) * logits + self.share * own, np.float32)
