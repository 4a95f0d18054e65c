"""Figures of decided labels: by hand, and held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as sk

from affekt.metrics import Tally, exact_match, hit, jaccard, multi_label, single_label

NOBODY = np.zeros(4, dtype=bool)
# Three labels, four items; the third label is neither true nor said.
GOLD = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 0]], dtype=bool)
SAID = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0]], dtype=bool)

tables = st.tuples(st.integers(1, 30), st.integers(2, 6)).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=40, deadline=None)


def test_f1_by_hand():
    tally = Tally.of(GOLD, SAID)
    # label 0: 2 hits, 2 said, 2 true; label 1: 1 hit, 2 said, 2 true; label 2: nothing at all
    np.testing.assert_array_equal(tally.f1(), [1, 0.5, np.nan])
    np.testing.assert_array_equal(tally.precision(), [1, 0.5, np.nan])
    np.testing.assert_array_equal(tally.recall(), [1, 0.5, np.nan])
    assert tally.macro_f1() == 0.5  # (1 + 1/2 + 0) / 3
    assert tally.micro_f1() == 0.75  # 2·3 / (4 + 4)
    assert tally.weighted_f1() == 0.75  # (2·1 + 2·1/2) / 4
    assert tally.without(0).micro_f1() == 0.5


def test_sets_by_hand():
    np.testing.assert_array_equal(jaccard(GOLD, SAID), [1 / 2, 1 / 2, 1, 1])
    np.testing.assert_array_equal(exact_match(GOLD, SAID), [0, 0, 1, 1])
    np.testing.assert_array_equal(hit(GOLD, SAID), [1, 1, 0, 1])


def test_nothing_true_and_nothing_said_is_undefined():
    nothing = np.zeros((4, 3), dtype=bool)
    tally = Tally.of(nothing, nothing)
    for figure in (tally.macro_f1(), tally.micro_f1(), tally.weighted_f1()):
        assert np.isnan(figure)


@PATIENT
@given(tables)
def test_as_scikit_learn(table):
    gold, said = table
    tally = Tally.of(gold, said)
    for average, ours in (
        ("macro", tally.macro_f1()),
        ("micro", tally.micro_f1()),
        ("weighted", tally.weighted_f1()),
    ):
        theirs = sk.f1_score(gold, said, average=average, zero_division=0)
        if np.isnan(ours):
            assert theirs == 0
        else:
            assert ours == pytest.approx(theirs, abs=1e-12)
    assert exact_match(gold, said).mean() == pytest.approx(sk.accuracy_score(gold, said))
    some = (gold | said).any(axis=1)
    if some.any():
        theirs = sk.jaccard_score(gold[some], said[some], average="samples", zero_division=0)
        assert jaccard(gold, said)[some].mean() == pytest.approx(theirs)
    np.testing.assert_array_equal(jaccard(gold, said)[~some], 1)


@PATIENT
@given(tables, st.integers(0, 2**32 - 1))
def test_weights_are_repetitions(table, seed):
    gold, said = table
    counts = np.random.default_rng(seed).integers(0, 4, size=len(gold))
    weighted = Tally.of(gold, said, np.stack([counts, np.ones(len(gold))]))
    repeated = Tally.of(np.repeat(gold, counts, axis=0), np.repeat(said, counts, axis=0))
    np.testing.assert_array_equal(weighted.macro_f1()[0], repeated.macro_f1())
    np.testing.assert_array_equal(weighted.macro_f1()[1], Tally.of(gold, said).macro_f1())


@PATIENT
@given(st.integers(2, 6), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_single_label_as_scikit_learn(labels, items, seed):
    rng = np.random.default_rng(seed)
    true, guess = rng.integers(labels, size=(2, items))
    every = list(range(labels))
    statistic = single_label(
        np.equal.outer(true, every),
        np.equal.outer(guess, every),
        rng.random((items, labels)),
        np.zeros(items, dtype=bool),
        neutral=0,
    )
    figures = statistic(np.ones(items))
    assert figures["accuracy"] == pytest.approx(sk.accuracy_score(true, guess))
    for average in ("macro", "weighted"):
        theirs = sk.f1_score(true, guess, labels=every, average=average, zero_division=0)
        assert figures[f"{average}_f1"] == pytest.approx(theirs)
    if (true > 0).any() or (guess > 0).any():
        theirs = sk.f1_score(true, guess, labels=every[1:], average="micro", zero_division=0)
        assert figures["micro_f1_without_neutral"] == pytest.approx(theirs)


def test_an_abstained_item_counts_as_nothing_predicted():
    scores = np.where(SAID, 0.9, 0.1)
    silent = np.array([True, False, False, False])
    told = SAID.copy()
    told[0] = False
    figures = multi_label(GOLD, SAID, np.where(silent[:, None], np.nan, scores), silent)(np.ones(4))
    expected = Tally.of(GOLD, told)
    assert figures["macro_f1"] == expected.macro_f1()
    np.testing.assert_array_equal(figures["recall"], expected.recall())
    assert figures["jaccard"] == pytest.approx((0 + 1 / 2 + 1 + 1) / 4)
    # All labels of the silent item tie on the last rank: its one gold label is one of three.
    assert figures["lrap"] == pytest.approx((1 / 3 + (1 + 2 / 3) / 2 + 1 + 1) / 4)


def test_an_abstained_item_of_a_single_label_is_wrong():
    gold = np.eye(2, dtype=bool)[[0, 0, 1, 1]]
    silent = np.array([False, True, False, False])
    scores = np.where(silent[:, None], np.nan, gold * 1.0)
    figures = single_label(gold, gold, scores, silent)(np.ones(4))
    assert figures["accuracy"] == 0.75
    np.testing.assert_allclose(figures["recall"], [0.5, 1])
    assert "micro_f1_without_neutral" not in figures


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"\(4, 3\), predictions \(4, 2\)"):
        Tally.of(GOLD, SAID[:, :2])
