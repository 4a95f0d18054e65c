"""What several readers saw in texts."""

import pytest

from affekt.core import RecipeError
from affekt.corpora import load_corpus
from affekt.text import Normalizer
from affekt.training import read_readings, read_recipe, read_training_data

HEADER = "id\treaders\tdescriptors\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "readings.tsv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_shares_of_readers_are_read(written):
    path = written(HEADER + "a\t7\ttense: 7; looking forward:3\nb\t2\tmood: low:1\n")
    assert read_readings(path) == {"a": {"tense": 1.0, "looking forward": 3 / 7}, "b": {"mood: low": 0.5}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + "a\t7\ttense:8\n", r"line 2: 'tense:8' found: write `descriptor:N`, with N from 1 to 7"),
        (HEADER + "a\t7\ttense:3;\n", r"line 2: '' found"),
        (HEADER + "a\t7\ttense\n", r"line 2: 'tense' found"),
        (HEADER + "a\t7\ttense:1\na\t7\tsad:1\n", r"line 3: text 'a' has readings already"),
        (HEADER + "a\t0\ttense:1\n", r"line 2: .* give an id, a number of readers"),
        (HEADER + "a tense:1\n", r"line 2: 'a tense:1' found"),
        ("id\tdescriptors\na\tx\n", r"line 1: .* write the header"),
        ("", "it is empty"),
        (b"id\xff", "it is not UTF-8"),
    ],
)
def test_a_bad_line_is_told(written, text, said):
    with pytest.raises(RecipeError, match=said):
        read_readings(written(text))


def test_a_file_that_is_missing_is_told(tmp_path):
    with pytest.raises(RecipeError, match="No such file"):
        read_readings(tmp_path / "none.tsv")


def test_texts_with_readings_are_learned_by_them(recipe, corpora_dir, written):
    corpus = load_corpus("descriptors/goemotions", corpora_dir)
    first, second = (corpus.items[i].id for i in (5, 2))
    path = written(HEADER + f"{first}\t4\tproud:3; calm:1\n{second}\t4\tneutral:4\n")
    options = {"texts": [{"corpus": "descriptors/goemotions", "readings": str(path)}], "holdout": 1}
    read = read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    assert [dict(text.named) for text in read.texts] == [{"neutral": 1.0}, {"proud": 0.75, "calm": 0.25}]
    assert not read.held_out
    # What else is known of them stays, for what is inferred from it.
    assert [text.descriptors for text in read.texts] == [tuple(corpus.descriptors[i]) for i in (2, 5)]


def test_readings_of_another_corpus_are_refused(recipe, corpora_dir, written):
    path = written(HEADER + "elsewhere\t4\tproud:3\n")
    options = {"texts": [{"corpus": "descriptors/goemotions", "readings": str(path)}]}
    with pytest.raises(RecipeError, match="has no text 'elsewhere'"):
        read_training_data(read_recipe(recipe, options), Normalizer(), corpora_dir)
    with pytest.raises(RecipeError, match="readings take the place of"):
        read_recipe(recipe, {**options, "supervision.most": 2})
