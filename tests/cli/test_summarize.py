"""`affekt summarize`: tables in a pipe, bars on a terminal, plots, and sentences."""

import json
from xml.etree import ElementTree

import pytest


@pytest.fixture
def reviews(tmp_path):
    """Two shops over three months; the fake model finds joy where the text names it."""
    lines = [
        f"{i},{'AB'[i % 2]},2026-0{1 + i % 3}-15,{'joy' if i % 4 == 0 else 'nothing'} {i}" for i in range(60)
    ]
    path = tmp_path / "reviews.csv"
    path.write_text("id,shop,date,text\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def labelled(affekt, reviews, tmp_path):
    path = tmp_path / "labelled.csv"
    assert affekt("label", "-l", "joy,fear", "-f", reviews, "-o", path).exit_code == 0
    return path


@pytest.fixture
def gold(tmp_path):
    """Joy is where the model finds it, and in each twelfth text where it does not."""
    rows = [f"{i},{'joy' if i % 4 == 0 or i % 12 == 2 else ''}" for i in range(0, 60, 2)]
    path = tmp_path / "gold.csv"
    path.write_text("id,labels\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def table(text):
    header, *rows = (line.split("\t") for line in text.splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_in_a_pipe_a_line_is_a_group_and_a_label(affekt, labelled):
    result = affekt("summarize", labelled, "--by", "shop")
    rows = table(result.stdout)
    assert [(r["group"], r["label"]) for r in rows] == [
        (group, label) for group in ("(all)", "A", "B") for label in ("joy", "fear")
    ]
    assert (rows[2]["rows"], rows[2]["share"], rows[2]["method"]) == ("30", "0.5000", "model alone")
    assert "errors are not in the intervals" in result.stderr


def test_quiet_leaves_notes_out(affekt, labelled):
    assert affekt("summarize", "--quiet", labelled).stderr == ""


def test_gold_corrects(affekt, labelled, gold):
    result = affekt("summarize", labelled, "--gold", gold, "--by", "date:month", "--json")
    summary = json.loads(result.stdout)
    joy = summary["whole"][0]
    assert joy["low"] < joy["value"] < joy["high"]
    assert joy["value"] > joy["model"]
    assert (summary["gold"], summary["by"], summary["unit"]) == (30, "date", "month")
    assert [line["group"] for line in summary["groups"][::2]] == ["2026-01", "2026-02", "2026-03"]


def test_a_width_tells_how_many_rows(affekt, labelled, gold):
    rows = table(affekt("summarize", labelled, "--gold", gold, "--width", "0.3", "--by", "shop").stdout)
    assert all(3 <= int(r["needed"]) <= 60 for r in rows)


def test_other_files_are_labelled_as_they_are_read(affekt, reviews, labelled, model):
    told = affekt("summarize", reviews, "-l", "joy,fear", "--by", "shop")
    assert told.stdout == affekt("summarize", labelled, "--by", "shop").stdout
    assert "already" in affekt("summarize", labelled, "-m", "small").stderr


def test_axes_give_means(affekt, reviews):
    rows = table(affekt("summarize", reviews, "--space", "valence-arousal", "--by", "shop").stdout)
    assert rows[0]["mean"] == "7.2500"


@pytest.mark.parametrize("by", ["date:month", "shop", None])
def test_a_plot_is_one_file_that_needs_no_other(affekt, labelled, gold, tmp_path, by):
    grouped = ["--by", by] if by else []
    for name in ("plot.svg", "plot.html"):
        assert affekt("summarize", labelled, *grouped, "--gold", gold, "-o", tmp_path / name).exit_code == 0
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "<script" not in text
    picture = ElementTree.parse(tmp_path / "plot.svg").getroot()
    assert picture.tag.endswith("svg")
    heads = [x.text for x in picture.iter() if x.get("class") == "head"]
    assert heads == ["whole file", *(["joy", "fear"] if by else [])]


def test_names_cannot_break_a_plot(affekt, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,shop\n" + 'joy,"<b>&\x0b""A"\nno,B\n' * 10, encoding="utf-8")
    affekt("summarize", path, "-l", "joy", "--by", "shop", "-o", tmp_path / "a.svg")
    told = "".join(ElementTree.parse(tmp_path / "a.svg").getroot().itertext())
    assert '<b>& "A' in told


def test_on_a_terminal_groups_are_bars(on_terminal, labelled, gold):
    seen, code = on_terminal("summarize", labelled, "--gold", gold, "--by", "date:month", width=100)
    assert code == 0
    assert "2026-02" in seen
    assert "█" in seen
    assert "30 labelled rows" in seen


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--by", "store"], "no column 'store'"),
        (["--id", "id"], "name the sample with --gold"),
        (["--correct", "rates"], "name it with --gold"),
        (["-o", "plot.png"], "plot.png cannot be written"),
        (["--width", "2"], "width 2 cannot be one"),
        (["--gold", "nowhere.csv"], "there is no file nowhere.csv"),
        (["-l", "envy"], "no scores of 'envy'"),
    ],
)
def test_a_mistake_is_one_sentence(affekt, labelled, options, message):
    result = affekt("summarize", labelled, *options)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
