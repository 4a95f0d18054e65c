"""The decision that a trained model is stored with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from affekt.core import LabelSpace, RecipeError, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import FixedThreshold, LabelThresholds, SpaceDecisions, StoredDecision
from affekt.encoder import sigmoid
from affekt.training.export import Trained, space_head
from affekt.training.network import read_texts
from affekt.training.recipe import Recipe


def validation_corpora(recipe: Recipe, spaces: Mapping[str, LabelSpace], data: Path | None) -> list[Corpus]:
    """The corpora that cuts are fitted on.

    Args:
        recipe: names them.
        spaces: spaces with human labels.
        data: folder of the corpora, or None for the environment's.

    Returns:
        The corpora, each in a space that has a stored head.

    Raises:
        CorpusError: if a corpus is missing or damaged.
        RecipeError: if a corpus has no stored head of kind `multi`.
    """
    corpora = [load_corpus(name, data) for name in recipe.decision.fitted_on]
    for corpus in corpora:
        name = corpus.space.name
        if (
            name not in recipe.heads
            or name not in spaces
            or corpus.gold is None
            or corpus.space.kind != "multi"
        ):
            raise RecipeError(
                f"recipe {recipe.name!r} fits cuts on {corpus}, whose space {name!r} has no multi-label head "
                "in `heads`: add it there, or leave the corpus out of decision.fitted_on"
            )
    return corpora


def fit_decision(trained: Trained, data: Path | None) -> StoredDecision:
    """One cut for any label set, and cuts of their own for spaces whose corpora have a validation split.

    Args:
        trained: what a run made.
        data: folder of the corpora, or None for the environment's.

    Returns:
        The decision, by space.

    Raises:
        CorpusError: if a corpus to fit on is missing or damaged.
        RecipeError: if a corpus to fit on has no trained head of kind `multi`.
    """
    corpora = validation_corpora(trained.recipe, trained.spaces, data)
    return decision_of([(_scores(trained, corpus), corpus) for corpus in corpora], trained.recipe)


def decision_of(scored: Sequence[tuple[Scores, Corpus]], recipe: Recipe) -> StoredDecision:
    """The decision that scores of validation corpora lead to; corpora of one space are joined.

    Args:
        scored: scores with the corpus that they are of.
        recipe: gives the cut for every other space.

    Returns:
        The decision, by space.
    """
    joined: dict[str, list[tuple[Scores, Corpus]]] = {}
    for scores, corpus in scored:
        joined.setdefault(corpus.space.name, []).append((scores, corpus))
    by_space: dict[str, StoredDecision] = {}
    for name, parts in joined.items():
        values = np.concatenate([scores.values for scores, _ in parts])
        gold = np.concatenate([corpus.gold for _, corpus in parts if corpus.gold is not None])
        by_space[name] = LabelThresholds.fit(Scores(values, parts[0][1].space), gold)
    return SpaceDecisions(by_space, FixedThreshold(recipe.decision.threshold))


def _scores(trained: Trained, corpus: Corpus) -> Scores:
    texts = [trained.normalizer(text) for text in corpus.texts]
    vectors, _ = read_texts(trained.network, trained.backbone.token_ids(texts, trained.recipe.positions))
    head = space_head(trained, corpus.space.name)
    return Scores(sigmoid(head.logits(vectors, texts, corpus.space)), corpus.space)
