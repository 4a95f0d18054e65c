"""Figures of levels and values on axes: by hand, and held to scipy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score, mean_absolute_error

from affekt.metrics import Moments, absolute_error, dimensional, ordinal, spearman, within_one

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=40, deadline=None)


shapes = st.tuples(st.integers(2, 40), st.integers(0, 2**32 - 1))


def _drawn(items, seed):
    """Two columns of whole numbers 0…4, gold and predicted; few values, so many ties."""
    gold, predicted = np.random.default_rng(seed).integers(0, 5, size=(2, items, 2)).astype(np.float64)
    return gold, predicted


def test_concordance_by_hand():
    gold, predicted = np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [3.0], [4.0]])
    moments = Moments.of(gold, predicted)
    assert moments.pearson() == pytest.approx([1])
    # 2·(2/3) / (2/3 + 2/3 + 1²)
    assert moments.concordance() == pytest.approx([4 / 7])
    assert absolute_error(gold, predicted) == pytest.approx([1])


@PATIENT
@given(shapes)
def test_as_scipy_and_scikit_learn(shape):
    gold, predicted = _drawn(*shape)
    moments, rho, errors = (
        Moments.of(gold, predicted),
        spearman(gold, predicted),
        absolute_error(gold, predicted),
    )
    for j in range(2):
        x, y = gold[:, j], predicted[:, j]
        assert errors[j] == pytest.approx(mean_absolute_error(x, y))
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            assert np.isnan(moments.pearson()[j])
            assert np.isnan(rho[j])
            continue
        assert moments.pearson()[j] == pytest.approx(stats.pearsonr(x, y)[0], abs=1e-9)
        assert rho[j] == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-9)
        kappa = cohen_kappa_score(x.astype(int), y.astype(int), weights="quadratic", labels=list(range(5)))
        assert moments.concordance()[j] == pytest.approx(kappa, abs=1e-9)


@PATIENT
@given(shapes)
def test_weights_are_repetitions(shape):
    gold, predicted = _drawn(*shape)
    gold += 1000  # far from 0, where float32 sums of squares would drown in rounding
    counts = np.random.default_rng(shape[1]).integers(0, 4, size=(3, len(gold)))
    weights = counts.astype(np.float32)
    moments, rho = Moments.of(gold, predicted, weights), spearman(gold, predicted, weights)
    errors = absolute_error(gold, predicted, weights)
    for i, times in enumerate(counts):
        x, y = np.repeat(gold, times, axis=0), np.repeat(predicted, times, axis=0)
        whole = Moments.of(x, y)
        np.testing.assert_allclose(moments.pearson()[i], whole.pearson(), atol=1e-4)
        np.testing.assert_allclose(moments.concordance()[i], whole.concordance(), atol=1e-4)
        np.testing.assert_allclose(rho[i], spearman(x, y), atol=1e-4)
        np.testing.assert_allclose(errors[i], absolute_error(x, y), rtol=1e-5)


def test_missing_values_are_left_out():
    gold, predicted = _drawn(30, 7)
    holes = gold.copy()
    holes[:10, 0] = np.nan
    np.testing.assert_allclose(
        Moments.of(holes, predicted).pearson(),
        [stats.pearsonr(gold[10:, 0], predicted[10:, 0])[0], stats.pearsonr(gold[:, 1], predicted[:, 1])[0]],
    )
    np.testing.assert_allclose(spearman(holes, predicted)[0], spearman(gold[10:], predicted[10:])[0])
    assert np.isnan(absolute_error(np.full((5, 1), np.nan), np.ones((5, 1)))).all()


def test_a_constant_has_no_correlation_but_an_error():
    gold, constant = _drawn(30, 3)[0], np.full((30, 2), 2.3, dtype=np.float32)
    figures = dimensional(gold, constant, np.zeros(30, dtype=bool))(np.ones(30))
    for name in ("pearson", "spearman", "mean_pearson", "mean_spearman"):
        assert np.isnan(figures[name]).all()
    np.testing.assert_allclose(figures["ccc"], 0, atol=1e-12)
    np.testing.assert_allclose(figures["mae"], np.abs(gold - constant).mean(axis=0), rtol=1e-6)


def test_an_axis_without_a_head_leaves_the_others_alone():
    gold, predicted = _drawn(30, 5)
    lacking = predicted.copy()
    lacking[:, 1] = np.nan
    nobody = np.zeros(30, dtype=bool)
    figures, whole = (dimensional(gold, p, nobody)(np.ones(30)) for p in (lacking, predicted))
    for name in ("pearson", "spearman", "ccc", "mae"):
        assert figures[name][0] == whole[name][0]
        assert np.isnan(figures[name][1])
        assert np.isnan(figures[f"mean_{name}"])


def test_abstaining_takes_the_mean_and_does_not_pay():
    rng = np.random.default_rng(0)
    gold = rng.normal(size=(400, 1))
    predicted = gold + rng.normal(size=(400, 1))
    silent = rng.random(400) < 0.5
    hidden = np.where(silent[:, None], np.nan, predicted)
    guessed = np.where(silent[:, None], predicted[~silent].mean(), predicted)
    figures = dimensional(gold, hidden, silent)(np.ones(400))
    assert figures["pearson"] == pytest.approx(Moments.of(gold, guessed).pearson())
    assert figures["pearson"][0] < Moments.of(gold, predicted).pearson()[0]


def test_values_off_the_scale_of_gold_are_ordered_only():
    gold, predicted = _drawn(30, 5)
    figures = dimensional(gold, predicted, np.zeros(30, dtype=bool), scaled=False)(np.ones(30))
    assert not np.isnan(figures["mean_pearson"])
    assert np.isnan(figures["ccc"]).all()
    assert np.isnan(figures["mae"]).all()


def test_an_abstained_item_has_level_0():
    gold = np.array([[0.0], [1.0], [3.0], [2.0]])
    levels = np.array([[0.0], [1.0], [3.0], [9.0]])
    silent = np.array([False, False, False, True])
    figures = ordinal(gold, levels, silent)(np.ones(4))
    assert figures["mae"] == pytest.approx([2 / 4])
    kappa = cohen_kappa_score([0, 1, 3, 2], [0, 1, 3, 0], weights="quadratic", labels=[0, 1, 2, 3])
    assert figures["kappa"] == pytest.approx([kappa])
    assert figures["mean_kappa"] == pytest.approx(kappa)


def test_the_constant_rules_of_the_tasks():
    gold = np.array([[0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    said = np.array([[0.0, 1.0, 0.0, 2.0], [0.0, 1.0, 2.0, 1.0], [0.0, 1.0, 1.0, 0.0]])
    moments = Moments.of(gold, said)
    r = stats.pearsonr(gold[:, 3], said[:, 3])[0]
    np.testing.assert_allclose(moments.pearson(), [np.nan, np.nan, np.nan, r], atol=1e-9)
    np.testing.assert_allclose(moments.pearson_brighter(), [1, 0, 0, r], atol=1e-9)
    np.testing.assert_allclose(moments.pearson_semeval2018(), [0, 0, 0, r], atol=1e-9)
    unknown = Moments.of(np.full((3, 1), np.nan), said[:, :1])
    assert np.isnan([unknown.pearson_brighter(), unknown.pearson_semeval2018()]).all()


def test_a_resample_may_be_constant_where_the_whole_is_not():
    gold, said = np.array([[1.0], [1.0], [2.0]]), np.array([[1.0], [1.0], [3.0]])
    weights = np.array([[2, 1, 0], [0, 0, 3], [1, 1, 1]], dtype=np.float32)
    np.testing.assert_allclose(Moments.of(gold, said, weights).pearson_brighter(), [[1], [0], [1]], atol=1e-5)


def test_the_upper_part_of_the_scale():
    rng = np.random.default_rng(0)
    gold = rng.random((50, 1))
    said = gold + rng.normal(size=(50, 1)) / 4
    nobody = np.zeros(50, dtype=bool)
    figures = dimensional(gold, said, nobody, upper=0.5)(np.ones(50))
    high = gold[:, 0] >= 0.5
    assert figures["pearson_upper"] == pytest.approx(stats.pearsonr(gold[high, 0], said[high, 0])[0])
    assert figures["mean_pearson_semeval2018"] == figures["pearson"]
    constant = dimensional(gold, np.full_like(gold, 0.4), nobody, upper=0.5)(np.ones(50))
    assert np.isnan(constant["pearson"])
    assert constant["pearson_semeval2018"] == constant["pearson_upper"] == 0
    absent = dimensional(gold, np.full_like(gold, np.nan), nobody, upper=0.5)(np.ones(50))
    assert np.isnan([absent["pearson_semeval2018"], absent["pearson_upper"]]).all()


def test_levels_one_off_and_some_emotion():
    gold, levels = np.array([[0.0], [1.0], [3.0], [2.0], [np.nan]]), np.array([[1.0], [3], [2], [2], [0]])
    assert within_one(gold, levels) == pytest.approx([3 / 4])
    figures = ordinal(gold, levels, np.zeros(5, dtype=bool))(np.ones(5))
    assert figures["mean_within_one"] == pytest.approx(3 / 4)
    assert figures["pearson_some"] == pytest.approx([stats.pearsonr([1, 3, 2], [3, 2, 2])[0]])
    assert figures["pearson_brighter"] == pytest.approx(figures["pearson"])
