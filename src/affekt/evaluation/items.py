"""What was said of each item, without the texts: the table that two models are compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, Prediction
from affekt.corpora import Corpus
from affekt.metrics import Ratios

_FIGURE: Final = "figure_"
"""Begins the name of a column of what each item adds to a figure, above the line and below it."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemTable:
    """A row an item, in the order of the corpus.

    Args:
        id: of the corpus, or the position where it gives none.
        group: dialogue or author, or None.
        gold: the labels that are true; above level 0 for levels; none for values on axes; in an open space
            descriptors.
        labels: the labels, or descriptors, that were predicted.
        scores: float32 `[items, labels]` in the order of the space; NaN where there is none.
        abstained: a reason or None.
        gold_values: float32 `[items, labels]`, gold levels or values on axes; None for other kinds.
        ratios: what each item adds to figures of evidence and descriptors; None where there are none.
    """

    id: tuple[str, ...]
    group: tuple[str | None, ...]
    gold: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    scores: FloatArray
    abstained: tuple[str | None, ...]
    gold_values: FloatArray | None = None
    ratios: Ratios | None = None

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        predictions: Sequence[Prediction],
        scores: FloatArray,
        ratios: Ratios | None = None,
    ) -> ItemTable:
        """The table of a corpus, its predictions, scores `[items, labels]`, and figures of other annotations."""
        return cls(
            item_keys(corpus),
            corpus.groups or (None,) * len(corpus.items),
            _true(corpus),
            tuple(prediction.labels for prediction in predictions),
            scores,
            tuple(prediction.abstained for prediction in predictions),
            corpus.gold if corpus.space.kind in ("ordinal", "dimensional") else None,
            ratios,
        )

    @classmethod
    def read(cls, path: Path) -> ItemTable:
        """Inverse of `write`.

        Args:
            path: of the file.

        Returns:
            The table; scores that are null are NaN.

        Raises:
            InputError: if it cannot be read, or lacks a column.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            columns = parquet.read_table(path).to_pydict()
            gold_values = columns.get("gold_values")
            return cls(
                tuple(columns["id"]),
                tuple(columns["group"]),
                tuple(tuple(row) for row in columns["gold"]),
                tuple(tuple(row) for row in columns["labels"]),
                np.array(columns["scores"], dtype=np.float32),
                tuple(columns["abstained"]),
                None if gold_values is None else np.array(gold_values, dtype=np.float32),
                _ratios(columns),
            )
        except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
            raise InputError(
                f"{path} is not a table of items ({type(error).__name__}: {error}): evaluate anew with -o"
            ) from None

    def __len__(self) -> int:
        return len(self.id)

    def write(self, path: Path) -> None:
        """Write a parquet file, `items.parquet` of the interface; missing scores are null.

        Args:
            path: of the file.

        Raises:
            OSError: if it cannot be written.
        """
        import pyarrow as pa
        from pyarrow import parquet

        names = pa.list_(pa.string())
        columns = {
            "id": pa.array(self.id, pa.string()),
            "group": pa.array(self.group, pa.string()),
            "gold": pa.array(self.gold, names),
            "labels": pa.array(self.labels, names),
            "scores": _lists(self.scores),
            "abstained": pa.array(self.abstained, pa.string()),
        }
        if self.gold_values is not None:
            columns["gold_values"] = _lists(self.gold_values)
        for name, part in (self.ratios.parts if self.ratios else {}).items():
            columns[_FIGURE + name] = pa.array(part.tolist(), pa.list_(pa.float64()))
        parquet.write_table(pa.table(columns), path)


def item_keys(corpus: Corpus) -> tuple[str, ...]:
    """What the items of a corpus go by: their ids, or their positions where they have none."""
    return tuple(str(i) if item.id is None else item.id for i, item in enumerate(corpus.items))


def _true(corpus: Corpus) -> tuple[tuple[str, ...], ...]:
    if corpus.gold is None:
        return corpus.descriptors or ((),) * len(corpus)
    if corpus.space.kind == "dimensional":
        return ((),) * len(corpus)
    return _named(
        corpus.gold > 0 if corpus.space.kind == "ordinal" else corpus.gold >= 0.5, corpus.space.names
    )


def _ratios(columns: Mapping[str, Any]) -> Ratios | None:
    parts = {
        name.removeprefix(_FIGURE): np.array(column, dtype=np.float64)
        for name, column in columns.items()
        if name.startswith(_FIGURE)
    }
    return Ratios(parts) if parts else None


def _named(true: NDArray[np.bool_], names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names[j] for j in np.flatnonzero(row).tolist()) for row in true)


def _lists(values: FloatArray) -> Any:
    """A pyarrow column list<float32>, NaN as null."""
    import pyarrow as pa

    items, labels = values.shape
    flat = pa.array(values.ravel(), pa.float32(), from_pandas=True)
    return pa.ListArray.from_arrays(pa.array(np.arange(items + 1) * labels, pa.int32()), flat)
