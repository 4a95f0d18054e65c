"""A model that knows what it is told, and corpora that fit it."""

from __future__ import annotations

import numpy as np
import pytest

from affekt.core import Item, Label, LabelSpace, Scores
from affekt.corpora import Corpus, Facts
from affekt.decisions import FixedThreshold


class ToldModel:
    """Reads its scores off the texts: `joy=.9 anger=.2`; a label that is not there scores 0; `?` abstains."""

    name = "told"

    def __init__(self, axes=(), decision=None):
        self._axes = axes
        self.decision = decision or FixedThreshold()
        self.card = {
            "training": {"corpora": ["somewhere"]},
            "files": {"text.onnx": "ab"},
            "known": ["joy"] * 500,
        }
        self.asked = []

    def axes(self):
        return self._axes

    def scores(self, items, space):
        self.asked.append((space.kind, space.names, space.range))
        told = [dict(pair.split("=") for pair in item.text.split() if "=" in pair) for item in items]
        values = [[float(row.get(name.casefold(), 0)) for name in space.names] for row in told]
        reasons = [("language" if item.text == "?" else None) for item in items]
        table = np.array(values, dtype=np.float32).reshape(len(items), len(space))
        table[[reason is not None for reason in reasons]] = np.nan
        return Scores(table, space, tuple(reasons))


@pytest.fixture
def told():
    return ToldModel


@pytest.fixture
def corpus():
    """Make a corpus from texts and gold."""

    def make(texts, gold, space, *, split="test", groups=None, name="made"):
        return Corpus(
            name,
            "part",
            split,
            tuple(Item(text, id=f"{split}-{i}") for i, text in enumerate(texts)),
            np.asarray(gold, dtype=np.float32),
            space,
            groups=groups,
            facts=Facts(sha256={f"{split}.txt": "c0ffee"}),
        )

    return make


@pytest.fixture
def axes_space():
    """Make a dimensional space."""
    return lambda *names, bounds=(1, 5): LabelSpace(
        "axes", tuple(map(Label, names)), "dimensional", range=bounds
    )
