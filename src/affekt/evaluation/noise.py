"""Changes of a text that leave its meaning alone: typing errors, case, emoji left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

# One error in so many words, at least one a text.
_WORDS_AN_ERROR: Final = 6
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_EMOJI: Final = re.compile(
    "[\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\u3030\u303d\U0001f000-\U0001faff\u200d\ufe0e\ufe0f\u20e3]+"
)
_SPACES: Final = re.compile(r"\s+")


def with_typos(text: str, rng: np.random.Generator) -> str:
    """Two neighbouring letters swapped, one left out or one doubled in a sixth of the words of four letters or more.

    Args:
        text: any.
        rng: draws words, places and errors.

    Returns:
        The text with its errors; itself if it has no such word.
    """
    found = list(_WORD.finditer(text))
    if not found:
        return text
    number = max(1, len(found) // _WORDS_AN_ERROR)
    chosen = sorted(rng.choice(len(found), size=number, replace=False).tolist(), reverse=True)
    for word in (found[i] for i in chosen):  # from the end, so that earlier places stay
        text = text[: word.start()] + _mistyped(word.group(), rng) + text[word.end() :]
    return text


def _mistyped(word: str, rng: np.random.Generator) -> str:
    """The word with one error behind its first letter."""
    at = int(rng.integers(1, len(word) - 1))
    letter, after = word[at], word[at + 1]
    error = int(rng.integers(3)) if letter != after else 1
    written = (after + letter, after, letter * 2 + after)[error]
    return word[:at] + written + word[at + 2 :]


def without_emoji(text: str, rng: np.random.Generator | None = None) -> str:
    """The text without emoji and other pictures; other texts stay as they are."""
    if not _EMOJI.search(text):
        return text
    return _SPACES.sub(" ", _EMOJI.sub(" ", text)).strip()


CHANGES: Final[Mapping[str, Callable[[str, np.random.Generator], str]]] = {
    "typos": with_typos,
    "lower case": lambda text, rng: text.lower(),
    "upper case": lambda text, rng: text.upper(),
    "no emoji": without_emoji,
}
"""What is changed → how."""
