"""Decisions: what each kind of space asks for, cuts held to brute force, JSON in and out."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from affekt.core import Decision, InputError, Label, LabelError, LabelSpace, ModelError, Scores
from affekt.decisions import (
    FixedThreshold,
    LabelThresholds,
    apply_overrides,
    decision_from_dict,
    register,
)

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=40, deadline=None)


NAMES = ("joy", "anger", "fear")
MULTI = LabelSpace.of(NAMES)
SINGLE = LabelSpace.of(NAMES, "single")
ORDINAL = LabelSpace("levels", tuple(map(Label, NAMES)), "ordinal", levels=4)
AXES = LabelSpace("axes", (Label("valence"), Label("arousal")), "dimensional", range=(1, 5))


def _said(decision, scores):
    return [prediction.labels for prediction in decision.apply(scores)]


def _macro_f1(values, gold, cuts):
    """By the definition; every label of these tests has a positive."""
    said = values >= cuts
    return np.mean(2 * (said & gold).sum(axis=0) / (said.sum(axis=0) + gold.sum(axis=0)))


def test_multi_says_what_reaches_the_cut_best_first():
    scores = Scores([[0.6, 0.9, 0.5], [0.1, 0.2, 0.3], [0.7, 0.7, 0.49]], MULTI)
    assert _said(FixedThreshold(), scores) == [("anger", "joy", "fear"), (), ("joy", "anger")]
    assert _said(FixedThreshold(0.3, top=1), scores) == [("anger",), ("fear",), ("joy",)]


@PATIENT
@given(arrays(np.float32, (5, 3), elements=st.floats(0, 1, width=32)), st.floats(0, 1, width=32))
def test_a_cut_means_the_same_at_any_score(values, cut):
    for prediction, row in zip(FixedThreshold(cut).apply(Scores(values, MULTI)), values, strict=True):
        assert set(prediction.labels) == {name for name, x in zip(NAMES, row, strict=True) if x >= cut}
        assert all(prediction.scores[a] >= prediction.scores[b] for a, b in pairwise(prediction.labels))


@pytest.mark.parametrize("decision", [FixedThreshold(0.9), LabelThresholds({})])
def test_kinds_without_cuts(decision):
    assert _said(decision, Scores([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4]], SINGLE)) == [("anger",), ("joy",)]
    (prediction,) = decision.apply(Scores([[0.5, 2.4, 7.0]], ORDINAL))
    assert prediction.levels == {"joy": 1, "anger": 2, "fear": 3}
    assert prediction.labels == ("fear", "anger", "joy")
    (prediction,) = decision.apply(Scores([[0.2, 0.49, 1.5]], ORDINAL))
    assert prediction.levels == {"joy": 0, "anger": 0, "fear": 2}
    assert prediction.labels == ("fear",)
    (prediction,) = decision.apply(Scores([[2.5, 4.0]], AXES))
    assert prediction.labels == ()
    assert prediction.scores == {"valence": 2.5, "arousal": 4.0}
    assert prediction.levels is None


@pytest.mark.parametrize("space", [MULTI, SINGLE, ORDINAL])
def test_who_abstains_says_nothing_and_what_else_is_known_stays(space):
    scores = Scores(
        [[np.nan] * 3, [0.9, 0.8, 0.7]],
        space,
        abstained=("language", None),
        traces=({"prompt": "?"}, None),
        flags=(("language",), ("long", "empty")),
    )
    silent, spoken = FixedThreshold().apply(scores)
    assert silent.labels == ()
    assert silent.levels is None
    assert (silent.abstained, silent.flags, silent.trace) == ("language", ("language",), {"prompt": "?"})
    assert list(silent.scores) == list(NAMES)
    assert spoken.labels[0] == "joy"
    assert (spoken.abstained, spoken.flags, spoken.trace) == (None, ("long", "empty"), None)


def test_what_the_user_asks_for_takes_the_place_of_the_decision():
    scores = Scores([[0.6, 0.9, 0.5]], MULTI)
    own = LabelThresholds({"joy": 0.1, "anger": 0.95, "fear": 0.1})
    assert [p.labels for p in apply_overrides(scores, own)] == [("joy", "fear")]
    assert [p.labels for p in apply_overrides(scores, own, top=1)] == [("joy",)]
    assert [p.labels for p in apply_overrides(scores, own, threshold=0.55)] == [("anger", "joy")]
    assert [p.labels for p in apply_overrides(scores, own, threshold=0, top=2)] == [("anger", "joy")]


@pytest.mark.parametrize(("threshold", "top"), [(1.1, None), (-0.1, None), (float("nan"), None), (None, 0)])
def test_options_out_of_range(threshold, top):
    with pytest.raises(InputError, match=r"outside 0…1|leaves no label"):
        apply_overrides(Scores([[0.6, 0.9, 0.5]], MULTI), FixedThreshold(), threshold, top)


@pytest.mark.parametrize(
    ("space", "options"), [(SINGLE, {"threshold": 0.5}), (ORDINAL, {"threshold": 0.5}), (AXES, {"top": 1})]
)
def test_what_a_kind_does_not_know_is_refused_and_not_passed_over(space, options):
    scores = Scores(np.full((1, len(space)), 0.5), space)
    with pytest.raises(InputError, match=r"leave (it )?out"):
        apply_overrides(scores, FixedThreshold(), **options)


def test_thresholds_lie_in_the_middle_of_the_best_gap():
    values = [[0.9], [0.8], [0.6], [0.3], [0.2]]
    gold = np.array([[1], [1], [0], [1], [0]])
    # From the top F1 is 2/4, 4/5, 4/6, 6/7, 6/8: said down to .3, not .2.
    fitted = LabelThresholds.fit(Scores(values, LabelSpace.of(["joy"])), gold, shrinkage=0, resamples=0)
    assert fitted.thresholds["joy"] == pytest.approx(0.25)


def test_equal_scores_are_said_together():
    gold = np.array([[1], [0], [0], [0], [1]])
    scores = Scores([[0.5], [0.5], [0.5], [0.5], [0.4]], LabelSpace.of(["joy"]))
    # At .5 four are said, one rightly: 2/6; at .4 all five: 4/7. No cut says the first alone.
    assert LabelThresholds.fit(scores, gold, resamples=0).thresholds["joy"] == pytest.approx(0.2)


def test_the_mean_over_resamples_is_a_better_cut_than_the_best_on_the_sample():
    space = LabelSpace.of([f"label {j}" for j in range(12)])
    gains = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        strength = rng.normal(-2.0, 1.5, (4300, 12))
        gold = rng.random(strength.shape) < 1 / (1 + np.exp(-strength))
        scores = Scores(1 / (1 + np.exp(-strength / 2)), space)
        fits = [LabelThresholds.fit(scores.take(range(300)), gold[:300], resamples=n) for n in (0, 60)]
        bare, bagged = (
            _macro_f1(scores.values[300:], gold[300:], np.array(list(fit.thresholds.values())))
            for fit in fits
        )
        gains.append(bagged - bare)
    assert np.mean(gains) > 2 * np.std(gains, ddof=1) / np.sqrt(len(gains))
    assert LabelThresholds.fit(scores, gold) == LabelThresholds.fit(scores, gold)


drawn = st.tuples(st.integers(1, 12), st.integers(0, 2**32 - 1), st.booleans())


def _drawn(items, seed, ties):
    rng = np.random.default_rng(seed)
    values = rng.random((items, 3))
    gold = rng.random((items, 3)) < 0.5
    gold[0] = True
    return (np.round(values, 1) if ties else values).astype(np.float32), gold


@PATIENT
@given(drawn)
def test_no_cut_beats_the_fitted_ones(case):
    values, gold = _drawn(*case)
    fitted = LabelThresholds.fit(Scores(values, MULTI), gold, shrinkage=0, resamples=0)
    cuts = np.array([fitted.thresholds[name] for name in NAMES], dtype=np.float32)
    best = [max(_macro_f1(values[:, [j]], gold[:, [j]], cut) for cut in values[:, j]) for j in range(3)]
    assert _macro_f1(values, gold, cuts) == pytest.approx(np.mean(best))


@PATIENT
@given(drawn)
def test_no_common_cut_beats_the_one_that_shrinkage_leads_to(case):
    values, gold = _drawn(*case)
    fitted = LabelThresholds.fit(Scores(values, MULTI), gold, shrinkage=1e12, resamples=0)
    (common,) = {round(cut, 5) for cut in fitted.thresholds.values()}
    best = max(_macro_f1(values, gold, cut) for cut in values.ravel())
    # Neighbouring scores may lie closer than the rounding of the logits.
    reached = max(_macro_f1(values, gold, common + step) for step in (-2e-5, 0, 2e-5))
    assert reached == pytest.approx(best) or np.diff(np.unique(values)).min() < 1e-4


def test_the_fewer_positives_the_nearer_to_the_common_cut():
    space = LabelSpace.of(["often", "seldom", "once", "never"])
    values = np.random.default_rng(0).random((500, 4)).astype(np.float32)
    gold = np.zeros((500, 4), dtype=bool)
    gold[:, 0] = values[:, 0] > 0.6
    gold[:, 1] = values[:, 1] > 0.9
    gold[np.argsort(values[:, 2])[250], 2] = True
    own, drawn_in = (
        LabelThresholds.fit(Scores(values, space), gold, shrinkage=s, resamples=0).thresholds
        for s in (0.0, 5.0)
    )
    common = drawn_in["never"]
    for name, positives in zip(space.names[:3], gold.sum(axis=0), strict=False):
        logit = (positives * _logit(own[name]) + 5 * _logit(common)) / (positives + 5)
        assert drawn_in[name] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-6)
    assert own["once"] != pytest.approx(common, abs=0.05)
    assert own["seldom"] != pytest.approx(common, abs=0.05)


def _logit(p):
    return np.log(p / (1 - p))


def test_neighbouring_floats_are_told_apart():
    low = np.float32(0.5)
    high = np.nextafter(low, np.float32(1))
    scores = Scores([[high], [low]], LabelSpace.of(["joy"]))
    fitted = LabelThresholds.fit(scores, np.array([[1], [0]]))
    assert _said(fitted, scores) == [("joy",), ()]


def test_abstained_items_are_misses_at_every_cut():
    space = LabelSpace.of(["joy"])
    gold = np.array([[1], [0], [1], [1], [1], [1]])
    values = [[0.9], [0.5], [0.4], [np.nan], [np.nan], [np.nan]]
    reasons = (None, None, None, "language", "language", "language")
    # Of five true, three silent: F1 2/6, 2/7, 4/8.
    fitted = LabelThresholds.fit(Scores(values, space, reasons), gold, shrinkage=0, resamples=0)
    assert fitted.thresholds["joy"] == pytest.approx(0.2)
    with pytest.raises(InputError, match="every item was abstained from"):
        LabelThresholds.fit(Scores(values, space, ("language",) * 6), gold)


def test_labels_are_found_by_name_whatever_order_and_case():
    fitted = LabelThresholds({"Joy": 0.2, "anger": 0.9, "fear": 0.5, "trust": 0.5})
    scores = Scores([[0.8, 0.3]], LabelSpace.of(["ANGER", "joy"]))
    assert _said(fitted, scores) == [("joy",)]
    with pytest.raises(LabelError, match="no threshold was fitted for pride, awe of space 'custom'"):
        fitted.apply(Scores([[0.1, 0.2, 0.3]], LabelSpace.of(["pride", "joy", "awe"])))


def test_fitting_needs_a_multi_space_and_positives():
    with pytest.raises(LabelError, match="kind 'single'"):
        LabelThresholds.fit(Scores([[0.2, 0.5, 0.3]], SINGLE), np.eye(3)[:1])
    with pytest.raises(InputError, match="no item has a label"):
        LabelThresholds.fit(Scores([[0.2, 0.5, 0.3]], MULTI), np.zeros((1, 3)))


@pytest.mark.parametrize(
    "decision", [FixedThreshold(), FixedThreshold(0.25, top=2), LabelThresholds({"joy": 0.1, "ärger": 0.7})]
)
def test_decisions_come_back_from_json(decision):
    assert isinstance(decision, Decision)
    assert decision_from_dict(json.loads(json.dumps(decision.to_dict()))) == decision


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "magic"},
        {"kind": "fixed"},
        {"kind": "fixed", "threshold": "high"},
        {"kind": "fixed", "threshold": 7},
        {"kind": "thresholds", "thresholds": [0.5]},
        {"kind": "thresholds", "thresholds": {"joy": float("nan")}},
    ],
)
def test_a_damaged_decision_is_one_sentence(data):
    with pytest.raises(ModelError, match=r"unknown: use one of|is damaged"):
        decision_from_dict(data)


def test_the_registry_is_open():
    @register
    class Mute:
        kind = "mute-for-a-test"

        def apply(self, scores):
            return FixedThreshold(1, top=1).apply(scores)

        def to_dict(self):
            return {"kind": self.kind}

        @classmethod
        def from_dict(cls, data):
            return cls()

    assert isinstance(decision_from_dict({"kind": "mute-for-a-test"}), Mute)
