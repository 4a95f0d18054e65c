"""Prevalence-corrected estimates: worked by hand, held to scipy, and their promises in simulation."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from affekt.core import InputError
from affekt.evaluation import (
    Rows,
    Sample,
    adjusted_counts,
    estimate_groups,
    estimate_whole,
    exact_share,
    rogan_gladen,
    rows_for_mean,
    rows_for_share,
    sample_alone,
    score_share,
    t_quantile,
    wilson,
)


def whole(gold, said, rows, mean):
    """A sample of one group, and the file that it comes from."""
    gold, said = np.asarray(gold, dtype=float), np.asarray(said, dtype=float)
    return Sample(gold, said, np.zeros(len(gold), dtype=np.intp)), Rows(np.array([rows]), np.array([mean]))


class TestIntervals:
    @pytest.mark.parametrize("freedom", [3, 4, 8, 30, 298, 5000])
    def test_t_quantile_is_scipys(self, freedom):
        assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=4e-3)

    def test_t_quantile_is_undefined_with_too_few(self):
        assert math.isnan(t_quantile(2))

    @settings(deadline=None)
    @given(st.integers(1, 400), st.floats(0, 1))
    def test_wilson_is_scipys(self, n, share):
        k = round(n * share)
        theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
        np.testing.assert_allclose(wilson(k / n, n), (theirs.low, theirs.high), atol=1e-9)

    @given(st.integers(1, 400), st.floats(0, 1))
    def test_a_score_interval_without_a_model_is_wilsons(self, n, share):
        np.testing.assert_allclose(score_share(share, n, (0, 0), 1, 1.96), wilson(share, n, 1.96), atol=1e-7)

    def test_a_score_interval_ends_where_the_estimate_is_just_that_far_off(self):
        within, apart, n = (0.03, 0.08), 0.4, 40
        for end in score_share(0.3, n, within, apart, 2.0):
            variance = end * within[1] + (1 - end) * within[0] + end * (1 - end) * apart**2
            assert abs(0.3 - end) == pytest.approx(2 * math.sqrt(variance / n))

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_exact_holds_just_the_files_under_which_the_sample_is_not_rare(self, data):
        rows = data.draw(st.integers(1, 60))
        drawn = data.draw(st.integers(0, rows))
        positives = data.draw(st.integers(0, drawn))
        marked = np.arange(positives, rows - (drawn - positives) + 1)
        at_most = stats.hypergeom.cdf(positives, rows, marked, drawn)
        at_least = stats.hypergeom.sf(positives - 1, rows, marked, drawn)
        # At .025 exactly, rounding decides.
        assume(np.abs(np.concatenate([at_most, at_least]) - 0.025).min() > 1e-9)
        low, high = exact_share(positives, drawn, rows)
        assert low * rows == pytest.approx(marked[at_least > 0.025].min())
        assert high * rows == pytest.approx(marked[at_most > 0.025].max())

    def test_exact_of_a_huge_file_is_clopper_pearson(self):
        low, high = exact_share(7, 300, 10**8)
        assert low == pytest.approx(stats.beta.ppf(0.025, 7, 294), abs=1e-7)
        assert high == pytest.approx(stats.beta.ppf(0.975, 8, 293), abs=1e-7)


class TestPredictionPowered:
    def test_a_mean_worked_by_hand(self):
        gold, said = [1.0, 2.0, 4.0, 5.0, 8.0], [1.0, 3.0, 3.0, 5.0, 6.0]
        # Cov = 8.5, Var(said) = 3.8 (both over n - 1), so the slope is 2.2368…
        slope = np.cov(gold, said)[0, 1] / np.var(said, ddof=1)
        found = estimate_whole(*whole(gold, said, 50, 4.0), "mean", stratified=False)
        value = 4.0 + slope * (4.0 - 3.6)
        rest = np.array(gold) - slope * np.array(said)
        variance = (1 - 5 / 50) * np.sum((rest - rest.mean()) ** 2) / 3 / 5
        half = t_quantile(3) * math.sqrt(variance)
        assert found.value == pytest.approx(value)
        assert found[1:3] == pytest.approx((value - half, value + half))

    def test_it_is_ppi_plus_plus_of_the_unlabelled_rest(self):
        rng = np.random.default_rng(3)
        said = rng.normal(size=400)
        gold = said + rng.normal(size=400)
        drawn, rest = np.arange(60), np.arange(60, 400)
        found = estimate_whole(*whole(gold[drawn], said[drawn], 400, said.mean()), "mean", stratified=False)
        tuned = np.cov(gold[drawn], said[drawn])[0, 1] / ((1 + 60 / 340) * np.var(said[drawn], ddof=1))
        theirs = gold[drawn].mean() + tuned * (said[rest].mean() - said[drawn].mean())
        assert found.value == pytest.approx(theirs)

    def test_a_model_that_was_never_seen_to_err_may_err_elsewhere(self):
        gold = np.arange(300) % 5 == 0
        found = estimate_whole(*whole(gold, gold, 5000, 0.31), "share", stratified=False)
        assert found.value == pytest.approx(0.31)
        # One error in 300 rows has a standard error of a third of a point.
        assert 0.301 < found.low < 0.305
        assert 0.315 < found.high < 0.319

    def test_a_model_that_says_nothing_changes_nothing(self):
        gold = np.arange(300) % 5 == 0
        sample, rows = whole(gold, np.full(300, 0.7), 5000, 0.7)
        found = estimate_whole(sample, rows, "share", stratified=False)
        assert found == sample_alone(sample, rows, "share")
        assert found.value == pytest.approx(0.2)

    @pytest.mark.parametrize("measure", ["share", "mean"])
    def test_where_every_row_has_gold_nothing_is_estimated(self, measure):
        gold = np.arange(100) % 4 == 0
        said = np.random.default_rng(0).random(100)
        found = estimate_whole(*whole(gold, said, 100, said.mean()), measure, stratified=False)
        assert found[:3] == pytest.approx((0.25, 0.25, 0.25))

    def test_a_rare_label_gets_an_exact_interval(self):
        gold = np.arange(300) < 9
        found = estimate_whole(*whole(gold, gold, 5000, 0.03), "share", stratified=False)
        assert found == (0.03, *exact_share(9, 300, 5000), "exact")

    def test_shares_stay_within_their_bounds(self):
        gold = np.arange(300) < 12
        said = gold + 0.0
        found = estimate_whole(
            *whole(gold, said - 0.5 * (np.arange(300) < 24), 5000, -0.2), "share", stratified=False
        )
        assert 0 <= found.low <= found.value <= found.high <= 1

    def test_groups_rest_on_their_own_gold(self):
        """In the second group the model says the label twice too often; its own gold puts that right."""
        gold = np.array([1, 0, 0, 0] * 100, dtype=float)
        said = gold.copy()
        said[200:][1::4] = 1
        group = np.repeat([0, 1], 200)
        rows = Rows(np.array([2000, 2000]), np.array([0.25, 0.5]))
        first, second = estimate_groups(Sample(gold, said, group), rows, "share")
        assert first.value == pytest.approx(0.25)
        assert second.value == pytest.approx(0.25)
        assert first.low < 0.25 < first.high

    def test_a_group_without_enough_gold_has_no_estimate(self):
        gold = np.array([1, 0] * 20, dtype=float)
        rows = Rows(np.array([100, 100, 4]), np.array([0.45, 0.45, 0.45]))
        group = np.array([0] * 32 + [1] * 4 + [2] * 4)
        found = estimate_groups(Sample(gold, gold * 0.9, group), rows, "share")
        assert [math.isnan(x.value) for x in found] == [False, True, False]
        assert found[2][:3] == pytest.approx((0.5, 0.5, 0.5)), "all four rows of it are known"

    def test_strata_count_by_their_rows_and_not_by_their_gold(self):
        rng = np.random.default_rng(1)
        group = np.repeat([0, 1], [150, 150])
        gold = np.concatenate([np.arange(150) % 2 == 0, np.arange(150) % 10 == 0]).astype(float)
        said = 0.5 * gold + 0.2 * rng.random(300)
        means = np.array([said[:150].mean(), said[150:].mean()])
        rows = Rows(np.array([1000, 9000]), means)
        found = estimate_whole(Sample(gold, said, group), rows, "share", stratified=True)
        assert found.value == pytest.approx(0.1 * 0.5 + 0.9 * 0.1)
        assert found.low < 0.14 < found.high


class TestErrorRates:
    def test_worked_by_hand(self):
        """Hits .8, false alarms .1; the model says .3 of the file: (.3 - .1) / .7."""
        gold = np.repeat([1.0, 0.0], [50, 200])
        said = np.concatenate([np.arange(50) < 40, np.arange(200) < 20]).astype(float)
        found = rogan_gladen(*whole(gold, said, 10**6, 0.3))[0]
        assert found.value == pytest.approx(2 / 7)
        spread = (2 / 7) ** 2 * 0.16 / 50 + (5 / 7) ** 2 * 0.09 / 200
        half = 1.96 * math.sqrt(spread) / 0.7
        assert found[1:3] == pytest.approx((2 / 7 - half, 2 / 7 + half), abs=0.01)

    @pytest.mark.parametrize("gold", [np.zeros(100), np.ones(100)])
    def test_without_one_of_the_answers_it_is_undefined(self, gold):
        assert math.isnan(rogan_gladen(*whole(gold, np.arange(100) % 2, 1000, 0.5))[0].value)

    def test_a_model_no_better_than_chance_tells_nothing(self):
        gold = np.repeat([1.0, 0.0], 50)
        assert math.isnan(rogan_gladen(*whole(gold, np.tile([1.0, 0.0], 50), 1000, 0.5))[0].value)

    def test_of_two_labels_the_matrix_says_the_same(self):
        gold = np.repeat([1, 0], [50, 200])
        said = np.concatenate([np.arange(50) < 40, np.arange(200) < 20]).astype(int)
        rates = rogan_gladen(*whole(gold, said, 10**6, 0.3))[0]
        group = np.zeros(250, dtype=np.intp)
        matrix = adjusted_counts(gold, said, group, np.array([10**6]), np.array([[0.7, 0.3]]))[0]
        assert matrix[1].value == pytest.approx(rates.value)
        assert matrix[0].value == pytest.approx(1 - rates.value)
        assert matrix[1][1:3] == pytest.approx(rates[1:3], abs=0.01)

    def test_a_group_whose_every_row_has_gold_is_counted(self):
        gold = np.array([0] * 12 + [1] * 8 + [0, 1] * 50)
        said = np.array([0, 1] * 10 + [0, 1] * 45 + [1, 0] * 5)
        group = np.array([0] * 20 + [1] * 100)
        found = adjusted_counts(gold, said, group, np.array([20, 900]), np.array([[0.5, 0.5], [0.4, 0.6]]))
        assert found[0][0][:3] == pytest.approx((0.6, 0.6, 0.6))
        assert found[1][0].low < found[1][0].value < found[1][0].high

    def test_labels_without_gold_are_undefined(self):
        gold, said = np.tile([0, 1], 50), np.tile([0, 1], 50)
        shares = np.array([[0.3, 0.6, 0.1]])
        found = adjusted_counts(gold, said, np.zeros(100, dtype=np.intp), np.array([1000]), shares)[0]
        assert [math.isnan(x.value) for x in found] == [False, False, True]


class TestSampleSize:
    @given(st.floats(0.005, 0.6), st.floats(0.05, 0.95), st.floats(0.2, 1), st.integers(400, 100_000))
    @settings(max_examples=30, deadline=None)
    def test_that_many_rows_give_the_width_and_fewer_do_not(self, width, share, ratio, rows):
        n = rows_for_share(width, share, rows, ratio)

        def assisted(size):
            low, high = wilson(share, size / (ratio * (1 - size / rows)) if size < rows else math.inf)
            return high - low

        if n * min(share, 1 - share) > 11:
            assert assisted(n) <= width < assisted(n - 2) or n == math.ceil(10 / min(share, 1 - share))

    def test_a_rare_label_is_counted_by_its_exact_interval(self):
        n = rows_for_share(0.05, 0.01, 5000)
        low, high = exact_share(0.01 * n, n, 5000)
        assert high - low <= 0.05
        assert 50 < n < 300

    def test_a_mean(self):
        # Of an endless file 4 z² s² / width² = 1536.6; of 3,000 rows 1536.6 / (1 + 1536.6 / 3000) = 1016.1.
        assert rows_for_mean(0.1, 1.0, 10**9) == pytest.approx(1537, abs=1)
        assert rows_for_mean(0.1, 1.0, 3000) == 1017

    @pytest.mark.parametrize("width", [0.0, -1.0, 1.0, math.nan])
    def test_a_width_that_cannot_be_one_is_a_sentence(self, width):
        with pytest.raises(InputError, match="cannot be one"):
            rows_for_share(width, 0.1, 100)


def file_of(rng, shares, rows, quality=1.8):
    """Gold of rows in groups with these shares, and a model's scores; `[rows]` each, with the group."""
    group = np.repeat(np.arange(len(shares)), rows)
    gold = (rng.random(len(group)) < np.asarray(shares)[group]).astype(float)
    signal = quality * gold + rng.normal(size=len(group))
    return gold, 1 / (1 + np.exp(4 - 2 * signal)), group


@pytest.mark.slow
class TestPromises:
    """Intervals cover with about 95 %, over many samples of made files (standard error of a coverage: .5 to .8 %)."""

    @pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 0.7])
    def test_whole_files(self, share):
        rng = np.random.default_rng(5)
        gold, said, _ = file_of(rng, [share], [5000])
        covered, width, alone = [], [], []
        for _ in range(1000):
            drawn = rng.choice(5000, 300, replace=False)
            sample, rows = whole(gold[drawn], said[drawn], 5000, said.mean())
            found = estimate_whole(sample, rows, "share", stratified=False)
            covered.append(found.low <= gold.mean() <= found.high)
            width.append(found.high - found.low)
            other = sample_alone(sample, rows, "share")
            alone.append(other.high - other.low)
        assert 0.93 <= np.mean(covered) <= 0.975
        assert np.mean(width) < 0.9 * np.mean(alone)

    @pytest.mark.parametrize(("share", "wrong"), [(0.1, 0.005), (0.1, 0.01), (0.3, 0.005), (0.3, 0.02)])
    def test_a_model_that_seldom_errs(self, share, wrong):
        rng = np.random.default_rng(8)
        gold = rng.random(20_000) < share
        said = np.where(rng.random(20_000) < wrong, ~gold, gold).astype(float)
        covered = []
        for _ in range(600):
            drawn = rng.choice(20_000, 300, replace=False)
            found = estimate_whole(
                *whole(gold[drawn], said[drawn], 20_000, said.mean()), "share", stratified=False
            )
            covered.append(found.low <= gold.mean() <= found.high)
        assert np.mean(covered) >= 0.93

    def test_a_large_part_of_a_small_file(self):
        """Half of 400 rows are labelled: without the finite-population factor intervals would cover all but always."""
        rng = np.random.default_rng(6)
        gold, said, _ = file_of(rng, [0.3], [400])
        covered = []
        for _ in range(1000):
            drawn = rng.choice(400, 200, replace=False)
            found = estimate_whole(
                *whole(gold[drawn], said[drawn], 400, said.mean()), "share", stratified=False
            )
            covered.append(found.low <= gold.mean() <= found.high)
        assert 0.93 <= np.mean(covered) <= 0.975

    @pytest.mark.parametrize("each", [8, 25])
    def test_groups_with_few_labelled_rows(self, each):
        rng = np.random.default_rng(7)
        shares = np.linspace(0.05, 0.6, 12)
        gold, said, group = file_of(rng, shares, rng.integers(60, 1500, 12))
        count = np.bincount(group)
        truth = np.bincount(group, weights=gold) / count
        rows = Rows(count, np.bincount(group, weights=said) / count)
        covered, in_all = [], []
        for _ in range(400):
            drawn = np.concatenate(
                [rng.choice(np.flatnonzero(group == g), each, replace=False) for g in range(12)]
            )
            sample = Sample(gold[drawn], said[drawn], group[drawn])
            found = estimate_groups(sample, rows, "share")
            covered.append([x.low <= t <= x.high for x, t in zip(found, truth, strict=True)])
            total = estimate_whole(sample, rows, "share", stratified=True)
            in_all.append(total.low <= gold.mean() <= total.high)
        assert 0.93 <= np.mean(covered) <= 0.98
        assert np.mean(covered, axis=0).min() > 0.9
        assert 0.92 <= np.mean(in_all) <= 0.985

    @pytest.mark.parametrize("size", [300, 1000])
    @pytest.mark.parametrize("quality", [(3.0, 3.0), (1.8, 1.8), (1.0, 2.5)])
    def test_a_label_that_is_rare_in_small_groups_and_common_in_large_ones(self, size, quality):
        """Where few rows have the label an error is another matter than where half of them do.

        In the last case the model is worse in the small groups.
        """
        rng = np.random.default_rng(11)
        shares, numbers = np.array([0.02, 0.02, 0.02, 0.5, 0.5]), [250, 600, 2000, 5000, 5000]
        rare = shares < 0.1
        each_row = np.repeat(np.where(rare, *quality), numbers)
        covered, widths = [], []
        for _ in range(12):
            gold, said, group = file_of(rng, shares, numbers, each_row)
            count = np.bincount(group)
            truth = np.bincount(group, weights=gold) / count
            rows = Rows(count, np.bincount(group, weights=said) / count)
            for _ in range(40):
                drawn = rng.choice(len(gold), size, replace=False)
                sample = Sample(gold[drawn], said[drawn], group[drawn])
                low, high = np.array([x[1:3] for x in estimate_groups(sample, rows, "share")]).T
                n = np.bincount(group[drawn])
                with np.errstate(invalid="ignore"):
                    share = np.bincount(group[drawn], weights=gold[drawn]) / n
                alone = wilson(share, n / (1 - n / count))
                known = np.isfinite(low)
                covered.append(np.where(known, (low <= truth) & (truth <= high), np.nan))
                widths.append(np.where(known, [high - low, alone[1] - alone[0]], np.nan))
        assert 0.93 <= np.nanmean(np.array(covered)[:, rare]) <= 0.98
        assert 0.93 <= np.nanmean(np.array(covered)[:, ~rare]) <= 0.975
        assisted, alone = np.nanmean(np.array(widths)[:, :, rare], axis=(0, 2))
        assert assisted < alone

    @pytest.mark.parametrize("each", [25, 60])
    def test_whole_files_of_groups_that_differ(self, each):
        rng = np.random.default_rng(12)
        numbers = [250, 600, 2000, 5000, 5000]
        covered = []
        for _ in range(12):
            gold, said, group = file_of(rng, [0.02, 0.02, 0.02, 0.5, 0.5], numbers, 2.5)
            rows = Rows(np.bincount(group), np.bincount(group, weights=said) / np.bincount(group))
            for _ in range(60):
                drawn = np.concatenate(
                    [rng.choice(np.flatnonzero(group == g), each, replace=False) for g in range(5)]
                )
                sample = Sample(gold[drawn], said[drawn], group[drawn])
                found = estimate_whole(sample, rows, "share", stratified=True)
                covered.append(found.low <= gold.mean() <= found.high)
        assert 0.935 <= np.mean(covered) <= 0.98

    @pytest.mark.parametrize("each", [8, 25])
    def test_means_of_groups(self, each):
        rng = np.random.default_rng(13)
        count = np.array([200, 500, 1200, 3000, 5000])
        group = np.repeat(np.arange(5), count)
        covered = []
        for _ in range(12):
            said = rng.normal(5, 1, len(group))
            gold = 0.8 * said + np.linspace(-1, 1, 5)[group] + rng.normal(0, 0.7, len(group))
            truth = np.bincount(group, weights=gold) / count
            rows = Rows(count, np.bincount(group, weights=said) / count)
            for _ in range(40):
                drawn = np.concatenate(
                    [rng.choice(np.flatnonzero(group == g), each, replace=False) for g in range(5)]
                )
                found = estimate_groups(Sample(gold[drawn], said[drawn], group[drawn]), rows, "mean")
                covered.append([x.low <= t <= x.high for x, t in zip(found, truth, strict=True)])
        assert 0.93 <= np.mean(covered) <= 0.97
        assert np.mean(covered, axis=0).min() > 0.92

    def test_means(self):
        rng = np.random.default_rng(8)
        said = rng.normal(5, 1, 3000)
        gold = 0.7 * said + rng.normal(0, 0.8, 3000)
        covered = []
        for _ in range(1000):
            drawn = rng.choice(3000, 60, replace=False)
            found = estimate_whole(
                *whole(gold[drawn], said[drawn], 3000, said.mean()), "mean", stratified=False
            )
            covered.append(found.low <= gold.mean() <= found.high)
        assert 0.93 <= np.mean(covered) <= 0.97

    def test_error_rates_that_are_alike_reach_groups_without_gold(self):
        """Groups differ in prevalence alone; gold comes from the first, and the second, of 500 rows, is estimated."""
        rng = np.random.default_rng(9)
        covered, inverted = [], []
        for _ in range(1000):
            gold, score, group = file_of(rng, [0.5, 0.2], [4000, 500])
            said = score > 0.4
            drawn = rng.choice(4000, 300, replace=False)
            count = np.bincount(group)
            shares = np.bincount(group, weights=said) / count
            sample = Sample(gold[drawn], said[drawn].astype(float), group[drawn])
            truth = gold[group == 1].mean()
            found = rogan_gladen(sample, Rows(count, shares))[1]
            covered.append(found.low <= truth <= found.high)
            matrix = adjusted_counts(
                gold[drawn].astype(int),
                said[drawn].astype(int),
                group[drawn],
                count,
                np.stack([1 - shares, shares], axis=1),
            )[1][1]
            inverted.append(matrix.low <= truth <= matrix.high)
        assert 0.93 <= np.mean(covered) <= 0.975
        assert 0.93 <= np.mean(inverted) <= 0.975

    @pytest.mark.parametrize("share", [0.004, 0.02])
    def test_exact_intervals_cover_at_least_so_often(self, share):
        positives = round(5000 * share)
        drawn = np.random.default_rng(10).hypergeometric(positives, 5000 - positives, 300, 2000)
        bounds = {k: exact_share(int(k), 300, 5000) for k in np.unique(drawn)}
        covered = [bounds[k][0] <= positives / 5000 <= bounds[k][1] for k in drawn]
        assert np.mean(covered) >= 0.945
