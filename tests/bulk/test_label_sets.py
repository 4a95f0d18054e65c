"""Labels of each row's own, and free descriptors: columns that are known beforehand, rows that are never lost."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from affekt.bulk import Form, Interrupted, LabelSets, label_table
from affekt.core import OPEN, InputError, Label, LabelError, MissingColumn, Prediction
from affekt.tables import open_table


class Fake:
    """A label scores its share of the text's letters; nothing to say of questions."""

    def __init__(self):
        self.calls = []

    def describe(self):
        return {"name": "fake"}

    def predict(self, texts, *, space, threshold, top):
        self.calls.append((space.names, space.kind, list(texts)))
        return [self._predict(text, space) for text in texts]

    def _predict(self, text, space):
        names = space.names or ("relief", "dread")
        if "?" in text:
            return Prediction((), dict.fromkeys(names, float("nan")), abstained="language")
        scores = {name: (1 + text.count(name[0])) / 3 for name in names}
        return Prediction(tuple(name for name in names if scores[name] > 0.5), scores)


def write_csv(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("text", "labels"), *rows])
    return path


ROWS = [
    ("ja", "joy;anger"),
    ("a", "awe|joy"),
    ("ja", ""),
    ("ja", "joy;Joy"),
    ("why?", "joy"),
    ("ja", "joy;anger"),
]


def test_rows_are_judged_by_set_and_come_in_order(tmp_path):
    source = write_csv(tmp_path / "in.csv", ROWS)
    model = Fake()
    summary = label_table(model, source, tmp_path / "out.csv", labels_column="labels")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "text",
        "labels",
        "affekt_labels",
        "affekt_scores",
        "affekt_flags",
        "affekt_error",
    ]
    assert [row["affekt_labels"] for row in rows] == ["joy;anger", "awe", "", "", "", "joy;anger"]
    assert json.loads(rows[0]["affekt_scores"]) == {"joy": 0.666667, "anger": 0.666667}
    assert json.loads(rows[1]["affekt_scores"]) == {"awe": 0.666667, "joy": 0.333333}
    assert [row["affekt_scores"] for row in rows[2:5]] == ["", "", ""]
    assert rows[2]["affekt_error"] == "line 4: there are no labels in 'labels': name some, such as joy;anger"
    assert rows[3]["affekt_error"].startswith("line 5: labels 'joy' and 'Joy' of space 'custom' are the same")
    assert rows[4]["affekt_error"] == "language"
    assert (summary.rows, summary.errors, summary.abstained) == (6, 2, 1)
    assert [(names, texts) for names, _, texts in model.calls if texts] == [
        (("joy", "anger"), ["ja", "ja"]), (("awe", "joy"), ["a"]), (("joy",), ["why?"])
    ]  # fmt: skip


def test_lists_of_jsonl_and_parquet_and_cells_of_every_form(tmp_path):
    lines = [
        {"text": "ja", "labels": ["joy", {"name": "anger", "description": "mad"}]},
        {"text": "ja", "labels": "joy, anger"},
        {"text": "ja", "labels": "overwhelmed=too much, at once"},
        {"text": "ja", "labels": '["joy; or so"]'},
        {"text": "ja", "labels": [3]},
        {"text": "ja"},
        {"text": "ja", "labels": "[joy"},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    sets = LabelSets(open_table(tmp_path / "in.jsonl"), "labels", Form(), Fake())
    (part,) = open_table(tmp_path / "in.jsonl").parts()
    spaces, errors = sets.of(part)
    assert [space and space.labels for space in spaces] == [
        (Label("joy"), Label("anger", "mad")), (Label("joy"), Label("anger")),
        (Label("overwhelmed", "too much, at once"),), (Label("joy; or so"),), None, None, None,
    ]  # fmt: skip
    assert [error and error.partition(":")[0] for error in errors] == [None] * 4 + [
        "line 5",
        "line 6",
        "line 7",
    ]
    label_table(Fake(), tmp_path / "in.jsonl", tmp_path / "out.jsonl", labels_column="labels")
    answers = [json.loads(line)["affekt"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [list(answer["scores"]) for answer in answers][:3] == [
        ["joy", "anger"],
        ["joy", "anger"],
        ["overwhelmed"],
    ]
    label_table(Fake(), tmp_path / "in.jsonl", tmp_path / "out.csv", labels_column="labels")
    with (tmp_path / "out.csv").open(newline="") as file:
        row = list(csv.DictReader(file))[3]
    assert row["affekt_error"].startswith("label 'joy; or so' has ';', which joins labels in csv")

    table = pa.table(
        {"text": ["ja", "a"], "labels": pa.array([["joy", "anger"], None], pa.list_(pa.string()))}
    )
    pq.write_table(table, tmp_path / "in.parquet")
    label_table(Fake(), tmp_path / "in.parquet", tmp_path / "out.parquet", labels_column="labels")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.schema.field("affekt_scores").type == pa.string()
    assert out["affekt_labels"].to_pylist() == [["joy", "anger"], []]
    assert out["affekt_error"].to_pylist()[1].startswith("row 2: there are no labels in 'labels'")


def test_poles_of_axes_are_told_apart_from_axes(tmp_path):
    source = write_csv(tmp_path / "in.csv", [("ja", "joy=glad, happy|sad;calm"), ("ja", "joy=a|b|c")])
    table = open_table(source)
    spaces, errors = LabelSets(table, "labels", Form("dimensional"), Fake()).of(next(table.parts()))
    assert spaces[0].labels == (Label.parse_axis("joy=glad, happy|sad"), Label("calm"))
    assert "are not two" in errors[1]


def test_levels_and_ranges_are_those_asked_for(tmp_path):
    source = write_csv(tmp_path / "in.csv", [("ja", "joy")])
    for form, found in ((Form("ordinal", levels=3), 3), (Form("dimensional", range=(0, 1)), (0, 1))):
        table = open_table(source)
        (space,), _ = LabelSets(table, "labels", form, Fake()).of(next(table.parts()))
        assert found in (space.levels, space.range)
    for wrong in ({"kind": "multi", "levels": 3}, {"kind": "ordinal", "range": (0, 1)}):
        with pytest.raises(LabelError, match="to it alone"):
            label_table(Fake(), source, tmp_path / "out.csv", labels_column="labels", form=Form(**wrong))


def test_what_a_cell_means_does_not_depend_on_cells_before(tmp_path):
    cells = ["null", None, "5", 5, "true", True, ["joy"], '["joy"]']
    lines = [json.dumps({"text": "ja", "labels": cell}) for cell in cells]
    for order in (lines, lines[::-1]):
        (tmp_path / "in.jsonl").write_text("\n".join(order), encoding="utf-8")
        table = open_table(tmp_path / "in.jsonl")
        spaces, errors = LabelSets(table, "labels", Form(), Fake()).of(next(table.parts()))
        found = [None if space is None else space.names for space in spaces]
        expected = [("null",), None, ("5",), None, ("true",), None, ("joy",), ("joy",)]
        assert found == (expected if order is lines else expected[::-1])
        assert [error is None for error in errors] == [space is not None for space in spaces]


def test_a_set_that_the_model_cannot_judge_is_an_error_of_its_row(tmp_path):
    class Fastidious(Fake):
        def predict(self, texts, *, space, threshold, top):
            if "anger" in space:
                raise LabelError("there is no head for 'anger'")
            return super().predict(texts, space=space, threshold=threshold, top=top)

    source = write_csv(tmp_path / "in.csv", [("ja", "joy;awe"), ("ja", "joy;anger"), ("ja", "joy")])
    summary = label_table(Fastidious(), source, tmp_path / "out.jsonl", labels_column="labels")
    assert (summary.rows, summary.errors) == (3, 1)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["affekt"]["error"] for line in lines] == [None, "line 3: there is no head for 'anger'", None]


class Interrupting(Fake):
    def predict(self, texts, **options):
        if sum(len(seen) for _, _, seen in self.calls) > 14:
            raise KeyboardInterrupt
        return super().predict(texts, **options)


@pytest.mark.parametrize("end", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("asked", [{"labels_column": "labels"}, {"space": OPEN}], ids=["sets", "open"])
def test_a_resumed_output_is_the_same_byte_for_byte(tmp_path, end, asked):
    source = write_csv(tmp_path / "in.csv", [ROWS[i % len(ROWS)] for i in range(40)])
    target, whole = tmp_path / f"out.{end}", tmp_path / f"whole.{end}"
    label_table(Fake(), open_table(source, part_rows=6), whole, **asked)
    with pytest.raises(Interrupted):
        label_table(Interrupting(), open_table(source, part_rows=6), target, **asked)
    with pytest.raises(InputError, match="run with other space"):
        label_table(Fake(), open_table(source, part_rows=6), target, space="ekman", resume=True)
    summary = label_table(Fake(), open_table(source, part_rows=6), target, resume=True, **asked)
    assert summary.resumed
    assert target.read_bytes() == whole.read_bytes()


def test_labels_are_asked_for_in_one_way(tmp_path):
    source = write_csv(tmp_path / "in.csv", ROWS)
    for asked in ({}, {"space": "ekman", "labels_column": "labels"}):
        with pytest.raises(InputError, match="for all rows, or in a column: use one of them"):
            label_table(Fake(), source, tmp_path / "out.csv", **asked)
    with pytest.raises(MissingColumn, match="has no column 'lables' \\(did you mean 'labels'\\?\\)"):
        label_table(Fake(), source, tmp_path / "out.csv", labels_column="lables")


def test_a_part_of_one_label_set_is_one_call(tmp_path):
    source = write_csv(tmp_path / "in.csv", [("ja", "joy")] * 3000)
    model = Fake()
    label_table(model, source, tmp_path / "out.csv", labels_column="labels")
    assert [len(texts) for _, _, texts in model.calls if texts] == [2048, 952]
