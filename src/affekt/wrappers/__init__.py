"""Scorers around scorers: so far occlusion, which tells what each word does to the scores of a text.

Knows the protocol of scorers and nothing of how any of them works; knows pages, and not the command line.
"""

from affekt.wrappers.explanation import Explanation, Influence, Unit
from affekt.wrappers.occlusion import BLANK, explain, left_over
from affekt.wrappers.presenting import present

__all__ = ["BLANK", "Explanation", "Influence", "Unit", "explain", "left_over", "present"]
