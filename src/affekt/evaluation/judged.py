"""A file with what a model says of its rows: labelled before, or labelled as it is read."""

from __future__ import annotations

import math
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from affekt.core import POLES, InputError, LabelSpace, MissingColumn, Prediction
from affekt.tables import Part, Table, open_table

KEY: Final = "affekt"
"""What labelling adds to a line of jsonl."""

_LABELS: Final = "affekt_labels"
_SCORE: Final = "affekt_score_"
_SCORES: Final = "affekt_scores"
_ERROR: Final = "affekt_error"
_JOINT: Final = ";"
# Formats whose readers say that a row is broken, and not only that it has no text.
_CHECKED: Final = ("csv", "tsv")


class Labeller(Protocol):
    """A model, as far as it is needed to label a file as it is read."""

    def predict(self, texts: Sequence[str], *, space: LabelSpace) -> list[Prediction]:
        """One prediction a text, in order."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class JudgedPart:
    """Rows of a part.

    Args:
        said: bool `[rows, labels]`, the labels that the model gives.
        values: float `[rows, labels]`, its scores; NaN in rows that it does not judge.
        cells: of each row, the values of the columns that were asked for; None where there is none.
        where: the file and line of a row, for messages.
        done: see `tables.Part`.
        total: see `tables.Part`.
    """

    said: NDArray[np.bool_]
    values: NDArray[np.float64]
    cells: list[tuple[Any, ...]]
    where: Callable[[int], str]
    done: int
    total: int | None

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Bool `[rows]`, the rows that the model judges."""
        return np.asarray(np.isfinite(self.values).all(axis=1))


class JudgedFile(ABC):
    """A file with what a model says of its rows; it can be read more than once.

    Args:
        table: the file.
        labels: whose scores it has, in order.
        text_column: name of the column that holds the texts.
    """

    def __init__(self, table: Table, labels: tuple[str, ...], text_column: str) -> None:
        self.table = table
        self.labels = labels
        self.text_column = text_column

    @property
    def name(self) -> str:
        """Of the file."""
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns; of jsonl the keys of the first lines."""
        return table_columns(self.table)

    @abstractmethod
    def has_labels(self) -> bool:
        """Whether the model says labels, and not only values on axes or levels."""

    @abstractmethod
    def answers(
        self, part: Part, rows: list[dict[str, Any]]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """What the model says of the rows of a part: `said` and `values`."""

    def parts(self, wanted: Sequence[str]) -> Iterator[JudgedPart]:
        """The rows in parts, in constant memory.

        Args:
            wanted: columns whose cells are wanted.

        Yields:
            parts in order.

        Raises:
            InputError: if the file turns out to be broken, or an answer in it is no number.
        """
        names = self._read(wanted)
        for part in self.table.parts():
            rows = [dict(zip(names, row, strict=False)) for row in part.rows.cells(names)]
            said, values = self.answers(part, rows)
            cells = [tuple(row.get(name) for name in wanted) for row in rows]
            where = partial(_where, self.table, part)
            yield JudgedPart(said, values, cells, where, part.done, part.total)

    def _read(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The names that a row's cells are asked for by: all columns, but of jsonl only what is needed."""
        return (*wanted, KEY) if self.table.format == "jsonl" else self.table.columns


class LabelledFile(JudgedFile):
    """What `affekt label -o` writes, in any of its formats."""

    def has_labels(self) -> bool:
        """Told by the first row that says a label or has a score outside 0…1; where none does, by the labels' names."""
        for part in self.parts(()):
            values = part.values[part.judged]
            if (values < 0).any() or (values > 1).any():
                return False
            if part.said.any():
                return True
        return not all(label.casefold() in POLES for label in self.labels)

    def answers(
        self, part: Part, rows: list[dict[str, Any]]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """See `JudgedFile`."""
        objects = [self._answer(row) for row in rows]
        broken = [self.table.format in _CHECKED and error is not None for error in part.errors]
        values = np.full((len(rows), len(self.labels)), math.nan)
        said = np.zeros(values.shape, dtype=bool)
        place = {label: j for j, label in enumerate(self.labels)}
        for i, (labels, scores, error) in enumerate(objects):
            if error or broken[i]:
                continue
            try:
                values[i] = [_number(score) for score in scores]
                said[i, [place[label] for label in labels]] = True
            except (TypeError, ValueError):
                raise InputError(
                    f"{_where(self.table, part, i)} has a score that is no number: label the file again"
                ) from None
            except KeyError as unknown:
                raise InputError(
                    f"{_where(self.table, part, i)} has label {unknown}, of which the first rows have no score: label the file with one label set"
                ) from None
        return said, values

    def _answer(self, row: dict[str, Any]) -> tuple[Sequence[str], list[object], bool]:
        """Labels, scores, and whether nothing is said of a row."""
        if self.table.format != "jsonl":
            scores = [row.get(_SCORE + label) for label in self.labels]
            return _names(row.get(_LABELS)), scores, bool(row.get(_ERROR))
        answer = row.get(KEY)
        if not isinstance(answer, dict) or not isinstance(answer.get("scores"), dict):
            return (), [], True
        scores = [answer["scores"].get(label) for label in self.labels]
        return answer.get("labels") or (), scores, bool(answer.get("error")) or not answer["scores"]


class FreshFile(JudgedFile):
    """A file that a model labels as it is read.

    Args:
        table: the file.
        model: labels it.
        space: the labels.
    """

    def __init__(self, table: Table, model: Labeller, space: LabelSpace) -> None:
        super().__init__(table, space.names, table.column)
        self._model = model
        self._space = space

    def has_labels(self) -> bool:
        """Whether the space is of labels."""
        return self._space.kind not in ("dimensional", "ordinal")

    def answers(
        self, part: Part, rows: list[dict[str, Any]]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """See `JudgedFile`."""
        judged = [i for i, text in enumerate(part.texts) if text is not None]
        texts = [text for text in part.texts if text is not None]
        values = np.full((len(rows), len(self.labels)), math.nan)
        said = np.zeros(values.shape, dtype=bool)
        predictions = self._model.predict(texts, space=self._space) if texts else []
        for i, prediction in zip(judged, predictions, strict=True):
            if prediction.abstained is None:
                values[i] = [prediction.scores[label] for label in self.labels]
                said[i, [self._space.index(label) for label in prediction.labels]] = True
        return said, values


def open_labelled(path: str | Path, text: str = "text") -> LabelledFile | None:
    """Open a file that `affekt label` has labelled.

    Args:
        path: of a csv, tsv, jsonl, parquet or xlsx file.
        text: name of the column that holds the texts, by which labelled rows may be joined.

    Returns:
        The file; None if it was not labelled.

    Raises:
        InputError: if it cannot be read, or only once.
    """
    path = str(path)
    if path == "-" or (Path(path).exists() and not stat.S_ISREG(Path(path).stat().st_mode)):
        raise InputError(f"{path} can be read only once: save it as a file and name that")
    suffixes = [suffix.casefold() for suffix in Path(path).suffixes[-2:]]
    is_jsonl = any(suffix in (".jsonl", ".ndjson") for suffix in suffixes)
    try:
        table = open_table(path, KEY if is_jsonl else _ERROR)
    except MissingColumn:
        return None
    if is_jsonl:
        return LabelledFile(table, _labels_of_lines(table), text)
    if _SCORES in table.columns:
        raise InputError(
            f"{path} was labelled with labels that differ by row, or with free descriptors: label it with one label set"
        )
    labels = tuple(name.removeprefix(_SCORE) for name in table.columns if name.startswith(_SCORE))
    if not labels or _LABELS not in table.columns:
        return None
    return LabelledFile(table, labels, text)


def table_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table; of jsonl the keys of its first lines, so that it is not read whole."""
    if table.format == "jsonl":
        return tuple(getattr(table, "head_columns", ()))
    return table.columns


def _labels_of_lines(table: Table) -> tuple[str, ...]:
    for part in table.parts():
        for (answer,) in part.rows.cells((KEY,)):
            if isinstance(answer, dict) and isinstance(answer.get("scores"), dict) and answer["scores"]:
                return tuple(answer["scores"])
    raise InputError(f"{table.name} has no line with scores under {KEY!r}: label the file again")


def _where(table: Table, part: Part, row: int) -> str:
    return f"{table.name} {part.rows.place(row)}"


def _names(value: object) -> Sequence[str]:
    if isinstance(value, list | tuple):
        return [str(name) for name in value]
    return [name for name in str(value).split(_JOINT) if name] if value else ()


def _number(value: object) -> float:
    if value is None or value == "":
        return math.nan
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError
