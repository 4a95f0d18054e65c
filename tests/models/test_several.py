"""A model of several: one of those that are bundled for each text."""

import json

import numpy as np
import pytest

from affekt.core import LabelSpace, ModelError, named_space
from affekt.models import available, find, load, read_card, verify
from affekt.wrappers import joined

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
    assert all(model.measured for model in listed.values())
    assert "el" in listed["auto"].languages
    figures = read_card(find("auto"))["measured_languages"]
    assert figures["deu"] == read_card(find("multilingual"))["measured_languages"]["deu"]
    assert figures["eng"] != read_card(find("multilingual"))["measured_languages"]["eng"]  # `small` reads it


def test_the_ensemble_says_the_mean_of_what_both_say_of_english():
    model, parts = load("ensemble"), [load("small"), load("multilingual")]
    verify(find("ensemble"))
    first, empty, foreign = model.predict(TEXTS, labels=["joy", "fear"])
    assert first.trace == {"model": "small+multilingual"}
    assert empty.flags == ("empty",)
    assert foreign.trace == {"model": "multilingual"}
    assert foreign.scores == pytest.approx(
        parts[1].predict(TEXTS, labels=["joy", "fear"])[2].scores, abs=1e-6
    )
    for space in (named_space("goemotions"), named_space("isear"), LabelSpace.of(["joy", "schadenfreude"])):
        both = [part.scores(TEXTS[:1], space).values for part in parts]
        np.testing.assert_allclose(model.scores(TEXTS[:1], space).values, joined(both, space), atol=1e-6)
    axes = named_space("valence-arousal")
    np.testing.assert_allclose(
        model.scores(TEXTS[:1], axes).values,
        np.mean([p.scores(TEXTS[:1], axes).values for p in parts], axis=0),
        rtol=1e-5,
    )
    assert model.predict(TEXTS[:1], open=True)[0].labels == parts[0].predict(TEXTS[:1], open=True)[0].labels
    assert model.scores(TEXTS[:1], "emorynlp").traces[0] == {"model": "small"}
    assert "joy" in model.explain("I am so happy today", labels=["joy", "sadness"]).prediction.labels


def test_the_ensemble_has_cuts_of_its_own_for_a_space_of_both():
    decisions = load("ensemble").decision.by_model
    assert set(decisions) == {"small+multilingual", "small", "multilingual"}
    own = decisions["small+multilingual"].by_space["goemotions"].to_dict()
    assert own != decisions["small"].by_space["goemotions"].to_dict()
    (said,) = load("ensemble").predict(["Thank you so much!"], space="goemotions")
    assert said.trace == {"model": "small+multilingual"}
    assert said.labels == ("gratitude",)
