"""A model directory, written file by file as its format says, around a random encoder."""

import hashlib
import json

import numpy as np
import pytest
from safetensors.numpy import save

from affekt.core import named_space
from affekt.decisions import FixedThreshold, LabelThresholds, SpaceDecisions
from affekt.encoder import Heads, SpaceHead, Tower, WordTable, open_session, read_tokenizer, unit
from affekt.models import MANIFEST, SCHEMA, load_directory
from affekt.text import LanguageGuard, Normalizer

POSITIONS = 96
REFERENCE = ("i am so happy", "my dog is sad", "what a long day", "i hate the rain", "thanks all my friends")


def _json(data):
    return json.dumps(data).encode()


def _encoder(backbone):
    """The graph of the encoder and its words."""
    from affekt.training import BertShape, bert_graph, find_backbone

    encoder = find_backbone(str(backbone)).encoder()
    weights = {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}
    return bert_graph(weights, BertShape(2, 4, 32, POSITIONS)), WordTable.of(
        weights["embeddings.word_embeddings.weight"]
    )


def _heads(tower, space):
    rng = np.random.default_rng(5)
    eye = np.eye(32, dtype=np.float32)
    vectors = unit(rng.normal(size=(len(space), 32)).astype(np.float32))
    return Heads(
        eye,
        np.zeros(32, np.float32),
        eye,
        ("valence", "arousal"),
        rng.normal(0, 6, (32, 2)).astype(np.float32),
        np.full(2, 5, np.float32),
        (1.0, 9.0),
        12.0,
        -5.0,
        unit(tower.encode(REFERENCE).states),
        spaces={space.name: SpaceHead(space.names, vectors, 6.0, np.zeros(len(space), np.float32), "multi")},
    )


@pytest.fixture(scope="session")
def published(tiny_backbone, tmp_path_factory):
    """The directory; not to be changed."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    folder.mkdir()
    graph, words = _encoder(tiny_backbone)
    (folder / "text.onnx").write_bytes(graph)
    tokenizer = read_tokenizer(tiny_backbone / "tokenizer.json")
    tower = Tower(tokenizer, words, open_session(folder / "text.onnx"), POSITIONS)
    space = named_space("ekman")
    heads = _heads(tower, space)
    known = [form for label in named_space("plutchik").labels for form in label.forms]
    vectors = heads.project_labels(tower.encode(known).states).astype(np.float16)
    cuts = LabelThresholds(dict.fromkeys(space.names, 0.6))
    files = {
        "text.onnx": graph,
        "labels.onnx": graph,
        "words.safetensors": save(words.tensors()),
        "heads.safetensors": save({**heads.tensors(), "known.vectors": vectors}),
        "tokenizer.json": (tiny_backbone / "tokenizer.json").read_bytes(),
        "decision.json": _json(SpaceDecisions({"ekman": cuts}, FixedThreshold(0.3)).to_dict()),
    }
    manifest = {
        "schema": SCHEMA,
        "name": "tiny-emotions",
        "description": "a random encoder",
        "scorer": "dual-encoder",
        "space": "any",
        "default_space": "ekman",
        "languages": ["en"],
        "normalizer": Normalizer().to_dict(),
        "guard": LanguageGuard(("en",)).to_dict(),
        "positions": POSITIONS,
        "heads": heads.facts(),
        "known": known,
        "measured": {"pearson_valence": 0.5},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    for name, data in {**files, MANIFEST: _json(manifest)}.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def directory(published, tmp_path):
    """A copy of the directory that a test may damage."""
    import shutil

    return shutil.copytree(published, tmp_path / "tiny")


@pytest.fixture(scope="session")
def model(published):
    return load_directory(published)


@pytest.fixture
def bundled(published, monkeypatch):
    """The directory as the one model that comes with affekt, under the name `tiny`."""
    monkeypatch.setattr("affekt.models.names.BUNDLED", published.parent)
