"""Intervals: what they resample, that they can be repeated, that they hold what they promise."""

import time

import numpy as np
import pytest
from scipy import stats

from affekt.metrics import (
    Moments,
    Tally,
    bootstrap,
    calibration_estimates,
    multi_label,
    probabilistic,
    resamples,
    together,
)


def _mean_of(values):
    return lambda weights: {"mean": weights @ values / weights.sum(axis=-1)}


def test_resamples_are_counts_of_as_many_items():
    (counts,) = resamples(50, replicates=200, seed=1)
    assert counts.shape == (200, 50)
    np.testing.assert_array_equal(counts.sum(axis=1), 50)
    assert counts.max() > 1


def test_groups_are_drawn_whole():
    groups = ["a", "b", "a", "c", "b", "a"]
    (counts,) = resamples(6, groups=groups, replicates=100, seed=1)
    np.testing.assert_array_equal(counts[:, 0], counts[:, 2])
    np.testing.assert_array_equal(counts[:, 0], counts[:, 5])
    np.testing.assert_array_equal(counts[:, [0, 1, 3]].sum(axis=1), 3)


def test_many_items_come_in_blocks_that_change_nothing():
    items = (1 << 22) // 3
    blocks = list(resamples(items, replicates=4, seed=3))
    assert [len(block) for block in blocks] == [3, 1]
    (fewer,) = resamples(items, replicates=2, seed=3)
    np.testing.assert_array_equal(blocks[0][:2], fewer)


def test_the_seed_alone_decides():
    values = np.random.default_rng(0).normal(size=100)
    one, same, other = (bootstrap(_mean_of(values), 100, seed=seed)["mean"] for seed in (4, 4, 5))
    assert (one.low, one.high) == (same.low, same.high)
    assert (one.low, one.high) != (other.low, other.high)


def test_as_scipy_within_the_noise_of_resampling():
    values = np.random.default_rng(0).gamma(2, size=200)
    ours = bootstrap(_mean_of(values), 200, replicates=8000)["mean"]
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=8000, rng=np.random.default_rng(1)
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours.value == pytest.approx(values.mean())
    assert ours.low == pytest.approx(theirs.low, abs=0.05 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.05 * width)


def test_dialogues_of_like_items_give_wider_intervals_than_texts():
    rng = np.random.default_rng(0)
    groups = [str(i // 10) for i in range(400)]
    values = np.repeat(rng.normal(size=40), 10)
    alone = bootstrap(_mean_of(values), 400)["mean"]
    whole = bootstrap(_mean_of(values), 400, groups=groups)["mean"]
    assert whole.high - whole.low > 2 * (alone.high - alone.low)


def test_one_item_or_group_and_no_resamples_give_no_interval():
    values = np.array([1.0, 0.0, 1.0])
    for estimate in (
        bootstrap(_mean_of(values[:1]), 1)["mean"],
        bootstrap(_mean_of(values), 3, groups=["a"] * 3)["mean"],
        bootstrap(_mean_of(values), 3, replicates=0)["mean"],
    ):
        assert not np.isnan(estimate.value)
        assert np.isnan(estimate.low)
        assert np.isnan(estimate.high)


def test_an_undefined_figure_has_no_interval_and_its_neighbours_keep_theirs():
    gold = np.random.default_rng(0).normal(size=(50, 2))
    predicted = np.stack([gold[:, 0] + 1, np.ones(50)], axis=1)
    figures = bootstrap(lambda w: {"r": Moments.of(gold, predicted, w).pearson()}, 50)["r"]
    np.testing.assert_allclose(figures.value, [1, np.nan])
    np.testing.assert_allclose(figures.low, [1, np.nan], atol=1e-5)


@pytest.mark.parametrize(("defined", "has_interval"), [(lambda n: n > 0, True), (lambda n: n == 1, False)])
def test_a_figure_needs_most_resamples_for_an_interval(defined, has_interval):
    # An item is in 63 % of resamples, and in 37 % exactly once.
    figures = bootstrap(lambda w: {"x": np.where(defined(w[..., 0]), w[..., 1], np.nan)}, 100)["x"]
    assert figures.value == 1
    assert np.isnan([figures.low, figures.high]).any() != has_interval


def test_groups_must_fit_the_items():
    with pytest.raises(ValueError, match="3 items, but 2 entries of groups"):
        bootstrap(_mean_of(np.ones(3)), 3, groups=["a", "b"])


@pytest.mark.slow
def test_intervals_cover_what_they_promise():
    rng = np.random.default_rng(0)
    p_true, p_hit, p_false = 0.3, 0.7, 0.1
    truth = 2 * p_true * p_hit / (p_true + p_true * p_hit + (1 - p_true) * p_false)
    covered = 0
    for trial in range(400):
        gold = rng.random((400, 1)) < p_true
        said = rng.random((400, 1)) < np.where(gold, p_hit, p_false)
        estimate = bootstrap(
            lambda w, gold=gold, said=said: {"f1": Tally.of(gold, said, w).macro_f1()}, 400, seed=trial
        )["f1"]
        covered += bool(estimate.low <= truth <= estimate.high)
    # 95 % of 400 within three standard errors, less the little that percentiles lack at this size
    assert 0.91 <= covered / 400 <= 0.985


@pytest.mark.slow
def test_a_report_of_goemotions_size_takes_under_ten_seconds_of_one_core():
    rng = np.random.default_rng(0)
    gold = rng.random((5427, 28)) < 0.045
    scores = (0.5 * rng.random(gold.shape) + 0.5 * gold * rng.random(gold.shape)).astype(np.float32)
    nobody = np.zeros(len(gold), dtype=bool)
    statistic = together(
        multi_label(gold, scores > 0.5, scores, nobody),
        probabilistic(gold, scores, nobody, prior=gold.mean(axis=0)),
    )
    started = time.process_time()
    estimates = bootstrap(statistic, len(gold)) | calibration_estimates(gold, scores, nobody)
    assert time.process_time() - started < 10
    assert estimates["macro_f1"].low < estimates["macro_f1"].value < estimates["macro_f1"].high
