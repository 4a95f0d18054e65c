"""The section of a page on what annotators gave beside gold labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from affekt.evaluation.parting import as_row, cell
from affekt.evaluation.report import Figure, Report
from affekt.evaluation.words import figure_meaning, figure_name, rule_meaning, rule_name
from affekt.pages import Column, Number, Section, Table

_SORTS: Final = {
    "evidence": (
        "Causes and triggers",
        "Which turns are named; the rules look at nothing but a turn's position.",
    ),
    "spans": (
        "Causal spans",
        "Which words of a turn are the cause; the rules name whole turns by their position, or the end of the text "
        "itself, from its last punctuation mark on.",
    ),
    "descriptors": (
        "Free descriptors",
        "What is said in words of one's own, against the words of people.",
    ),
    "raters": ("Votes of the raters", "Scores against the distribution of votes, no text left out."),
    "oracles": (
        "What earlier gold labels give away",
        "Gold labels of earlier turns repeated: nobody has them, so this is a bound and no baseline.",
    ),
}


def annotation_section(report: Report) -> Iterator[Section]:
    """A section with a table for each sort of annotation that the report has figures of."""
    found = _with_figures(report.annotations)
    tables = tuple(_table(title, report, found[sort]) for sort, (title, _) in _SORTS.items() if sort in found)
    if tables:
        told = " ".join(text for sort, (_, text) in _SORTS.items() if sort in found)
        yield Section("annotations", "Beside the gold labels", told, tables)


def _with_figures(annotations: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """The sorts of annotation that have figures of their own, spans beside the turns that they are of."""
    found = dict(annotations or {})
    if spans := found.get("evidence", {}).get("spans"):
        found["spans"] = spans
    return {sort: part for sort, part in found.items() if "rules" in part}


def _table(title: str, report: Report, found: Mapping[str, Any]) -> Table:
    """A row for the model, where it has figures, and one for each rule."""
    said, rules = found.get("metrics") or {}, found["rules"]
    names = list(dict.fromkeys([*said, *(name for values in rules.values() for name in values)]))
    columns = (
        Column(title),
        *(Column(figure_name(name), "number", figure_meaning(name)) for name in names),
    )
    rows = [
        as_row(str(report.model["name"]), *(cell(Figure.from_dict(said[x])) if x in said else None for x in names))
    ] if said else []  # fmt: skip
    rows += [
        as_row(_named(rule), *(Number(values.get(name)) for name in names)) for rule, values in rules.items()
    ]
    return Table(title, columns, tuple(rows))


def _named(rule: str) -> str:
    meaning = rule_meaning(rule)
    return f"{rule_name(rule)}: {meaning}" if meaning else rule_name(rule)
