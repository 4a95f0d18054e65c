"""Character n-grams: the log odds that a text is in one language rather than any other.

A logistic regression over hashed character 1- to 5-grams of words (the method of Cavnar and Trenkle
1994 with the hashing of Weinberger et al. 2009). Its weights are a table of 65,536 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.text.characters import APOSTROPHES, INHERITED, Characters, script_number
from affekt.text.hashing import character_ngrams

LONGEST: Final = 5
BUCKETS: Final = 1 << 16
_SPACE: Final = np.uint32(32)
_FACTOR: Final = np.uint32(16777619)
_APOSTROPHE: Final = np.uint32(39)


@dataclass(frozen=True, slots=True, eq=False)
class NgramOdds:
    """Weights of hashed n-grams for one language.

    Args:
        weights: int8 `[65536]`, in units of `unit`; whole numbers, so that sums do not depend on the batch.
        unit: log odds (natural) of a weight of 1.
        bias: log odds of a text without n-grams.
        script: the script whose words are counted.
    """

    weights: NDArray[np.int8]
    unit: float
    bias: float
    script: str

    def log_odds(self, chars: Characters) -> NDArray[np.float64]:
        """Log odds of each text, float64 `[texts]`; the bias where a text has no word of the script."""
        return np.asarray(self.sums(chars) * self.unit + self.bias, dtype=np.float64)

    def sums(self, chars: Characters) -> NDArray[np.float64]:
        """Sum of the weights of each text, whole numbers `[texts]`; a text's is the sum of its words'."""
        buckets, owner = ngram_buckets(chars, self.script)
        return np.asarray(np.bincount(owner, self.weights[buckets], minlength=chars.texts), dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write the table as a compressed `.npz`."""
        meta: dict[str, Any] = {"unit": self.unit, "bias": self.bias, "script": self.script}
        np.savez_compressed(path, weights=self.weights, **meta)

    @classmethod
    def load(cls, path: Path) -> NgramOdds:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(file["weights"], float(file["unit"]), float(file["bias"]), str(file["script"]))


def ngram_buckets(chars: Characters, script: str) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The hashed n-grams of words in a script: their buckets, and the text that each belongs to.

    A word is a run of letters, marks and apostrophes, with a space on either side; n-grams do not
    reach across words. Three or more of a letter count as one (`soooo` → `so`).
    """
    codes, owner = _words(chars, script)
    buckets, owners = [], []
    for n, hashes, places in character_ngrams(codes, codes == _SPACE, _FACTOR, LONGEST):
        buckets.append(_bucket(hashes, n))
        owners.append(owner[places])
    return np.concatenate(buckets), np.concatenate(owners)


def _words(chars: Characters, script: str) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Code points with all that is no word as single spaces, and elongations as one letter."""
    letters = (chars.scripts == script_number(script)) | (chars.scripts == script_number(INHERITED))
    codes = np.where(letters, chars.codes, _SPACE)
    codes[np.isin(chars.codes, APOSTROPHES)] = _APOSTROPHE
    n = len(codes)
    repeats = np.zeros(n, dtype=bool)  # a character that equals the one before it
    repeats[1:] = (codes[1:] == codes[:-1]) & (chars.owner[1:] == chars.owner[:-1])
    third = np.zeros(n + 2, dtype=bool)  # … and the one before that
    third[2:n] = repeats[2:] & repeats[1:-1]
    elongated = third[:n] | third[1 : n + 1] | third[2:]
    keep = ~(repeats & (elongated | (codes == _SPACE)))
    return codes[keep], chars.owner[keep]


def _bucket(hashes: NDArray[np.uint32], n: int) -> NDArray[np.uint32]:
    """Spread polynomial hashes evenly over the buckets (the finisher of MurmurHash3)."""
    mixed = (hashes + np.uint32(n * 7919)) * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x85EBCA6B)
    return mixed >> np.uint32(16)
