"""Words: a text cut as a lexicon of whole words reads it, many texts in one pass of a regular expression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

TEXT_END: Final = "\n"
_WORD: Final = re.compile(r"[:;=]-?(?:[()/]|[dp]\b)|<3|@?\w+(?:'\w+)*|[!?.]+|[^\w\s]|\n")


def split_words(texts: Sequence[str], gap: int = 1) -> list[str]:
    """Words of texts in lower case, one after the other: words with their apostrophes, emoticons, marks.

    Args:
        texts: normalised; a line break in one is read as a space.
        gap: `TEXT_END`s before the first text, between texts, and after the last.

    Returns:
        `[TEXT_END × gap, words of the first text, TEXT_END × gap, words of the second, …, TEXT_END × gap]`.
    """
    between = TEXT_END * gap
    joined = f"{between}{between.join(texts)}{between}".lower()
    if joined.count(TEXT_END) != gap * (len(texts) + 1):
        return split_words([text.replace(TEXT_END, " ") for text in texts], gap)
    return _WORD.findall(joined.replace("’", "'"))
