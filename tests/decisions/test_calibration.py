"""Calibration: planted curves are found again, unusable rows change nothing, predictions show what was decided on."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import InputError, Label, LabelError, LabelSpace, ModelError, Scores
from affekt.decisions import (
    Abstention,
    Calibrated,
    Calibration,
    DecisionRequest,
    FixedThreshold,
    LabelCurve,
    LabelThresholds,
    PredictionSets,
    PriorShift,
    SpaceDecisions,
    apply_overrides,
    decision_from_dict,
    fit_decision,
    restated,
)

PATIENT = settings(max_examples=25, deadline=None)
NAMES = ("joy", "anger", "fear")
MULTI, SINGLE = LabelSpace.of(NAMES), LabelSpace.of(NAMES, "single")


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _multi(items, seed=0, slope=(1.0, 1.0, 1.0), offset=(0.0, 0.0, 0.0)):
    """Scores whose calibrated logits are `slope · logit + offset`, and gold drawn from those."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(-1, 1.5, (items, 3))
    gold = rng.random((items, 3)) < _sigmoid(np.array(slope) * logits + np.array(offset))
    return Scores(_sigmoid(logits), MULTI), gold.astype(np.float32)


def _single(items, seed=0, temperature=1.0):
    """Scores that are right after division by a temperature, and gold drawn from those."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (items, 3))
    right = _softmax(logits)
    drawn = (right.cumsum(axis=1) < rng.random((items, 1))).sum(axis=1)
    return Scores(_softmax(logits * temperature), SINGLE), np.eye(3)[np.minimum(drawn, 2)]


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_a_planted_temperature_is_found_again(temperature):
    fitted = Calibration.fit(*_single(8000, temperature=temperature))
    assert fitted.temperature == pytest.approx(temperature, rel=0.06)


def test_planted_curves_are_found_again():
    slope, offset = (0.5, 1.0, 2.0), (-1.0, 0.5, 0.0)
    fitted = Calibration.fit(*_multi(20000, slope=slope, offset=offset))
    for name, a, b in zip(NAMES, slope, offset, strict=True):
        assert fitted.curves[name].slope == pytest.approx(a, abs=0.1)
        assert fitted.curves[name].offset == pytest.approx(b, abs=0.12)


def test_probabilities_sum_to_what_is_true():
    # Where the derivative by the offset is 0, mean probability and Platt's mean target are the same.
    scores, gold = _multi(500, slope=(0.3, 1.0, 2.0))
    fitted = Calibration.fit(scores, gold)
    n, k = len(gold), gold.sum(axis=0)
    targets = (k * (k + 1) / (k + 2) + (n - k) / (n - k + 2)) / n
    assert fitted.restate(scores).values.mean(axis=0) == pytest.approx(targets, abs=1e-5)
    assert fitted.prior == pytest.approx(dict(zip(NAMES, gold.mean(axis=0), strict=True)))


@pytest.mark.parametrize("drawn", [_multi, _single])
def test_rows_that_cannot_be_used_change_nothing(drawn):
    scores, gold = drawn(300)
    values, true = scores.values.copy(), gold.astype(float)
    silent = [i for i in range(300) if i % 3 == 1]
    unknown = [i for i in range(300) if i % 3 == 2]
    values[silent] = np.nan
    true[silent] = 1
    true[unknown] = np.nan
    reasons = tuple("language" if i in set(silent) else None for i in range(300))
    spoilt = Scores(values, scores.space, reasons)
    clean, rest = scores.take(range(0, 300, 3)), gold[::3]
    assert Calibration.fit(spoilt, true) == Calibration.fit(clean, rest)
    assert PredictionSets.fit(spoilt, true, coverage=0.8) == PredictionSets.fit(clean, rest, coverage=0.8)
    own = FixedThreshold(0.4)
    assert Abstention.fit(spoilt, true, own, coverage=0.5) == Abstention.fit(clean, rest, own, coverage=0.5)
    restated_values = Calibration.fit(clean, rest).restate(spoilt).values
    assert np.isnan(restated_values[silent]).all()
    assert np.isfinite(restated_values[unknown]).all()


def test_a_label_that_is_seldom_or_wrong_keeps_its_order():
    scores, gold = _multi(400)
    gold[:, 0] = 0
    gold[:, 1] = scores.values[:, 1] < 0.2
    fitted = Calibration.fit(scores, gold)
    never, reversed_ = fitted.curves["joy"], fitted.curves["anger"]
    assert never.slope > 0
    assert fitted.restate(scores).values[:, 0].mean() < 0.01
    assert reversed_.slope == 0
    assert fitted.restate(scores).values[:, 1] == pytest.approx(gold[:, 1].mean(), abs=0.01)


def test_scores_at_0_and_1_are_finite():
    scores = Scores([[0, 1, 0.5]] * 4 + [[1, 0, 0.5]] * 4, MULTI)
    fitted = Calibration.fit(scores, np.array([[0, 1, 0]] * 4 + [[1, 0, 1]] * 4))
    assert np.isfinite(fitted.restate(scores).values).all()
    certain = Scores([[1, 0, 0], [0, 1, 0]], SINGLE)
    assert np.isfinite(Calibration.fit(certain, np.eye(3)[:2]).restate(certain).values).all()


def test_predictions_show_calibrated_scores_and_what_calibrated_them():
    scores, gold = _multi(500, slope=(0.5, 0.5, 0.5))
    decision = fit_decision(DecisionRequest("calibrated"), scores, gold, source="made:dev")
    stated = restated(decision, scores)
    prediction = decision.apply(scores)[3]
    assert list(prediction.scores.values()) == pytest.approx(stated.values[3].tolist())
    assert prediction.trace == {"calibration": "Platt scaling, fitted on made:dev"}
    assert np.abs(stated.values - scores.values).max() > 0.05
    # A threshold given by hand is held against the scores that are shown.
    cut = float(np.median(stated.values))
    for row, overridden in zip(stated.values, apply_overrides(scores, decision, cut), strict=True):
        assert set(overridden.labels) == {n for n, x in zip(NAMES, row, strict=True) if x >= cut}


def test_what_else_is_in_a_trace_stays():
    shown = Scores([[0.2, 0.4, 0.6]], MULTI, traces=({"prompt": "?"},))
    curves = {name: LabelCurve(1.0, 0.0, 0.2) for name in NAMES}
    (prediction,) = Calibrated(Calibration("platt", curves), FixedThreshold()).apply(shown)
    assert prediction.trace == {"prompt": "?", "calibration": "Platt scaling"}
    assert prediction.scores == pytest.approx({"joy": 0.2, "anger": 0.4, "fear": 0.6}, abs=1e-6)


def test_labels_are_found_by_name_whatever_order_and_case():
    curves = {"Joy": LabelCurve(1, 1, 0.2), "anger": LabelCurve(1, -1, 0.2)}
    calibration = Calibration("platt", curves)
    turned = calibration.restate(Scores([[0.5, 0.5]], LabelSpace.of(["ANGER", "joy"])))
    assert turned.values[0] == pytest.approx([_sigmoid(-1), _sigmoid(1)])
    for space in (MULTI, LabelSpace.of(["joy", "anger"], "single")):
        with pytest.raises(LabelError, match="calibration was fitted for kind 'multi' and labels Joy, anger"):
            calibration.restate(Scores(np.full((1, len(space)), 0.3), space))


def test_other_labels_of_a_known_space_are_decided_by_the_general_rule():
    scores, gold = _multi(200)
    for name in ("calibrated", "sets", "abstain"):
        decision = SpaceDecisions(
            {"custom": fit_decision(DecisionRequest(name), scores, gold)}, FixedThreshold(0.5)
        )
        other = Scores([[0.6, 0.4]], LabelSpace.of(["joy", "awe"]))
        assert decision.apply(other) == FixedThreshold(0.5).apply(other)
        assert decision.apply(scores) == decision.by_space["custom"].apply(scores)
        np.testing.assert_array_equal(restated(decision, other).values, other.values)


@PATIENT
@given(
    st.sampled_from(["thresholds", "calibrated", "sets", "abstain"]), st.booleans(), st.integers(0, 2**32 - 1)
)
def test_what_was_fitted_comes_back_from_json(name, single, seed):
    scores, gold = (_single if single else _multi)(60, seed)
    if name == "thresholds" and single:
        return
    decision = fit_decision(DecisionRequest(name), scores, gold, source="made:dev")
    if name != "thresholds" and isinstance(decision, Calibrated):
        decision = decision.for_domain(scores)
    again = decision_from_dict(json.loads(json.dumps(decision.to_dict(), allow_nan=False)))
    assert again == decision
    assert again.apply(scores) == decision.apply(scores)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "calibrated"},
        {"kind": "calibrated", "calibration": {"method": "magic", "curves": {}, "source": ""}},
        {
            "kind": "calibrated",
            "calibration": {"method": "platt", "curves": {"joy": {"slope": -1, "offset": 0, "prior": 0}}, "source": ""},
            "decision": {"kind": "fixed", "threshold": 0.5},
        },
        {"kind": "sets", "method": "lac", "coverage": 2, "cut": 0.1, "labels": ["joy"], "items": 3},
        {"kind": "sets", "method": "bold", "coverage": 0.9, "cut": 0.1, "labels": ["joy"], "items": 3},
        {"kind": "abstention", "of": "open", "cut": 0.1, "labels": [], "decision": {"kind": "fixed", "threshold": 1}},
        {"kind": "abstention", "of": "multi", "cut": 0.1, "labels": [], "decision": None},
    ],
)  # fmt: skip
def test_damage_is_a_model_error(data):
    with pytest.raises(ModelError, match="is damaged"):
        decision_from_dict(data)


def test_what_cannot_be_fitted_is_one_sentence():
    levels = LabelSpace("levels", tuple(map(Label, NAMES)), "ordinal", levels=4)
    silent = Scores(np.full((2, 3), np.nan), MULTI, ("language",) * 2)
    with pytest.raises(LabelError, match="is of kind 'ordinal'"):
        Calibration.fit(Scores([[1, 2, 3]], levels), np.ones((1, 3)))
    with pytest.raises(InputError, match="no item of space 'custom' has both scores and gold"):
        Calibration.fit(silent, np.ones((2, 3)))
    with pytest.raises(InputError, match="item 1 has not exactly one gold label"):
        Calibration.fit(Scores([[0.2, 0.5, 0.3]] * 2, SINGLE), np.array([[1, 0, 0], [1, 1, 0]]))
    with pytest.raises(ValueError, match="gold has shape"):
        Calibration.fit(Scores([[0.2, 0.5, 0.3]], MULTI), np.ones((1, 2)))
    for request, sentence in [
        ({"name": "oracle"}, "decision 'oracle' is unknown: use thresholds, calibrated, sets, abstain"),
        ({"name": "calibrated", "coverage": 0.9}, "a coverage belongs to sets and abstain"),
        ({"name": "sets", "risk": 0.1}, "a risk belongs to abstain"),
    ]:
        with pytest.raises(InputError, match=sentence):
            DecisionRequest(**request)


@pytest.mark.parametrize("space", [SINGLE, MULTI])
@pytest.mark.parametrize("rates", [(0.1, 0.9, 0.4), (0.9, 0.02, 0.02)])
def test_planted_shares_are_found_again(space, rates):
    # Texts of a label look the same in both domains; only their number differs.
    scores, gold = _single(20000, seed=3)
    drawn = np.random.default_rng(4).random(20000) < np.array(rates)[gold.argmax(axis=1)]
    prior = dict(zip(NAMES, gold.mean(axis=0), strict=True))
    target = Scores(scores.values[drawn], space)
    shift = PriorShift.estimate(target, prior, strength=0)
    assert list(shift.target.values()) == pytest.approx(gold[drawn].mean(axis=0).tolist(), abs=0.03)
    after = shift.restate(target)
    assert after.values.mean(axis=0) == pytest.approx(gold[drawn].mean(axis=0), abs=0.03)
    now, then = (np.log(x.values[gold[drawn] > 0]).mean() for x in (after, target))
    assert now > then + 0.02
    # Bayes' rule, by hand for one text.
    weighted = target.values[0] * [shift.target[n] / shift.source[n] for n in NAMES]
    assert after.values[0] == pytest.approx(weighted / weighted.sum(), abs=1e-5)


def test_few_texts_move_shares_little():
    scores = Scores([[0.98, 0.01, 0.01]] * 5, SINGLE)
    prior = dict.fromkeys(NAMES, 1 / 3)
    assert PriorShift.estimate(scores, prior).target["joy"] == pytest.approx(
        1 / 3 + 2 / 3 * 5 / 105, abs=0.002
    )
    assert PriorShift.estimate(scores, prior, strength=0).target["joy"] > 0.99


def test_the_same_shares_change_nothing():
    same = dict.fromkeys(NAMES, 0.2)
    for scores in (_multi(50)[0], _single(50)[0]):
        np.testing.assert_allclose(PriorShift(same, same).restate(scores).values, scores.values, atol=1e-6)
    sure = Scores([[0.9, 0, 0], [0.3, 0, 0], [0, 0, 0], [1, 0, 0]], MULTI)
    np.testing.assert_allclose(PriorShift(same, same).restate(sure).values, sure.values, atol=1e-6)
    alone = Scores([[0.3], [0.0], [0.9]], LabelSpace.of(["joy"]))
    np.testing.assert_allclose(
        PriorShift({"joy": 1.0}, {"joy": 1.0}).restate(alone).values, alone.values, atol=1e-6
    )


def test_a_decision_moves_to_another_domain_without_gold():
    scores, gold = _single(2000, temperature=2.0)
    decision = fit_decision(DecisionRequest("calibrated"), scores, gold)
    moved = decision.for_domain(scores.take(np.flatnonzero(gold[:, 0]).tolist()))
    assert moved.shift.target["joy"] > 0.8
    assert [p.labels for p in moved.apply(scores)].count(("joy",)) > 1000
    assert moved.apply(scores)[0].trace == {
        "calibration": "temperature scaling; label shares of another domain, by EM"
    }
    with pytest.raises(LabelError, match="say nothing of space"):
        PriorShift.estimate(scores, {"joy": 0.5})
    with pytest.raises(InputError, match="every item was abstained from"):
        PriorShift.estimate(Scores(np.full((1, 3), np.nan), SINGLE, ("language",)), dict.fromkeys(NAMES, 0.3))
    damaged = {**moved.to_dict(), "shift": {"source": {"joy": 0.5}, "target": {"joy": 1.5}}}
    with pytest.raises(ModelError, match="is damaged"):
        decision_from_dict(damaged)


def test_thresholds_know_their_labels():
    assert LabelThresholds({"joy": 0.1}).fits(LabelSpace.of(["joy"]))
    assert not LabelThresholds({"joy": 0.1}).fits(MULTI)
