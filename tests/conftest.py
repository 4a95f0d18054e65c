"""Fixtures that several rooms share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora_dir() -> Path:
    """The folder of published corpora; skipped where it is missing, a failure under CI=true."""
    default = Path(__file__).parents[2] / "shared" / "corpora"
    folder = Path(os.environ.get("AFFEKT_DATA", default))
    if not folder.is_dir():
        message = f"no corpora at {folder}: set AFFEKT_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
