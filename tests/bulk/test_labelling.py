"""A fake model over real files."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from affekt.bulk import Interrupted, label_table
from affekt.core import InputError, LabelError, LabelSpace, Prediction
from affekt.tables import open_table

SPACE = LabelSpace.of(["joy", "anger"])


class Fake:
    """Joy and anger by the letters j and a; nothing to say of texts with a question mark."""

    def __init__(self, name="fake"):
        self.name = name
        self.calls = []

    def describe(self):
        return {"name": self.name}

    def predict(self, texts, *, space, threshold, top):
        self.calls.append(list(texts))
        return [self._predict(text, space) for text in texts]

    def _predict(self, text, space):
        if "?" in text:
            return Prediction((), dict.fromkeys(space.names, float("nan")), abstained="language")
        scores = {name: (1 + text.count(name[0])) / 3 for name in space.names}
        labels = tuple(sorted((name for name in scores if scores[name] > 0.5), key=scores.get, reverse=True))
        return Prediction(labels, scores, flags=() if text else ("empty",))


ROWS = [("007", "ja"), ("8", ""), ("9", "why?"), ("", 'a "j", aa')]


def write_csv(path, rows=ROWS):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("id", "text"), *rows])
    return path


def test_csv_gets_the_columns_of_the_interface(tmp_path):
    source = write_csv(tmp_path / "in.csv")
    source.write_text(source.read_text() + "broken\n")
    summary = label_table(Fake(), source, tmp_path / "out.csv", space=SPACE)
    assert (tmp_path / "out.csv").read_text() == (
        "id,text,affekt_labels,affekt_score_joy,affekt_score_anger,affekt_flags,affekt_error\n"
        "007,ja,joy;anger,0.666667,0.666667,,\n"
        "8,,,0.333333,0.333333,empty,\n"
        "9,why?,,,,,language\n"
        ',"a ""j"", aa",anger;joy,0.666667,1.33333,,\n'
        'broken,,,,,,"line 6 has 1 cells, but the header has 2"\n'
    )
    assert (summary.rows, summary.errors, summary.abstained, summary.resumed) == (5, 1, 1, 0)
    assert summary.seconds > 0


def test_jsonl_gets_one_key(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": 1.50, "text": "ja"}\n{"id": 2}\n')
    label_table(Fake(), tmp_path / "in.jsonl", tmp_path / "out.jsonl", space=SPACE)
    first, second = (tmp_path / "out.jsonl").read_text().splitlines()
    assert first == (
        '{"id": 1.50, "text": "ja", "affekt": {"labels": ["joy", "anger"], '
        '"scores": {"joy": 0.666667, "anger": 0.666667}, "flags": [], "error": null}}'
    )
    assert json.loads(second)["affekt"] == {
        "labels": [],
        "scores": {},
        "flags": [],
        "error": "line 2 has no 'text'",
    }


def test_levels_of_an_ordinal_space_are_in_jsonl(tmp_path):
    class Levels:
        def predict(self, texts, **_):
            return [Prediction(("joy",), {"joy": 1.7}, levels={"joy": 2}) for _ in texts]

    (tmp_path / "in.txt").write_text("ja\n")
    space = LabelSpace("j", SPACE.labels[:1], "ordinal", levels=4)
    label_table(Levels(), tmp_path / "in.txt", tmp_path / "out.jsonl", space=space)
    assert json.loads((tmp_path / "out.jsonl").read_text())["affekt"]["levels"] == {"joy": 2}


def test_parquet_gets_typed_columns(tmp_path):
    pq.write_table(pa.table({"text": ["ja", None, "why?"], "n": [1, 2, 3]}), tmp_path / "in.parquet")
    label_table(Fake(), tmp_path / "in.parquet", tmp_path / "out.parquet", space=SPACE)
    out = pq.read_table(tmp_path / "out.parquet")
    assert {field.name: field.type for field in out.schema} == {
        "text": pa.string(),
        "n": pa.int64(),
        "affekt_labels": pa.list_(pa.string()),
        "affekt_score_joy": pa.float32(),
        "affekt_score_anger": pa.float32(),
        "affekt_flags": pa.list_(pa.string()),
        "affekt_error": pa.string(),
    }
    assert out["affekt_labels"].to_pylist() == [["joy", "anger"], [], []]
    assert out["affekt_score_joy"].to_pylist() == [pytest.approx(2 / 3, abs=1e-6), None, None]
    assert out["affekt_error"].to_pylist() == [None, "row 2 has null in 'text', not text", "language"]


def test_the_model_sees_whole_parts_and_what_was_asked_for(tmp_path):
    seen = []

    class Asked(Fake):
        def predict(self, texts, *, space, threshold, top):
            seen.append((space.name, threshold, top, len(texts)))
            return super().predict(texts, space=space, threshold=threshold, top=top)

    write_csv(tmp_path / "in.csv", [(str(i), "ja") for i in range(5000)])
    progress = []
    label_table(
        Asked(),
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        space="ekman",
        threshold=0.25,
        top=2,
        progress=lambda done, total: progress.append((done, total)),
    )
    assert seen == [("ekman", 0.25, 2, 2048), ("ekman", 0.25, 2, 2048), ("ekman", 0.25, 2, 904)]
    size = (tmp_path / "in.csv").stat().st_size
    assert [total for _, total in progress] == [size] * 3
    assert progress == sorted(progress)
    assert progress[-1] == (size, size)


class Interrupting(Fake):
    """Stops as if by the keyboard at the third part, once."""

    def predict(self, texts, **options):
        if len(self.calls) == 2:
            raise KeyboardInterrupt
        return super().predict(texts, **options)


@pytest.mark.parametrize("end", ["csv", "jsonl", "parquet"])
def test_an_interrupted_run_says_how_to_go_on_and_does(tmp_path, end):
    source = write_csv(tmp_path / "in.csv", [(str(i), "ja"[: i % 3] + "?" * (i % 5 == 0)) for i in range(40)])
    target, whole = tmp_path / f"out.{end}", tmp_path / f"whole.{end}"
    label_table(Fake(), open_table(source, part_rows=6), whole, space=SPACE)
    with pytest.raises(
        Interrupted, match="interrupted after 12 rows: run the same command with --resume to go on"
    ):
        label_table(Interrupting(), open_table(source, part_rows=6), target, space=SPACE)
    with pytest.raises(InputError, match="is of a run with other model: give the same"):
        label_table(Fake("other"), open_table(source, part_rows=6), target, space=SPACE, resume=True)
    with pytest.raises(InputError, match="is of a run with other space, threshold: give the same"):
        label_table(
            Fake(), open_table(source, part_rows=6), target, space="ekman", threshold=0.1, resume=True
        )
    model = Fake()
    summary = label_table(model, open_table(source, part_rows=6), target, space=SPACE, resume=True)
    assert len(model.calls) == 5
    assert (summary.rows, summary.resumed, summary.abstained) == (40, 12, 8)
    assert target.read_bytes() == whole.read_bytes()


def test_a_model_that_does_not_describe_itself_is_known_by_its_name(tmp_path):
    class Named:
        def __init__(self, name):
            self.name = name

        def predict(self, texts, **_):
            if self.name == "small" and "16" in texts:
                raise KeyboardInterrupt
            return [Prediction((), {}) for _ in texts]

    (tmp_path / "in.txt").write_text("".join(f"{i}\n" for i in range(20)))
    table, target = open_table(tmp_path / "in.txt", part_rows=4), tmp_path / "out.csv"
    with pytest.raises(Interrupted):
        label_table(Named("small"), table, target, space=SPACE)
    with pytest.raises(InputError, match="of a run with other model"):
        label_table(Named("fast"), table, target, space=SPACE, resume=True)


def test_a_failing_model_loses_nothing(tmp_path):
    class Short(Fake):
        def predict(self, texts, **options):
            predictions = super().predict(texts, **options)
            return predictions if len(self.calls) < 3 else predictions[1:]

    source = write_csv(tmp_path / "in.csv", [(str(i), "ja") for i in range(40)])
    with pytest.raises(ValueError, match="the model gave 5 predictions for 6 texts"):
        label_table(Short(), open_table(source, part_rows=6), tmp_path / "out.csv", space=SPACE)
    resumed = label_table(
        Fake(), open_table(source, part_rows=6), tmp_path / "out.csv", space=SPACE, resume=True
    )
    assert (resumed.rows, resumed.resumed) == (40, 12)


def test_rows_that_are_all_broken_need_no_model(tmp_path):
    pq.write_table(pa.table({"text": pa.array([None, None], pa.string())}), tmp_path / "in.parquet")
    model = Fake()
    summary = label_table(model, tmp_path / "in.parquet", tmp_path / "out.csv", space=SPACE)
    assert (model.calls, summary.errors) == ([], 2)


def test_labels_that_cannot_be_told_apart_in_a_cell(tmp_path):
    source = write_csv(tmp_path / "in.csv")
    space = LabelSpace.of(["joy; or so", "anger"])
    with pytest.raises(
        LabelError, match="label 'joy; or so' has ';', which joins labels in csv: write jsonl"
    ):
        label_table(Fake(), source, tmp_path / "out.csv", space=space)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
    label_table(Fake(), source, tmp_path / "out.jsonl", space=space)


def test_a_labelled_file_is_not_labelled_over(tmp_path):
    source = write_csv(tmp_path / "in.csv")
    label_table(Fake(), source, tmp_path / "out.csv", space=SPACE)
    with pytest.raises(InputError, match=r"out.csv already has 'affekt_labels', 'affekt_score_joy'"):
        label_table(Fake(), tmp_path / "out.csv", tmp_path / "again.csv", space=SPACE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_device(tmp_path):
    with pytest.raises(InputError, match="/dev/full cannot be written: No space left on device"):
        label_table(Fake(), write_csv(tmp_path / "in.csv"), "/dev/full", space=SPACE)


SCRIPT = """
import sys, time, psutil
from affekt.bulk import label_table
from affekt.core import Prediction
class Model:
    def predict(self, texts, *, space, threshold, top):
        if len(peaks) == int(sys.argv[3]): time.sleep(60)
        return [Prediction(space.names[: len(t) % 3], {n: len(t) / (7 + i) for i, n in enumerate(space.names)}) for t in texts]
peaks = []
def progress(done, total):
    peaks.append(psutil.Process().memory_info().rss)
    sys.stderr.write("part\\n"); sys.stderr.flush()
summary = label_table(Model(), sys.argv[1], sys.argv[2], space="ekman", resume=True, progress=progress)
print(summary.resumed, *(p >> 20 for p in peaks))
"""


def labelling(source, target, hang_at=-1):
    return [sys.executable, "-c", SCRIPT, str(source), str(target), str(hang_at)]


@pytest.mark.parametrize(
    ("end", "how"),
    [("csv", signal.SIGKILL), ("jsonl", signal.SIGKILL), ("parquet", signal.SIGKILL), ("csv", signal.SIGINT)],
)
def test_a_process_that_is_ended_goes_on(tmp_path, end, how):
    source = tmp_path / f"in.{end}"
    texts = [f"text {i} " * (i % 9) for i in range(9000)]
    if end == "csv":
        write_csv(source, list(enumerate(texts)))
    elif end == "jsonl":
        source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    else:
        pq.write_table(pa.table({"text": texts}), source, row_group_size=3000)
    whole, target = tmp_path / f"whole.{end}", tmp_path / f"out.{end}"
    subprocess.run(labelling(source, whole), check=True, capture_output=True)
    with subprocess.Popen(
        labelling(source, target, hang_at=2), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        for _ in range(2):
            process.stderr.readline()
        process.send_signal(how)
        rest = process.stderr.read()
    assert process.returncode != 0
    if how == signal.SIGINT:
        assert "interrupted after 4,096 rows: run the same command with --resume to go on" in rest
    done = subprocess.run(labelling(source, target), check=True, capture_output=True, text=True)
    assert done.stdout.split()[0] == "4096"
    assert target.read_bytes() == whole.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("end", ["csv", "jsonl", "parquet"])
def test_memory_is_flat(tmp_path, end):
    source = tmp_path / "in.csv"
    rows = 200_000
    with source.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows((i, f"number {i}: " + "so it goes " * (i % 20)) for i in range(rows))
    done = subprocess.run(
        labelling(source, tmp_path / f"out.{end}"), check=True, capture_output=True, text=True
    )
    _, *peaks = map(int, done.stdout.split())
    assert len(peaks) == -(-rows // 2048)
    assert max(peaks) < 300
    assert max(peaks) - peaks[len(peaks) // 10] < 25
    assert sum(len(part) for part in open_table(tmp_path / f"out.{end}").parts()) == rows
