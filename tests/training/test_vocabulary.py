"""The vocabulary of descriptors: which are frequent, which say the same, and where they are stored."""

import json

import numpy as np
import pytest

from affekt.core import RecipeError
from affekt.models import VOCABULARY, load_directory, read_manifest, verify
from affekt.training import (
    TrainingText,
    add_vocabulary,
    apart,
    frequent_descriptors,
    misspelt,
    normal_form,
    read_recipe,
    stems,
    train,
)


def test_one_normal_form_for_what_is_spelt_in_several_ways():
    for one, other in [
        ("mild annoyance", "slight annoyance"),
        ("happy and excited", "excited, happy"),
        ("stress-free", "stress free"),
        ("deep sadness", "Great sadness"),
        ("proud of himself", "proud"),
    ]:
        assert normal_form(one) == normal_form(other)
    assert normal_form("great") != normal_form("strong")  # a grade of nothing is a word of its own
    assert normal_form("annoyance") != normal_form("mild annoyance")
    assert normal_form("to be") == ("be", "to")


def test_frequent_descriptors_by_hand():
    said = [("joy", "so happy"), ("joy", "happy"), ("joy", "neutral"), ("happy", "none"), ("rage", "neutral")]
    texts = [TrainingText(str(i), words) for i, words in enumerate(said)]
    texts += [TrainingText(x, ("neutral", "glücklich", "it is what it is now", "x", "rage")) for x in "abc"]
    assert frequent_descriptors(texts) == ["rage", "happy", "joy"]


def test_of_close_vectors_the_first_stays():
    angles = np.radians([0, 20, 40, 90, 75])  # closer than about 32 degrees is the same
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert apart(vectors, range(5)) == [0, 2, 3]
    assert apart(vectors[:0], []) == []
    # Of one stem it is, from closer than 60 degrees on, to another of that stem.
    assert apart(vectors, ["glad", "happy", "glad", "happy", "sad"]) == [0, 3]
    assert apart(vectors, ["glad", "happy", "sad", "glad", "sad"]) == [0, 2, 3]


def test_misspellings_give_way_to_the_right_word():
    right = ["satisfied", "embarrassed", "relieved", "derisive", "decisive", "heated", "hated", "smug"]
    wrong = ["satsified", "embarassed", "mildly embarassed", "releived"]
    assert misspelt([*right, *wrong]) == set(wrong)
    assert misspelt(["xqzzyk", "smug"]) == set()  # nothing is known that it could have been
    said = [TrainingText(str(i), ("satisified", "satisfied")) for i in range(3)]
    assert frequent_descriptors(said) == ["satisfied"]


def test_forms_of_one_word_have_one_stem():
    assert stems("gladness") == stems("glad")
    assert stems("mild amazement") == stems("amazed, mild")
    for one, other in (
        ("curious", "curiosity"),
        ("guilty", "guilt"),
        ("jealous", "jealousy"),
        ("bored", "boredom"),
    ):
        assert stems(one) == stems(other)
    assert stems("hopeful") != stems("hopeless")
    assert stems("humility") != stems("humiliation")
    assert stems("sad") != stems("satisfied")


@pytest.mark.corpora
def test_a_trained_model_has_the_vocabulary_of_its_texts(recipe, tmp_path, corpora_dir):
    out = tmp_path / "out"
    train(recipe, out=out, data=corpora_dir, overrides={"optimizer.epochs": 1})
    verify(out)
    words = load_directory(out).scorer.vocabulary.words
    assert words[0] == "neutral"
    said = load_directory(out).predict(["i love you all"], open=True)[0]
    assert set(said.scores) <= set(words)

    before = (out / VOCABULARY).read_bytes()
    manifest = read_manifest(out)
    (out / VOCABULARY).unlink()
    bare = {**manifest, "files": {k: v for k, v in manifest["files"].items() if k != VOCABULARY}}
    (out / "affekt.json").write_text(json.dumps(bare))
    assert load_directory(out).descriptors(["x"]) is None
    assert add_vocabulary(out, recipe, corpora_dir) == len(words)  # the same, and no weight is touched
    assert (out / VOCABULARY).read_bytes() == before
    assert read_manifest(out) == manifest


@pytest.mark.corpora
def test_a_recipe_without_descriptors_is_refused(recipe, tmp_path, corpora_dir):
    out = tmp_path / "out"
    train(recipe, out=out, data=corpora_dir, overrides={"optimizer.epochs": 1})
    plain = tmp_path / "plain.toml"
    plain.write_text(
        recipe.read_text().replace('corpus = "descriptors/brighter-eng"', 'corpus = "brighter/a-eng:train"')
    )
    assert read_recipe(plain)
    with pytest.raises(RecipeError, match="has no text with descriptors"):
        add_vocabulary(out, plain, corpora_dir)
