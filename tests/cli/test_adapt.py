"""`affekt adapt`, with the smallest bundled model."""

import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import affekt as package
from affekt.cli import app


@pytest.fixture
def run(corpora_dir, monkeypatch):
    monkeypatch.setenv("AFFEKT_DATA", str(corpora_dir))
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def mine(tmp_path):
    """A file of labels whose names say nothing, under columns of its own."""
    file = tmp_path / "mine.csv"
    things = ("parcel", "garden", "train", "dinner", "letter", "team")
    rows = [
        f'"{text.format(thing)}",{topic}'
        for thing in things
        for text, topic in (
            ("The {} never came, I have waited for weeks", "t1"),
            ("Thank you so much for the {}", "t2"),
            ("The {} is at three", ""),
        )
    ]
    file.write_text("said,topic\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_tweets_of_dev_teach_more_than_their_cuts_do(run, corpora_dir, tmp_path):
    """E-c's train split is neither trained on nor chosen by here."""
    folder = tmp_path / "tweets"
    told = run("adapt", "fast", "--on", "semeval2018", "-o", folder, "--json")
    assert told.exit_code == 0
    labels = json.loads(told.stdout)["labels"]
    assert labels["pessimism"]["after"] > labels["pessimism"]["before"] + 0.05
    plain = package.evaluate("fast", "semeval2018:train", mode="calibrated", data=corpora_dir)
    adapted = package.evaluate(folder, "semeval2018:train", data=corpora_dir)
    assert adapted.metrics["macro_f1"].value > plain.metrics["macro_f1"].value + 0.03
    stated = [report.calibration.error for report in (plain, adapted)]
    assert stated[1] < 0.5 * stated[0]


def test_a_file_of_ones_own_is_labelled_afterwards(run, mine, tmp_path):
    folder = tmp_path / "topics"
    asked = ("adapt", "fast", "--on", mine, "--column", "said", "--column", "label=topic")
    done = run(*asked, "-o", folder)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == "label\tprecision\tadapted"
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[1:]] == ["t1", "t2"]
    said = run(
        "label", "-m", folder, "Thank you for the gift", "The bill never came, I have waited for weeks"
    )
    assert [line.split("\t")[0] for line in said.stdout.splitlines()] == ["t2", "t1"]
    again = run("label", "-m", folder, "-l", "T2,t1", "Thank you for the gift")
    assert (
        again.stdout.split("\t")[0] == "T2"
    )  # the cuts are those of the labels, whatever the space is called
    other = run("label", "-m", folder, "-l", "joy,fear", "--json", "I am scared of the dark")
    assert json.loads(other.stdout)["labels"] == ["fear"]
    card = run("models", folder)
    assert "adapted to 18 texts of mine.csv" in card.stdout
    assert run(*asked, "-o", folder).exit_code == 2
    assert run(*asked, "-o", folder, "--overwrite").exit_code == 0


def test_a_figure_on_the_very_texts_says_so(run, mine, tmp_path):
    columns = ("--column", "said", "--column", "label=topic")
    run("adapt", "fast", "--on", mine, *columns, "-o", tmp_path / "topics")
    told = run("evaluate", tmp_path / "topics", "--on", mine, *columns, "--json")
    contamination = json.loads(told.stdout)["contamination"]
    assert contamination["exact"] == {"items": 18, "share": 1.0}
    lines = mine.read_text(encoding="utf-8").splitlines()
    copy = tmp_path / "copy.csv"  # some of the rows, in another order
    copy.write_text("\n".join([lines[0], *lines[9:3:-1], "Another one,t1"]) + "\n", encoding="utf-8")
    told = run("evaluate", tmp_path / "topics", "--on", copy, *columns, "--json")
    assert json.loads(told.stdout)["contamination"]["exact"]["items"] == 6
    other = tmp_path / "other" / "mine.csv"  # another file of that name
    other.parent.mkdir()
    other.write_text(
        'said,topic\n"An altogether different matter",t1\n"Nothing of the kind",t2\n', encoding="utf-8"
    )
    told = run("evaluate", tmp_path / "topics", "--on", other, *columns, "--json")
    assert json.loads(told.stdout)["contamination"]["exact"]["items"] == 0


def test_a_file_in_which_some_labels_do_not_occur_is_told_to_ask_another_question(run, mine, tmp_path):
    columns = ("--column", "said", "--column", "label=topic")
    run("adapt", "fast", "--on", mine, *columns, "-o", tmp_path / "topics")
    lines = mine.read_text(encoding="utf-8").splitlines()
    thanks = tmp_path / "thanks.csv"  # one label a row, and one of the two
    thanks.write_text(
        "\n".join([lines[0], *(x for x in lines if x.endswith(",t2"))]) + "\n", encoding="utf-8"
    )

    def told(*more):
        asked = ("evaluate", tmp_path / "topics", "--on", thanks, *columns, *more)
        return run(*asked).stdout, json.loads(run(*asked, "--json").stdout)

    for more in ((), ("--kind", "multi")):
        shown, report = told(*more)
        assert "the model was made for t1, t2, of which some do not occur here" in shown
        assert report["labels"]["t2"]["recall"]["value"] < 1
    for more, on in ((("-l", "t1,t2"), thanks), ((), mine)):
        shown = run("evaluate", tmp_path / "topics", "--on", on, *columns, *more).stdout
        assert "the model was made for" not in shown
    assert told("-l", "t1,t2")[1]["labels"]["t2"]["recall"]["value"] == 1


def test_values_that_span_less_are_on_the_scale_that_was_learned(run, tmp_path):
    things = ("parcel", "garden", "train", "dinner", "letter", "team", "lesson", "concert")
    forms = (
        ("The {} was wonderful, I am so happy", 5),
        ("The {} was fine", 3),
        ("The {} was awful, I hate it", 1),
    )
    rows = [(form.format(thing), value) for thing in things for form, value in forms]
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    for file, kept in ((whole, rows), (part, [row for row in rows if row[1] > 1])):
        lines = "".join(f'"{text}",{value}\n' for text, value in kept)
        file.write_text("text,valence\n" + lines, encoding="utf-8")
    run("adapt", "fast", "--on", whole, "--column", "value=valence", "-o", tmp_path / "mine")
    found = [
        run(
            "evaluate",
            tmp_path / "mine",
            "--on",
            file,
            "--column",
            "value=valence",
            "-o",
            tmp_path / file.stem,
        )
        for file in (whole, part)
    ]
    assert [done.exit_code for done in found] == [0, 0]
    said = [
        {row["id"]: row["scores"][0] for row in pq.read_table(tmp_path / name / "items.parquet").to_pylist()}
        for name in ("whole", "part")
    ]
    assert sorted(said[1].values()) == pytest.approx(
        sorted(v for v, (_, g) in zip(said[0].values(), rows, strict=True) if g > 1)
    )


def test_a_label_that_no_text_has_is_shown_without_a_figure(run, mine, tmp_path):
    done = run(
        *("adapt", "fast", "--on", mine, "--column", "said", "--column", "label=topic"),
        *("-l", "t1,t2,t3", "-o", tmp_path / "topics", "--json"),
    )
    assert json.loads(done.stdout)["labels"]["t3"] == {"before": None, "after": None}
    assert "t3" in run("models", tmp_path / "topics").stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("fast", "--on", "semeval2018/e-c-ar", "-o", "new"), "'semeval2018' has 0 labelled texts"),
        (("fast", "--on", "semeval2018/ei-oc-en-joy", "-o", "new"), "kind 'ordinal'"),
        (("fast", "--on", "semeval2018", "-o", "."), "no adapted model that could be replaced"),
        (("fast", "--on", "semeval2018", "--column", "x", "-o", "new"), "give the file with --on"),
        (("fast", "--on", "isear:test", "-o", "new"), "split of isear 'test' is unknown"),
        (("nothing", "--on", "semeval2018", "-o", "new"), "model 'nothing' is unknown"),
        (("fast", "--on", "nowhere.csv", "-o", "new"), "there is no file nowhere.csv"),
        (("fast", "--on", "semeval2018"), "Missing option '-o'"),
        (("fast", "-o", "new"), "Missing option '--on'"),
        (("fast", "--on", "a.csv", "--on", "b.csv", "-o", "new"), "--on is given 2 times"),
    ],
)
def test_mistakes_are_told_in_a_sentence(run, args, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("dear")
    result = run("adapt", *args)
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 4
    assert not (tmp_path / "new").exists()
