"""Free descriptors against those of people: sets after synonyms are one, and meanings matched by vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from affekt import metrics
from affekt.core import FloatArray, Label
from affekt.encoder import DualEncoder
from affekt.evaluation.measuring import Intervals, wholes
from affekt.evaluation.report import Figure, defined
from affekt.metrics import Ratios

EMBEDDER: Final = "small"
"""The bundled model whose label tower places descriptors: the same for all that is evaluated."""
CLOSENESS: Final = 0.65
"""Cosine from which on two descriptors count as synonyms.

Of the pairs of wordings in the label space `wide` that are so close, 89 % belong to one label.
"""
_OUTSIDE: Final = " \t\n\r.,;:!?\"'"
_FEW: Final = {"most_frequent": 1, "three_most_frequent": 3}
# Among so many descriptors are three that are no synonyms.
_FREQUENT: Final = 20

_Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """Figures of descriptors.

    Args:
        metrics: figure → value and interval.
        rules: trivial rule → figure → value.
        ratios: what each item adds to the figures.
        groups: number of groups of synonyms among gold.
    """

    metrics: Mapping[str, Figure]
    rules: Mapping[str, Mapping[str, float | None]]
    ratios: Ratios
    groups: int

    @property
    def told(self) -> dict[str, Any]:
        """How descriptors were compared, as a report says it."""
        return {"embedder": EMBEDDER, "closeness": CLOSENESS, "groups": self.groups}


def descriptor_figures(gold: _Rows, said: _Rows, known: _Rows | None, intervals: Intervals) -> Described:
    """Figures of descriptors and of rules that read no text.

    Case and punctuation around a descriptor do not count. Synonyms are grouped around gold descriptors, the
    frequent ones first, so that those groups are the same whatever was said. The rules always say the most
    frequent descriptor, or the three most frequent ones that are no synonyms.

    Args:
        gold: the descriptors of each item.
        said: those that were given; none for an abstained item.
        known: gold of other items, from which rules may know what is frequent; gold itself if None.
        intervals: how they are made.

    Returns:
        `metrics.overlap` of groups, and `metrics.matched` of vectors.
    """
    true, given = _folded(gold), _folded(said)
    frequent = _frequent(true if known is None else _folded(known))
    answers = {rule: [tuple(frequent[:k])] * len(true) for rule, k in _FEW.items()}
    names = list(
        dict.fromkeys(name for rows in (true, *answers.values(), given) for name, _ in _by_frequency(rows))
    )
    vectors = _embedded(names)
    synonyms = metrics.synonym_groups(names, vectors, CLOSENESS)
    place = {name: i for i, name in enumerate(names)}

    def placed(rows: _Rows) -> list[FloatArray]:
        return [vectors[np.array([place[name] for name in row], dtype=np.intp)] for row in rows]

    def compared(answer: _Rows) -> Ratios:
        sets = metrics.overlap(metrics.grouped(true, synonyms), metrics.grouped(answer, synonyms))
        return Ratios({**sets.parts, **metrics.matched(placed(true), placed(answer)).parts})

    ratios = compared(given)
    estimates = intervals.of(ratios, len(true))
    ones = np.ones(len(true))
    rules = {
        rule: {name: defined(float(x)) for name, x in compared(answer)(ones).items()}
        for rule, answer in answers.items()
    }
    groups = {synonyms[name] for row in true for name in row}
    return Described(wholes(estimates), rules, ratios, len(groups))


def _folded(rows: _Rows) -> list[tuple[str, ...]]:
    """Each row's descriptors once, as they are compared."""
    kept = ([_plain(name) for name in row] for row in rows)
    return [tuple(name for name in dict.fromkeys(row) if name) for row in kept]


def _plain(name: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in name.casefold())
    return " ".join(printable.split()).strip(_OUTSIDE)


def _by_frequency(rows: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """Names and how often they occur, the most frequent first, ties by name."""
    return sorted(Counter(name for row in rows for name in row).items(), key=lambda x: (-x[1], x[0]))


def _frequent(rows: _Rows) -> list[str]:
    """Frequent descriptors that are no synonyms of more frequent ones."""
    names = [name for name, _ in _by_frequency(rows)[:_FREQUENT]]
    return list(dict.fromkeys(metrics.synonym_groups(names, _embedded(names), CLOSENESS).values()))


def _embedded(names: Sequence[str]) -> FloatArray:
    if not names:
        return np.zeros((0, 1), dtype=np.float32)
    return _tower().embed_labels([Label(name) for name in names])


@lru_cache(maxsize=1)
def _tower() -> DualEncoder:
    from affekt.models import load

    scorer = load(EMBEDDER).scorer
    assert isinstance(scorer, DualEncoder)
    return scorer
