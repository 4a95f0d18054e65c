"""From a judged file, and perhaps a labelled sample of it, to the shares or means of each group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from affekt.core import InputError, LabelError, name_key
from affekt.evaluation.gold_sample import read_gold
from affekt.evaluation.group_estimates import Corrected, ModelAlone
from affekt.evaluation.grouping import WHOLE, Grouping
from affekt.evaluation.judged import JudgedFile
from affekt.evaluation.prevalence import Measure
from affekt.evaluation.summary import Correction, Question, Summary
from affekt.evaluation.tallies import Found, Progress, Tally, check_column, tally


def summarize(  # noqa: PLR0913 - a verb of the interface: each word is one of the command line's
    file: JudgedFile,
    by: str | None = None,
    gold: str | Path | None = None,
    *,
    labels: Sequence[str] | None = None,
    measure: Measure | None = None,
    correction: Correction = "ppi",
    width: float | None = None,
    join: str | None = None,
    progress: Progress | None = None,
) -> Summary:
    """How often each label occurs in a file, or how high its scores are, group by group.

    The file is read once, in constant memory; the labelled sample is held whole.

    Args:
        file: rows with what a model says of them.
        by: `COLUMN`, or `COLUMN:UNIT` for dates; None for the whole file alone.
        gold: file of labelled rows, a random sample of the file's; None for the model's own word. A sample that has
            the column of groups was drawn within groups.
        labels: of the file's, those to report; all if left out.
        measure: `share` or `mean`; if left out, means where the model gives values on axes or levels.
        correction: `ppi` or `rates`, see `summary.Correction`.
        width: of an interval; each line then says how many rows it needs.
        join: the column that sample and file share; `id`, else the text, if left out.
        progress: called after each part.

    Returns:
        The summary.

    Raises:
        InputError: if a column, a date, a row, an option or the sample cannot be used.
        LabelError: if a label is not one of the file's.
    """
    grouping = WHOLE if by is None else Grouping.parse(by, file.columns)
    check_column(file, grouping.column)
    measure = measure or ("share" if file.has_labels() else "mean")
    question = Question(file.labels, _wanted(labels, file), measure, correction, width)
    sample = None
    if gold is not None:
        sample = read_gold(
            gold,
            labels=file.labels,
            columns=file.columns,
            measure=measure,
            grouping=grouping,
            join=join,
            text=file.text_column,
        )
    sums, found = tally(file, grouping, sample, progress)
    return _summary(file.name, grouping, question, sums, found)


def _wanted(labels: Sequence[str] | None, file: JudgedFile) -> tuple[str, ...]:
    if labels is None:
        return file.labels
    known = {name_key(name): name for name in file.labels}
    for label in labels:
        if name_key(label) not in known:
            raise LabelError(
                f"{file.name} has no scores of {label!r}: it was labelled with {', '.join(file.labels)}"
            )
    return tuple(dict.fromkeys(known[name_key(label)] for label in labels))


def _summary(
    name: str, grouping: Grouping, question: Question, sums: Tally, found: Found | None = None
) -> Summary:
    if not sums.rows.sum():
        raise InputError(f"{name} has no row that the model judged: there is nothing to sum up")
    answers = ModelAlone(question, sums) if found is None else Corrected(question, sums, found)
    groups = tuple(sums.place) if grouping.column else ()
    lines = [answers.lines(label, groups) for label in question.wanted]
    by_group = [column[1 + g] for g in range(len(groups)) for column in lines]
    return Summary(
        name,
        grouping.column or None,
        grouping.unit,
        question.measure,
        question.wanted,
        groups,
        int(sums.rows.sum()),
        sums.unjudged,
        answers.gold,
        None if found is None else found.sample.name,
        tuple(column[0] for column in lines),
        tuple(by_group),
        tuple(answers.notes([column[0] for column in lines], by_group)),
        question.width,
    )
