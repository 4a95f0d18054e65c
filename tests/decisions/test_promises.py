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


def _shares(predictions, gold):
    inside = np.array([[name in p.labels for name in NAMES] for p in predictions])
    carried = gold.any(axis=1)
    return ((inside & (gold > 0)).sum(axis=1) / np.maximum(gold.sum(axis=1), 1))[carried]


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
