"""The language guard: which texts a model cannot read.

A model declares its languages. The guard asks three things of a text, from the cheapest to the
dearest: is it written in their scripts, does it look like them letter by letter, and does the model's
tokenizer know its pieces. Thresholds are measured in `benchmarks/language_guard.md`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError
from affekt.text.characters import INHERITED, Characters, ascii_words, script_name, script_number
from affekt.text.ngrams import NgramOdds

# Scripts and the languages (ISO 639-1) that are written in them today.
_WRITTEN_IN: Final = {
    "Latin": "af az bs ca cs cy da de en eo es et eu fi fil fr ga gl ha hr hu id ig is it jv lt lv mg ms mt "
    "nl no om pl pt ro rw sk sl so sq sr st su sv sw tl tr uz vi xh yo zu",
    "Cyrillic": "be bg kk ky mk mn ru sr tg tt uk",
    "Arabic": "ar fa ps ug ur",
    "Armenian": "hy",
    "Bengali": "bn",
    "Bopomofo": "zh",
    "CJK": "ja ko zh",
    "Devanagari": "hi mr ne sa",
    "Ethiopic": "am ti",
    "Georgian": "ka",
    "Greek": "el",
    "Gujarati": "gu",
    "Gurmukhi": "pa",
    "Hangul": "ko",
    "Hebrew": "he",
    "Hiragana": "ja",
    "Kannada": "kn",
    "Katakana": "ja",
    "Khmer": "km",
    "Lao": "lo",
    "Malayalam": "ml",
    "Myanmar": "my",
    "Sinhala": "si",
    "Tamil": "ta",
    "Telugu": "te",
    "Thai": "th",
}
_TABLES: Final = {"en": "English"}  # languages whose n-grams ship
# Scripts that measured and other languages share, each with a table; scripts of measured languages alone; scripts of a
# language that writes most in one that measured ones share; and the log odds below which a text is told to be in another
# language (`benchmarks/measured_languages.md`).
_MEASURED_TABLES: Final = ("Latin", "Cyrillic", "Arabic", "Devanagari")
_MEASURED_ALONE: Final = ("CJK", "Bopomofo", "Ethiopic")
_TELLING: Final = ("Hangul", "Hiragana", "Katakana")
_MEASURED_ODDS: Final = -2.0
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SHORT: Final = 2  # words
_KEPT_WORDS: Final = 1 << 16
_BATCH: Final = 1 << 18  # characters that are looked at together


@dataclass(frozen=True, slots=True)
class LanguageGuard:
    """Finds the texts that a model of given languages cannot read.

    Texts without a letter (numbers, emoji, punctuation) pass: there is nothing to misread.

    Args:
        languages: ISO 639-1 codes of what the model reads.
        scripts: scripts that its languages are written in; by default those in daily use.
        script_share: least share of a text's letters in those scripts.
        log_odds: least log odds of the text's n-grams; asked where a table exists, which is for
            `("en",)`.
        short_log_odds: the same for texts of one or two words, which are often names.
        unknown_share: largest share of pieces that the tokenizer does not know.
        pieces_per_word: largest mean number of pieces of a word, asked from `word_count` words on.
        word_count: fewer words than this are too few to take a mean of.
        unknown_piece: how the tokenizer writes what it does not know.
        tell_unmeasured: whether `unmeasured` looks for languages in which nobody has measured the model; they are
            those that the tables of `benchmarks/measured_languages.py` were fitted on.

    Raises:
        InputError: if no language is named, or one has no known script and `scripts` is not given.
    """

    languages: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    script_share: float = 0.8
    log_odds: float = -3.0
    short_log_odds: float = -5.0
    unknown_share: float = 0.2
    pieces_per_word: float = 3.0
    word_count: int = 5
    unknown_piece: str = "[UNK]"
    tell_unmeasured: bool = False

    def __post_init__(self) -> None:
        if not self.languages:
            raise InputError("a language guard has no languages: name at least one, such as 'en'")
        object.__setattr__(self, "languages", tuple(self.languages))
        object.__setattr__(self, "scripts", tuple(self.scripts) or _scripts(self.languages))

    def check(self, text: str, pieces: Sequence[str] | None = None) -> str | None:
        """Ask whether the model can read a text.

        Args:
            text: as the caller gave it, before any normalising (which names emoji in English).
            pieces: what the model's tokenizer makes of it, without special tokens.

        Returns:
            Why the text cannot be read, or None if it can.
        """
        return self.check_many([text], None if pieces is None else [pieces])[0]

    def check_many(
        self, texts: Sequence[str], pieces: Sequence[Sequence[str]] | None = None
    ) -> list[str | None]:
        """`check` for many texts at once; a text's answer does not depend on the others.

        Args:
            texts: as the caller gave them.
            pieces: a row of pieces for each text.

        Returns:
            A reason or None for each text.

        Raises:
            ValueError: if there are not as many rows of pieces as texts.
        """
        if pieces is not None and len(pieces) != len(texts):
            raise ValueError(f"there are {len(texts)} texts, but pieces of {len(pieces)}")
        reasons: list[str | None] = []
        for batch in _batches(texts):
            reasons += self._check_words(batch)
        if pieces is not None:
            for i, row in enumerate(pieces):
                if reasons[i] is None and any(char.isalpha() for char in texts[i]):
                    reasons[i] = self._check_pieces(row)
        return reasons

    def unmeasured(self, texts: Sequence[str]) -> list[bool]:
        """Which texts are in a language that the model may read, but in which nobody has measured how well.

        Args:
            texts: as the caller gave them.

        Returns:
            A row a text: true for letters of a script without a measured language, and for words of Latin, Cyrillic,
            Arabic or Devanagari letters whose n-grams say so. One or two words are too few to tell, and give false.
        """
        if not self.tell_unmeasured:
            return [False] * len(texts)
        return [told for batch in _batches(texts) for told in _unmeasured(batch)]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "languages": list(self.languages),
            "scripts": list(self.scripts),
            "script_share": self.script_share,
            "log_odds": self.log_odds,
            "short_log_odds": self.short_log_odds,
            "unknown_share": self.unknown_share,
            "pieces_per_word": self.pieces_per_word,
            "word_count": self.word_count,
            "unknown_piece": self.unknown_piece,
            **({"tell_unmeasured": True} if self.tell_unmeasured else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LanguageGuard:
        """Inverse of `to_dict`; what is not named takes its default.

        Args:
            data: fields by name.

        Returns:
            The guard.

        Raises:
            InputError: if a field is unknown, or the languages cannot be used.
        """
        unknown = sorted(set(data) - {field.name for field in fields(cls)})
        if unknown:
            raise InputError(f"a language guard has unknown fields {unknown}: was it made by a newer affekt?")
        named = dict(data)
        for key in ("languages", "scripts"):
            named[key] = tuple(named.get(key, ()))
        return cls(**named)

    def _check_words(self, texts: Sequence[str]) -> list[str | None]:
        """Plain ASCII goes word by word, since words come again; all else letter by letter."""
        if self.languages != ("en",) or "Latin" not in self.scripts:
            return self._check_letters(texts)
        plain = [text.isascii() for text in texts]
        ascii_reasons = iter(
            self._check_ascii([text for text, is_plain in zip(texts, plain, strict=True) if is_plain])
        )
        others = iter(
            self._check_letters([text for text, is_plain in zip(texts, plain, strict=True) if not is_plain])
        )
        return [next(ascii_reasons if is_plain else others) for is_plain in plain]

    def _check_ascii(self, texts: Sequence[str]) -> list[str | None]:
        """What `_check_letters` says of English in plain ASCII, whose letters are all Latin."""
        table = ngram_table("en")
        rows = ascii_words(texts)
        sums = _word_sums(table, rows)
        reasons: list[str | None] = []
        for words, total in zip(rows, sums, strict=True):
            odds = total * table.unit + table.bias
            unlike = odds < max(self.log_odds, self.short_log_odds) and self._unlike(words, odds)
            reasons.append(f"the text does not read like {_TABLES['en']}" if unlike else None)
        return reasons

    def _unlike(self, words: Sequence[str], odds: float) -> bool:
        begun = sum(word[0] != "'" for word in words)
        least = self.short_log_odds if begun <= _SHORT else self.log_odds
        return odds < least and any(word.strip("'") for word in words)

    def _check_letters(self, texts: Sequence[str]) -> list[str | None]:
        chars = Characters.read(texts)
        letter = chars.letters & (chars.scripts != script_number(INHERITED))
        own = np.isin(chars.scripts, [script_number(script) for script in self.scripts])
        letters = np.bincount(chars.owner[letter], minlength=chars.texts)
        owned = np.bincount(chars.owner[own], minlength=chars.texts)
        reasons: list[str | None] = [None] * chars.texts
        if len(self.languages) == 1 and self.languages[0] in _TABLES:
            short = chars.word_counts() <= _SHORT
            least = np.where(short, self.short_log_odds, self.log_odds)
            unlike = ngram_table(self.languages[0]).log_odds(chars) < least
            for i in np.flatnonzero(unlike & (owned > 0)):
                reasons[i] = f"the text does not read like {_TABLES[self.languages[0]]}"
        for i in np.flatnonzero(owned < self.script_share * letters):
            foreign = Counter(chars.scripts[(chars.owner == i) & letter & ~own].tolist())
            reasons[i] = f"the text is written in {script_name(foreign.most_common(1)[0][0])} letters"
        return reasons

    def _check_pieces(self, pieces: Sequence[str]) -> str | None:
        if pieces.count(self.unknown_piece) > self.unknown_share * len(pieces):
            return "the text holds too much that the tokenizer does not know"
        worded = [piece for piece in pieces if piece != self.unknown_piece and any(map(str.isalpha, piece))]
        marked = sum(piece[0] in "▁Ġ" for piece in worded)  # SentencePiece, byte-level BPE
        words = marked or sum(not piece.startswith("##") for piece in worded)  # WordPiece
        # Where no space stands between words, pieces are the nearest to them.
        words += sum(_UNSPACED.match(piece) is not None for piece in worded)
        if words >= self.word_count and len(worded) > self.pieces_per_word * words:
            return "the text falls into too many pieces in the tokenizer"
        return None


def _unmeasured(texts: Sequence[str]) -> list[bool]:
    chars = Characters.read(texts)
    told = np.zeros(chars.texts, dtype=bool)
    letters = np.bincount(chars.owner[chars.letters], minlength=chars.texts)
    told |= _held(chars, _TELLING) > 0
    told |= 2 * _held(chars, sorted({*_WRITTEN_IN}.difference(_MEASURED_TABLES, _MEASURED_ALONE))) > letters
    long = chars.word_counts() > _SHORT
    for script in _MEASURED_TABLES:
        own = _held(chars, [script])
        odds = ngram_table(f"measured-{script.lower()}").log_odds(chars)
        told |= long & (2 * own > letters) & (odds < _MEASURED_ODDS)
    return [bool(x) for x in told]


def _held(chars: Characters, scripts: Sequence[str]) -> NDArray[np.int64]:
    """Characters of some scripts in each text."""
    own = np.isin(chars.scripts, [script_number(script) for script in scripts])
    return np.bincount(chars.owner[own], minlength=chars.texts)


def _scripts(languages: Sequence[str]) -> tuple[str, ...]:
    for code in languages:
        if not any(code in codes.split() for codes in _WRITTEN_IN.values()):
            raise InputError(
                f"the scripts of language {code!r} are not known: name them in `scripts`, such as 'Latin'"
            )
    return tuple(
        script for script, codes in _WRITTEN_IN.items() if not set(languages).isdisjoint(codes.split())
    )


@cache
def ngram_table(language: str) -> NgramOdds:
    """The n-gram weights that ship for a language (`en`), for the measured ones of a script, or for `romanized-hindi`."""
    return NgramOdds.load(Path(__file__).with_name(f"ngrams-{language}.npz"))


def _word_sums(table: NgramOdds, rows: Sequence[Sequence[str]]) -> list[float]:
    """Sum of the n-gram weights of each row of words; a word's is found once."""
    kept = _kept_sums()
    missing = list(set().union(*rows).difference(kept))
    if missing:
        found = table.sums(Characters.read(missing))
        if len(kept) + len(missing) > _KEPT_WORDS:
            kept = {word: kept[word] for words in rows for word in words if word in kept}
            _kept_sums.cache_clear()
        kept.update(zip(missing, found.tolist(), strict=True))
    return [sum(map(kept.__getitem__, words)) for words in rows]


@cache
def _kept_sums() -> dict[str, float]:
    """Sums of words that were met, in English."""
    return {}


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Slices of the texts that hold about `_BATCH` characters each."""
    start = size = 0
    for i, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH:
            yield texts[start : i + 1]
            start, size = i + 1, 0
    if start < len(texts):
        yield texts[start:]
