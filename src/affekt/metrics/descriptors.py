"""Free descriptors against free descriptors: sets after synonyms are grouped, and meanings matched by vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.metrics.arrays import ratio
from affekt.metrics.ratios import Ratios


def grouped(
    descriptors: Iterable[Iterable[str]], synonyms: Mapping[str, str] | None = None
) -> list[frozenset[str]]:
    """Each item's descriptors as a set in which synonyms are one.

    Args:
        descriptors: of each item; case and outer blanks do not count, empty ones are left out.
        synonyms: folded descriptor → name of its group; those not in it stand for themselves.

    Returns:
        A set an item.
    """
    named = {} if synonyms is None else synonyms
    folded = ([" ".join(d.casefold().split()) for d in row] for row in descriptors)
    return [frozenset(named.get(d, d) for d in row if d) for row in folded]


def synonym_groups(names: Sequence[str], vectors: NDArray[Any], closeness: float) -> dict[str, str]:
    """Groups of descriptors of like meaning, each under the name of its first member.

    A descriptor joins the group whose first member is nearest, if it is near enough, else it founds one. Give
    the frequent ones first: they are what the others are grouped by, and the order decides.

    Args:
        names: folded descriptors, each once.
        vectors: `[names, d]`, of unit length.
        closeness: cosine from which on two descriptors are synonyms.

    Returns:
        Descriptor → name of its group.
    """
    founders: list[str] = []
    first = np.empty_like(vectors)
    out = {}
    for name, vector in zip(names, vectors, strict=True):
        cosines = first[: len(founders)] @ vector
        if founders and cosines.max() >= closeness:
            out[name] = founders[int(cosines.argmax())]
        else:
            first[len(founders)] = vector
            founders.append(name)
            out[name] = name
    return out


def overlap(gold: Sequence[frozenset[str]], predicted: Sequence[frozenset[str]]) -> Ratios:
    """Set-level figures of descriptors (Lian et al. 2023, EMER; 2025, AffectGPT): `grouped` first.

    Whole: `set_precision`, the mean share of an item's predicted descriptors that are gold, over items with
    any; `set_recall`, the mean share of its gold descriptors that were predicted, over items with any;
    `set_f1` and `set_jaccard`, means over items with a descriptor on either side. An abstained item counts as
    nothing predicted.

    Args:
        gold: a set an item.
        predicted: a set an item.

    Returns:
        The statistic, of weights `[..., items]`, with what each item adds to it.

    Raises:
        ValueError: if there are not as many predicted sets as gold ones.
    """
    _check(gold, predicted)
    shared = np.array([len(g & p) for g, p in zip(gold, predicted, strict=True)], dtype=np.float64)
    true, said = (np.array([len(row) for row in rows], dtype=np.float64) for rows in (gold, predicted))
    by_item = {
        "set_precision": ratio(shared, said),
        "set_recall": ratio(shared, true),
        "set_f1": ratio(2 * shared, true + said),
        "set_jaccard": ratio(shared, true + said - shared),
    }
    return Ratios.means(by_item)


def matched(
    gold: Sequence[NDArray[Any]], predicted: Sequence[NDArray[Any]], closeness: float | None = None
) -> Ratios:
    """Precision and recall of meaning: each descriptor against the nearest on the other side.

    Whole: `match_precision`, the mean over an item's predicted descriptors of their cosine to the nearest
    gold one, then over items with any; `match_recall` the other way; `match_f1`, the harmonic mean of the
    item's two (greedy matching, as BERTScore does for words; Zhang et al. 2020), 0 where only one side has
    descriptors. Given a closeness, a descriptor counts as 1 from that cosine on and as 0 below. Cosines below
    0 count as 0.

    Args:
        gold: `[descriptors, d]` an item, rows of unit length.
        predicted: `[descriptors, d]` an item, rows of unit length; none for an abstained item.
        closeness: cosine from which on two descriptors are the same, or None for the cosine itself.

    Returns:
        The statistic, of weights `[..., items]`, with what each item adds to it.

    Raises:
        ValueError: if there are not as many predicted items as gold ones.
    """
    _check(gold, predicted)
    figures = np.full((len(gold), 3), np.nan)
    for i, (true, said) in enumerate(zip(gold, predicted, strict=True)):
        figures[i] = _matched(true, said, closeness)
    return Ratios.means(dict(zip(("match_precision", "match_recall", "match_f1"), figures.T, strict=True)))


def _matched(true: NDArray[Any], said: NDArray[Any], closeness: float | None) -> tuple[float, float, float]:
    """Precision, recall and F1 of one item; NaN where there is nothing to take a mean of."""
    if not len(true) and not len(said):
        return np.nan, np.nan, np.nan
    if not len(said):
        return np.nan, 0.0, 0.0
    if not len(true):
        return 0.0, np.nan, 0.0
    near = np.clip(said.astype(np.float64) @ true.T, 0, 1)
    if closeness is not None:
        near = near >= closeness
    precision, recall = float(near.max(axis=1).mean()), float(near.max(axis=0).mean())
    if precision + recall == 0:
        return precision, recall, 0.0
    return precision, recall, 2 * precision * recall / (precision + recall)


def _check(gold: Sequence[object], predicted: Sequence[object]) -> None:
    if len(gold) != len(predicted):
        raise ValueError(f"gold descriptors of {len(gold)} items, but predicted ones of {len(predicted)}")
