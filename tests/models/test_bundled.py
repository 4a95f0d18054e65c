"""The models that come with affekt: whole, independent of company, and right about what is clear."""

from dataclasses import replace

import numpy as np
import pytest

from affekt.core import SPACES
from affekt.models import available, load, verify

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


def test_named_spaces_need_no_label_tower(model):
    def never():
        raise AssertionError("the label tower was opened")

    scorer = replace(model.scorer, open_labels=never)
    for space in SPACES.values():
        assert len(replace(model, scorer=scorer).predict(["so sad"], space=space)) == 1


def test_stored_wordings_are_near_the_label_tower(model):
    labels = [label for space in SPACES.values() for label in space.labels]
    uninformed = replace(model.scorer, known={})
    cosines = (model.scorer.embed_labels(labels) * uninformed.embed_labels(labels)).sum(axis=1)
    assert cosines.min() > 0.99
