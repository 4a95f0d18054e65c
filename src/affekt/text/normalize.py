"""Normalising: one spelling for what platforms write in many ways.

The choice is stored with a model, so that training and use read the same characters.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from affekt.text.romanized import restore_hindi

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:t\.co|bit\.ly|pic\.twitter\.com)/\S+", re.IGNORECASE)
# What must not stand before a sign is asked after it: a pattern that begins with the sign is found at once.
_MENTION = re.compile(r"@(?<![\w.]@)\w+")
_HASHTAG = re.compile(r"#(?<!\w#)(\w+)")
_WORD_EDGE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d])(?=\d)|_+")
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_LAST_ASCII = 0x7F
_PUNCTUATION_RUN = re.compile(r"([!?.,])\1{3,}")
_JOINERS = dict.fromkeys(map(ord, "\u200d\ufe0e\ufe0f\u20e3"))
# Marks of direction, soft hyphens, joiners without a width, and the stroke that only lengthens Arabic words: a reader sees
# the same word, an encoder would see pieces of it.
_UNSEEN = re.compile("[\u00ad\u0640\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_EMOJI = re.compile(
    "[\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
)
_EMOJI_NOISE = re.compile(r"\b(?:face|sign|symbol|with|of|emoji modifier fitzpatrick type \S+)\b")


@lru_cache(maxsize=4096)
def _emoji_name(char: str) -> str:
    name = unicodedata.name(char, "").lower()
    if not name or name.startswith(("emoji modifier", "regional indicator", "variation selector")):
        return " "
    short = " ".join(_EMOJI_NOISE.sub(" ", name).split())
    return f" {short or name} "


@dataclass(frozen=True, slots=True)
class Normalizer:
    """Rewrites mentions, links, hashtags, elongations, emoji and HTML entities; drops what nobody sees.

    Args:
        entities: `&amp;` → `&`; twice, since collections often escape twice.
        links: any link → `http`.
        mentions: any @name → `@user`.
        hashtags: `#SoTired` → `So Tired`.
        elongations: three or more of a letter → two; four or more of `!?.,` → three.
        emoji: the character → its Unicode name without filler words (😂 → `tears joy`).
        hindi: Hindi in Latin letters → Devanagari, for encoders that know it so; off by itself.
    """

    entities: bool = True
    links: bool = True
    mentions: bool = True
    hashtags: bool = True
    elongations: bool = True
    emoji: bool = True
    hindi: bool = False

    def __call__(self, text: str) -> str:
        """The text in one spelling, NFC, with single spaces and no surrounding ones."""
        return self._rewritten(self._composed(text), self.elongations)

    def many(self, texts: Sequence[str]) -> list[str]:
        """The texts in one spelling: what calling for each would give, in a fraction of the time.

        Few texts have a character several times running; numpy finds them, so that the others are spared a
        search character by character.
        """
        composed = [self._composed(text) for text in texts]
        repeats = _repeats(composed) if self.elongations else [False] * len(composed)
        return [self._rewritten(text, repeat) for text, repeat in zip(composed, repeats, strict=True)]

    def _composed(self, text: str) -> str:
        if self.entities and "&" in text:
            text = html.unescape(html.unescape(text))
        return text if text.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", text))

    def _rewritten(self, text: str, repeats: bool) -> str:
        """A composed text in one spelling; without `repeats` it is known to hold no elongation."""
        if self.links and ("/" in text or "www" in text.lower()):
            text = _LINK.sub(" http ", text)
        if self.mentions and "@" in text:
            text = _MENTION.sub("@user", text)
        if self.hashtags and "#" in text:
            text = _HASHTAG.sub(lambda m: _WORD_EDGE.sub(" ", m.group(1)), text)
        if repeats:
            text = _PUNCTUATION_RUN.sub(r"\1\1\1", _ELONGATION.sub(r"\1\1", text))
        if self.emoji and not text.isascii():
            text = _EMOJI.sub(lambda m: _emoji_name(m.group()), text).translate(_JOINERS)
        text = " ".join(text.split())
        return restore_hindi(text) if self.hindi else text

    def to_dict(self) -> dict[str, bool]:
        """JSON-ready form."""
        told = asdict(self)
        return told if self.hindi else {name: on for name, on in told.items() if name != "hindi"}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Normalizer:
        """Inverse of `to_dict`; switches that are not named are as a `Normalizer` has them."""
        return cls(**{key: bool(value) for key, value in data.items()})


def _repeats(texts: Sequence[str]) -> list[bool]:
    """Which texts may hold a letter three times running, or another character four times.

    A run that begins in one text and ends in the next is counted as both's.
    """
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    same = codes[1:] == codes[:-1]
    thrice = same[1:] & same[:-1]
    folded = codes[:-2] | 0x20
    letter = (folded >= ord("a")) & ((folded <= ord("z")) | (folded > _LAST_ASCII))
    four_times = np.zeros_like(thrice)
    four_times[:-1] = thrice[1:] & thrice[:-1]
    places = np.flatnonzero(thrice & (letter | four_times))
    ends = np.cumsum([len(text) for text in texts])
    found = np.zeros(len(texts), dtype=bool)
    for shift in range(4):
        touched = np.searchsorted(ends, places + shift, side="right")
        found[touched[touched < len(texts)]] = True
    return [bool(x) for x in found]
