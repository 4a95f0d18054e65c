"""Pages as HTML: well-formed, whatever is in them; where things of a chart lie; what is missing without the extra."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt import pages
from affekt.core import MissingExtra
from affekt.pages.charts import Frame, draw, ticks

NASTY = "<script>alert('x')</script> \"quoted\" & 'so' </title></style> {{ 7*7 }} <b"
_VOID = {"meta", "link", "br", "img", "input", "hr"}


class Checker(HTMLParser):
    """Elements of a document; fails where tags do not match."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.text, self.scripts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        self.seen.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        if inside != "style":
            (self.scripts if inside == "script" else self.text).append(data)


def parsed(html):
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker


def everything(words):
    """A page with each block, and the same words wherever words can stand."""
    number, tick = pages.Number(0.5, 0.25, 0.75), pages.Tick(words, 0.5)
    columns = (
        pages.Column(words, meaning=words),
        pages.Column(words, "count"),
        pages.Column(words, "bar"),
        pages.Column(words, "number"),
    )
    panel = pages.Panel(
        words,
        words,
        (pages.Line(((0, 0), (1, 1))),),
        (pages.Dot(0.5, 0.5, words, 0.25, 0.75),),
        (pages.Cell((0, 0), (0.5, 0.5), 0.5, words),),
        told=words,
    )
    quote = pages.Quote(words, words, (words,), 12, (tick,), (tick,), (tick,), words)
    blocks = (
        pages.Headlines((pages.Headline(words, number, words, (tick,)),)),
        pages.Table(
            words,
            columns,
            ((words, 1234, number, number), (pages.Link(words, "a.html"), None, pages.Number(None), None)),
        ),
        pages.Table(words, columns[:1], ((words,),), folded=True),
        pages.HeatMap(words, (words,), (words, "b"), ((0.5, None),), words, words, (7,)),
        pages.Panels((panel,), words, words),
        pages.Panels((panel,), words, words, wide=True),
        pages.Quotes((quote, quote), 1, (words,)),
        pages.Sentences((pages.Sentence(words, words),)),
        pages.Facts(((words, words),)),
        pages.Listing(words),
        pages.Marked(
            words,
            (
                pages.Segment(words),
                pages.Segment(words, "1", 0.5, told=words),
                pages.Segment(words, "for", 0.5, words, words),
                pages.Segment(words, "against", 1, words, words, behind=True),
            ),
            ((words, "1"),),
        ),
    )
    sections = (pages.Section("one", words, words, blocks), pages.Section("two", words, "", ()))
    return pages.Page(words, words, words, (words,), sections)


def test_words_stay_words_wherever_they_stand():
    nasty, plain = parsed(pages.render(everything(NASTY))), parsed(pages.render(everything("plain")))
    assert [tag for tag, _ in nasty.seen] == [tag for tag, _ in plain.seen]
    assert [set(attrs) for _, attrs in nasty.seen] == [set(attrs) for _, attrs in plain.seen]
    assert "".join(nasty.text).count(NASTY) == "".join(plain.text).count("plain")
    assert len(nasty.scripts) == 1
    assert "49" not in "".join(nasty.text)


def test_the_policy_allows_the_one_script_and_no_request():
    html = pages.render(everything("plain"))
    document = parsed(html)
    (policy,) = (attrs["content"] for tag, attrs in document.seen if "http-equiv" in attrs)
    digest = base64.b64encode(hashlib.sha256(document.scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    addresses = [attrs[x] for _, attrs in document.seen for x in ("src", "href") if x in attrs]
    assert set(addresses) == {"#main", "#one", "#two", "a.html", "data:,"}
    assert not re.search(r"url\(|@import|https?://", html)


def test_undefined_figures_are_a_dash():
    table = pages.Table("t", (pages.Column("a"), pages.Column("b", "bar")), (("x", pages.Number(None)),))
    page = pages.Page("p", "k", "l", (), (pages.Section("s", "s", "", (table,)),))
    cell = re.search(r'<td class="bar"[^>]*>.*?</td>', pages.render(page), re.DOTALL).group()
    assert 'data-value=""' in cell
    assert "–" in cell
    assert "<i" not in cell


def test_a_panel_is_placed_between_its_margins():
    panel = pages.Panel(
        "p",
        lines=(pages.Line(((0, 0), (0, 0), (10, 4), (99, -9))),),
        dots=(pages.Dot(5, 2, low=1, high=3),),
        x=(0, 10),
        y=(0, 4),
    )
    drawing = draw(panel, Frame(110, 60, left=5, right=5, top=10, bottom=10))
    assert drawing.lines == (("model", "M5 50L105 10L105 50"),)
    (dot,) = drawing.dots
    assert (dot.x, dot.y, dot.top, dot.bottom) == (55, 30, 20, 40)
    assert [tick.text for tick in drawing.x_ticks] == ["0", "2", "4", "6", "8", "10"]
    assert [tick.at for tick in drawing.y_ticks] == [50, 40, 30, 20, 10]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_round_and_within_the_scale(low, width):
    high = low + width
    found = ticks((low, high))
    if width > 1e-6 * abs(low):
        assert 1 <= len(found) <= 6
    slack = 1e-6 * max(1, abs(low), abs(high))
    assert all(low - slack <= tick <= high + slack for tick in found)
    assert found == sorted(found)


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("affekt.pages.rendering.find_spec", lambda name: None)
    assert not pages.available()
    with pytest.raises(
        MissingExtra, match=r"^jinja2 is not installed: run `pip install 'affekt\[report\]'`$"
    ):
        pages.render(everything("plain"))
