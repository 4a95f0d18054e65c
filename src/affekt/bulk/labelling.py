"""Label a table on one machine, part by part."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from affekt.bulk.columns import LabelledRows, label_columns
from affekt.bulk.label_sets import Form, LabelSets, Predictor, check_one, predict_rows
from affekt.core import LabelError, LabelSpace, Prediction, named_space
from affekt.tables import Part, Table, WriteOptions, open_sink, open_table

Progress = Callable[[int, int | None], None]
"""Called after each part with how much is done, and how much there is or None: bytes or rows."""

_JOINT: Final = ";"


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
    space: LabelSpace | str | None = None,
    column: str = "text",
    labels_column: str | None = None,
    form: Form | None = None,
    format: str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    threshold: float | None = None,
    top: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Label each row of a table and write the rows, with what is added, to another.

    Rows and columns keep their order and content; a row that cannot be judged says why. A part is
    judged by one call of the model (one a label set, where they differ), and an interrupted run goes on after its last finished part, so
    that a resumed output equals an uninterrupted one byte for byte.

    Args:
        model: judges the texts.
        source: a path, `-` for standard input, or a table that is open already.
        target: a path, or `-` for standard output.
        space: the labels, or the name of a space.
        column: the one that holds the texts; an open table knows its own.
        labels_column: the one that holds the labels of each row, in the place of `space`; see `LabelSets`.
        form: how the labels in that column are meant; several may apply if left out.
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
    check_one(space, labels_column)
    space = named_space(space) if isinstance(space, str) else space
    table = source if isinstance(source, Table) else open_table(source, column)
    sets = None if labels_column is None else LabelSets(table, labels_column, form or Form(), model)
    settings = {
        "space": {"column": labels_column, **asdict(form or Form())} if space is None else space.to_dict(),
        "threshold": threshold,
        "top": top,
        "model": _identity(model),
    }
    options = WriteOptions(format, resume, overwrite, settings)

    def judge(part: Part) -> LabelledRows:
        if sets is None:
            said = predict_rows(model, part.texts, [space] * len(part), threshold, top)
            return LabelledRows(said, part.errors, space)
        spaces, errors = sets.of(part)
        said = predict_rows(model, part.texts, spaces, threshold, top)
        return LabelledRows(*_joinable(said, errors, sink.format), None)

    with open_sink(table, target, label_columns(space), options) as sink:
        if space is not None:
            _check_joint(space, sink.format)
        resumed = sink.counts["rows"]
        try:
            for part in table.parts(sink.finished):
                rows = judge(part)
                sink.append(part, rows, rows.counts)
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


def _joinable(
    said: Sequence[Prediction | None], errors: Sequence[str | None], format: str
) -> tuple[list[Prediction | None], list[str | None]]:
    """The same, with an error in the place of labels of a row's own that could not be told apart in one cell."""
    found, told = list(said), list(errors)
    for i, prediction in enumerate(said if format in ("csv", "tsv") else ()):
        joint = next((name for name in prediction.scores if _JOINT in name), None) if prediction else None
        if joint is not None:
            found[i] = None
            told[i] = (
                f"label {joint!r} has {_JOINT!r}, which joins labels in {format}: write jsonl or rename it"
            )
    return found, told
