"""`affekt` itself: help, version, unknown commands, and what a start costs."""

import subprocess
import sys
from importlib import import_module

import pytest

import affekt as package

COMMANDS = (
    "label",
    "explain",
    "train",
    "evaluate",
    "adapt",
    "wordings",
    "compare",
    "summarize",
    "models",
    "corpora",
)


def test_version(affekt):
    assert affekt("--version").stdout == f"affekt {package.__version__}\n"


def test_help_lists_the_commands_in_their_own_words(affekt):
    listed = affekt("--help").stdout.partition("Commands:")[2].split("\n")
    summaries = dict(line.strip().split(maxsplit=1) for line in listed if line.strip())
    assert tuple(summaries) == COMMANDS
    for name, summary in summaries.items():
        assert import_module(f"affekt.cli.{name}").command.help.splitlines()[0] == summary
    assert affekt().stdout == affekt("--help").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_examples(affekt, name):
    result = affekt(name, "--help")
    assert result.exit_code == 0
    assert 2 <= result.stdout.count(f"affekt {name}") - 1 <= 5
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_an_unknown_command_is_answered_with_a_near_one(affekt):
    result = affekt("lable", "x")
    assert result.exit_code == 2
    assert (
        result.stderr == "Error: there is no command 'lable', did you mean 'label'? (see `affekt --help`)\n"
    )


def test_python_m_affekt_is_affekt():
    done = subprocess.run(
        [sys.executable, "-m", "affekt", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"affekt {package.__version__}\n"


def imported(process):
    """Names of the modules that a process imported, as the interpreter reports them."""
    _, errors = process.communicate()
    assert process.returncode == 0
    lines = (line.split("|") for line in errors.decode().splitlines() if line.startswith("import time:"))
    return {cells[-1].strip() for cells in lines}


REPORT_IMPORTS = {"PYTHONPROFILEIMPORTTIME": "1"}
HEAVY = {"onnxruntime", "pyarrow", "rich", "sklearn", "torch", "transformers"}


def test_labelling_a_text_imports_no_more_than_it_needs(start):
    names = imported(start("label", "joy", env=REPORT_IMPORTS))
    assert not {name.partition(".")[0] for name in names} & HEAVY
    rooms = {name.split(".")[1] for name in names if name.startswith("affekt.")}
    assert rooms <= {"cli", "core", "models", "encoder", "decisions", "text", "wrappers", "pages"}


@pytest.mark.parametrize("args", [["--version"], ["--help"]])
def test_a_question_about_affekt_itself_does_without_numpy(args):
    command = [sys.executable, "-X", "importtime", "-m", "affekt", *args]
    names = imported(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    assert "click" in names
    assert not {"numpy", "affekt.core", "rich"} & names
