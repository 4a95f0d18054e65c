"""The decision that a trained model is stored with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

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
    by_space: dict[str, StoredDecision] = {}
    for corpus in validation_corpora(trained.recipe, trained.spaces, data):
        assert corpus.gold is not None
        by_space[corpus.space.name] = LabelThresholds.fit(_scores(trained, corpus), corpus.gold)
    return SpaceDecisions(by_space, FixedThreshold(trained.recipe.decision.threshold))


def _scores(trained: Trained, corpus: Corpus) -> Scores:
    texts = [trained.normalizer(text) for text in corpus.texts]
    vectors, _ = read_texts(trained.network, trained.backbone.token_ids(texts, trained.recipe.positions))
    head = space_head(trained, corpus.space.name)
    return Scores(sigmoid(head.logits(vectors, corpus.space)), corpus.space)
