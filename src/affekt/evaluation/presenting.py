"""A report as a page: which blocks it has, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from affekt.core import LabelSpace
from affekt.evaluation.annotation_section import annotation_section
from affekt.evaluation.material import Material, data_name, headlines, space_of
from affekt.evaluation.parting import as_row, bar_column, cell, error_tables, overlap_section, slice_section
from affekt.evaluation.pictures import pictures
from affekt.evaluation.repeating import repeating
from affekt.evaluation.report import Figure, Report
from affekt.evaluation.weaknesses import weaknesses
from affekt.evaluation.words import (
    figure_meaning,
    figure_name,
    is_error,
    percent,
    rule_meaning,
    rule_name,
)
from affekt.evaluation.worst import worst
from affekt.pages import (
    Block,
    Column,
    Facts,
    Headline,
    Headlines,
    Link,
    Number,
    Page,
    Section,
    Sentences,
    Table,
    Tick,
)

_KINDS: Final = {
    "single": "exactly one a text",
    "multi": "any number a text",
    "ordinal": "a level each",
    "dimensional": "a value each",
}
_FREE: Final = "no list of labels"
_MODES: Final = {
    "strict": "strict: the model's own decision",
    "calibrated": "calibrated: thresholds from the dev split",
}


def present(report: Report, *, texts: bool = True) -> Page:
    """The page about one report.

    Args:
        report: with its items for curves, maps and errors; without them the page shows figures alone.
        texts: whether the errors are shown with their texts, where the report has them.

    Returns:
        The page.
    """
    material = Material.of(report, texts=texts)
    sections = [
        Section("scores", "Scores", _beside(report), tuple(_scores(report))),
        *_poorly(report, material),
        *_label_section(report),
        *(pictures(material) if material else ()),
        *(worst(material) if material else ()),
        *annotation_section(report),
        *slice_section(report),
        *overlap_section(report),
        repeating(report),
    ]
    return Page(
        f"{report.model['name']} on {data_name(report)}",
        "affekt report",
        verdict(report),
        tuple(_facts(report)),
        tuple(sections),
    )


def present_several(reports: Sequence[tuple[Report, str | None]], title: str) -> Page:
    """One table over corpora.

    Args:
        reports: each with the address of its own page, or None.
        title: of the page.

    Returns:
        The page.
    """
    by_corpus = [report for report, _ in reports]
    sections = (
        Section("scores", "Scores", "Lines across the bars are 95 % intervals.", (_first_figures(reports),)),
        Section(
            "more",
            "More scores",
            "Empty where a figure belongs to another kind of labels.",
            (_headline_table(by_corpus),),
        ),
        Section(
            "all", "All figures", "", tuple(_all_figures(r, data_name(r), folded=True) for r in by_corpus)
        ),
    )
    modes = dict.fromkeys(_MODES.get(report.mode, report.mode) for report, _ in reports)
    texts = sum(int(report.data["items"]) for report, _ in reports)
    return Page(
        title,
        "affekt report",
        f"{len(reports)} corpora, {texts:,} texts.",
        (*modes, f"affekt {reports[0][0].affekt}"),
        sections,
    )


def _first_figures(reports: Sequence[tuple[Report, str | None]]) -> Table:
    """The first figure of each report beside the best trivial rule."""
    columns = (
        Column("corpus"),
        Column("texts", "count"),
        Column("figure"),
        Column("value", "bar"),
        Column("best trivial rule"),
        Column("gets", "number"),
    )
    rows = []
    for report, address in reports:
        name, where = headlines(report)[0], data_name(report)
        rule, value = best_rule(report, name) or ("–", None)
        rows.append(
            as_row(
                where if address is None else Link(where, address),
                int(report.data["items"]),
                figure_name(name),
                cell(report.metrics[name]),
                rule,
                Number(value),
            )
        )
    return Table("The first figure by corpus", columns, tuple(rows))


def _headline_table(reports: Sequence[Report]) -> Table:
    names = list(dict.fromkeys(name for report in reports for name in headlines(report)))
    columns = (Column("corpus"), *(bar_column(name, reports) for name in names))
    rows = tuple(
        as_row(data_name(r), *(cell(r.metrics[name]) if name in r.metrics else None for name in names))
        for r in reports
    )
    return Table("Headline figures by corpus", columns, rows)


def best_rule(report: Report, name: str) -> tuple[str, float] | None:
    """Name and value of the trivial rule that does best by a figure; None where the figure says nothing of any."""
    values = {rule: values.get(name) for rule, values in report.rules.items()}
    known = {rule_name(rule): value for rule, value in values.items() if value is not None}
    if not known:
        return None
    best = (min if is_error(name) else max)(known, key=known.__getitem__)
    return best, known[best]


def verdict(report: Report) -> str:
    """The first figure in a sentence, beside the best trivial rule."""
    if report.labels and not report.says_labels:
        return "Nothing is said of the labels; what is said beside them stands below."
    name = headlines(report)[0]
    figure, shown = report.metrics[name], figure_name(name)
    if figure.value is None:
        return f"{shown} is undefined here: the model has no head for what is asked."
    interval = "" if figure.low is None else f" (95 % interval {_told(figure.low)} to {_told(figure.high)})"
    said = f"{shown} is {_told(figure.value)}{interval}"
    best = best_rule(report, name)
    if best is None:
        return f"{said}."
    compared = _compared(figure, best[1], is_error(name))
    return f"{said}: {compared} the best trivial rule, {best[0]}, at {_told(best[1])}."


def _compared(figure: Figure, rule: float, error: bool) -> str:
    assert figure.value is not None
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    if low <= rule <= high:
        return "not clearly apart from"
    return "better than" if (low > rule) != error else "worse than"


def _facts(report: Report) -> Iterator[str]:
    space = space_of(report)
    yield f"{report.data['items']:,} texts"
    yield f"{len(space)} {_noun(space)}, {_KINDS[space.kind]}" if space.labels else _FREE
    yield _MODES.get(report.mode, report.mode)
    if opposed := [axis for axis, reading in (report.axes or {}).items() if reading == "opposites"]:
        yield f"{', '.join(opposed)} read by opposites"
    if own := report.model.get("own_labels"):
        yield f"made for {', '.join(own)}, of which some do not occur here: it answers as if it had not learned them"
    if report.abstained:
        yield f"{percent(report.abstained, 1)} not judged"
    if seen := ((report.contamination or {}).get("exact") or {}).get("items"):
        yield f"{seen:,} texts seen in training"
    yield f"affekt {report.affekt}"


def _noun(space: LabelSpace) -> str:
    word = "axis" if space.kind == "dimensional" else "label"
    return word if len(space) == 1 else {"axis": "axes", "label": "labels"}[word]


def _label_section(report: Report) -> Iterator[Section]:
    if report.labels and report.says_labels:
        title = "Axis by axis" if space_of(report).kind == "dimensional" else "Label by label"
        yield Section("labels", title, "Lines across the bars are 95 % intervals.", tuple(_labels(report)))


def _beside(report: Report) -> str:
    rules = [f"{rule_name(rule)} {rule_meaning(rule)}" for rule in report.rules if rule_meaning(rule)]
    if not rules:
        return ""
    return f"The thin marks are rules that read no text: {'; '.join(rules)}."


def _scores(report: Report) -> Iterator[Block]:
    entries = []
    for name in headlines(report):
        figure = report.metrics[name]
        ticks = tuple(
            Tick(rule_name(rule), value)
            for rule, values in report.rules.items()
            if (value := values.get(name)) is not None
        )
        entries.append(
            Headline(
                figure_name(name), cell(figure), figure_meaning(name), ticks, _scale(name, figure, ticks)
            )
        )
    yield Headlines(tuple(entries))
    yield _all_figures(report, "All figures", folded=True)


def _scale(name: str, figure: Figure, ticks: Sequence[Tick] = ()) -> tuple[float, float]:
    """0…1, wider where a correlation is negative or an error larger."""
    values = [x for x in (figure.value, figure.low, figure.high) if x is not None] + [t.value for t in ticks]
    if is_error(name):
        return 0.0, 1.15 * max(values, default=1.0) or 1.0
    return min(0.0, *values) if values else 0.0, max(1.0, *values) if values else 1.0


def _all_figures(report: Report, caption: str, *, folded: bool = False) -> Table:
    rules = tuple(report.rules)
    columns = (
        Column("figure"),
        Column(str(report.model["name"]), "number"),
        *(Column(rule_name(rule), "number", rule_meaning(rule)) for rule in rules),
    )
    rows = tuple(
        as_row(figure_name(name), cell(figure), *(Number(report.rules[rule].get(name)) for rule in rules))
        for name, figure in report.metrics.items()
    )
    return Table(caption, columns, rows, folded)


def _labels(report: Report) -> Iterator[Block]:
    """A bar for the most telling figure of each label, and the others as numbers."""
    first = next(iter(report.labels.values()))
    names = [name for name in ("f1", "precision", "recall", "pearson") if name in first.figures]
    rest = [name for name in first.figures if name not in names]
    what = Column("axis" if space_of(report).kind == "dimensional" else "label")
    columns = (
        what,
        Column("texts", "count", "texts where it is true"),
        Column("said", "count", "texts it was said of"),
        *(bar_column(name, [report]) for name in names),
    )
    rows = tuple(
        as_row(name, label.support, label.predicted, *(cell(label.figures[n]) for n in names))
        for name, label in report.labels.items()
    )
    yield Table("Figures by label", columns, rows)
    more = (what, *(Column(figure_name(name), "number", figure_meaning(name)) for name in rest))
    cells = tuple(
        as_row(name, *(cell(label.figures[n]) for n in rest)) for name, label in report.labels.items()
    )
    yield Table(f"More figures by {what.name}", more, cells, folded=True)
    if report.calibration is not None:
        calibration = report.calibration
        prior = "" if calibration.prior is None else f" of {calibration.prior}"
        error = Figure(calibration.error, calibration.error_low, calibration.error_high)
        facts = [
            ("calibration error, mean over labels", _with(error)),
            ("Brier score", _with(calibration.brier)),
        ]
        if calibration.brier_skill is not None:
            facts.append((f"Brier skill over the label shares{prior}", _with(calibration.brier_skill)))
        yield Facts(tuple(facts))
    yield from error_tables(report)


def _poorly(report: Report, material: Material | None) -> Iterator[Section]:
    found = weaknesses(report, material)
    if found:
        lead = "Read off the figures below, the weightiest first."
        yield Section("poorly", "What this model knows poorly", lead, (Sentences(tuple(found)),))


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def _with(figure: Figure) -> str:
    interval = "" if figure.low is None else f" ({_told(figure.low)} to {_told(figure.high)})"
    return _told(figure.value) + interval
