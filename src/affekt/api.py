"""The verbs of `import affekt`: what the command line does, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    from affekt.evaluation import Correction, JudgedFile, Mode, Report, Summary
    from affekt.tables import Table

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
    return evaluation.evaluate(_at_hand(model), corpus, mode=mode, dev=dev)


def summarize(  # noqa: PLR0913 - each word is one of the command line's
    source: str | Path,
    by: str | None = None,
    gold: str | Path | None = None,
    *,
    means: bool | None = None,
    correct: Correction = "ppi",
    width: float | None = None,
    id: str | None = None,
    column: str = "text",
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Summary:
    """How often each emotion occurs in a file, group by group, with 95 % intervals.

    With a labelled sample the model's errors are corrected and are in the intervals; without one they are neither.

    Args:
        source: a file that `affekt label` has labelled, in any of its formats; any other file is labelled as it is read.
        by: the column of groups, or `COLUMN:year`, `:quarter`, `:month`, `:week`, `:day` for dates; None for the
            whole file.
        gold: csv, tsv, jsonl, parquet or xlsx with gold for some rows, drawn at random from the file; drawn within
            groups, if it has the column of groups. Gold stands in a column `labels`, or in one a label, named so.
        means: mean scores in place of shares of labels; if left out, where the model gives values on axes or levels.
        correct: `ppi` (prediction-powered inference: each group by its own labelled rows) or `rates` (the
            confusion matrix: for groups without labelled rows, if the model errs alike in every group).
        width: of an interval; each line then says how many rows have to be labelled for it.
        id: the column that joins gold and file; `id`, else the text, if left out.
        column: the one that holds the texts.
        labels: of a labelled file, those to report; else labels to look for, as for `label`.
        space: the same, as a space or its name.
        kind: of labels to look for.
        model: labels a file that is not labelled; `small` if left out.
        progress: called as the file is read.

    Returns:
        The summary: `.whole` and `.lines`, `.to_dict()`.

    Raises:
        AffektError: if a file, column, date, label or option cannot be used.
    """
    from affekt import evaluation

    if labels is not None and space is not None:
        raise InputError("labels are given twice, as `labels` and as `space`: use one of them")
    asked = LabelSpace.of(labels, kind) if labels is not None else space
    wanted = named_space(asked) if isinstance(asked, str) else asked
    file: JudgedFile | None = evaluation.open_labelled(source, column)
    if file is not None and model is not None:
        raise InputError(
            f"{source} is labelled already: leave out the model, or name the file as it was before"
        )
    names = None if wanted is None or file is None else wanted.names
    if file is None:
        judge = _at_hand(model or DEFAULT_MODEL)
        file = evaluation.FreshFile(_table(source, column), judge, wanted or judge.default_space)
    return evaluation.summarize(
        file,
        by,
        gold,
        labels=names,
        measure=None if means is None else "mean" if means else "share",
        correction=correct,
        width=width,
        join=id,
        progress=progress,
    )


def _table(source: str | Path, column: str) -> Table:
    from affekt.tables import open_table

    return open_table(source, column)


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
