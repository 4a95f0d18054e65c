"""Reports as files: what is in them, and that they come whole or not at all."""

import json
import os
import platform

import numpy as np
import pytest
from pyarrow import parquet

from affekt.core import InputError, LabelSpace
from affekt.evaluation import Report, evaluate

PAIR = LabelSpace.of(["joy", "anger"])
TEXTS = ["joy=.9 anger=.6", "joy=.8", "anger=.4", "?"]
GOLD = [[1, 0], [1, 1], [0, 0], [0, 1]]


@pytest.fixture
def report(told, corpus):
    return evaluate(told(), corpus(TEXTS, GOLD, PAIR, groups=("a", "a", "b", "b")), bootstrap=50)


def _no_nan(text):
    raise AssertionError(text)


def test_the_json_has_the_fields_of_the_interface(report):
    data = json.loads(report.to_json(), parse_constant=_no_nan)
    assert {
        "schema", "affekt", "model", "data", "decision", "mode", "metrics", "labels", "rules", "abstained",
        "calibration", "slices", "contamination", "seconds",
    } <= set(data)  # fmt: skip
    assert set(data["metrics"]["macro_f1"]) == {"value", "low", "high"}
    assert data["data"]["name"] == "made"
    assert data["data"]["part"] == "part"
    assert data["data"]["split"] == "test"
    assert data["data"]["items"] == 4
    assert data["data"]["sha256"] == {"test.txt": "c0ffee"}
    assert data["model"] == {
        "name": "told",
        "training": {"corpora": ["somewhere"]},
        "files": {"text.onnx": "ab"},
    }
    assert data["labels"]["joy"]["support"] == 2
    assert LabelSpace.from_dict(data["data"]["space"]) == PAIR


def test_a_report_comes_back_from_json(report):
    again = Report.from_json(report.to_json())
    assert again == report
    assert again.items is None


def test_what_made_it_is_said_in_the_report_and_on_its_page(report):
    made_with = json.loads(report.to_json())["made_with"]
    assert made_with["python"] == platform.python_version()
    assert made_with["numpy"] == np.__version__
    assert made_with["machine"] == platform.machine()
    assert set(made_with) == {"python", "numpy", "onnxruntime", "machine"}
    assert f"numpy {np.__version__}" in report.page()
    earlier = {name: value for name, value in report.to_dict().items() if name != "made_with"}
    assert Report.from_dict(earlier).made_with is None


def test_items_say_what_was_said_without_texts(report, tmp_path):
    report.save(tmp_path / "new" / "folder")
    table = parquet.read_table(tmp_path / "new" / "folder" / "items.parquet")
    assert {field.name: str(field.type) for field in table.schema} == {
        "id": "string",
        "group": "string",
        "gold": "list<element: string>",
        "labels": "list<element: string>",
        "scores": "list<element: float>",
        "abstained": "string",
    }
    rows = table.to_pylist()
    assert rows[0]["id"] == "test-0"
    assert [row["group"] for row in rows] == ["a", "a", "b", "b"]
    assert [row["gold"] for row in rows] == [["joy"], ["joy", "anger"], [], ["anger"]]
    assert [row["labels"] for row in rows] == [["joy", "anger"], ["joy"], [], []]
    np.testing.assert_allclose(rows[0]["scores"], [0.9, 0.6], rtol=1e-6)
    assert rows[3]["scores"] == [None, None]
    assert [row["abstained"] for row in rows] == [None, None, None, "language"]
    saved = (tmp_path / "new" / "folder" / "report.json").read_text(encoding="utf-8")
    assert Report.from_json(saved) == report


def test_values_on_axes_keep_their_gold(told, corpus, axes_space, tmp_path):
    data = corpus(["valence=2", "valence=3"], [[2.5, 1.0], [4.0, np.nan]], axes_space("valence", "arousal"))
    evaluate(told(axes=("valence",)), data).save(tmp_path)
    rows = parquet.read_table(tmp_path / "items.parquet").to_pylist()
    assert [row["gold_values"] for row in rows] == [[2.5, 1.0], [4.0, None]]
    assert [row["scores"] for row in rows] == [[2.0, None], [3.0, None]]
    assert [row["gold"] for row in rows] == [[], []]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_an_earlier_report_survives_a_failing_disk(report, tmp_path, monkeypatch, broken):
    report.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"items.parquet", "report.json", "report.html"}

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(InputError, match=r"items.parquet cannot be written \(No space left on device\)"):
        report.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_full_disk_in_the_middle_of_the_items(report, tmp_path, monkeypatch):
    def fill(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", fill)
    with pytest.raises(InputError, match="make room or name another directory"):
        report.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_directory_should_be(report, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(InputError, match="taken cannot be made"):
        report.save(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 99}', '{"schema": 1}', '{"schema": 1, "metrics": {"f1": 0.5}}']
)
def test_what_is_no_report_is_one_sentence(text):
    with pytest.raises(InputError, match="evaluate anew"):
        Report.from_json(text)
