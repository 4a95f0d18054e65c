"""Texts that a model is tested on and was trained on: how many, from which corpora, and what is left without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.core import CorpusError
from affekt.corpora import Corpus, load_corpus, publication, resolve
from affekt.evaluation.measuring import Intervals
from affekt.evaluation.outcome import Outcome
from affekt.evaluation.overlap import NEAR, overlap
from affekt.evaluation.report import Figure
from affekt.text import Digests, read_digests, text_digests


@dataclass(frozen=True, slots=True, eq=False)
class TrainingTexts:
    """The texts of a corpus that a model was, or may have been, trained on.

    Args:
        corpus: its name in full.
        texts: all of them, or None if they are not at hand.
        missing: why they are not, or None.
        trained_on: whether the model says that it was; else the corpus is the train split of what is evaluated.
        digests: of texts that are not at hand, where the model's card holds them; then the same texts are found, and
            nearly the same ones are not.
    """

    corpus: str
    texts: tuple[str, ...] | None
    missing: str | None = None
    trained_on: bool = True
    digests: Digests | None = None

    @property
    def count(self) -> int:
        """How many texts are known, in one way or the other; 0 where none is."""
        return len(self.digests if self.digests is not None else self.texts or ())


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """What a model was trained on, as far as it says so.

    Args:
        stated: whether the model's card names its training corpora.
        corpora: those, and the train split of the evaluated corpus.
    """

    stated: bool
    corpora: tuple[TrainingTexts, ...]


def training_data(
    card: Mapping[str, Any], corpus: Corpus | None = None, data: Path | str | None = None
) -> TrainingData:
    """Read the texts of the corpora that a model's card names under `training`.

    Corpora are read in whole, also where a recipe drew a part of them.

    Args:
        card: the model's manifest.
        corpus: what is evaluated; the train split of its part is read too, where there is one.
        data: folder of published corpora; the environment variable AFFEKT_DATA if left out.

    Returns:
        The texts, and why some are missing.
    """
    entries = [entry for entry in card.get("training") or () if isinstance(entry, Mapping)]
    named = [str(entry["corpus"]) for entry in entries]
    names = {**dict.fromkeys(named, True), **dict.fromkeys(set(_train_split(corpus)) - set(named), False)}
    at_hand = [str(entry["corpus"]) for entry in entries if _is_file_of(entry, corpus)]
    read = tuple(
        TrainingTexts(name, tuple(dict.fromkeys(corpus.texts)))
        if corpus is not None and name in at_hand
        else _read(name, data, trained_on)
        for name, trained_on in names.items()
    )
    return TrainingData(
        bool(named),
        tuple(
            source
            if source.texts is not None
            else replace(source, digests=_digests([x for x in entries if str(x["corpus"]) == source.corpus]))
            for source in read
        ),
    )


def _digests(entries: Sequence[Mapping[str, Any]]) -> Digests | None:
    """The checksums of all files of one name; None where a card holds none."""
    found = []
    for entry in entries:
        with suppress(KeyError, TypeError, ValueError):
            found.append(read_digests(entry["digests"]))
    return np.unique(np.concatenate(found)) if found else None


def _is_file_of(entry: Mapping[str, Any], corpus: Corpus | None) -> bool:
    """Whether a model was trained on the very split of the very file that it is evaluated on; names alone tell nothing."""
    return (
        corpus is not None
        and entry["corpus"] == str(corpus)
        and entry.get("sha256") in set(corpus.facts.sha256.values())
    )


def _train_split(corpus: Corpus | None) -> list[str]:
    """Name of the train split that belongs to an evaluated one."""
    if corpus is None or corpus.split in ("train", "all"):
        return []
    try:
        part = publication(corpus.name).parts.get(corpus.part)
        known = part is not None and "train" in part.splits
        return [str(resolve(f"{corpus.name}/{corpus.part}:train".replace("/:", ":")))] if known else []
    except CorpusError:
        return []


def _read(name: str, data: Path | str | None, trained_on: bool) -> TrainingTexts:
    try:
        return TrainingTexts(name, _texts(name, None if data is None else str(data)), None, trained_on)
    except CorpusError as error:
        return TrainingTexts(name, None, str(error), trained_on)


@lru_cache(maxsize=32)
def _texts(name: str, data: str | None) -> tuple[str, ...]:
    """Distinct texts of a corpus; kept, for several evaluations in one run ask for the same."""
    return tuple(dict.fromkeys(load_corpus(name, data).texts))


def contamination(
    corpus: Corpus, outcome: Outcome, training: TrainingData, intervals: Intervals
) -> dict[str, Any]:
    """How much of what is tested on was trained on.

    Exact: the same text but for spaces and Unicode composition. Near: a Jaccard index of neighbouring word
    pairs of `NEAR` or more, links, mentions, case and punctuation apart. Texts are compared without what was
    said before them, so that a short one (`Yes!`) may be shared by chance.

    Args:
        corpus: that was judged.
        outcome: what was said of it.
        training: the texts trained on.
        intervals: how they are made, of the same units as in the rest of the report.

    Returns:
        `stated`: whether the model names its training corpora; `near_from`: the threshold; `exact` and `near`:
        `items` and `share` of the test items with such a text in a corpus trained on, each item once, None
        where the model names none or no corpus is at hand; `corpora`: corpus → `trained_on`, `texts`, `exact`,
        `near` (None where only checksums of its texts are known); `missing`: corpus → why nothing is known of its
        texts; `items` and `metrics`: number and figures
        without both, None where nothing was found or nothing is left; `intervals`: figure → `low`, `high`.
    """
    at_hand = [source for source in training.corpora if source.texts is not None]
    told = [source for source in training.corpora if source.texts is None and source.digests is not None]
    exact, near = _found(corpus.texts, [source.texts or () for source in at_hand])
    same = _among(corpus.texts, told)
    exact, near = np.concatenate([exact, same]), np.concatenate([near, np.zeros_like(same)])
    at_hand += told
    trained_on = np.array([source.trained_on for source in at_hand], dtype=bool)
    seen, alike = exact[trained_on].any(axis=0), near[trained_on].any(axis=0)
    clean = ~(seen | alike)
    left = _figures(outcome, clean, intervals) if not clean.all() and clean.any() else None
    known = bool(trained_on.any())
    whole = any(source.trained_on and source.texts is not None for source in at_hand)
    return {
        "stated": training.stated,
        "near_from": NEAR,
        "exact": _share(seen) if known else None,
        "near": _share(alike & ~seen) if whole else None,
        "corpora": {
            source.corpus: {
                "trained_on": source.trained_on,
                "texts": source.count,
                "exact": _share(exact[k]),
                "near": None if source.texts is None else _share(near[k] & ~exact[k]),
            }
            for k, source in enumerate(at_hand)
        },
        "missing": {s.corpus: s.missing for s in training.corpora if s not in at_hand},
        "items": None if left is None else int(clean.sum()),
        "metrics": left and {name: figure.value for name, figure in left.items()},
        "intervals": left and {name: {"low": f.low, "high": f.high} for name, f in left.items()},
    }


def _figures(outcome: Outcome, which: NDArray[np.bool_], intervals: Intervals) -> dict[str, Figure]:
    """Figures of some of the items."""
    rows = np.flatnonzero(which)
    estimates = intervals.within(rows).of(outcome.take(rows).wholes(), len(rows))
    return {name: Figure.at(estimate) for name, estimate in estimates.items()}


def _found(
    tested: Sequence[str], corpora: Sequence[Sequence[str]]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each corpus has a text like each tested one: bool `[corpora, tested]`, exact and near."""
    place: dict[str, int] = {}
    members = [[place.setdefault(text, len(place)) for text in texts] for texts in corpora]
    pairs = overlap(tested, list(place))
    found = []
    for which in (pairs.exact, pairs.near):
        has = np.zeros((len(corpora), len(tested)), dtype=bool)
        for k, texts in enumerate(members):
            belongs = np.zeros(len(place), dtype=bool)
            belongs[texts] = True
            has[k, which[belongs[which[:, 1]], 0]] = True
        found.append(has)
    return found[0], found[1]


def _among(tested: Sequence[str], sources: Sequence[TrainingTexts]) -> NDArray[np.bool_]:
    """Whether each tested text is among those that only checksums tell of: bool `[sources, tested]`."""
    own = text_digests(tested)
    found = [np.isin(own, source.digests) for source in sources if source.digests is not None]
    return np.array(found, dtype=bool).reshape(len(sources), len(own))


def _share(which: NDArray[np.bool_]) -> dict[str, Any]:
    return {"items": int(which.sum()), "share": float(which.mean())}
