"""Reports as pages: the right numbers in the right places, and texts only where they may be."""

import html
import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import precision_recall_curve

import affekt
from affekt import models, pages
from affekt.cli import app
from affekt.core import Label, LabelSpace, Poles, named_space
from affekt.decisions import (
    DecisionRequest,
    FixedThreshold,
    LabelThresholds,
    QuestionDecision,
    SpaceDecisions,
)
from affekt.evaluation import Report, evaluate, present, present_several
from affekt.evaluation.curves import own_confidence, precision_recall, reliability, risk_coverage

PAIR = LabelSpace.of(["joy", "anger"])
SINGLE = LabelSpace.of(["joy", "anger", "fear"], "single")
TEXTS = ["joy=.9 anger=.6 <script>", "joy=.8", "anger=.4", "?", "joy=.95"]
GOLD = [[1, 0], [1, 1], [0, 0], [0, 1], [0, 1]]


@pytest.fixture
def report(told, corpus):
    return evaluate(told(), corpus(TEXTS, GOLD, PAIR), bootstrap=20)


def blocks(page, kind):
    return [block for section in page.sections for block in section.blocks if isinstance(block, kind)]


def section(page, anchor):
    return next(section for section in page.sections if section.anchor == anchor)


def test_the_maps_say_what_was_said_of_each_label(report):
    said, true = blocks(present(report), pages.HeatMap)
    # joy: texts 0, 1, of which joy was said twice, anger once. Anger: texts 1, 3, 4; joy of two, anger of none.
    assert said.values == ((1.0, 0.5), (pytest.approx(2 / 3, abs=1e-4), 0.0))
    assert said.counts == (2, 3)
    assert true.values == ((None, 0.5), (pytest.approx(1 / 3, abs=1e-4), None))


def test_a_confusion_map_has_a_column_for_silence(told, corpus):
    gold = [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]]
    texts = ["joy=.9", "joy=.3 fear=.7", "anger=.8", "?"]
    page = present(evaluate(told(), corpus(texts, gold, SINGLE), bootstrap=0))
    (confusion,) = blocks(page, pages.HeatMap)
    assert confusion.columns == ("joy", "anger", "fear", "nothing")
    assert confusion.values == ((0.5, 0, 0.5, 0), (0, 0.5, 0, 0.5), (None,) * 4)


def test_worst_errors_come_with_their_texts_the_worst_first(report):
    (quotes,) = blocks(present(report), pages.Quotes)
    # Gold's probability: .05 x ~0 for the last text, .8 x ~0 for the second, .9 x .4 for the first.
    assert [quote.text for quote in quotes.entries] == ["joy=.95", "joy=.8", "joy=.9 anger=.6 <script>"]
    worst = quotes.entries[0]
    assert worst.wrong == (pages.Tick("joy", pytest.approx(0.95)),)
    assert worst.missed == (pages.Tick("anger", 0.0),)
    assert quotes.entries[1].right == (pages.Tick("joy", pytest.approx(0.8)),)
    assert "3 of 5 texts" in section(present(report), "errors").lead


def test_long_texts_are_cut_and_say_so(told, corpus):
    text = "anger=.9 " + "x" * 991
    page = present(evaluate(told(), corpus([text, "joy=.9"], [[1, 0], [1, 0]], PAIR), bootstrap=0))
    (quotes,) = blocks(page, pages.Quotes)
    assert len(quotes.entries[0].text) + quotes.entries[0].left == 1000
    assert "300 characters more" in pages.render(page)


def test_texts_are_on_the_page_alone_and_only_if_wanted(report, tmp_path):
    report.save(tmp_path / "with")
    report.save(tmp_path / "without", texts=False)
    page = (tmp_path / "with" / "report.html").read_text(encoding="utf-8")
    assert "joy=.9 anger=.6 &lt;script&gt;" in page
    assert "joy=.9 anger=.6 <script>" not in page
    assert "joy=." not in (tmp_path / "without" / "report.html").read_text(encoding="utf-8")
    for file in ("report.json", "items.parquet"):
        assert b"joy=." not in (tmp_path / "with" / file).read_bytes()


def test_a_stored_report_still_gives_a_page(report):
    again = Report.from_json(report.to_json())
    page = present(again)
    assert {s.anchor for s in page.sections} >= {"scores", "labels", "repeat"}
    assert not blocks(page, pages.Quotes)
    assert "joy" in pages.render(page)


def test_the_decision_and_checksums_are_there(report):
    page = pages.render(present(report))
    assert "c0ffee" in page
    assert "fixed, threshold 0.5" in page


def test_without_the_extra_the_rest_is_kept_and_an_old_page_goes(report, tmp_path, monkeypatch):
    report.save(tmp_path)
    assert (tmp_path / "report.html").exists()
    monkeypatch.setattr("affekt.pages.rendering.find_spec", lambda name: None)
    report.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "items.parquet"}


def test_what_is_known_poorly_is_said(told, corpus):
    n = 200
    gold = np.zeros((n, 3))
    gold[:120, 0], gold[120:190, 1], gold[190:, 2] = 1, 1, 1
    # Joy is always right, anger's texts are mostly called joy, grief is never seen and has ten texts.
    texts = ["joy=.9"] * 120 + ["joy=.8 anger=.1"] * 65 + ["anger=.9"] * 5 + ["?"] * 10
    space = LabelSpace.of(["joy", "anger", "grief"])
    dev = corpus(["joy=.5", "anger=.5", "grief=.5"], np.eye(3), space, split="dev")
    report = evaluate(told(), corpus(texts, gold, space), dev=dev, bootstrap=50)
    said = {s.subject: s.text for s in section(present(report), "poorly").blocks[0].entries}
    assert "5.0 % of the texts" in said["No answer"]
    assert "never recognised" in said["grief"]
    assert said["anger"].startswith("has an F1 of 0.13, worse than the 0.52 of saying it of every text.")
    assert "It goes unseen for the most part: said of 5 texts, true of 70." in said["anger"]
    assert "It is often taken for joy: 93 % of its texts get that label wrongly." in said["anger"]
    assert "grief (10)" in said


def test_values_on_axes_are_drawn_against_gold(told, corpus, axes_space):
    data = corpus(
        ["valence=2", "valence=3", "valence=5"],
        [[2.5, 1.0], [4.0, np.nan], [4.5, 2.0]],
        axes_space("valence", "arousal"),
    )
    page = present(evaluate(told(axes=("valence",)), data, bootstrap=0))
    (panels,) = (section(page, "values").blocks[0],)
    assert [panel.title for panel in panels.entries] == ["valence"]
    assert len(panels.entries[0].cells) == 3
    assert "Pearson, valence" in page.lead
    assert any(s.subject == "arousal" for s in section(page, "poorly").blocks[0].entries)
    assert "gold 4.00, said 3.00" in pages.render(page)


def test_levels_have_a_page(told, corpus):
    space = LabelSpace("levels", PAIR.labels, "ordinal", levels=4)
    data = corpus(["joy=2", "joy=1 anger=3", "anger=1"], [[2, 0], [3, 3], [0, 1]], space)
    html = pages.render(present(evaluate(told(), data, bootstrap=0)))
    assert "a level each" in html


def test_slices_and_contamination_are_shown_where_they_are(report):
    data = report.to_dict()
    figure = {"value": 0.25, "low": 0.2, "high": 0.3}
    whole = {name: {"value": 0.5, "low": 0.4, "high": 0.6} for name in data["metrics"]}
    data |= {
        "metrics": whole,
        "slices": {"length": {"1–8 words": {"items": 40, "micro_f1": figure}}},
        "contamination": {
            "stated": True,
            "near_from": 0.5,
            "exact": {"items": 3, "share": 0.6},
            "near": {"items": 1, "share": 0.2},
            "corpora": {
                "here:train": {
                    "trained_on": True,
                    "texts": 90,
                    "exact": {"items": 3, "share": 0.6},
                    "near": {"items": 1, "share": 0.2},
                }
            },
            "missing": {"gone:train": "not at hand"},
            "items": 1,
            "metrics": {"macro_f1": 0.25},
        },
    }
    page = present(Report.from_dict(data))
    (table,) = section(page, "parts").blocks
    assert table.rows == (("1–8 words", 40, pages.Number(0.25, 0.2, 0.3)),)
    table, missing = section(page, "overlap").blocks
    assert table.rows == (("here:train", "yes", 90, 3, 1),)
    assert missing.entries == (("gone:train, not looked at", "not at hand"),)
    assert "3 of the texts (60.0 %)" in section(page, "overlap").lead
    assert "Macro F1 is 0.250 without them, 0.500 with them" in section(page, "overlap").lead
    assert "3 texts seen in training" in page.facts
    assert any(s.subject.startswith("1–8 words") for s in section(page, "poorly").blocks[0].entries)


def test_several_reports_are_one_table(report, told, corpus):
    other = evaluate(
        told(), corpus(["joy=.9", "fear=.9"], np.eye(3)[[0, 2]], SINGLE, name="other"), bootstrap=0
    )
    page = present_several([(report, "a/report.html"), (other, None)], "two")
    first, table = section(page, "scores").blocks[0], section(page, "more").blocks[0]
    assert first.rows[0][0] == pages.Link("made/part:test", "a/report.html")
    # Joy and fear said of every second text each: half of what is said is right. Anger is never said: F1 0.
    where, _, name, value, rule, reached = first.rows[1]
    assert (where, name, rule) == ("other/part:test", "Macro F1", "prior random")
    assert (value.value, reached.value) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    names = [column.name for column in table.columns]
    row = dict(zip(names, table.rows[1], strict=True))
    assert row["Accuracy"].value == 1
    assert row["LRAP"] is None
    assert row["corpus"] == "other/part:test"
    assert re.search(r'<a href="a/report\.html">made/part:test</a>', pages.render(page))


def test_curves_pass_through_the_points_of_sklearn():
    rng = np.random.default_rng(0)
    gold, scores = rng.random(60) < 0.3, np.round(rng.random(60), 1)
    precision, recall, _ = precision_recall_curve(gold, scores)
    theirs = {(round(r, 9), round(p, 9)) for r, p in zip(recall, precision, strict=True)}
    ours = precision_recall(gold, scores)
    assert {(round(r, 9), round(p, 9)) for r, p in ours[1:]} <= theirs
    best = {r: max(p for x, p in theirs if x == r) for r, _ in theirs if r > 0}
    assert best == {round(r, 9): round(p, 9) for r, p in ours[1:]}
    assert len(precision_recall(rng.random(9000) < 0.5, rng.random(9000))) <= 103
    assert precision_recall(np.zeros(3, dtype=bool), np.ones(3)) == []


def test_risk_falls_with_coverage_where_confidence_is_right():
    confidence, risk = np.array([4.0, 3.0, 3.0, 1.0, -np.inf]), np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    assert risk_coverage(confidence, risk) == [
        (0.2, 0.0),
        (pytest.approx(0.6), pytest.approx(1 / 3)),
        (pytest.approx(0.8), 0.5),
        (1.0, pytest.approx(0.6)),
    ]
    values, said = np.array([[0.9, 0.2], [np.nan, np.nan]]), np.array([[True, False], [False, False]])
    assert own_confidence(values, said, single=True)[0] == pytest.approx(np.log(0.9))
    assert own_confidence(values, said, single=False)[0] == pytest.approx(np.log(0.9 * 0.8))
    assert own_confidence(values, said, single=False)[1] == -np.inf


def test_bins_of_equal_mass_hold_what_is_stated_and_true():
    found = reliability(
        np.array([0, 0, 1, 1, 1, 1], dtype=bool), np.array([0.1, 0.1, 0.1, 0.8, 0.8, 0.9]), bins=2
    )
    assert [(b.items, round(b.stated, 3), round(b.true, 3)) for b in found] == [
        (3, 0.1, 0.333),
        (3, 0.833, 1.0),
    ]
    # Wilson's interval for 3 of 3 has the upper end 1 and the lower end 1 / (1 + z²/3).
    assert found[1].high == 1
    assert found[1].low == pytest.approx(1 / (1 + 1.959964**2 / 3))


SAID = [
    ("so happy today", "joy"),
    ("I hate this, I hate it so much", "anger"),
    ("what a lovely surprise", "joy/surprise"),
    ("afraid of the dark", "fear"),
    ("angry and scared", "anger/fear"),
    ("a day like any other", ""),
]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with files to evaluate on, and to work in; no corpora are known beside it."""
    monkeypatch.delenv("AFFEKT_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    rows = [
        (text + mark, mood, split)
        for split in ("dev", "test")
        for mark in ("", "!", " :)")
        for text, mood in SAID[split == "test" :]
    ]
    lines = [
        json.dumps({"text": text, "labels": mood.split("/") if mood else [], "split": split})
        for text, mood, split in rows
    ]
    Path("o.jsonl").write_text("\n".join(lines), encoding="utf-8")
    table = [f'"{text}",{mood},{split},{2 + len(mood) / 4}' for text, mood, split in rows]
    Path("my moods.csv").write_text("\n".join(["said,mood of it,part,joy", *table]), encoding="utf-8")
    Path("named.csv").write_text("\n".join(["text,label,split,joy", *table]).replace("/", ";"), "utf-8")
    answers = [json.dumps({"labels": mood.split("/")[:1] if mood else []}) for _, mood, _ in rows]
    Path("answers.jsonl").write_text("\n".join(answers), encoding="utf-8")
    return tmp_path


def listings(folder):
    """What the page of a report says is to be typed, and is to be kept in labels.json."""
    page = (Path(folder) / "report.html").read_text(encoding="utf-8")
    return [html.unescape(code) for code in re.findall("<code>(.*?)</code>", page, re.DOTALL)]


def typed(folder, *words):
    """The report that a command makes."""
    result = CliRunner().invoke(app, [*words[:-1], str(folder)])
    assert result.exit_code == 0, result.output
    return Report.load(folder)


def repeated(first):
    """A report, and that of the command on its page."""
    command, *labels = listings(first)
    if labels:
        Path("labels.json").write_text(*labels, encoding="utf-8")
    program, *words = shlex.split(command)
    assert (program, words[-2:]) == ("affekt", ["-o", "DIR"])
    return Report.load(first), typed("again", *words)


def assert_the_same(one, other):
    for field in "model data mode decision metrics labels rules calibration breakdown".split():
        assert getattr(one, field) == getattr(other, field), field
    assert one.items.labels == other.items.labels
    np.testing.assert_array_equal(one.items.scores, other.items.scores)


NAMED = {"text": "said", "label": ["mood of it"], "split": "part"}
DESCRIBED = ["joy", "anger=hot, with a loud voice"]
WORDED = (Label("joy", "", ("bliss", "glee")), Label("fear, sudden"), Label("anger=loud"))


@pytest.mark.parametrize(
    ("on", "asked", "said"),
    [
        ("o.jsonl:dev", {}, "--on o.jsonl:dev --mode strict"),
        (
            "o.jsonl",
            {"mode": "calibrated", "decision": DecisionRequest("sets", 0.6)},
            "--mode calibrated --decision sets --coverage 0.6",
        ),
        (
            "o.jsonl:test",
            {"mode": "calibrated", "decision": DecisionRequest("abstain", risk=0.45)},
            "--decision abstain --risk 0.45",
        ),
        ("o.jsonl", {"mode": "calibrated"}, "--decision thresholds"),
        (Path("named.csv"), {"space": "ekman"}, "--space ekman"),
        ("named.csv", {"space": named_space("ekman"), "as_": "plutchik"}, "--as plutchik --mode strict --space ekman"),
        ("named.csv", {"space": named_space("isear").as_kind("multi")}, "--labels labels.json"),
        ("named.csv", {"space": named_space("isear"), "kind": "multi"}, "--space isear --kind multi"),
        ("named.csv", {"labels": [Label("joy, great"), "joy"]}, "--labels labels.json"),
        (
            "my moods.csv:dev",
            {"columns": NAMED, "separator": "/"},
            "--on 'my moods.csv:dev' --column text=said --column 'label=mood of it' --column split=part --separator /",
        ),
        ("named.csv:all", {"labels": ["joy", "fear"]}, "-l joy,fear -o"),
        ("named.csv", {"labels": DESCRIBED, "kind": "multi"}, "-l joy -l 'anger=hot, with a loud voice' --kind multi"),
        ("named.csv", {"labels": WORDED}, "--labels labels.json"),
        ("named.csv", {"space": LabelSpace.of(["joy", "fear"], name="goemotions")}, "--labels labels.json"),
        ("o.jsonl", {"kind": "multi"}, "--mode strict --kind multi"),
        (
            "my moods.csv",
            {"columns": {"text": "said", "value": "joy"}, "space": LabelSpace.of(["joy=glad, light|sad"], "dimensional")},
            "-l 'joy=glad, light|sad' --kind dimensional",
        ),
        (
            "my moods.csv",
            {
                "columns": {"text": "said", "value": "joy"},
                "space": LabelSpace("custom", (Label("joy", poles=Poles(("glad, light",), ("sad",))),), "dimensional", range=(1, 5)),
            },
            "--labels labels.json",
        ),
    ],
)  # fmt: skip
def test_the_command_on_the_page_makes_the_same_report(files, on, asked, said):
    report = affekt.evaluate("fast", on, **asked)
    report.save("first")
    assert said in listings("first")[0]
    assert_the_same(*repeated("first"))
    # The page of the stored report says the same.
    page = present(Report.load("first"))
    assert [listing.code for listing in blocks(page, pages.Listing)] == listings("first")


@pytest.mark.parametrize(
    "words",
    [
        "--on o.jsonl --decision sets --coverage 0.6",
        "--on o.jsonl:dev --as sentiment",
        "--on named.csv --labels moods.txt",
        "--on named.csv --space goemotions --kind multi",
        "--on 'my moods.csv' --column said --column value=joy -l 'joy=glad|sad' --kind dimensional",
        "--on 'my moods.csv' --column said --column 'label=mood of it' --column split=part --separator /",
    ],
)
def test_so_does_that_of_a_command(files, words):
    Path("moods.txt").write_text("joy=glad\nanger\n", encoding="utf-8")
    typed("first", "evaluate", "fast", *shlex.split(words), "-o", "DIR")
    one, other = repeated("first")
    assert_the_same(one, other)
    assert one.request == other.request


def test_the_command_finds_the_corpus_and_its_labels(files, corpora_dir):
    (files / "corpora").mkdir()
    (files / "corpora" / "covidet").symlink_to(corpora_dir / "covidet")
    affekt.evaluate("fast", "covidet:dev", as_="ekman", data=Path("corpora")).save("first")
    command = "affekt evaluate fast --on covidet:dev --as ekman --mode strict --data corpora -o DIR"
    assert listings("first") == [command]
    assert_the_same(*repeated("first"))


def test_the_command_finds_the_model(files):
    folder = shutil.copytree(models.find("fast"), files / "a copy")
    manifest = json.loads((folder / "affekt.json").read_text(encoding="utf-8"))
    space = LabelSpace.of(["joy", "fear"], name="own-moods").to_dict()
    (folder / "affekt.json").write_text(json.dumps({**manifest, "default_space": space}), encoding="utf-8")
    model = affekt.load("a copy")
    affekt.evaluate(model, "named.csv", space=model.default_space).save("first")
    assert listings("first") == [
        "affekt evaluate 'a copy' --on named.csv --mode strict --space own-moods -o DIR"
    ]
    assert_the_same(*repeated("first"))
    affekt.evaluate("answers.jsonl", "o.jsonl:all").save("first")
    assert listings("first") == ["affekt evaluate answers.jsonl --on o.jsonl:all --mode strict -o DIR"]
    shutil.rmtree("again")
    assert_the_same(*repeated("first"))


def test_what_a_command_cannot_name_is_said(files):
    changed = affekt.load("fast").with_decision(FixedThreshold(0.05))
    affekt.evaluate(changed, "named.csv").save("first")
    page = present(Report.load("first"))
    assert listings("first") == ["affekt evaluate MODEL --on named.csv --mode strict -o DIR"]
    assert "<b>MODEL</b> stands for fast as Python had it at hand" in pages.render(page)

    table = Path("named.csv").read_text(encoding="utf-8").splitlines()
    numbered = [f"{i or ''},{line}" for i, line in enumerate(table)]
    Path("numbered.csv").write_text("\n".join(numbered), encoding="utf-8")
    affekt.evaluate("fast", "numbered.csv", columns={"id": ""}).save("first")
    assert listings("first") == []
    assert "No command makes this report again: it is of a file with a column without a name" in (
        files / "first" / "report.html"
    ).read_text(encoding="utf-8")


def test_a_report_that_does_not_hold_what_was_asked_for_names_no_command(report):
    earlier = {name: value for name, value in report.to_dict().items() if name != "request"}
    for unknown in (report, Report.from_dict(earlier)):
        assert unknown.request is None
        page = present(unknown)
        assert not blocks(page, pages.Listing)
        assert "no command is known that makes it again" in pages.render(page)


@pytest.mark.parametrize("labels", [PAIR.labels, named_space("goemotions").labels])
def test_the_decision_on_the_page_is_the_one_that_applied(told, corpus, labels):
    space = LabelSpace("goemotions", labels, "multi")
    cuts = LabelThresholds(dict.fromkeys(named_space("goemotions").names, 0.85))
    by_space = SpaceDecisions({"goemotions": cuts}, FixedThreshold(0.3))
    gold = np.eye(len(space))[[space.index("joy"), space.index("anger")]]
    texts = ["joy=.9 anger=.6", "joy=.8"]
    fitted = len(space) == 28
    for decision in (by_space, QuestionDecision(named_space("goemotions"), cuts, by_space)):
        report = evaluate(told(decision=decision), corpus(texts, gold, space), bootstrap=0)
        assert report.items.labels == ((("joy",), ()) if fitted else (("joy", "anger"), ("joy",)))
        page = present(report)
        shown = [table for table in blocks(page, pages.Table) if table.caption == "Thresholds"]
        assert [len(table.rows) for table in shown] == ([28] if fitted else [])
        facts = dict(section(page, "repeat").blocks[1].entries)
        assert facts["decision"] == ("thresholds" if fitted else "fixed, threshold 0.3")
