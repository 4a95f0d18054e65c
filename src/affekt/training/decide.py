"""The decision that a trained model is stored with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from affekt.core import RecipeError, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import FixedThreshold, LabelThresholds, SpaceDecisions, StoredDecision
from affekt.training.export import Trained

_BATCH = 64


def fit_decision(trained: Trained, data: Path | None) -> StoredDecision:
    """One cut for any label set, and cuts of their own for spaces whose corpora have a validation split.

    Args:
        trained: what a run made.
        data: folder of the corpora, or None for the environment's.

    Raises:
        RecipeError: if a corpus to fit on has no trained head of kind `multi`.
    """
    settings = trained.recipe.decision
    by_space: dict[str, StoredDecision] = {}
    for name in settings.fitted_on:
        corpus = load_corpus(name, data)
        if corpus.space.name not in trained.spaces or corpus.gold is None or corpus.space.kind != "multi":
            raise RecipeError(
                f"{corpus} has no multi-label head in recipe {trained.recipe.name!r}: leave it out"
            )
        by_space[corpus.space.name] = LabelThresholds.fit(_scores(trained, corpus), corpus.gold)
    return SpaceDecisions(by_space, FixedThreshold(settings.threshold))


@torch.no_grad()
def _scores(trained: Trained, corpus: Corpus) -> Scores:
    space, network = corpus.space, trained.network
    texts = [trained.normalizer(text) for text in corpus.texts]
    ids = trained.backbone.token_ids(texts, trained.recipe.positions)
    frozen = trained.wordings.vectors(space.names)
    order = np.argsort([len(x) for x in ids])
    values = np.zeros((len(ids), len(space)), np.float32)
    for start in range(0, len(ids), _BATCH):
        rows = order[start : start + _BATCH]
        vectors, _ = network.texts([ids[i] for i in rows])
        values[rows] = torch.sigmoid(network.space_logits(space.name, vectors, frozen)).numpy()
    return Scores(values, space)
