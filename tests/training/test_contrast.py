"""What texts are held against, each held to arithmetic that is written down."""

from math import exp, log

import numpy as np
import pytest
import torch

from affekt.core import LabelSpace, RecipeError
from affekt.training import (
    DescriptorTable,
    DualNetwork,
    Implied,
    Losses,
    Shape,
    TrainingText,
    Wordings,
    descriptor_loss,
    descriptor_targets,
    find_backbone,
    hard_negatives,
    softmax_contrast,
)

# sad, sorrow (cosine .8 to sad), happy (0), elated (.6 to happy)
FROZEN = torch.tensor([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 1], [0, 0.8, 0.6]])
WORDS = ("sad", "sorrow", "happy", "elated")


def test_a_text_is_compared_by_its_own_descriptors_alone():
    targets, weights = descriptor_targets([{1: 1.0}, {3: 1.0}], FROZEN, 0.55)
    assert targets.tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]
    assert weights.tolist() == [[0, 1, 1, 1], [1, 1, 0, 1]]  # sorrow and elated: .6 · .8 = .48


def test_soft_synonyms_are_learned_as_far_as_they_are_near():
    targets, weights = descriptor_targets([{0: 1.0}, {2: 1.0, 0: 1.0}], FROZEN, 0.5, soft=True, positive=3.0)
    assert targets.numpy() == pytest.approx(np.array([[1, 0.6, 0, 0], [1, 0.6, 1, 0.2]]), abs=1e-6)
    assert weights.tolist() == [[3, 1, 1, 1], [3, 1, 3, 1]]


def test_what_some_readers_name_is_learned_as_far_as_they_agree():
    targets, weights = descriptor_targets([{0: 0.5, 2: 0.25}, {3: 1.0}], FROZEN, 0.7)
    assert targets.tolist() == [[0.5, 0, 0.25, 0], [0, 0, 0, 1]]
    assert weights.tolist() == [[1, 0, 1, 1], [1, 1, 1, 1]]
    soft, _ = descriptor_targets([{0: 0.5, 2: 0.25}], FROZEN, 0.5, soft=True)
    # sorrow: .6 of sad's half; elated: .2 of happy's quarter
    assert soft.numpy() == pytest.approx(np.array([[0.5, 0.3, 0.25, 0.05]]), abs=1e-6)


def test_the_softmax_contrast_of_two_texts():
    logits = torch.tensor([[2.0, -1.0, 0.5], [-3.0, 0.0, 1.0]])
    targets = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.25]])
    weights = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    first = log(exp(2) + exp(-1)) - 2
    second = log(exp(-3) + 1 + exp(1)) - (0 + 0.25 * 1) / 1.25
    assert softmax_contrast(logits, targets, weights).item() == pytest.approx((first + second) / 2)


@pytest.fixture
def network(tiny_backbone):
    """A plain one of width 32, and four texts' vectors."""
    torch.manual_seed(5)
    backbone = find_backbone(str(tiny_backbone))
    return DualNetwork(backbone.encoder(), {}, Shape())


def _vectors(rows, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(rows, 32, generator=generator), dim=1)


@pytest.mark.parametrize("form", ["sigmoid", "softmax"])
def test_a_batch_that_holds_the_vocabulary_is_held_against_it(network, form):
    descriptors = [{"sad": 1.0}, {"happy": 0.5, "elated": 1.0}, {"sorrow": 1.0, "sad": 0.25}]
    wordings = Wordings(WORDS, lambda words: _vectors(len(words), 1))
    vocabulary = DescriptorTable.of(descriptors, wordings)
    assert vocabulary.words == ("sad", "happy", "elated", "sorrow")
    texts = _vectors(3, 2)
    batch, whole = (
        descriptor_loss(network, texts, descriptors, Losses(form=form, negatives=x), wordings, vocabulary)
        for x in ("batch", "vocabulary")
    )
    assert batch.item() == pytest.approx(whole.item())
    # The first text alone still meets the others' descriptors.
    alone = [
        descriptor_loss(network, texts[:1], descriptors[:1], Losses(form=form, negatives=x), wordings, vocabulary)
        for x in ("batch", "vocabulary")
    ]  # fmt: skip
    assert alone[0] < alone[1]


def test_hard_negatives_are_near_texts_and_far_from_their_descriptors(network):
    words = tuple(f"w{i}" for i in range(40))
    frozen = _vectors(40, 3)
    frozen[7] = frozen[0]  # a synonym of the first text's descriptor
    wordings = Wordings(words, lambda _: frozen)
    vocabulary = DescriptorTable.of([words], wordings)
    texts = frozen[[0, 5]]
    descriptors = [{"w0": 1.0}, {"w1": 1.0}]
    losses = Losses(hard_negatives=4)
    mined = hard_negatives(network, texts, descriptors, losses, vocabulary)
    cosines = texts @ frozen.T
    for row, near in enumerate(mined.tolist()):
        left_out = {0, 1} | ({7} if row == 0 else set())
        ranked = [j for j in cosines[row].argsort(descending=True).tolist() if j not in left_out]
        assert near == ranked[:4]
    assert mined[1, 0] == 5
    plain = descriptor_loss(network, texts, descriptors, Losses(), wordings, vocabulary)
    hard = descriptor_loss(network, texts, descriptors, losses, wordings, vocabulary)
    logits = torch.stack([network.descriptors(cosines[i, mined[i]]) for i in range(2)])
    extra = torch.nn.functional.softplus(logits).sum(dim=1).mean() / 2
    assert (hard - plain).item() == pytest.approx(extra.item(), rel=1e-5)


# Consistency


def test_what_labels_imply_of_the_axes_is_found():
    rng = np.random.default_rng(0)
    weight, bias = np.array([[1.5, 0.5], [-2.0, 1.0], [0.0, -1.0]]), np.array([0.25, -0.5])
    texts = []
    for row in (rng.random((900, 3)) < 0.3).astype(np.float32):
        valence, arousal = 5 + 2 * (row @ weight + bias)
        texts.append(TrainingText("x", ("y",), (float(valence), float(arousal)), row))
    implied = Implied.fit([*texts, TrainingText("of axes alone", axes=(9.0, 9.0))])
    assert implied.weight.numpy() == pytest.approx(weight, abs=0.02)
    assert implied.bias.numpy() == pytest.approx(bias, abs=0.02)
    said = torch.tensor([[1.0, 0.0, 0.5]])
    exact = said @ implied.weight + implied.bias
    assert implied.loss(said, exact).item() == 0
    assert implied.loss(said, exact + 0.5).item() == pytest.approx(0.25)
    with pytest.raises(RecipeError, match="no text has closed-set labels and axes"):
        Implied.fit([TrainingText("x", axes=(5.0, 5.0))])


def test_a_label_space_is_not_needed_for_wordings_to_have_directions():
    space = LabelSpace.of(["joy", "anger"], "multi")
    wordings = Wordings(space.names, lambda _: FROZEN[[0, 2]])
    directions = wordings.directions()
    assert torch.allclose(directions @ directions.T, torch.eye(3), atol=1e-6)
    assert torch.allclose((FROZEN[[0, 2]] @ directions[:2].T).norm(dim=1), torch.ones(2), atol=1e-6)
