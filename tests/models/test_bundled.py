"""The models that come with affekt: whole, independent of company, and right about what is clear."""

from dataclasses import replace

import numpy as np
import pytest

from affekt.core import SPACES, Label, LabelSpace
from affekt.models import VOCABULARY, available, load, verify

CLEAR = {
    "I won the first prize and I could dance all night!": "joy",
    "Grandma passed away this morning and I can't stop crying.": "sadness",
    "How dare they lie to me again, I am going to scream at them!": "anger",
    "Someone is following me through the dark street, please help.": "fear",
    "There is mould all over the food, this makes me want to vomit.": "disgust",
    "Wait, what?! I never saw that coming!": "surprise",
}


@pytest.fixture(scope="module", params=[model.name for model in available()])
def name(request):
    return request.param


@pytest.fixture(scope="module")
def model(name):
    return load(name)


@pytest.fixture(
    scope="module", params=[info.name for info in available() if info.name not in ("auto", "ensemble")]
)
def encoder(request):
    """A model of one scorer; `auto` and `ensemble` have those of others."""
    return load(request.param)


def test_its_files_are_those_of_its_manifest(name):
    (info,) = [info for info in available() if info.name == name]
    verify(info.directory)
    assert info.description
    assert info.languages
    assert (info.directory / "README.md").is_file()


def test_what_is_clear_is_said(model):
    predictions = model.predict(CLEAR, labels=list(CLEAR.values()), kind="single")
    right = [p.labels == (label,) for p, label in zip(predictions, CLEAR.values(), strict=True)]
    assert sum(right) >= len(CLEAR) - 1
    values = model.scores(CLEAR, "valence-arousal").values
    assert values[0, 0] > 6
    assert values[1:5, 0].max() < 4


def test_company_changes_no_score(model):
    texts = [
        *CLEAR,
        "ok",
        " ".join(CLEAR) * 3,
        "",
        "@sam 😢😢 #SoTired https://t.co/abc",
        "¿Por qué me dejaste solo?",
    ]
    together = model.scores(texts, "goemotions").values
    alone = np.concatenate([model.scores([text], "goemotions").values for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(model.scores(texts[::-1], "goemotions").values, together[::-1], atol=1e-5)


def test_named_spaces_need_no_label_tower(encoder):
    def never():
        raise AssertionError("the label tower was opened")

    scorer = replace(encoder.scorer, open_labels=never)
    for space in SPACES.values():
        assert len(replace(encoder, scorer=scorer).predict(["so sad"], space=space)) == 1


def test_stored_wordings_are_near_the_label_tower(encoder):
    labels = [label for space in SPACES.values() for label in space.labels]
    uninformed = replace(encoder.scorer, known={})
    cosines = (encoder.scorer.embed_labels(labels) * uninformed.embed_labels(labels)).sum(axis=1)
    assert cosines.min() > 0.99


def test_free_words_are_right_about_what_is_clear(encoder):
    names = list(CLEAR.values())
    clear = encoder.scorer.embed_labels([Label(name) for name in names])
    said = encoder.predict(CLEAR, open=True)
    words = encoder.scorer.vocabulary.words
    vectors = encoder.scorer.vocabulary.vectors
    first = [vectors[words.index(prediction.labels[0])] for prediction in said]
    right = [names[int((clear @ vector).argmax())] == name for vector, name in zip(first, names, strict=True)]
    assert sum(right) >= len(CLEAR) - 1
    for prediction in said:
        rows = vectors[[words.index(word) for word in prediction.labels]]
        assert np.triu(rows @ rows.T, 1).max() < 0.6
    if "de" in encoder.card["languages"]:
        return  # of many languages: it says `neutral interest`
    for fact in ("The train leaves at nine.", "The report has 24 pages."):
        assert encoder.predict([fact], open=True)[0].labels == ("neutral",)


def test_the_vocabulary_is_small_and_near_the_label_tower(encoder):
    (info,) = [info for info in available() if info.name == encoder.name]
    if (info.directory / VOCABULARY).is_file():  # a student is lent its teacher's
        assert (info.directory / VOCABULARY).stat().st_size < 1.2e6
    words = encoder.scorer.vocabulary.words
    assert 1500 < len(words) == len(set(words))
    some = words[:: len(words) // 20]
    exact = encoder.scorer.embed_labels([Label(word) for word in some])
    stored = encoder.scorer.vocabulary.vectors[[words.index(word) for word in some]]
    assert (exact * stored).sum(axis=1).min() > 0.99


def test_opposites_and_no_emotion_are_right_about_what_is_clear(model):
    space = LabelSpace.of(["dominance", "feeling=pleasant|unpleasant"], "dimensional")
    weak, strong = model.scores(
        ["I am utterly helpless.", "I run this place and everyone obeys me!"], space
    ).values
    assert strong[0] - weak[0] > 2
    sad, glad = model.scores(
        ["Grandma died, I can't stop crying.", "We won, what a wonderful day!"], space
    ).values
    assert glad[1] - sad[1] > 2
    texts = ["The meeting is on Tuesday in room 4.", "We won!!", "How dare they lie to me again!"]
    for kind in ("single", "multi"):
        said = model.predict(texts, labels=["joy", "anger", "none"], kind=kind)
        assert [prediction.labels for prediction in said] == [("none",), ("joy",), ("anger",)]
