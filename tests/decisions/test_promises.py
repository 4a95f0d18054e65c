"""What sets and abstention promise, over many draws of validation data."""

import numpy as np
import pytest

from affekt.core import InputError, LabelSpace, Scores
from affekt.decisions import (
    Abstention,
    DecisionRequest,
    FixedThreshold,
    PredictionSets,
    confidence,
    fit_decision,
)

NAMES = tuple("abcdef")
MULTI, SINGLE = LabelSpace.of(NAMES), LabelSpace.of(NAMES, "single")
RARE = LabelSpace.of([f"label {i}" for i in range(40)])
DRAWS, ITEMS, LATER = 400, 99, 400


def _drawn(rng, items, kind):
    """Scores that are far from calibrated, and gold: the promises do not need good scores."""
    logits = rng.normal(-1, 1.5, (items, 6))
    said = 1.7 * logits + rng.normal(0, 1, (items, 6)) + 0.5
    if kind == "multi":
        gold = rng.random((items, 6)) < 1 / (1 + np.exp(-logits))
        return Scores(1 / (1 + np.exp(-said)), MULTI), gold.astype(np.float32)
    likely, stated = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) for x in (logits, said))
    drawn = np.minimum((likely.cumsum(axis=1) < rng.random((items, 1))).sum(axis=1), 5)
    return Scores(stated, SINGLE), np.eye(6, dtype=np.float32)[drawn]


def _rare(rng, items):
    """Calibrated scores of many labels that few texts have, and gold: much can be learned by heart."""
    logits = rng.normal(-3, 1, (items, len(RARE)))
    chances = 1 / (1 + np.exp(-logits))
    return Scores(chances, RARE), (rng.random(chances.shape) < chances).astype(np.float32)


def _shares(predictions, gold, names=NAMES):
    inside = np.array([[name in p.labels for name in names] for p in predictions])
    carried = gold.any(axis=1)
    return ((inside & (gold > 0)).sum(axis=1) / np.maximum(gold.sum(axis=1), 1))[carried]


@pytest.mark.parametrize("kind", ["single", "multi"])
def test_what_is_asked_for_without_a_coverage_covers_nine_of_ten(kind):
    rng = np.random.default_rng(4)
    validation, (later, gold) = _drawn(rng, 3000, kind), _drawn(rng, 3000, kind)
    said = fit_decision(DecisionRequest("sets"), *validation).apply(later)
    assert _shares(said, gold).mean() == pytest.approx(0.9, abs=0.03)
    kept = fit_decision(DecisionRequest("abstain"), *validation).apply(later)
    assert np.mean([p.abstained is None for p in kept]) == pytest.approx(0.9, abs=0.03)


def test_nothing_that_was_learned_by_heart_is_promised():
    """Calibration of 40 labels by 60 texts knows which of them have which: sets that are fitted on these come out small."""
    rng = np.random.default_rng(5)
    reached = []
    for _ in range(20):
        fitted = fit_decision(DecisionRequest("sets", 0.8), *_rare(rng, 60))
        scores, gold = _rare(rng, 100)
        reached.append(_shares(fitted.apply(scores), gold, RARE.names).mean())
    assert np.mean(reached) > 0.8 - 3 * np.std(reached) / np.sqrt(len(reached))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "method"), [("single", "lac"), ("single", "aps"), ("multi", "risk")])
def test_sets_hold_what_they_promise(kind, method):
    rng = np.random.default_rng(0)
    for coverage in (0.8, 0.9):
        reached = []
        for _ in range(DRAWS):
            fitted = PredictionSets.fit(*_drawn(rng, ITEMS, kind), coverage=coverage, method=method)
            scores, gold = _drawn(rng, LATER, kind)
            reached.append(_shares(fitted.apply(scores), gold).mean())
        slack = 3 * np.std(reached) / np.sqrt(DRAWS)
        # The highest expectation is 1 / (n + 1) above the promise for one label, twice that for several.
        assert coverage - slack <= np.mean(reached) <= coverage + 2 / (ITEMS * 0.7) + slack


@pytest.mark.slow
def test_sets_on_calibrated_scores_hold_it_too():
    rng = np.random.default_rng(1)
    reached = []
    for _ in range(DRAWS):
        fitted = fit_decision(DecisionRequest("sets", 0.9), *_drawn(rng, 2 * ITEMS, "multi"))
        scores, gold = _drawn(rng, LATER, "multi")
        reached.append(_shares(fitted.apply(scores), gold).mean())
    slack = 3 * np.std(reached) / np.sqrt(DRAWS)
    assert 0.9 - slack <= np.mean(reached) <= 0.9 + 2 / (ITEMS * 0.7) + slack


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["single", "multi"])
def test_abstention_keeps_as_many_as_it_promises(kind):
    rng = np.random.default_rng(2)
    kept = []
    for _ in range(DRAWS):
        fitted = Abstention.fit(*_drawn(rng, ITEMS, kind), FixedThreshold(), coverage=0.7)
        predictions = fitted.apply(_drawn(rng, LATER, kind)[0])
        kept.append(np.mean([p.abstained is None for p in predictions]))
    slack = 3 * np.std(kept) / np.sqrt(DRAWS)
    assert 0.7 - slack <= np.mean(kept) <= 0.7 + 1 / (ITEMS + 1) + slack


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["single", "multi"])
def test_abstention_keeps_the_risk_as_often_as_it_promises(kind):
    rng = np.random.default_rng(3)
    scores, gold = _drawn(rng, 20000, kind)
    population = FixedThreshold().apply(scores)
    said = np.array([[name in p.labels for name in NAMES] for p in population])
    true = gold > 0
    union = (said | true).sum(axis=1)
    losses = 1 - np.where(union == 0, 1, (said & true).sum(axis=1) / np.maximum(union, 1))
    sure = confidence(population, scores.space)
    risk = float(losses.mean()) - 0.1
    broken, kept = [], []
    for _ in range(DRAWS // 2):
        try:
            fitted = Abstention.fit(*_drawn(rng, 1000, kind), FixedThreshold(), risk=risk)
        except InputError:  # what is not promised is not broken
            broken.append(False)
            kept.append(0.0)
            continue
        broken.append(losses[sure >= fitted.cut].mean() > risk)
        kept.append((sure >= fitted.cut).mean())
    assert np.mean(broken) <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / len(broken))
    # Of kind multi these scores hardly tell good answers from bad ones, and little can be promised.
    assert np.mean(kept) > (0.1 if kind == "single" else 0)


@pytest.mark.parametrize("groups", [["one"] * 90, ["one"] * 86 + ["two"] * 4], ids=["one", "unequal"])
def test_groups_of_which_no_half_can_be_made_leave_a_promise_possible(groups):
    scores, gold = _drawn(np.random.default_rng(0), 90, "multi")
    made = [fit_decision(DecisionRequest("sets", 0.9), scores, gold, groups=g) for g in (groups, None)]
    assert made[0].to_dict() == made[1].to_dict()


def test_rows_that_take_turns_are_not_told_apart_by_their_place():
    """Every second row is of one label: halves by place would know one label each."""
    scores, gold = _drawn(np.random.default_rng(0), 200, "single")
    gold = np.eye(6, dtype=np.float32)[np.arange(200) % 2]
    told = fit_decision(DecisionRequest("sets", 0.9), scores, gold).to_dict()
    for name in ("a", "b"):
        assert told["calibration"]["curves"][name]["prior"] == pytest.approx(0.5, abs=0.15)
