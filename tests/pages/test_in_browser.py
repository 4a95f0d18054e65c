"""Pages in a real browser: nothing is complained of or fetched, nothing sticks out, keys are enough."""

import numpy as np
import pytest

from affekt import pages
from affekt.core import Item, LabelSpace, Scores, named_space
from affekt.corpora import Corpus
from affekt.decisions import FixedThreshold
from affekt.evaluation import evaluate, present_several

pytestmark = pytest.mark.slow

SPACES = {
    "multi": named_space("goemotions"),
    "single": LabelSpace.of(["joy", "anger", "fear", "a-rather-long-label-of-ones-own"], "single"),
    "dimensional": named_space("valence-arousal"),
}


class Guesser:
    """Scores that follow gold with noise."""

    name = "guesser"
    decision = FixedThreshold(0.5)
    card = {"files": {"text.onnx": "ab" * 32}}  # noqa: RUF012

    def __init__(self, gold, space):
        self._gold, self._space = gold, space

    def axes(self):
        return ("valence", "arousal")

    def scores(self, items, space):
        noise = np.random.default_rng(1).random(self._gold.shape)
        values = (0.5 * self._gold + 0.6 * noise) / 1.1
        if space.kind == "single":
            values /= values.sum(axis=1, keepdims=True)
        return Scores(values.astype(np.float32), space, (None,) * len(items))


@pytest.fixture(scope="module", params=SPACES)
def report(request):
    space, rng = SPACES[request.param], np.random.default_rng(0)
    gold = rng.random((400, len(space)))
    if space.kind == "multi":
        gold = gold < 0.08
    elif space.kind == "single":
        gold = gold == gold.max(axis=1, keepdims=True)
    text = "An <b>unbreakable</b> address: " + "x" * 300 + " <script>document.title = 'taken'</script> "
    items = tuple(Item(f"{text}{i}", id=f"id-{i}") for i in range(len(gold)))
    corpus = Corpus("made", "part", "test", items, gold.astype(np.float32), space)
    return evaluate(Guesser(gold, space), corpus, bootstrap=20)


@pytest.fixture
def page(report, tmp_path):
    return report.save(tmp_path) / "report.html"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_complained_of_fetched_or_sticks_out(browser, page, width, dark):
    browser.open(page, width=width, dark=dark)
    browser.run("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert browser.complaints == []
    assert browser.requests[0] == page.resolve().as_uri()
    assert all(url.startswith("data:") for url in browser.requests[1:])
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run("document.title").startswith("guesser on made/part:test")
    paper, ink = browser.run(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    bright = [sum(map(float, color.strip("rgb()").split(",")[:3])) for color in (paper, ink)]
    assert (bright[0] < bright[1]) == dark


def test_words_are_dark_enough_on_their_ground(browser, page):
    for dark in (False, True):
        browser.open(page, dark=dark)
        assert browser.run(_CONTRAST) >= 4.5


def test_keys_are_enough(browser, page, report):
    browser.open(page)
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.className") == "skip"
    assert browser.run(_UNREACHED) == []
    if len(report.labels) < 3:
        return  # nothing to sort
    for _ in range(60):
        browser.press("Tab", 9)
        if browser.run("document.activeElement.matches('th:nth-child(2) button')"):
            break
    browser.press("Enter", 13, text="\r")
    assert browser.run("document.activeElement.parentElement.getAttribute('aria-sort')") == "descending"
    counts = browser.run(
        "[...document.activeElement.closest('table').tBodies[0].rows].map((row) => Number(row.cells[1].dataset.value))"
    )
    assert counts == sorted(counts, reverse=True)


def test_errors_can_be_picked_by_label(browser, page, report):
    if report.data["space"]["kind"] == "dimensional":
        pytest.skip("values on axes have no labels to pick from")
    browser.open(page)
    label = next(name for name, row in report.labels.items() if row.figures["f1"].value != 1)
    browser.run(
        f"(() => {{ const s = document.querySelector('.pick select'); s.value = '{label}';"
        " s.dispatchEvent(new Event('change')); })()"
    )
    shown = browser.run(
        "[...document.querySelectorAll('.quote:not([hidden])')].map((quote) =>"
        " [...quote.querySelectorAll('.missed, .wrong')].map((chip) => chip.dataset.label))"
    )
    assert shown
    assert all(label in labels for labels in shown)


def test_a_table_over_corpora_leads_to_each(browser, report, tmp_path):
    report.save(tmp_path / "a b")
    index = tmp_path / "index.html"
    index.write_text(
        pages.render(present_several([(report, "a%20b/report.html")] * 2, "two")), encoding="utf-8"
    )
    browser.open(index, width=360)
    assert browser.complaints == []
    assert browser.run("document.documentElement.scrollWidth") <= 360
    browser.follow("main a")
    assert browser.run("document.title").startswith("guesser on")


_CONTRAST = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((x) => (x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, a] = rgba(getComputedStyle(each).backgroundColor);
      if (a === 255) return [r, g, b];
    }
  };
  let worst = 21;
  for (const element of document.querySelectorAll("p, li, dt, dd, td, th, h1, h2, h3, a, summary, small, text")) {
    if (!element.textContent.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const ink = light(rgba(element.matches("text") ? style.fill : style.color).slice(0, 3));
    const paper = light(ground(element.matches("text") ? element.closest("figure") : element));
    worst = Math.min(worst, (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05));
  }
  return worst;
})()
"""
"""The smallest contrast of words and what they stand on (WCAG 2.2, 1.4.3)."""

_UNREACHED = """
[...document.querySelectorAll("*")].filter((each) => each.scrollWidth > each.clientWidth + 1
  && ["auto", "scroll"].includes(getComputedStyle(each).overflowX)
  && each.tabIndex < 0).map((each) => each.className || each.tagName)
"""
"""What scrolls sideways and cannot be reached by keys."""
