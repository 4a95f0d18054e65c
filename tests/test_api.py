"""`import affekt`: what it offers, and what it costs."""

import json
import os
import subprocess
import sys
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest

import affekt
from affekt import at_hand

ROOT = Path(__file__).parents[1]

# What typing brings along, and nothing else: no numpy, no click, no model.
LIGHT = {
    "__future__", "_collections", "_functools", "_operator", "_sre", "_typing", "affekt", "collections", "contextlib",
    "copyreg", "enum", "functools", "importlib", "itertools", "keyword", "operator", "re", "reprlib", "types", "typing",
    "warnings",
}  # fmt: skip
HEAVY = {"onnxruntime", "pandas", "pyarrow", "rich", "scipy", "sklearn", "torch", "transformers"}


def modules_after(program):
    """Names of the top-level modules that a program loads, in a new interpreter, and its seconds."""
    script = (
        "import json, sys, time\n"
        f"sys.path.insert(0, {str(ROOT / 'src')!r})\n"
        "before, began = set(sys.modules), time.perf_counter()\n"
        f"{program}\n"
        "seconds = time.perf_counter() - began\n"
        "print(json.dumps([sorted({name.partition('.')[0] for name in set(sys.modules) - before}), seconds]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    names, seconds = json.loads(done.stdout)
    return set(names), seconds


def test_import_is_light_and_quick():
    runs = [modules_after("import affekt") for _ in range(3)]
    assert runs[0][0] <= LIGHT
    assert min(seconds for _, seconds in runs) < 0.15


def test_the_nouns_cost_numpy_and_no_more():
    names, _ = modules_after("import affekt; affekt.Label, affekt.Item, affekt.Prediction")
    assert "numpy" in names
    assert not names & HEAVY


def test_the_verbs_cost_neither_screen_nor_runtime():
    names, _ = modules_after("import affekt; affekt.label, affekt.load, affekt.evaluate")
    assert not names & (HEAVY | {"click"})


class Recorder:
    """A model that says of each text what it was asked."""

    def predict(self, texts, **options):
        return [(text, options) for text in texts]

    def explain(self, text, **options):
        return text, options


@pytest.fixture
def loaded(monkeypatch):
    """Names of the models that were loaded; they are recorders."""
    names = []

    def load(name):
        names.append(str(name))
        return Recorder()

    monkeypatch.setattr("affekt.models.load", load)
    monkeypatch.setattr("affekt.at_hand._kept", lru_cache(1)(at_hand._kept.__wrapped__))
    return names


def test_one_text_gives_one_prediction_and_a_list_a_list(loaded):
    assert affekt.label("We won!")[0] == "We won!"
    assert affekt.label(affekt.Item("We won!"))[0] == affekt.Item("We won!")
    assert [text for text, _ in affekt.label(text for text in ("a", "b"))] == ["a", "b"]
    assert affekt.label([]) == []
    assert affekt.label(["a"])[0][0] == "a"


def test_options_reach_the_model_in_the_same_words(loaded):
    asked = {"labels": ["joy"], "space": None, "kind": "single", "threshold": 0.3, "top": 2}
    assert affekt.label("a", **asked)[1] == asked
    assert affekt.label("a", space="ekman", model=Recorder())[1]["space"] == "ekman"
    assert loaded == ["auto"]
    asked = {"labels": ["joy"], "space": None, "kind": "single", "open": False, "parts": 3}
    assert affekt.explain("a", **asked) == ("a", asked)


def test_labels_by_text_and_free_words_reach_the_model(loaded):
    sets = [["joy"], ["fear"]]
    assert [options["labels"] for _, options in affekt.label(["a", "b"], labels=sets)] == [sets, sets]
    assert affekt.label("a", open=True)[1]["open"] is True
    with pytest.raises(affekt.AffektError, match="one text has one list of labels"):
        affekt.label("a", labels=sets)


def test_a_model_is_loaded_once_and_again_when_its_directory_was_written_anew(loaded, tmp_path):
    (tmp_path / "affekt.json").write_text("{}")
    for _ in range(2):
        affekt.label("a", model=tmp_path)
    assert loaded == [str(tmp_path)]
    os.utime(tmp_path / "affekt.json", ns=(1, 1))
    affekt.label("a", model=tmp_path)
    assert loaded == [str(tmp_path)] * 2


def test_every_name_that_is_offered_is_there():
    assert affekt.__all__ == sorted(affekt.__all__)
    assert dir(affekt) == affekt.__all__
    for name in affekt.__all__:
        assert getattr(affekt, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'lable'"):
        affekt.lable  # noqa: B018


def test_the_version_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert affekt.__version__ == project["version"]
