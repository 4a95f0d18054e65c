"""`affekt evaluate` on a file of one's own and on published corpora."""

import json

import pytest

import affekt as package
from affekt.core import InputError, LabelSpace
from affekt.corpora import ROLES

TEXTS = [
    ("so much joy", ["joy"]),
    ("fear and joy", ["fear", "joy"]),
    ("fear, they say", []),
    ("a day like any other", []),
    ("nothing but anger", ["anger"]),
    ("sadness", ["anger"]),
]


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "mine.jsonl"
    lines = [json.dumps({"text": text, "labels": labels}) for text, labels in TEXTS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def table(output):
    """Rows of the first table by their first cell, as dicts by header."""
    lines = [line.split("\t") for line in output.splitlines()]
    start = next(i for i, line in enumerate(lines) if "figure" in line)
    header = lines[start]
    rows = [dict(zip(header, row, strict=True)) for row in lines[start + 1 :] if len(row) == len(header)]
    return {row["figure"]: row for row in rows}


def test_figures_stand_beside_trivial_rules(affekt, mine):
    result = affekt("evaluate", "small", "--on", mine)
    assert result.exit_code == 0
    rows = table(result.stdout)
    # anger: 1 hit, 1 miss; fear: 1 hit, 1 false alarm; joy: 2 hits. F1 = 2/3, 2/3, 1.
    assert rows["macro_f1"]["small"] == "0.778"
    low, high = map(float, rows["macro_f1"]["95 %"].split("–"))
    assert low <= 0.778 <= high
    # All labels for all 6 texts: anger and joy 2 of 6, fear 1 of 6. F1 = 1/2, 2/7, 1/2.
    assert rows["macro_f1"]["all_positive"] == "0.429"
    assert "joy\t2\t2\t1.000\t1.000\t1.000" in result.stdout


def test_json_is_the_report_a_line(affekt, mine, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text(
        '{"text": "joy", "labels": ["joy"]}\n{"text": "fear", "labels": ["fear"]}', encoding="utf-8"
    )
    result = affekt("evaluate", "small", "--on", mine, "--on", other, "--json", "-o", tmp_path / "reports")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["data"]["name"] == "mine.jsonl"
    assert second["metrics"]["accuracy"]["value"] == 1
    assert first == json.loads((tmp_path / "reports" / "mine" / "report.json").read_text())
    assert (tmp_path / "reports" / "other" / "items.parquet").exists()


def test_one_report_is_kept_in_the_folder_itself(affekt, mine, tmp_path):
    affekt("evaluate", "small", "--on", mine, "-o", tmp_path / "report")
    assert {file.name for file in (tmp_path / "report").iterdir()} >= {"report.json", "items.parquet"}


def test_labels_of_ones_own_choose_what_is_measured(affekt, mine):
    def report(*options):
        return json.loads(affekt("evaluate", "small", "--on", mine, "--json", *options).stdout)

    chosen = report("-l", "joy,awe")
    assert list(chosen["labels"]) == ["joy", "awe"]
    assert chosen["labels"]["awe"]["support"] == 0
    assert chosen["metrics"]["micro_f1"]["value"] == 1
    assert report("--kind", "multi")["metrics"] == report()["metrics"]


def test_several_targets_are_rows_of_one_table(affekt, mine, corpora_dir):
    result = affekt("evaluate", "small", "--on", mine, "--on", "emobank", "--data", corpora_dir)
    assert "mine.jsonl:all\tmacro_f1\t0.778" in result.stdout
    assert "emobank/mean:test\tpearson_valence\t" in result.stdout
    assert "emobank/mean:test\tpearson_dominance\t–" in result.stdout


def test_calibrated_takes_thresholds_from_the_dev_split(affekt, corpora_dir):
    args = ["evaluate", "small", "--on", "covidet", "--data", corpora_dir, "--json", "--mode"]
    strict, calibrated = (json.loads(affekt(*args, mode).stdout) for mode in ("strict", "calibrated"))
    assert strict["decision"] == {"kind": "fixed", "threshold": 0.5}
    assert calibrated["decision"]["kind"] != "fixed"
    assert calibrated["data"]["dev"]["items"] == 285


def test_sets_promise_a_share_of_the_gold_labels(affekt, corpora_dir):
    args = ["evaluate", "small", "--on", "covidet", "--data", corpora_dir, "--json", "--decision", "sets"]
    report = json.loads(affekt(*args, "--coverage", "0.8").stdout)
    assert report["mode"] == "calibrated"
    assert report["decision"]["decision"]["coverage"] == 0.8
    assert 0.7 < report["metrics"]["set_coverage"]["value"] <= 1
    assert report["metrics"]["mean_set_size"]["value"] > 1


def test_python_says_the_same(affekt, mine, model):
    printed = json.loads(affekt("evaluate", "small", "--on", mine, "--json").stdout)
    report = package.evaluate(model, on=str(mine))
    assert {**report.to_dict(), "seconds": 0} == {**printed, "seconds": 0}


def test_what_was_measured_before_a_mistake_is_shown(affekt, mine, tmp_path):
    result = affekt("evaluate", "small", "--on", mine, "--on", tmp_path / "none.jsonl")
    assert result.exit_code == 2
    assert table(result.stdout)["macro_f1"]["small"] == "0.778"
    assert "there is no file" in result.stderr


@pytest.fixture
def reviews(tmp_path):
    file = tmp_path / "reviews.csv"
    rows = [
        "review,mood,part",
        "so much joy,Joy,test",
        '"fear, they say",fear / joy,test',
        "sadness,fear,dev",
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def test_columns_of_a_file_of_ones_own_are_named(affekt, reviews, tmp_path):
    named = ["--column", "review", "--column", "label=mood", "--column", "split=part", "--separator", "/"]
    result = affekt("evaluate", "small", "--on", reviews, *named, "--json", "-o", tmp_path / "report")
    assert result.exit_code == 2  # Joy and joy
    assert "reviews.csv, line 3: label 'joy' is spelled 'Joy' elsewhere" in result.stderr
    reviews.write_text(reviews.read_text().replace("Joy", "joy"), encoding="utf-8")
    report = json.loads(affekt("evaluate", "small", "--on", reviews, *named, "--json").stdout)
    assert (report["data"]["split"], report["data"]["items"]) == ("test", 2)
    assert report["data"]["dev"]["items"] == 1
    assert report["labels"]["joy"]["support"] == 2
    assert report["labels"]["fear"]["predicted"] == 1
    dev = affekt("evaluate", "small", "--on", f"{reviews}:dev", *named, "--json", "-o", tmp_path / "dev")
    assert json.loads(dev.stdout)["data"]["items"] == 1
    calibrated = affekt("evaluate", "small", "--on", reviews, *named, "--mode", "calibrated", "--json")
    assert json.loads(calibrated.stdout)["decision"]["kind"] != "fixed"


def test_gold_in_another_space(affekt, mine):
    report = json.loads(affekt("evaluate", "small", "--on", mine, "--as", "sentiment", "--json").stdout)
    assert {name: label["support"] for name, label in report["labels"].items()} == {
        "positive": 2,
        "neutral": 0,
        "negative": 3,
    }
    assert report["data"]["space"]["name"] == "sentiment"


def test_a_models_own_space_is_known_by_name(affekt, model, mine):
    model.default_space = LabelSpace.of(["joy", "fear"], name="own-moods")
    report = json.loads(affekt("evaluate", "small", "--on", mine, "--space", "Own-Moods", "--json").stdout)
    assert list(report["labels"]) == ["joy", "fear"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--on", "MINE", "--mode", "calibrated"], "has none: use strict"),
        (["--on", "semeval2018:all", "--mode", "calibrated"], "holds the dev split"),
        (["--on", "semeval2018:dev", "--mode", "calibrated"], "holds the dev split"),
        (["--on", "isear", "--mode", "calibrated"], "has none: use strict"),
        (["--on", "semevil"], "is unknown: did you mean semeval2018?"),
        (["--on", "isear", "-l", "joy,awe"], "has no label 'awe'"),
        (["--on", "MINE", "-l", "joy,fear", "--kind", "single"], "use kind `multi`"),
        (["--on", "event2mind"], "asks for free descriptors, and small gives none"),
        (["--on", "event2mind", "-l", "joy"], "has no labels that could be chosen"),
        (["--on", "MINE", "--on", "MINE"], "is given twice"),
        (["--on", "isear", "--column", "x"], "--column names the columns of a file"),
        (["--on", "isear", "--separator", ";"], "--separator stands between the labels in a cell of a file"),
        (["--on", "MINE", "--column", "x"], "mine.jsonl has no column 'x'"),
        (["--on", "MINE", "--column", "label="], "--column 'label=' names no column"),
        (["--on", "MINE", "--column", "mood=x"], "'mood' is nothing that a column is named for"),
        (["--on", "isear", "--as", "big5"], "nothing is mapped to space 'big5'"),
        (["--on", "emobank", "--as", "ekman"], "has no place in 'ekman'"),
        (["--on", "covidet", "--coverage", "0.9"], "name one with --decision"),
        (["--on", "covidet", "--mode", "strict", "--decision", "sets"], "mode strict keeps"),
        (["--on", "covidet", "--decision", "calibrated", "--risk", "0.2"], "a risk belongs to abstain"),
        (["--on", "covidet", "--decision", "sets", "--coverage", "90"], "is not between 0 and 1"),
        ([], "--on"),
    ],
)
def test_a_mistake_is_one_sentence(affekt, mine, corpora_dir, options, message):
    result = affekt(
        "evaluate", "small", "--data", corpora_dir, *(mine if x == "MINE" else x for x in options)
    )
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_a_person_sees_a_table(on_terminal, mine):
    seen, code = on_terminal("evaluate", "small", "--on", mine, width=80)
    assert code == 0
    assert "macro_f1" in seen
    assert "all_positive" in seen


def test_a_page_stands_beside_the_report_and_texts_can_be_kept_out(affekt, mine, tmp_path):
    affekt("evaluate", "small", "--on", mine, "-o", tmp_path / "with")
    affekt("evaluate", "small", "--on", mine, "-o", tmp_path / "without", "--no-texts")
    pages = [(tmp_path / name / "report.html").read_text(encoding="utf-8") for name in ("with", "without")]
    assert ["fear, they say" in page for page in pages] == [True, False]
    assert all("small on mine.jsonl" in page for page in pages)


def test_several_targets_have_one_page_that_leads_to_each(affekt, mine, tmp_path):
    other = tmp_path / "oth er#1.jsonl"
    other.write_text(
        '{"text": "joy", "labels": ["joy"]}\n{"text": "fear", "labels": ["fear"]}', encoding="utf-8"
    )
    folder = tmp_path / "reports"
    affekt("evaluate", "small", "--on", mine, "--on", other, "-o", folder)
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="mine/report.html"' in index
    assert 'href="oth%20er%231/report.html"' in index
    assert (folder / "oth er#1" / "report.html").exists()


def test_without_the_extra_the_figures_are_kept_and_a_line_says_what_is_missing(
    affekt, mine, tmp_path, monkeypatch
):
    monkeypatch.setattr("affekt.pages.rendering.find_spec", lambda name: None)
    result = affekt("evaluate", "small", "--on", mine, "-o", tmp_path / "report")
    assert result.exit_code == 0
    assert {file.name for file in (tmp_path / "report").iterdir()} == {"report.json", "items.parquet"}
    assert result.stderr.count("\n") == 1
    assert "pip install 'affekt[report]'" in result.stderr


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_the_help_names_all_that_a_column_may_hold(affekt, command):
    told = " ".join(
        affekt(command, "--help").stdout.partition("--column")[2].partition("--separator")[0].split()
    )
    assert f"ROLE: {', '.join(ROLES)};" in told
    assert {"text", "label", "language", "source"} <= set(ROLES)


def test_python_refuses_what_is_said_of_a_file_where_there_is_none(model):
    for options in ({"separator": ";"}, {"columns": {"text": "x"}}):
        with pytest.raises(InputError, match="isear is a published corpus: that is for files of your own"):
            package.evaluate(model, on="isear", **options)


def test_what_is_said_of_a_file_holds_for_the_file_among_corpora(affekt, tmp_path, corpora_dir):
    file = tmp_path / "mine.csv"
    file.write_text("said,labels\nso much joy,joy / fear\nnothing,fear\n", encoding="utf-8")
    named = ["--column", "said", "--separator", "/", "--json", "--data", corpora_dir]
    result = affekt("evaluate", "small", "--on", file, "--on", "covidet", *named)
    first, second = map(json.loads, result.stdout.splitlines())
    assert list(first["labels"]) == ["fear", "joy"]
    assert second["data"]["name"] == "covidet"


def test_what_label_prints_and_writes_is_evaluated_as_it_is(affekt, mine, tmp_path):
    asked = affekt("evaluate", "small", "--on", mine, "--json", "-o", tmp_path / "model")
    expected = json.loads(asked.stdout)
    printed, written = tmp_path / "printed.jsonl", tmp_path / "written.jsonl"
    said = affekt("label", "-f", mine, "-l", "anger,fear,joy", "--json")
    printed.write_text(said.stdout, encoding="utf-8")
    affekt(
        "label", "-f", mine, "-l", "anger,fear,joy", "-o", written
    )  # keeps gold as `labels`, beside `affekt`
    for answers in (printed, written):
        result = affekt("evaluate", answers, "--on", mine, "--json", "-o", tmp_path / "stored", "--overwrite")
        report = json.loads(result.stdout)
        for field in ("metrics", "labels", "rules", "calibration", "abstained"):
            assert report[field] == expected[field], field
        assert report["model"]["name"] == answers.name
    compared = affekt("compare", tmp_path / "model", tmp_path / "stored", "--json")
    assert json.loads(compared.stdout)["metrics"]["macro_f1"]["difference"] == 0
    # Labels that were not asked for are passed over; unknown ones are not.
    chosen = [
        affekt("evaluate", who, "--on", mine, "-l", "joy", "--json").stdout for who in ("small", printed)
    ]
    assert json.loads(chosen[0])["labels"] == json.loads(chosen[1])["labels"]
    printed.write_text(said.stdout.replace('"fear"', '"dread"'), encoding="utf-8")
    wrong = affekt("evaluate", printed, "--on", mine)
    assert wrong.exit_code == 2
    assert "printed.jsonl, line 1: 'dread' is no label of mine.jsonl:all" in wrong.stderr
    assert "has no answers to: name a model" in affekt("evaluate", printed, "--probe").stderr


def test_evidence_is_shown_beside_rules(affekt, corpora_dir, tmp_path):
    answers = tmp_path / "whole.jsonl"
    lines = [json.dumps({"evidence": [{"turn": 0}]})] * 820
    answers.write_text("\n".join(lines), encoding="utf-8")
    result = affekt("evaluate", answers, "--on", "emotion-stimulus", "--data", corpora_dir)
    lines = result.stdout.splitlines()
    start = lines.index("causal spans by\tpositive_em\tpositive_f1\tnegative_f1\tf1")
    assert lines[start + 1] == "the model\t0.000\t0.520\t–\t0.520"
    assert any(line.startswith("last clause\t") for line in lines[start:])
    assert not any(line.startswith("label\t") for line in lines)


def test_a_report_is_not_replaced_unasked(affekt, mine, tmp_path):
    kept = tmp_path / "kept"
    assert affekt("evaluate", "small", "--on", mine, "-o", kept).exit_code == 0
    before = (kept / "report.json").read_bytes()
    refused = affekt("evaluate", "small", "--on", mine, "-l", "joy", "-o", kept)
    assert refused.exit_code == 2
    assert (
        refused.stderr
        == f"Error: {kept} holds a report: name another folder, or replace it with --overwrite\n"
    )
    assert (kept / "report.json").read_bytes() == before
    assert affekt("evaluate", "small", "--on", mine, "-l", "joy", "-o", kept, "--overwrite").exit_code == 0
    assert (kept / "report.json").read_bytes() != before
    assert "name its folder with -o" in affekt("evaluate", "small", "--on", mine, "--overwrite").stderr
    probes = tmp_path / "probes"
    probes.mkdir()
    (probes / "probe.json").write_text("{}", encoding="utf-8")
    for asked in (("--probe",), ("--probe", "--on", mine)):
        refused = affekt("evaluate", "small", *asked, "-o", probes)
        assert f"{probes} holds a report" in refused.stderr
    assert (probes / "probe.json").read_text(encoding="utf-8") == "{}"
    assert [path.name for path in probes.iterdir()] == ["probe.json"]
