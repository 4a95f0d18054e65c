"""The promise of `summarize` on real texts: GoEmotions' test split as the file, samples of it as gold."""

import os

import numpy as np
import pytest

import affekt
from affekt.corpora import load_corpus
from affekt.evaluation import Rows, Sample, estimate_whole, sample_alone

SAMPLES, SIZE = 400, 300


@pytest.mark.slow
@pytest.mark.corpora
def test_intervals_cover_and_are_shorter_than_without_the_model(corpora_dir, monkeypatch):
    monkeypatch.setitem(os.environ, "AFFEKT_DATA", str(corpora_dir))
    corpus = load_corpus("goemotions:test")
    scores = affekt.load("small").scores(corpus.items, corpus.space)
    judged = np.array([reason is None for reason in scores.abstained])
    gold, said = (corpus.gold[judged] >= 0.5).astype(float), scores.values[judged].astype(float)
    truth, everything = gold.mean(axis=0), len(gold)
    rng = np.random.default_rng(0)
    covered = np.zeros((SAMPLES, len(truth)))
    width, alone = np.zeros(covered.shape), np.zeros(covered.shape)
    for i in range(SAMPLES):
        drawn = rng.choice(everything, SIZE, replace=False)
        for j in range(len(truth)):
            sample = Sample(gold[drawn, j], said[drawn, j], np.zeros(SIZE, dtype=np.intp))
            rows = Rows(np.array([everything]), said[:, j].mean(keepdims=True))
            found = estimate_whole(sample, rows, "share", stratified=False)
            covered[i, j] = found.low <= truth[j] <= found.high
            width[i, j] = found.high - found.low
            other = sample_alone(sample, rows, "share")
            alone[i, j] = other.high - other.low
    common = truth >= 0.05
    assert common.sum() >= 5
    assert 0.93 <= covered[:, common].mean() <= 0.97
    assert width[:, common].mean() < alone[:, common].mean()
    assert covered[:, ~common].mean() >= 0.93
