"""Figures of free descriptors: by hand."""

import numpy as np
import pytest

from affekt.metrics import grouped, matched, overlap, synonym_groups


def test_synonyms_case_and_blanks_are_one():
    sets = grouped([["Happy", " glad ", "Deep  Sorrow", ""], []], {"glad": "happy"})
    assert sets == [frozenset({"happy", "deep sorrow"}), frozenset()]
    assert grouped([["Glad"]]) == [frozenset({"glad"})]


def test_overlap_by_hand():
    gold = grouped([["joy", "love"], ["fear"], ["anger"], []])
    said = grouped([["joy", "pride", "hope"], [], ["anger"], ["calm"]])
    figures = overlap(gold, said)(np.ones(4))
    assert figures["set_precision"] == pytest.approx((1 / 3 + 1 + 0) / 3)  # the silent item has none
    assert figures["set_recall"] == pytest.approx((1 / 2 + 0 + 1) / 3)
    assert figures["set_f1"] == pytest.approx((2 / 5 + 0 + 1 + 0) / 4)
    assert figures["set_jaccard"] == pytest.approx((1 / 4 + 0 + 1 + 0) / 4)


def test_silence_is_undefined_in_precision_and_costs_recall():
    figures = overlap(grouped([["joy"]]), grouped([[]]))(np.ones(1))
    assert np.isnan(figures["set_precision"])
    assert figures["set_recall"] == figures["set_f1"] == 0
    assert all(np.isnan(x) for x in overlap(grouped([[]]), grouped([[]]))(np.ones(1)).values())


def _vectors(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_matching_by_hand():
    # predicted 0° and 90° against gold 60°: cosines 1/2 and √3/2
    gold, said = [_vectors(60)], [_vectors(0, 90)]
    figures = matched(gold, said)(np.ones(1))
    precision, recall = (0.5 + 3**0.5 / 2) / 2, 3**0.5 / 2
    assert figures["match_precision"] == pytest.approx(precision, abs=1e-6)
    assert figures["match_recall"] == pytest.approx(recall, abs=1e-6)
    assert figures["match_f1"] == pytest.approx(2 * precision * recall / (precision + recall), abs=1e-6)
    near = matched(gold, said, closeness=0.8)(np.ones(1))
    assert (near["match_precision"], near["match_recall"]) == (0.5, 1)
    assert matched(gold, [_vectors(240)])(np.ones(1))["match_f1"] == 0  # opposed, no debt


def test_weights_choose_items_and_empty_sides_are_told_apart():
    none = np.zeros((0, 2), dtype=np.float32)
    statistic = matched([_vectors(0), _vectors(0), none, none], [_vectors(0), none, _vectors(0), none])
    figures = statistic(np.eye(4))
    np.testing.assert_allclose(figures["match_precision"], [1, np.nan, 0, np.nan], atol=1e-6)
    np.testing.assert_allclose(figures["match_recall"], [1, 0, np.nan, np.nan], atol=1e-6)
    np.testing.assert_allclose(figures["match_f1"], [1, 0, 0, np.nan], atol=1e-6)


def test_a_descriptor_joins_the_nearest_founder():
    names, vectors = ["joy", "delight", "grief", "gloom"], _vectors(0, 20, 90, 70)
    groups = synonym_groups(names, vectors, closeness=np.cos(np.radians(30)))
    assert groups == {"joy": "joy", "delight": "joy", "grief": "grief", "gloom": "grief"}
    # 20° apart, each from the next: a chain does not make one group of all
    chain = synonym_groups(["a", "b", "c"], _vectors(0, 20, 40), closeness=np.cos(np.radians(30)))
    assert chain == {"a": "a", "b": "a", "c": "c"}


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="of 1 items, but predicted ones of 2"):
        overlap(grouped([["a"]]), grouped([["a"], ["b"]]))
