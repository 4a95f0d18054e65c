"""Sentences that should, or should not, change what a model says: swapped names and identities, noise, negation.

The sentences are affekt's own, in `probes.toml`; English.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from affekt import __version__, metrics
from affekt.core import Decision, FloatArray, InputError, Item, LabelSpace, Scores, named_space
from affekt.evaluation.noise import CHANGES
from affekt.evaluation.outcome import said_labels
from affekt.evaluation.report import Figure
from affekt.evaluation.writing import made, replacing

PROBE_SCHEMA: Final = 1
"""Version of the layout of `probe.json`."""
_SLOT: Final = "{x}"
_BOUNDS: Final = (0.025, 0.975)


class ProbedModel(Protocol):
    """What probing needs of a model."""

    @property
    def name(self) -> str:
        """As shown in the report."""
        ...

    @property
    def decision(self) -> Decision:
        """Turns scores into labels."""
        ...

    def axes(self) -> tuple[str, ...]:
        """Names of the axes that it has a head for."""
        ...

    def scores(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items in the space."""
        ...


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What came of probing a model.

    Args:
        affekt: version that made it.
        model: its name.
        language: of the sentences.
        labels: those that it was asked for.
        axes: those that it has a head for.
        texts: number of sentences judged.
        replicates: resamples behind each interval.
        seed: of the resamples and the typing errors.
        swaps: swap → group → `shift`, label or axis → how much higher the mean score is than in the other
            groups, with interval; `abstained`, the share of its sentences.
        robustness: change → `texts`, those that it changes; `same_labels`, the share of those whose labels stay
            the same; `score_change`, the mean absolute difference of scores; with intervals.
        negation: label → `pairs`; `said`, the sentences of which it was said; `taken_back`, the share of those
            whose negation it was not said of, with interval. `all` is over all pairs.
        seconds: wall time.
    """

    affekt: str
    model: str
    language: str
    labels: tuple[str, ...]
    axes: tuple[str, ...]
    texts: int
    replicates: int
    seed: int
    swaps: Mapping[str, Mapping[str, Mapping[str, Any]]]
    robustness: Mapping[str, Mapping[str, Any]]
    negation: Mapping[str, Mapping[str, Any]]
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form, the content of `probe.json`."""
        names = (name for name in self.__dataclass_fields__ if name not in ("labels", "axes"))
        lists = {"labels": list(self.labels), "axes": list(self.axes)}
        return {"schema": PROBE_SCHEMA, **lists, **{name: getattr(self, name) for name in names}}

    def to_json(self) -> str:
        """The content of `probe.json`."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)

    def save(self, directory: Path | str) -> Path:
        """Write `probe.json`, whole or not at all.

        Args:
            directory: made if it is missing.

        Returns:
            The directory.

        Raises:
            InputError: if the file cannot be written.
        """
        folder = made(directory)
        with replacing(folder / "probe.json") as path:
            path.write_text(self.to_json() + "\n", encoding="utf-8")
        return folder


def probe(
    model: ProbedModel,
    space: LabelSpace | None = None,
    *,
    texts: Sequence[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
) -> ProbeReport:
    """Judge sentences that differ in one thing only.

    Args:
        model: to be probed.
        space: of kind `multi` or `single`; the six basic emotions if left out.
        texts: to try robustness on; affekt's own sentences if left out.
        replicates: number of resamples, of sentences and of names.
        seed: of the resamples and the typing errors.

    Returns:
        The report.

    Raises:
        InputError: if the space is of another kind, or there are no texts or resamples.
        LabelError: if the model cannot judge in the space.
    """
    space = space or named_space("ekman")
    if space.kind not in ("single", "multi"):
        raise InputError(
            f"space {space.name!r} is of kind {space.kind!r}: probe with labels, single or multi"
        )
    if replicates < 1 or (texts is not None and not texts):
        raise InputError("probing needs texts and resamples: give at least one of each")
    started = time.perf_counter()
    material = tomllib.loads(files("affekt.evaluation").joinpath("probes.toml").read_text(encoding="utf-8"))
    judge = _Judge(model, space, replicates, seed)
    swaps = {
        swap["name"]: _swapped(judge, material["templates"][swap["templates"]], swap["groups"])
        for swap in material["swaps"]
    }
    robustness = _robustness(judge, material["robustness"]["texts"] if texts is None else texts)
    negation = _negation(judge, material["negations"], material["aliases"])
    return ProbeReport(
        affekt=__version__,
        model=model.name,
        language=material["language"],
        labels=space.names,
        axes=judge.axes,
        texts=judge.judged,
        replicates=replicates,
        seed=seed,
        swaps=swaps,
        robustness=robustness,
        negation=negation,
        seconds=round(time.perf_counter() - started, 3),
    )


class _Judge:
    """A model asked for labels in one space, and for its axes."""

    def __init__(self, model: ProbedModel, space: LabelSpace, replicates: int, seed: int) -> None:
        self.model, self.space = model, space
        self.replicates, self.seed = replicates, seed
        affect = named_space("valence-arousal")
        known = {name.casefold() for name in model.axes()}
        labels = tuple(label for label in affect.labels if label.name in known)
        self._axes = LabelSpace("axes", labels, "dimensional", range=affect.range) if labels else None
        self.axes = self._axes.names if self._axes else ()
        self.judged = 0

    def labelled(self, texts: Sequence[str]) -> tuple[Scores, NDArray[np.bool_]]:
        """Scores of the labels, and what was decided, bool `[texts, labels]`."""
        self.judged += len(texts)
        scores = self.model.scores([Item(text) for text in texts], self.space)
        return scores, said_labels(self.space, self.model.decision.apply(scores))

    def numbers(self, texts: Sequence[str]) -> FloatArray:
        """Scores of labels and axes, float32 `[texts, labels + axes]`, NaN where abstained."""
        self.judged += len(texts)
        items = [Item(text) for text in texts]
        spaces = [self.space] + ([self._axes] if self._axes else [])
        columns = []
        for space in spaces:
            scores = self.model.scores(items, space)
            values = scores.values.copy()
            values[[reason is not None for reason in scores.abstained]] = np.nan
            columns.append(values)
        return np.concatenate(columns, axis=1)

    def figures(self, statistic: Callable[[NDArray[Any]], Mapping[str, Any]], texts: int) -> dict[str, Any]:
        """Figures of a statistic of texts, with intervals."""
        found = metrics.bootstrap(statistic, texts, replicates=self.replicates, seed=self.seed)
        return {name: Figure.at(estimate).to_dict() for name, estimate in found.items()}


def _swapped(
    judge: _Judge, templates: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """How much higher each score is in each group than in the others, template by template."""
    fillers = [filler for group in groups.values() for filler in group]
    member = np.repeat(np.arange(len(groups)), [len(group) for group in groups.values()])
    texts = [template.replace(_SLOT, filler) for template in templates for filler in fillers]
    scores = judge.numbers(texts).astype(np.float64).reshape(len(templates), len(fillers), -1)
    silent = np.asarray(np.isnan(scores).any(axis=2))
    heard = scores[~silent.all(axis=1)]
    # A sentence that was not judged says nothing of a shift: it takes the mean of its template.
    count = np.maximum((~np.isnan(heard)).sum(axis=1, keepdims=True), 1)
    filled = np.where(np.isnan(heard), np.nansum(heard, axis=1, keepdims=True) / count, heard)
    found = {}
    for g, group in enumerate(groups):
        shifts = _shifts(filled, member == g, judge)
        columns = (*judge.space.names, *judge.axes)
        figures = {name: Figure.of(*column).to_dict() for name, column in zip(columns, shifts, strict=True)}
        found[group] = {"abstained": float(silent[:, member == g].mean()), "shift": figures}
    return found


def _shifts(scores: NDArray[np.float64], group: NDArray[np.bool_], judge: _Judge) -> list[list[float]]:
    """Mean shift of a group, low, high, for each column of scores `[templates, fillers, columns]`.

    Both templates and fillers are resampled: other sentences and other names could have been written.
    """
    if len(scores) == 0:
        return [[np.nan] * 3] * scores.shape[2]
    rng = np.random.default_rng(judge.seed)

    def drawn(number: int) -> NDArray[np.float64]:
        return rng.multinomial(number, np.full(number, 1 / number), size=judge.replicates) / number

    means = np.einsum("bt,tfc->bfc", drawn(len(scores)), scores, optimize=True)
    sides = [(means[:, side], drawn(int(side.sum()))) for side in (group, ~group)]
    inside, outside = (np.einsum("bf,bfc->bc", weights, mean, optimize=True) for mean, weights in sides)
    low, high = np.quantile(inside - outside, _BOUNDS, axis=0)
    value = scores[:, group].mean(axis=(0, 1)) - scores[:, ~group].mean(axis=(0, 1))
    return [list(row) for row in zip(value.tolist(), low.tolist(), high.tolist(), strict=True)]


def _robustness(judge: _Judge, texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a change that leaves the meaning alone does to labels and scores."""
    plain, said = judge.labelled(texts)
    rng = np.random.default_rng(judge.seed)
    found = {}
    for name, change in CHANGES.items():
        changed = [change(text, rng) for text in texts]
        rows = [i for i, text in enumerate(texts) if changed[i] != text]
        if not rows:
            found[name] = {"texts": 0, "same_labels": _UNDEFINED, "score_change": _UNDEFINED}
            continue
        scores, now = judge.labelled([changed[i] for i in rows])
        same = np.asarray((said[rows] == now).all(axis=1), dtype=np.float64)
        gap = np.abs(scores.values - plain.values[rows]).mean(axis=1).astype(np.float64)
        found[name] = {"texts": len(rows), **judge.figures(_means(same, gap), len(rows))}
    return found


_UNDEFINED: Final = Figure(None).to_dict()


def _means(same: NDArray[np.float64], gap: NDArray[np.float64]) -> Callable[[NDArray[Any]], dict[str, Any]]:
    """Share of texts with the same labels; mean change of scores over the texts judged both times."""
    judged = ~np.isnan(gap)
    known = np.where(judged, gap, 0.0)

    def statistic(weights: NDArray[Any]) -> dict[str, Any]:
        both = np.asarray(weights @ judged, dtype=np.float64)
        return {
            "same_labels": np.asarray(weights @ same / weights.sum(axis=-1), dtype=np.float64),
            "score_change": np.asarray(weights @ known, dtype=np.float64) / np.where(both == 0, np.nan, both),
        }

    return statistic


def _negation(
    judge: _Judge, negations: Mapping[str, Sequence[Sequence[str]]], aliases: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """Whether a label that was said of a sentence is taken back for its negation."""
    pairs, columns = [], []
    for emotion, sentences in negations.items():
        label = next((name for name in aliases[emotion] if name in judge.space), None)
        if label is not None:
            pairs += [tuple(pair) for pair in sentences]
            columns += [judge.space.index(label)] * len(sentences)
    if not pairs:
        return {}
    rows, place = np.arange(len(pairs)), np.array(columns, dtype=np.intp)
    before = judge.labelled([plain for plain, _ in pairs])[1][rows, place]
    after = judge.labelled([negated for _, negated in pairs])[1][rows, place]

    def figures(which: NDArray[np.bool_]) -> dict[str, Any]:
        said, back = before[which], (before & ~after)[which]

        def statistic(weights: NDArray[Any]) -> dict[str, Any]:
            count = np.asarray(weights @ said, dtype=np.float64)
            below = np.where(count == 0, np.nan, count)
            return {"taken_back": np.asarray(weights @ back, dtype=np.float64) / below}

        number = int(which.sum())
        return {"pairs": number, "said": int(said.sum()), **judge.figures(statistic, number)}

    by_label = {judge.space.names[j]: figures(place == j) for j in sorted(set(columns))}
    return {"all": figures(np.ones(len(pairs), dtype=bool)), **by_label}
