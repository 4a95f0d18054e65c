"""Texts as hashed n-grams: which words, pairs of words and parts of words a text has, and how much each weighs.

The features of a linear model (Weinberger et al. 2009), counted for many texts at once in numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LONGEST: Final = 5  # characters of an n-gram
_SPACE: Final = 32
_KINDS: Final = 2  # parts of words, and words: each has weights of unit length
_BITS: Final = 32  # of a hash
_BLOCK: Final = 1 << 18  # characters that are counted at once; a longer text is counted in parts
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class HashedNgrams:
    """The n-grams of texts, one entry for each text and each different n-gram that it has.

    Args:
        hashes: uint32 `[entries]`, ascending within a text's parts of words and within its words.
        owner: int64 `[entries]`, ascending: the text that has it.
        weights: float32 `[entries]`.
        texts: how many texts there are; one without characters has no entry.
    """

    hashes: NDArray[np.uint32]
    owner: Places
    weights: NDArray[np.float32]
    texts: int


def hashed_ngrams(texts: Sequence[str]) -> HashedNgrams:
    """The n-grams of texts in lower case: one to five characters of a word with a space on either side, words, pairs of words.

    An n-gram that occurs `c` times weighs `1 + ln c`; the weights of the parts of words, and those of the words, are
    brought to unit length, so that a text's length does not count. A text's entries do not depend on other texts.

    Args:
        texts: normalised.

    Returns:
        The n-grams of the texts, in order.
    """
    keys, counts = _counted(texts)
    sources = keys >> _BITS
    weights = 1 + np.log(counts)
    length = np.sqrt(np.bincount(sources, weights * weights, minlength=_KINDS * len(texts)))
    return HashedNgrams(
        (keys & ((1 << _BITS) - 1)).astype(np.uint32),
        sources // _KINDS,
        (weights / length[sources]).astype(np.float32),
        len(texts),
    )


def character_ngrams(
    codes: NDArray[Any], space: NDArray[np.bool_], factor: np.unsignedinteger[Any], longest: int
) -> Iterator[tuple[int, NDArray[Any], Places]]:
    """Polynomial hashes of n-grams of characters, where a space stands at an end alone.

    Args:
        codes: unsigned `[characters]`, code points; hashes are of their type.
        space: bool `[characters]`, which of them are spaces.
        factor: of the polynomial, of the same type.
        longest: characters of the longest n-gram.

    Yields:
        For each length the length, the hashes of its n-grams, and where they begin.
    """
    hashes = np.zeros(len(codes), codes.dtype)
    whole = np.ones(len(codes), bool)
    for n in range(1, longest + 1):
        size = max(len(codes) - n + 1, 0)
        hashes = hashes[:size] * factor + codes[n - 1 :]
        if n == 1:
            valid = ~space
        elif n == 2:
            valid = ~(space[:size] & space[1:])
        else:
            whole = whole[:size] & ~space[n - 2 : n - 2 + size]
            valid = whole
        places = np.flatnonzero(valid)
        yield n, hashes[places], places


def _counted(texts: Sequence[str]) -> tuple[Places, NDArray[np.float64]]:
    """Different n-grams and how often each occurs; a key is text, kind and hash."""
    found = [np.unique(_keys(block), return_counts=True) for block in _blocks(texts)]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0)
    keys, places = np.unique(np.concatenate([block for block, _ in found]), return_inverse=True)
    counts = np.bincount(places, np.concatenate([counts for _, counts in found]))
    return keys, counts.astype(np.float64)


def _blocks(texts: Sequence[str]) -> Iterator[list[tuple[int, str]]]:
    """Texts with their numbers, many short ones together and a long one in parts; single spaces around words."""
    block: list[tuple[int, str]] = []
    size = 0
    for i, text in enumerate(texts):
        words = " ".join(text.lower().split())
        for start in range(0, len(words), _BLOCK):
            part = f" {words[start : start + _BLOCK]} "
            if block and size + len(part) > _BLOCK:
                yield block
                block, size = [], 0
            block.append((i, part))
            size += len(part)
    if block:
        yield block


def _keys(block: Sequence[tuple[int, str]]) -> Places:
    """Every n-gram's key; one that occurs twice is there twice."""
    joined = "".join(part for _, part in block)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    owner = np.repeat(
        np.array([i for i, _ in block], np.int64), np.array([len(part) for _, part in block], np.int64)
    )
    space = codes == _SPACE
    found = [(0, character_ngrams(codes, space, _FACTOR, LONGEST)), (1, _words(codes, space))]
    return np.concatenate(
        [
            _key(hashes + np.uint64(n), owner[places], kind)
            for kind, ngrams in found
            for n, hashes, places in ngrams
        ]
    )


def _words(codes: Hashes, space: NDArray[np.bool_]) -> Iterator[tuple[int, Hashes, Places]]:
    """Hashes of words, and of pairs of neighbours up to a text's end, and where they begin."""
    begins = np.flatnonzero(~space[1:] & space[:-1]) + 1
    if not len(begins):
        return
    word_of = np.cumsum(np.isin(np.arange(len(codes)), begins, assume_unique=True)) - 1
    within = np.arange(len(codes)) - begins[np.maximum(word_of, 0)]
    powers = np.full(max(within.max(), 0) + 1, _FACTOR)
    powers[0] = 1
    terms = np.where(space, np.uint64(0), codes * np.multiply.accumulate(powers)[np.maximum(within, 0)])
    hashes = _spread(np.add.reduceat(terms, begins))
    yield LONGEST + 1, hashes, begins
    # Two spaces stand between texts, so that neighbours are those with one.
    ends = np.flatnonzero(~space[:-1] & space[1:]) + 1
    pairs = np.flatnonzero(begins[1:] - ends[:-1] == 1)
    yield LONGEST + 2, hashes[pairs] * _FACTOR + hashes[pairs + 1], begins[pairs]


def _key(hashes: Hashes, owner: Places, kind: int) -> Places:
    return ((owner * _KINDS + kind) << _BITS) + (_spread(hashes) >> np.uint64(64 - _BITS)).astype(np.int64)


def _spread(hashes: Hashes) -> Hashes:
    """Polynomial hashes spread evenly (the finisher of MurmurHash3)."""
    mixed: Hashes = hashes ^ (hashes >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return mixed
