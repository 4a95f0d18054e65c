"""What holds for the whole house: what an import costs, what is public, which version this is."""

import importlib
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import time
import tomllib
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest

import affekt

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = sorted(module.name for module in pkgutil.iter_modules(affekt.__path__) if module.ispkg)

# Beside itself, `import affekt` may load only these of the standard library; all of them are small.
ALLOWED = {
    *(
        "affekt",
        "collections",
        "contextlib",
        "copyreg",
        "enum",
        "functools",
        "future",
        "importlib",
        "itertools",
    ),
    *("keyword", "operator", "re", "reprlib", "sre", "types", "typing", "warnings"),
}
MEASURE = """
import json, sys, time
before = set(sys.modules)
start = time.perf_counter()
{statement}
seconds = time.perf_counter() - start
print(json.dumps([seconds, sorted(set(sys.modules) - before)]))
"""
CHEAP_SECONDS = 0.15


def imports(statement):
    """Seconds that a statement takes in a fresh interpreter, and the modules that it loads."""
    # -I: neither the current folder nor PYTHON… variables; the package is found by its folder alone.
    script = f"import sys; sys.path.insert(0, {str(Path(affekt.__file__).parents[1])!r})" + MEASURE.format(
        statement=statement
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    seconds, modules = json.loads(done.stdout)
    return seconds, modules


def test_importing_affekt_is_cheap():
    runs = [imports("import affekt") for _ in range(7)]
    assert min(seconds for seconds, _ in runs) < CHEAP_SECONDS


def test_importing_affekt_loads_nothing_heavy():
    _, modules = imports("import affekt")
    assert {module.split(".")[0].strip("_") for module in modules} <= ALLOWED
    assert [module for module in modules if module.startswith("affekt.")] == []


def test_the_nouns_load_numpy_and_nothing_heavier():
    _, modules = imports("from affekt import Prediction, LabelSpace")
    roots = {module.split(".")[0] for module in modules} - set(sys.stdlib_module_names)
    assert roots <= {"affekt", "numpy"}


@pytest.mark.parametrize("room", ["affekt", *(f"affekt.{room}" for room in ROOMS)])
def test_a_room_names_what_others_may_use(room):
    module = importlib.import_module(room)
    assert module.__all__
    assert len(set(module.__all__)) == len(module.__all__)
    missing = [name for name in module.__all__ if not hasattr(module, name)]
    assert missing == []
    lines = module.__doc__.strip().splitlines()
    assert lines[0].endswith(".")


def test_every_room_stands_on_a_floor():
    contract = PROJECT["tool"]["importlinter"]["contracts"][0]
    floors = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    assert {f"affekt.{room}" for room in ROOMS} <= floors


def test_one_version_everywhere():
    assert affekt.__version__ == PROJECT["project"]["version"] == version("affekt")


def test_constraints_agree_with_what_the_project_asks_for():
    pins = dict(
        re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    )
    assert pins["torch"] == "2.13.0"
    project = PROJECT["project"]
    asked = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    names = {re.match(r"[\w-]+", line).group() for line in asked if not line.startswith("affekt[")}
    assert names <= set(pins)


@pytest.mark.slow
def test_the_demo_runs_on_a_bare_clone(tmp_path):
    clone = tmp_path / "clone"
    copied = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, copied.split("\0")):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    bare = {
        key: value
        for key, value in os.environ.items()
        if key not in ("PYTHONPATH", "AFFEKT_DATA", "VIRTUAL_ENV")
    }
    first = subprocess.run(["make", "demo"], cwd=clone, env=bare, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    labelled = [line for line in first.stdout.splitlines() if "\t" in line]
    assert len(labelled) == 40, "a line a review"
    assert re.match(r"joy.*\tThird machine from this brand", labelled[0])
    start = time.monotonic()
    again = subprocess.run(["make", "demo"], cwd=clone, env=bare, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert time.monotonic() - start < 30  # the environment is made once
