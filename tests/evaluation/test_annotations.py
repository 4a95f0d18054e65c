"""What a report says of evidence, votes and earlier labels: by hand, and the published rules on published files."""

from dataclasses import replace

import numpy as np
import pytest

from affekt.core import Evidence, Item, LabelSpace, Turn
from affekt.corpora import load_corpus
from affekt.evaluation import Report, evaluate

SPACE = LabelSpace.of(["joy", "anger"], "single")


@pytest.fixture
def dialogue(corpus):
    """Two dialogues of three and two turns, an item a turn; the cause is the turn itself, once the one before."""
    said = [("a", "joy=1"), ("b", "joy=1"), ("a", "anger=1"), ("a", "joy=1"), ("b", "anger=1")]
    made = corpus([text for _, text in said], np.eye(2)[[0, 1, 1, 0, 0]], SPACE, groups=tuple("11122"))
    starts = (0, 0, 0, 3, 3)
    items = tuple(
        Item(text, tuple(Turn(*turn) for turn in said[start:i]), speaker=speaker, id=str(i))
        for i, ((speaker, text), start) in enumerate(zip(said, starts, strict=True))
    )
    marks = (Evidence(0, 0), Evidence(1, 1), Evidence(2, 1), Evidence(3, 0), Evidence(4, 1))
    return replace(made, items=items, evidence=marks)


def test_rules_and_a_locator_by_hand(dialogue, told):
    found = evaluate(told(), dialogue).annotations["evidence"]
    assert (found["turns"], found["marked"], found["metrics"]) == (1 + 2 + 3 + 1 + 2, 5, {})
    # The turn itself: 4 of 5 right, all of them found but the one that is the turn before.
    assert found["rules"]["self"]["positive_f1"] == pytest.approx(4 / 5)
    assert found["rules"]["next_to_last"]["recall"] == pytest.approx(1 / 5)
    assert found["rules"]["none"]["positive_f1"] == 0

    class Locating(told):
        def locate(self, items, labels):
            assert [list(x) for x in labels] == [["joy"], ["anger"], ["anger"], ["joy"], ["joy"]]
            return [Evidence(i, len(item.history)) for i, item in enumerate(items)]

    report = evaluate(Locating(), dialogue)
    figure = report.annotations["evidence"]["metrics"]["positive_f1"]
    assert figure["value"] == pytest.approx(4 / 5)
    assert figure["low"] <= 4 / 5 <= figure["high"]
    assert Report.from_json(report.to_json()).annotations == report.annotations
    page = report.page()
    assert "Causes and triggers" in page
    assert "What earlier gold labels give away" in page
    assert "Votes of the raters" not in page


def test_what_earlier_gold_labels_give_away(dialogue, told):
    rules = evaluate(told(), dialogue).annotations["oracles"]["rules"]
    # joy, anger, anger | joy, joy: the first of a dialogue is said to be the most frequent, joy.
    assert rules["oracle_previous"]["accuracy"] == pytest.approx(4 / 5)


def test_votes_are_compared_with_scores(corpus, told):
    space = LabelSpace.of(["joy", "anger"])
    made = corpus(["joy=.5 anger=.5", "joy=1"], [[1, 1], [1, 0]], space)
    votes = replace(made, raters=np.array([[0.5, 0.5], [1, 0]], dtype=np.float32))
    found = evaluate(told(), votes).annotations["raters"]
    assert found["metrics"]["jensen_shannon"]["value"] == pytest.approx(0, abs=1e-6)
    assert found["rules"]["mean_distribution"]["jensen_shannon"] > 0.05
    assert evaluate(told(), made).annotations is None


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("name", "rule", "figure", "expected"),
    [
        ("ediref/efr-hi:test", "next_to_last", "positive_f1", 0.792),
        ("ediref/efr-en:test", "next_to_last", "positive_f1", 0.684),
        ("reccon/entailment:test", "self_and_previous", "macro_f1", 0.750),
    ],
)
def test_rules_reach_what_was_measured(told, corpora_dir, name, rule, figure, expected):
    report = evaluate(told(), load_corpus(name, corpora_dir), bootstrap=0)
    assert report.annotations["evidence"]["rules"][rule][figure] == pytest.approx(expected, abs=0.005)
