"""Teaching a linear model what n-grams say of a space's labels; it stands beside the encoder's head, see `encoder.ngrams`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, LabelSpace, MissingExtra, RecipeError
from affekt.encoder import NgramHead
from affekt.text import hashed_ngrams
from affekt.training.reading import TrainingText
from affekt.training.settings import Ngrams

_HIGHEST: Final = 127
_LEAST: Final = 1e-9
_ITERATIONS: Final = 100


def ngram_heads(
    settings: Ngrams, texts: Sequence[TrainingText], spaces: Mapping[str, LabelSpace]
) -> dict[str, NgramHead]:
    """What human labels teach of n-grams, for each space that the recipe asks for.

    Args:
        settings: names the spaces.
        texts: with human labels.
        spaces: that have human labels.

    Returns:
        Space → its head.

    Raises:
        RecipeError: if a space has no human labels, or ones that exclude each other.
    """
    check_ngrams(settings, spaces)
    made = {}
    for name in settings.spaces:
        labelled = [text for text in texts if name in text.human]
        gold = np.stack([text.human[name] for text in labelled])
        made[name] = fit_ngrams([text.text for text in labelled], gold, settings)
    return made


def check_ngrams(settings: Ngrams, spaces: Mapping[str, LabelSpace]) -> None:
    """See that the spaces can be taught.

    Args:
        settings: names the spaces.
        spaces: that have human labels.

    Raises:
        RecipeError: if a space has no human labels, or ones that exclude each other.
    """
    for name in settings.spaces:
        if name not in spaces:
            raise RecipeError(
                f"ngrams.spaces names {name!r}, which has no human labels: use one of {', '.join(spaces) or 'none'}"
            )
        if spaces[name].kind == "single":
            raise RecipeError(
                f"ngrams.spaces names {name!r}, whose labels exclude each other: leave it out, n-grams judge each "
                "label alone"
            )


def fit_ngrams(texts: Sequence[str], gold: FloatArray, settings: Ngrams) -> NgramHead:
    """A logistic regression a label over n-grams, its weights in 8 bits.

    Args:
        texts: normalised.
        gold: float32 `[texts, labels]`, 0 to 1; what lies between counts as both answers, in shares.
        settings: sizes, strength and share.

    Returns:
        The head; where n-grams or a label tell nothing apart, the label's share is the bias.

    Raises:
        MissingExtra: if scikit-learn is not installed.
    """
    hashes, features, counts = _features(texts, settings.seen)
    fitted = [_fit(features, gold[:, j], settings.strength) for j in range(gold.shape[1])]
    weights = np.stack([weights for weights, _ in fitted], axis=1)
    # What an n-gram does to a logit, over all texts.
    moved = np.abs(weights).max(axis=1) * np.sqrt(counts)
    kept = np.sort(np.argsort(-moved, kind="stable")[: settings.rows or None])
    unit = np.maximum(np.abs(weights[kept]).max(axis=0, initial=0), _LEAST) / _HIGHEST
    codes = np.rint(weights[kept] / unit).astype(np.int8)
    bias = np.array([bias for _, bias in fitted], np.float32)
    having = gold.sum(axis=0)
    share = settings.share * having / np.maximum(having + settings.halved_at, _LEAST)
    return NgramHead(hashes[kept], codes, unit.astype(np.float32), bias, share.astype(np.float32))


def _features(texts: Sequence[str], seen: int) -> tuple[NDArray[np.uint32], Any, NDArray[np.int64]]:
    """N-grams that enough texts have, `[n-grams]`; the texts in them, `[texts, n-grams]`; how many texts have each."""
    try:
        from scipy.sparse import csr_matrix
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "scipy", "train") from None
    found = hashed_ngrams(texts)
    hashes, columns, counts = np.unique(found.hashes, return_inverse=True, return_counts=True)
    matrix = csr_matrix((found.weights, (found.owner, columns)), shape=(len(texts), len(hashes)))
    enough = np.flatnonzero(counts >= seen)
    return hashes[enough], matrix[:, enough], counts[enough]


def _fit(features: Any, gold: FloatArray, strength: float) -> tuple[FloatArray, float]:
    """Weights `[n-grams]` and the bias of one label."""
    from scipy.sparse import vstack
    from sklearn.linear_model import LogisticRegression

    mean = float(np.clip(gold.mean(), 1e-4, 1 - 1e-4))
    if not features.shape[1] or gold.min() >= 0.5 or gold.max() < 0.5:
        return np.zeros(features.shape[1], np.float32), float(np.log(mean / (1 - mean)))
    between = np.flatnonzero((gold > 0) & (gold < 1))
    answers = np.concatenate([gold >= 0.5, gold[between] < 0.5])
    shares = np.concatenate([np.maximum(gold, 1 - gold), np.minimum(gold, 1 - gold)[between]])
    fitted = LogisticRegression(C=strength, max_iter=_ITERATIONS, solver="liblinear").fit(
        vstack([features, features[between]]), answers, shares
    )
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])
