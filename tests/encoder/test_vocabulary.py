"""Free descriptors: the nearest of a vocabulary, no two of which say the same."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save_file

from affekt.core import OPEN, Item, Label, LabelSpace, ModelError, named_space
from affekt.encoder import LISTED, Vocabulary, unit
from affekt.encoder.vocabulary import open_scores

WORDS = ("neutral", "happy", "sad", "so tired", "angry at home", "a glad smile", "hope", "fear of rain")
TEXTS = ("so sad", "i love you all", "what a day", "i hate this awful train")


@pytest.fixture(scope="module")
def encoder(tiny):
    bare = tiny.encoder()
    vocabulary = Vocabulary.of(WORDS, bare.embed_labels([Label(word) for word in WORDS]))
    return replace(bare, open_vocabulary=lambda: vocabulary)


def _score(encoder, space=OPEN, texts=TEXTS):
    return encoder.score([Item(text) for text in texts], space)


def _plane(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_a_descriptor_near_a_better_one_is_passed_over():
    labels = _plane(0, 50, 60, 120)  # neighbours are synonyms below about 53 degrees
    seen = np.zeros(4, np.float32)
    (row,) = open_scores(np.array([[1, 3, 2.5, 2]], np.float32), seen, labels)
    np.testing.assert_allclose(row, [0, 1 / (1 + np.exp(-3)), 0, 1 / (1 + np.exp(-2))], rtol=1e-5)


def test_half_of_what_is_seen_anyway_is_taken_away():
    labels = _plane(0, 90)
    seen = np.array([-1, -5], np.float32)
    (row,) = open_scores(np.array([[1.0, 0.0]], np.float32), seen, labels)
    np.testing.assert_allclose(np.log(row / (1 - row)), [0, 1], atol=1e-4)


def test_no_emotion_is_said_only_where_nothing_comes_nearer():
    labels, seen = _plane(0, 90), np.zeros(2, np.float32)
    first, second = open_scores(np.array([[2, 1], [1, 2]], np.float32), seen, labels, no_emotion=0)
    assert (first > 0).tolist() == [True, True]
    assert (second > 0).tolist() == [False, True]


def test_no_more_are_listed_than_promised():
    labels = np.eye(3 * LISTED, dtype=np.float32)
    logits = np.random.default_rng(2).normal(size=(5, len(labels))).astype(np.float32)
    scores = open_scores(logits, np.zeros(len(labels), np.float32), labels)
    assert ((scores > 0).sum(axis=1) == LISTED).all()
    for row, given in zip(scores, logits, strict=True):
        assert set(np.argsort(-given)[:LISTED]) == set(np.flatnonzero(row))


def test_scores_are_of_the_vocabulary_and_independent_of_company(encoder):
    scores = _score(encoder, texts=(*TEXTS, ""))
    assert scores.space == LabelSpace("open", tuple(map(Label, WORDS)), "open")
    assert scores.abstained[-1] == "the text is empty"
    assert (scores.values[:-1].max(axis=1) > 0).all()
    alone = np.concatenate([_score(encoder, texts=(text,)).values for text in TEXTS])
    np.testing.assert_allclose(scores.values[:-1], alone, atol=1e-4)


def test_an_open_space_with_labels_is_a_vocabulary_of_ones_own(encoder):
    own = LabelSpace("mine", (Label("hope"), Label("sad", "tears")), "open")
    scores = _score(encoder, own)
    assert scores.space == own
    assert (scores.values.max(axis=1) > 0).all()
    again = _score(encoder, encoder.vocabulary.space("again"))  # the model's own, given as labels
    np.testing.assert_allclose(again.values, _score(encoder).values, atol=1e-6)


def test_a_vocabulary_is_stored_and_read_again(encoder, tmp_path):
    path = tmp_path / "vocabulary.safetensors"
    save_file(encoder.vocabulary.tensors(), path)
    read = Vocabulary.read(path)
    assert read.words == WORDS
    np.testing.assert_array_equal(read.vectors, encoder.vocabulary.vectors)
    exact = encoder.embed_labels([Label(word) for word in WORDS])
    assert (unit(read.vectors) * exact).sum(axis=1).min() > 0.999

    tensors = encoder.vocabulary.tensors()
    save_file({**tensors, "words": tensors["words"][:-4].copy() * 0 + 10}, path)
    with pytest.raises(ModelError, match="descriptors and 8 vectors"):
        Vocabulary.read(path)
    save_file({"codes": tensors["codes"], "scale": tensors["scale"]}, path)
    with pytest.raises(ModelError, match="is damaged"):
        Vocabulary.read(path)


def test_none_stands_for_no_emotion_unless_it_is_described(encoder):
    neutral = named_space("wide").labels[named_space("wide").index("neutral")]
    none, bare, own, expected = encoder.embed_labels(
        [Label("None"), Label("neutral"), Label("none", "nothing at all"), Label("neutral", neutral.description, neutral.paraphrases)]
    )  # fmt: skip
    np.testing.assert_allclose(none, expected, atol=1e-6)
    np.testing.assert_allclose(bare, expected, atol=1e-6)
    assert np.linalg.norm(own - expected) > 1e-2


def test_wordings_are_embedded_once_however_label_sets_mix_them(encoder):
    seen = []

    class Watched:
        def encode(self, texts):
            seen.extend(texts)
            return encoder.open_labels().encode(texts)

    watched = replace(encoder, open_labels=Watched)
    for names in (("rain", "sun"), ("sun", "sea"), ("sea", "rain", "dog")):
        _score(watched, LabelSpace.of(names))
    assert sorted(seen) == ["dog", "rain", "sea", "sun"]
