"""A vocabulary of descriptors: what an answer in free words is taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, Label, LabelSpace, ModelError
from affekt.encoder.heads import sigmoid
from affekt.encoder.tensors import read_tensors
from affekt.encoder.words import WordTable

LISTED: Final = 20
"""Descriptors of an answer that have a score; the others of the vocabulary have 0."""
_CANDIDATES: Final = 100  # of the best, among which near synonyms of better ones are passed over
_SYNONYMS: Final = 0.6  # cosine from which on two descriptors say too much of the same to stand in one answer
_PRIOR: Final = 0.5  # how much of a descriptor's frequency in the reference texts is taken away
_DIGITS: Final = 4  # of logits: less is noise of the arithmetic, and must not choose between two


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Descriptors and where they stand among texts.

    Args:
        words: each once, the most frequent first.
        table: their unit vectors in the shared space, 8 bits a number.
    """

    words: tuple[str, ...]
    table: WordTable

    @classmethod
    def of(cls, words: Sequence[str], vectors: FloatArray) -> Vocabulary:
        """From float32 `[words, d]`, unit vectors."""
        return cls(tuple(words), WordTable.of(vectors))

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """Inverse of `tensors`.

        Args:
            path: of `vocabulary.safetensors`.

        Returns:
            The vocabulary.

        Raises:
            ModelError: if the file is damaged.
        """
        try:
            words = bytes(read_tensors(path)["words"].view(np.uint8)).decode().split("\n")
        except (KeyError, UnicodeDecodeError) as error:
            raise ModelError(f"{path} is damaged ({error}): get the model again") from None
        found = cls(tuple(words), WordTable.read(path))
        if len(found.table.codes) != len(words):
            raise ModelError(
                f"{path} has {len(words)} descriptors and {len(found.table.codes)} vectors: get the model again"
            )
        return found

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays that are stored; words as UTF-8, divided by line ends."""
        return {**self.table.tensors(), "words": np.frombuffer("\n".join(self.words).encode(), np.uint8)}

    @cached_property
    def vectors(self) -> FloatArray:
        """Unit vectors of the descriptors, float32 `[words, d]`."""
        return self.table.lookup(np.arange(len(self.words)))

    def space(self, name: str) -> LabelSpace:
        """The descriptors as the labels of an open space."""
        return LabelSpace(name, tuple(map(Label, self.words)), "open")


def open_scores(
    logits: FloatArray, seen: FloatArray, labels: FloatArray, no_emotion: int | None = None
) -> FloatArray:
    """Scores of an open space: which descriptors come nearest, no two of which say the same.

    Half of what the reference texts have of a descriptor anyway (against the mean descriptor) is taken away, so
    that those that fit everywhere do not crowd out those that fit here. From the best on, a descriptor with a
    better one at a cosine of 0.6 or more is passed over; `LISTED` are kept. That no emotion is expressed is said
    only where nothing comes nearer.

    Args:
        logits: float32 `[texts, labels]`, as trained.
        seen: float32 `[labels]`, see `Heads.reference_logits`.
        labels: float32 `[labels, d]`, unit vectors.
        no_emotion: position of the label that says that there is no emotion, or None.

    Returns:
        float32 `[texts, labels]`: probabilities of those listed, 0 for all others.
    """
    corrected = np.round(logits - _PRIOR * (seen - seen.mean()), _DIGITS)
    few = min(_CANDIDATES, len(labels))
    scores = np.zeros_like(corrected, dtype=np.float32)
    for i, row in enumerate(corrected):
        best = np.argpartition(-row, few - 1)[:few]
        kept = _apart(best[np.lexsort((best, -row[best]))], labels)
        if no_emotion in kept[1:]:
            kept.remove(no_emotion)
        scores[i, kept[:LISTED]] = sigmoid(row[kept[:LISTED]])
    return scores


def _apart(ranked: NDArray[np.intp], labels: FloatArray) -> list[int]:
    """Those of ranked labels that have no better one near them."""
    near = labels[ranked] @ labels[ranked].T >= _SYNONYMS
    kept: list[int] = []
    for j in range(len(ranked)):
        if not near[j, kept].any():
            kept.append(j)
    return [int(i) for i in ranked[kept]]
