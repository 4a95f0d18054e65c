"""Text before any label: one spelling, words, windows over long text, the language guard, flags.

Reads any Unicode and drops none of it in silence. Knows neither labels nor models; numpy only.
"""

from affekt.text.characters import Characters, script_of
from affekt.text.digests import Digests, joined_digests, one_form, read_digests, text_digests, written_digests
from affekt.text.flags import EMPTY, LANGUAGE, LONG, is_empty, text_flags
from affekt.text.guard import LanguageGuard, ngram_table
from affekt.text.hashing import HashedNgrams, hashed_ngrams
from affekt.text.ngrams import NgramOdds, ngram_buckets
from affekt.text.normalize import Normalizer
from affekt.text.romanized import restore_hindi
from affekt.text.splitting import split_words
from affekt.text.windows import Windows, cut_windows, window_spans
from affekt.text.words import Span, passage_spans, word_spans

__all__ = [
    "EMPTY",
    "LANGUAGE",
    "LONG",
    "Characters",
    "Digests",
    "HashedNgrams",
    "LanguageGuard",
    "NgramOdds",
    "Normalizer",
    "Span",
    "Windows",
    "cut_windows",
    "hashed_ngrams",
    "is_empty",
    "joined_digests",
    "ngram_buckets",
    "ngram_table",
    "one_form",
    "passage_spans",
    "read_digests",
    "restore_hindi",
    "script_of",
    "split_words",
    "text_digests",
    "text_flags",
    "window_spans",
    "word_spans",
    "written_digests",
]
