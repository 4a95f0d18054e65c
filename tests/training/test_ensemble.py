"""Learning from trained models: what they say on average, how it joins what corpora say, whole runs."""

import numpy as np
import pytest

from affekt.core import Item, LabelSpace, ModelError, RecipeError, named_space
from affekt.models import LabelledTexts, adapt, find, load, read_manifest
from affekt.training import TrainingText, mixed, opinion, train

TEXTS = ("i am so happy for you !", "she cried all night", "no idea what that was")
SPACES = {"goemotions": named_space("goemotions"), "isear": named_space("isear")}


@pytest.fixture(scope="module")
def models():
    return [load("small"), load("fast")]


def test_the_opinion_is_the_mean_of_what_models_say_in_their_trained_spaces(models, tmp_path):
    said = opinion(models, TEXTS, named_space("wide"), SPACES, tmp_path)
    items = [Item(text) for text in TEXTS]
    expected = np.mean([model.scores(items, "goemotions").values for model in models], axis=0)
    np.testing.assert_allclose(
        said.human["goemotions"], expected, atol=2e-3
    )  # vectors are kept in half precision
    assert set(said.human) == {"goemotions"}  # no model has a head for ISEAR
    axes = np.mean([model.scores(items, "valence-arousal").values for model in models], axis=0)
    np.testing.assert_allclose(said.axes, axes, atol=1e-4)
    closed = dict(zip(named_space("wide").names, said.closed[0], strict=True))
    assert closed["joy"] > 0.3 > closed["grief"]


def test_what_is_known_is_mixed_and_what_is_not_is_the_teachers(models, tmp_path):
    space = {"goemotions": SPACES["goemotions"]}
    said = opinion(models[:1], TEXTS[:2], named_space("wide"), space, tmp_path)
    ones = np.ones(len(named_space("wide")), np.float32)
    own = np.zeros(len(space["goemotions"]), np.float32)
    known = TrainingText(TEXTS[0], ("glad",), (9.0, 1.0), ones, False, {"goemotions": own, "mine": own[:2]})
    first, second = mixed([known, TrainingText(TEXTS[1])], said, 0.25)
    np.testing.assert_allclose(first.closed, 0.75 + 0.25 * said.closed[0], rtol=1e-6)
    np.testing.assert_allclose(first.axes, 0.75 * np.array([9.0, 1.0]) + 0.25 * said.axes[0], rtol=1e-6)
    np.testing.assert_allclose(first.human["goemotions"], 0.25 * said.human["goemotions"][0], rtol=1e-6)
    assert (first.human["mine"] == own[:2]).all()
    assert first.descriptors == ("glad",)
    assert (first.inferred, second.inferred) == (False, True)
    np.testing.assert_array_equal(second.closed, said.closed[1])
    np.testing.assert_allclose(second.axes, said.axes[1], rtol=1e-6)


@pytest.mark.corpora
def test_a_run_learns_from_texts_that_only_its_teachers_know(recipe, corpora_dir, tmp_path):
    events = {"corpus": "semeval2018/e-c-en:dev", "limit": 20}
    alone = [{"corpus": "descriptors/brighter-eng", "limit": 30}]
    out = tmp_path / "taught"
    overrides = {
        "texts": [*alone, events],
        "human": [],
        "heads": [],
        "closed.corpus": "descriptors/closed-labels",
        "teachers.models": ["fast"],
        "optimizer.mixed": True,
    }
    facts = train(recipe, overrides=overrides, out=out, data=corpora_dir)
    assert facts["texts"] == 30 - 12 + 20
    assert {"closed", "axes"} <= facts["losses"].keys()
    assert not list(out.glob("teacher-*"))
    card = read_manifest(out)
    assert card["measured"] == {}  # the teacher may have read what was left out
    assert {entry["corpus"] for entry in read_manifest(_fast())["training"]} <= {
        entry["corpus"] for entry in card["training"]
    }
    assert load(out).predict(["we won!"])[0].scores


@pytest.mark.corpora
@pytest.mark.parametrize("asked", [True, False])
def test_teachers_need_not_be_asked_about_human_labels(recipe, corpora_dir, tmp_path, monkeypatch, asked):
    found = []

    def keep(texts, said, share):
        found.extend(
            (text.human, made.human) for text, made in zip(texts, mixed(texts, said, share), strict=True)
        )
        return mixed(texts, said, share)

    monkeypatch.setattr("affekt.training.run.mixed", keep)
    overrides = {"teachers.models": ["fast"], "teachers.human": asked, "optimizer.epochs": 1}
    train(recipe, overrides=overrides, out=tmp_path / "taught", data=corpora_dir)
    same = [np.array_equal(own["brighter-eng"], made["brighter-eng"]) for own, made in found]
    assert len(same) == 68
    assert any(same) != asked
    assert all(same) != asked


@pytest.mark.corpora
def test_teachers_that_do_not_exist_and_shares_out_of_range_are_told(recipe, corpora_dir, tmp_path):
    gold, space = np.eye(2, dtype=np.float32)[[0, 1] * 10], LabelSpace.of(["joy", "anger"])
    adapt(find("fast"), LabelledTexts("mine", [Item(f"text {i}") for i in range(20)], gold, space)).save(
        tmp_path / "mine"
    )
    for wrong, error, told in (
        ({"teachers.models": ["smal"]}, ModelError, "did you mean small"),
        ({"teachers.share": 1.5}, RecipeError, "give 0 to 1"),
        ({"teachers.models": ["auto"]}, RecipeError, "learns from 'auto', which is of kind by-language"),
        ({"start": "auto"}, RecipeError, "such as small"),
        ({"start": "fast"}, RecipeError, "which is of kind static"),
        ({"start": str(tmp_path / "mine")}, RecipeError, "which is of kind adapted"),
        ({"teachers.models": [str(tmp_path / "mine")]}, RecipeError, "which is of kind adapted"),
    ):
        with pytest.raises(error, match=told):
            train(recipe, overrides=wrong, out=tmp_path / "none", data=corpora_dir)


def _fast():
    from affekt.models import find

    return find("fast")
