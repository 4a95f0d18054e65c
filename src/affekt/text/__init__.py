"""Text before any label: one spelling, windows over long text, the language guard, flags.

Reads any Unicode and drops none of it in silence. Knows neither labels nor models; numpy only.
"""

from affekt.text.characters import Characters
from affekt.text.flags import EMPTY, LANGUAGE, LONG, is_empty, text_flags
from affekt.text.guard import LanguageGuard, ngram_table
from affekt.text.ngrams import NgramOdds, ngram_buckets
from affekt.text.normalize import Normalizer
from affekt.text.windows import Windows, cut_windows, window_spans
from affekt.text.words import split_words

__all__ = [
    "EMPTY",
    "LANGUAGE",
    "LONG",
    "Characters",
    "LanguageGuard",
    "NgramOdds",
    "Normalizer",
    "Windows",
    "cut_windows",
    "is_empty",
    "ngram_buckets",
    "ngram_table",
    "split_words",
    "text_flags",
    "window_spans",
]
