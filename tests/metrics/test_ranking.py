"""Figures of scores without a cut: by hand, and held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from affekt.metrics import (
    bootstrap,
    brier,
    brier_skill,
    calibration_error,
    calibration_estimates,
    probabilistic,
    ranking_areas,
    ranking_precision,
)

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=40, deadline=None)


def _drawn(items, labels, seed):
    """Gold and scores with many ties."""
    rng = np.random.default_rng(seed)
    return rng.random((items, labels)) < 0.4, rng.integers(0, 5, size=(items, labels)) / 4


shapes = st.tuples(st.integers(1, 40), st.integers(2, 5), st.integers(0, 2**32 - 1))


def test_ranking_precision_by_hand():
    gold = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0]], dtype=bool)
    scores = np.array([[0.9, 0.8, 0.1], [0.5, 0.5, 0.2], [0.1, 0.2, 0.3]])
    # ranks 1 and 3: (1/1 + 2/3) / 2; a tie takes rank 2: 1/2; no gold: 1
    np.testing.assert_allclose(ranking_precision(gold, scores), [5 / 6, 1 / 2, 1])


@PATIENT
@given(shapes)
def test_as_scikit_learn(shape):
    gold, scores = _drawn(*shape)
    theirs = sk.label_ranking_average_precision_score(gold, scores)
    assert ranking_precision(gold, scores).mean() == pytest.approx(theirs)
    areas = ranking_areas(gold, scores)
    for j, true in enumerate(gold.T):
        if true.any():
            theirs = sk.average_precision_score(true, scores[:, j])
            assert areas.average_precision[j] == pytest.approx(theirs)
        else:
            assert np.isnan(areas.average_precision[j])
        if 0 < true.sum() < len(true):
            assert areas.auc[j] == pytest.approx(sk.roc_auc_score(true, scores[:, j]))
        else:
            assert np.isnan(areas.auc[j])


@PATIENT
@given(shapes)
def test_weights_are_repetitions(shape):
    gold, scores = _drawn(*shape)
    counts = np.random.default_rng(shape[-1]).integers(0, 4, size=(3, len(gold)))
    areas = ranking_areas(gold, scores, counts.astype(np.float32))
    for i, times in enumerate(counts):
        repeated = ranking_areas(np.repeat(gold, times, axis=0), np.repeat(scores, times, axis=0))
        np.testing.assert_allclose(areas.average_precision[i], repeated.average_precision, rtol=1e-5)
        np.testing.assert_allclose(areas.auc[i], repeated.auc, rtol=1e-5)


def test_brier_by_hand_and_as_scikit_learn():
    gold = np.array([[1], [0], [0], [1]], dtype=bool)
    stated = np.array([[0.8], [0.4], [0.0], [0.5]])
    assert brier(gold, stated) == pytest.approx([(0.04 + 0.16 + 0 + 0.25) / 4])
    assert brier(gold, stated) == pytest.approx([sk.brier_score_loss(gold[:, 0], stated[:, 0])])
    # Always saying 1/4 costs (9/16 + 1/16 + 1/16 + 9/16) / 4 = 5/16.
    assert brier_skill(gold, stated, np.array([0.25])) == pytest.approx([1 - 0.1125 / 0.3125])


def test_calibration_error_by_hand():
    gold = np.array([[1], [0], [1], [1]], dtype=bool)
    stated = np.array([[0.2], [0.2], [0.6], [0.8]])
    # Two bins of two items: |.2 − .5| and |.7 − 1|, both half of the mass.
    assert calibration_error(gold, stated, bins=2) == pytest.approx([0.3])


@PATIENT
@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_calibration_error_ignores_the_order_of_items(items, seed):
    gold, stated = _drawn(items, 2, seed)
    order = np.random.default_rng(seed).permutation(items)
    np.testing.assert_allclose(calibration_error(gold, stated), calibration_error(gold[order], stated[order]))


def test_calibrated_probabilities_have_little_error_and_constant_ones_their_bias():
    rng = np.random.default_rng(0)
    stated = rng.random((20_000, 2))
    gold = rng.random(stated.shape) < stated
    assert (calibration_error(gold, stated) < 0.015).all()
    constant = np.full(stated.shape, 0.9)
    np.testing.assert_allclose(calibration_error(gold, constant), 0.9 - gold.mean(axis=0))


def test_the_interval_of_a_large_error_is_the_basic_one_of_its_gap():
    rng = np.random.default_rng(0)
    gold = rng.random((200, 1)) < 0.4
    stated = np.full(gold.shape, 0.9)  # one bin
    groups = [str(i // 5) for i in range(200)]
    for options in ({}, {"groups": groups}):
        found = calibration_estimates(gold, stated, np.zeros(200, dtype=bool), seed=3, **options)
        gap = bootstrap(
            lambda w: {"gap": w @ (stated - gold)[:, 0] / w.sum(axis=-1)}, 200, seed=3, **options
        )["gap"]
        for name in ("calibration_error", "mean_calibration_error"):
            assert found[name].value == pytest.approx(0.9 - gold.mean())
            assert found[name].low == pytest.approx(2 * gap.value - gap.high, abs=1e-5)
            assert found[name].high == pytest.approx(2 * gap.value - gap.low, abs=1e-5)


def test_an_error_that_may_be_chance_has_an_interval_from_0():
    rng = np.random.default_rng(0)
    stated = rng.beta(0.3, 2.7, size=(600, 21))
    gold = rng.random(stated.shape) < stated
    gold[:, 20] = False
    nobody = np.zeros(600, dtype=bool)
    found = calibration_estimates(gold, stated, nobody)
    each = found["calibration_error"]
    np.testing.assert_array_equal(each.value, calibration_error(gold, stated))
    assert (each.low[:20] == 0).sum() >= 18
    assert (each.value[:20] > 0.01).all()  # which is chance alone
    assert (each.high[:20] >= each.value[:20]).all()
    # Nobody can tell from these how often a label that is never true may be true.
    assert np.isnan([each.low[20], each.high[20]]).all()
    assert found["mean_calibration_error"].value == pytest.approx(each.value.mean())
    # Abstained items are left out, whatever they would have said.
    silent = np.arange(900) >= 600
    more_gold, more = np.vstack([gold, gold[:300]]), np.vstack([stated, np.full((300, 21), np.nan)])
    np.testing.assert_array_equal(
        calibration_estimates(more_gold, more, silent, replicates=0)["calibration_error"].value, each.value
    )
    assert calibration_estimates(more_gold, more, silent)["calibration_error"].low[0] == 0
    nothing = calibration_estimates(more_gold, more, np.ones(900, dtype=bool))["mean_calibration_error"]
    assert np.isnan([nothing.value, nothing.low, nothing.high]).all()


@pytest.mark.slow
@pytest.mark.parametrize("items", [500, 5000])
def test_intervals_of_the_calibration_error_cover_the_true_one(items):
    rng = np.random.default_rng(items)
    labels, trials = 8, 12_500 // items
    covered, whole = [], []
    # Shift and slope on the log-odds: calibrated, said too often, too seldom, too surely, too timidly.
    for share in (0.03, 0.1, 0.3):
        for shift, slope in ((0, 1), (0.7, 1), (-0.5, 1), (0, 1.6), (0.2, 0.7)):

            def world(n, share=share, shift=shift, slope=slope):
                true = np.clip(rng.beta(2 * share, 2 * (1 - share), size=(n, labels)), 1e-9, 1 - 1e-9)
                odds = shift + slope * np.log(true / (1 - true))
                return true, 1 / (1 + np.exp(-odds))

            true, stated = world(30_000)
            bins = np.array_split(np.argsort(stated, axis=0), 15)
            truth = np.mean([abs(np.take_along_axis(stated - true, b, axis=0).mean(axis=0)) for b in bins])
            for trial in range(trials):
                true, stated = world(items)
                gold = rng.random(true.shape) < true
                found = calibration_estimates(
                    gold, stated, np.zeros(items, dtype=bool), replicates=400, seed=trial
                )
                each, mean_of = found["calibration_error"], found["mean_calibration_error"]
                known = ~np.isnan(each.low)
                covered += ((each.low <= truth) & (truth <= each.high))[known].tolist()
                whole.append(bool(mean_of.low <= truth <= mean_of.high))
    assert np.mean(covered) >= 0.93
    assert np.mean(whole) >= 0.93


def test_abstained_items_state_no_probability():
    gold, stated = _drawn(30, 3, 1)
    silent = np.arange(30) < 10
    hidden = np.where(silent[:, None], np.nan, stated)
    figures = probabilistic(gold, hidden, silent, prior=np.full(3, 0.4))(np.ones(30))
    np.testing.assert_allclose(figures["brier"], brier(gold[10:], stated[10:]))
    np.testing.assert_allclose(figures["brier_skill"], brier_skill(gold[10:], stated[10:], np.full(3, 0.4)))
