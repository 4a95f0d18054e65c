"""Plain data in, one self-contained HTML page out: blocks, charts, templates, style.

Knows neither reports nor models: whoever fills the blocks says what they mean. `render` needs the extra `report`.
"""

from affekt.pages.blocks import (
    Block,
    Cell,
    Column,
    Dot,
    Facts,
    Headline,
    Headlines,
    HeatMap,
    Line,
    Link,
    Listing,
    Number,
    Page,
    Panel,
    Panels,
    Quote,
    Quotes,
    Row,
    Section,
    Sentence,
    Sentences,
    Table,
    Tick,
)
from affekt.pages.prevalence import chart_html, chart_svg
from affekt.pages.rendering import available, render

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Dot",
    "Facts",
    "Headline",
    "Headlines",
    "HeatMap",
    "Line",
    "Link",
    "Listing",
    "Number",
    "Page",
    "Panel",
    "Panels",
    "Quote",
    "Quotes",
    "Row",
    "Section",
    "Sentence",
    "Sentences",
    "Table",
    "Tick",
    "available",
    "chart_html",
    "chart_svg",
    "render",
]
