"""What a model is evaluated on: a published corpus or a file of one's own, its dev split, and the labels asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from affekt.core import SPACES, CorpusError, InputError, Kind, LabelError, LabelSpace
from affekt.corpora import (
    Columns,
    Corpus,
    choose_split,
    corpora_from_file,
    load_corpus,
    mapped,
    publication,
    resolve,
)
from affekt.evaluation.evaluating import Mode

_SPLIT_OF_FILE = re.compile(r"(.+):([A-Za-z]+)")


@dataclass(frozen=True)
class GoldTexts:
    """Labelled texts as they are asked for.

    Args:
        corpus: the texts that figures are about.
        dev: where thresholds may be fitted, or None.
        known: every label that gold was given in, of which the corpus may keep some.
        named: whether the user named the split.
        part_of_own: whether the labels are a file's own, and only some of those that the model was made for.
    """

    corpus: Corpus
    dev: Corpus | None
    known: LabelSpace
    named: bool
    part_of_own: bool = False

    @property
    def to_tune_on(self) -> Corpus:
        """The split that was named, else the dev split, or texts without splits.

        Raises:
            CorpusError: if that leaves the test split alone.
        """
        if self.named or (self.dev is None and self.corpus.split != "test"):
            return self.corpus
        if self.dev is None:
            raise CorpusError(
                f"{self.corpus} is what figures are about, and there is no dev split: name the split to tune on, such "
                "as :train"
            )
        return self.dev


def gold_texts(  # noqa: PLR0913 - each is an option of the command line
    on: str | Path,
    mode: Mode,
    *,
    labels: LabelSpace | None = None,
    kind: Kind | None = None,
    as_: str | None = None,
    columns: Columns | None = None,
    separator: str | None = None,
    data: Path | str | None = None,
    own: LabelSpace | None = None,
) -> GoldTexts:
    """Read what a model is to be evaluated on.

    Args:
        on: a corpus, `NAME[/PART][:SPLIT]`, or a file, `FILE[:SPLIT]`.
        mode: of the evaluation; a dev split that is itself evaluated cannot serve to calibrate.
        labels: those to keep, in this order; None for all.
        kind: how gold is read, `multi` or `single`; None for what the labels or the corpus say.
        as_: a space that gold is mapped to first.
        columns: of a file, role → column.
        separator: between labels in a cell of a file.
        data: folder of published corpora.
        own: what the model answers in by itself. Values of a file on its axes are read on its range, where that holds
            them all: what some texts happen to span is no scale.

    Returns:
        the texts with the labels asked for.

    Raises:
        CorpusError: if there is no such corpus or split, or it cannot be used so.
        InputError: if the file cannot be read, or options of files are given for a corpus.
        LabelError: if a label is not in a published corpus, or does not fit the kind.
    """
    closed = not is_file(on)
    if closed and (columns or separator is not None):
        told = "columns are named" if columns else "a separator is given"
        raise InputError(f"{told}, and {on} is a published corpus: that is for files of your own")
    if closed:
        corpus, dev = _published(str(on), mode, data)
    else:
        corpus, dev = _own(str(on), mode, columns or {}, separator)
    if as_ is not None:
        corpus, dev = mapped(corpus, as_), None if dev is None else mapped(dev, as_)
    learned = own if not closed and own is not None and own.name.casefold() not in SPACES else None
    if learned is not None:
        corpus, dev = _on_range_of(learned, corpus), None if dev is None else _on_range_of(learned, dev)
    return GoldTexts(
        _restricted(corpus, labels, kind, closed=closed),
        None if dev is None else _restricted(dev, labels, kind, closed=closed),
        corpus.space,
        ":" in str(on) if closed else _file_and_split(str(on))[1] is not None,
        learned is not None and labels is None and as_ is None and _is_part_of(corpus.space, learned),
    )


def _on_range_of(own: LabelSpace, corpus: Corpus) -> Corpus:
    space = corpus.space
    if space.range is None or own.range is None or not all(name in own for name in space.names):
        return corpus
    holds = own.range[0] <= space.range[0] and space.range[1] <= own.range[1]
    return replace(corpus, space=replace(space, range=own.range)) if holds else corpus


def _is_part_of(space: LabelSpace, own: LabelSpace) -> bool:
    """Whether labels are only some of those that a model was made for, so that it answers as if it had not learned them."""
    kinds = {"multi": ("multi", "single"), "single": ("single",)}.get(own.kind, ())
    whole = len(space) == len(own) and space.kind == own.kind
    return not whole and space.kind in kinds and all(name in own for name in space.names)


def is_file(on: str | Path) -> bool:
    """Whether a file of one's own is meant: no name of a corpus has a dot."""
    return isinstance(on, Path) or "." in on or Path(on).is_file()


def _published(on: str, mode: Mode, data: Path | str | None) -> tuple[Corpus, Corpus | None]:
    """A published corpus, and its dev split: thresholds are fitted on it, rules may know its shares."""
    name = resolve(on)
    has_dev = "dev" in publication(name.name).parts[str(name.part)].splits
    if not has_dev or _holds_dev(str(name), str(name.split), mode):
        return load_corpus(on, data), None
    return load_corpus(on, data), load_corpus(str(replace(name, split="dev")), data)


def _own(on: str, mode: Mode, columns: Columns, separator: str | None) -> tuple[Corpus, Corpus | None]:
    """A user's file, or a split of it, and its dev split where it has one."""
    path, split = _file_and_split(on)
    found = corpora_from_file(path, columns, separator)
    chosen = choose_split(found, split)
    if "dev" not in found or _holds_dev(str(chosen), chosen.split, mode):
        return chosen, None
    return chosen, found["dev"]


def _holds_dev(name: str, split: str, mode: Mode) -> bool:
    """Whether a split has the dev split in it, which then cannot serve to tune anything."""
    if split not in ("dev", "all"):
        return False
    if mode == "strict":
        return True
    raise CorpusError(
        f"{name} holds the dev split that thresholds are taken from: name another split, or use mode strict"
    )


def _file_and_split(on: str) -> tuple[str, str | None]:
    """`FILE` or `FILE:SPLIT` in its parts."""
    found = _SPLIT_OF_FILE.fullmatch(on)
    return (on, None) if found is None or Path(on).exists() else (found[1], found[2])


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
        CorpusError: if labels are asked for, and the corpus has none.
        LabelError: if it lacks a label, an axis or levels, or does not fit the kind.
    """
    own, gold = corpus.space, corpus.gold
    if asked is None and kind is None:
        return corpus
    if gold is None:
        raise CorpusError(f"{corpus} has no labels that could be chosen: name none")
    space = asked or own
    if closed:
        for name in space.names:
            own.index(name)
    missing = [name for name in space.names if name not in own]
    # A label may apply to no text, but each text has a value on an axis.
    if missing and own.kind in ("dimensional", "ordinal"):
        raise LabelError(
            f"{corpus} has no values of {', '.join(missing)}: it has {', '.join(own.names)}, so add columns or name only these"
        )
    column = {name: own.index(name) for name in space.names if name in own}
    chosen = np.zeros((len(corpus), len(space)), dtype=np.float32)
    for i, name in enumerate(space.names):
        if name in column:
            chosen[:, i] = gold[:, column[name]]
    space = _read_as(corpus, space, kind)
    if space.kind == "single" and not (chosen.sum(axis=1) == 1).all():
        raise LabelError(f"{corpus} has texts without exactly one of these labels: use kind `multi`")
    return replace(corpus, gold=chosen, space=space, raters=None)


def _read_as(corpus: Corpus, space: LabelSpace, kind: Kind | None) -> LabelSpace:
    """Labels of a corpus as they are used: axes and levels stay what they are, others as the user says."""
    own = corpus.space
    if own.kind in ("dimensional", "ordinal"):
        return LabelSpace(space.name, space.labels, own.kind, own.levels, own.range)
    wanted = kind or space.kind
    if wanted != own.kind and wanted not in ("multi", "single"):
        raise LabelError(
            f"{corpus} has labels of kind {own.kind!r}, not {wanted!r}: name no kind, or multi or single"
        )
    return space if kind is None else replace(space, kind=kind)
