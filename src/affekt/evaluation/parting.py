"""Tables of a report's page beyond single figures: parts of the data, sorts of errors, overlap with training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from affekt.evaluation.material import space_of
from affekt.evaluation.report import Figure, Report
from affekt.evaluation.words import figure_meaning, figure_name, is_error, percent
from affekt.pages import Block, Column, Facts, Link, Number, Row, Section, Table

_SORTS: Final = {
    "missed": "true, not said",
    "added": "said, not true",
    "nothing": "nothing at all was said of the text",
    "one_level": "one level off",
}


def slice_section(report: Report) -> Iterator[Section]:
    """The section on parts of the data; none where the report has none."""
    blocks = tuple(_slice(sort, parts, report) for sort, parts in (report.slices or {}).items() if parts)
    if blocks:
        lead = "The same figures on parts of the texts. Intervals that overlap widely tell no difference."
        if space_of(report).kind in ("single", "multi"):
            lead += " Macro F1 of a part is over the labels that occur in it, and so compares parts with the same labels."
        yield Section("parts", "By part of the data", lead, blocks)


def overlap_section(report: Report) -> Iterator[Section]:
    """The section on test texts that the model was trained on; none where that was not looked for."""
    found = report.contamination
    if not found:
        return
    corpora = found.get("corpora") or {}
    columns = (
        Column("corpus"),
        Column("trained on"),
        Column("its texts", "count"),
        Column("the same", "count", "test texts that it has word for word"),
        Column(
            "nearly",
            "count",
            f"test texts that it has nearly, from a similarity of {found.get('near_from')} on",
        ),
    )
    rows = tuple(
        (
            name,
            "yes" if row["trained_on"] else "not that is known",
            int(row["texts"]),
            int(row["exact"]["items"]),
            None if row["near"] is None else int(row["near"]["items"]),
        )
        for name, row in corpora.items()
    )
    blocks: list[Block] = [Table("Test texts found in other corpora", columns, rows)] if rows else []
    if missing := found.get("missing"):
        blocks.append(Facts(tuple((f"{name}, not looked at", str(why)) for name, why in missing.items())))
    yield Section("overlap", "Overlap with training", _overlap_told(found, report), tuple(blocks))


def _overlap_told(found: Mapping[str, Any], report: Report) -> str:
    if not found.get("stated"):
        return "The model does not name its training texts, so overlap with them is unknown."
    exact, near = found.get("exact"), found.get("near")
    if not exact:
        return "None of the texts that the model was trained on is at hand, so overlap with them is unknown."
    by_checksum = [name for name, row in (found.get("corpora") or {}).items() if row["near"] is None]
    alone = (
        f" Of {', '.join(by_checksum)} checksums alone are known, so that texts that are nearly the same are not found."
        if by_checksum
        else ""
    )
    if not exact["items"] and not (near or {}).get("items"):
        return "None of these texts was found among those that the model was trained on." + alone
    told = (
        f"{exact['items']:,} of the texts ({percent(exact['share'], 1)}) stand word for word among those that the "
        "model was trained on"
    )
    told += f", {near['items']:,} ({percent(near['share'], 1)}) nearly so." if near else "."
    told += alone
    left = [name for name in report.metrics if (found.get("metrics") or {}).get(name) is not None]
    if left:
        value, whole = found["metrics"][left[0]], report.metrics[left[0]].value
        interval = (found.get("intervals") or {}).get(left[0]) or {}
        low, high = interval.get("low"), interval.get("high")
        told += f" {figure_name(left[0])} is {value:.3f} without them" + (
            "" if low is None or high is None else f" (95 % interval {low:.3f} to {high:.3f})"
        )
        told += "." if whole is None else f", {whole:.3f} with them."
    return told


def error_tables(report: Report) -> Iterator[Table]:
    """Sorts of errors, labels preferred, and levels collapsed, where the report has them."""
    found = report.breakdown or {}
    if by_label := (found.get("errors") or {}).get("labels"):
        yield _errors(by_label)
    if preference := found.get("preference"):
        columns = (
            Column("label"),
            Column("true", "number", "share of texts where it is true"),
            Column("said", "number", "share of texts it was said of"),
            Column("difference", "number", "said less true"),
        )
        rows = tuple(
            as_row(
                name, Number(row["true"]), Number(row["predicted"]), cell(Figure.from_dict(row["difference"]))
            )
            for name, row in preference.items()
        )
        yield Table("Labels said more often, or less, than they are true", columns, rows, folded=True)
    if collapsed := found.get("collapsed"):
        names = list(dict.fromkeys(name for row in collapsed.values() for name in row))
        by_level = (
            Column("levels"),
            *(Column(figure_name(name), "number", figure_meaning(name)) for name in names),
        )
        rows_of_levels = tuple(
            as_row(
                str(grain), *(cell(Figure.from_dict(row[name])) if name in row else None for name in names)
            )
            for grain, row in collapsed.items()
        )
        yield Table("What telling levels apart costs", by_level, rows_of_levels, folded=True)


def _errors(by_label: Mapping[str, Mapping[str, Any]]) -> Table:
    sorts = [sort for sort in next(iter(by_label.values())) if sort != "errors"]
    columns = (
        Column("label"),
        Column("errors", "count"),
        *(Column(sort.replace("_", " "), "bar", _SORTS.get(sort, "")) for sort in sorts),
    )
    rows = tuple(
        as_row(name, int(row["errors"]), *(Number(row[sort]) for sort in sorts))
        for name, row in by_label.items()
    )
    return Table("What sort of errors they are", columns, rows, folded=True)


def _slice(sort: str, parts: Mapping[str, Mapping[str, Any]], report: Report) -> Table:
    names = list(
        dict.fromkeys(name for part in parts.values() for name, x in part.items() if isinstance(x, Mapping))
    )
    columns = (Column(sort), Column("texts", "count"), *(bar_column(name, [report]) for name in names))
    rows = tuple(
        as_row(
            str(part),
            int(row["items"]),
            *(cell(Figure.from_dict(row[n])) if n in row else None for n in names),
        )
        for part, row in parts.items()
    )
    return Table(f"Figures by {sort}", columns, rows)


def bar_column(name: str, reports: Sequence[Report]) -> Column:
    """A column of bars that the values of a figure fit."""
    figures = [
        figure
        for report in reports
        for figure in (report.metrics.get(name), *(row.figures.get(name) for row in report.labels.values()))
    ]
    largest = max((f.value for f in figures if f is not None and f.value is not None), default=1.0)
    scale = (0.0, 1.15 * largest or 1.0) if is_error(name) else (0.0, 1.0)
    return Column(figure_name(name), "bar", figure_meaning(name), scale)


def cell(figure: Figure) -> Number:
    """A figure as a cell of a table."""
    return Number(figure.value, figure.low, figure.high)


def as_row(*cells: str | int | Number | Link | None) -> Row:
    """A row of a table."""
    return cells
