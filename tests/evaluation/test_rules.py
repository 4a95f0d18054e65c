"""Trivial rules: the formulas of the literature, and figures known from published splits."""

import json
import lzma
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.corpora import load_corpus
from affekt.evaluation import (
    CAUSE_POSITIONS,
    TRIGGER_POSITIONS,
    best_fixed_set,
    dimensional_rules,
    inertia_rules,
    multi_label_rules,
    ordinal_rules,
    position_rules,
    rater_rules,
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
    # Said as often as true, a label has its share as F1.
    assert rules["prior_random"]["macro_f1"] == pytest.approx(p.mean())
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
    assert single_label_rules(gold)["prior_random"]["accuracy"] == pytest.approx((shares**2).sum())
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


def test_inertia_by_hand():
    gold = np.eye(3, dtype=bool)[[1, 2, 1, 2, 2]]
    dialogues, speakers = ["x", "x", "x", "y", "y"], ["a", "b", "a", "a", "a"]
    rules = inertia_rules(gold, dialogues, speakers, neutral=0)
    assert rules["oracle_previous"]["accuracy"] == 1 / 5  # 0 1 2 0 2
    assert rules["oracle_same_speaker"]["accuracy"] == 2 / 5  # 0 0 1 0 2
    assert inertia_rules(gold, dialogues, speakers)["oracle_previous"]["accuracy"] == 2 / 5  # 2 1 2 2 2


def test_the_mean_distribution_of_the_raters():
    shares = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    rule = rater_rules(shares)["mean_distribution"]
    assert rule["cross_entropy"] == pytest.approx(np.log(2))
    rule = rater_rules(shares, prior_shares=np.array([[0.8, 0.2]]))["mean_distribution"]
    assert rule["cross_entropy"] == pytest.approx(-(np.log(0.8) + np.log(0.2)) / 2)


def test_positions_by_hand():
    # Two items, of three turns and of one; the trigger of the first is the turn before its last.
    gold = np.array([False, True, False, True])
    rules = position_rules(gold, [3, 1], {"self": (0,), "previous": (1,)})
    assert rules["self"]["positive_f1"] == pytest.approx(2 * 1 / (2 + 2))
    assert rules["previous"]["precision"] == 1
    assert rules["previous"]["recall"] == 0.5
    assert rules["all"]["positive_f1"] == pytest.approx(2 * 2 / (4 + 2))
    assert rules["none"]["positive_f1"] == 0
    assert np.isnan(rules["none"]["precision"])
    assert rules["coin"]["positive_f1"] == pytest.approx(0.5 / (0.5 + 0.5))


def _published(path):
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("name", "figures"), [("MaSaC", (0.792, 0.823, 0.762, 0.103)), ("MELD", (0.684, 0.742, 0.636, 0.238))]
)
def test_triggers_by_position_in_published_splits(corpora_dir, name, figures):
    flips = _published(corpora_dir / "ediref" / f"{name}_test_efr.json.xz")
    gold = np.array([float(x) == 1 for flip in flips for x in flip["labels"]])
    rules = position_rules(gold, [len(flip["labels"]) for flip in flips], TRIGGER_POSITIONS)
    found = rules["next_to_last"]
    reached = [found["positive_f1"], found["precision"], found["recall"], rules["all"]["positive_f1"]]
    np.testing.assert_allclose(reached, figures, atol=6e-4)


@pytest.mark.corpora
def test_causes_by_position_in_a_published_split(corpora_dir):
    gold, turns = [], []
    for (dialogue,) in _published(corpora_dir / "reccon" / "dailydialog_test.json.xz").values():
        for place, turn in enumerate(dialogue, start=1):
            causes = turn.get("expanded emotion cause evidence")
            if causes is not None:
                gold += [i in causes for i in range(1, place + 1)]
                turns.append(place)
    rules = position_rules(np.array(gold), turns, CAUSE_POSITIONS)
    assert (len(gold), sum(gold)) == (7097, 1767)
    for rule, expected in {
        "self": (0.466, 0.865, 0.666),
        "previous": (0.406, 0.856, 0.631),
        "self_and_previous": (0.636, 0.863, 0.750),
        "self_and_two_before": (0.607, 0.801, 0.704),
        "all": (0.399, 0, 0.199),
    }.items():
        reached = [rules[rule][name] for name in ("positive_f1", "negative_f1", "macro_f1")]
        np.testing.assert_allclose(reached, expected, atol=6e-4, err_msg=rule)


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
    scenes = load_corpus("emorynlp:test", corpora_dir)
    emory = scenes.gold > 0.5
    neutral = scenes.space.index("neutral")
    inertia = inertia_rules(emory, scenes.groups, [item.speaker for item in scenes.items], neutral)
    for rule, expected in {"oracle_previous": (0.273, 0.235), "oracle_same_speaker": (0.320, 0.294)}.items():
        assert (round(inertia[rule]["weighted_f1"], 3), round(inertia[rule]["macro_f1"], 3)) == expected
    assert round(single_label_rules(emory)["majority"]["weighted_f1"], 3) == 0.109
