"""What was said of each item, without the texts: the table that two models are compared by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, Prediction
from affekt.corpora import Corpus


@dataclass(frozen=True, slots=True, eq=False)
class ItemTable:
    """A row an item, in the order of the corpus.

    Args:
        id: of the corpus, or the position where it gives none.
        group: dialogue or author, or None.
        gold: the labels that are true; above level 0 for levels; none for values on axes.
        labels: the labels that were predicted.
        scores: float32 `[items, labels]` in the order of the space; NaN where there is none.
        abstained: a reason or None.
        gold_values: float32 `[items, labels]`, gold levels or values on axes; None for other kinds.
    """

    id: tuple[str, ...]
    group: tuple[str | None, ...]
    gold: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    scores: FloatArray
    abstained: tuple[str | None, ...]
    gold_values: FloatArray | None = None

    @classmethod
    def of(cls, corpus: Corpus, predictions: Sequence[Prediction], scores: FloatArray) -> ItemTable:
        """The table of a corpus with gold, its predictions, and scores `[items, labels]`."""
        assert corpus.gold is not None
        kind = corpus.space.kind
        true = {"ordinal": corpus.gold > 0, "dimensional": np.zeros(corpus.gold.shape, dtype=bool)}
        return cls(
            tuple(str(i) if item.id is None else item.id for i, item in enumerate(corpus.items)),
            corpus.groups or (None,) * len(corpus.items),
            _named(true.get(kind, corpus.gold >= 0.5), corpus.space.names),
            tuple(prediction.labels for prediction in predictions),
            scores,
            tuple(prediction.abstained for prediction in predictions),
            corpus.gold if kind in true else None,
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
        parquet.write_table(pa.table(columns), path)


def _named(true: NDArray[np.bool_], names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names[j] for j in np.flatnonzero(row).tolist()) for row in true)


def _lists(values: FloatArray) -> Any:
    """A pyarrow column list<float32>, NaN as null."""
    import pyarrow as pa

    items, labels = values.shape
    flat = pa.array(values.ravel(), pa.float32(), from_pandas=True)
    return pa.ListArray.from_arrays(pa.array(np.arange(items + 1) * labels, pa.int32()), flat)
