"""Whole runs on real texts: what is written, that it can be stopped and gone on with, and that it learns."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from affekt.core import (
    CorpusError,
    InputError,
    Item,
    LabelSpace,
    ModelError,
    RecipeError,
    Scores,
    named_space,
)
from affekt.corpora import corpus_from_file, load_corpus
from affekt.decisions import LabelThresholds
from affekt.encoder import WordTable
from affekt.models import load, read_manifest, verify
from affekt.text import Normalizer, read_digests, text_digests
from affekt.training import (
    BertShape,
    DualNetwork,
    Precision,
    Recipe,
    Texts,
    TrainingText,
    bert_graph,
    decision_of,
    find_backbone,
    read_recipe,
    read_texts,
    read_training_data,
    train,
)

CHECKPOINT = "checkpoint.safetensors"
# What stays of a run where training is not what is looked at.
BRIEF = {"texts": [{"corpus": "descriptors/brighter-eng", "limit": 12}], "optimizer.epochs": 1, "holdout": 0}
TEXTS = ("I am so happy for you!", "she cried all night", "no idea what that was", "")
MINE = (
    ("we won the game !", ["thrilled"]),
    ("they cut my pay again", ["livid"]),
    ("i lost my keys", ["tired"]),
    ("the bus is late", ["tired"]),
)


@pytest.fixture(scope="session")
def finished(tiny_backbone, corpora_dir, tmp_path_factory):
    """A run with every kind of supervision, caught before it was exported: its folder, checkpoint and facts."""
    folder = tmp_path_factory.mktemp("finished")
    recipe = folder / "every.toml"
    recipe.write_text(
        f"""
        name = "every-kind"
        backbone = {json.dumps(str(tiny_backbone))}
        human = ["brighter/a-eng:train", "brighter/b-eng:train", "emorynlp:train"]
        heads = ["brighter-eng", "brighter-eng-intensity", "emorynlp"]
        seed = 3
        positions = 96
        holdout = 12
        precision = "float32"
        [[texts]]
        corpus = "descriptors/brighter-eng"
        limit = 80
        reference = 30
        [[texts]]
        corpus = "emorynlp:train"
        limit = 24
        reference = 10
        [closed]
        corpus = "descriptors/closed-labels"
        [optimizer]
        epochs = 2
        batch = 16
        [decision]
        threshold = 0.3
        fitted_on = ["brighter/a-eng:dev"]
        """
    )

    def stop(done, total):
        if done == total:
            raise KeyboardInterrupt

    out = folder / "model"
    with pytest.raises(KeyboardInterrupt):
        train(recipe, out=out, data=corpora_dir, progress=stop)
    weights = load_file(out / CHECKPOINT)
    facts = train(recipe, out=out, data=corpora_dir, resume=True)
    return out, weights, facts


def _network(weights, backbone, spaces):
    """The network of a checkpoint."""
    network = DualNetwork(backbone.encoder(), spaces)
    start = "network."
    network.load_state_dict({n.removeprefix(start): t for n, t in weights.items() if n.startswith(start)})
    return network.eval()


def _train(recipe, corpora_dir, out, progress=None, resume=False, on=None, **overrides):
    return train(
        recipe, overrides=overrides, out=out, data=corpora_dir, progress=progress, resume=resume, on=on
    )


def test_a_run_leaves_a_model(finished):
    out, _, facts = finished
    verify(out)
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md", "affekt.json", "decision.json", "heads.safetensors", "labels.onnx", "log.jsonl",
        "text.onnx", "tokenizer.json", "vocabulary.safetensors", "words.safetensors",
    ]  # fmt: skip
    model = load(out)
    assert model.name == "every-kind"
    predictions = model.predict(TEXTS)
    assert [tuple(p.scores) for p in predictions] == [named_space("goemotions").names] * 4
    assert predictions[3].flags == ("empty",)
    trained = {entry["corpus"]: entry["licence"] for entry in model.card["training"]}
    assert set(trained) == {
        "descriptors/brighter-eng:all", "descriptors/closed-labels:all", "emorynlp/full:train", "brighter/a-eng:train",
        "brighter/b-eng:train",
    }  # fmt: skip
    assert all(trained.values())
    card = (out / "README.md").read_text()
    assert all(name in card for name in trained)
    assert facts["texts"] >= 80 + 24 - 12
    assert facts["descriptors"] == 80 - 12
    assert facts["closed"] > 0
    measured = {"pearson_valence", "pearson_arousal", "retrieval"}
    assert set(facts["held_out"]) == measured == set(model.card["measured"])
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert log[-1]["step"] == log[-1]["steps"] == facts["steps"]
    assert {"descriptors", "closed", "axes", "human brighter-eng", "human emorynlp"} <= log[-1].keys()


def test_the_model_says_what_the_network_says(finished, tiny_backbone, corpora_dir):
    out, weights, _ = finished
    model, backbone = load(out), find_backbone(str(tiny_backbone))
    spaces = {
        "brighter-eng": load_corpus("brighter/a-eng:dev", corpora_dir).space,
        "brighter-eng-intensity": load_corpus("brighter/b-eng:dev", corpora_dir).space,
        "emorynlp": named_space("emorynlp"),
    }
    network = _network(weights, backbone, {name: len(space) for name, space in spaces.items()})
    texts = [Normalizer()(text) for text in TEXTS[:3]]
    vectors, axes = read_texts(network, backbone.token_ids(texts, 96))
    np.testing.assert_allclose(model.scorer.embed(TEXTS[:3]), vectors, atol=1e-5)
    scores = model.scores(TEXTS[:3], "valence-arousal").values
    np.testing.assert_allclose(scores, np.clip(axes, 1, 9), atol=1e-4)
    frozen = backbone.encoder().eval()
    for name, space in spaces.items():
        with torch.no_grad():
            names = _frozen(frozen, backbone, space.names)
            logits = network.space_logits(name, torch.from_numpy(vectors), names)
            expected = logits.softmax(dim=1) if space.kind == "single" else logits.sigmoid()
            expected *= (space.levels or 2) - 1
        np.testing.assert_allclose(model.scores(TEXTS[:3], space).values, expected, atol=1e-4)


def _frozen(encoder, backbone, texts):
    """Unit vectors of the frozen tower, one text at a time."""
    from affekt.training import mean_states

    rows = [mean_states(encoder, backbone.token_ids([text], 32)) for text in texts]
    return torch.nn.functional.normalize(torch.cat(rows), dim=1)


def test_words_and_label_tower_stay_as_they_were(finished, tiny_backbone):
    out, weights, _ = finished
    encoder = find_backbone(str(tiny_backbone)).encoder()
    before = {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}
    words = "embeddings.word_embeddings.weight"
    np.testing.assert_array_equal(weights[f"network.encoder.{words}"], before[words])
    stored = WordTable.read(out / "words.safetensors")
    np.testing.assert_allclose(stored.lookup(np.arange(len(before[words]))), before[words], rtol=1e-6)
    assert (out / "labels.onnx").read_bytes() == bert_graph(before, BertShape(2, 4, 32, 96), "int8-blocks")
    moved = [name for name in before if not np.array_equal(weights[f"network.encoder.{name}"], before[name])]
    assert len(moved) > 30
    assert "embeddings.token_type_embeddings.weight" not in moved


def test_stored_wordings_are_near_the_stored_label_tower(finished):
    scorer = load(finished[0]).scorer
    labels = [label for name in ("goemotions", "emorynlp") for label in named_space(name).labels]
    uninformed = replace(scorer, known={})
    cosines = (scorer.embed_labels(labels) * uninformed.embed_labels(labels)).sum(axis=1)
    assert cosines.min() > 0.995


def test_cuts_are_those_that_fit_the_models_own_scores(finished, corpora_dir):
    model, dev = load(finished[0]), load_corpus("brighter/a-eng:dev", corpora_dir)
    every = replace(model.scorer, guard=None)
    fitted = LabelThresholds.fit(every.score(dev.items, dev.space), dev.gold).to_dict()
    stored = model.decision.to_dict()["by_space"]["brighter-eng"]
    assert stored["kind"] == fitted["kind"]
    for name, cut in fitted["thresholds"].items():
        # Means over resamples: where two scores change places by rounding, some best cuts jump.
        assert stored["thresholds"][name] == pytest.approx(cut, abs=0.05)
    assert model.decision.to_dict()["otherwise"] == {"kind": "fixed", "threshold": 0.3}


# Interruption


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    recipe, corpora_dir, tmp_path, stop_after, interruption, average
):
    options = {"optimizer.average": average}
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    _train(recipe, corpora_dir, whole, **options)
    for steps in (3, 4, 9):
        with pytest.raises(interruption):
            _train(recipe, corpora_dir, broken, stop_after(steps), resume=steps > 3, **options)
    seen = []
    _train(recipe, corpora_dir, broken, lambda *done: seen.append(done), resume=True, **options)
    assert seen == [(10, 10)]
    assert read_manifest(broken) == read_manifest(whole)
    verify(broken)


def test_a_seed_decides(recipe, corpora_dir, tmp_path):
    files = []
    for name, options in (("a", {}), ("b", {}), ("c", {"seed": 4}), ("d", {"optimizer.average": 0.5})):
        _train(recipe, corpora_dir, tmp_path / name, **BRIEF, **options)
        files.append(read_manifest(tmp_path / name)["files"])
    assert files[0] == files[1]
    assert files[0]["text.onnx"] not in (files[2]["text.onnx"], files[3]["text.onnx"])


def test_the_weights_of_several_runs_are_averaged(recipe, corpora_dir, tmp_path, stop_after, interruption):
    out, options = tmp_path / "soup", {**BRIEF, "optimizer.runs": 2}
    steps = _train(recipe, corpora_dir, tmp_path / "one", **BRIEF)["steps"]
    with pytest.raises(interruption):
        _train(recipe, corpora_dir, out, stop_after(2 * steps), **options)
    parts = [load_file(out / run / CHECKPOINT)["network.text_projection.weight"] for run in ("run1", "run2")]
    assert not torch.equal(*parts)
    with pytest.raises(RecipeError, match="soup holds a checkpoint: go on with --resume"):
        _train(recipe, corpora_dir, out, **options)
    facts = _train(recipe, corpora_dir, out, resume=True, **options)
    assert facts["steps"] == 2 * steps
    stored = load_file(out / "heads.safetensors")["text.weight"]
    assert torch.allclose(stored.T, (parts[0] + parts[1]) / 2, atol=1e-6)
    assert not list(out.rglob(CHECKPOINT))


def test_a_run_goes_on_from_a_model(finished, recipe, corpora_dir, tmp_path):
    start = finished[0]
    options = {**BRIEF, "start": str(start), "optimizer.learning_rate": 0.0}
    _train(recipe, corpora_dir, tmp_path / "same", **options)
    before, same = load(start), load(tmp_path / "same")
    assert np.allclose(before.scorer.embed(TEXTS), same.scorer.embed(TEXTS), atol=1e-5)
    items, space = [Item(text) for text in TEXTS[:3]], load_corpus("brighter/a-eng:dev", corpora_dir).space
    for asked in (space, named_space("valence-arousal"), named_space("ekman")):
        # Reference texts differ, and with them what is assumed of unseen label sets.
        close = 0.2 if asked.name == "ekman" else 1e-4
        assert np.allclose(before.scores(items, asked).values, same.scores(items, asked).values, atol=close)
    corpora = [{entry["corpus"] for entry in model.card["training"]} for model in (before, same)]
    assert corpora[0] <= corpora[1]
    assert "descriptors/closed-labels:all" in corpora[1]
    _train(recipe, corpora_dir, tmp_path / "more", **options | {"optimizer.learning_rate": 1e-3})
    assert not np.allclose(before.scorer.embed(TEXTS), load(tmp_path / "more").scorer.embed(TEXTS), atol=1e-5)
    with pytest.raises(ModelError, match="model 'nowhere' is unknown"):
        _train(recipe, corpora_dir, tmp_path / "none", **options | {"start": "nowhere"})
    blocks = tmp_path / "blocks"
    _train(recipe, corpora_dir, blocks, **BRIEF, precision="int8-blocks")
    with pytest.raises(RecipeError, match=r"blocks cannot be gone on from .* float32 or int8-rows"):
        _train(recipe, corpora_dir, tmp_path / "other", **options | {"start": str(blocks)})


def test_a_checkpoint_belongs_to_its_recipe_and_texts(
    recipe, corpora_dir, labelled, tmp_path, stop_after, interruption
):
    out, mine = tmp_path / "out", labelled(MINE)
    with pytest.raises(interruption):
        _train(recipe, corpora_dir, out, stop_after(1), on=mine, **BRIEF)
    with pytest.raises(
        RecipeError, match="out holds a checkpoint: go on with --resume, or use another directory"
    ):
        _train(recipe, corpora_dir, out, on=mine, **BRIEF)
    with pytest.raises(RecipeError, match="belongs to another recipe or other texts"):
        _train(recipe, corpora_dir, out, resume=True, on=mine, **BRIEF, **{"losses.human": 2.0})
    for rows in (MINE[:-1], [*MINE[:-1], ("the bus is late", ["livid"])]):
        with pytest.raises(RecipeError, match="belongs to another recipe or other texts"):
            _train(recipe, corpora_dir, out, resume=True, on=labelled(rows), **BRIEF)
    labelled(MINE)
    _train(recipe, corpora_dir, out, resume=True, on=mine, name="renamed", **BRIEF)
    assert load(out).name == "renamed"
    assert not (out / CHECKPOINT).exists()
    with pytest.raises(RecipeError, match="out holds a finished model: delete it, or use another directory"):
        _train(recipe, corpora_dir, out, resume=True, on=mine, **BRIEF)


def test_a_damaged_checkpoint_is_one_sentence(recipe, corpora_dir, tmp_path, stop_after, interruption):
    out = tmp_path / "out"
    with pytest.raises(interruption):
        _train(recipe, corpora_dir, out, stop_after(1), **BRIEF)
    content = (out / CHECKPOINT).read_bytes()
    (out / CHECKPOINT).write_bytes(content[: len(content) // 2])
    with pytest.raises(RecipeError, match=r"checkpoint\.safetensors is damaged .*: delete it and start anew"):
        _train(recipe, corpora_dir, out, resume=True, **BRIEF)


def test_what_was_inferred_is_not_inferred_again(
    recipe, corpora_dir, tmp_path, stop_after, interruption, monkeypatch
):
    texts = [{"corpus": "descriptors/brighter-eng", "limit": 40}]
    asked = BRIEF | {"texts": texts, "closed.corpus": "descriptors/closed-labels", "closed.infer": True}
    _train(recipe, corpora_dir, tmp_path / "whole", **asked)
    out = tmp_path / "out"
    with pytest.raises(interruption):
        _train(recipe, corpora_dir, out, stop_after(1), **asked)

    def infer(*_):
        raise AssertionError("inferred again")

    with monkeypatch.context() as patch:
        patch.setattr("affekt.training.run.infer_closed_labels", infer)
        _train(recipe, corpora_dir, out, resume=True, **asked)
        with pytest.raises(AssertionError, match="inferred again"):
            _train(recipe, corpora_dir, tmp_path / "other", **asked)
    assert not (out / "inferred.safetensors").exists()
    vectors = [load(folder).scorer.embed(TEXTS) for folder in (out, tmp_path / "whole")]
    assert np.array_equal(*vectors)


def test_a_dry_run_writes_nothing(recipe, corpora_dir, tmp_path):
    out = tmp_path / "out"
    facts = train(recipe, out=out, dry_run=True, data=corpora_dir)
    assert facts == {"texts": 68, "descriptors": 68, "closed": 0, "axes": 68, "brighter-eng": 68, "steps": 10}
    assert not out.exists()


# A user's own texts


def test_a_users_own_texts_get_a_head_that_is_used(recipe, corpora_dir, labelled, tmp_path):
    out = tmp_path / "out"
    _train(recipe, corpora_dir, out, on=labelled(MINE), **BRIEF)
    (out / "labels.onnx").unlink()  # so that nothing but the head can judge these labels
    model = load(out)
    assert model.default_space == LabelSpace.of(["livid", "thrilled", "tired"], "single", "mine.jsonl")
    for prediction in (*model.predict(TEXTS[:3]), *model.predict(TEXTS[:3], space="mine.jsonl")):
        assert len(prediction.labels) == 1
        assert sum(prediction.scores.values()) == pytest.approx(1)
    held_out = LabelSpace.of(["tired", "livid", "thrilled"], "single", "held-out.jsonl")
    np.testing.assert_allclose(
        model.scores(TEXTS[:3], held_out).values[:, [1, 2, 0]],
        model.scores(TEXTS[:3], model.default_space).values,
        atol=1e-6,
    )
    (entry,) = [entry for entry in model.card["training"] if entry["corpus"] == "mine.jsonl:all"]
    known = read_digests(entry["digests"])
    assert set(text_digests(text for text, _ in MINE)) == set(known)
    assert sorted(model.scorer.describe()["spaces"]) == ["brighter-eng", "mine.jsonl"]


def test_a_users_own_texts_are_enough(recipe, corpora_dir, labelled, tmp_path):
    first, out = tmp_path / "first", tmp_path / "out"
    theirs = replace(corpus_from_file(labelled(MINE[:2])), name="theirs.csv")
    _train(recipe, corpora_dir, first, on=theirs, **BRIEF)
    alone = {"texts": [], "human": [], "heads": [], "start": str(first)}
    changes = {**alone, "optimizer.epochs": 40, "optimizer.learning_rate": 1e-2, "holdout": 0}
    train(recipe, overrides=changes, out=out, data=tmp_path / "no corpora", on=labelled(MINE))
    said = load(out).predict([text for text, _ in MINE])
    assert [prediction.labels for prediction in said] == [tuple(labels) for _, labels in MINE]
    known = {x["corpus"]: x["digests"] for x in read_manifest(out)["training"] if "digests" in x}
    assert {name: len(read_digests(written)) for name, written in known.items()} == {
        "theirs.csv:all": 2,
        "mine.jsonl:all": len(MINE),
    }


def test_axes_that_no_text_has_are_not_learned(recipe, labelled, tmp_path):
    alone = {"texts": [], "human": [], "heads": [], "holdout": 0}
    train(recipe, overrides=alone, out=tmp_path / "out", data=tmp_path / "none", on=labelled(MINE))
    model = load(tmp_path / "out")
    assert model.axes() == ()
    assert set(model.axis_readings(named_space("valence-arousal")).values()) == {"opposites"}


@pytest.mark.parametrize("name", ["goemotions", "brighter-eng"])
def test_a_users_space_may_be_called_as_another_is(recipe, corpora_dir, labelled, tmp_path, name):
    mine = corpus_from_file(labelled(MINE))
    mine = replace(mine, space=replace(mine.space, name=name))
    _train(recipe, corpora_dir, tmp_path / "out", on=mine, **BRIEF)
    model = load(tmp_path / "out")
    assert model.default_space.name == f"own-{name}"
    assert sorted(model.scorer.describe()["spaces"]) == sorted({"brighter-eng", f"own-{name}"})


def test_a_run_learns_what_it_is_told(recipe, corpora_dir, labelled, tmp_path):
    words = ["window", "train", "birthday", "letter"]
    rows = [(f"{a} {b} {word} {c}", [f"about {word}s"])
            for word in words for a, b, c in (("my", "old", "is here"), ("one", "more", "again"), ("no", "good", "today"))]  # fmt: skip
    options = {
        "texts": [{"corpus": "descriptors/brighter-eng", "limit": 4}],
        "holdout": 0,
        "checkpoint_minutes": 9.0,
        "optimizer.epochs": 30,
        "optimizer.batch": 4,
        "optimizer.learning_rate": 4e-3,
        "optimizer.dropout": 0.0,
    }
    _train(recipe, corpora_dir, tmp_path / "out", on=labelled(rows), **options)
    predictions = load(tmp_path / "out").predict([text for text, _ in rows])
    right = [
        prediction.labels == tuple(labels) for prediction, (_, labels) in zip(predictions, rows, strict=True)
    ]
    assert sum(right) >= 11
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["human mine.jsonl"] < log[0]["human mine.jsonl"] / 4


# Other ways to export


@pytest.mark.parametrize("precision", ["int8-static", "int8-rows", "int8-blocks"])
def test_a_quantised_model_says_nearly_the_same(recipe, corpora_dir, tmp_path, precision: Precision):
    exact, quantised = tmp_path / "exact", tmp_path / precision
    _train(recipe, corpora_dir, exact, **BRIEF)
    _train(recipe, corpora_dir, quantised, precision=precision, **BRIEF)
    a, b = (load(folder).scorer.embed(TEXTS[:3]) for folder in (exact, quantised))
    assert ((a * b).sum(axis=1) > 0.98).all()
    assert (a != b).any()


# Mistakes that are told before training


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"heads": ["goemotions"]},
            "head 'goemotions' is no space of its human labels: use one of brighter-eng",
        ),
        ({"human": [], "heads": ["x"]}, "head 'x' is no space of its human labels: use one of none"),
        ({"positions": 128}, "reads 128 tokens, and backbone .* 96: lower positions or max_tokens"),
        ({"max_tokens": 97}, "reads 97 tokens"),
        (
            {"decision.fitted_on": ["goemotions:dev"]},
            r"fits cuts on goemotions/full:dev, whose space 'goemotions'",
        ),
        (
            {"heads": [], "decision.fitted_on": ["brighter/a-eng:dev"]},
            "add it there, or leave the corpus out",
        ),
        ({"human": ["descriptors/brighter-eng"]}, "has no labels of kind single, multi or ordinal"),
        ({"closed.corpus": "descriptors/brighter-eng"}, r"has no multi-label gold for \[closed\]"),
        ({"backbone": "nowhere"}, r"backbone 'nowhere' has no config\.json"),
        (
            {"texts": [{"corpus": "descriptors/synthetic", "leave_out": ["ml1", "ml9"]}]},
            "descriptors/synthetic:all has no group 'ml9' to leave out",
        ),
        (
            {"texts": [{"corpus": "emorynlp:dev", "limit": 5}]},
            "has no text of which anything is known: add labels to read",
        ),
        (
            {"texts": [], "human": [], "heads": []},
            r"reads no texts: add a \[\[texts\]\] table with a corpus, or give labelled texts of your own",
        ),
    ],
)
def test_what_cannot_be_trained_is_told_at_once(recipe, corpora_dir, tmp_path, overrides, message):
    with pytest.raises(RecipeError, match=message):
        _train(recipe, corpora_dir, tmp_path / "out", **overrides)
    assert not (tmp_path / "out").exists()


def test_corpora_and_own_texts_that_cannot_be_read_are_told_at_once(recipe, corpora_dir, tmp_path):
    with pytest.raises(CorpusError):
        _train(recipe, corpora_dir, tmp_path / "out", human=["nothing"])
    with pytest.raises(InputError, match=r"there is no file .*gone\.jsonl: check the path"):
        _train(recipe, corpora_dir, tmp_path / "out", on=tmp_path / "gone.jsonl")
    assert not (tmp_path / "out").exists()


def test_a_backbone_of_no_known_family_is_refused(tiny_backbone, tmp_path):
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / file).write_bytes((tiny_backbone / file).read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "electra"}))
    with pytest.raises(RecipeError, match="is electra: give one of bert, roberta, "):
        find_backbone(str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({**config, "hidden_act": "relu"}))
    with pytest.raises(RecipeError, match="has the activation relu: give one with gelu"):
        find_backbone(str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(RecipeError, match=r"cannot be read .*: get it again"):
        find_backbone(str(tmp_path))


# Reading


def test_a_level_is_learned_as_its_share_of_the_highest(recipe, corpora_dir):
    settings = read_recipe(recipe, {"human": ["brighter/b-eng:train"], "heads": [], "decision.fitted_on": []})
    read = read_training_data(settings, Normalizer(), corpora_dir)
    gold = load_corpus("brighter/b-eng:train", corpora_dir)
    levels = {Normalizer()(item.text): row for item, row in zip(gold.items, gold.gold, strict=True)}
    assert {int(level) for text in read.texts for level in levels[text.text]} == {0, 1, 2, 3}
    for text in read.texts:
        np.testing.assert_allclose(text.human["brighter-eng-intensity"] * 3, levels[text.text], atol=1e-6)


def test_texts_are_joined_split_and_repeatable(recipe, corpora_dir, labelled):
    settings = read_recipe(recipe)
    read = read_training_data(settings, Normalizer(), corpora_dir)
    assert (len(read.texts), len(read.held_out)) == (68, 12)
    assert not {t.text for t in read.texts} & {t.text for t in read.held_out}
    assert all(t.descriptors and t.axes and "brighter-eng" in t.human for t in read.texts)
    assert str(read) == str(read_training_data(settings, Normalizer(), corpora_dir))
    other = read_training_data(replace(settings, seed=4), Normalizer(), corpora_dir)
    assert {t.text for t in other.texts} != {t.text for t in read.texts}


def test_a_text_labelled_twice_takes_the_mean(recipe, corpora_dir, labelled):
    mine = labelled(
        [
            ("We  WON &amp; won!", ["joy"]),
            ("We WON & won!", ["joy", "pride"]),
            ("   ", ["pride"]),
            ("meh", []),
        ]
    )
    read = read_training_data(read_recipe(recipe, BRIEF), Normalizer(), corpora_dir, mine)
    own = {t.text: t.human["mine.jsonl"].tolist() for t in read.texts if "mine.jsonl" in t.human}
    assert own == {"We WON & won!": [1.0, 0.5], "meh": [0.0, 0.0]}
    assert read.own == "mine.jsonl"
    assert read.spaces["mine.jsonl"].names == ("joy", "pride")


@pytest.mark.parametrize(("person", "words"), [("first", {"I"}), ("third", {"She", "He", "They"})])
def test_events_are_told_in_the_first_or_third_person(recipe, corpora_dir, person, words):
    texts = [{"corpus": "event2mind:train", "person": person, "limit": 300}]
    read = read_training_data(
        read_recipe(recipe, {"texts": texts, "holdout": 0, "human": [], "heads": []}),
        Normalizer(),
        corpora_dir,
    )
    assert len(read.texts) == 300
    assert all(isinstance(text, TrainingText) and 1 <= len(text.descriptors) <= 5 for text in read.texts)
    joined = " ".join(text.text for text in read.texts)
    assert "Person" not in joined
    assert "___" not in joined
    first = [text.text.split()[0] for text in read.texts]
    assert sum(word in words for word in first) > 200
    assert all(word in first for word in words)
    assert all(len(word) < 40 and word != "none" for text in read.texts for word in text.descriptors)


@pytest.mark.corpora
def test_groups_are_left_out_whole_or_in_one_language(corpora_dir):
    corpus = load_corpus("descriptors/synthetic", corpora_dir)

    def read(*left_out):
        recipe = Recipe("mine", texts=(Texts("descriptors/synthetic", leave_out=left_out),))
        return {text.text for text in read_training_data(recipe, Normalizer(), corpora_dir).texts}

    gone = read() - read("ml1", "ml2 German")
    by_text = {
        Normalizer()(item.text): group for item, group in zip(corpus.items, corpus.groups, strict=True)
    }
    groups = {by_text[text] for text in gone}
    assert groups == {group for group in corpus.groups if group.startswith("ml1 ")} | {"ml2 German"}
    assert 1300 < len(gone) <= 1400


@pytest.mark.corpora
def test_cuts_of_a_space_are_fitted_on_all_its_corpora(corpora_dir):
    parts = [load_corpus(f"brighter/a-{code}:dev", corpora_dir) for code in ("deu", "esp")]
    rng = np.random.default_rng(0)
    scores = [Scores(rng.random((len(part), 6), np.float32), part.space) for part in parts]
    recipe = Recipe("mine", texts=(Texts("descriptors/synthetic"),))
    decision = decision_of(list(zip(scores, parts, strict=True)), recipe)
    joined = Scores(np.concatenate([each.values for each in scores]), parts[0].space)
    gold = np.concatenate([part.gold for part in parts])
    assert decision.by_space == {"brighter": LabelThresholds.fit(joined, gold)}
    assert decision.by_space["brighter"] != LabelThresholds.fit(scores[1], parts[1].gold)
