"""Closed-set labels inferred from descriptors: a rule that is there is found, what was given stays."""

import numpy as np
import pytest
import torch

from affekt.core import RecipeError
from affekt.training import TrainingText, infer_axes, infer_closed_labels

WORDS = ("glad", "sad", "mad", "scared", "bored", "proud")


def _embed(texts):
    """One axis a word: each is a direction of its own, a joined list the mean of its words."""
    rows = torch.zeros(len(texts), len(WORDS))
    for i, text in enumerate(texts):
        for word in text.split("; "):
            rows[i, WORDS.index(word)] += 1
    return torch.nn.functional.normalize(rows, dim=1)


def _read(texts):
    """What the text itself says: whether its number is even."""
    return torch.tensor(
        [[float(int(text.split()[-1]) % 2 == 0)] if text[-1].isdigit() else [0.0] for text in texts]
    )


def _rule(words, valence):
    """Labels that follow from the descriptors and the valence alone."""
    return [float("sad" in words or "bored" in words), float("mad" in words), float(valence > 5)]


def _texts(known, unknown, seed=0):
    rng = np.random.default_rng(seed)
    made = []
    for i in range(known + unknown):
        words = tuple(rng.choice(WORDS, size=rng.integers(1, 4), replace=False))
        axes = (float(rng.uniform(1, 9)), float(rng.uniform(1, 9)))
        closed = np.array(_rule(words, axes[0]), np.float32) if i < known else None
        made.append(TrainingText(f"text {i}", words, axes, closed))
    return made


def test_a_rule_is_recovered():
    texts = _texts(700, 200)
    made = infer_closed_labels(texts, _embed, _read, seed=1)
    assert made.average_precision > 0.9
    assert [text.text for text in made.texts] == [text.text for text in texts]
    inferred = np.stack([text.closed for text in made.texts[700:]])
    true = np.array([_rule(text.descriptors, text.axes[0]) for text in texts[700:]])
    assert ((inferred > 0.5) == true).mean() > 0.9
    assert ((inferred > 0) & (inferred < 1)).all()


def test_human_labels_and_the_text_itself_are_read():
    rng = np.random.default_rng(3)
    texts = []
    for i in range(900):
        human = rng.integers(0, 2)
        closed = np.array([human, i % 2 == 0], np.float32) if i < 700 else None
        labels = {"own": np.array([human, 1 - human], np.float32)} if i % 3 else {}
        texts.append(TrainingText(f"text {i}", ("glad",), (5.0, 5.0), closed, human=labels))
        texts[-1].human.setdefault("other", np.array([human], np.float32))
    made = infer_closed_labels(texts, _embed, _read, seed=1).texts[700:]
    inferred = np.stack([text.closed for text in made]) > 0.5
    assert (inferred[:, 0] == [text.human["other"][0] for text in made]).mean() > 0.95
    assert (inferred[:, 1] == [i % 2 == 0 for i in range(700, 900)]).mean() > 0.95


def test_what_was_given_stays_and_what_says_nothing_gets_nothing():
    texts = [
        *_texts(30, 10),
        TrainingText("no descriptors", axes=(5.0, 5.0)),
        TrainingText("no axes", ("glad",)),
    ]
    made = infer_closed_labels(texts, _embed, _read, seed=1).texts
    assert all(a is b for a, b in zip(made[:30], texts[:30], strict=True))
    assert all(text.inferred and text.closed.dtype == np.float32 for text in made[30:40])
    assert made[40:] == tuple(texts[40:])


def test_a_seed_decides_and_leaves_the_global_one_alone():
    texts = _texts(40, 10)
    torch.manual_seed(5)
    first = infer_closed_labels(texts, _embed, _read, seed=1)
    drawn = torch.rand(3)
    again, other = (
        infer_closed_labels(texts, _embed, _read, seed=1),
        infer_closed_labels(texts, _embed, _read, seed=2),
    )
    assert first.average_precision == again.average_precision
    assert all((a.closed == b.closed).all() for a, b in zip(first.texts, again.texts, strict=True))
    assert any((a.closed != b.closed).any() for a, b in zip(first.texts[40:], other.texts[40:], strict=True))
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(3))


def test_too_few_examples_to_infer_from_are_told():
    with pytest.raises(RecipeError, match=r"^2 texts have closed labels .* set closed\.infer = false$"):
        infer_closed_labels(_texts(2, 10), _embed, _read, seed=1)
    assert infer_closed_labels(_texts(3, 1), _embed, _read, seed=1).average_precision is None


def test_valence_and_arousal_follow_from_descriptors_where_they_do():
    rng = np.random.default_rng(0)
    of = {word: (float(i + 2), float(8 - i)) for i, word in enumerate(WORDS)}
    words = [tuple(rng.choice(WORDS, size=2, replace=False)) for _ in range(900)]
    axes = [tuple(np.mean([of[a], of[b]], axis=0).tolist()) for a, b in words]
    texts = [
        TrainingText(f"text {i}", pair, axes[i] if i < 700 else None) for i, pair in enumerate(words)
    ] + [TrainingText("no descriptors")]
    made = infer_axes(texts, _embed, seed=1)
    assert made[:700] == tuple(texts[:700])
    inferred = np.array([text.axes for text in made[700:900]])
    assert np.abs(inferred - np.array(axes[700:])).mean() < 0.3
    assert made[900].axes is None
    with pytest.raises(RecipeError, match=r"^no text has descriptors and axes .* set infer_axes = false$"):
        infer_axes(texts[700:], _embed, seed=1)
