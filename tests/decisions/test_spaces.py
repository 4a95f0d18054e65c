"""Decisions by space: a fitted one where the space is known, the general one elsewhere."""

import json

import numpy as np
import pytest

from affekt.core import Decision, LabelSpace, ModelError, Scores
from affekt.decisions import FixedThreshold, LabelThresholds, SpaceDecisions, decision_from_dict

NAMES = ("joy", "anger", "fear")
VALUES = np.array([[0.45, 0.3, 0.2], [0.6, 0.1, 0.9]], np.float32)
DECISION = SpaceDecisions(
    {"mine": LabelThresholds({"joy": 0.4, "anger": 0.25, "fear": 0.95}), "strict": FixedThreshold(0.99)},
    FixedThreshold(0.5),
)


def _said(decision, space):
    return [prediction.labels for prediction in decision.apply(Scores(VALUES, space))]


def test_each_space_is_decided_by_its_own():
    assert _said(DECISION, LabelSpace.of(NAMES, name="mine")) == [("joy", "anger"), ("joy",)]
    assert _said(DECISION, LabelSpace.of(NAMES, name="strict")) == [(), ()]
    assert _said(DECISION, LabelSpace.of(NAMES, name="other")) == [(), ("fear", "joy")]


def test_labels_that_were_not_fitted_are_decided_as_any_others_are():
    # A space may carry a known name and other labels: cuts say nothing of those.
    other = LabelSpace.of(["joy", "anger", "awe"], name="mine")
    assert _said(DECISION, other) == _said(FixedThreshold(0.5), other)


def test_one_of_several_labels_is_the_best_whatever_the_cuts():
    single = Scores([[0.2, 0.5, 0.3]], LabelSpace.of(NAMES, "single", "mine"))
    assert [p.labels for p in DECISION.apply(single)] == [("anger",)]


def test_it_comes_back_from_json():
    assert isinstance(DECISION, Decision)
    again = decision_from_dict(json.loads(json.dumps(DECISION.to_dict())))
    assert again == DECISION
    nested = SpaceDecisions({"mine": DECISION}, FixedThreshold())
    assert decision_from_dict(json.loads(json.dumps(nested.to_dict()))) == nested


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("otherwise"),
        lambda data: data.pop("by_space"),
        lambda data: data.update(by_space=["mine"]),
        lambda data: data["by_space"].update(mine={"kind": "oracle"}),
        lambda data: data["by_space"].update(mine=3),
        lambda data: data.update(otherwise={"kind": "fixed", "threshold": 7}),
    ],
)
def test_damage_is_a_model_error(change):
    data = json.loads(json.dumps(DECISION.to_dict()))
    change(data)
    with pytest.raises(ModelError) as caught:
        decision_from_dict(data)
    assert "\n" not in str(caught.value)
