"""The documents: links lead somewhere, commands and code run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "bundled" for part in path.relative_to(ROOT).parts)
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_HERE = ("pip install", "git clone", "make ", "cd ")


def anchors(text):
    """What the headings of a document can be linked by, as hosting sites write it."""
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in (one or other for one, other in LINK.findall(text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (path.parent / name) if name else path
        assert linked.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in anchors(linked.read_text(encoding="utf-8")), f"{target} has no such heading"


def blocks(language):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [code for name, code in FENCE.findall(text) if name == language]


def commands():
    """Lines after `$ ` of the README's console blocks, and all lines of its shell blocks."""
    lines = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    lines += [
        line
        for name in ("sh", "bash")
        for block in blocks(name)
        for line in block.splitlines()
        if line.strip()
    ]
    return [line for line in lines if not line.startswith((*NOT_HERE, "#"))]


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def test_the_commands_of_the_readme_run(workplace):
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for line in commands():
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=workplace, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_the_code_of_the_readme_runs(workplace, monkeypatch):
    monkeypatch.chdir(workplace)
    names = {}
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), names)
