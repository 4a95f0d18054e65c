"""The verbs of `import affekt`: what the command line does, in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from affekt import models
from affekt.core import (
    CorpusError,
    InputError,
    Item,
    Kind,
    Label,
    LabelError,
    LabelSpace,
    Prediction,
    named_space,
)
from affekt.models import Model

if TYPE_CHECKING:
    from affekt.corpora import Corpus
    from affekt.evaluation import Comparison, Mode, Report

DEFAULT_MODEL = "small"


def load(model: str | Path = DEFAULT_MODEL) -> Model:
    """Load a model.

    Args:
        model: a name of `affekt models`, or a model directory.

    Returns:
        The model: `predict` gives labels, `scores` gives numbers.

    Raises:
        ModelError: if there is no such model, or its directory is damaged.
    """
    return models.load(model)


@overload
def label(  # type: ignore[overload-overlap]  # a text is also a sequence of texts
    texts: str | Item,
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> Prediction: ...


@overload
def label(
    texts: Iterable[str | Item],
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> list[Prediction]: ...


def label(
    texts: str | Item | Iterable[str | Item],
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> Prediction | list[Prediction]:
    """Say which emotions texts express.

    The model named last is kept in memory, so that a second call is fast; for more control, `load` one.

    Args:
        texts: one text, or many.
        labels: labels of your own: names, `name=description`, or `Label`s.
        space: labels known by name (`goemotions`, `ekman`, `valence-arousal` …), or a `LabelSpace`. Without
            labels or space, the model's own.
        kind: of your own labels: `multi` for any number a text, `single` for exactly one.
        model: a name, a model directory, or a model at hand.
        threshold: a label applies from this score on, in 0…1; the model's own decision if left out.
        top: at most so many labels a text, the best; one or more.

    Returns:
        A prediction for one text, a list in the order of the texts for many.

    Raises:
        AffektError: if the labels, the space, the model or an option cannot be used.
    """
    judge = _at_hand(model)
    options: dict[str, Any] = {
        "labels": labels, "space": space, "kind": kind, "threshold": threshold, "top": top
    }  # fmt: skip
    if isinstance(texts, str | Item):
        return judge.predict([texts], **options)[0]
    return judge.predict(list(texts), **options)


def evaluate(
    model: str | Path | Model,
    on: str | Path,
    *,
    mode: Mode = "strict",
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind | None = None,
    data: Path | str | None = None,
) -> Report:
    """Measure a model on labelled texts.

    Args:
        model: a name, a model directory, or a model at hand.
        on: a corpus, `NAME[/PART][:SPLIT]` (no split means `test` where there is one, else everything), or a
            `.jsonl` file with a line a text: `text`, `labels`.
        mode: `strict`, where nothing is tuned on the corpus, or `calibrated`, where thresholds come from its
            dev split.
        labels: only these labels of the corpus, or, for a file, labels that need not occur in it.
        space: the same, as a space.
        kind: how gold is read, `multi` or `single`; what the corpus says if left out, `multi` for labels by hand.
        data: folder of published corpora; the environment variable AFFEKT_DATA if left out.

    Returns:
        The report: `metrics` with intervals, `save(dir)`, `to_json()`.

    Raises:
        AffektError: if the model, the corpus or the labels cannot be used, or there is no dev split to
            calibrate on.
    """
    from affekt import evaluation

    if labels is not None and space is not None:
        raise InputError("labels are given twice, as `labels` and as `space`: use one of them")
    asked = LabelSpace.of(labels, kind or "multi") if labels is not None else space
    wanted = named_space(asked) if isinstance(asked, str) else asked
    closed = not _is_file(on)
    dev = _dev_of(on, mode, data)
    corpus = _restricted(_corpus(on, data), wanted, kind, closed=closed)
    if dev is not None:
        dev = _restricted(dev, wanted, kind, closed=closed)
    judge = _at_hand(model)
    training = evaluation.training_data(judge.card, corpus, data)
    return evaluation.evaluate(judge, corpus, mode=mode, dev=dev, training=training)


def compare(a: Path | str, b: Path | str, *, replicates: int = 1000, seed: int = 0) -> Comparison:
    """Whether two evaluated models differ by more than chance.

    Args:
        a: the folder of a saved report.
        b: the folder of another, on the same items.
        replicates: number of resamples, and of random swaps.
        seed: of both.

    Returns:
        Differences, the first less the second, with intervals and p-values.

    Raises:
        AffektError: if a folder holds no report with its items, or the two are of different items.
    """
    from affekt import evaluation

    return evaluation.compare(a, b, replicates=replicates, seed=seed)


def _at_hand(model: str | Path | Model) -> Model:
    if not isinstance(model, str | Path):
        return model
    manifest = Path(model) / models.MANIFEST
    return _kept(str(model), manifest.stat().st_mtime_ns if manifest.is_file() else None)


@lru_cache(maxsize=1)
def _kept(model: str, written: int | None) -> Model:
    """The model loaded last; a directory that was written anew since then is loaded anew."""
    return load(model)


def _corpus(on: str | Path, data: Path | str | None) -> Corpus:
    from affekt.corpora import corpus_from_jsonl, load_corpus

    return corpus_from_jsonl(on) if _is_file(on) else load_corpus(str(on), data)


def _dev_of(on: str | Path, mode: Mode, data: Path | str | None) -> Corpus | None:
    """The dev split that belongs to what is evaluated: thresholds are fitted on it, rules may know its shares."""
    from affekt.corpora import load_corpus, publication, resolve

    if _is_file(on):
        return None
    name = resolve(str(on))
    if "dev" not in publication(name.name).parts[str(name.part)].splits:
        return None
    if name.split in ("dev", "all"):
        if mode == "strict":
            return None
        raise CorpusError(
            f"{name} holds the dev split that thresholds are taken from: name another split, or use mode strict"
        )
    return load_corpus(str(replace(name, split="dev")), data)


def _is_file(on: str | Path) -> bool:
    return isinstance(on, Path) or on.endswith(".jsonl")


def _restricted(corpus: Corpus, asked: LabelSpace | None, kind: Kind | None, *, closed: bool) -> Corpus:
    """The corpus with the labels asked for, in their order and with their descriptions.

    Args:
        corpus: whose gold is wanted; its axes and levels stay what they are.
        asked: labels, or None for all of them.
        kind: how gold is read, or None for what the labels, or the corpus, say.
        closed: whether a label that the corpus does not have is a mistake, or one that no text carries.

    Returns:
        the corpus in the space asked for.

    Raises:
        CorpusError: if the corpus has no gold.
        LabelError: if it lacks a label, or does not fit the kind.
    """
    own, gold = corpus.space, corpus.gold
    if gold is None:
        raise CorpusError(f"{corpus} has no labels to compare with: evaluate on another one")
    if asked is None and kind is None:
        return corpus
    space = asked or own
    if closed:
        for name in space.names:
            own.index(name)
    column = {name: own.index(name) for name in space.names if name in own}
    chosen = np.zeros((len(corpus), len(space)), dtype=np.float32)
    for i, name in enumerate(space.names):
        if name in column:
            chosen[:, i] = gold[:, column[name]]
    if own.kind in ("dimensional", "ordinal"):
        space = LabelSpace(space.name, space.labels, own.kind, own.levels, own.range)
    elif kind is not None:
        space = replace(space, kind=kind)
    if space.kind == "single" and not (chosen.sum(axis=1) == 1).all():
        raise LabelError(f"{corpus} has texts without exactly one of these labels: use kind `multi`")
    return replace(corpus, gold=chosen, space=space, raters=None)
