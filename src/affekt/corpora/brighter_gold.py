"""BRIGHTER's gold made again from its raters' answers, and how often it is the published one.

The published rule (Muhammad et al. 2025, section 2.4): an emotion is present when at least two raters gave it 1–3
and the mean exceeds 0.5; its intensity is that mean rounded up (the text) or down (the appendix).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import CorpusError, named_space
from affekt.corpora.brighter_raters import RATINGS, SOURCES, ratings
from affekt.corpora.files import DataFolder
from affekt.corpora.names import choose
from affekt.corpora.registry import load_corpus, publication

Counts = NDArray[np.int32]
"""`[texts, emotions, ratings]`: how many raters gave 0, 1, 2, 3."""


def _mean(counts: Counts) -> NDArray[Any]:
    return np.asarray((counts @ np.arange(RATINGS)) / np.maximum(counts.sum(axis=-1), 1))


def _published(counts: Counts) -> NDArray[Any]:
    return np.asarray((counts[..., 1:].sum(axis=-1) >= 2) & (_mean(counts) > 0.5))


def _at_least(rounded: NDArray[Any], counts: Counts) -> NDArray[Any]:
    """What is present has an intensity of 1 at least, what is not has 0."""
    return np.where(_published(counts), np.clip(rounded, 1, RATINGS - 1), 0)


PUBLISHED: Final = "two and mean > 0.5"
"""The published rule for presence."""

RULES: Final[Mapping[str, Mapping[str, Callable[[Counts], NDArray[Any]]]]] = {
    "a": {
        PUBLISHED: _published,
        "mean > 0.5": lambda counts: _mean(counts) > 0.5,
        "mean ≥ 0.5": lambda counts: _mean(counts) >= 0.5,
    },
    "b": {
        "mean rounded up": lambda counts: _at_least(np.ceil(_mean(counts)), counts),
        "mean rounded half up": lambda counts: _at_least(np.floor(_mean(counts) + 0.5), counts),
        "mean rounded down": lambda counts: _at_least(np.floor(_mean(counts)), counts),
    },
}
"""Track → name → rule from counts to gold; those of track `b` give 0 where the published rule sees no emotion."""


@dataclass(frozen=True, slots=True)
class GoldAgreement:
    """How often a rule gives the published gold.

    Args:
        language: BRIGHTER's code.
        track: `a` labels, `b` intensities.
        rule: a name of `RULES`.
        items: texts of all splits.
        found: those whose raters' answers to every emotion are published.
        texts: share of the found ones with the published gold in every emotion; NaN where none was found.
        cells: share of their single emotions with the published gold; NaN likewise.
    """

    language: str
    track: str
    rule: str
    items: int
    found: int
    texts: float
    cells: float


def reproduced_gold(
    language: str, data: Path | str | None = None, *, verify: bool = True
) -> tuple[GoldAgreement, ...]:
    """Make gold from the raters' answers by each rule, and compare it with the published gold.

    Args:
        language: one whose raters' answers were published: afr, arq, chn, deu, hin, mar, ptbr, ron, swe, ukr.
        data: folder as for `load_corpus`.
        verify: as for `load_corpus`.

    Returns:
        One record a track and rule, over all splits.

    Raises:
        CorpusError: if the language has no such file, or files are missing or damaged.
        MissingExtra: if the file is a workbook and openpyxl is not installed.
    """
    chosen = choose("language with published raters", language.casefold(), sorted(SOURCES))
    folder = DataFolder.at(data)
    answers = ratings(folder, chosen)
    damage = folder.damage()
    if verify and damage:
        raise CorpusError(damage)
    found: list[GoldAgreement] = []
    for track, rules in RULES.items():
        if f"{track}-{chosen}" not in publication("brighter").parts:
            continue
        corpus = load_corpus(f"brighter/{track}-{chosen}:all", data, verify=verify)
        columns = [named_space("brighter").index(name) for name in corpus.space.names]
        counts = answers.of(corpus.texts)[:, columns]
        rated = (counts.sum(axis=-1) > 0).all(axis=1)
        for name, rule in rules.items():
            equal = rule(counts[rated]) == (corpus.gold[rated] if corpus.gold is not None else np.nan)
            texts, cells = (
                (float(equal.all(axis=1).mean()), float(equal.mean())) if rated.any() else (np.nan, np.nan)
            )
            found.append(GoldAgreement(chosen, track, name, len(corpus), int(rated.sum()), texts, cells))
    return tuple(found)
