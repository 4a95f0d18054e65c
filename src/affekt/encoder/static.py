"""The static tower: word vectors from a table, a look at their neighbours, and sums; numpy alone, no transformer.

A word's vector has few dimensions. Each word takes what its neighbours add to it, position by position, and is
rectified (a convolution whose products are made once a distinct word, as in Kim 2014 with SIF-like learned weights,
Arora et al. 2017); a text is the weighted mean and the highest value over its words, and one hidden layer above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, ModelError
from affekt.encoder.tensors import read_tensors
from affekt.encoder.tower import Encoded
from affekt.text import TEXT_END, cut_windows, split_words

WINDOW: Final = 96
_OVERLAP: Final = 16
_BATCH_WORDS: Final = 8192  # words that are looked at together: their sums stay in cache
_LARGEST_GATE: Final = 8.0
_SHORTEST, _LONGEST = 3, 5  # characters of the n-grams that an unknown word is read by
_MOST_GRAMS: Final = 40
_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class QuantizedRows:
    """Rows of 8 bits a number, with a scale a row.

    Args:
        codes: int8 `[rows, width]`.
        scale: float32 `[rows]`.
    """

    codes: NDArray[np.int8]
    scale: FloatArray

    @classmethod
    def of(cls, table: FloatArray) -> QuantizedRows:
        """The rows that are nearest to float32 `[rows, width]`."""
        scale = (np.maximum(np.abs(table).max(axis=1), 1e-8) / 127).astype(np.float32)
        return cls(np.rint(table / scale[:, None]).astype(np.int8), scale)

    def take(self, rows: NDArray[np.integer[Any]]) -> FloatArray:
        """Float32 `[…, width]`."""
        return np.asarray(self.codes[rows] * self.scale[rows][..., None], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class StaticWeights:
    """What a static tower computes with.

    Args:
        words: `[words + 1, r]`, the last row for what lies beyond a text's ends.
        grams: `[buckets, r]`, of hashed n-grams; the mean of its own stands for a word that has no row.
        context: float32 `[r, positions * d]`, what a word adds to itself and its neighbours, from the one
            `positions // 2` places after it to the one as far before it.
        bias: float32 `[d]`.
        gate: float32 `[d]`, the log weight of a word in the mean.
        hidden: float32 `[2 * d, width]`.
        hidden_bias: float32 `[width]`.
    """

    words: QuantizedRows
    grams: QuantizedRows
    context: FloatArray
    bias: FloatArray
    gate: FloatArray
    hidden: FloatArray
    hidden_bias: FloatArray

    @property
    def positions(self) -> int:
        """Words that one word's sum reads; odd."""
        return self.context.shape[1] // len(self.bias)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that `read` expects; matrices in half precision."""
        return {
            "words.codes": self.words.codes,
            "words.scale": self.words.scale,
            "grams.codes": self.grams.codes,
            "grams.scale": self.grams.scale,
            "context.weight": self.context.astype(np.float16),
            "context.bias": self.bias,
            "gate.weight": self.gate,
            "hidden.weight": self.hidden.astype(np.float16),
            "hidden.bias": self.hidden_bias,
        }

    @classmethod
    def read(cls, path: Path) -> StaticWeights:
        """From a safetensors file.

        Args:
            path: of the file.

        Returns:
            The weights; the tables stay mapped.

        Raises:
            ModelError: if a tensor is missing, or they do not fit together.
        """
        tensors = read_tensors(path)
        try:
            found = cls(
                QuantizedRows(tensors["words.codes"].view(np.int8), tensors["words.scale"].view(np.float32)),
                QuantizedRows(tensors["grams.codes"].view(np.int8), tensors["grams.scale"].view(np.float32)),
                *(
                    np.ascontiguousarray(tensors[name], dtype=np.float32)
                    for name in (
                        "context.weight",
                        "context.bias",
                        "gate.weight",
                        "hidden.weight",
                        "hidden.bias",
                    )
                ),
            )
        except KeyError as error:
            raise ModelError(f"{path} lacks tensor {error}: install the model again") from None
        found._check(path)
        return found

    def _check(self, path: Path) -> None:
        d, r = len(self.bias), self.words.codes.shape[1]
        fits = (
            d
            and self.context.shape == (r, self.positions * d)
            and self.positions % 2
            and self.grams.codes.shape[1] == r
            and self.gate.shape == (d,)
            and self.hidden.shape == (2 * d, len(self.hidden_bias))
        )
        if not fits:
            raise ModelError(f"{path} has tensors that do not fit together: install the model again")


class StaticTower:
    """Encodes texts of any length by sums of word vectors.

    Texts longer than `WINDOW` words are read in overlapping windows, as a transformer would read them, and equal
    texts are encoded once; a text's state does not depend on its company.

    Args:
        lexicon: the words that have a row, in order.
        weights: of the tower.

    Raises:
        ModelError: if there are not as many words as rows.
    """

    def __init__(self, lexicon: Sequence[str], weights: StaticWeights) -> None:
        if len(lexicon) + 1 != len(weights.words.codes):
            raise ModelError(
                f"the lexicon has {len(lexicon)} words, and the table {len(weights.words.codes) - 1} rows: "
                "install the model again"
            )
        self._rows = dict(zip(lexicon, range(len(lexicon)), strict=True))
        self._end = self._rows[TEXT_END] = len(lexicon)
        self._weights = weights
        self._reach = weights.positions // 2

    @property
    def width(self) -> int:
        """Width of a state."""
        return len(self._weights.hidden_bias)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """States of the texts, in order; a text without a word has the state of no words at all."""
        words = split_words(texts)
        rows = np.fromiter(map(self._rows.get, words, repeat(_UNKNOWN)), np.int64, len(words))
        unknown: dict[str, int] = {}
        for place in np.flatnonzero(rows == _UNKNOWN).tolist():
            rows[place] = self._end + 1 + unknown.setdefault(words[place], len(unknown))
        vectors = self._read_unknown(list(unknown))
        ends = np.flatnonzero(rows == self._end)
        starts, lengths = ends[:-1] + 1, np.diff(ends) - 1
        if len(lengths) and lengths.max() > WINDOW:
            cut = cut_windows(
                [rows[s : s + n] for s, n in zip(starts, lengths, strict=True)], WINDOW, _OVERLAP
            )
            pieces = [np.asarray(piece, dtype=np.int64) for piece in cut.tokens]
            states = self._window_states(np.concatenate(pieces), np.array([len(p) for p in pieces]), vectors)
            return Encoded(cut.pool(states), None, cut.counts)
        states = self._window_states(rows[rows != self._end], lengths, vectors)
        return Encoded(states, None, np.ones(len(texts), dtype=np.int64))

    def _read_unknown(self, words: Sequence[str]) -> FloatArray:
        """Vectors of words without a row, `[words, r]`."""
        grams = self._weights.grams
        return np.array(
            [grams.take(word_buckets(word, len(grams.codes))).mean(axis=0) for word in words],
            dtype=np.float32,
        ).reshape(len(words), grams.codes.shape[1])

    def _window_states(
        self, rows: NDArray[np.int64], lengths: NDArray[np.int64], unknown: FloatArray
    ) -> FloatArray:
        """States of windows whose words lie one after the other, `[windows, width]`."""
        states = np.empty((len(lengths), self.width), np.float32)
        ends = lengths.cumsum()
        first = 0
        while first < len(lengths):
            begin = int(ends[first] - lengths[first])
            last = max(first + 1, int(np.searchsorted(ends, begin + _BATCH_WORDS, side="right")))
            states[first:last] = self._batch_states(
                rows[begin : ends[last - 1]], lengths[first:last], unknown
            )
            first = last
        return states

    def _batch_states(
        self, rows: NDArray[np.int64], lengths: NDArray[np.int64], unknown: FloatArray
    ) -> FloatArray:
        weights, reach = self._weights, self._reach
        # Every window stands between as many ends as a word can see.
        places = np.arange(len(rows)) + reach * (1 + np.repeat(np.arange(len(lengths)), lengths))
        stream = np.full(len(rows) + reach * (len(lengths) + 1), self._end)
        stream[places] = rows
        sums = self._sums(stream, places, unknown)
        pooled = np.zeros((len(lengths), 2 * len(weights.bias)), np.float32)
        filled = np.flatnonzero(lengths)
        if len(filled):
            starts = (lengths.cumsum() - lengths)[filled]
            gates = np.exp(np.clip(sums @ weights.gate, -_LARGEST_GATE, _LARGEST_GATE))
            d = len(weights.bias)
            pooled[filled, d:] = np.maximum.reduceat(sums, starts, axis=0)
            sums *= gates[:, None]
            total = np.add.reduceat(gates, starts)[:, None]
            pooled[filled, :d] = np.add.reduceat(sums, starts, axis=0) / total
        return np.maximum(pooled @ weights.hidden + weights.hidden_bias, 0)

    def _sums(self, stream: NDArray[np.int64], places: NDArray[np.int64], unknown: FloatArray) -> FloatArray:
        """Rectified sums of what each word and its neighbours add, `[words, d]`."""
        weights = self._weights
        distinct, stream = np.unique(stream, return_inverse=True)
        known = distinct <= self._end
        vectors = np.concatenate(
            [weights.words.take(distinct[known]), unknown[distinct[~known] - self._end - 1]]
        )
        parts = np.split(weights.context, weights.positions, axis=1)
        added = [vectors @ part for part in parts]
        sums = added[0].take(stream[places - self._reach], axis=0)
        for k in range(1, weights.positions):
            sums += added[k].take(stream[places - self._reach + k], axis=0)
        sums += weights.bias
        return np.maximum(sums, 0, out=sums)


def word_buckets(word: str, buckets: int) -> NDArray[np.int64]:
    """Hashed character n-grams of a word (Bojanowski et al. 2017), int64 `[n-grams]`, at least one.

    Args:
        word: in lower case.
        buckets: how many there are.

    Returns:
        Buckets of its n-grams of three to five characters, `<` before it and `>` after it, the first forty.
    """
    framed = np.frombuffer(f"<{word}>"[:_MOST_GRAMS].encode("utf-32-le", "surrogatepass"), np.uint32)
    found = []
    for n in range(_SHORTEST, _LONGEST + 1):
        size = max(len(framed) - n + 1, 0)
        hashes = np.full(size, n, np.uint32)
        for k in range(n):
            hashes = (hashes ^ framed[k : k + size]) * np.uint32(16777619)
        found.append(hashes ^ (hashes >> np.uint32(15)))
    return (np.concatenate(found)[:_MOST_GRAMS] % np.uint32(buckets)).astype(np.int64)
