"""Axes read by opposites: which are, where their values lie, and what moves them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import Item, Label, LabelSpace, Poles, named_space
from affekt.encoder import pole_wordings
from affekt.encoder.opposites import between

TEXTS = ("so sad", "i love you all", "what a day", "i hate this awful train")
GLAD = Poles(("happy", "a glad smile"), ("sad",))


@pytest.fixture(scope="module")
def encoder(tiny):
    return tiny.encoder()


def _values(encoder, *labels, bounds=(1.0, 9.0), texts=TEXTS):
    space = LabelSpace("axes", labels, "dimensional", range=bounds)
    return encoder.score([Item(text) for text in texts], space).values


def test_values_by_hand():
    high, low = np.array([[1, 0]], np.float32), np.array([[0, 1]], np.float32)
    reference = np.array(
        [[0.8, 0.6], [0.6, 0.8]], np.float32
    )  # differences of 0.2 and -0.2: mean 0, deviation 0.2
    texts = np.array([[0.6, 0.8], [0.8, 0.6], [1, 0], [0, 1], [0.5**0.5, 0.5**0.5]], np.float32)
    values = between(texts, high, low, reference, (1.0, 9.0))[:, 0]
    np.testing.assert_allclose(values, [5 - 4 / 3, 5 + 4 / 3, 9, 1, 5], rtol=1e-5)


def test_the_reference_texts_lie_around_the_middle():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(400, 6)).astype(np.float32)
    reference = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    values = between(reference, reference[:2], reference[2:4], reference, (0.0, 1.0))
    np.testing.assert_allclose(values.mean(axis=0), 0.5, atol=0.01)
    np.testing.assert_allclose(values.std(axis=0), 1 / 6, atol=0.01)


def test_an_axis_is_read_by_its_own_poles_then_its_head_then_known_poles(encoder):
    own = Label("Valence", poles=GLAD)
    space = LabelSpace(
        "axes", (own, Label("arousal"), Label("dominance"), Label("x")), "dimensional", range=(1, 9)
    )
    assert encoder.axis_readings(space) == {
        "Valence": "opposites", "arousal": "head", "dominance": "opposites", "x": None
    }  # fmt: skip
    mixed = _values(encoder, Label("dominance"), Label("arousal"), own)
    np.testing.assert_allclose(mixed[:, 1], _values(encoder, Label("arousal"))[:, 0], atol=1e-6)
    np.testing.assert_allclose(mixed[:, 2], _values(encoder, Label("anything", poles=GLAD))[:, 0], atol=1e-6)
    headed = _values(encoder, Label("valence"))[:, 0]
    assert np.abs(mixed[:, 2] - headed).max() > 0.1
    expected = encoder.score([Item(text) for text in TEXTS], named_space("valence-arousal")).values
    np.testing.assert_allclose(headed, expected[:, 0], atol=1e-6)


def test_poles_are_means_of_their_wordings_and_turned_poles_turn_the_axis(encoder):
    high, low = encoder.embed_labels([Label("happy", paraphrases=("a glad smile",)), Label("sad")])
    place = encoder.embed(TEXTS) @ (high - low)
    seen = encoder.heads.reference @ (high - low)
    expected = 5 + 4 * np.clip((place - seen.mean()) / (3 * seen.std()), -1, 1)
    values = _values(encoder, Label("glad", poles=GLAD))[:, 0]
    np.testing.assert_allclose(values, expected, atol=1e-4)
    turned = _values(encoder, Label("glad", poles=Poles(GLAD.low, GLAD.high)))[:, 0]
    np.testing.assert_allclose(turned, 10 - values, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.floats(-50, 50), st.floats(0.5, 50))
def test_values_are_the_same_in_any_range(encoder, low, span):
    own = _values(encoder, Label("glad", poles=GLAD))
    asked = _values(encoder, Label("glad", poles=GLAD), bounds=(low, low + span))
    np.testing.assert_allclose((asked - low) / span, (own - 1) / 8, atol=1e-4)


def test_company_changes_no_value_and_what_is_not_judged_has_none(tiny, english):
    guarded = tiny.encoder(guard=english)
    together = _values(guarded, Label("dominance"), texts=(*TEXTS, ""))
    assert np.isnan(together[-1]).all()
    alone = np.concatenate([_values(guarded, Label("dominance"), texts=(text,)) for text in TEXTS])
    np.testing.assert_allclose(together[:-1], alone, atol=1e-5)


def test_known_poles_need_no_label_tower_where_their_wordings_are_known(encoder):
    def never():
        raise AssertionError("the label tower was opened")

    wordings = pole_wordings()
    vectors = encoder.embed_labels([Label(wording) for wording in wordings])
    informed = replace(encoder, known=dict(zip(wordings, vectors, strict=True)), open_labels=never)
    np.testing.assert_allclose(
        _values(informed, Label("dominance")), _values(encoder, Label("dominance")), atol=1e-4
    )
