"""Towers: equal to torch where exact, near it where quantised, and blind to a text's company."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import Item, LabelSpace

# A graph of one of these never lets a text see its batch; `int8-dynamic` is there to show that it would show.
INDEPENDENT = ("float32", "int8-rows", "int8-static", "int8-blocks", "int4-blocks")
LABELS = LabelSpace.of(["joy", "anger", "fear", "loss=someone is gone for good", "calm"])
TOLERANCE = 1e-5


@pytest.mark.parametrize("name", ["tiny", "minilm"])
def test_the_exact_graph_is_the_torch_encoder(name, request):
    import torch

    from affekt.training import mean_states

    towers = request.getfixturevalue(name)
    words = ["i", "am", "so", "happy", "today", "but", "my", "dog", "is", "sad"]
    sentences = [" ".join(words[i % len(words)] for i in range(n)) for n in (0, 1, 2, 3, 7, 20, 49, 94)]
    ids = towers.backbone.token_ids(sentences, towers.positions)
    assert [len(x) for x in ids] == [2, 3, 4, 5, 9, 22, 51, 96]
    with torch.no_grad():
        expected = mean_states(towers.torch, ids).numpy()
    made = towers.tower("float32").encode(sentences).states
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(made, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("precision", "least"),
    [("int8-rows", 0.97), ("int8-static", 0.97), ("int8-blocks", 0.995)],
)
def test_quantised_graphs_stay_near_the_exact_one(precision, least, minilm, texts):
    exact = minilm.encoder().embed(texts[:8])
    cosines = (exact * minilm.encoder(precision).embed(texts[:8])).sum(axis=1)
    assert cosines.min() > least


class Alone:
    """Scores of each text by itself on one thread, and a scorer on each number of threads."""

    def __init__(self, towers, precision, guard, texts):
        self.scorers = [towers.encoder(precision, threads, guard) for threads in (1, 2)]
        self.texts = texts
        self.scores = [self.scorers[0].score([Item(text)], LABELS) for text in texts]

    def check(self, rows, threads):
        together = self.scorers[threads - 1].score([Item(self.texts[i]) for i in rows], LABELS)
        alone = np.concatenate([self.scores[i].values for i in rows])
        np.testing.assert_allclose(together.values, alone, atol=TOLERANCE, rtol=0)
        assert together.abstained == tuple(self.scores[i].abstained[0] for i in rows)
        assert together.flags == tuple(self.scores[i].flags[0] for i in rows)

    def shift(self):
        """How far the scores move if all texts are judged together."""
        together = self.scorers[0].score([Item(text) for text in self.texts], LABELS).values
        return np.nanmax(np.abs(together - np.concatenate([s.values for s in self.scores])))


company = given(
    st.one_of(
        st.permutations(range(16)),
        st.lists(st.sampled_from(range(16)), min_size=1, max_size=40),
    ),
    st.sampled_from([1, 2]),
)


@pytest.fixture(scope="module", params=INDEPENDENT)
def tiny_alone(request, tiny, english, texts):
    return Alone(tiny, request.param, english, texts)


@pytest.fixture(scope="module", params=INDEPENDENT)
def minilm_alone(request, minilm, english, texts):
    return Alone(minilm, request.param, english, texts)


@settings(max_examples=25, deadline=None)
@company
def test_a_score_does_not_depend_on_company(tiny_alone, rows, threads):
    tiny_alone.check(rows, threads)


@settings(max_examples=3, deadline=None)
@company
def test_a_score_of_a_real_encoder_does_not_depend_on_company(minilm_alone, rows, threads):
    minilm_alone.check(rows, threads)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@company
def test_a_score_of_a_real_encoder_never_depends_on_company(minilm_alone, rows, threads):
    minilm_alone.check(rows, threads)


def test_one_activation_scale_for_a_batch_would_be_noticed(tiny, english, texts):
    assert Alone(tiny, "int8-dynamic", english, texts).shift() > 10 * TOLERANCE
    assert Alone(tiny, "int8-rows", english, texts).shift() < TOLERANCE
