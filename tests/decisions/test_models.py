"""Decisions by the model that judged a text."""

import numpy as np
import pytest

from affekt.core import InputError, LabelSpace, Scores
from affekt.decisions import FixedThreshold, LabelThresholds, ModelDecisions, decision_from_dict, restated
from affekt.decisions.calibration import Calibrated, Calibration

SPACE = LabelSpace.of(["joy", "fear"])
TRACES = ({"model": "b"}, {"model": "a"}, None, {"model": "elsewhere"}, {"model": "b"})
SCORES = Scores(np.tile(np.float32([0.5, 0.3]), (5, 1)), SPACE, traces=TRACES)
DECISION = ModelDecisions({"a": FixedThreshold(0.4), "b": LabelThresholds({"joy": 0.9, "fear": 0.1})})


def test_each_row_is_decided_by_its_model_and_others_by_the_first():
    said = [prediction.labels for prediction in DECISION.apply(SCORES)]
    assert said == [("fear",), ("joy",), ("joy",), ("joy",), ("fear",)]
    assert DECISION.apply(SCORES)[0].trace == {"model": "b"}


def test_it_comes_back_from_its_stored_form():
    again = decision_from_dict(DECISION.to_dict())
    assert again == DECISION
    assert again.apply(SCORES) == DECISION.apply(SCORES)


def test_scores_are_restated_by_the_model_that_calibrates():
    rng = np.random.default_rng(0)
    values = rng.random((200, 2)).astype(np.float32)
    calibration = Calibration.fit(
        Scores(values, SPACE), (values**3 > rng.random((200, 2))).astype(np.float32)
    )
    mixed = ModelDecisions({"a": FixedThreshold(), "b": Calibrated(calibration, FixedThreshold())})
    new = restated(mixed, SCORES).values
    np.testing.assert_array_equal(new[1:4], SCORES.values[1:4])
    assert (new[[0, 4]] < SCORES.values[[0, 4]]).all()


def test_no_decision_is_none():
    with pytest.raises(InputError, match="give one or more"):
        ModelDecisions({})
