"""Encoders that read labels with the tower of another model, and models that borrow from a borrower."""

import json
import shutil

import numpy as np
import pytest

from affekt.core import LabelSpace, ModelError
from affekt.models import LABEL_TOWER, MANIFEST, VOCABULARY, find, load, read_manifest, verify

LABELS = ["joy", "schadenfreude at work"]


@pytest.fixture
def borrower(tmp_path):
    """`small` without its label tower, which `small` lends."""
    return _borrow(tmp_path / "borrower", LABEL_TOWER)


def _borrow(directory, names):
    shutil.copytree(find("small"), directory)
    (directory / "labels.onnx").unlink()
    card = read_manifest(directory)
    del card["files"]["labels.onnx"]
    files = read_manifest(find("small"))["files"]
    _write(
        directory, {**card, "label_tower": {"model": "small", "files": {name: files[name] for name in names}}}
    )
    return directory


def _write(directory, card):
    (directory / MANIFEST).write_text(json.dumps(card), encoding="utf-8")


def _vectors(model):
    return model.scorer.embed_labels(LabelSpace.of(LABELS).labels)


def test_an_encoder_reads_new_labels_with_a_lent_tower(borrower):
    verify(borrower)
    np.testing.assert_array_equal(_vectors(load(borrower)), _vectors(load("small")))


def test_a_borrower_can_be_lent_from(borrower, tmp_path, monkeypatch):
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    shutil.copytree(find("small"), bundled / "small")
    shutil.copytree(borrower, bundled / "middle")
    monkeypatch.setattr("affekt.models.manifest.BUNDLED", bundled)
    last = tmp_path / "last"
    shutil.copytree(borrower, last)
    (last / VOCABULARY).unlink()
    card = read_manifest(last)
    own = card["files"].pop(VOCABULARY)
    _write(last, {**card, "label_tower": {"model": "middle", "files": {VOCABULARY: own}}})
    model = load(last)
    np.testing.assert_array_equal(_vectors(model), _vectors(load(borrower)))
    assert model.scorer.vocabulary.words == load("small").scorer.vocabulary.words


def test_a_lent_tower_that_has_changed_is_told_by_verifying_and_where_it_is_needed(borrower):
    card = read_manifest(borrower)
    _write(borrower, {**card, "label_tower": {"model": "small", "files": dict.fromkeys(LABEL_TOWER, "0")}})
    with pytest.raises(ModelError, match="the label tower of 'small', which is not the one"):
        verify(borrower)
    model = load(borrower)
    assert len(model.predict(["so happy"], labels=["joy"])) == 1
    with pytest.raises(ModelError, match="the label tower of 'small', which is not the one"):
        model.predict(["so happy"], labels=["schadenfreude at work"])
