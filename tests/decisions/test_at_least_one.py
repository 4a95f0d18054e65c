"""Where every validation item has a label, every item gets one; elsewhere none is a legal answer."""

import numpy as np
import pytest

from affekt.core import LabelSpace, Scores
from affekt.decisions import LabelThresholds, decision_from_dict

SPACE = LabelSpace.of(["joy", "anger", "neutral"])
VALUES = np.array([[0.9, 0.1, 0.2], [0.2, 0.8, 0.1], [0.1, 0.1, 0.7], [0.8, 0.7, 0.1]])
GOLD = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]])
FAINT = Scores(np.array([[0.01, 0.03, 0.02], [0.02, 0.02, 0.01]]), SPACE)


def test_a_faint_item_gets_its_best_label_where_all_validation_items_have_one():
    decision = LabelThresholds.fit(Scores(VALUES, SPACE), GOLD, shrinkage=0, resamples=0)
    assert [p.labels for p in decision.apply(FAINT)] == [("anger",), ("joy",)]
    assert [p.labels for p in decision.apply(Scores(VALUES, SPACE))][3] == ("joy", "anger")


def test_it_gets_none_where_some_validation_items_have_none():
    gold = GOLD.copy()
    gold[2] = 0
    decision = LabelThresholds.fit(Scores(VALUES, SPACE), gold, shrinkage=0, resamples=0)
    assert [p.labels for p in decision.apply(FAINT)] == [(), ()]


@pytest.mark.parametrize("always", [True, False])
def test_the_choice_survives_json(always):
    decision = LabelThresholds({"joy": 0.5, "anger": 0.5, "neutral": 0.5}, always)
    again = decision_from_dict(decision.to_dict())
    assert [p.labels for p in again.apply(FAINT)] == [p.labels for p in decision.apply(FAINT)]


def test_an_abstained_item_gets_none_all_the_same():
    faint = Scores(FAINT.values, SPACE, ("unreadable", None))
    decision = LabelThresholds({"joy": 0.5, "anger": 0.5, "neutral": 0.5}, True)
    assert [p.labels for p in decision.apply(faint)] == [(), ("joy",)]
