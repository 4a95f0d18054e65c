"""What counts as a text's descriptors."""

import numpy as np
import pytest

from affekt.core import LabelSpace
from affekt.text import Normalizer
from affekt.training import Supervision, read_recipe, read_training_data, supervise

OWN = {"a": ("sad", "hurt"), "b": ("glad",), "c": (), "d": ("glad", "sad")}
SPACE = LabelSpace.of(["joy", "sad", "grief"], "multi")
GOLD = {
    "a": np.array([0.0, 0.5, 1.0], np.float32),
    "b": np.array([0.4, 0.0, 0.0], np.float32),
    "c": np.array([1.0, 0.0, 0.0], np.float32),
}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"names_of": ("x",), "free": False}, {"a": ("grief", "sad"), "b": (), "c": ("joy",), "d": ()}),
        ({"names_of": ("x",)}, {**OWN, "a": ("sad", "hurt", "grief"), "c": ("joy",)}),
        ({"most": 1}, {"a": ("sad",), "b": ("glad",), "c": (), "d": ("glad",)}),
        ({"vocabulary": 1}, {"a": ("sad",), "b": (), "c": (), "d": ("sad",)}),
        ({"vocabulary": 2, "most": 1}, {"a": ("sad",), "b": ("glad",), "c": (), "d": ("glad",)}),
    ],
)
def test_descriptors_are_those_asked_for(settings, expected):
    settings = Supervision(**settings)
    assert supervise(OWN, [(SPACE, GOLD)] if settings.names_of else [], settings) == expected


def test_names_of_human_labels_take_the_place_of_descriptors(recipe, corpora_dir):
    options = {
        "texts": [{"corpus": "descriptors/goemotions", "limit": 60}],
        "supervision.names_of": ["goemotions:train"],
        "supervision.free": False,
        "human": [],
        "heads": [],
    }
    read = read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    words = {word for text in (*read.texts, *read.held_out) for word in text.descriptors}
    from affekt.core import named_space

    assert words <= set(named_space("goemotions").names)
    assert len(words) > 5
    assert "goemotions/full:train" in read.facts
    assert not read.spaces
