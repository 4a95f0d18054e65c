"""Scorers around scorers: several models as one, by language or together; occlusion, which tells what each word does to the scores.

Knows the protocol of scorers and nothing of how any of them works; knows pages, and not the command line.
"""

from affekt.wrappers.by_language import ByLanguage, Reader
from affekt.wrappers.ensemble import BESIDE, Ensemble, joined
from affekt.wrappers.explanation import Explanation, Influence, Unit
from affekt.wrappers.occlusion import BLANK, explain, left_over
from affekt.wrappers.presenting import present

__all__ = [
    "BESIDE",
    "BLANK",
    "ByLanguage",
    "Ensemble",
    "Explanation",
    "Influence",
    "Reader",
    "Unit",
    "explain",
    "joined",
    "left_over",
    "present",
]
