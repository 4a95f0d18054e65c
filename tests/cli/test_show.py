"""What is drawn on a terminal, at any width and for any text."""

import io
import re
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from affekt.cli.output import Bar
from affekt.cli.plain import one_line
from affekt.cli.show import Screen
from affekt.core import Label, LabelSpace, Prediction, named_space
from affekt.wrappers import Explanation, Influence

NAMES = st.text("aB é喜🙂-=", min_size=1, max_size=60).filter(lambda name: name == name.strip())
TEXTS = st.text(max_size=400) | st.text("joy 喜び\t\n\x1b[31m", max_size=4000)
WIDTHS = st.integers(20, 200)


def drawn(width, draw, *, encoding="utf-8", color=False):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(
        file=file, width=width, force_terminal=True, color_system="standard" if color else None, legacy_windows=False,
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    draw(Screen(console))
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def visible(seen):
    return re.sub(r"\x1b\[[0-9;]*m", "", seen)


@st.composite
def predictions(draw):
    kind = draw(st.sampled_from(["multi", "single", "ordinal", "dimensional"]))
    names = draw(st.lists(NAMES, min_size=2, max_size=12, unique_by=str.casefold))
    bounds = (1.0, 9.0) if kind == "dimensional" else None
    levels = 4 if kind == "ordinal" else None
    space = LabelSpace("any", tuple(map(Label, names)), kind, levels, bounds)
    top = {"ordinal": 3.0, "dimensional": 9.0}.get(kind, 1.0)
    scores = {name: draw(st.floats(bounds[0] if bounds else 0, top, width=32)) for name in names}
    labels = draw(st.lists(st.sampled_from(names), unique=True)) if kind != "dimensional" else []
    abstained = draw(st.none() | st.sampled_from(["language", "the model gave no answer"]))
    flags = draw(st.lists(st.sampled_from(["empty", "language", "long"]), unique=True))
    return Prediction(() if abstained else tuple(labels), scores, None, tuple(flags), abstained), space


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines may be busy
@given(TEXTS | st.none(), predictions(), WIDTHS)
@example("x" * 10_000, (Prediction((), {"a": 0.0}), LabelSpace.of(["a"])), 60)
def test_no_line_is_wider_than_the_screen_and_no_control_character_passes(text, judged, width):
    prediction, space = judged
    seen = drawn(width, lambda screen: screen.prediction(text, prediction, space), color=True)
    assert "\x1b" not in visible(seen)
    assert all(cell_len(line) <= width for line in visible(seen).splitlines())
    if prediction.abstained is None:
        shown = [line.split()[0] for line in visible(seen).splitlines() if line.startswith("  ")]
        assert len(shown) >= len(prediction.labels)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, predictions(), WIDTHS, st.randoms())
def test_an_explanation_fits_the_screen_and_shows_the_whole_text(text, judged, width, random):
    prediction, space = judged
    cuts = sorted(random.sample(range(len(text) + 1), min(len(text) + 1, 9)))
    parts = tuple(
        Influence(a, b, text[a:b], *({x: random.uniform(-9, 9) for x in space.names} for _ in range(2)))
        for a, b in pairwise(cuts)
    )
    explanation = Explanation(text, space, prediction, parts, parts[:2], len(parts), ("a note",))
    labels = explanation.labels()
    seen = visible(drawn(width, lambda screen: screen.explanation(explanation, labels), color=True))
    assert "\x1b" not in seen
    assert all(cell_len(line) <= width for line in seen.splitlines())
    if parts:
        shown = re.sub(r"\s", "", one_line(text))
        assert re.sub(r"\s", "", seen).startswith(shown)


def test_a_word_has_the_colour_of_the_label_that_it_speaks_for():
    space = LabelSpace.of(["joy", "pride", "fear"])  # joy and pride are of one family, and need two colours
    scores = {"joy": 0.9, "pride": 0.8, "fear": 0.1}
    effects = (
        {"joy": 3.0, "pride": 1.0, "fear": -1.0},
        {"joy": -1.0, "pride": 1.2, "fear": 0},
        {"joy": 0.1, "pride": 0, "fear": -2},
    )
    parts = tuple(Influence(i, i + 1, "abc"[i], each, scores) for i, each in enumerate(effects))
    explanation = Explanation("abc", space, Prediction(("joy", "pride"), scores), parts, words=3)
    seen = drawn(80, lambda screen: screen.explanation(explanation, explanation.labels()), color=True)
    first, _, joy, *rest = seen.splitlines()
    assert re.fullmatch(r"\x1b\[1;7;33ma\x1b\[0m\x1b\[1;(?!33)\d+mb\x1b\[0mc", first)
    assert visible(joy) == "joy  90 %, applies"
    assert [visible(line).split()[0] for line in rest[:2]] == ["a", "b"]
    assert visible(rest[1]).split()[-4:] == ["-1.00", "90", "%", "without"]


def rows_of(seen):
    return [line for line in seen.splitlines() if line.startswith("  ")]


def test_labels_that_apply_come_first_and_runners_up_are_faint():
    scores = {"joy": 0.4, "awe": 0.98, "calm": 0.3, "fear": 0.02, "hope": 0.2, "pride": 0.1}
    prediction = Prediction(("joy", "awe"), scores)
    seen = drawn(
        80, lambda screen: screen.prediction("We won!", prediction, LabelSpace.of(scores)), color=True
    )
    rows = seen.splitlines()[1:-1]
    assert [visible(row).split()[0] for row in rows] == ["awe", "joy", "calm", "hope", "pride"]
    assert ["\x1b[2m" in row for row in rows] == [False, False, True, True, True]
    assert visible(rows[0]).split()[-2:] == ["98", "%"]


def test_a_bar_is_as_long_as_its_share():
    seen = drawn(
        80, lambda screen: screen.bars([Bar("a", 0.5, "half"), Bar("b", 1.0, "all"), Bar("c", 0.0, "none")])
    )
    half, full, none = (row.count("█") for row in seen.splitlines())
    assert (2 * half, none) == (full, 0)
    assert full == 40


def test_a_scale_has_its_mark_where_the_value_lies():
    space = named_space("valence-arousal")
    prediction = Prediction((), {"valence": 1.0, "arousal": 9.0})
    valence, arousal = rows_of(drawn(80, lambda screen: screen.prediction("tired", prediction, space)))
    assert re.search(r"valence  1 ●─{39} 9  1.00", valence)
    assert re.search(r"arousal  1 ─{39}● 9  9.00", arousal)


def test_a_long_text_is_shown_in_part_and_says_so():
    prediction = Prediction(("joy",), {"joy": 1.0}, flags=("long",))
    seen = drawn(60, lambda screen: screen.prediction("word " * 2000, prediction, LabelSpace.of(["joy"])))
    assert len(seen.splitlines()) <= 6
    assert "… (10,000 characters)" in seen
    assert "read whole in windows" in seen


def test_a_terminal_without_these_characters_gets_others():
    def draw(screen):
        screen.bars([Bar("joy", 0.5, "half")])
        screen.prediction(
            "fine", Prediction((), {"valence": 5.0, "arousal": 2.0}), named_space("valence-arousal")
        )

    seen = drawn(80, draw, encoding="ascii")
    assert "####" in seen
    assert "--o--" in seen


def test_a_table_keeps_its_cells_and_fits():
    rows = [("goemotions", "58,000", "Reddit comments " * 8), ("isear", "7,579", "reports")]
    seen = drawn(60, lambda screen: screen.table(("corpus", "items", "what"), rows, right=("items",)))
    assert all(cell_len(line) <= 60 for line in seen.splitlines())
    assert "goemotions  58,000  Reddit" in seen
    assert "isear        7,579  reports" in seen


def test_free_words_have_names_and_bars():
    space = LabelSpace("open", (), "open")
    said = Prediction(("quiet pride", "relief"), {"quiet pride": 0.9, "relief": 0.8, "awe": 0.3})
    seen = visible(drawn(60, lambda screen: screen.prediction("done", said, space)))
    assert re.search(r"^  quiet pride +█+.* 90 %$", seen, re.M)
    assert re.search(r"^  awe +█+.* 30 %$", seen, re.M)
