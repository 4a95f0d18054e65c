"""A real browser, where one is installed."""

import importlib.util
import os
from pathlib import Path

import pytest


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def browser():
    """A browser; skipped where chromium is missing, a failure under CI=true."""
    chromium = _load(Path(__file__).with_name("browser.py"))
    if chromium.program() is None:
        message = "chromium is not installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with chromium.browser() as running:
        yield running
