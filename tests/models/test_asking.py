"""Asking a model in other ways: labels of each text's own, free descriptors, axes, a vocabulary in its directory."""

from dataclasses import replace

import pytest
from safetensors.numpy import save

from affekt.core import InputError, Label, LabelError, LabelSpace, ModelError, named_space
from affekt.encoder import Vocabulary
from affekt.models import VOCABULARY, load_directory, store_file, verify

TEXTS = ("so sad today", "i love you all", "", "what a long day on the train", "i hate this")
SETS = (["joy", "sad"], ["fear=so scared"], ["joy", "sad"], [Label("sad"), "joy"], ["joy", "sad"])
WORDS = ("neutral", "happy", "sad", "so tired", "a glad smile", "fear of rain")


@pytest.fixture
def described(directory, model):
    """The directory with a vocabulary."""
    vectors = model.scorer.embed_labels([Label(word) for word in WORDS])
    store_file(directory, VOCABULARY, save(Vocabulary.of(WORDS, vectors).tensors()))
    return directory


def test_labels_of_their_own_are_as_if_each_text_were_asked_about_alone(model):
    together = model.predict(TEXTS, labels=SETS)
    alone = [model.predict([text], labels=labels)[0] for text, labels in zip(TEXTS, SETS, strict=True)]
    for found, expected in zip(together, alone, strict=True):
        assert tuple(found.scores) == tuple(expected.scores)
        assert (found.labels, found.flags, found.abstained) == (
            expected.labels,
            expected.flags,
            expected.abstained,
        )
        if found.abstained is None:
            assert found.scores == pytest.approx(expected.scores, abs=1e-5)


def test_each_label_set_is_judged_once(model):
    asked = []

    class Watched:
        def score(self, items, space):
            asked.append((space.names, len(items)))
            return model.scorer.score(items, space)

    replace(model, scorer=Watched()).predict(TEXTS, labels=SETS)
    assert asked == [(("joy", "sad"), 3), (("fear",), 1), (("sad", "joy"), 1)]


def test_label_sets_that_do_not_fit_are_one_sentence(model):
    with pytest.raises(InputError, match=r"^2 lists of labels are given for 5 texts: give one for each$"):
        model.predict(TEXTS, labels=SETS[:2])
    with pytest.raises(InputError, match="the labels of text 1 are no list"):
        model.predict(TEXTS[:2], labels=[["joy"], "sad"])
    with pytest.raises(LabelError, match="the labels of text 1: space 'custom' has no labels"):
        model.predict(TEXTS[:2], labels=[["joy"], []])
    with pytest.raises(LabelError, match=r"the labels of text 0: .* one label and kind `single`"):
        model.predict(TEXTS[:1], labels=[["joy"]], kind="single")
    with pytest.raises(InputError, match=r"^labels and open are given: use one of them$"):
        model.predict(TEXTS, labels=["joy"], open=True)


def test_a_directory_may_have_a_vocabulary(described):
    verify(described)
    model = load_directory(described)
    said = model.predict(TEXTS, open=True)
    assert all(set(p.labels) <= set(p.scores) <= set(WORDS) for p in said)
    assert [bool(p.labels) for p in said] == [True, True, False, True, True]
    assert model.descriptors(TEXTS) == [p.labels for p in said]
    assert [p.labels for p in model.predict(TEXTS, space=LabelSpace("any", (), "open"))] == [
        p.labels for p in said
    ]
    assert len(model.predict(TEXTS[:1], open=True, top=1)[0].labels) == 1


def test_a_damaged_vocabulary_is_told_when_it_is_asked_for(described):
    (described / VOCABULARY).write_bytes(b"no tensors")
    with pytest.raises(ModelError, match="vocabulary"):
        verify(described)
    model = load_directory(described)
    assert model.predict(["so sad"], labels=["joy"])
    with pytest.raises(ModelError, match=r"vocabulary\.safetensors is not a readable"):
        model.predict(["so sad"], open=True)


def test_without_a_vocabulary_nothing_is_said_in_free_words(model):
    assert model.descriptors(TEXTS) is None
    with pytest.raises(
        LabelError, match="has no vocabulary of descriptors: name labels, or use a model that has one"
    ):
        model.predict(TEXTS, open=True)


def test_how_axes_are_read_is_told(model):
    space = LabelSpace.of(["Valence", "dominance", "politeness", "arousal=excited|calm"], "dimensional")
    assert model.axis_readings(space) == {
        "Valence": "head", "dominance": "opposites", "politeness": None, "arousal": "opposites"
    }  # fmt: skip


def test_levels_and_axes_of_ones_own(model):
    ordinal = model.predict(TEXTS[:2], labels=["joy", "sad"], kind="ordinal")
    assert all(0 <= level <= 3 for p in ordinal for level in p.levels.values())
    assert all(set(p.labels) == {x for x, level in p.levels.items() if level} for p in ordinal)
    (axes,) = model.predict(["so sad"], labels=["valence", "x=happy|sad"], kind="dimensional")
    assert axes.labels == ()
    assert (
        axes.scores["valence"]
        == model.predict(["so sad"], space=named_space("valence-arousal"))[0].scores["valence"]
    )
