"""Label sets that differ by row: read from a column, judged space by space, answered in the order of the rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from affekt.core import (
    InputError,
    Kind,
    Label,
    LabelError,
    LabelSpace,
    Prediction,
    grouped_by_space,
    split_names,
)
from affekt.tables import Part, Table, find_column

_DIVIDERS: Final = re.compile(r"[;|]")
_KEPT_CELLS: Final = 1024  # whose labels need not be read again


class Predictor(Protocol):
    """A model, as far as this room needs it."""

    def predict(
        self, texts: Sequence[str], *, space: LabelSpace, threshold: float | None, top: int | None
    ) -> list[Prediction]:
        """One prediction a text, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """How label sets are meant, whatever their labels.

    Args:
        kind: of every set.
        levels: of kind `ordinal`; as usual if None.
        range: of kind `dimensional`; as usual if None.

    Raises:
        LabelError: if levels or a range do not belong to the kind.
    """

    kind: Kind = "multi"
    levels: int | None = None
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        self.space([Label("one"), Label("other")])  # of whichever labels, a space says what fits together

    def space(self, labels: Sequence[Label]) -> LabelSpace:
        """The space of some labels."""
        return LabelSpace.of(labels, self.kind, levels=self.levels, range=self.range)


class LabelSets:
    """The label set of each row, read from one of its columns.

    A cell holds a list of labels, or text: names or `name=description` divided by `;` or `|` (for axes, whose poles
    have `|` between them, by `;`), a plain list of names by commas too, or a list as JSON writes it.

    Args:
        table: the file.
        column: that holds the labels.
        form: of every set.
        model: a set that it cannot judge in is an error of the row.

    Raises:
        MissingColumn: if there is no such column; of jsonl, lines without the key are told one by one.
    """

    def __init__(self, table: Table, column: str, form: Form, model: Predictor) -> None:
        self.column = column
        self.form = form
        self._model = model
        if table.format != "jsonl":
            find_column(column, table.columns, table.name)
        self._met: dict[tuple[bool, str], LabelSpace | LabelError] = {}
        self._columns = (column,) if table.format == "jsonl" else table.columns

    def of(self, part: Part) -> tuple[list[LabelSpace | None], list[str | None]]:
        """The spaces of a part's rows.

        Args:
            part: of the table.

        Returns:
            For each row its space and its error, one of which is None; the row's own error comes first.
        """
        spaces: list[LabelSpace | None] = []
        errors: list[str | None] = []
        for i, (cells, error) in enumerate(zip(part.rows.cells(self._columns), part.errors, strict=True)):
            space = None
            if error is None and part.texts[i] is not None:
                try:
                    space = self._space(dict(zip(self._columns, cells, strict=False)).get(self.column))
                except LabelError as found:
                    error = f"{part.rows.place(i)}: {found}"  # noqa: PLW2901 - the row's own, now
            spaces.append(space)
            errors.append(error)
        return spaces, errors

    def _space(self, cell: object) -> LabelSpace:
        key = (isinstance(cell, str), cell if isinstance(cell, str) else json.dumps(cell, default=str))
        if key not in self._met:
            if len(self._met) >= _KEPT_CELLS:
                self._met.clear()
            self._met[key] = self._read(cell)
        found = self._met[key]
        if isinstance(found, LabelError):
            raise found
        return found

    def _read(self, cell: object) -> LabelSpace | LabelError:
        try:
            space = self.form.space(self._labels(cell))
            self._model.predict([], space=space, threshold=None, top=None)  # says whether it can
        except LabelError as error:
            return error
        return space

    def _labels(self, cell: object) -> list[Label]:
        parts = _parts(cell, self.form.kind)
        if not parts:
            raise LabelError(f"there are no labels in {self.column!r}: name some, such as joy;anger")
        return [self._label(part) for part in parts]

    def _label(self, part: object) -> Label:
        if isinstance(part, str):
            return Label.parse_axis(part) if self.form.kind == "dimensional" else Label.parse(part)
        if isinstance(part, Mapping):
            try:
                return Label.from_dict(part)
            except (AttributeError, TypeError):
                pass
        raise LabelError(f"{self.column!r} holds {part!r}, which is no label: give names")


def _parts(cell: object, kind: Kind) -> list[Any]:
    """The labels of a cell, each as it is written there."""
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            cell = json.loads(cell)
        except json.JSONDecodeError as error:
            raise LabelError(f'a list of labels is not valid JSON ({error}): write it as ["joy"]') from None
    if isinstance(cell, str):
        divided = cell.split(";") if kind == "dimensional" else _DIVIDERS.split(cell)
        if len(divided) == 1 and "=" not in cell:
            divided = split_names(cell)
        return [part for part in divided if part.strip()]
    if cell is None:
        return []
    return list(cell) if isinstance(cell, list | tuple) else [cell]


def predict_rows(
    model: Predictor,
    texts: Sequence[str | None],
    spaces: Sequence[LabelSpace | None],
    threshold: float | None,
    top: int | None,
) -> list[Prediction | None]:
    """Judge each text in a space of its own.

    Args:
        model: is called once a space.
        texts: None where a row has none.
        spaces: None where a row has none.
        threshold: handed to the model.
        top: handed to the model.

    Returns:
        One prediction a row, in order; None where text or space is missing.

    Raises:
        ValueError: if the model does not give one prediction a text.
    """
    asked = [
        (i, text, space)
        for i, (text, space) in enumerate(zip(texts, spaces, strict=True))
        if text is not None and space is not None
    ]
    found: list[Prediction | None] = [None] * len(texts)
    for space, places in grouped_by_space([space for _, _, space in asked]).items():
        own = [asked[place] for place in places]
        said = model.predict([text for _, text, _ in own], space=space, threshold=threshold, top=top)
        if len(said) != len(own):
            raise ValueError(f"the model gave {len(said)} predictions for {len(own)} texts")
        for (i, _, _), prediction in zip(own, said, strict=True):
            found[i] = prediction
    return found


def check_one(space: object, labels_column: str | None) -> None:
    """See that labels are given in one way.

    Args:
        space: for all rows, or None.
        labels_column: holds those of each row, or None.

    Raises:
        InputError: if both are given, or neither.
    """
    if (space is None) == (labels_column is None):
        raise InputError("labels are given for all rows, or in a column: use one of them")
