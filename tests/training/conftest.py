"""Small runs on a random encoder of width 32."""

import json

import pytest
import torch

RECIPE = """
name = "tiny-emotions"
description = "a random encoder"
backbone = {backbone}
human = ["brighter/a-eng:train"]
heads = ["brighter-eng"]
seed = 3
positions = 96
holdout = 12
checkpoint_minutes = 0.0
precision = "float32"

[[texts]]
corpus = "descriptors/brighter-eng"
limit = 80
reference = 30

[optimizer]
epochs = 2
batch = 16
dropout = 0.1
"""


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Steps this small take longer on two threads, far longer where other tests run beside them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def recipe(tiny_backbone, tmp_path):
    """A recipe file of two epochs of five steps; `overrides` of `train` change it."""
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE.format(backbone=json.dumps(str(tiny_backbone))), encoding="utf-8")
    return path


@pytest.fixture
def labelled(tmp_path):
    """Write labelled texts, a line each."""

    def write(rows, name="mine.jsonl"):
        path = tmp_path / name
        lines = [json.dumps({"text": text, "labels": labels}) for text, labels in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


class Stop(Exception):
    """An interruption."""


@pytest.fixture
def stop_after():
    """A progress callback that interrupts a run after so many steps."""

    def made(steps):
        def progress(done, total):
            assert 0 < done <= total
            if done == steps:
                raise Stop

        return progress

    return made


@pytest.fixture
def interruption():
    return Stop
