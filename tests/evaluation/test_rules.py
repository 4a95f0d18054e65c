"""Trivial rules: the formulas of the literature, and figures known from published splits."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.corpora import load_corpus
from affekt.evaluation import (
    best_fixed_set,
    dimensional_rules,
    multi_label_rules,
    ordinal_rules,
    single_label_rules,
)

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=40, deadline=None)


def _gold(seed, items=60, labels=5):
    rng = np.random.default_rng(seed)
    return rng.random((items, labels)) < rng.random(labels)


@PATIENT
@given(st.integers(0, 2**32 - 1))
def test_multi_label_formulas(seed):
    gold = _gold(seed)
    p, labels = gold.mean(axis=0), gold.shape[1]
    rules = multi_label_rules(gold)
    assert rules["all_positive"]["macro_f1"] == pytest.approx((2 * p / (1 + p)).mean())
    assert rules["all_positive"]["micro_f1"] == pytest.approx(2 * p.sum() / (p.sum() + labels))
    assert rules["all_positive"]["jaccard"] == pytest.approx(p.sum() / labels)
    frequent = p[p >= 0.5]
    assert rules["majority_per_label"]["macro_f1"] == pytest.approx(
        (2 * frequent / (1 + frequent)).sum() / labels
    )
    assert "fixed_set" not in rules


@PATIENT
@given(st.integers(0, 2**32 - 1))
def test_the_fixed_set_is_the_best_of_all_sets(seed):
    gold = _gold(seed, labels=4)
    gold[0, 0] = True
    micro = [
        2 * (gold & answer).sum() / (gold.sum() + sum(answer) * len(gold))
        for answer in product([False, True], repeat=4)
    ]
    chosen = best_fixed_set(gold)
    reached = 2 * (gold & chosen).sum() / (gold.sum() + chosen.sum() * len(gold))
    assert reached == pytest.approx(max(micro))


def test_rules_learn_from_other_data_only():
    dev = np.array([[1, 0], [1, 0], [0, 1]], dtype=bool)
    gold = np.array([[0, 1], [0, 1]], dtype=bool)
    rules = multi_label_rules(gold, dev)
    assert rules["majority_per_label"]["micro_f1"] == 0  # says the first label, which no item has
    assert rules["fixed_set"] == rules["majority_per_label"]
    assert single_label_rules(gold, dev)["majority"]["accuracy"] == 0
    assert single_label_rules(gold)["majority"]["accuracy"] == 1


@PATIENT
@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_single_label_formulas(labels, seed):
    gold = np.eye(labels, dtype=bool)[np.random.default_rng(seed).integers(labels, size=80)]
    shares = gold.mean(axis=0)
    best, p = int(shares.argmax()), shares.max()
    majority, uniform = (single_label_rules(gold, neutral=best)[rule] for rule in ("majority", "uniform"))
    assert majority["accuracy"] == pytest.approx(p)
    assert majority["macro_f1"] == pytest.approx(2 * p / ((1 + p) * labels))
    assert majority["weighted_f1"] == pytest.approx(2 * p**2 / (1 + p))
    assert majority["micro_f1_without_neutral"] == 0
    assert uniform["accuracy"] == pytest.approx(1 / labels)
    assert uniform["macro_f1"] == pytest.approx((2 * shares / labels / (shares + 1 / labels)).mean())


def test_constant_values_and_levels():
    gold = np.array([[1.0, np.nan], [2.0, 4.0], [6.0, 4.0]])
    rule = dimensional_rules(gold)["constant"]
    assert np.isnan(rule["mean_pearson"])
    assert rule["mean_mae"] == pytest.approx((2 + 1 + 3) / 3 / 2)  # the second axis is always right
    rule = dimensional_rules(gold, prior_gold=np.array([[2.0, 4.0]]))["constant"]
    assert rule["mean_mae"] == pytest.approx((1 + 0 + 4) / 3 / 2)
    rule = ordinal_rules(np.array([[0.0], [0.0], [3.0]]))["constant"]
    assert np.isnan(rule["mean_pearson"])
    assert rule["mean_kappa"] == pytest.approx(0)
    assert rule["mean_mae"] == pytest.approx(1)


@pytest.mark.corpora
def test_published_splits(corpora_dir):
    e_c = load_corpus("semeval2018/e-c-en:test", corpora_dir).gold > 0.5
    rules = multi_label_rules(e_c, load_corpus("semeval2018/e-c-en:dev", corpora_dir).gold > 0.5)
    rounded = {(r, m): round(x, 3) for r, values in rules.items() for m, x in values.items()}
    assert rounded["all_positive", "jaccard"] == 0.220
    assert rounded["all_positive", "micro_f1"] == 0.360
    assert rounded["all_positive", "macro_f1"] == 0.341
    assert rounded["fixed_set", "jaccard"] == 0.320
    assert rounded["fixed_set", "micro_f1"] == 0.476
    english = load_corpus("brighter/a-eng:test", corpora_dir).gold > 0.5
    rules = multi_label_rules(english)
    assert round(rules["all_positive"]["macro_f1"], 3) == 0.449
    assert round(rules["majority_per_label"]["macro_f1"], 3) == 0.143
    emory = load_corpus("emorynlp:test", corpora_dir).gold > 0.5
    assert round(single_label_rules(emory)["majority"]["weighted_f1"], 3) == 0.109
