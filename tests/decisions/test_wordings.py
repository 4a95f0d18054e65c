"""Wordings chosen by labelled texts: what helps is found, what is chance is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from affekt.core import InputError, Label, LabelError, LabelSpace, Scores
from affekt.decisions import choose_wordings
from affekt.decisions.wordings import average_precisions

TEXTS = 400
SPACE = LabelSpace(
    "mine",
    (Label("trust", "relying on someone", ("confidence",)), Label("fear")),
    "multi",
)


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def material(seed, told=("faith",), noise=30, space=SPACE):
    """Scores of every wording and of `noise` words, all of them chance but for the words `told`; and gold."""
    rng = np.random.default_rng(seed)
    gold = (rng.random((TEXTS, len(space))) < 0.25).astype(np.float32)
    words = [form for label in space.labels for form in label.forms]
    words += [*told, *(f"word {i}" for i in range(noise))]
    logits = rng.normal(size=(TEXTS, len(words)))
    for word in (*told, "trust"):
        logits[:, words.index(word)] += (2.0 if word in told else 0.7) * gold[:, 0]
    return Scores(sigmoid(logits), LabelSpace.of(words, "multi")), gold


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_average_precision_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    scores, positive = rng.normal(size=(3, 40)), rng.random(40) < 0.4
    positive[0] = True
    expected = [average_precision_score(positive, row) for row in scores]
    np.testing.assert_allclose(average_precisions(scores, positive), expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_a_word_that_tells_a_label_apart_is_found(seed):
    words, gold = material(seed)
    chosen = choose_wordings(SPACE, words, gold)
    added, dropped = chosen.changes["trust"]
    assert "faith" in added
    assert set(dropped) <= {"relying on someone", "confidence"}
    assert chosen.space.labels[0].name == "trust"
    assert chosen.after["trust"] > chosen.before["trust"] + 0.1
    assert chosen.space.names == SPACE.names


def test_what_it_is_worth_holds_on_other_texts():
    """The precision that is told is not that on the texts that the words were chosen by."""
    told, held_out = [], []
    half = TEXTS // 2
    for seed in range(8):
        words, gold = material(seed, noise=60)
        chosen = choose_wordings(SPACE, words.take(range(half)), gold[:half])
        forms = [words.space.names.index(form) for form in chosen.space.labels[0].forms]
        logits = np.log(words.values[half:, forms]) - np.log1p(-words.values[half:, forms])
        told.append(chosen.after["trust"])
        held_out.append(average_precision_score(gold[half:, 0], logits.mean(axis=1)))
    assert np.mean(told) < np.mean(held_out) + 0.03


def test_chance_changes_little():
    """Of fifty labels that no word tells apart, few get other wordings, for gains that are small."""
    space = LabelSpace.of([f"label {i}" for i in range(50)], "multi")
    words, gold = material(1, told=(), space=LabelSpace.of(["trust", *space.names], "multi"))
    chosen = choose_wordings(space, words, gold[:, 1:])
    gains = [chosen.after[name] - chosen.before[name] for name in chosen.after]
    assert max(gains, default=0) < 0.1
    mean_gain = sum(gains) / len(space)
    assert mean_gain < 0.02


def test_no_label_takes_a_wording_of_another():
    space = LabelSpace("mine", (Label("trust"), Label("belief", paraphrases=("faith",))), "multi")
    words, gold = material(2, told=(), space=space)
    words.values[:, words.space.names.index("faith")] = sigmoid(4 * gold[:, 0] - 2)
    chosen = choose_wordings(space, words, gold)
    assert "faith" not in chosen.space.labels[0].forms


def test_texts_without_scores_or_gold_say_nothing():
    words, gold = material(3)
    silent = Scores(
        np.vstack([words.values, np.full((2, len(words.space)), np.nan)]),
        words.space,
        (*words.abstained, "empty", "language"),
    )
    more = np.vstack([gold, np.ones((2, 2))])
    assert choose_wordings(SPACE, silent, more) == choose_wordings(SPACE, words, gold)
    unknown = gold.copy()
    unknown[:5] = np.nan
    rest = choose_wordings(SPACE, words.take(range(5, TEXTS)), gold[5:])
    assert choose_wordings(SPACE, words, unknown) == rest


def test_single_labels_are_chosen_as_well():
    space = LabelSpace("one", (Label("trust"), Label("fear")), "single")
    words, _ = material(4, space=space)
    gold = np.eye(2)[(np.arange(TEXTS) % 4 == 0).astype(int)]
    values = words.values.copy()
    values[:, words.space.names.index("word 3")] = sigmoid(3 * gold[:, 1])
    chosen = choose_wordings(space, Scores(values, words.space), gold)
    assert "word 3" in chosen.space.labels[1].paraphrases
    assert chosen.space.kind == "single"


def test_few_texts_choose_nothing():
    words, gold = material(5)
    rare = gold.copy()
    rare[:, 0] = 0
    rare[:7, 0] = 1
    assert choose_wordings(SPACE, words, rare).space.labels[0] == SPACE.labels[0]
    with pytest.raises(InputError, match="more labelled texts"):
        choose_wordings(SPACE, words.take(range(9)), gold[:9])


def test_what_cannot_be_done_is_said():
    words, gold = material(6)
    with pytest.raises(ValueError, match="'unheard of' has no scores"):
        choose_wordings(LabelSpace.of(["unheard of"]), words, gold[:, :1])
    levels = LabelSpace("levels", SPACE.labels, "ordinal", levels=4)
    with pytest.raises(LabelError, match="kind 'ordinal'"):
        choose_wordings(levels, words, gold)
