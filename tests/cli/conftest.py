"""The command line with a fake model: in this process, in its own, and on a terminal of its own."""

import fcntl
import importlib.util
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner

from affekt.cli import app

_FAKES = Path(__file__).with_name("fakes.py")


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def model(monkeypatch):
    """The model that `small` loads."""
    fakes = _load(_FAKES)
    model = fakes.FakeModel()
    monkeypatch.setattr("affekt.models.load", fakes.load_only(model))
    return model


@pytest.fixture
def affekt(model):
    """Run the command line in this process; gives click's result."""

    def run(*args, stdin=None):
        result = CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def start():
    """Start the command line in a process of its own, each part taking `seconds`."""

    def popen(*args, seconds=0.0, **settings):
        command = [sys.executable, str(_FAKES), str(seconds), *map(str, args)]
        env = {**os.environ, **settings.pop("env", {})}
        pipes = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **settings,
        }
        return subprocess.Popen(command, env=env, **pipes)

    return popen


@pytest.fixture
def on_terminal(start):
    """Run the command line on a terminal; gives what is seen there, and the exit code."""

    def run(*args, width=80, env=None):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        settings = {"TERM": "xterm-256color", "NO_COLOR": "", **(env or {})}
        process = start(*args, stdin=theirs, stdout=theirs, stderr=theirs, env=settings)
        os.close(theirs)
        seen = b""
        while block := _read(ours):
            seen += block
        os.close(ours)
        return seen.decode(), process.wait()

    return run


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side has closed
        return b""
