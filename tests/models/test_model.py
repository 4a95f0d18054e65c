"""What a model says: spaces and labels, thresholds, items, and any number of texts."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import InputError, Item, Label, LabelError, LabelSpace, ModelError, Turn, named_space
from affekt.decisions import Calibrated, Calibration, FixedThreshold, LabelCurve
from affekt.models import load_directory, store_decision, verify

TEXTS = (
    "so sad today",
    "i love you all",
    "",
    "what a long day on the train",
    "i hate this",
    "ok",
    "Я так рад вам всем",
)


def _same(a, b):
    """Predictions are equal, where NaN is itself."""
    return str(a) == str(b)


def test_without_labels_the_models_own_space_is_read(model):
    predictions = model.predict(TEXTS)
    assert [tuple(p.scores) for p in predictions] == [named_space("ekman").names] * len(TEXTS)
    assert [p.flags for p in predictions] == [(), (), ("empty",), (), (), (), ("language",)]
    assert [p.abstained is None for p in predictions] == [True, True, False, True, True, True, False]
    assert _same(predictions, model.predict(TEXTS, space="ekman"))


def test_the_cuts_of_a_space_are_its_own_and_any_other_gets_the_general_one(model):
    for space, cut in (("ekman", 0.6), ("plutchik", 0.3)):
        for prediction in model.predict(TEXTS, space=space):
            if prediction.abstained is None:
                assert set(prediction.labels) == {x for x, s in prediction.scores.items() if s >= cut}


def test_labels_may_be_names_descriptions_or_labels(model):
    names = model.predict(["so sad"], labels=["joy", "grief=sorrow over a death"])
    made = model.predict(["so sad"], labels=[Label("joy"), Label("grief", "sorrow over a death")])
    assert _same(names, made)
    assert model.predict(["so sad"], labels="joy")[0].scores.keys() == {"joy"}
    bare = model.predict(["so sad"], labels=["joy", "grief"])
    assert bare[0].scores["grief"] != names[0].scores["grief"]


def test_one_of_several_labels_is_chosen_where_that_is_asked(model):
    for prediction in model.predict(TEXTS[:2], labels=["joy", "grief", "rage"], kind="single"):
        assert len(prediction.labels) == 1
        assert sum(prediction.scores.values()) == pytest.approx(1)


def test_contradictions_are_one_sentence(model):
    with pytest.raises(InputError, match=r"^labels and a space are given: use one of them$"):
        model.predict(["so sad"], labels=["joy"], space="ekman")
    with pytest.raises(LabelError, match=r"'joy' and 'Joy' .* give each label once"):
        model.predict(["so sad"], labels=["joy", "Joy"])
    with pytest.raises(LabelError, match="has no labels"):
        model.predict(["so sad"], labels=[])
    with pytest.raises(InputError, match=r"one text, 'joy, fear': give a list, such as \['joy', 'fear'\]"):
        model.predict(["so sad"], labels="joy, fear")
    with pytest.raises(LabelError, match="space 'ekmann' is unknown"):
        model.predict(["so sad"], space="ekmann")
    with pytest.raises(LabelError, match="space 'ekmann' is unknown"):
        model.scores(["so sad"], "ekmann")
    with pytest.raises(InputError, match="text 1 is int, not a string"):
        model.predict(["so sad", 3])
    with pytest.raises(InputError, match="threshold 2 is outside"):
        model.predict(["so sad"], threshold=2)


def test_thresholds_and_limits_take_the_place_of_the_decision(model):
    every = model.predict(["so sad"], threshold=0)[0]
    assert sorted(every.labels) == sorted(named_space("ekman").names)
    assert model.predict(["so sad"], threshold=1)[0].labels == ()
    assert model.predict(["so sad"], threshold=0, top=2)[0].labels == every.labels[:2]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=30), st.integers(1, 7))
def test_the_size_of_a_chunk_changes_nothing(model, texts, size):
    whole = model.predict(texts, space="plutchik")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("affekt.models.model._CHUNK", size)
        parts = model.predict(texts, space="plutchik")
    assert [(p.labels, p.flags, p.abstained) for p in parts] == [
        (p.labels, p.flags, p.abstained) for p in whole
    ]
    for a, b in zip(parts, whole, strict=True):
        np.testing.assert_allclose(list(a.scores.values()), list(b.scores.values()), atol=1e-5)


def test_more_texts_than_a_chunk_keep_their_order(model):
    texts = [*TEXTS * 300, "the very last one is happy"]
    predictions = model.predict(texts)
    assert len(predictions) == len(texts)
    singles = [model.predict([text])[0] for text in TEXTS]
    for i in (0, 5, 2047, 2048, 2049, 2099):
        assert predictions[i].labels == singles[i % len(TEXTS)].labels
        assert predictions[i].flags == singles[i % len(TEXTS)].flags
    assert predictions[-1].labels == model.predict([texts[-1]])[0].labels


def test_texts_may_be_items_and_come_one_by_one(model):
    items = [Item(text, history=(Turn(None, "hello"),), id=str(i)) for i, text in enumerate(TEXTS)]
    assert _same(model.predict(items), model.predict(TEXTS))
    assert _same(model.predict(text for text in TEXTS), model.predict(TEXTS))
    assert _same(model.predict("so sad"), model.predict(["so sad"]))
    assert _same(model.predict(items[0]), model.predict([TEXTS[0]]))
    assert model.predict([]) == []


def test_scores_are_the_scorers(model):
    scores = model.scores(["so sad", Item("ok")], "valence-arousal")
    assert scores.space == named_space("valence-arousal")
    assert ((scores.values >= 1) & (scores.values <= 9)).all()
    np.testing.assert_array_equal(
        scores.values, model.scorer.score([Item("so sad"), Item("ok")], scores.space).values
    )


def test_a_models_own_space_has_a_name_for_it_alone(model):
    own = replace(model, default_space=LabelSpace.of(["thrilled", "livid"], "single", "calls.jsonl"))
    assert _same(own.predict(TEXTS, space="calls.jsonl"), own.predict(TEXTS))
    assert own.predict(["so sad"])[0].scores.keys() == {"thrilled", "livid"}


def test_a_description_tells_models_apart_and_is_json(model):
    told = json.loads(json.dumps(model.describe()))
    assert told["name"] == "tiny-emotions"
    assert told["files"] == model.card["files"]
    assert told["scorer"] == model.scorer.describe()
    for other in (
        replace(model, decision=FixedThreshold(0.4)),
        replace(model, name="other"),
        replace(model, card={"files": {**model.card["files"], "text.onnx": "0" * 64}}),
    ):
        assert other.describe() != model.describe()
    assert replace(model, card={}).describe()["files"] == {}


def test_a_fitted_decision_takes_the_place_of_the_models_own(model):
    calibration = Calibration("platt", {n: LabelCurve(1.0, 1.0, 0.2) for n in named_space("plutchik").names})
    fitted = Calibrated(calibration, FixedThreshold(0.6))
    text = TEXTS[:1]
    everywhere = model.with_decision(FixedThreshold(0.99))
    assert everywhere.predict(text, space="ekman")[0].labels == ()
    there = model.with_decision(fitted, "plutchik")
    (before,), (after,) = (m.predict(text, space="plutchik") for m in (model, there))
    assert all(after.scores[name] > before.scores[name] for name in before.scores)
    assert after.trace == {"calibration": "Platt scaling"}
    assert there.predict(text, space="ekman") == model.predict(text, space="ekman")
    assert model.predict(text, space="plutchik") == [before]
    alone = replace(model, decision=FixedThreshold(0.3)).with_decision(fitted, "plutchik")
    assert alone.predict(text, space="plutchik") == [after]


def test_a_stored_decision_is_loaded_with_the_model(model, directory):
    calibration = Calibration("platt", {n: LabelCurve(1.0, 1.0, 0.2) for n in named_space("ekman").names})
    fitted = model.with_decision(Calibrated(calibration, FixedThreshold(0.6)), "ekman")
    store_decision(directory, fitted.decision)
    verify(directory)
    again = load_directory(directory)
    assert again.predict(TEXTS[:2]) == fitted.predict(TEXTS[:2])
    with pytest.raises(ModelError, match="is not a model directory"):
        store_decision(directory.parent, fitted.decision)
