"""Prediction sets: cuts by hand and by brute force, nesting, folds; abstention: cuts by hand, bounds, sentences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import InputError, LabelError, LabelSpace, Prediction, Scores
from affekt.decisions import Abstention, FixedThreshold, PredictionSets, confidence

PATIENT = settings(max_examples=40, deadline=None)
NAMES = ("joy", "anger", "fear")
MULTI, SINGLE = LabelSpace.of(NAMES), LabelSpace.of(NAMES, "single")
PAIR = LabelSpace.of(["joy", "anger"], "single")


def _pairs(joy):
    joy = np.asarray(joy)
    return Scores(np.stack([joy, 1 - joy], axis=1), PAIR)


def test_the_cut_of_conformal_sets_by_hand():
    # Of 9 texts, all of joy, alpha .2 allows floor(.2 · 10) = 2: the second lowest score of gold is the cut.
    scores, gold = _pairs(np.arange(9, 0, -1) / 10), np.tile([1, 0], (9, 1))
    assert PredictionSets.fit(scores, gold, coverage=0.8).cut == pytest.approx(0.2)
    assert PredictionSets.fit(scores, gold, coverage=0.89).cut == pytest.approx(0.1)
    # Fewer than 1 of 10 may be missed: no cut keeps that, and sets hold all.
    all_labels = PredictionSets.fit(scores, gold, coverage=0.95)
    assert all_labels.cut == 0
    assert {prediction.labels for prediction in all_labels.apply(_pairs([0.99, 0.6]))} == {("joy", "anger")}


def test_sets_of_one_label_are_never_empty_and_say_what_they_promise():
    sets = PredictionSets("lac", 0.9, 0.7, NAMES, 50)
    one, none, silent = sets.apply(
        Scores([[0.8, 0.1, 0.1], [0.3, 0.4, 0.3], [np.nan] * 3], SINGLE, (None, None, "language"))
    )
    assert (one.labels, none.labels, silent.labels) == (("joy",), ("anger",), ())
    assert one.trace == {"set": "conformal set, coverage 0.9"}
    assert silent.abstained == "language"


def test_adaptive_sets_by_hand():
    scores = Scores([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.4, 0.35, 0.25]], SINGLE)
    gold = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 1]])
    # Before the gold labels stand .5, 0 and .75: they stand at .5, 1 and .25.
    assert PredictionSets.fit(scores, gold, coverage=0.5, method="aps").cut == pytest.approx(0.5)
    sets = PredictionSets("aps", 0.5, 0.5, NAMES, 3)
    assert [p.labels for p in sets.apply(scores)] == [("joy", "anger"), ("fear",), ("joy", "anger")]


def test_risk_by_hand():
    # Four texts with 2, 1, 1 and 1 gold labels, and one without: it is not among those that are promised something.
    values = [[0.9, 0.1, 0], [0.3, 0, 0], [0, 0.2, 0], [0, 0, 0.8], [0.05, 0.05, 0.05]]
    gold = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])
    # Lost up to a cut of .1, .2, .3, .8: 0, .5, 1.5, 2.5. Allowed: alpha · 5 - 1.
    for alpha, cut in ((0.2, 0.1), (0.3, 0.2), (0.5, 0.3), (0.69, 0.3), (0.7, 0.8)):
        fitted = PredictionSets.fit(Scores(values, MULTI), gold, coverage=1 - alpha)
        assert fitted.cut == pytest.approx(cut)
        assert fitted.items == 4
    (empty,) = PredictionSets("risk", 0.9, 0.5, NAMES, 4).apply(Scores([[0.1, 0.2, 0.3]], MULTI))
    assert empty.labels == ()


def _drawn(items, seed, single=False):
    rng = np.random.default_rng(seed)
    values = np.round(rng.dirichlet(np.ones(3), items) if single else rng.random((items, 3)), 1)
    gold = np.eye(3)[rng.integers(3, size=items)] if single else (rng.random((items, 3)) < 0.5).astype(float)
    gold[0] = [1, 0, 0]
    return Scores(values, SINGLE if single else MULTI), gold


@PATIENT
@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.booleans(), st.floats(0.05, 0.95))
def test_no_higher_cut_keeps_the_risk(items, seed, single, coverage):
    scores, gold = _drawn(items, seed, single)
    fitted = PredictionSets.fit(scores, gold, coverage=coverage)
    true = gold[gold.any(axis=1)] > 0
    values = scores.values[gold.any(axis=1)]

    def kept(cut):
        missed = ((values < np.float32(cut)) & true).sum(axis=1) / true.sum(axis=1)
        return missed.sum() + 1 <= (1 - coverage) * (len(true) + 1) + 1e-9

    allowed = [cut for cut in np.unique(values[true]) if kept(cut)]
    assert fitted.cut == pytest.approx(max(allowed, default=0))


@PATIENT
@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.sampled_from(["lac", "aps", "risk"]))
def test_sets_grow_with_coverage(items, seed, method):
    scores, gold = _drawn(items, seed, method != "risk")
    before = [set()] * items
    for coverage in (0.1, 0.5, 0.8, 0.9, 0.99):
        fitted = PredictionSets.fit(scores, gold, coverage=coverage, method=method)
        now = [set(prediction.labels) for prediction in fitted.apply(scores)]
        assert all(a <= b for a, b in zip(before, now, strict=True))
        before = now


def test_folds_are_pooled():
    scores, gold = _drawn(30, 5)
    parts = [range(0, 10), range(10, 18), range(18, 30)]
    folds = [scores.take(rows) for rows in parts], [gold[list(rows)] for rows in parts]
    assert PredictionSets.fit_folds(*folds, coverage=0.8) == PredictionSets.fit(scores, gold, coverage=0.8)
    with pytest.raises(InputError, match="no folds"):
        PredictionSets.fit_folds([], [])
    with pytest.raises(LabelError, match="different label spaces"):
        PredictionSets.fit_folds([scores, _drawn(5, 0, True)[0]], [gold, gold[:5]])
    with pytest.raises(ValueError, match="gold of a fold"):
        PredictionSets.fit_folds([scores], [gold[:3]])


def test_what_cannot_be_fitted_is_one_sentence():
    scores, gold = _drawn(10, 0)
    for options, sentence in [
        ({"coverage": 1.0}, "coverage 1.0 is not between"),
        ({"method": "lac"}, "method 'lac' makes no sets for kind 'multi': use risk"),
    ]:
        with pytest.raises(InputError, match=sentence):
            PredictionSets.fit(scores, gold, **options)
    with pytest.raises(InputError, match="no item has a label"):
        PredictionSets.fit(scores, np.zeros_like(gold))
    sets = PredictionSets.fit(scores, gold)
    for space in (SINGLE, LabelSpace.of(["joy", "anger"])):
        with pytest.raises(LabelError, match="sets were fitted for labels joy, anger, fear"):
            sets.apply(Scores(np.full((1, len(space)), 0.5), space))


def test_confidence_by_hand():
    said = [Prediction(("joy", "fear"), {"joy": 0.8, "anger": 0.1, "fear": 0.6}),
            Prediction((), {"joy": 0.2, "anger": 0.1, "fear": 0.5}),
            Prediction((), dict.fromkeys(NAMES, np.nan), abstained="language")]  # fmt: skip
    sure = confidence(said, MULTI)
    assert sure[:2] == pytest.approx([1.4 / 2.1, 0.8 * 0.9 * 0.5])
    assert np.isnan(sure[2])
    assert confidence([Prediction(("joy",), {"joy": 0.7, "anger": 0.3})], PAIR) == pytest.approx([0.7])


def test_a_cut_for_coverage_by_hand():
    scores, gold = _pairs(np.linspace(0.55, 0.95, 9)), np.tile([1, 0], (9, 1))
    # .8 of 9 and one to come are 8: all but the least sure.
    kept = Abstention.fit(scores, gold, FixedThreshold(), coverage=0.8)
    assert kept.cut == pytest.approx(0.6)
    sure, unsure, silent = kept.apply(
        Scores([[0.1, 0.9], [0.55, 0.45], [np.nan] * 2], PAIR, (None, None, "language"))
    )
    assert (sure.labels, sure.abstained) == (("anger",), None)
    assert (unsure.labels, unsure.abstained) == ((), "unsure")
    assert list(unsure.scores.values()) == pytest.approx([0.55, 0.45])
    assert silent.abstained == "language"
    assert Abstention.fit(scores, gold, FixedThreshold(), coverage=0.95).cut == 0


@pytest.mark.parametrize(("risk", "sureness", "least"), [(0.05, 0.9, 104), (0.2, 0.9, 24), (0.2, 0.99, 35)])
def test_each_of_the_cuts_tried_for_a_risk_takes_its_part_of_the_error(risk, sureness, least):
    """`n` texts without a mistake prove a risk where (1 - risk) ** n is at most a 20th of the error that is allowed."""
    scores, gold = _pairs(np.full(least, 0.9)), np.tile([1, 0], (least, 1))
    assert (1 - risk) ** least <= (1 - sureness) / 20 < (1 - risk) ** (least - 1)
    kept = Abstention.fit(scores, gold, FixedThreshold(), risk=risk, sureness=sureness)
    assert kept.cut == pytest.approx(0.9)
    with pytest.raises(InputError, match="give more of them"):
        Abstention.fit(scores.take(range(1, least)), gold[1:], FixedThreshold(), risk=risk, sureness=sureness)


def test_a_cut_for_risk_keeps_what_the_bound_allows():
    joy = np.repeat([0.95, 0.6], 500)
    scores, gold = _pairs(joy), np.tile([1, 0], (1000, 1))
    gold[500::2] = [0, 1]  # what is said at .6 is wrong every other time
    kept = Abstention.fit(scores, gold, FixedThreshold(), risk=0.05)
    assert kept.cut == pytest.approx(0.95)
    assert Abstention.fit(scores, gold, FixedThreshold(), risk=0.4).cut == pytest.approx(0.6)
    # With 20 texts, not one of them wrong, a risk of 5 % is not proven.
    with pytest.raises(InputError, match=r"no cut is known to keep the risk at 0\.05 on 20 texts"):
        Abstention.fit(scores.take(range(20)), gold[:20], FixedThreshold(), risk=0.05)
    for options in ({}, {"risk": 0.1, "coverage": 0.9}):
        with pytest.raises(InputError, match="give one of them"):
            Abstention.fit(scores, gold, FixedThreshold(), **options)
    with pytest.raises(LabelError, match="a confidence cut was fitted for labels joy, anger"):
        kept.apply(Scores([[0.2, 0.3, 0.5]], SINGLE))
