"""Label a table on one machine, part by part."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from affekt.bulk.columns import LabelledRows, label_columns
from affekt.core import LabelError, LabelSpace, Prediction, named_space
from affekt.tables import Part, Sink, Table, WriteOptions, open_sink, open_table

Progress = Callable[[int, int | None], None]
"""Called after each part with how much is done, and how much there is or None: bytes or rows."""

_JOINT: Final = ";"


class Predictor(Protocol):
    """A model, as far as this room needs it."""

    def predict(
        self, texts: Sequence[str], *, space: LabelSpace, threshold: float | None, top: int | None
    ) -> list[Prediction]:
        """One prediction a text, in order."""
        ...


@runtime_checkable
class Described(Protocol):
    """A model that can be told from others, so that no run is resumed with another one."""

    def describe(self) -> Mapping[str, Any]:
        """JSON-ready; no secrets."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What a labelling run did.

    Args:
        target: the output's name.
        rows: number of rows in the output.
        errors: number of rows that could not be judged, as they are broken.
        abstained: number of rows of which the model says nothing.
        resumed: number of rows that an interrupted run had done.
        seconds: that this run took.
    """

    target: str
    rows: int
    errors: int
    abstained: int
    resumed: int
    seconds: float


class Interrupted(KeyboardInterrupt):
    """A run was interrupted by the keyboard; its message says what is left of it.

    Args:
        rows: number of rows that are finished.
        resumable: whether `resume` goes on from there.
    """

    def __init__(self, rows: int, resumable: bool) -> None:
        self.rows = rows
        self.resumable = resumable
        hint = "run the same command with --resume to go on" if resumable else "nothing can be resumed"
        super().__init__(f"interrupted after {rows:,} rows: {hint}")


def label_table(  # noqa: PLR0913 - a verb of the interface: each word is one of the command line's
    model: Predictor,
    source: str | Path | Table,
    target: str | Path,
    *,
    space: LabelSpace | str,
    column: str = "text",
    format: str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    threshold: float | None = None,
    top: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Label each row of a table and write the rows, with what is added, to another.

    Rows and columns keep their order and content; a row that cannot be judged says why. A part is
    judged by one call of the model, and an interrupted run goes on after its last finished part, so
    that a resumed output equals an uninterrupted one byte for byte.

    Args:
        model: judges the texts.
        source: a path, `-` for standard input, or a table that is open already.
        target: a path, or `-` for standard output.
        space: the labels, or the name of a space.
        column: the one that holds the texts; an open table knows its own.
        format: of the target; by default its suffix tells.
        resume: go on with an interrupted run; where there is none, begin afresh.
        overwrite: replace a target that exists, or what an interrupted run left of it.
        threshold: handed to the model.
        top: handed to the model.
        progress: called after each part.

    Returns:
        what was done.

    Raises:
        InputError: if source or target cannot be used; what is finished stays.
        LabelError: if the space is unknown, or a label cannot stand in a cell of the target.
        Interrupted: on a keyboard interrupt; what is finished stays.
    """
    began = time.monotonic()
    space = named_space(space) if isinstance(space, str) else space
    table = source if isinstance(source, Table) else open_table(source, column)
    settings = {
        "space": space.to_dict(),
        "threshold": threshold,
        "top": top,
        "model": _identity(model),
    }
    options = WriteOptions(format, resume, overwrite, settings)

    def predict(texts: Sequence[str]) -> list[Prediction]:
        return model.predict(texts, space=space, threshold=threshold, top=top)

    with open_sink(table, target, label_columns(space), options) as sink:
        _check_joint(space, sink.format)
        resumed = sink.counts["rows"]
        try:
            for part in table.parts(sink.finished):
                _label_part(part, predict, space, sink)
                if progress is not None:
                    progress(part.done, part.total)
            sink.commit()
        except KeyboardInterrupt:
            raise Interrupted(sink.counts["rows"], sink.resumable) from None
    counts = sink.counts
    seconds = time.monotonic() - began
    return Summary(str(target), counts["rows"], counts["errors"], counts["abstained"], resumed, seconds)


def _identity(model: Predictor) -> object:
    """What tells the model from others."""
    if isinstance(model, Described):
        return model.describe()
    return getattr(model, "name", type(model).__qualname__)


def _check_joint(space: LabelSpace, format: str) -> None:
    """See that labels can be told apart in one cell."""
    joint = [name for name in space.names if _JOINT in name]
    if joint and format in ("csv", "tsv"):
        raise LabelError(
            f"label {joint[0]!r} has {_JOINT!r}, which joins labels in {format}: write jsonl or rename it"
        )


def _label_part(
    part: Part, predict: Callable[[Sequence[str]], list[Prediction]], space: LabelSpace, sink: Sink
) -> None:
    texts = [text for text in part.texts if text is not None]
    judged = predict(texts) if texts else []
    if len(judged) != len(texts):
        raise ValueError(f"the model gave {len(judged)} predictions for {len(texts)} texts")
    remaining = iter(judged)
    predictions = [None if text is None else next(remaining) for text in part.texts]
    counts = {
        "errors": len(part) - len(texts),
        "abstained": sum(prediction.abstained is not None for prediction in judged),
    }
    sink.append(part, LabelledRows(predictions, part.errors, space), counts)
