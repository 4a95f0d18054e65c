"""Corrections by labelled texts: the best ones by their own definition, and none where there is nothing to correct."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge

from affekt.core import InputError, Label, LabelError, LabelSpace, Poles, Scores
from affekt.decisions import (
    Correction,
    FixedThreshold,
    LabelThresholds,
    QuestionDecision,
    decision_from_dict,
    fit_correction,
    same_question,
)

D = 6
SPACES = {
    "multi": LabelSpace("mine", (Label("joy", "being glad"), Label("fear"), Label("guilt")), "multi"),
    "single": LabelSpace("mine", (Label("joy", "being glad"), Label("fear"), Label("guilt")), "single"),
    "dimensional": LabelSpace("axes", (Label("valence"), Label("arousal")), "dimensional", range=(1, 5)),
}


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def material(kind, texts=300, strength=3.0, seed=0):
    """Texts whose gold depends on their vectors in a way that the scores say nothing of, for as much as `strength`."""
    rng = np.random.default_rng(seed)
    space = SPACES[kind]
    vectors = rng.normal(size=(texts, D))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    said = rng.normal(size=(texts, len(space)))
    truth = said + strength * vectors @ rng.normal(size=(D, len(space)))
    if kind == "dimensional":
        values, gold = 3 + 0.3 * said, np.clip(3 + 0.3 * truth + 0.05 * rng.normal(size=truth.shape), 1, 5)
    elif kind == "single":
        values = softmax(said)
        gold = np.eye(len(space))[(truth + rng.gumbel(size=truth.shape)).argmax(axis=1)]
    else:
        values, gold = sigmoid(said), (rng.random(truth.shape) < sigmoid(truth)).astype(float)
    return Scores(values, space), vectors.astype(np.float32), gold


def loss(values, gold, kind):
    if kind == "dimensional":
        return float(((values - gold) ** 2).mean())
    values = np.clip(np.asarray(values, float), 1e-7, 1 - 1e-7)
    said = gold * np.log(values) + (kind == "multi") * (1 - gold) * np.log(1 - values)
    return float(-said.mean())


@pytest.mark.parametrize("kind", SPACES)
def test_what_the_scores_lack_is_learned_and_holds_on_other_texts(kind):
    scores, vectors, gold = material(kind, 2000)
    first, others = np.arange(1000), np.arange(1000, 2000)
    fitted = fit_correction(scores.take(first.tolist()), vectors[first], gold[first])
    before = loss(scores.values[others], gold[others], kind)
    after = loss(
        fitted.correction.corrected(scores.values[others], vectors[others], scores.space), gold[others], kind
    )
    assert after < 0.9 * before
    told = loss(fitted.held_out.values, gold[first], kind)
    assert told == pytest.approx(after, rel=0.2)  # what is told of it is true
    inside = loss(
        fitted.correction.corrected(scores.values[first], vectors[first], scores.space), gold[first], kind
    )
    assert inside < told  # and not what the texts say of a correction that was made of them


@pytest.mark.parametrize("kind", ["multi", "single"])
@pytest.mark.parametrize("seed", range(3))
def test_the_most_probable_weights_are_found(kind, seed):
    """At the top of a concave function its slope is nothing: what the texts pull is what the prior pulls back."""
    scores, vectors, gold = material(kind, 80, seed=seed)
    fitted = fit_correction(scores, vectors, gold)
    values = fitted.correction.corrected(scores.values, vectors, scores.space)
    centred = vectors - vectors.mean(axis=0)
    slack = centred.T @ (gold - values) - fitted.pull * fitted.correction.weight
    assert np.abs(slack).max() < 0.05 * np.abs(centred.T @ (gold - values)).max()


def test_without_labels_to_begin_with_it_is_the_logistic_regression_of_scikit_learn():
    scores, vectors, gold = material("multi", 4000)
    even = Scores(np.full_like(scores.values, 0.5), scores.space)
    fitted = fit_correction(even, vectors, gold)
    for j in range(len(scores.space)):
        known = LogisticRegression(C=1 / fitted.pull, tol=1e-8).fit(vectors, gold[:, j])
        np.testing.assert_allclose(fitted.correction.weight[:, j], known.coef_[0], atol=0.05)


def test_axes_are_a_line_and_a_ridge_regression():
    scores, vectors, gold = material("dimensional", 4000)
    fitted = fit_correction(scores, vectors, gold)
    for j in range(2):
        slope, _ = np.polyfit(scores.values[:, j], gold[:, j], 1)
        assert fitted.correction.slope[j] == pytest.approx(slope, rel=0.01)
        rest = gold[:, j] - fitted.correction.slope[j] * scores.values[:, j]
        known = Ridge(alpha=fitted.pull).fit(vectors, rest)
        np.testing.assert_allclose(fitted.correction.weight[:, j], known.coef_, atol=1e-4)


def test_few_texts_do_not_turn_an_axis_round():
    """Ten texts whose values run against the axis by chance; one whose values never change has no slope to learn."""
    rng = np.random.default_rng(0)
    said = np.column_stack([np.linspace(2, 4, 10), np.full(10, 3)])
    gold = np.column_stack([3 - 0.1 * (said[:, 0] - 3), np.linspace(2, 4, 10)])
    vectors = rng.normal(size=(10, D)).astype(np.float32)
    correction = fit_correction(Scores(said, SPACES["dimensional"]), vectors, gold).correction
    assert correction.slope[0] == pytest.approx(0.45, abs=1e-6)  # half of 1, and half of -.1
    assert np.isfinite(correction.slope).all()


@pytest.mark.parametrize("kind", SPACES)
def test_a_model_that_is_right_is_left_nearly_as_it_is(kind):
    scores, vectors, gold = material(kind, 2000, strength=0.0)
    fitted = fit_correction(scores, vectors, gold)
    values = fitted.correction.corrected(scores.values, vectors, scores.space)
    assert np.abs(values - scores.values).mean() < 0.03


def test_a_model_that_knows_thousands_of_such_texts_is_left_alone():
    """Then the usual pull loses, and held-out texts say so."""
    scores, _, gold = material("multi", 4000, strength=0.0)
    rng = np.random.default_rng(1)
    wide = rng.normal(size=(4000, 300)).astype(np.float32)
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    assert fit_correction(scores, wide, gold).pull > fit_correction(*material("multi", 600)).pull


@pytest.mark.parametrize("kind", ["multi", "single"])
def test_a_pull_that_is_better_by_chance_is_not_taken(kind):
    """In four of ten draws held-out texts like a stronger pull better, mostly by less than a standard error."""
    usual = fit_correction(*material(kind, 600)).pull
    pulls = [fit_correction(*material(kind, 150, strength=0.9, seed=seed)).pull for seed in range(60)]
    assert pulls.count(usual) > 48


def test_few_texts_that_lack_a_label_do_not_rule_it_out():
    scores, vectors, gold = material("multi", 20)
    gold[:, 2] = 0
    fitted = fit_correction(scores, vectors, gold)
    values = fitted.correction.corrected(scores.values, vectors, scores.space)
    assert 0.05 < values[:, 2].mean() < scores.values[:, 2].mean()


def test_dialogues_are_not_divided_between_folds():
    """Each group's vector tells its gold, which is chance: only who has seen the group knows it."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(30), 10)
    vectors = np.eye(30, dtype=np.float32)[groups]
    gold = (rng.random((30, 3)) < 0.5).astype(float)[groups]
    scores = Scores(np.full((300, 3), 0.5), SPACES["multi"])
    apart = fit_correction(scores, vectors, gold, groups=[str(g) for g in groups])
    mixed = fit_correction(scores, vectors, gold)
    assert loss(apart.held_out.values, gold, "multi") > 0.6
    assert loss(mixed.held_out.values, gold, "multi") < 0.4
    two = fit_correction(scores, vectors, gold, groups=["one"] * 150 + ["other"] * 150)
    assert loss(two.held_out.values, gold, "multi") > 0.6  # as many folds as groups
    one = fit_correction(scores, vectors, gold, groups=["one"] * 300)
    assert np.isfinite(one.held_out.values).all()  # one group cannot be held to another


def test_groups_without_usable_texts_leave_no_fold_empty():
    scores, vectors, gold = material("multi", 60)
    silent = Scores(
        np.where(np.arange(60)[:, None] < 40, np.nan, scores.values),
        scores.space,
        ("unread",) * 40 + (None,) * 20,
    )
    fitted = fit_correction(silent, vectors, gold, groups=[f"author {i}" for i in range(40)] + ["me"] * 20)
    assert np.isfinite(fitted.correction.weight).all()
    assert np.isfinite(fitted.held_out.values[40:]).all()


@pytest.mark.parametrize("kind", SPACES)
def test_texts_without_scores_or_gold_tell_nothing(kind):
    scores, vectors, gold = material(kind, 60)
    values = np.array(scores.values)
    values[:5] = np.nan
    told = np.array(gold)
    told[5:10] = np.nan
    silent = Scores(values, scores.space, ("unread",) * 5 + (None,) * 55)
    fitted = fit_correction(silent, vectors, told)
    assert np.isnan(fitted.held_out.values[:5]).all()
    assert not np.isnan(fitted.held_out.values[5:]).any()
    changed = np.array(vectors)
    changed[:10] = 0.5
    again = fit_correction(silent, changed, told)
    np.testing.assert_array_equal(again.correction.weight, fitted.correction.weight)


@settings(max_examples=30, deadline=None)
@given(st.permutations(["JOY", "Fear", "guilt"]))
def test_labels_may_come_in_any_order_and_case(names):
    scores, vectors, gold = material("multi", 40)
    correction = fit_correction(scores, vectors, gold).correction
    whole = correction.corrected(scores.values, vectors, scores.space)
    asked = LabelSpace.of(names, "multi")
    assert correction.fits(asked)
    columns = [scores.space.names.index(name.casefold()) for name in asked.names]
    np.testing.assert_array_equal(correction.corrected(scores.values, vectors, asked), whole[:, columns])


def test_another_question_is_not_answered_by_what_was_said_of_this_one():
    own = SPACES["multi"]
    asked = {
        "some of the labels": LabelSpace.of(["joy", "fear"], "multi"),
        "one more": LabelSpace.of(["joy", "fear", "guilt", "pride"], "multi"),
        "exactly one": LabelSpace.of(["joy", "fear", "guilt"], "single"),
        "other words": LabelSpace.of(["joy", "fear=of what may come", "guilt"], "multi"),
        "other words for a described label": LabelSpace.of(["joy=fun", "fear", "guilt"], "multi"),
    }
    assert not any(same_question(own, space) for space in asked.values())
    assert same_question(own, LabelSpace.of(["fear", "Joy=being glad", "guilt"], "multi"))
    axes = SPACES["dimensional"]
    assert same_question(axes, LabelSpace("other", axes.labels, "dimensional", range=(0, 1)))
    poles = Label("valence", poles=Poles(("fine",), ("bad",)))
    assert not same_question(axes, LabelSpace("other", (poles, axes.labels[1]), "dimensional", range=(1, 5)))


def test_a_decision_goes_with_its_question_whatever_the_space_is_called():
    cuts = LabelThresholds({"joy": 0.9, "fear": 0.1, "guilt": 0.5})
    decision = QuestionDecision(SPACES["multi"], cuts, FixedThreshold(0.4))
    again = decision_from_dict(json.loads(json.dumps(decision.to_dict())))
    assert again == decision
    values = np.array([[0.6, 0.2, 0.3]])
    own = Scores(values[:, [1, 0, 2]], LabelSpace.of(["Fear", "Joy", "guilt"], "multi"))
    assert again.apply(own)[0].labels == ("Fear",)
    other = Scores(values, LabelSpace.of(["joy", "fear", "pride"], "multi"))
    assert again.apply(other)[0].labels == ("joy",)


def test_axes_are_read_in_the_range_that_is_asked_for():
    scores, vectors, gold = material("dimensional", 60)
    names = (Label("Arousal"), Label("valence"))
    for seen, asked in (
        (False, (0, 1)),
        (True, (0, 1)),
        (True, (1, 100)),
        (False, (1.5, 4)),
        (True, (1.5, 4)),
    ):
        correction = fit_correction(scores, vectors, gold, seen_range=seen).correction
        own = correction.corrected(scores.values, vectors, scores.space)
        assert own.min() >= 1
        assert own.max() <= 5
        # What other texts of one scale span is no scale: then values keep their unit.
        low, high = asked
        kept = seen and asked == (1.5, 4)
        expected = np.clip(own, low, high) if kept else low + (own - 1) / 4 * (high - low)
        space = LabelSpace("other", names, "dimensional", range=asked)
        found = correction.corrected(scores.values, vectors, space)
        np.testing.assert_allclose(found[:, ::-1], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", SPACES)
def test_it_is_stored_as_json(kind):
    scores, vectors, gold = material(kind, 60)
    correction = fit_correction(scores, vectors, gold).correction
    again = Correction.from_dict(json.loads(json.dumps(correction.to_dict())))
    assert again.space == correction.space
    np.testing.assert_allclose(
        again.corrected(scores.values, vectors, scores.space),
        correction.corrected(scores.values, vectors, scores.space),
        atol=1e-5,
    )


def test_what_does_not_suffice_is_told():
    scores, vectors, gold = material("multi", 9)
    with pytest.raises(
        InputError, match=r"'mine' has 9 labelled texts .* and 10 are needed: label more texts"
    ):
        fit_correction(scores, vectors, gold)
    levels = LabelSpace("levels", (Label("joy"),), "ordinal", levels=4)
    with pytest.raises(LabelError, match=r"kind 'ordinal', and scores are corrected in kinds multi"):
        fit_correction(Scores(np.zeros((20, 1)), levels), np.zeros((20, D), np.float32), np.zeros((20, 1)))
    scores, vectors, gold = material("single", 20)
    gold[:3] = np.nan
    gold[13] = 0
    with pytest.raises(InputError, match=r"item 13 has not exactly one gold label"):
        fit_correction(scores, vectors, gold)
    scores, vectors, gold = material("multi", 20)
    with pytest.raises(
        InputError, match=r"no text has a label of space 'mine': name labels that the texts have"
    ):
        fit_correction(scores, vectors, gold * 0)
    with pytest.raises(ValueError, match=r"vectors \(5, 6\)"):
        fit_correction(scores, vectors[:5], gold)


def test_a_damaged_correction_is_not_read():
    stored = fit_correction(*material("multi", 20)).correction.to_dict()
    for field, value in (("bias", [0.0]), ("slope", [1.0, float("nan"), 1.0]), ("weight", [[0.0, 0.0]])):
        with pytest.raises(ValueError, match="correction"):
            Correction.from_dict({**stored, field: value})
