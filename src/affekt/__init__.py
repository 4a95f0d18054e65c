"""Which emotions a text expresses, and how sure that is.

    import affekt

    affekt.label("We won!")                             # a Prediction; a list gives a list
    affekt.label(texts, labels=["joy", "anger"])        # any labels
    model = affekt.load("small")
    model.predict(texts, space="ekman")
    affekt.explain("We won!").ranked("joy")             # which words move which label
    affekt.evaluate(model, on="semeval2018:test")       # a Report
    affekt.adapt("small", "mine.csv").save("mine")      # a model that knows what your labels mean
    affekt.compare("reports/a", "reports/b")            # a Comparison of two saved ones
    affekt.summarize("labelled.csv", by="date:month", gold="sample.csv")

Importing affekt loads nothing else: each name is fetched from its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affekt.api import adapt, choose_wordings, compare, evaluate, explain, label, load, summarize
    from affekt.core import (
        AffektError,
        Conversation,
        Evidence,
        Item,
        Label,
        LabelSpace,
        Poles,
        Prediction,
        Scores,
        Turn,
    )

__version__ = "0.1.0"

__all__ = [
    "AffektError",
    "Conversation",
    "Evidence",
    "Item",
    "Label",
    "LabelSpace",
    "Poles",
    "Prediction",
    "Scores",
    "Turn",
    "__version__",
    "adapt",
    "choose_wordings",
    "compare",
    "evaluate",
    "explain",
    "label",
    "load",
    "summarize",
]

_VERBS = ("adapt", "choose_wordings", "compare", "evaluate", "explain", "label", "load", "summarize")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'affekt' has no attribute {name!r}")
    value: object = getattr(import_module("affekt.api" if name in _VERBS else "affekt.core"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
