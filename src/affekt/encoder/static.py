"""The static tower: word vectors from a table, a look at their neighbours, and sums; numpy alone, no transformer.

A word's vector has few dimensions. Each word takes what its neighbours add to it, position by position, and is
rectified (a convolution whose products are made once a distinct word, as in Kim 2014 with SIF-like learned weights,
Arora et al. 2017); a text is the weighted mean and the highest value over its words, and one hidden layer above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, ModelError
from affekt.encoder.tensors import read_tensors
from affekt.encoder.tower import Encoded
from affekt.encoder.words import WordTable
from affekt.text import cut_windows, split_words

WINDOW: Final = 96
_OVERLAP: Final = 16
_BATCH: Final = 512  # windows that are looked at together: their sums stay in cache
_LEAST_TOTAL: Final = 1e-9
_LARGEST_GATE: Final = 8.0
_SHORTEST, _LONGEST = 3, 5  # characters of the n-grams that an unknown word is read by
_LONGEST_WORD: Final = 24
_SEPARATOR: Final = "\0"  # between texts; Unicode has no use for it, and it is no space
_KEPT: Final = 1 << 17  # runs of characters between spaces whose words are kept


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

    words: WordTable
    grams: WordTable
    context: FloatArray
    bias: FloatArray
    gate: FloatArray
    hidden: FloatArray
    hidden_bias: FloatArray

    @property
    def positions(self) -> int:
        """Words that one word's sum reads; odd."""
        return int(self.context.shape[1]) // len(self.bias)

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
                WordTable(tensors["words.codes"].view(np.int8), tensors["words.scale"].view(np.float32)),
                WordTable(tensors["grams.codes"].view(np.int8), tensors["grams.scale"].view(np.float32)),
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

    Texts longer than `WINDOW` words are read in overlapping windows, as a transformer would read them; a
    text's state does not depend on its company.

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
        self._end = len(lexicon)
        self._kept: dict[str, tuple[int, ...]] = {}
        self._weights = weights
        self._reach = weights.positions // 2

    @property
    def width(self) -> int:
        """Width of a state."""
        return len(self._weights.hidden_bias)

    def pieces(self, texts: Sequence[str]) -> None:
        """None: words are looked up whole."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """States of the texts, in order; a text without a word has the state of no words at all."""
        rows, unknown = self._read(texts)
        ends = np.flatnonzero(rows == self._end)
        starts, lengths = ends[:-1] + 1, np.diff(ends) - 1
        if not len(lengths) or lengths.max() <= WINDOW:
            states = self._window_states(rows, starts, lengths, unknown)
            return Encoded(states, None, np.ones(len(texts), dtype=np.int64))
        cut = cut_windows(
            [rows[s : s + n].tolist() for s, n in zip(starts, lengths, strict=True)], WINDOW, _OVERLAP
        )
        lengths = np.array([len(window) for window in cut.tokens])
        rows = np.fromiter(chain.from_iterable(cut.tokens), np.int64)
        states = self._window_states(rows, lengths.cumsum() - lengths, lengths, unknown)
        return Encoded(cut.pool(states), None, cut.counts)

    def _read(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
        """Rows of the texts' words, an end before the first text and after each; and the words without a row.

        The first of those has the row after the end. What stands between two spaces comes again and again, and its
        words are kept.
        """
        joined = f" {_SEPARATOR} ".join(["", *texts, ""]).lower()
        if joined.count(_SEPARATOR) != len(texts) + 1:
            return self._read([text.replace(_SEPARATOR, " ") for text in texts])
        runs = joined.split()
        kept = self._kept if len(self._kept) < _KEPT else {}
        kept[_SEPARATOR] = (self._end,)
        self._kept = kept
        unknown: dict[str, int] = {}
        found = list(map(kept.get, runs))
        for place in [i for i, rows in enumerate(found) if rows is None]:
            rows = found[place] = tuple(
                self._rows[word]
                if word in self._rows
                else self._end + 1 + unknown.setdefault(word, len(unknown))
                for word in split_words(runs[place])
            )
            if max(rows, default=0) <= self._end:
                kept[runs[place]] = rows
        return np.fromiter(chain.from_iterable(found), np.int64), list(unknown)  # type: ignore[arg-type]

    def _window_states(
        self,
        rows: NDArray[np.int64],
        starts: NDArray[np.int64],
        lengths: NDArray[np.int64],
        unknown: Sequence[str],
    ) -> FloatArray:
        """States of windows, each so many rows from its start on, `[windows, width]`."""
        distinct, rows = np.unique(np.append(rows, self._end), return_inverse=True)
        end, added = int(rows[-1]), self._added(distinct, unknown)
        states = np.empty((len(lengths), self.width), np.float32)
        longest_first = np.argsort(-lengths, kind="stable")
        for first in range(0, len(lengths), _BATCH):
            members = longest_first[first : first + _BATCH]
            grid = _grid(rows, starts[members], lengths[members], self._reach, end)
            pooled = self._pooled(grid, lengths[members], added)
            states[members] = np.maximum(pooled @ self._weights.hidden + self._weights.hidden_bias, 0)
        return states

    def _added(self, distinct: NDArray[np.int64], unknown: Sequence[str]) -> list[FloatArray]:
        """What each word adds to the words around it, a table `[distinct, d]` for each position."""
        weights, known = self._weights, distinct <= self._end
        vectors = np.empty((len(distinct), weights.words.codes.shape[1]), np.float32)
        vectors[known] = weights.words.lookup(distinct[known])
        vectors[~known] = self._read_unknown(unknown)[distinct[~known] - self._end - 1]
        added = [vectors @ part for part in np.split(weights.context, weights.positions, axis=1)]
        added[self._reach] += weights.bias
        return added

    def _read_unknown(self, words: Sequence[str]) -> FloatArray:
        """Vectors of words without a row, `[words, r]`: the means of their n-grams'."""
        grams = self._weights.grams
        if not words:
            return np.zeros((0, grams.codes.shape[1]), np.float32)
        buckets, counts = word_buckets(words, len(grams.codes))
        longest_first = np.argsort(-counts, kind="stable")
        counts, starts = counts[longest_first], (counts.cumsum() - counts)[longest_first]
        sums = np.zeros((len(words), grams.codes.shape[1]), np.float32)
        for place, size in enumerate(_remaining(counts)):
            sums[:size] += grams.lookup(buckets[starts[:size] + place])
        out = np.empty_like(sums)
        out[longest_first] = sums / counts[:, None]
        return out

    def _pooled(
        self, grid: NDArray[np.int64], lengths: NDArray[np.int64], added: Sequence[FloatArray]
    ) -> FloatArray:
        """Weighted mean and highest value over the words of windows, the longest first, `[windows, 2 d]`.

        Word by word, for all windows that are so long: what is summed stays in cache.
        """
        d = len(self._weights.bias)
        pooled = np.zeros((len(lengths), 2 * d), np.float32)
        mean, highest = np.zeros((len(lengths), d), np.float32), np.zeros((len(lengths), d), np.float32)
        total = np.full((len(lengths), 1), _LEAST_TOTAL, np.float32)
        for place, size in enumerate(_remaining(lengths)):
            sums = added[0].take(grid[place, :size], axis=0)
            for k in range(1, len(added)):
                sums += added[k].take(grid[place + k, :size], axis=0)
            np.maximum(sums, 0, out=sums)
            np.maximum(highest[:size], sums, out=highest[:size])
            gates = np.exp(np.clip(sums @ self._weights.gate, -_LARGEST_GATE, _LARGEST_GATE))[:, None]
            total[:size] += gates
            sums *= gates
            mean[:size] += sums
        np.divide(mean, total, out=pooled[:, :d])
        pooled[:, d:] = highest
        return pooled


def _remaining(lengths: NDArray[np.int64]) -> list[int]:
    """How many of falling lengths are over 0, over 1, and so on."""
    places = np.arange(lengths.max(initial=0))
    return [int(n) for n in len(lengths) - np.searchsorted(lengths[::-1], places, side="right")]


def _grid(
    rows: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64], reach: int, end: int
) -> NDArray[np.int64]:
    """Rows of windows as columns, `[reach + longest + reach, windows]`, with `end` where there is no word."""
    places = np.arange(-reach, lengths.max(initial=0) + reach)[:, None]
    inside = (places >= 0) & (places < lengths)
    return np.where(inside, rows[np.where(inside, starts + places, 0)], end)


def word_buckets(words: Sequence[str], buckets: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hashed character n-grams of words (Bojanowski et al. 2017).

    Args:
        words: in lower case.
        buckets: how many there are.

    Returns:
        Buckets of the n-grams of three to five characters, `<` before a word and `>` after it, word by word; and
        how many are each word's, at least one. Of a long word the first characters are read.
    """
    framed = [f"<{word[:_LONGEST_WORD]}>" for word in words]
    codes = np.frombuffer("".join(framed).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([len(word) for word in framed])
    owner = np.repeat(np.arange(len(words)), lengths)
    left = np.repeat(lengths.cumsum(), lengths) - np.arange(
        len(codes)
    )  # characters from here to the word's end
    found, owners = [], []
    for n in range(_SHORTEST, _LONGEST + 1):
        first = np.flatnonzero(left >= n)
        hashes = np.full(len(first), n, np.uint32)
        for k in range(n):
            hashes = (hashes ^ codes[first + k]) * np.uint32(16777619)
        found.append((hashes ^ (hashes >> np.uint32(15))) % np.uint32(buckets))
        owners.append(owner[first])
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return np.concatenate(found)[order].astype(np.int64), np.bincount(owner, minlength=len(words))
