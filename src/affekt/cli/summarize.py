"""`affekt summarize`: how often labels occur in a file, by group or over time, with intervals."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from affekt.cli.options import LabelChoice, label_options, model_option, only_one
from affekt.cli.output import Bar, Output, output, progress
from affekt.cli.session import Session, session_options
from affekt.core import InputError, Kind

if TYPE_CHECKING:
    from affekt.evaluation import Correction, Line, Summary

_UNDEFINED: Final = "–"
_WRITABLE: Final = (".svg", ".html", ".json")
_LABELS_WITH_BARS: Final = 3
_LABELS_IN_CHART: Final = 12
_GROUPS_WITH_BARS: Final = 40
_LONGEST_LINE: Final = 60


@click.command("summarize")
@click.argument("source", metavar="FILE")
@click.option(
    "--by",
    metavar="COLUMN",
    help="Groups: a column, or a date with its period, as in date:month (year … day).",
)
@click.option(
    "--gold",
    metavar="SAMPLE",
    multiple=True,
    callback=only_one,
    help="Rows of FILE with gold, drawn at random; corrects the model's errors. "
    "An empty cell of labels says that none applies.",
)
@click.option(
    "--id", "join", metavar="COLUMN", help="The column that joins SAMPLE and FILE.  [id, else the text]"
)
@click.option(
    "--column", metavar="NAME", default="text", show_default=True, help="The column that holds the text."
)
@click.option("--means", is_flag=True, help="Mean scores in place of shares of labels.")
@click.option(
    "--correct",
    type=click.Choice(("ppi", "rates")),
    default="ppi",
    show_default=True,
    help="Each group by its own gold, or by error rates that are alike in every group.",
)
@click.option("--width", type=float, metavar="W", help="Say how many rows need gold for an interval so wide.")
@click.option(
    "-o",
    "target",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Draw a plot: svg or html; or write json.",
)
@label_options
@model_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@session_options
@click.pass_context
def command(context: click.Context, /, **given: object) -> None:
    """Say how often labels occur in a file, by group or over time.

    \b
    affekt label -f reviews.csv -o labelled.csv
    affekt summarize labelled.csv --by date:month
    affekt summarize labelled.csv --by product --gold sample.csv -o products.svg
    affekt summarize labelled.csv --gold sample.csv --width 0.03

    Figures come with 95 % intervals. FILE is what `affekt label -o` wrote; any other file is labelled as it is read. SAMPLE has the gold labels of some
    rows, drawn at random, in a column `labels` or in a column a label (1 or 0); with the column of groups in it, it
    counts as drawn within groups. With -l only these labels are shown.

    In a pipe a line is a group and a label, in columns; notes go to standard error.
    """
    options: dict[str, Any] = given
    request = Request(**options, model_given=_is_given(context, "model"))
    request.check()
    session: Session = context.obj
    with progress(session, "summing up") as report:
        summary = _summary(request, report)
    if request.target is not None:
        _write(summary, request.target)
    if request.as_json:
        sys.stdout.write(json.dumps(summary.to_dict(), ensure_ascii=False) + "\n")
    elif sys.stdout.isatty():
        _show(output(), summary, chosen=request.labels.named)
    else:
        _print(output(), summary, notes=not session.quiet)


@dataclass(frozen=True)
class Request:
    """What the user asked for; the options of the command by their names."""

    source: str
    by: str | None
    gold: str | None
    join: str | None
    column: str
    means: bool
    correct: Correction
    width: float | None
    target: Path | None
    label_lists: tuple[str, ...]
    labels_file: Path | None
    space_name: str | None
    kind: Kind | None
    model: str
    as_json: bool
    model_given: bool

    @property
    def labels(self) -> LabelChoice:
        """The labels asked for."""
        return LabelChoice(self.label_lists, self.labels_file, self.space_name, self.kind)

    def check(self) -> None:
        """Refuse options that contradict each other, before anything is read."""
        if self.join and not self.gold:
            raise click.UsageError("--id joins FILE with a sample: name the sample with --gold")
        if self.correct == "rates" and not self.gold:
            raise click.UsageError("--correct takes error rates from a sample: name it with --gold")
        if self.target is not None and self.target.suffix.casefold() not in _WRITABLE:
            raise InputError(f"{self.target} cannot be written: name it with one of {', '.join(_WRITABLE)}")


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is not ParameterSource.DEFAULT


def _summary(request: Request, report: Any) -> Summary:
    from affekt.api import load, summarize
    from affekt.evaluation import open_labelled

    labelled = open_labelled(request.source, request.column) is not None
    if labelled and request.model_given:
        raise InputError(
            f"{request.source} is labelled already: leave out -m, or name the file as it was before"
        )
    model = None if labelled else load(request.model)
    return summarize(
        request.source,
        request.by,
        request.gold,
        means=True if request.means else None,
        correct=request.correct,
        width=request.width,
        id=request.join,
        column=request.column,
        space=request.labels.space(None if model is None else model.default_space),
        model=model,
        progress=report,
    )


def _print(out: Output, summary: Summary, *, notes: bool) -> None:
    """A line a group and label, the whole file first."""
    header = ["group", "label", "rows", "gold", summary.measure, "low", "high", "method", "model"]
    if summary.width is not None:
        header.append("needed")
    rows = [_cells(line) for line in (*summary.whole, *summary.lines)]
    out.table(header, rows)
    out.flush()
    if notes:
        for note in summary.notes:
            click.echo(note, err=True)


def _cells(line: Line) -> list[str]:
    estimate = line.estimate
    figures = [_plain(x) for x in (estimate.value, estimate.low, estimate.high)]
    cells = [
        line.group,
        line.label,
        str(line.rows),
        str(line.gold),
        *figures,
        estimate.method,
        _plain(line.model),
    ]
    return cells if line.needed is None else [*cells, str(line.needed)]


def _plain(value: float) -> str:
    return _UNDEFINED if math.isnan(value) else f"{value:.4f}"


def _show(out: Output, summary: Summary, *, chosen: bool) -> None:
    """A table of the whole file with a sparkline over groups, then bars of some labels group by group."""
    what = "shares" if summary.measure == "share" else "means"
    by = f" by {summary.by}" + (f", a {summary.unit} each" if summary.unit else "") if summary.by else ""
    out.heading(f"{summary.name}: {what} of {summary.rows:,} rows{by}")
    ranked = sorted(summary.whole, key=_rank)
    header = ["label", summary.measure, "95 %", *(["model"] if summary.gold else [])]
    header += ["needed"] if summary.width is not None else []
    right = header[1:]
    header += ["over groups"] if len(summary.groups) > 1 else []
    out.table(header, [_overview(summary, line) for line in ranked], right=right, faint=("model",))
    with_bars = [line.label for line in ranked if not math.isnan(line.model)]
    for label in with_bars if chosen else with_bars[:_LABELS_WITH_BARS]:
        _bars(out, summary, label)
    hidden = len(with_bars) - _LABELS_WITH_BARS
    out.gap()
    if summary.groups and not chosen and hidden > 0:
        out.facts([("more", f"{hidden} labels have groups as well: name them with -l, or use a pipe")])
    out.facts([("note", note) for note in summary.notes])


def _rank(line: Line) -> float:
    return -(line.model if math.isnan(line.estimate.value) else line.estimate.value)


def _overview(summary: Summary, line: Line) -> list[str]:
    cells = [line.label, _figure(line.estimate.value, summary), _interval(line, summary)]
    if summary.gold:
        cells.append(_figure(line.model, summary))
    if summary.width is not None:
        cells.append(f"{line.needed:,}" if line.needed is not None else _UNDEFINED)
    if len(summary.groups) > 1:
        cells.append(_spark(summary, line.label))
    return cells


def _spark(summary: Summary, label: str) -> str:
    from affekt.cli.show import sparkline

    lines = list(summary.of_label(label))[-_LONGEST_LINE:]
    values = [line.estimate.value for line in lines]
    low, high = _scale(summary, lines)
    return sparkline(values, low, high, unicode=sys.stdout.encoding.lower().startswith("utf"))


def _bars(out: Output, summary: Summary, label: str) -> None:
    lines = list(summary.of_label(label))
    if not lines:
        return
    low, high = _scale(summary, lines)
    spread = (high - low) or 1.0
    out.heading(label)
    out.bars(
        Bar(line.group, _share((line.estimate.value - low) / spread), _beside(line, summary))
        for line in lines[:_GROUPS_WITH_BARS]
    )
    if len(lines) > _GROUPS_WITH_BARS:
        out.facts([("more", f"{len(lines) - _GROUPS_WITH_BARS:,} groups: use a pipe")])


def _share(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _scale(summary: Summary, lines: Sequence[Line]) -> tuple[float, float]:
    """Where bars begin and end: shares at 0, means a little below the lowest."""
    values = [line.estimate.value for line in lines if not math.isnan(line.estimate.value)]
    if not values:
        return 0.0, 1.0
    if summary.measure == "share":
        return 0.0, max(values)
    return min(values) - 0.25 * (max(values) - min(values)), max(values)


def _beside(line: Line, summary: Summary) -> str:
    gold = f", {line.gold:,} gold" if summary.gold else ""
    needed = "" if line.needed is None else f", {line.needed:,} needed"
    figure = _figure(line.estimate.value, summary)
    return f"{figure}  {_interval(line, summary):>13}  of {line.rows:,}{gold}{needed}"


def _figure(value: float, summary: Summary) -> str:
    if math.isnan(value):
        return _UNDEFINED
    return f"{100 * value:.1f} %" if summary.measure == "share" else f"{value:.3f}"


def _interval(line: Line, summary: Summary) -> str:
    low, high = line.estimate.low, line.estimate.high
    if math.isnan(low) or math.isnan(high):
        return _UNDEFINED
    if summary.measure == "share":
        return f"{100 * low:.1f}–{100 * high:.1f}"
    return f"{low:.3f}–{high:.3f}"


def _write(summary: Summary, target: Path) -> None:
    from affekt.evaluation import replacing
    from affekt.pages import chart_html, chart_svg

    suffix = target.suffix.casefold()
    if suffix == ".json":
        text = json.dumps(summary.to_dict(), ensure_ascii=False, indent=1) + "\n"
    else:
        text = (chart_svg if suffix == ".svg" else chart_html)(summary, _LABELS_IN_CHART)
    with replacing(target) as path:
        path.write_text(text, encoding="utf-8")
