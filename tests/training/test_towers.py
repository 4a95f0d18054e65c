"""Poolings and dimensions: trained, exported, scored without torch, and gone on from."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from affekt.core import RecipeError
from affekt.models import load, read_manifest
from affekt.text import Normalizer, cut_windows
from affekt.training import (
    DualNetwork,
    QFormer,
    QueryShape,
    Shape,
    Wordings,
    find_backbone,
    read_recipe,
    start_at_random,
    start_projections,
    train,
)

CHECKPOINT = "checkpoint.safetensors"
TEXTS = (
    "I am so happy for you!",
    "she cried all night",
    "no idea what that was",
    "we walked on, wet and tired, and nobody told us a thing, as always. " * 9,
)
# What makes a few steps go far.
QUICK = {
    "texts": [{"corpus": "descriptors/brighter-eng", "limit": 24}],
    "holdout": 0,
    "optimizer.epochs": 3,
    "optimizer.learning_rate": 3e-3,
    "optimizer.dropout": 0.0,
}
POOLED = {
    "few dimensions": {"dimensions": 12},
    "cls": {"pooling": "cls"},
    "centred": {"center": True},
    "mixed": {"optimizer.mixed": True, "optimizer.dropout": 0.1},
    "qformer": {"pooling": "qformer", "qformer.count": 3},
    "narrow qformer": {"pooling": "qformer", "qformer.width": 16, "qformer.heads": 2, "dimensions": 20},
    "random qformer": {"pooling": "qformer", "projections": "random"},
    "wide qformer": {"pooling": "qformer", "qformer.width": 48, "qformer.layers": 1, "dimensions": 12},
}


def _train(recipe, corpora_dir, out, progress=None, resume=False, **overrides):
    options = {**QUICK, **overrides}
    return train(recipe, overrides=options, out=out, data=corpora_dir, progress=progress, resume=resume)


def _network(weights, recipe, options, backbone):
    """The network of a checkpoint."""
    shape = Shape.of(read_recipe(recipe, {**QUICK, **options}), backbone)
    network = DualNetwork(backbone.encoder(), {"brighter-eng": 5}, shape)
    start = "network."
    network.load_state_dict({n.removeprefix(start): t for n, t in weights.items() if n.startswith(start)})
    return network.eval()


@torch.no_grad()
def _read_whole(network, backbone, texts):
    """States of texts of any length, window by window."""
    plain = [x[1:-1] for x in backbone.token_ids([Normalizer()(text) for text in texts], 10_000)]
    first, *_, last = backbone.token_ids(["a"], 10)[0]
    cut = cut_windows(plain, 94, 32)
    states = torch.cat([network.states([[first, *window, last]]) for window in cut.tokens])
    return cut.pool(states.numpy()), cut.counts


@pytest.mark.parametrize("options", POOLED.values(), ids=POOLED)
def test_a_tower_says_without_torch_what_it_says_with_it(
    recipe, tiny_backbone, corpora_dir, tmp_path, options, stop_after, interruption
):
    out, backbone = tmp_path / "out", find_backbone(str(tiny_backbone))
    with pytest.raises(interruption):
        _train(recipe, corpora_dir, out, stop_after(6), **options)
    network = _network(load_file(out / CHECKPOINT), recipe, options, backbone)
    _train(recipe, corpora_dir, out, resume=True, **options)
    states, windows = _read_whole(network, backbone, TEXTS)
    assert windows.tolist() == [1, 1, 1, windows[3]]
    assert windows[3] > 1
    with torch.no_grad():
        vectors = torch.nn.functional.normalize(network.text_projection(torch.from_numpy(states)), dim=1)
        padded, _ = network.texts(backbone.token_ids([Normalizer()(text) for text in TEXTS[:3]], 96))
    model = load(out)
    assert vectors.shape[1] == options.get("dimensions", 32) == model.card["dimensions"]
    np.testing.assert_allclose(model.scorer.embed(TEXTS), vectors, atol=1e-4)
    np.testing.assert_allclose(padded, vectors[:3], atol=1e-5)
    space = model.default_space
    assert model.scores(TEXTS, space).values.shape == (4, len(space))


def test_a_qformer_starts_as_the_mean():
    torch.manual_seed(1)
    qformer = QFormer(QueryShape(5, 2, 4, 32), 32)
    states = torch.randn(3, 9, 32)
    mask = torch.ones(3, 9)
    mask[1, 4:] = 0
    with torch.no_grad():
        pooled = qformer(states, mask)
        other = states.clone()
        other[1, 4:] = 7.0
        assert torch.equal(pooled[1], qformer(other, mask)[1])  # what is masked is not read
    mean = (states * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
    assert torch.cosine_similarity(pooled, mean).min() > 0.99


def test_towers_that_start_at_random_keep_nothing_of_the_encoder(tiny_backbone):
    frozen = functional.normalize(torch.randn(40, 32, generator=torch.Generator().manual_seed(0)), dim=1)
    shape = Shape("qformer", QueryShape(3, 2, 4, 32))
    network = DualNetwork(find_backbone(str(tiny_backbone)).encoder(), {}, shape).eval()
    ids = [[1, 5, 6, 2], [1, 7, 2]]

    def towers(seed):
        torch.manual_seed(seed)
        start_at_random(network)
        with torch.no_grad():
            return network.labels(frozen), network.texts(ids)[0]

    with torch.no_grad():
        assert torch.allclose(network.labels(frozen), frozen, atol=1e-6)
    labels, texts = towers(1)
    assert (labels * frozen).sum(dim=1).abs().mean() < 0.4
    for first, again, other in zip((labels, texts), towers(1), towers(2), strict=True):
        assert torch.equal(first, again)
        assert not torch.allclose(first, other, atol=0.1)
    assert not torch.allclose(texts[0], texts[1], atol=1e-4)  # texts are read, not the queries alone


def test_a_start_at_random_is_not_averaged_or_centred(recipe):
    for options, message in (
        ({"optimizer.runs": 2}, "optimizer.runs averages weights"),
        ({"start": "small"}, "start brings projections along"),
        ({"center": True}, "center goes with projections that start from the backbone"),
    ):
        with pytest.raises(RecipeError, match=message):
            read_recipe(recipe, {"projections": "random", **options})
    with pytest.raises(RecipeError, match="projections 'zero' is unknown: use one of backbone, random"):
        read_recipe(recipe, {"projections": "zero"})


def test_every_weight_of_a_qformer_learns(recipe, corpora_dir, tmp_path, stop_after, interruption):
    saved = []
    for steps in (1, 6):
        with pytest.raises(interruption):
            _train(recipe, corpora_dir, tmp_path / str(steps), stop_after(steps), pooling="qformer")
        weights = load_file(tmp_path / str(steps) / CHECKPOINT)
        saved.append({name: t for name, t in weights.items() if ".qformer." in name and "network" in name})
    still = [name for name, weight in saved[0].items() if torch.equal(weight, saved[1][name])]
    # A shift of all keys by one vector changes no attention.
    assert [name for name in still if not name.endswith("key.bias")] == []


def test_few_dimensions_start_near_all_of_them(recipe, corpora_dir, tmp_path):
    options = {"optimizer.learning_rate": 0.0, "texts": QUICK["texts"]}
    words = [["joy", "anger", "fear", "sadness", "love"], TEXTS]
    cosines = []
    for d in (0, 24):
        _train(recipe, corpora_dir, tmp_path / str(d), dimensions=d, **options)
        scorer = load(tmp_path / str(d)).scorer
        cosines.append(scorer.embed(words[0]) @ scorer.embed(words[1]).T)
    assert np.corrcoef(cosines[0].ravel(), cosines[1].ravel())[0, 1] > 0.97


def test_a_qformer_in_integers_says_nearly_the_same(recipe, corpora_dir, tmp_path):
    vectors = []
    for precision in ("float32", "int8-rows", "int8-static"):
        _train(recipe, corpora_dir, tmp_path / precision, pooling="qformer", precision=precision)
        vectors.append(load(tmp_path / precision).scorer.embed(TEXTS[:3]))
    assert (vectors[0] * vectors[1]).sum(axis=1).min() > 0.98
    assert (vectors[0] * vectors[2]).sum(axis=1).min() > 0.98
    assert (vectors[0] != vectors[1]).any()


def test_a_run_goes_on_from_a_model_with_a_qformer_and_to_one(recipe, corpora_dir, tmp_path):
    plain, pooled = tmp_path / "plain", tmp_path / "pooled"
    still = {"optimizer.learning_rate": 0.0}
    _train(recipe, corpora_dir, plain)
    _train(recipe, corpora_dir, pooled, pooling="qformer", **still, start=str(plain))
    before, same = (load(folder).scorer.embed(TEXTS) for folder in (plain, pooled))
    assert (before * same).sum(axis=1).min() > 0.99
    learned, again = tmp_path / "learned", tmp_path / "again"
    _train(recipe, corpora_dir, learned, pooling="qformer", start=str(plain))
    _train(recipe, corpora_dir, again, pooling="qformer", **still, start=str(learned))
    a, b = load(learned), load(again)
    assert np.allclose(a.scorer.embed(TEXTS), b.scorer.embed(TEXTS), atol=1e-5)
    assert read_manifest(again)["heads"]["scale"] == pytest.approx(read_manifest(learned)["heads"]["scale"])
    for options, message in (
        ({"start": str(learned)}, "learned pools by qformer, not mean: set pooling = 'qformer'"),
        ({"start": str(plain), "dimensions": 8}, "plain has 32 dimensions, and the recipe 8: set dimensions"),
    ):
        with pytest.raises(RecipeError, match=message):
            _train(recipe, corpora_dir, tmp_path / "other", **options)


def test_axes_that_were_not_learned_are_not_stored(recipe, corpora_dir, tmp_path):
    out = tmp_path / "out"
    facts = _train(recipe, corpora_dir, out, **{"losses.axes": 0.0, "holdout": 4})
    assert set(facts["held_out"]) == {"retrieval"}
    model = load(out)
    assert model.axes() == ()
    assert len(model.predict(TEXTS)) == 4


def test_temperature_and_bias_stay_where_they_are_fixed(recipe, corpora_dir, tmp_path):
    out = tmp_path / "out"
    options = {"losses.tau": 0.05, "losses.learn_tau": False, "losses.bias": "none"}
    _train(recipe, corpora_dir, out, **options)
    heads = read_manifest(out)["heads"]
    assert heads["scale"] == pytest.approx(20, rel=1e-5)
    assert heads["bias"] == 0
    learned = tmp_path / "learned"
    _train(recipe, corpora_dir, learned, **{"losses.tau": 0.05, "losses.negatives": "vocabulary"})
    heads = read_manifest(learned)["heads"]
    assert heads["scale"] != pytest.approx(20, rel=1e-5)
    assert heads["bias"] < -5


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"dimensions": 33}, "dimensions is 33, and backbone .* has 32: give as many or fewer"),
        ({"pooling": "qformer", "qformer.width": 30}, "4 heads do not divide qformer.width 30"),
        ({"supervision.names_of": ["descriptors/brighter-eng"]}, "their names cannot be read as descriptors"),
    ],
)
def test_a_shape_that_cannot_be_is_told_at_once(recipe, corpora_dir, tmp_path, overrides, message):
    with pytest.raises(RecipeError, match=message):
        _train(recipe, corpora_dir, tmp_path / "out", **overrides)
    assert not (tmp_path / "out").exists()


def test_a_backbone_is_found_in_the_hubs_cache(tiny_backbone, tmp_path, monkeypatch):
    revision = "0" * 40
    folder = tmp_path / "models--someone--tiny"
    snapshot = folder / "snapshots" / revision
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(revision)
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        (snapshot / file).write_bytes((tiny_backbone / file).read_bytes())
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    found = find_backbone("someone/tiny")
    assert (found.folder, found.width, found.heads) == (snapshot, 32, 4)
    with pytest.raises(RecipeError, match=r"someone/other. has no config\.json: give a folder"):
        find_backbone("someone/other")
    assert json.loads((found.folder / "config.json").read_text())["model_type"] == "bert"


def test_what_all_labels_share_is_taken_out_of_texts_and_labels(tiny_backbone):
    """Labels in a narrow cone, as some encoders make them: then cosines tell them apart."""
    narrow = functional.normalize(torch.randn(40, 32, generator=torch.Generator().manual_seed(0)) + 4, dim=1)
    wordings = Wordings([f"word {i}" for i in range(40)], lambda texts: narrow)
    network = DualNetwork(find_backbone(str(tiny_backbone)).encoder(), {})
    plain = network.labels(narrow)
    start_projections(network, wordings, center=True)
    centred = network.labels(narrow)
    away = ~torch.eye(40, dtype=torch.bool)
    assert (plain @ plain.T)[away].mean() > 0.9
    assert (centred @ centred.T)[away].mean().abs() < 0.1
    texts = functional.normalize(network.text_projection(narrow), dim=1)
    assert torch.allclose(texts, centred, atol=1e-4)


def test_centring_goes_with_plain_towers_alone(recipe):
    for options in ({"dimensions": 12}, {"pooling": "qformer"}):
        with pytest.raises(RecipeError, match="center goes with"):
            read_recipe(recipe, {"center": True, **options})
