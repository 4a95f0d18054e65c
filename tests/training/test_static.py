"""A static student: what torch trains is what numpy runs; whole runs; any label set."""

import numpy as np
import pytest
import torch

from affekt.core import LabelSpace, ModelError, RecipeError, named_space
from affekt.encoder import StaticTower
from affekt.models import load, read_manifest, verify
from affekt.training import (
    Lexicon,
    StaticNetwork,
    Student,
    read_questions,
    read_static,
    read_static_recipe,
    train,
)

TEXTS = [
    "i am so happy for you !",
    "she cried all night , and nobody came",
    "zqxv bwwk",
    "",
    "not happy :) at all",
    "word " * 250 + "end",
]
RECIPE = """
name = "tiny-static"
teacher = "small"
words = false
templates = ["I feel {}"]
seed = 3
holdout = 6
checkpoint_minutes = 0.0

[[texts]]
corpus = "descriptors/brighter-eng"
limit = 24
reference = 8

[student]
width = 8
sums = 12
hidden = 16
buckets = 64
seen = 1

[optimizer]
epochs = 3
batch = 16
average = 0.5

[decision]
threshold = 0.3
"""


@pytest.fixture(scope="session")
def heads():
    return load("small").scorer.heads


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.mark.parametrize("positions", [1, 3, 5])
def test_numpy_computes_what_torch_trains(heads, positions):
    torch.manual_seed(0)
    lexicon = Lexicon(["happy", "i", "not", "she", "so", "!", "word", ":)"], 32)
    network = StaticNetwork(
        Student(width=8, sums=12, positions=positions, hidden=16, buckets=32), lexicon, heads, 0.5
    )
    for weight in network.parameters():
        weight.data += 0.1 * torch.randn_like(weight)
    network.eval()
    network.quantize()
    tower = StaticTower(lexicon.words, network.weights())
    short = TEXTS[:-1]
    np.testing.assert_allclose(tower.encode(short).states, read_static(network, short)[1], atol=2e-5)
    assert tower.encode(short).states.std(axis=0).max() > 0.05


@pytest.mark.corpora
def test_a_run_writes_a_model_that_judges_any_label_set(recipe, corpora_dir, tmp_path):
    facts = train(recipe, out=tmp_path / "model", data=corpora_dir)
    assert facts["texts"] == 18
    assert set(facts["held_out"]) == {"cosine_teacher", "pearson_valence", "pearson_arousal"}
    verify(tmp_path / "model")
    assert not list(tmp_path.glob("model/teacher-*"))
    assert not (tmp_path / "model" / "checkpoint.safetensors").exists()
    card = read_manifest(tmp_path / "model")
    assert card["scorer"] == "static"
    assert card["label_tower"]["model"] == "small"
    assert "descriptors/brighter-eng:all" in {entry["corpus"] for entry in card["training"]}
    model = load(tmp_path / "model")
    for space in (
        named_space("goemotions"),
        named_space("isear"),
        named_space("valence-arousal"),
        LabelSpace.of(["schadenfreude at work", "joy=being glad"]),
    ):
        scores = model.scores(TEXTS, space)
        assert np.isfinite(scores.values[[0, 1, 4, 5]]).all()
        assert scores.abstained[3] == "the text is empty"
    assert model.predict(TEXTS[-1:])[0].flags == ("long",)


@pytest.mark.corpora
def test_a_teacher_is_asked_about_stretches_of_the_texts(recipe, corpora_dir):
    def asked(spans):
        return read_questions(read_static_recipe(recipe, {"spans": spans}), str.lower, [], corpora_dir)

    plain, more = asked(0), asked(60)
    assert more.texts[: len(plain.texts)] == plain.texts
    spans = more.texts[len(plain.texts) :]
    assert 40 < len(set(spans)) == len(spans) <= 60
    assert {len(span.split()) for span in spans} == {2, 3, 4, 5, 6}
    whole = [" ".join(text.split()) for text in plain.texts[: plain.whole]]
    assert all(any(f" {span} " in f" {text} " for text in whole) for span in spans)
    assert asked(60).texts == more.texts
    with pytest.raises(RecipeError, match="spans is -1: give 0 or more"):
        asked(-1)


@pytest.mark.corpora
@pytest.mark.parametrize("teacher", ["small", "multilingual"])
def test_a_teacher_is_asked_about_the_words_of_its_tokenizer(recipe, corpora_dir, tmp_path, teacher):
    def phrases(words):
        overrides = {"teacher": teacher, "words": words, "student.seen": 1000}
        return train(recipe, overrides=overrides, out=tmp_path / "none", data=corpora_dir, dry_run=True)[
            "phrases"
        ]

    assert phrases(True) - phrases(False) > 10_000


@pytest.mark.corpora
def test_a_teacher_is_asked_about_each_sentence(recipe, corpora_dir):
    def asked(sentences):
        changes = {"sentences": sentences, "texts": [{"corpus": "descriptors/synthetic", "limit": 60}]}
        return read_questions(read_static_recipe(recipe, changes), str, [], corpora_dir)

    plain, more = asked(False), asked(True)
    assert more.texts[: plain.whole] == plain.texts[: plain.whole]
    sentences = more.texts[plain.whole : more.whole]
    assert len(sentences) > 3
    for sentence in sentences:
        assert len(sentence.split()) >= 4
        assert any(sentence in text and sentence != text for text in plain.texts[: plain.whole])
    assert more.texts[more.whole :] == plain.texts[plain.whole :]


@pytest.mark.slow
@pytest.mark.corpora
def test_an_interrupted_run_ends_in_the_same_weights(recipe, corpora_dir, tmp_path, stop_after, interruption):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(recipe, out=whole, data=corpora_dir)
    with pytest.raises(interruption):
        train(recipe, out=parts, data=corpora_dir, progress=stop_after(_middle(recipe, corpora_dir)))
    with pytest.raises(RecipeError, match="--resume"):
        train(recipe, out=parts, data=corpora_dir)
    train(recipe, out=parts, data=corpora_dir, resume=True)
    for name in ("static.safetensors", "heads.safetensors", "decision.json"):
        assert (whole / name).read_bytes() == (parts / name).read_bytes()
    with pytest.raises(RecipeError, match="finished model"):
        train(recipe, out=whole, data=corpora_dir)


def _middle(recipe, corpora_dir):
    """What `progress` is told after about half of the steps."""
    told = []
    facts = train(
        recipe, out=recipe.with_name("counted"), data=corpora_dir, progress=lambda done, _: told.append(done)
    )
    assert facts["steps"] >= 4
    return told[-facts["steps"] // 2]


@pytest.mark.corpora
def test_answers_of_another_teacher_are_asked_for_again(recipe, corpora_dir, tmp_path, monkeypatch):
    from affekt.training import ask

    teacher = load("small")
    first = ask(teacher, ["we won!", "we lost"], tmp_path)
    monkeypatch.setattr(type(teacher.scorer.text), "encode", None)
    again = ask(teacher, ["we won!", "we lost"], tmp_path)
    assert np.array_equal(first.vectors, again.vectors)
    other = {**teacher.card, "files": {**teacher.card["files"], "text.onnx": "0"}}
    with pytest.raises(TypeError):
        ask(
            type(teacher)("small", teacher.scorer, teacher.decision, teacher.default_space, other),
            ["we won!", "we lost"],
            tmp_path,
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"teacher": "smal"}, "did you mean small"),
        ({"student.positions": 4}, "odd"),
        ({"templates": ["I feel"]}, "no place"),
        ({"optimizer.epochs": 0}, "1 or more"),
        ({"student.depth": 3}, "unknown"),
        ({"decision.fitted_on": ["enisear"]}, "no multi-label head"),
        ({"holdout": 500}, "leaves no text"),
    ],
)
@pytest.mark.corpora
def test_mistakes_are_told(recipe, corpora_dir, tmp_path, change, message):
    with pytest.raises((RecipeError, ModelError), match=message):
        train(recipe, overrides=change, out=tmp_path / "model", data=corpora_dir)


def test_own_texts_are_for_the_teacher(recipe, tmp_path):
    with pytest.raises(RecipeError, match="teacher"):
        train(recipe, out=tmp_path / "model", on=tmp_path / "mine.jsonl")


@pytest.mark.slow
@pytest.mark.corpora
def test_a_dry_run_says_what_would_be_done(recipe, corpora_dir, tmp_path):
    facts = train("fast", out=tmp_path / "model", data=corpora_dir, dry_run=True)
    assert facts["texts"] > 100_000
    assert facts["words"] > 20_000
    assert not (tmp_path / "model").exists()
