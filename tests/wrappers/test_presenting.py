"""Explanations as pages."""

import importlib.util
import re
from html import unescape
from pathlib import Path

import pytest

from affekt.core import LabelSpace, Prediction
from affekt.pages import render
from affekt.wrappers import Explanation, Influence, present

NASTY = "<script>document.title = 'taken'</script>"
SPACE = LabelSpace.of(["joy", "fear", "a <b>label</b>"])


def explanation(text=f"so glad\r\n{NASTY}, not {'x' * 300} sad", abstained=None):
    scores = {"joy": 0.9, "fear": 0.2, "a <b>label</b>": 0.1}
    if abstained:
        nothing = dict.fromkeys(scores, float("nan"))
        return Explanation(text, SPACE, Prediction((), nothing, abstained=abstained))
    parts = tuple(
        Influence(*word.span(), word.group(), {"joy": 3 - i, "fear": -i, "a <b>label</b>": i}, scores)
        for i, word in enumerate(re.finditer(r"\S+", text))
    )
    return Explanation(text, SPACE, Prediction(("joy",), scores), parts, parts[:1], len(parts), ("a note",))


def passages(html):
    return [unescape(re.sub(r"<rp>.*?</rp>|<rt>.*?</rt>|<small.*?</small>|<[^>]+>", "", found)) for found in re.findall(r'<p class="passage">(.*?)</p>', html, re.DOTALL)]  # fmt: skip


def test_every_passage_is_the_whole_text_and_nothing_of_it_is_code():
    given = explanation()
    html = render(present([given], "small"))
    assert passages(html) == [given.text] * 4  # at a glance, and a label each
    assert html.count("<script>") == 1
    assert "taken&#39;" in html
    assert "label</b>" not in html


def test_numbers_and_names_stand_beside_the_colours():
    html = render(present([explanation()], "small"))
    joy = html[html.index('id="label-1"') :]
    assert 'title="joy +3.00">so</mark><rp> (</rp><rt>+3.0</rt>' in joy
    assert re.search(r'class="hue-against" style="--s:0\.\d\d" title="fear -2.00"', joy)
    assert "<rt>joy</rt>" in html[: html.index('id="label-1"')]
    assert 'class="hue-for" style="--s:.7">for joy</mark>' in joy


def test_several_texts_are_a_section_each_and_one_that_is_not_judged_says_why():
    html = render(present([explanation(), explanation("élan", abstained="it is foreign")], "small"))
    assert "2 texts explained" in html
    assert "Not judged: it is foreign." in html
    assert passages(html)[-1] == "élan"


@pytest.fixture(scope="module")
def browser():
    path = Path(__file__).parents[1] / "pages" / "browser.py"
    spec = importlib.util.spec_from_file_location("browser", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if module.program() is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with module.browser() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("several", [False, True])
def test_nothing_sticks_out_and_marked_words_are_dark_enough(browser, tmp_path, several, dark):
    page = tmp_path / "page.html"
    page.write_text(render(present([explanation()] * (2 if several else 1), "small")), encoding="utf-8")
    for width in (360, 1280):
        browser.open(page, width=width, dark=dark)
        assert browser.complaints == []
        assert browser.run("document.documentElement.scrollWidth") <= width
        assert browser.run("document.title") != "taken"
        assert browser.run(_CONTRAST) >= 4.5


_CONTRAST = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((x) => (x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return Math.min(...[...document.querySelectorAll("mark")].map((mark) => {
    const style = getComputedStyle(mark);
    const [ink, paper] = [light(style.color), light(style.backgroundColor)];
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  }));
})()
"""
"""The smallest contrast of marked words and their ground (WCAG 2.2, 1.4.3)."""
