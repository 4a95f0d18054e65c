"""What labelling adds to a table: the columns, and their values for the rows of a part."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from affekt.core import LabelSpace, Prediction
from affekt.decisions import MODEL
from affekt.tables import ADDED_DIGITS, AddedColumns, Column


def has_columns(space: LabelSpace | None) -> bool:
    """Whether each label has a column of scores: not where labels differ by row, or are free descriptors."""
    return space is not None and space.kind != "open"


def label_columns(space: LabelSpace | None) -> AddedColumns:
    """The columns `affekt_labels`, `affekt_score_<label>`, `affekt_flags`, `affekt_error`, or the key `affekt`.

    Args:
        space: of all rows. Where labels differ by row (None), or are free descriptors, there is one column
            `affekt_scores` in the place of one a label: a JSON object of label → score. So the columns are known
            before the rows are read.

    Returns:
        What is added.
    """
    scores = (
        [Column(f"affekt_score_{name}", "number") for name in space.names]
        if space is not None and has_columns(space)
        else [Column("affekt_scores", "text")]
    )
    return AddedColumns(
        (
            Column("affekt_labels", "texts"),
            *scores,
            Column("affekt_flags", "texts"),
            Column("affekt_error", "text"),
        ),
        "affekt",
    )


class LabelledRows:
    """Predictions for the rows of a part, as values to add.

    Args:
        predictions: one a row; None where the row has an error.
        errors: of the rows, or None.
        space: of all rows, or None where labels differ by row.
    """

    def __init__(
        self, predictions: Sequence[Prediction | None], errors: Sequence[str | None], space: LabelSpace | None
    ) -> None:
        self._predictions = predictions
        self._space = space
        self.errors = [
            error if prediction is None else prediction.abstained
            for prediction, error in zip(predictions, errors, strict=True)
        ]
        """Why nothing is said of a row: its own error, or the reason of the abstention; or None."""
        self.counts = {
            "errors": sum(prediction is None for prediction in predictions),
            "abstained": sum(p is not None and p.abstained is not None for p in predictions),
        }
        """How many rows are broken, and of how many the model says nothing."""

    def values(self) -> list[Sequence[object]]:
        """One list a column, in the order of `label_columns`; scores as they are, which encoders round."""
        return [
            [list(p.labels) if p else [] for p in self._predictions],
            *self._scores(),
            [list(p.flags) if p else [] for p in self._predictions],
            self.errors,
        ]

    def _scores(self) -> list[Sequence[object]]:
        if self._space is None or not has_columns(self._space):
            return [[_json(p.scores) if p and p.abstained is None else None for p in self._predictions]]
        return [[p.scores.get(name) if p else None for p in self._predictions] for name in self._space.names]

    def objects(self) -> list[dict[str, object]]:
        """One object a row: labels, scores, levels of an ordinal space, which of several models judged it, flags, error."""
        return [
            _object(prediction, error)
            for prediction, error in zip(self._predictions, self.errors, strict=True)
        ]


def _json(scores: Mapping[str, float]) -> str:
    return json.dumps({name: _score(value) for name, value in scores.items()}, ensure_ascii=False)


def _object(prediction: Prediction | None, error: str | None) -> dict[str, object]:
    if prediction is None:
        return {"labels": [], "scores": {}, "flags": [], "error": error}
    row: dict[str, object] = {
        "labels": list(prediction.labels),
        "scores": {name: _score(value) for name, value in prediction.scores.items()},
    }
    if prediction.levels is not None:
        row["levels"] = dict(prediction.levels)
    if prediction.trace is not None and MODEL in prediction.trace:
        row["model"] = prediction.trace[MODEL]
    return {**row, "flags": list(prediction.flags), "error": error}


def _score(value: float) -> float | None:
    return float(f"{value:.{ADDED_DIGITS}g}") if math.isfinite(value) else None
