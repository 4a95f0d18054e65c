"""Targets and losses, each held to arithmetic that is written down."""

from collections import Counter
from math import exp, log

import pytest
import torch

from affekt.core import Label
from affekt.training import descriptor_targets, draw_wordings, human_loss, sigmoid_contrast

LABELS = (
    Label("joy", "pleasure and happiness", ("happy", "delight")),
    Label("anger"),
    Label("fear", "being afraid of a danger"),
)


def _yes(x):
    """Loss of a label that applies; of one that does not: `_yes(-x)`."""
    return log(1 + exp(-x))


def test_a_near_synonym_of_a_positive_is_neither():
    # sad, sorrow (cosine .8 to sad), happy (0), elated (.6 to happy)
    frozen = torch.tensor([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 1], [0, 0.8, 0.6]])
    targets, weights = descriptor_targets([{0: 1.0}, {2: 1.0, 3: 1.0}, {1: 1.0, 0: 1.0}], frozen, 0.75)
    assert targets.tolist() == [[1, 0, 0, 0], [0, 0, 1, 1], [1, 1, 0, 0]]
    assert weights.tolist() == [[1, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    _, weights = descriptor_targets([{0: 1.0}, {2: 1.0}, {1: 1.0}], frozen, 0.59)
    assert weights.tolist() == [[1, 0, 1, 1], [1, 1, 1, 0], [0, 1, 1, 1]]


def test_the_contrast_of_two_texts_and_three_labels():
    logits = torch.tensor([[2.0, -1.0, 0.5], [-3.0, 0.0, 1.0]])
    targets = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.25]])
    weights = torch.tensor([[1.0, 1.0, 0.0], [1.0, 2.0, 1.0]])
    first = _yes(2) + _yes(1)
    second = _yes(3) + 2 * _yes(0) + (0.25 * _yes(1) + 0.75 * _yes(-1))
    assert sigmoid_contrast(logits, targets, weights).item() == pytest.approx((first + second) / 2)
    rows = torch.tensor([[2.0], [0.0]])
    by_row = 2 * (_yes(2) + _yes(1) + _yes(-0.5)) / 2
    assert sigmoid_contrast(logits, targets, rows).item() == pytest.approx(by_row)


def test_human_labels_one_or_many():
    logits = torch.tensor([[2.0, -1.0, 0.5], [-3.0, 0.0, 1.0]])
    gold = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
    many = _yes(2) + _yes(1) + _yes(-0.5) + _yes(3) + _yes(0) + (_yes(1) + _yes(-1)) / 2
    assert human_loss(logits, gold, single=False).item() == pytest.approx(many / 2)
    first = log(exp(2) + exp(-1) + exp(0.5)) - 2
    second = log(exp(-3) + exp(0) + exp(1)) - (0 + 1) / 2
    assert human_loss(logits, gold, single=True).item() == pytest.approx((first + second) / 2)
    assert human_loss(logits, 2 * gold, single=True).item() == pytest.approx((first + second) / 2)


def test_wordings_are_names_in_label_order_unless_others_are_asked_for():
    assert draw_wordings(LABELS, 0.0, torch.Generator()) == ["joy", "anger", "fear"]
    drawn = [draw_wordings(LABELS, 1.0, torch.Generator().manual_seed(i)) for i in range(60)]
    joy, anger, fear = map(Counter, zip(*drawn, strict=True))
    assert joy.keys() == {"happy", "delight", "pleasure and happiness"}
    assert anger.keys() == {"anger"}
    assert fear.keys() == {"being afraid of a danger"}
    some = [draw_wordings(LABELS, 0.4, torch.Generator().manual_seed(i)) for i in range(400)]
    names = sum(row[0] == "joy" for row in some)
    assert 200 < names < 280  # 240 expected, standard deviation 10
    again = [draw_wordings(LABELS, 0.4, torch.Generator().manual_seed(i)) for i in range(400)]
    assert again == some
