"""`affekt train`: what it hands on, and what it says without the extra."""

import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def asked(monkeypatch):
    """What `affekt.training.train` was called with."""
    calls = []
    room = ModuleType("affekt.training")

    def train(recipe, **options):
        options.pop("progress")(1, 2)
        if recipe == "endless":
            raise KeyboardInterrupt
        calls.append({"recipe": recipe, **options})
        return {"steps": 12, "out": options["out"]}

    room.train = train
    monkeypatch.setitem(sys.modules, "affekt.training", room)
    return calls


def test_options_reach_the_trainer(affekt, asked, tmp_path):
    own = tmp_path / "mine.csv"
    own.write_text("review,mood,split\nwe won,joy,train\nwe lost,sadness,train\nwe met,joy,test\n")
    settings = [
        "--set",
        "training.epochs=2",
        "--set",
        "name=tiny",
        "--set",
        'corpora=["isear"]',
        "--set",
        "flag=true",
    ]
    result = affekt(
        *("train", "small", *settings, "--on", own, "--column", "review", "--column", "label=mood"),
        *("-o", "there", "--resume", "--dry-run", "--data", "d"),
    )
    read = asked[0].pop("on")
    assert (str(read), read.texts, read.space.names) == (
        "mine.csv:train",
        ("we won", "we lost"),
        ("joy", "sadness"),
    )
    assert asked == [
        {
            "recipe": "small",
            "overrides": {"training.epochs": 2, "name": "tiny", "corpora": ["isear"], "flag": True},
            "out": Path("there"),
            "resume": True,
            "dry_run": True,
            "data": Path("d"),
        }
    ]
    assert result.stdout == "steps\t12\nout\tthere\n"


def test_columns_without_a_file_are_refused(affekt, asked):
    result = affekt("train", "small", "--column", "label=mood")
    assert result.stderr == "Error: --column names the columns of a file: give the file with --on\n"
    result = affekt("train", "small", "--separator", "/")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "--separator stands between the labels in a cell of a file" in result.stderr
    assert not asked


def test_the_model_is_called_as_its_recipe(affekt, asked):
    affekt("train", "recipes/small.toml")
    assert asked[0]["out"] == Path("small")


def test_ctrl_c_says_how_to_go_on(affekt, asked):
    result = affekt("train", "endless", "-o", "there")
    assert result.exit_code == 130
    assert "run the same command with --resume to go on after the last checkpoint in there" in result.stderr


@pytest.mark.parametrize("setting", ["epochs", "=2", ""])
def test_a_setting_without_key_or_value_is_refused(affekt, asked, setting):
    result = affekt("train", "small", "--set", setting)
    assert result.exit_code == 2
    assert "write it as key=value" in result.stderr
    assert not asked


def test_a_missing_package_is_one_sentence_with_the_cure(affekt, monkeypatch):
    class NoTorch:
        def find_spec(self, name, path=None, target=None):
            if name == "torch":
                raise ModuleNotFoundError("No module named 'torch'", name="torch")

    for name in [
        name
        for name in sys.modules
        if name.partition(".")[0] == "torch" or name.startswith("affekt.training")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("affekt.training", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoTorch(), *sys.meta_path])
    result = affekt("train", "small")
    assert result.exit_code == 2
    assert result.stderr == "Error: torch is not installed: run `pip install 'affekt[train]'`\n"
