"""Decisions fitted on a dev split: what they say stands in the report, and figures are of the scores that they state."""

import json

import numpy as np
import pytest

from affekt.core import InputError, LabelSpace
from affekt.decisions import DecisionRequest, FixedThreshold, decision_from_dict, fit_decision, restated
from affekt.evaluation import evaluate

NAMES = ("joy", "anger", "fear")
MULTI, SINGLE = LabelSpace.of(NAMES), LabelSpace.of(NAMES, "single")


def _drawn(corpus, split, space, items=120):
    """Texts whose scores are half of what they should be, and gold."""
    rng = np.random.default_rng(len(split))
    values = rng.random((items, 3))
    if space.kind == "single":
        values /= values.sum(axis=1, keepdims=True)
        gold = np.eye(3)[(values.cumsum(axis=1) < rng.random((items, 1))).sum(axis=1).clip(0, 2)]
    else:
        gold = rng.random((items, 3)) < values
        values = values / 2
    texts = [" ".join(f"{n}={x:.4f}" for n, x in zip(NAMES, row, strict=True)) for row in values]
    return corpus([*texts, "?"], [*gold.tolist(), [0, 1, 0]], space, split=split)


@pytest.mark.parametrize("space", [MULTI, SINGLE])
@pytest.mark.parametrize("name", ["calibrated", "sets", "abstain"])
def test_a_report_is_of_what_the_decision_states(told, corpus, space, name):
    model, dev, test = told(), _drawn(corpus, "dev", space), _drawn(corpus, "test", space)
    request = DecisionRequest(name, None if name == "calibrated" else 0.7)
    report = evaluate(model, test, mode="calibrated", dev=dev, request=request, bootstrap=20)
    scores = model.scores(test.items, space)
    decision = fit_decision(request, model.scores(dev.items, space), dev.gold, source="made/part:dev")
    assert decision_from_dict(json.loads(json.dumps(report.decision))) == decision
    np.testing.assert_array_equal(report.items.scores[:-1], restated(decision, scores).values[:-1])
    assert report.items.labels == tuple(p.labels for p in decision.apply(scores))
    assert report.items.abstained[-1] == "language"
    silent = np.mean([reason is not None for reason in report.items.abstained])
    assert report.abstained == pytest.approx(silent)
    assert (report.abstained > 0.1) == (name == "abstain")
    assert ("set_coverage" in report.metrics) == (name == "sets")


def test_scores_that_are_too_low_are_calibrated(told, corpus):
    model, dev, test = told(), _drawn(corpus, "dev", MULTI, 2000), _drawn(corpus, "test", MULTI, 2000)
    before = evaluate(model, test, dev=dev, bootstrap=0)
    after = evaluate(
        model, test, mode="calibrated", dev=dev, request=DecisionRequest("calibrated"), bootstrap=0
    )
    assert after.calibration.error < before.calibration.error / 3
    assert after.labels["joy"].figures["auc"].value == pytest.approx(
        before.labels["joy"].figures["auc"].value
    )


def test_coverage_of_sets_by_hand(told, corpus):
    # Scores of gold on dev: .9, .8, ... .1 of one label. Of 10, alpha .2 allows 2: sets hold labels from .2 on.
    space = LabelSpace.of(["joy", "anger"], "multi")
    model = told(
        decision=decision_from_dict(
            {"kind": "sets", "method": "risk", "coverage": 0.8, "cut": 0.2, "labels": ["joy", "anger"], "items": 9}
        )
    )  # fmt: skip
    texts = ["joy=.9 anger=.3", "joy=.1 anger=.25", "joy=.1", "?", "joy=.9"]
    report = evaluate(model, corpus(texts, [[1, 1], [1, 1], [1, 0], [0, 1], [0, 0]], space))
    assert report.metrics["set_coverage"].value == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)
    assert report.metrics["mean_set_size"].value == pytest.approx((2 + 1 + 0 + 0 + 1) / 5)
    assert report.metrics["set_coverage"].low is not None


def test_strict_takes_the_models_own_decision(told, corpus):
    scores = told().scores(_drawn(corpus, "dev", MULTI).items, MULTI)
    own = fit_decision(DecisionRequest("abstain", 0.5), scores, _drawn(corpus, "dev", MULTI).gold)
    report = evaluate(told(decision=own), _drawn(corpus, "test", MULTI), bootstrap=0)
    assert report.mode == "strict"
    assert 0.3 < report.abstained < 0.7
    assert (
        evaluate(told(decision=FixedThreshold()), _drawn(corpus, "test", MULTI), bootstrap=0).abstained < 0.1
    )


def test_thresholds_are_not_for_exactly_one_label(told, corpus):
    dev, test = _drawn(corpus, "dev", SINGLE), _drawn(corpus, "test", SINGLE)
    with pytest.raises(
        InputError, match=r"fits thresholds, and .* is of kind 'single'.*: ask for decision calibrated"
    ):
        evaluate(told(), test, mode="calibrated", dev=dev)
