"""What a page is made of: values that say what is to be seen, and nothing of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
"""Place in the units of the axes."""
Scale = tuple[float, float]
"""Lowest and highest value of an axis."""
Role = Literal["model", "rule", "reference"]
"""Whose line it is: the model's, that of a trivial rule, or one to compare with (perfection, a share)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A figure and its interval; None where undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A value with its name."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another page, by a relative address."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure that comes first.

    Args:
        name: of the figure.
        number: its value.
        meaning: what it measures, in a few words.
        beside: what it is to be compared with.
        scale: of the strip that it is drawn on.
    """

    name: str
    number: Number
    meaning: str = ""
    beside: tuple[Tick, ...] = ()
    scale: Scale = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Headlines:
    """Figures that come first, each on a strip of its own."""

    entries: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: its header.
        kind: `text`; `count`, a whole number; `number`; `bar`, a number that is also drawn.
        meaning: what it says, in a few words.
        scale: of the bars.
    """

    name: str
    kind: Literal["text", "count", "number", "bar"] = "text"
    meaning: str = ""
    scale: Scale = (0.0, 1.0)


Row = tuple[str | int | Number | Link | None, ...]
"""Cells of a table by column; None for an empty one."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers.

    Args:
        caption: what the table shows; said to those who cannot see it, shown where it is folded.
        columns: as many as each row has cells.
        rows: in order.
        folded: whether it is shown only when asked for.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Shares in 0…1 by row and column.

    Args:
        caption: what it shows.
        rows: names of the rows.
        columns: names of the columns.
        values: `[rows][columns]`; None where undefined.
        row_name: what the rows are.
        column_name: what the columns are.
        counts: how many each row is of; empty if not told.
    """

    caption: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    row_name: str
    column_name: str
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    role: Role = "model"


@dataclass(frozen=True, slots=True)
class Dot:
    """A point, with the interval of its height if there is one."""

    x: float
    y: float
    name: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle between two corners, as dark as its weight in 0…1."""

    lowest: Point
    highest: Point
    weight: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A small chart.

    Args:
        title: above it.
        remark: beside the title, short.
        lines: in the order in which they are drawn.
        dots: above the lines.
        cells: below the lines.
        x: scale of the horizontal axis.
        y: scale of the vertical axis.
        told: the chart in a sentence, for those who cannot see it.
    """

    title: str
    remark: str = ""
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    cells: tuple[Cell, ...] = ()
    x: Scale = (0.0, 1.0)
    y: Scale = (0.0, 1.0)
    told: str = ""


@dataclass(frozen=True, slots=True)
class Panels:
    """Small charts of one sort side by side, or one wide chart."""

    entries: tuple[Panel, ...]
    x_name: str
    y_name: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A text, what is true of it, and what was said.

    Args:
        text: or None where texts are withheld.
        origin: which text it is.
        before: turns before it, oldest first.
        left: number of characters of the text that are not shown.
        right: labels that are true and were said.
        missed: labels that are true and were not said.
        wrong: labels that were said and are not true.
        remark: what else there is to know of it.
    """

    text: str | None
    origin: str
    before: tuple[str, ...] = ()
    left: int = 0
    right: tuple[Tick, ...] = ()
    missed: tuple[Tick, ...] = ()
    wrong: tuple[Tick, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Quotes:
    """Texts, the first of them shown at once; where labels are named, one can be picked."""

    entries: tuple[Quote, ...]
    shown: int = 12
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """What it is about, and what is said of it."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences one below the other."""

    entries: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and their values, a line each."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is typed on a command line."""

    code: str


Hue = Literal["", "1", "2", "3", "4", "5", "6", "7", "8", "for", "against"]
"""A colour by its number, the two of what speaks for and against something, or none."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text.

    Args:
        text: its characters.
        hue: that it is marked with.
        strength: of the colour, in 0…1.
        note: written above it, a word or a number.
        told: what there is to know of it, shown when it is pointed at.
        behind: whether the note is written behind it, as behind a whole sentence.
    """

    text: str
    hue: Hue = ""
    strength: float = 0.0
    note: str = ""
    told: str = ""
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with words marked.

    Args:
        caption: what the marks show.
        segments: the whole text, in order.
        legend: names of the hues.
    """

    caption: str
    segments: tuple[Segment, ...]
    legend: tuple[tuple[str, Hue], ...] = ()


Block = Headlines | Table | HeatMap | Panels | Quotes | Sentences | Facts | Listing | Marked


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page.

    Args:
        anchor: its address in the page: letters and hyphens.
        title: above it.
        lead: what to know before looking at the blocks; empty for nothing.
        blocks: in order.
    """

    anchor: str
    title: str
    lead: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page.

    Args:
        title: of the page.
        kicker: what sort of page it is, in a word or two.
        lead: the most important of it in one or two sentences.
        facts: short facts below.
        sections: in order; the contents are made from them.
    """

    title: str
    kicker: str
    lead: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
