"""The corpus: items with their gold, as one value; and what a publication of corpora says of itself.

Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from affekt.core import CorpusError, Evidence, FloatArray, Item, LabelSpace
from affekt.corpora.evidence import counted_on, points_into, taken

if TYPE_CHECKING:
    from affekt.corpora.files import DataFolder

_T = TypeVar("_T")
Descriptors = tuple[tuple[str, ...], ...]
# Raters of a scale have one axis more than gold: their ratings.
_AXES = {"gold": 2, "raters": 3}


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a corpus comes from and what may be done with it.

    Args:
        what: its content in one sentence.
        source: where it was published.
        licence: as stated by the publisher.
        ship: whether weights trained on it may be given away.
        counts: items of each split of the part.
        sha256: file name → checksum of the uncompressed bytes that were read.
        caveats: what its figures are easily read wrongly by, a sentence each.
    """

    what: str = ""
    source: str = ""
    licence: str = ""
    ship: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a reader makes of the files: the columns of a corpus, without its name and facts.

    Args:
        items: texts with the turns around them.
        gold: float32 `[items, labels]`: `single` one-hot, `multi` 0/1, `ordinal` levels,
            `dimensional` values; None where a corpus has no fixed labels.
        groups: dialogue, author or origin of each item, or None.
        raters: as in `Corpus`, or None.
        descriptors: free-text emotions of each item, or None.
        evidence: causes, triggers and spans, ordered by item; or None.
    """

    items: tuple[Item, ...]
    gold: FloatArray | None = None
    groups: tuple[str, ...] | None = None
    raters: FloatArray | None = None
    descriptors: Descriptors | None = None
    evidence: tuple[Evidence, ...] | None = None

    @classmethod
    def joined(cls, contents: Sequence[Content]) -> Content:
        """The contents one after another; a column is kept where all have it."""
        before = [0, *accumulate(len(c.items) for c in contents)]
        return cls(
            tuple(item for c in contents for item in c.items),
            _stacked([c.gold for c in contents]),
            _chained([c.groups for c in contents]),
            _stacked([c.raters for c in contents]),
            _chained([c.descriptors for c in contents]),
            _chained(
                [c.evidence and counted_on(c.evidence, n) for c, n in zip(contents, before, strict=False)]
            ),
        )


def _chained(columns: Sequence[tuple[_T, ...] | None]) -> tuple[_T, ...] | None:
    present = [c for c in columns if c is not None]
    return tuple(x for c in present for x in c) if len(present) == len(columns) else None


def _stacked(arrays: Sequence[FloatArray | None]) -> FloatArray | None:
    present = [a for a in arrays if a is not None]
    return np.concatenate(present) if len(present) == len(arrays) else None


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Items with their gold, in a label space.

    Args:
        name: of the corpus, such as `semeval2018`.
        part: one of its labellings, such as `e-c-en`; empty where there is one only.
        split: `train`, `dev`, `test`, or `all`.
        items: texts with the turns around them.
        gold: float32 `[items, labels]` in the order of the space: `single` one-hot, `multi` 0/1 (a
            part may define shares between), `ordinal` levels, `dimensional` values, NaN where a value
            is missing; None for kind `open`.
        space: the labels.
        groups: dialogue, author or origin of each item: what must not be split between train and
            test, and what a bootstrap resamples; or None.
        raters: what single raters said, NaN where nobody was asked; or None. `single` and `multi`: float32
            `[items, labels]`, the share of raters who chose each label. `ordinal` and `dimensional`: float32
            `[items, labels, ratings]`, the share who gave each whole number, from the lowest of the scale up.
        descriptors: free-text emotions of each item; or None.
        evidence: gold causes, triggers and spans, ordered by item; None where a corpus marks none. An item
            may have none or several; `gold` is then the label that they are evidence for. Where evidence is
            whole turns, the turns to choose from are an item's history and its own text.
        facts: source, licence, counts, checksums.
        columns: other facts of each item that scores can be told apart by, such as `language` and `source`;
            None where an item has none.

    Raises:
        CorpusError: if the columns differ in length or do not fit the space, or evidence points at what is
            not there.
    """

    name: str
    part: str
    split: str
    items: tuple[Item, ...]
    gold: FloatArray | None
    space: LabelSpace
    groups: tuple[str, ...] | None = None
    raters: FloatArray | None = None
    descriptors: Descriptors | None = None
    evidence: tuple[Evidence, ...] | None = None
    facts: Facts = field(default_factory=Facts)
    columns: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.items)
        for column in ("gold", "groups", "raters", "descriptors"):
            values = getattr(self, column)
            if values is not None and len(values) != n:
                raise CorpusError(f"{self} has {n} items, but {len(values)} entries of `{column}`")
        for column, cells in self.columns.items():
            if len(cells) != n:
                raise CorpusError(f"{self} has {n} items, but {len(cells)} entries of `{column}`")
        for column, array in (("gold", self.gold), ("raters", self.raters)):
            if array is not None and (array.shape[:2] != (n, len(self.space)) or array.ndim > _AXES[column]):
                raise CorpusError(
                    f"{self}: `{column}` has shape {array.shape}, but space {self.space.name!r} has "
                    f"{len(self.space)} labels"
                )
        for found in self.evidence or ():
            if not 0 <= found.item < n or not points_into(self.items[found.item], found):
                raise CorpusError(f"{self} has evidence that points at no item, turn or span: {found}")
            if found.label is not None and found.label not in self.space:
                raise CorpusError(f"{self} has evidence for {found.label!r}, no label of {self.space.name!r}")

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        part = f"/{self.part}" if self.part else ""
        return f"{self.name}{part}:{self.split}"

    @property
    def texts(self) -> tuple[str, ...]:
        """The items' texts; made anew at each use."""
        return tuple(item.text for item in self.items)

    def take(self, rows: Sequence[int]) -> Corpus:
        """The corpus of the given rows, in that order; facts stay those of the whole."""
        index = np.asarray(rows, dtype=np.intp)
        return replace(
            self,
            items=tuple(self.items[i] for i in rows),
            gold=None if self.gold is None else self.gold[index],
            groups=None if self.groups is None else tuple(self.groups[i] for i in rows),
            raters=None if self.raters is None else self.raters[index],
            descriptors=None if self.descriptors is None else tuple(self.descriptors[i] for i in rows),
            evidence=None if self.evidence is None else taken(self.evidence, rows, len(self)),
            columns={name: tuple(cells[i] for i in rows) for name, cells in self.columns.items()},
        )


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as published.

    Args:
        corpus: the corpus that it belongs to; also its folder.
        name: path inside that folder, without `.xz` or `.gz`.
        sha256: of the uncompressed bytes, or None where it is not known.
    """

    corpus: str
    name: str
    sha256: str | None = None


def published(corpus: str, sha256: Mapping[str, str]) -> dict[str, PublishedFile]:
    """The files of a corpus, by name, from a table name → checksum."""
    return {name: PublishedFile(corpus, name, checksum) for name, checksum in sha256.items()}


@dataclass(frozen=True, slots=True)
class Split:
    """One split of a part: how many items it has, and the published files that it is read from.

    Args:
        items: their number; None where it is not known, as of corpora that are given out on request.
        files: names of published files.
    """

    items: int | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One labelling of a corpus.

    Args:
        space: its labels.
        splits: by name: `train`, `dev`, `test`; or `all` alone where none is published.
    """

    space: LabelSpace
    splits: Mapping[str, Split]


@dataclass(frozen=True, slots=True)
class Publication:
    """A corpus as published: what it is, its files, its parts, and how to read them.

    Args:
        name: the corpus' name and folder.
        what: its content in one sentence.
        source: where it was published.
        licence: as stated by the publisher.
        ship: whether weights trained on it may be given away.
        files: published files by name.
        parts: its labellings by name.
        default: the part that is meant where none is named.
        read: makes the content of a part and split from the files.
        caveats: what its figures are easily read wrongly by, a sentence each.
    """

    name: str
    what: str
    source: str
    licence: str
    ship: bool
    files: Mapping[str, PublishedFile]
    parts: Mapping[str, Part]
    default: str
    read: Callable[[DataFolder, str, str], Content]
    caveats: tuple[str, ...] = ()
