"""Windows: long text is read whole, in overlapping parts of equal length, and pooled.

Knows token ids only; what a token is, and which special ones a model wants around them, is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The windows of several texts, text by text, in reading order.

    Args:
        tokens: the token ids of each window; a text without tokens has one empty window.
        owner: int64 `[windows]`, ascending: the text that a window belongs to.
        weights: float32 `[windows]`; those of one text sum to 1. Each token counts once, shared equally
            by the windows that read it, so that overlaps do not count twice.
        texts: how many texts were cut.
    """

    tokens: tuple[Sequence[int], ...]
    owner: NDArray[np.int64]
    weights: NDArray[np.float32]
    texts: int

    @property
    def counts(self) -> NDArray[np.int64]:
        """Windows of each text, int64 `[texts]`; more than one means that the text is long."""
        return np.bincount(self.owner, minlength=self.texts)

    def pool(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The weighted mean of the windows' values (scores, embeddings) for each text.

        Args:
            values: float `[windows, d]`, row by row the windows' values.

        Returns:
            float32 `[texts, d]`; a text of one window keeps its values bit for bit.

        Raises:
            ValueError: if the rows are not as many as the windows.
        """
        if len(values) != len(self.tokens):
            raise ValueError(f"there are {len(self.tokens)} windows, but {len(values)} rows of values")
        if self.texts == len(self.tokens):
            return np.asarray(values, dtype=np.float32)
        starts = np.searchsorted(self.owner, np.arange(self.texts))
        weighted = np.asarray(values, dtype=np.float32) * self.weights[:, None]
        return np.add.reduceat(weighted, starts, axis=0)


def cut_windows(sequences: Sequence[Sequence[int]], size: int, overlap: int) -> Windows:
    """Cut token sequences into windows that a model can read.

    Args:
        sequences: token ids of each text, without special tokens.
        size: most tokens of a window (a model that reads 128 with two special ones: 126).
        overlap: fewest tokens that neighbouring windows share, so that no phrase is seen only in halves.

    Returns:
        The windows of all texts, with their weights.

    Raises:
        ValueError: unless `0 <= overlap < size`.
    """
    tokens: list[Sequence[int]] = []
    owner: list[int] = []
    weights: list[float] = []
    for i, ids in enumerate(sequences):
        spans = window_spans(len(ids), size, overlap)
        tokens += [ids] if len(spans) == 1 else [ids[start:stop] for start, stop in spans]
        owner += [i] * len(spans)
        weights += _shares(spans)
    return Windows(
        tuple(tokens),
        np.asarray(owner, dtype=np.int64),
        np.asarray(weights, dtype=np.float32),
        len(sequences),
    )


def window_spans(length: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Where the windows of a text begin and end.

    As few windows as the overlap allows, all of the same length, evenly spread. Cutting at full size
    instead would leave a short remainder, which reads worse and is batched worse.

    Args:
        length: tokens of the text.
        size: most tokens of a window.
        overlap: fewest tokens that neighbouring windows share.

    Returns:
        `[(start, stop), …]`, in tokens, in reading order.

    Raises:
        ValueError: unless `0 <= overlap < size`.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"windows of {size} tokens cannot overlap by {overlap}")
    if length <= size:
        return [(0, length)]
    count = -(-(length - overlap) // (size - overlap))
    width = -(-(length + (count - 1) * overlap) // count)
    starts = [i * (length - width) // (count - 1) for i in range(count)]
    return [(start, start + width) for start in starts]


def _shares(spans: list[tuple[int, int]]) -> list[float]:
    """The share of a text's tokens that each window answers for; they sum to 1."""
    if len(spans) == 1:
        return [1.0]
    starts, stops = np.asarray(spans).T
    edges = np.union1d(starts, stops)
    readers = np.searchsorted(starts, edges, "right") - np.searchsorted(stops, edges, "right")
    # What lies before each edge when every token is divided among the windows that read it.
    before = np.concatenate(([0.0], np.cumsum(np.diff(edges) / readers[:-1]))) / edges[-1]
    shares = before[np.searchsorted(edges, stops)] - before[np.searchsorted(edges, starts)]
    return [float(share) for share in shares]
