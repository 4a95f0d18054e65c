"""Probabilities against the raters' distribution: by hand, and held to scipy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import f1_score

from affekt.metrics import above_chance, against_raters, cross_entropy, distributions, jensen_shannon

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=25, deadline=None)


def _drawn(items, labels, seed):
    """Shares of four raters, each with one label; probabilities."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(4, np.full(labels, 1 / labels), size=items) / 4, rng.dirichlet(
        np.ones(labels), items
    )


@PATIENT
@given(st.integers(1, 12), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_as_scipy_and_scikit_learn(items, labels, seed):
    gold, p = _drawn(items, labels, seed)
    surprise, divergence = cross_entropy(gold, p), jensen_shannon(gold, p)
    for i in range(items):
        assert surprise[i] == pytest.approx(stats.entropy(gold[i]) + stats.entropy(gold[i], p[i]), abs=1e-5)
        assert divergence[i] == pytest.approx(jensenshannon(gold[i], p[i], base=2) ** 2, abs=1e-9)
    figures = against_raters(gold, p, np.zeros(items, dtype=bool))(np.ones(items))
    assert figures["cross_entropy"] == pytest.approx(surprise.mean())
    theirs = f1_score(gold > 1 / labels, p > 1 / labels, average="macro", zero_division=0)
    np.testing.assert_allclose(np.nan_to_num(figures["inclusive_macro_f1"]), theirs, atol=1e-12)


def test_extremes_by_hand():
    one, other = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    assert (jensen_shannon(one, one), jensen_shannon(one, other)) == (0, 1)
    assert cross_entropy(one, one) == 0
    assert cross_entropy(one, other) == pytest.approx(-np.log(np.finfo(np.float32).eps))
    assert cross_entropy(one, np.array([[0.5, 0.5]])) == pytest.approx(np.log(2))


def test_a_share_of_exactly_one_in_c_is_not_above_it():
    np.testing.assert_array_equal(
        # 0.7 / (0.7 + 0.7 + 0.7) is above 1 / 3 by rounding.
        above_chance(distributions(np.array([[0.7, 0.7, 0.7], [2.0, 1.0, 0.0], [2.0, 2.0, 1.0]]))),
        [[0, 0, 0], [1, 0, 0], [1, 1, 0]],
    )


def test_shares_of_labels_that_apply_together_are_scaled():
    shares, scores = np.array([[1.0, 0.5, 0.0]]), np.array([[0.8, 0.4, 0.0]])
    figures = against_raters(shares, scores, np.zeros(1, dtype=bool))(np.ones(1))
    assert figures["jensen_shannon"] == pytest.approx(0, abs=1e-12)
    assert figures["inclusive_micro_f1"] == 1


def test_silence_counts_as_nothing_predicted_and_unrated_items_are_left_out():
    shares = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    scores = np.array([[0.9, 0.1], [np.nan, np.nan], [0.9, 0.1]])
    silent = np.array([False, True, False])
    figures = against_raters(shares, scores, silent)(np.ones(3))
    assert figures["cross_entropy"] == pytest.approx(-np.log(0.9))
    assert figures["inclusive_micro_f1"] == pytest.approx(2 * 1 / (1 + 2))
    nothing = against_raters(shares[2:], scores[2:], silent[2:])(np.ones(1))
    assert all(np.isnan(figure) for figure in nothing.values())


def test_scores_that_are_all_zero_state_an_even_distribution():
    figures = against_raters(np.array([[1.0, 0.0]]), np.zeros((1, 2)), np.zeros(1, dtype=bool))(np.ones(1))
    assert figures["cross_entropy"] == pytest.approx(np.log(2))
    assert figures["inclusive_micro_f1"] == 0
