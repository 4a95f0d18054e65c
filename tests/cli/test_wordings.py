"""`affekt wordings`, with the smallest bundled model."""

import json

import pytest
from click.testing import CliRunner

import affekt as package
from affekt.cli import app


@pytest.fixture
def run(corpora_dir, monkeypatch):
    monkeypatch.setenv("AFFEKT_DATA", str(corpora_dir))
    return lambda *args: CliRunner().invoke(app, ["wordings", *map(str, args)])


def test_words_chosen_on_dev_help_on_other_tweets(run, corpora_dir, tmp_path):
    """E-c's train split is neither trained on nor chosen by here."""
    file = tmp_path / "tweets.toml"
    told = run("fast", "--on", "semeval2018", "-o", file, "--json")
    assert told.exit_code == 0
    changes = json.loads(told.stdout)["changes"]
    assert changes["pessimism"]["after"] > changes["pessimism"]["before"]
    labels = package.LabelSpace.from_toml(file.read_text(encoding="utf-8"))
    plain, worded = (
        package.evaluate("fast", "semeval2018:train", mode="calibrated", space=space, data=corpora_dir)
        for space in (None, labels)
    )
    gain = worded.metrics["macro_f1"].value - plain.metrics["macro_f1"].value
    assert gain > 0.008


def test_a_file_of_ones_own(run, tmp_path):
    mine = tmp_path / "mine.csv"
    rows = [
        "The parcel never came,late",
        "Thank you so much,thanks",
        "Nothing special,",
        "Great staff,thanks",
    ]
    mine.write_text("text,labels\n" + "\n".join(rows * 10) + "\n", encoding="utf-8")
    out = tmp_path / "mine.json"
    result = run("fast", "--on", mine, "-l", "late=a delay", "-l", "thanks", "-o", out)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "label\tprecision\twith new words\tadded\tdropped"
    assert [label["name"] for label in json.loads(out.read_text(encoding="utf-8"))["labels"]] == [
        "late",
        "thanks",
    ]
    again = run("fast", "--on", mine, "-o", out)
    assert again.exit_code == 2
    assert "replace it with --overwrite" in again.stderr
    assert run("fast", "--on", mine, "-o", out, "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("fast", "--on", "goemotions"), "trained head"),
        (("fast", "--on", "semeval2018/e-c-ar"), "texts that the model can read"),
        (("fast", "--on", "emobank"), "kinds 'multi' and 'single'"),
        (("fast", "--on", "semeval2018", "-o", "tweets.txt"), "FILE.toml or FILE.json"),
        (("fast", "--on", "semeval2018", "-o", "nowhere/tweets.toml"), "there is no folder nowhere"),
        (("fast", "--on", "semeval2018", "--overwrite"), "name it with -o"),
        (("fast", "--on", "semeval2018", "--column", "x"), "give the file with --on"),
        (("fast",), "Missing option '--on'"),
    ],
)
def test_mistakes_are_told_in_a_sentence(run, args, told):
    result = run(*args)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_the_test_split_is_not_tuned_on_unasked(run, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("text,labels,split\nWell done,joy,train\nOh no,fear,test\n", encoding="utf-8")
    result = run("fast", "--on", mine)
    assert result.exit_code == 2
    assert "there is no dev split" in result.stderr


def test_wordings_are_read_however_they_are_written(run, tmp_path):
    mine, labels, out = (tmp_path / name for name in ("mine.csv", "given.toml", "chosen.toml"))
    rows = ["The parcel never came,late", "Thank you so much,thanks"]
    mine.write_text("text,labels\n" + "\n".join(rows * 10) + "\n", encoding="utf-8")
    labels.write_text(
        '[[labels]]\nname = "late"\ndescription = """too\nlate"""\n'
        'paraphrases = ["d\u0065\u0301lai", " slow ", "", "Late"]\n[[labels]]\nname = "thanks"\n',
        encoding="utf-8",
    )
    result = run("fast", "--on", mine, "--labels", labels, "-o", out)
    assert result.exit_code == 0, result.stderr
    late = package.LabelSpace.from_toml(out.read_text(encoding="utf-8")).labels[0]
    assert late.name == "late"
    assert not {" slow ", "", "Late"} & set(late.forms)
