"""BRIGHTER's gold made again from its raters' answers, and how often it is the published one.

The published rule (Muhammad et al. 2025, section 2.4): an emotion is present when at least two raters gave it 1–3
and the mean exceeds 0.5; its intensity is that mean rounded up (the text) or down (the appendix). Some languages
follow other rules, which the papers do not name: `GOLD_RULES` has those that were found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import CorpusError, named_space
from affekt.corpora.brighter_raters import RATINGS, SOURCES, Ratings, ratings
from affekt.corpora.corpus import Corpus
from affekt.corpora.files import DataFolder
from affekt.corpora.names import choose
from affekt.corpora.registry import load_corpus, publication

Counts = NDArray[np.int32]
"""`[texts, emotions, ratings]`: how many raters gave 0, 1, 2, 3."""


def _mean(counts: Counts) -> NDArray[Any]:
    return np.asarray((counts @ np.arange(RATINGS)) / np.maximum(counts.sum(axis=-1), 1))


def _two(counts: Counts) -> NDArray[Any]:
    return np.asarray(counts[..., 1:].sum(axis=-1) >= 2)


PUBLISHED: Final = "two and mean > 0.5"
"""The published rule for presence."""

PRESENCE: Final[Mapping[str, Callable[[Counts], NDArray[Any]]]] = {
    PUBLISHED: lambda counts: _two(counts) & (_mean(counts) > 0.5),
    "two and mean ≥ 0.6": lambda counts: _two(counts) & (_mean(counts) >= 0.6),
    "mean > 0.5": lambda counts: _mean(counts) > 0.5,
    "mean ≥ 0.5": lambda counts: _mean(counts) >= 0.5,
}
"""Name → rule from counts to presence, `[texts, emotions]`; *two*: at least two raters gave 1–3."""

ROUNDING: Final[Mapping[str, Callable[[NDArray[Any]], NDArray[Any]]]] = {
    "mean rounded up": np.ceil,
    "mean rounded half up": lambda mean: np.floor(mean + 0.5),
    "mean rounded half to even": np.rint,
    "mean rounded down": np.floor,
}
"""Name → rule from means to intensities, `[texts, emotions]`."""

OWN: Final = "the language's own"
"""The name of a language's rule of `GOLD_RULES` in `GoldAgreement`."""


@dataclass(frozen=True, slots=True)
class GoldRule:
    """A rule from raters' answers to gold.

    Args:
        presence: a name of `PRESENCE`.
        rounding: a name of `ROUNDING` for intensities, of which what is present has 1 at least and what is not has 0;
            None for labels.
        raters: how many columns of raters count, from the left; None for all.
        reason: what speaks for it where it is not the published rule; all of these were chosen because they fit.
    """

    presence: str
    rounding: str | None = None
    raters: int | None = None
    reason: str = ""

    def gold(self, counts: Counts) -> NDArray[Any]:
        """The gold of texts.

        Args:
            counts: int32 `[texts, emotions, ratings]`, the counts of those raters that the rule counts.

        Returns:
            `[texts, emotions]`: whether each is present, or its intensity.
        """
        present = PRESENCE[self.presence](counts)
        if self.rounding is None:
            return present
        return np.where(present, np.clip(ROUNDING[self.rounding](_mean(counts)), 1, RATINGS - 1), 0)


RULES: Final[Mapping[str, Mapping[str, GoldRule]]] = {
    "a": {name: GoldRule(name) for name in PRESENCE},
    "b": {name: GoldRule(PUBLISHED, name) for name in ROUNDING},
}
"""Track → name → rule that is tried on every language."""

_ONE_RATER = "an emotion that one rater alone gave, as a 3, is gold every time"
_CUT = "any cut between 4/7 and 3/5 does the same"
GOLD_RULES: Final[Mapping[str, GoldRule]] = {
    "a-chn": GoldRule("mean > 0.5", reason=_ONE_RATER),
    "a-deu": GoldRule(
        "two and mean ≥ 0.6",
        reason=f"147 emotions with a mean of 4/7 or 5/9 are not gold, and all with 3/5 are; {_CUT}",
    ),
    "a-hin": GoldRule("mean > 0.5", reason=_ONE_RATER),
    "a-mar": GoldRule("mean > 0.5", raters=3, reason="the fourth column of raters changes no gold"),
    "a-ron": GoldRule(
        "two and mean ≥ 0.6",
        reason=f"83 emotions with a mean of 4/7 are not gold, and nearly all with 3/5 are; {_CUT}",
    ),
    "b-chn": GoldRule(
        "mean > 0.5", "mean rounded half up", reason="as in track A; with five raters nothing is halved"
    ),
    "b-deu": GoldRule(
        "mean > 0.5",
        "mean rounded half to even",
        reason="means of 2.5 are 2 every time; the mean rounded, without a rule for presence, is the same",
    ),
    "b-ptbr": GoldRule(PUBLISHED, "mean rounded half to even", reason="means of 2.5 are 2 every time"),
    "b-ron": GoldRule("two and mean ≥ 0.6", "mean rounded half up", reason="as in track A"),
}
"""`<track>-<language>` → the rule that its gold follows instead of the published one.

The papers name none of them: they are those simple rules that fit best, on the very texts they are measured on.
Ukrainian is not among them: its gold was made from more raters than its file has (`benchmarks/results/brighter_gold.md`).
"""


@dataclass(frozen=True, slots=True)
class GoldAgreement:
    """How often a rule gives the published gold.

    Args:
        language: BRIGHTER's code.
        track: `a` labels, `b` intensities.
        rule: a name of `RULES`, or `OWN` for that of `GOLD_RULES`.
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
        One record a track and rule, over all splits; the language's own last, where it has one.

    Raises:
        CorpusError: if the language has no such file, or files are missing or damaged.
        MissingExtra: if the file is a workbook and openpyxl is not installed.
    """
    chosen = choose("language with published raters", language.casefold(), sorted(SOURCES))
    folder = DataFolder.at(data)
    answers: dict[int | None, Ratings] = {None: ratings(folder, chosen)}
    damage = folder.damage()
    if verify and damage:
        raise CorpusError(damage)
    found: list[GoldAgreement] = []
    for track, rules in RULES.items():
        part = f"{track}-{chosen}"
        if part not in publication("brighter").parts:
            continue
        corpus = load_corpus(f"brighter/{part}:all", data, verify=verify)
        own = {OWN: GOLD_RULES[part]} if part in GOLD_RULES else {}
        for name, rule in {**rules, **own}.items():
            if rule.raters not in answers:
                answers[rule.raters] = ratings(folder, chosen, rule.raters)
            found.append(_agreement(chosen, track, name, corpus, rule, answers[rule.raters]))
    return tuple(found)


def _agreement(
    language: str, track: str, name: str, corpus: Corpus, rule: GoldRule, answers: Ratings
) -> GoldAgreement:
    columns = [named_space("brighter").index(label) for label in corpus.space.names]
    counts = answers.of(corpus.texts)[:, columns]
    rated = (counts.sum(axis=-1) > 0).all(axis=1)
    equal = rule.gold(counts[rated]) == (corpus.gold[rated] if corpus.gold is not None else np.nan)
    texts, cells = (float(equal.all(axis=1).mean()), float(equal.mean())) if rated.any() else (np.nan, np.nan)
    return GoldAgreement(language, track, name, len(corpus), int(rated.sum()), texts, cells)
