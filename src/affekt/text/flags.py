"""Flags: what a reader of a prediction should know about its text."""

from __future__ import annotations

import unicodedata
from typing import Final

EMPTY: Final = "empty"
LANGUAGE: Final = "language"
LONG: Final = "long"

# Letters and symbols by category, yet drawn as nothing: Hangul fillers and the blank Braille cell.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_empty(text: str) -> bool:
    """Whether a text shows nothing: no character, or only spaces, controls and format characters."""
    if "!" <= text[:1] <= "~":  # most texts begin so
        return False
    return not text.strip() or all(
        char in _BLANK or unicodedata.category(char)[0] in "ZC" or 0xFE00 <= ord(char) <= 0xFE0F
        for char in text
    )


def text_flags(text: str, *, unreadable: bool = False, windows: int = 1) -> tuple[str, ...]:
    """What a reader should know of a text.

    Args:
        text: as the caller gave it.
        unreadable: the language guard gave a reason, or a doubt.
        windows: how many windows the text was read in.

    Returns:
        Of `empty`, `language` and `long` those that hold, in that order.
    """
    held = ((EMPTY, is_empty(text)), (LANGUAGE, unreadable), (LONG, windows > 1))
    return tuple(flag for flag, holds in held if holds)
