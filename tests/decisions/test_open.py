"""Free descriptors and the label that there is no emotion: what is said of an item."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from affekt.core import Label, LabelSpace, Scores
from affekt.decisions import FixedThreshold, LabelThresholds, apply_overrides

WORDS = ("neutral", "relief", "quiet pride", "dread", "hope", "awe", "calm", "glee")
OPEN = LabelSpace("open", tuple(map(Label, WORDS)), "open")
NONE = LabelSpace.of(["joy", "None", "anger"])


def _sigmoid(*logits):
    return [0.0 if x is None else 1 / (1 + np.exp(-x)) for x in logits]


def _said(*logits, threshold=None, top=None):
    (prediction,) = apply_overrides(Scores([_sigmoid(*logits)], OPEN), FixedThreshold(0.2), threshold, top)
    return prediction


def test_the_best_descriptor_is_said_and_those_near_it():
    prediction = _said(None, 1.5, 2.0, 0.9, None, 1.05, None, -3)
    assert prediction.labels == ("quiet pride", "relief", "awe")
    assert list(prediction.scores) == [
        "quiet pride",
        "relief",
        "awe",
        "dread",
        "glee",
    ]  # those listed, best first
    assert _said(None, -6.5, -6, *[None] * 5).labels == ("quiet pride", "relief")  # one is always said
    assert len(_said(None, *[1] * 7).labels) == 5


def test_a_number_or_a_threshold_takes_the_place_of_nearness():
    logits = (None, 1.5, 2.0, 0.9, None, 1.05, None, -3)
    assert _said(*logits, top=1).labels == ("quiet pride",)
    assert _said(*logits, top=20).labels == ("quiet pride", "relief", "awe", "dread", "glee")
    assert _said(*logits, threshold=0.73).labels == ("quiet pride", "relief", "awe")[:3]
    assert _said(*logits, threshold=0.73, top=2).labels == ("quiet pride", "relief")
    assert _said(*logits, threshold=0.99).labels == ()


def test_no_emotion_is_said_alone():
    for options in ({}, {"top": 3}, {"threshold": 0.1}):
        assert _said(2, 1.9, *[None] * 6, **options).labels == ("neutral",)


def test_what_is_not_judged_has_neither_labels_nor_scores():
    scores = Scores(np.full((1, 8), np.nan), OPEN, ("language",), flags=(("language",),))
    (prediction,) = FixedThreshold().apply(scores)
    assert (prediction.labels, prediction.scores, prediction.abstained) == ((), {}, "language")


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        ([0.9, 0.4, 0.1], ("joy",)),
        ([0.4, 0.9, 0.3], ("None",)),
        ([0.9, 0.4, 0.6], ("joy", "anger")),
        ([0.1, 0.1, 0.15], ("None",)),  # nothing applies, which is what it says
        ([0.3, 0.3, 0.1], ("joy",)),  # of equals the first of the space
    ],
)
def test_of_many_labels_no_emotion_never_stands_beside_another(row, labels):
    (prediction,) = FixedThreshold(0.2).apply(Scores([row], NONE))
    assert prediction.labels == labels


@settings(max_examples=40, deadline=None)
@given(arrays(np.float32, (4, 3), elements=st.floats(0, 1, width=32)), st.floats(0, 1, width=32))
def test_the_other_labels_are_as_without_it_or_give_way(values, cut):
    others = Scores(values[:, [0, 2]], LabelSpace.of(["joy", "anger"]))
    beside = FixedThreshold(cut).apply(Scores(values, NONE))
    for prediction, bare in zip(beside, FixedThreshold(cut).apply(others), strict=True):
        assert prediction.labels in (bare.labels, ("None",))
        assert prediction.labels


def test_cuts_that_were_fitted_are_kept_as_they_are():
    cuts = LabelThresholds({"joy": 0.2, "None": 0.2, "anger": 0.2})
    assert cuts.apply(Scores([[0.9, 0.4, 0.1]], NONE))[0].labels == ("joy", "None")
