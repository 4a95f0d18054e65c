"""From a page's blocks to HTML: one file with all that it needs, and a policy that forbids it to fetch anything."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from affekt.core import MissingExtra
from affekt.pages.blocks import Block, Page, Panel, Scale
from affekt.pages.charts import SMALL, WIDE, Drawing, draw, share

if TYPE_CHECKING:
    from jinja2 import Environment

_EXTRA = "report"


def available() -> bool:
    """Whether the extra `report` is installed, without which no page can be made."""
    return find_spec("jinja2") is not None


def render(page: Page) -> str:
    """The page as HTML: style and script inlined, no other resource named.

    Whatever the blocks hold is escaped. The page's own policy (Content-Security-Policy) allows the one script
    by its checksum, and no request to anywhere.

    Args:
        page: to be shown.

    Returns:
        A whole document.

    Raises:
        MissingExtra: if jinja2 is not installed.
    """
    if not available():
        raise MissingExtra("jinja2", _EXTRA)
    script = _source("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = _environment().get_template("page.html.jinja")
    return template.render(page=page, style=_source("page.css"), script=script, script_digest=digest)


@cache
def _environment() -> Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "block": _kind,
        "drawing": _drawing,
        "number": number,
        "along": along,
        "count": lambda value: f"{value:,}",
    }
    return environment


def _source(name: str) -> str:
    return files("affekt.pages").joinpath("templates", name).read_text(encoding="utf-8")


def _kind(block: Block) -> str:
    return type(block).__name__


def _drawing(panel: Panel, wide: bool) -> Drawing:
    return draw(panel, WIDE if wide else SMALL)


def number(value: Any, digits: int = 3) -> str:
    """A figure as it is read: three digits, a true minus sign, a dash where undefined."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def along(value: float, scale: Scale) -> str:
    """How far along a scale a value lies, in percent for the style sheet."""
    return f"{100 * share(value, scale):.1f}%"
