"""Two systems on the same items: by hand, held to scipy, and right as often as promised."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from affekt.metrics import (
    Moments,
    Tally,
    approximate_randomisation,
    bootstrap,
    dimensional,
    guessed,
    holm,
    on_one_scale,
    paired_bootstrap,
)

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=40, deadline=None)


def _mean_of(values):
    return lambda weights: {"mean": weights @ values / weights.sum(axis=-1)}


def _swapped_means(a, b, **options):
    return float(approximate_randomisation(_mean_of(np.concatenate([a, b])), len(a), **options)["mean"])


def test_a_paired_difference_is_that_of_the_items_differences():
    a, b = np.random.default_rng(0).normal(size=(2, 80))
    pair = paired_bootstrap(_mean_of(a), _mean_of(b), 80, seed=3)["mean"]
    alone = bootstrap(_mean_of(a - b), 80, seed=3)["mean"]
    for one, other in ((pair.value, alone.value), (pair.low, alone.low), (pair.high, alone.high)):
        assert one == pytest.approx(other, abs=1e-5)


def test_the_p_value_agrees_with_the_interval():
    noise = np.random.default_rng(0).normal(size=100)
    for shift in (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.6):
        found = paired_bootstrap(_mean_of(noise + shift), _mean_of(np.zeros(100)), 100)["mean"]
        if found.low > 0.01:
            assert found.p < 0.05
        elif found.low < -0.01:
            assert found.p > 0.05


def test_systems_that_say_the_same_do_not_differ():
    values = np.random.default_rng(0).normal(size=40)
    found = paired_bootstrap(_mean_of(values), _mean_of(values), 40)["mean"]
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert _swapped_means(values, values) == 1


def test_random_swaps_approach_the_exact_permutation_test():
    a, b = np.random.default_rng(1).normal([[0.6], [0.0]], 1.0, size=(2, 9))
    exact = stats.permutation_test(
        (a, b), lambda x, y, axis: (x - y).mean(axis), vectorized=True, permutation_type="samples"
    ).pvalue
    assert _swapped_means(a, b, replicates=20_000) == pytest.approx(exact, abs=0.015)


def test_three_of_three_hits_is_a_quarter_by_hand():
    # Eight ways to swap, two of them as far apart as what was seen.
    assert _swapped_means(np.ones(3), np.zeros(3), replicates=20_000) == pytest.approx(0.25, abs=0.015)


def test_groups_are_swapped_whole():
    a, b = np.ones(30), np.zeros(30)
    groups = [str(i // 10) for i in range(30)]
    assert _swapped_means(a, b, replicates=20_000, groups=groups) == pytest.approx(0.25, abs=0.015)
    assert _swapped_means(a, b) < 0.01


def test_the_seed_alone_decides():
    a, b = np.random.default_rng(0).normal(size=(2, 30))
    assert _swapped_means(a, b, seed=1) == _swapped_means(a, b, seed=1) != _swapped_means(a, b, seed=2)


def test_a_label_that_nobody_says_has_no_test_and_its_neighbours_keep_theirs():
    rng = np.random.default_rng(0)
    gold = rng.random((60, 2)) < [0.5, 0.0]
    a, b = (gold & (rng.random((60, 2)) < share) for share in (0.9, 0.5))
    found = paired_bootstrap(
        lambda w: {"f1": Tally.of(gold, a, w).f1()}, lambda w: {"f1": Tally.of(gold, b, w).f1()}, 60
    )["f1"]
    assert found.value[0] == pytest.approx(float(Tally.of(gold, a).f1()[0] - Tally.of(gold, b).f1()[0]))
    assert found.p[0] < 0.01
    for figure in (found.value, found.low, found.high, found.p):
        assert np.isnan(figure).tolist() == [False, True]
    both, said = np.tile(gold, (2, 1)), np.concatenate([a, b])
    p = approximate_randomisation(lambda w: {"f1": Tally.of(both, said, w).f1()}, 60)["f1"]
    assert p[0] < 0.01
    assert np.isnan(p[1])
    corrected = holm(found.p)
    assert corrected[0] == found.p[0]
    assert np.isnan(corrected[1])


def test_stacked_values_are_guessed_by_each_system_alone():
    gold = np.array([[1.0], [2.0], [3.0], [4.0]])
    a, b = gold + 1, gold - 1
    silent = np.array([True, False, False, False])
    stacked = np.concatenate([guessed(a, silent), guessed(b, silent)])
    statistic = dimensional(np.tile(gold, (2, 1)), stacked, np.zeros(8, dtype=bool))
    first = statistic(np.repeat([1.0, 0.0], 4))
    alone = dimensional(gold, a, silent)(np.ones(4))
    for name in ("pearson", "mae"):
        assert first[name] == pytest.approx(alone[name])


def test_values_of_one_scale_by_hand():
    a = np.array([[1.0, 5.0, np.nan], [3.0, 5.0, np.nan], [9.0, 5.0, np.nan]])
    b = np.array([[40.0, 1.0, 1.0], [0.0, 2.0, 2.0], [-7.0, 3.0, 3.0]])
    rows = np.array([[True] * 3, [True] * 3, [False, True, True]])
    first, second = on_one_scale(a, b, rows)
    # Over the first two rows: mean 2 and deviation 1; mean 20 and deviation 20.
    assert first[:, 0].tolist() == [-1, 1, 7]
    assert second[:, 0].tolist() == pytest.approx([1, -1, -1.35])
    # A constant and an axis without a head leave the column as it was.
    np.testing.assert_array_equal(first[:, 1:], a[:, 1:])
    np.testing.assert_array_equal(second[:, 1:], b[:, 1:])
    first, second = on_one_scale(a, b, np.ones_like(rows), ranked=True)
    assert first[:, 0].tolist() == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5)])
    assert second[:, 0].tolist() == pytest.approx([np.sqrt(1.5), 0, -np.sqrt(1.5)])


@pytest.mark.slow
def test_correlations_on_two_scales_are_told_apart_as_often_as_on_one():
    rng = np.random.default_rng(0)
    items, trials, known = 100, 300, np.ones((100, 1), dtype=bool)

    def p_value(gold, a, b, trial):
        both, twice = np.concatenate([a, b]), np.tile(gold, (2, 1))
        statistic = lambda w: {"r": Moments.of(twice, both, w).pearson()}  # noqa: E731
        return float(approximate_randomisation(statistic, items, replicates=200, seed=trial)["r"][0])

    def correlated(gold, r):
        return r * gold + np.sqrt(1 - r * r) * rng.normal(size=gold.shape)

    alike, raw, better, on_same = [], [], [], []
    for trial in range(trials):
        gold = rng.normal(size=(items, 1))
        a, b, c = correlated(gold, 0.6), correlated(gold, 0.6), correlated(gold, 0.78)
        raw.append(p_value(gold, a, 5 * b + 3, trial))
        alike.append(p_value(gold, *on_one_scale(a, 5 * b + 3, known), trial))
        better.append(p_value(gold, *on_one_scale(a, 5 * c + 3, known), trial))
        on_same.append(p_value(gold, a, c, trial))
    assert np.mean(np.array(raw) < 0.2) < 0.1  # what is wrong with exchanging values as they are
    assert stats.kstest(alike, "uniform").pvalue > 0.01
    assert 0.02 <= np.mean(np.array(alike) < 0.05) <= 0.09
    power, wanted = (np.mean(np.array(p) < 0.05) for p in (better, on_same))
    assert abs(power - wanted) < 0.05
    assert power > 0.5


def test_no_replicates_and_one_group_give_no_p_value():
    a, b = np.ones(4), np.zeros(4)
    assert np.isnan(_swapped_means(a, b, replicates=0))
    for options in ({"replicates": 0}, {"groups": ["x"] * 4}):
        found = paired_bootstrap(_mean_of(a), _mean_of(b), 4, **options)["mean"]
        assert found.value == 1
        assert np.isnan(found.p)


def test_groups_must_fit_the_items():
    with pytest.raises(ValueError, match="3 items, but 2 entries of groups"):
        _swapped_means(np.ones(3), np.ones(3), groups=["a", "b"])


def test_holm_by_hand():
    np.testing.assert_allclose(
        holm([0.01, 0.04, np.nan, 0.03, 0.005]), [0.03, 0.06, np.nan, 0.06, 0.02], rtol=1e-12
    )
    assert holm([]).shape == (0,)


@PATIENT
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_rejects_as_its_definition_says(p_values):
    corrected = holm(p_values)
    for level in (0.01, 0.05, 0.5):
        rejected, tests = set(), len(p_values)
        for k, i in enumerate(np.argsort(p_values, kind="stable")):
            if p_values[i] * (tests - k) > level:
                break
            rejected.add(int(i))
        assert set(np.flatnonzero(corrected <= level).tolist()) == rejected


@pytest.mark.slow
def test_systems_as_good_as_each_other_are_told_apart_one_time_in_twenty():
    rng = np.random.default_rng(0)
    groups = [str(i // 4) for i in range(240)]
    by_pairs, by_swaps = 0, 0
    for trial in range(400):
        a, b = (np.repeat(rng.normal(size=60), 4) + rng.normal(size=240) for _ in range(2))
        options = {"groups": groups, "replicates": 200, "seed": trial}
        by_pairs += bool(paired_bootstrap(_mean_of(a), _mean_of(b), 240, **options)["mean"].p < 0.05)
        by_swaps += _swapped_means(a, b, **options) < 0.05
    # 5 % of 400 within three standard errors; percentiles of 60 groups are a little too narrow
    assert 0.015 <= by_swaps / 400 <= 0.085
    assert 0.015 <= by_pairs / 400 <= 0.1
