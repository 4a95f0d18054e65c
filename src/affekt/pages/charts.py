"""Where things of a small chart lie: from the units of the axes to those of the drawing.

The drawing itself is SVG in the templates, which asks for jinja2 alone. Vega would draw the same from less code,
but its runtime in the page (0.9 MB with vl-convert 1.9) weighs more than all else in it: a report on 28 labels has
0.4 MB. It also shows nothing without scripts, and brings colours of its own for light and dark, where these charts
take theirs from the page's style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from affekt.pages.blocks import Panel, Point, Scale

_TICKS = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """Size of a drawing and of the margins around its plot, in its own units."""

    width: float
    height: float
    left: float = 30
    right: float = 8
    top: float = 8
    bottom: float = 22


SMALL = Frame(220, 190)
WIDE = Frame(720, 280, left=40, bottom=30)


@dataclass(frozen=True, slots=True)
class PlacedTick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class PlacedDot:
    """A point; its interval runs from `bottom` to `top`, which are its height where there is none."""

    x: float
    y: float
    top: float
    bottom: float
    name: str


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    weight: float
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A panel, placed.

    Args:
        frame: size and margins.
        x_ticks: on the horizontal axis.
        y_ticks: on the vertical axis.
        lines: role and SVG path of each.
        dots: points.
        cells: rectangles.
    """

    frame: Frame
    x_ticks: tuple[PlacedTick, ...]
    y_ticks: tuple[PlacedTick, ...]
    lines: tuple[tuple[str, str], ...]
    dots: tuple[PlacedDot, ...]
    cells: tuple[PlacedCell, ...]


def draw(panel: Panel, frame: Frame = SMALL) -> Drawing:
    """Place a panel in a frame.

    Args:
        panel: to be drawn; points outside its scales are moved to the edge.
        frame: size and margins.

    Returns:
        The drawing.
    """

    def across(x: float) -> float:
        return round(frame.left + share(x, panel.x) * (frame.width - frame.left - frame.right), 1)

    def up(y: float) -> float:
        return round(
            frame.height - frame.bottom - share(y, panel.y) * (frame.height - frame.top - frame.bottom), 1
        )

    dots = tuple(
        PlacedDot(
            across(d.x),
            up(d.y),
            up(d.y if d.high is None else d.high),
            up(d.y if d.low is None else d.low),
            d.name,
        )
        for d in panel.dots
    )
    cells = []
    for cell in panel.cells:
        (x, bottom), (right, y) = cell.lowest, cell.highest
        width, height = across(right) - across(x), up(bottom) - up(y)
        cells.append(
            PlacedCell(across(x), up(y), round(width, 1), round(height, 1), round(cell.weight, 3), cell.name)
        )
    return Drawing(
        frame,
        tuple(PlacedTick(across(x), told(x)) for x in ticks(panel.x)),
        tuple(PlacedTick(up(y), told(y)) for y in ticks(panel.y)),
        tuple((line.role, _path((across(x), up(y)) for x, y in line.points)) for line in panel.lines),
        dots,
        tuple(cells),
    )


def share(value: float, scale: Scale) -> float:
    """How far along a scale a value lies, 0…1; values outside lie at its ends."""
    low, high = scale
    return min(1.0, max(0.0, (value - low) / (high - low)))


def ticks(scale: Scale, most: int = _TICKS) -> list[float]:
    """Round values along a scale: multiples of 1, 2 or 5 times a power of ten.

    Args:
        scale: lowest and highest value.
        most: at most so many steps.

    Returns:
        Ascending values within the scale, its ends among them where they are round.
    """
    low, high = scale
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def told(value: float) -> str:
    """A tick's value without needless digits."""
    return f"{value:g}".replace("-", "−")


def _path(points: Iterable[Point]) -> str:
    """An SVG path; points that fall on the one before are left out."""
    kept: list[Point] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) if kept else ""
