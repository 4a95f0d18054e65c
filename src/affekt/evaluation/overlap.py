"""Which texts two collections share, word for word or nearly: an exact join, without sampling or sketches.

Nearly the same means that the sets of neighbouring word pairs have a Jaccard index of `NEAR` or more. Which
pairs of texts reach it is found by prefix filtering (Chaudhuri et al. 2006; Bayardo et al. 2007): sets that
share so much share one of the rarest members of either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.text import one_form

NEAR: Final = 0.7
"""Jaccard index of word pairs from which texts count as nearly the same: one word changed among eleven."""

# Unlike \w, whatever is neither space nor ASCII or general punctuation: vowel signs belong to their words.
_WORD: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]|[^\s!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u206f\u3000-\u30ff\u3400-\u9fff\uff00-\uff0f]+"
)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION: Final = re.compile(r"(?<!\w)@\w+")
_CELLS: Final = 1 << 22
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Pairs of texts, one of each collection: positions in the first and in the second.

    Args:
        exact: int64 `[pairs, 2]`, the same but for spaces and Unicode composition.
        near: int64 `[pairs, 2]`, nearly the same, exact ones apart.
    """

    exact: _Ints
    near: _Ints


def overlap(tested: Sequence[str], trained: Sequence[str]) -> Overlap:
    """Find the texts that two collections share.

    Args:
        tested: texts.
        trained: other texts; those that occur twice are found twice.

    Returns:
        All pairs. For texts nearly the same, links, mentions, case and punctuation do not count; a text
        without words is near to none.
    """
    known: dict[str, list[int]] = {}
    for i, text in enumerate(tested):
        known.setdefault(one_form(text), []).append(i)
    exact = [(i, j) for j, text in enumerate(trained) for i in known.get(one_form(text), ())]
    same = np.array(exact, dtype=np.int64).reshape(-1, 2)
    words: dict[str, int] = {}
    near = _near(_Pairs.of(tested, words), _Pairs.of(trained, words))
    keys, size = near[:, 0] * len(trained) + near[:, 1], len(trained)
    return Overlap(same, near[~np.isin(keys, same[:, 0] * size + same[:, 1])])


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _unmasked(text: str) -> str:
    """Links and mentions by one name each: collections mask them in their own ways."""
    text = _composed(text)
    if "/" in text or "www." in text:
        text = _LINK.sub(" http ", text)
    return _MENTION.sub(" user ", text) if "@" in text else text


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """The set of neighbouring word pairs of each text, its edges among them.

    Args:
        codes: int64 `[all pairs]`, text after text, each text's sorted and distinct.
        starts: int64 `[texts + 1]`, where each text's begin.
    """

    codes: _Ints
    starts: _Ints

    @classmethod
    def of(cls, texts: Sequence[str], words: dict[str, int]) -> _Pairs:
        """Read texts, numbering the words that are new."""
        numbers, lengths = [], []
        for text in texts:
            found = _WORD.findall(_unmasked(text).casefold())
            # 0 stands for the edges of a text; one without words has none.
            line = [words.setdefault(word, len(words) + 1) for word in found]
            numbers += [*line, 0] if line else []
            lengths.append(len(line) + 1 if line else 0)
        ends = np.array(numbers, dtype=np.int64)
        begins = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
        owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
        codes = begins << 32 | ends
        order = np.lexsort((codes, owner))
        owner, codes = owner[order], codes[order]
        new = np.ones(len(codes), dtype=bool)
        new[1:] = (codes[1:] != codes[:-1]) | (owner[1:] != owner[:-1])
        counts = np.bincount(owner[new], minlength=len(texts))
        return cls(codes[new], np.concatenate([[0], counts.cumsum()]))

    @property
    def sizes(self) -> _Ints:
        return np.diff(self.starts)

    @property
    def owners(self) -> _Ints:
        """The text of each code."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


def _near(tested: _Pairs, trained: _Pairs) -> _Ints:
    """Pairs of texts whose sets have a Jaccard index of `NEAR` or more, int64 `[pairs, 2]`."""
    postings = np.argsort(trained.codes, kind="stable")
    ordered, owner = trained.codes[postings], trained.owners[postings]
    first = np.searchsorted(ordered, tested.codes, side="left")
    count = np.searchsorted(ordered, tested.codes, side="right") - first
    candidates = _candidates(tested, first, count, owner, len(trained.sizes))
    left, right = np.divmod(candidates, len(trained.sizes))
    a, b = tested.sizes[left], trained.sizes[right]
    alike = np.minimum(a, b) >= NEAR * np.maximum(a, b)
    left, right = left[alike], right[alike]
    # Every occurrence of a code in a training text has a key of its own, in rising order.
    codes, rank = np.unique(np.concatenate([trained.codes, tested.codes]), return_inverse=True)
    keys = trained.owners * len(codes) + rank[: len(trained.codes)]
    places = rank[len(trained.codes) :]
    found = [np.empty((0, 2), dtype=np.int64)]
    block = max(1, _CELLS // max(1, int(tested.sizes.max(initial=1))))
    for start in range(0, len(left), block):
        i, j = left[start : start + block], right[start : start + block]
        shared = _shared(tested, i, j * len(codes), places, keys)
        union = tested.sizes[i] + trained.sizes[j] - shared
        near = shared >= NEAR * union - 1e-9
        found.append(np.stack([i[near], j[near]], axis=1))
    return np.concatenate(found)


def _candidates(tested: _Pairs, first: _Ints, count: _Ints, owner: _Ints, texts: int) -> _Ints:
    """Pairs that share a code among the rarest of the tested text, as `tested * texts + trained`, each once."""
    sizes = tested.sizes
    # A set that shares NEAR of its members shares one of any (1 - NEAR) of them and one more.
    prefix = sizes - np.ceil(NEAR * sizes - 1e-9).astype(np.int64) + 1
    order = np.lexsort((count, tested.owners))
    place = np.arange(len(order)) - np.repeat(tested.starts[:-1], sizes)
    chosen = order[place < np.repeat(prefix, sizes)]
    many = count[chosen]
    inside = np.arange(many.sum()) - np.repeat(many.cumsum() - many, many)
    trained = owner[np.repeat(first[chosen], many) + inside]
    return np.unique(np.repeat(tested.owners[chosen], many) * texts + trained)


def _shared(tested: _Pairs, left: _Ints, base: _Ints, places: _Ints, keys: _Ints) -> NDArray[Any]:
    """How many codes the texts of each pair share."""
    sizes = tested.sizes[left]
    inside = np.arange(sizes.sum()) - np.repeat(sizes.cumsum() - sizes, sizes)
    wanted = np.repeat(base, sizes) + places[np.repeat(tested.starts[left], sizes) + inside]
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    hit = keys[at] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)
    return np.bincount(np.repeat(np.arange(len(left)), sizes), weights=hit, minlength=len(left))
