"""What several readers saw in texts."""

import pytest

from affekt.core import InputError, RecipeError
from affekt.corpora import load_corpus
from affekt.text import Normalizer, written_digests
from affekt.training import read_readings, read_recipe, read_static_recipe, read_training_data

BY_ID = "id\treaders\tdescriptors\n"
BY_TEXT = "text,readers,descriptors\n"


@pytest.fixture
def written(tmp_path):
    def write(text, name="readings.tsv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_shares_of_readers_are_read(written):
    path = written(BY_ID + "a\t7\ttense: 7; looking forward:3\nb\t2\tmood: low:1\n")
    expected = {"a": {"tense": 1.0, "looking forward": 3 / 7}, "b": {"mood: low": 0.5}}
    assert read_readings(path, "id") == expected
    rows = '{"text": "a, b", "readers": 4, "descriptors": "calm:1"}\n'
    assert read_readings(written(rows, "own.jsonl"), "text") == {"a, b": {"calm": 0.25}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BY_ID + "a\t7\ttense:8\n", r"line 2: 'tense:8' found: write `descriptor:N`, with N from 1 to 7"),
        (BY_ID + "a\t7\ttense:3;\n", r"line 2: '' found"),
        (BY_ID + "a\t7\ttense\n", r"line 2: 'tense' found"),
        (BY_ID + "a\t7\ttense:1\na\t7\tsad:1\n", r"line 3: id 'a' has readings already"),
        (BY_ID + "a\t7\ttense:1; tense:2\n", r"line 2: 'tense' is named twice"),
        (BY_ID + "a\t0\ttense:1\n", r"line 2: '0' readers found"),
        ("id\tdescriptors\na\ttense:1\n", r"no column 'readers'"),
    ],
)
def test_a_bad_row_is_told(written, text, said):
    with pytest.raises(InputError, match=said):
        read_readings(written(text), "id")


def test_texts_of_a_corpus_are_learned_by_their_readings(recipe, corpora_dir, written):
    corpus = load_corpus("descriptors/goemotions", corpora_dir)
    first, second = (corpus.items[i].id for i in (5, 2))
    path = written(BY_ID + f"{first}\t4\tproud:3; calm:1\n{second}\t4\tneutral:4\n")
    options = {"texts": [{"corpus": "descriptors/goemotions", "readings": str(path)}], "holdout": 1}
    read = read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    assert [dict(text.named) for text in read.texts] == [{"neutral": 1.0}, {"proud": 0.75, "calm": 0.25}]
    assert not read.held_out
    # What else is known of them stays, for what is inferred from it.
    assert [text.descriptors for text in read.texts] == [tuple(corpus.descriptors[i]) for i in (2, 5)]


def test_texts_of_ones_own_need_no_corpus(recipe, corpora_dir, written):
    path = written(BY_TEXT + "Off to the airport!,4,excited:4; tense:1\nWell...,4,resigned:2\n", "mine.csv")
    options = {"texts": [{"readings": str(path)}], "human": [], "heads": [], "closed": {}, "holdout": 0}
    read = read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    assert [dict(text.named) for text in read.texts] == [{"excited": 1.0, "tense": 0.25}, {"resigned": 0.5}]
    assert read.facts == {"mine.csv": "not stated: a user's own texts"}
    assert read.digests == {"mine.csv": written_digests(["Off to the airport!", "Well..."])}


def test_what_readings_cannot_go_with_is_told(recipe, corpora_dir, written):
    path = written(BY_ID + "elsewhere\t4\tproud:3\n")
    options = {"texts": [{"corpus": "descriptors/goemotions", "readings": str(path)}]}
    with pytest.raises(RecipeError, match="has no text 'elsewhere'"):
        read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    with pytest.raises(RecipeError, match="readings take the place of"):
        read_recipe(recipe, {**options, "supervision.most": 2})
    for more in ({"person": "first"}, {"leave_out": ["ml1"]}):
        with pytest.raises(RecipeError, match=r"texts\[0\].readings say themselves"):
            read_recipe(recipe, {"texts": [{**options["texts"][0], **more}]})
    with pytest.raises(RecipeError, match=r"texts\[0\] names no corpus"):
        read_recipe(recipe, {"texts": [{}]})
    static = {"texts": [{"corpus": "goemotions:train", "readings": str(path)}]}
    with pytest.raises(RecipeError, match="a corpus, and no readings"):
        read_static_recipe("fast", static)


def test_readings_count_wherever_a_text_was_read_first(recipe, corpora_dir, written):
    corpus = load_corpus("descriptors/goemotions", corpora_dir)
    path = written(BY_ID + f"{corpus.items[0].id}\t2\tproud:1\n")
    whole = {"corpus": "descriptors/goemotions"}
    options = {"texts": [whole, {**whole, "readings": str(path)}], "holdout": 0}
    read = read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    assert [(dict(x.readings), x.source) for x in read.texts if x.readings] == [({"proud": 0.5}, 1)]
    assert len(read.texts) > 1
