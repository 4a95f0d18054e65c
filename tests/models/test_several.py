"""A model of several: one of those that are bundled for each text."""

import json

import pytest

from affekt.core import ModelError, named_space
from affekt.models import available, load, read_card, verify

TEXTS = ("We won!", "", "Ich bin so froh!")


@pytest.fixture
def several(tmp_path):
    """Writes the directory of a model of several."""

    def write(*names):
        card = {
            "schema": 1, "name": "both", "description": "two in one", "scorer": "by-language", "space": "any",
            "default_space": "goemotions", "models": list(names), "files": {},
            "guards": {"small": {"log_odds": 0.0, "short_log_odds": 0.0}},
        }  # fmt: skip
        (tmp_path / "affekt.json").write_text(json.dumps(card), encoding="utf-8")
        return tmp_path

    return write


def test_it_says_what_its_models_say_and_which_of_them_said_it(several):
    model, small = load(several("small", "fast")), load("small")
    assert model.name == "both"
    for options in ({}, {"labels": ["joy", "fear"]}, {"space": "valence-arousal"}, {"open": True}):
        first, empty, foreign = model.predict(TEXTS, **options)
        expected = small.predict(TEXTS, **options)
        assert (first.labels, first.scores) == (expected[0].labels, expected[0].scores)
        assert first.trace == {"model": "small"}
        assert empty.flags == ("empty",)
        assert foreign.trace == {"model": "fast"}
        assert foreign.flags == ()  # only just: it would be for a text that is clearly no English
    assert model.axes() == small.axes()
    assert model.axis_readings(named_space("valence-arousal")) == {"valence": "head", "arousal": "head"}
    explained = model.explain("I am not happy at all", labels=["joy", "sadness"])
    assert (
        explained.prediction.scores
        == small.explain("I am not happy at all", labels=["joy", "sadness"]).prediction.scores
    )


def test_its_card_is_that_of_all(several):
    directory = several("small", "fast")
    card = read_card(directory)
    assert card["languages"] == ["en"]
    assert {"small/text.onnx", "fast/static.safetensors"} <= set(card["files"])
    assert len(card["training"]) == len({entry["corpus"] for entry in card["training"]})
    verify(directory)
    assert load(directory).describe()["files"] == card["files"]


def test_a_model_that_is_not_bundled_is_told(several):
    with pytest.raises(ModelError, match=r"nowhere is not a model directory"):
        load(several("small", "nowhere"))


def test_each_bundled_model_is_listed_with_what_it_reads():
    listed = {model.name: model for model in available()}
    assert listed["small"].languages == ("en",)
    assert all(model.size > 1e6 for model in listed.values())
