"""A folder of invented files in published formats."""

import pytest


@pytest.fixture
def folder(tmp_path):
    """Write invented files: `folder(path, content, …)` gives the data folder."""

    def write(*pairs):
        for path, content in zip(pairs[::2], pairs[1::2], strict=True):
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write
