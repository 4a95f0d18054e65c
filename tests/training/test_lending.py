"""Runs whose labels a bundled model of the same backbone reads."""

import shutil

import numpy as np
import pytest

from affekt.core import LabelSpace, RecipeError
from affekt.models import load, read_manifest, verify
from affekt.training import train

pytestmark = pytest.mark.corpora
LABELS = LabelSpace.of(["joy", "schadenfreude at work"]).labels
ROOMS = ("models.manifest", "training.lending", "training.export")


def test_a_run_borrows_the_label_tower_of_a_bundled_model(recipe, corpora_dir, tmp_path, monkeypatch):
    train(recipe, out=tmp_path / "bundled" / "lender", data=corpora_dir, overrides={"name": "lender"})
    for room in ROOMS:
        monkeypatch.setattr(f"affekt.{room}.BUNDLED", tmp_path / "bundled")
    out = tmp_path / "borrower"
    train(recipe, out=out, data=corpora_dir, overrides={"label_tower": "lender"})
    assert not (out / "labels.onnx").exists()
    assert read_manifest(out)["label_tower"]["model"] == "lender"
    verify(out)
    alone = tmp_path / "alone"
    train(recipe, out=alone, data=corpora_dir)
    np.testing.assert_allclose(
        load(out).scorer.embed_labels(LABELS), load(alone).scorer.embed_labels(LABELS), atol=1e-6
    )
    shutil.rmtree(tmp_path / "bundled" / "lender")
    with pytest.raises(RecipeError, match="label_tower 'lender' is not bundled"):
        train(recipe, out=tmp_path / "late", data=corpora_dir, overrides={"label_tower": "lender"})


def test_a_tower_of_another_backbone_is_refused_before_training(recipe, corpora_dir, tmp_path):
    with pytest.raises(
        RecipeError, match="label_tower 'small' reads labels otherwise than the recipe's backbone"
    ):
        train(recipe, out=tmp_path / "out", data=corpora_dir, overrides={"label_tower": "small"})
    assert not (tmp_path / "out" / "log.jsonl").exists()
