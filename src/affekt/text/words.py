"""Words as a person sees them, and passages of several: where they stand in a text, character by character.

Every span is counted in the text as it was given. Hashtags, mentions, links, emoticons and emoji are words; so is
punctuation that carries a tone (`!!!`, `?!`, `...`). Other punctuation belongs to no word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from affekt.text.flags import is_empty

Span = tuple[int, int]
"""First character, and one past the last."""

# Found in the text itself; a rule's name is the letter that its characters are written as.
_FIXED: Final = re.compile(
    r"(?P<F>(?:https?://|www\.)\S+|[\w.+-]+@\w[\w-]*(?:\.\w+)+"  # links, addresses
    r"|(?<!\w)[:;=8xX][-'^o]?[()\[\]DPp/\\|*]+(?!\w)|</?3+"  # :-) :D <3
    r"|(?<![\w.])[-\^>TuUoO;][_.][-\^<TuUoO;](?![\w.]))"  # -_- T_T
    r"|(?P<x>&\#?\w{1,32};)"  # HTML entities: characters, and no words
    r"|(?P<c>(?<=\d)[.,:](?=\d))"  # 1,000  3:30
)

# Found in the string of classes, which has one letter a character of the text.
_WORD: Final = re.compile(
    r"Ff*"
    r"|[#@]?(?:wm*)+(?:['\-c](?:wm*)+)*"
    r"|hm*|(?:im*)+|(?:km*)+"  # Han signs one by one, kana in runs
    r"|r{1,2}"  # flags
    r"|em*(?:jem*)*"
    r"|\.*![!.]*|\.{2,}"
)

_NAMED: Final = {
    **dict.fromkeys("'’ʼ", "'"),
    **dict.fromkeys("-\u2010\u2011", "-"),
    **dict.fromkeys("!?…¡¿‽！？", "!"),
    **dict.fromkeys("#＃", "#"),
    **dict.fromkeys("@＠", "@"),
    ".": ".",
    "_": "w",
    "\u200d": "j",
}
_BREAKS: Final = (
    (3, re.compile(r"[\n\r.!?…。！？]")),
    (2, re.compile(r"[,;:()\u2013\u2014、，；：]")),
)


@lru_cache(maxsize=8192)
def _letter(char: str) -> str:
    """The class of a character."""
    if char in _NAMED:
        return _NAMED[char]
    code, category = ord(char), unicodedata.category(char)
    if char.isspace() or category == "Cc":
        return " "
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "r"
    if 0x1F3FB <= code <= 0x1F3FF or category[0] == "M" or category == "Cf":
        return "m"
    if category == "So" or 0x1F000 <= code <= 0x1FAFF:
        return "e"
    return _script(code) if category[0] in "LN" else "p"


def _script(code: int) -> str:
    if 0x3040 <= code <= 0x309F:
        return "i"
    if 0x30A0 <= code <= 0x30FF:
        return "k"
    return "h" if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF else "w"


def word_spans(text: str) -> list[Span]:
    """The words of a text.

    Args:
        text: any Unicode, before any normalising.

    Returns:
        Spans in order, none empty, none overlapping. Equal emoji in a row are one. A text that shows something, yet
        has no word, is one as a whole; a text that shows nothing has none.
    """
    letters = list(map(_letter, text))
    for found in _FIXED.finditer(text):
        kind, (start, end) = str(found.lastgroup), found.span()
        letters[start:end] = [kind, *(("f" if kind == "F" else kind) * (end - start - 1))]
    spans: list[Span] = []
    for word in _WORD.finditer("".join(letters)):
        start, end = word.span()
        if letters[start] == "e" and spans and _repeats(text, spans[-1], (start, end)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    if spans or is_empty(text):
        return spans
    return [(len(text) - len(text.lstrip()), len(text.rstrip()))]


def _repeats(text: str, before: Span, after: Span) -> bool:
    """Whether a sign follows itself at once."""
    sign = text[after[0] : after[1]]
    return before[1] == after[0] and text[before[0] : before[1]].endswith(sign) and text[before[0]] == sign[0]


def passage_spans(text: str, words: Sequence[Span], count: int) -> list[Span]:
    """Neighbouring words taken together: so many passages, cut where sentences and clauses end if possible.

    The longest passage is cut again and again: within its middle half, at the strongest break there.

    Args:
        text: that the words are of.
        words: spans in order.
        count: how many passages are wanted, one or more.

    Returns:
        Spans in order: each from its first word to its last, with the punctuation that follows at once; the words
        themselves, unchanged, where there are no more than wanted.
    """
    if len(words) <= count:
        return list(words)
    strength = [_break(text, a, b) for a, b in pairwise(words)]
    cuts = [0, len(words)]
    while len(cuts) <= count:
        start, end = max(pairwise(cuts), key=lambda passage: passage[1] - passage[0])
        cuts = sorted([*cuts, _best_cut(strength, start, end)])
    return [_passage(text, words, start, end) for start, end in pairwise(cuts)]


def _break(text: str, before: Span, after: Span) -> int:
    """How strong a break is between two words: a sentence's end 3, a clause's 2, a space 1, nothing 0."""
    if before[1] == after[0]:
        return 0
    between = text[before[1] - 1 : after[0]]
    return next((strength for strength, marks in _BREAKS if marks.search(between)), 1)


def _best_cut(strength: Sequence[int], start: int, end: int) -> int:
    """The first word of the second half of words `start` to `end`."""
    quarter = (end - start) // 4
    inner = range(start + max(quarter, 1), max(end - quarter, start + 2))
    middle = (start + end) / 2
    return max(inner, key=lambda cut: (strength[cut - 1], -abs(cut - middle)))


def _passage(text: str, words: Sequence[Span], start: int, end: int) -> Span:
    stop = words[end - 1][1]
    limit = words[end][0] if end < len(words) else len(text)
    while stop < limit and not text[stop].isspace():
        stop += 1
    return words[start][0], stop
