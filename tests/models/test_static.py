"""Static students: a few files of their own, and a label tower that another model lends."""

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from affekt.core import LabelSpace, ModelError
from affekt.encoder import StaticWeights, WordTable
from affekt.models import (
    LABEL_TOWER,
    MANIFEST,
    STATIC_SCORER,
    VOCABULARY,
    available,
    find,
    load,
    read_manifest,
    verify,
)

RNG = np.random.default_rng(1)
LEXICON = ["happy", "sad", "i", "am", "so", "!"]
LIMIT = 10e6


def normal(*shape):
    return RNG.normal(size=shape).astype(np.float32)


@pytest.fixture
def directory(tmp_path):
    """A student of random weights that reads new labels with the tower of `small`."""
    small, card = load("small").scorer, read_manifest(find("small"))
    weights = StaticWeights(
        WordTable.of(normal(len(LEXICON) + 1, 4)),
        WordTable.of(normal(16, 4)),
        normal(4, 3 * 6),
        normal(6),
        normal(6),
        normal(12, 8),
        normal(8),
    )
    heads = replace(small.heads, text_weight=normal(8, 384), text_bias=normal(384), axis_weight=normal(8, 2))
    known = {"joy": small.known["joy"]}
    files = {
        "static.safetensors": save(weights.tensors()),
        "heads.safetensors": save({**heads.tensors(), "known.vectors": np.array(list(known.values()))}),
        "lexicon.txt": "\n".join(LEXICON).encode(),
        "decision.json": (find("small") / "decision.json").read_bytes(),
    }
    manifest = {
        **{
            key: card[key]
            for key in ("schema", "default_space", "languages", "normalizer", "guard", "positions")
        },
        "name": "tiny-static",
        "description": "random",
        "scorer": STATIC_SCORER,
        "label_tower": {"model": "small", "files": {name: card["files"][name] for name in LABEL_TOWER}},
        "heads": heads.facts(),
        "known": list(known),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    for name, data in {**files, MANIFEST: json.dumps(manifest).encode()}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_new_labels_are_read_with_the_lent_tower(directory):
    verify(directory)
    model = load(directory)
    labels = ["joy", "schadenfreude at work"]
    np.testing.assert_allclose(
        model.scorer.embed_labels(_labels(labels)),
        load("small").scorer.embed_labels(_labels(labels)),
        atol=1e-3,
    )
    assert np.isfinite(model.scores(["I am so happy!"], LabelSpace.of(labels)).values).all()


def test_a_label_tower_that_has_changed_is_told_where_it_is_needed(directory):
    _change(directory, label_tower={"model": "small", "files": dict.fromkeys(LABEL_TOWER, "0")})
    model = load(directory)
    assert len(model.predict(["so happy"], labels=["joy"])) == 1
    with pytest.raises(ModelError, match="'tiny-static' reads new labels with the label tower of 'small'"):
        model.predict(["so happy"], labels=["schadenfreude"])
    _change(directory, label_tower={"model": "gone", "files": {}})
    with pytest.raises(ModelError, match="not a model directory"):
        load(directory).predict(["so happy"], labels=["schadenfreude"])


@pytest.mark.parametrize("name", ["static.safetensors", "lexicon.txt", "heads.safetensors"])
def test_a_missing_file_is_named(directory, name):
    (directory / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        load(directory)


def test_a_lexicon_of_another_length_is_told(directory):
    (directory / "lexicon.txt").write_text("happy\nsad", encoding="utf-8")
    with pytest.raises(ModelError, match="2 words"):
        load(directory)


@pytest.mark.parametrize(
    "info", [i for i in available() if read_manifest(i.directory)["scorer"] == STATIC_SCORER]
)
def test_a_bundled_student_is_small(info):
    assert info.size <= LIMIT
    lent = read_manifest(info.directory)["label_tower"]
    files = read_manifest(find(lent["model"]))["files"]
    assert lent["files"] == {name: files[name] for name in (*LABEL_TOWER, VOCABULARY)}


def _labels(names):
    return LabelSpace.of(names).labels


def _change(directory, **values):
    path = directory / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.slow
def test_a_student_is_many_times_faster_than_its_teacher(directory):
    texts = [f"I am so {mood} today , number {i} !" for i in range(400) for mood in ("happy", "sad")]

    def seconds(model):
        model.predict(texts[:64], space="ekman")
        taken = []
        for _ in range(3):
            began = time.process_time()
            model.predict(texts, space="ekman")
            taken.append(time.process_time() - began)
        return min(taken)

    assert seconds(load("small")) > 8 * seconds(load(directory))


def test_a_student_opens_neither_a_graph_nor_a_tokenizer(directory):
    """A new process labels one text before onnxruntime or tokenizers are loaded."""
    code = (
        "import sys, affekt; affekt.load(sys.argv[1]).predict(['so happy'], space='goemotions'); "
        "sys.exit(sum(name in sys.modules for name in ('onnxruntime', 'tokenizers', 'torch')))"
    )
    subprocess.run([sys.executable, "-c", code, str(directory)], check=True, timeout=120)
