"""`import affekt`: what it offers, and what it costs."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import affekt

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
