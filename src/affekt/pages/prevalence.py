"""A summary as a picture: one self-contained SVG of small panels, or an HTML page around it; light and dark."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

_WIDTH: Final = 360
_GAP: Final = 28
_HEAD: Final = 26
_ROW: Final = 20
_NAMES: Final = 118
_VALUES: Final = 62
_TIME_HEIGHT: Final = 132
_MARGIN: Final = 24
_ACROSS: Final = 2
_MOST_ROWS: Final = 40
_LONGEST_NAME: Final = 18

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLE: Final = """
svg{--ink:#1d2433;--faint:#6b7385;--line:#d9dde6;--mark:#2f6fde;--band:#2f6fde33;background:#fff;
font:12px system-ui,sans-serif}
@media(prefers-color-scheme:dark){svg{--ink:#e8ebf2;--faint:#9aa3b5;--line:#3a4152;--mark:#7fb0ff;
--band:#7fb0ff38;background:#161a22}}
text{fill:var(--ink)}.faint{fill:var(--faint)}.head{font-weight:600;font-size:13px}.title{font-weight:600;font-size:16px}
.axis{stroke:var(--line)}.whisker,.curve{stroke:var(--mark);stroke-width:1.5;fill:none}.band{fill:var(--band)}
.dot{fill:var(--mark)}.model{fill:none;stroke:var(--faint);stroke-width:1.2}
"""
_PAGE_STYLE: Final = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
background:#fff;color:#1d2433}@media(prefers-color-scheme:dark){body{background:#161a22;color:#e8ebf2}}
svg{max-width:100%;height:auto}.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #8883}td:nth-child(-n+2),th:nth-child(-n+2){text-align:left}
"""


class Interval(Protocol):
    """A figure with its bounds, NaN where undefined."""

    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102


class Share(Protocol):
    """One label in one group: its figure, what the model says alone, rows judged and rows with gold."""

    @property
    def group(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def gold(self) -> int: ...  # noqa: D102
    @property
    def estimate(self) -> Interval: ...  # noqa: D102
    @property
    def model(self) -> float: ...  # noqa: D102


class Prevalence(Protocol):
    """Shares or means of labels, for a whole file and for each group, in the words of its maker."""

    @property
    def measure(self) -> str: ...  # noqa: D102
    @property
    def by(self) -> str | None: ...  # noqa: D102
    @property
    def unit(self) -> str | None: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def gold(self) -> int: ...  # noqa: D102
    @property
    def groups(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def whole(self) -> Sequence[Share]: ...  # noqa: D102
    @property
    def lines(self) -> Sequence[Share]: ...  # noqa: D102
    def of_label(self, label: str) -> Iterable[Share]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values from `low` to `high` as places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)


def chart_svg(summary: Prevalence, most_labels: int = 12) -> str:
    """Panels of labels: over time a curve with its band, over categories dots with whiskers.

    The first panel is the whole file. Rings are what the model says without correction.

    Args:
        summary: to be drawn.
        most_labels: how many labels are drawn, those that occur most.

    Returns:
        an SVG document that refers to nothing outside itself.
    """
    shown = sorted(summary.whole, key=_rank)[:most_labels]
    panels = [_rows_panel(summary, "whole file", [(line.label, line) for line in shown])]
    for line in shown if summary.groups else ():
        lines = list(summary.of_label(line.label))
        if summary.unit is not None and len(lines) > 1:
            panels.append(_time_panel(summary, line.label, lines))
        else:
            panels.append(_rows_panel(summary, line.label, [(each.group, each) for each in lines]))
    return _document(summary, panels)


def chart_html(summary: Prevalence, most_labels: int = 12) -> str:
    """The chart, what a reader has to know, and all figures in a table.

    Args:
        summary: to be shown.
        most_labels: see `chart_svg`.

    Returns:
        an HTML page that refers to nothing outside itself.
    """
    notes = "".join(f"<li>{_text(note)}</li>" for note in summary.notes)
    names = ("group", "label", "rows", "gold", summary.measure, "low", "high", "model")
    header = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in _cells(line, summary)) + "</tr>"
        for line in (*summary.whole, *summary.lines)
    )
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{_text(_title(summary))}</title><style>{_PAGE_STYLE}</style><body>{chart_svg(summary, most_labels)}"
        f'<ul>{notes}</ul><div class="scroll"><table><tr>{header}</tr>{rows}</table></div></body></html>\n'
    )


def _document(summary: Prevalence, panels: Sequence[tuple[float, str]]) -> str:
    columns = [0.0] * _ACROSS
    placed = []
    for height, body in panels:
        column = columns.index(min(columns))
        x, y = _MARGIN + column * (_WIDTH + _GAP), _MARGIN + 48 + columns[column]
        placed.append(f'<g transform="translate({x:g} {y:g})">{body}</g>')
        columns[column] += height + _GAP
    used = min(_ACROSS, len(panels))
    width = max(2 * _MARGIN + used * _WIDTH + (used - 1) * _GAP, 480)
    height = 2 * _MARGIN + 48 + max(columns) - _GAP
    marks = "dot and whisker: estimate and 95 % interval" + (
        "; ring: the model alone" if summary.gold else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{_text(_title(summary))}"><style>{_STYLE}</style>'
        f'<text class="title" x="{_MARGIN}" y="{_MARGIN + 8}">{_text(_title(summary))}</text>'
        f'<text class="faint" x="{_MARGIN}" y="{_MARGIN + 28}">{_text(marks)}</text>{"".join(placed)}</svg>\n'
    )


def _rows_panel(summary: Prevalence, head: str, rows: Sequence[tuple[str, Share]]) -> tuple[float, str]:
    """A row a line of the summary: name, whisker, dot, value."""
    left_out = len(rows) - _MOST_ROWS
    rows = rows[:_MOST_ROWS]
    low, high = _bounds(summary, [line for _, line in rows])
    x = _Scale(low, high, _NAMES, _WIDTH - _VALUES)
    bottom = _HEAD + _ROW * len(rows)
    parts = [_head(head), _vertical(x(low), bottom)]
    for i, (name, line) in enumerate(rows):
        y = _HEAD + _ROW * i + _ROW / 2
        parts.append(f"<g><title>{_text(_told(name, line, summary))}</title>")
        parts.append(f'<text x="{_NAMES - 8}" y="{y + 4:g}" text-anchor="end">{_text(_short(name))}</text>')
        parts.extend(_marks(line, x, y, summary))
        value = _figure(line.estimate.value, summary)
        parts.append(f'<text class="faint" x="{_WIDTH}" y="{y + 4:g}" text-anchor="end">{value}</text></g>')
    if left_out > 0:
        parts.append(f'<text class="faint" x="0" y="{bottom + 14}">and {left_out:,} more</text>')
    return bottom + (18 if left_out > 0 else 0), "".join(parts)


def _marks(line: Share, x: _Scale, y: float, summary: Prevalence) -> Iterator[str]:
    estimate = line.estimate
    if not math.isnan(estimate.low):
        yield f'<path class="whisker" d="M{x(estimate.low):.1f} {y:g}H{x(estimate.high):.1f}"/>'
    if summary.gold and not math.isnan(line.model):
        yield f'<circle class="model" cx="{x(line.model):.1f}" cy="{y:g}" r="4"/>'
    if not math.isnan(estimate.value):
        yield f'<circle class="dot" cx="{x(estimate.value):.1f}" cy="{y:g}" r="3.5"/>'


def _time_panel(summary: Prevalence, head: str, lines: Sequence[Share]) -> tuple[float, str]:
    """A curve over periods with the band of its intervals; a gap where there is no estimate."""
    low, high = _bounds(summary, lines)
    y = _Scale(low, high, _TIME_HEIGHT - 18, _HEAD)
    x = _Scale(0, len(lines) - 1, 52, _WIDTH - 12)
    parts = [_head(head)]
    for value in (low, high):
        parts.append(f'<path class="axis" d="M52 {y(value):.1f}H{_WIDTH - 12}"/>')
        parts.append(
            f'<text class="faint" x="46" y="{y(value) + 4:.1f}" text-anchor="end">{_figure(value, summary)}</text>'
        )
    for run in _runs(lines):
        points = [(x(i), lines[i].estimate) for i in run]
        upper = [f"{at:.1f} {y(estimate.high):.1f}" for at, estimate in points]
        lower = [f"{at:.1f} {y(estimate.low):.1f}" for at, estimate in reversed(points)]
        curve = [f"{at:.1f} {y(estimate.value):.1f}" for at, estimate in points]
        parts.append(f'<path class="band" d="M{"L".join(upper + lower)}Z"/>')
        parts.append(f'<path class="curve" d="M{"L".join(curve)}"/>')
    for i, line in enumerate(lines):
        parts.append(f"<g><title>{_text(_told(line.group, line, summary))}</title>")
        if summary.gold and not math.isnan(line.model):
            parts.append(f'<circle class="model" cx="{x(i):.1f}" cy="{y(line.model):.1f}" r="3"/>')
        if not math.isnan(line.estimate.value):
            parts.append(f'<circle class="dot" cx="{x(i):.1f}" cy="{y(line.estimate.value):.1f}" r="2.5"/>')
        parts.append("</g>")
    for i, anchor in ((0, "start"), (len(lines) - 1, "end")):
        parts.append(
            f'<text class="faint" x="{x(i):.1f}" y="{_TIME_HEIGHT}" text-anchor="{anchor}">{_text(lines[i].group)}</text>'
        )
    return _TIME_HEIGHT, "".join(parts)


def _runs(lines: Sequence[Share]) -> list[list[int]]:
    """Positions of consecutive lines with an estimate."""
    runs: list[list[int]] = []
    for i, line in enumerate(lines):
        if math.isnan(line.estimate.value):
            continue
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _bounds(summary: Prevalence, lines: Sequence[Share]) -> tuple[float, float]:
    """From 0, or for means from the lowest, to the highest of what is drawn."""
    values = [x for line in lines for x in (*_values(line), line.model) if not math.isnan(x)]
    if not values:
        return 0.0, 1.0
    low = 0.0 if summary.measure == "share" else min(values)
    return low, max(values) if max(values) > low else low + 1.0


def _vertical(x: float, bottom: float) -> str:
    return f'<path class="axis" d="M{x:.1f} {_HEAD}V{bottom:g}"/>'


def _head(text: str) -> str:
    return f'<text class="head" x="0" y="14">{_text(text)}</text>'


def _title(summary: Prevalence) -> str:
    what = "Shares of labels" if summary.measure == "share" else "Mean scores"
    by = f" by {summary.by}" if summary.by else ""
    return f"{what} in {summary.rows:,} rows{by}"


def _told(name: str, line: Share, summary: Prevalence) -> str:
    low, high = (_figure(x, summary) for x in (line.estimate.low, line.estimate.high))
    return f"{name}: {_figure(line.estimate.value, summary)} ({low} to {high}), {line.rows:,} rows, {line.gold:,} with gold"


def _cells(line: Share, summary: Prevalence) -> list[str]:
    figures = [_figure(x, summary) for x in (*_values(line), line.model)]
    return [_text(line.group), _text(line.label), f"{line.rows:,}", f"{line.gold:,}", *figures]


def _figure(value: float, summary: Prevalence) -> str:
    if math.isnan(value):
        return "–"
    return f"{100 * value:.1f} %" if summary.measure == "share" else f"{value:.3g}"


def _rank(line: Share) -> float:
    return -(line.model if math.isnan(line.estimate.value) else line.estimate.value)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _text(text: str) -> str:
    return html.escape(_FORBIDDEN.sub(" ", text))


def _values(line: Share) -> tuple[float, float, float]:
    return line.estimate.value, line.estimate.low, line.estimate.high
