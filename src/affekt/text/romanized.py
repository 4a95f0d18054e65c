"""Hindi in Latin letters, put back into its own.

What people type has no fixed spelling (`bahut`, `bohot`, `bahoot`), and an encoder that knows the words in Devanagari has
hardly read them so. A word is looked up by a key under which its spellings fall together, in a list of words that Hindi
texts use (`benchmarks/romanized_hindi.py`). Only a text that reads like Hindi is touched, and in it English words stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from affekt.text.characters import Characters
from affekt.text.guard import ngram_table

LEAST_WORDS: Final = 3
"""Fewer words are too few to tell Hindi by."""
_TABLE: Final = "romanized-hindi"
_SHARE: Final = 0.3  # of a text's words that the list has
_ODDS: Final = 0.0  # log odds of its n-grams, from which on it reads like Hindi
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)*", re.IGNORECASE)
_ALIKE: Final = (
    (re.compile(r"'"), ""),
    (re.compile(r"ee|ea"), "i"),
    (re.compile(r"oo|ou"), "u"),
    (re.compile(r"w"), "v"),
    (re.compile(r"z"), "j"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"q|c(?!h)"), "k"),
    (re.compile(r"chh"), "ch"),
    (re.compile(r"ai|ei|ay|ey"), "e"),
    (re.compile(r"au|ao"), "o"),
    (re.compile(r"(?<=[aeiou])h$"), ""),
    (re.compile(r"m$"), "n"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def spelling_key(word: str) -> str:
    """What the common ways to spell a Hindi word in Latin letters share.

    Args:
        word: Latin letters, in any case.

    Returns:
        Its key: long and short vowels, `w` and `v`, `z` and `j`, doubled letters are one.
    """
    key = word.casefold()
    for pattern, written in _ALIKE:
        key = pattern.sub(written, key)
    return key


@dataclass(frozen=True, slots=True, eq=False)
class HindiWords:
    """Hindi words by the keys of their spellings.

    Args:
        words: key → the word in Devanagari.
        english: words that are English too, which tell nothing alone.
    """

    words: dict[str, str]
    english: frozenset[str]


@cache
def hindi_words() -> HindiWords:
    """The list that ships: lines of key, tab, word; after an empty line words that are English too."""
    text = Path(__file__).with_name("romanized-hindi.txt").read_text(encoding="utf-8")
    words, _, english = text.partition("\n\n")
    rows = (line.partition("\t") for line in words.split("\n"))
    return HindiWords({key: word for key, _, word in rows}, frozenset(english.split()))


@lru_cache(maxsize=1 << 15)
def _found(word: str) -> str | None:
    return hindi_words().words.get(spelling_key(word))


def restore_hindi(text: str) -> str:
    """A text with its Hindi words in Devanagari, if it is Hindi in Latin letters, mixed with English or not.

    Args:
        text: any.

    Returns:
        The text as it is, unless it has three words or more, reads like Hindi letter by letter, and the list knows
        three words in ten. A word that is English too is taken for Hindi where both its neighbours are.
    """
    words = list(_WORD.finditer(text))
    if len(words) < LEAST_WORDS:
        return text
    found = [_found(match.group().casefold()) for match in words]
    if sum(word is not None for word in found) < _SHARE * len(words):
        return text
    if float(ngram_table(_TABLE).log_odds(Characters.read([text]))[0]) < _ODDS:
        return text
    english = hindi_words().english
    doubtful = [match.group().casefold() in english for match in words]
    parts, end = [], 0
    for i, match in enumerate(words):
        word = found[i]
        if word is not None and (not doubtful[i] or _among_hindi(i, found, doubtful)):
            parts += [text[end : match.start()], word]
            end = match.end()
    return "".join(parts) + text[end:]


def _among_hindi(place: int, found: Sequence[str | None], doubtful: Sequence[bool]) -> bool:
    """Whether the nearest words on either side that are no doubtful ones are Hindi; one side may lack any."""
    sides = (range(place - 1, -1, -1), range(place + 1, len(found)))
    nearest = [next((found[i] is not None for i in side if not doubtful[i]), None) for side in sides]
    return any(nearest) and all(side is not False for side in nearest)
