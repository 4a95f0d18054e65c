"""Figures of causes, triggers and spans: by hand, and held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from affekt.core import Evidence
from affekt.metrics import bootstrap, from_the_end, named_turns, pair_ratios, pairs, spans, word_f1

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=25, deadline=None)


def test_evidence_becomes_pairs_of_item_and_turn():
    evidence = [Evidence(1, turn=0), Evidence(0, turn=2), Evidence(1, turn=0, start=3, end=9), Evidence(1)]
    np.testing.assert_array_equal(named_turns(evidence, [3, 2]), [0, 0, 1, 1, 0])
    np.testing.assert_array_equal(from_the_end([3, 2, 0, 1]), [2, 1, 0, 1, 0, 0])
    assert named_turns([], []).shape == from_the_end([]).shape == (0,)


@pytest.mark.parametrize("entry", [Evidence(0, turn=3), Evidence(2, turn=0), Evidence(0, turn=-1)])
def test_evidence_beyond_the_turns_is_refused(entry):
    with pytest.raises(ValueError, match=f"turn {entry.turn} of item {entry.item}"):
        named_turns([entry], [3, 2])


@PATIENT
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_pairs_as_scikit_learn(number, seed):
    gold, said = np.random.default_rng(seed).random((2, number)) < 0.3
    figures = pairs(gold, said)(np.ones(number))
    for name, theirs in (
        ("positive_f1", sk.f1_score(gold, said, zero_division=np.nan)),
        ("negative_f1", sk.f1_score(gold, said, pos_label=False, zero_division=np.nan)),
        ("macro_f1", sk.f1_score(gold, said, labels=[True, False], average="macro", zero_division=0)),
        ("weighted_f1", sk.f1_score(gold, said, average="weighted", zero_division=0)),
        ("precision", sk.precision_score(gold, said, zero_division=np.nan)),
        ("recall", sk.recall_score(gold, said, zero_division=np.nan)),
        ("accuracy", sk.accuracy_score(gold, said)),
    ):
        np.testing.assert_allclose(figures[name], theirs, atol=1e-12, err_msg=name)


def test_spans_by_hand():
    gold = ["you broke it", "The sad  song.", "because of rain", "I lost", "", ""]
    said = ["you broke it", "sad song", "of rain and snow", "", "", "so what"]
    figures = spans(gold, said)(np.ones(6))
    # words: 1; 1, articles and stops apart; 2·2/(3+4); 0 | 1 and 0
    assert word_f1(gold[1], said[1]) == 1
    assert word_f1(gold[2], said[2]) == pytest.approx(4 / 7)
    assert figures["positive_em"] == pytest.approx(1 / 4)
    assert figures["positive_f1"] == pytest.approx((1 + 1 + 4 / 7 + 0) / 4)
    # neither "sad song" lies in "The sad  song." with its two blanks, nor the third pair in each other
    assert figures["positive_contained_f1"] == pytest.approx(1 / 4)
    assert figures["negative_f1"] == pytest.approx(2 * 1 / (2 + 2))
    assert figures["f1"] == pytest.approx((1 + 1 + 4 / 7 + 0 + 1 + 0) / 6)


def test_a_part_of_a_span_has_credit_as_in_the_published_script():
    figures = spans(["you broke it"], ["broke it"])(np.ones(1))
    assert figures["positive_contained_f1"] == figures["positive_f1"] == pytest.approx(4 / 5)
    assert np.isnan(figures["negative_f1"])


def test_word_f1_counts_repeated_words_as_often_as_both_have_them():
    assert word_f1("no no no", "no no yes") == pytest.approx(2 * 2 / 6)
    assert word_f1("the", "!") == 1
    assert word_f1("the", "rain") == 0


def test_no_span_at_all_leaves_the_figures_of_spans_undefined():
    figures = spans(["", ""], ["", "rain"])(np.ones(2))
    assert np.isnan([figures["positive_em"], figures["positive_f1"], figures["positive_contained_f1"]]).all()
    assert figures["negative_f1"] == pytest.approx(2 / 3)
    assert figures["f1"] == 0.5


def test_dialogues_are_resampled_whole():
    gold, said = ["a b", "c", "", "d e"] * 6, ["a", "c", "", ""] * 6
    groups = [str(i // 4) for i in range(24)]
    for name, estimate in bootstrap(spans(gold, said), 24, groups=groups, replicates=50).items():
        # Every dialogue is the same, so every resample is the whole again.
        np.testing.assert_allclose([estimate.low, estimate.high], estimate.value, rtol=1e-6, err_msg=name)


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="2 gold spans, but 1 predicted"):
        spans(["a", "b"], ["a"])
    with pytest.raises(ValueError, match=r"\(2,\), predictions \(3,\)"):
        pairs(np.zeros(2, dtype=bool), np.zeros(3, dtype=bool))


def test_ratios_of_items_give_the_same_figures():
    rng = np.random.default_rng(5)
    gold, said, owner = rng.random(40) < 0.3, rng.random(40) < 0.5, rng.integers(7, size=40)
    weights = rng.integers(0, 3, size=(5, 7)).astype(np.float64)
    expected = pairs(gold, said)(weights[:, owner])
    figures = pair_ratios(gold, said).within(owner, 7)(weights)
    assert set(figures) == set(expected) - {"macro_f1", "weighted_f1"}
    for name, values in figures.items():
        np.testing.assert_allclose(values, expected[name])
