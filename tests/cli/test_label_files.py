"""`affekt label -f`: rows of files to standard output and to other files."""

import csv
import json
import signal
import time

import pyarrow.parquet as pq
import pytest


def write_csv(path, texts):
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text"])
        rows.writerows(enumerate(texts))
    return path


@pytest.fixture
def reviews(tmp_path):
    return write_csv(tmp_path / "reviews.csv", ["so much joy", "fear, joy", "", "не знаю"])


class TestToStandardOutput:
    def test_a_row_is_a_line(self, affekt, reviews):
        result = affekt("label", "-l", "joy,fear", "-f", reviews)
        assert result.stdout == "joy\tso much joy\njoy, fear\tfear, joy\n-\t\n? language\tне знаю\n"
        assert result.stderr == ""

    def test_json_keeps_every_row_and_says_why_one_is_not_judged(self, affekt, tmp_path):
        file = tmp_path / "a.jsonl"
        file.write_text('{"text": "joy"}\n{"text": 3}\nno json\n{"text": "fear"}\n', encoding="utf-8")
        result = affekt("label", "--json", "-l", "joy", "-f", file)
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        assert [row["text"] for row in rows if row["abstained"] is None][-1] == "fear"
        broken = rows[2]
        assert broken["text"] is None
        assert broken["labels"] == []
        assert broken["abstained"]

    def test_a_file_without_rows_says_so(self, affekt, tmp_path):
        (tmp_path / "none.csv").write_text("id,text\n")
        result = affekt("label", "-f", tmp_path / "none.csv")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"0 rows in {tmp_path / 'none.csv'}\n"
        assert affekt("label", "--quiet", "-f", tmp_path / "none.csv").output == ""

    def test_many_rows_come_in_order(self, affekt, tmp_path):
        texts = [f"joy {i}" for i in range(700)]
        result = affekt("label", "-l", "joy", "-f", write_csv(tmp_path / "a.csv", texts))
        assert result.stdout.splitlines() == [f"joy\t{text}" for text in texts]


class TestToFiles:
    def test_rows_keep_their_columns_and_get_labels(self, affekt, reviews, tmp_path):
        out = tmp_path / "out.csv"
        result = affekt("label", "-l", "joy,fear", "-f", reviews, "-o", out)
        assert result.exit_code == 0
        assert result.stdout == ""
        assert result.stderr.startswith(f"4 rows in {out}, 1 not judged")
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == [
            "id",
            "text",
            "affekt_labels",
            "affekt_score_joy",
            "affekt_score_fear",
            "affekt_flags",
            "affekt_error",
        ]
        assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
        assert rows[1]["affekt_score_fear"] == "0.9"

    def test_the_ending_tells_the_format(self, affekt, reviews, tmp_path):
        affekt("label", "--space", "ekman", "-f", reviews, "-o", tmp_path / "out.parquet")
        assert pq.read_table(tmp_path / "out.parquet")["affekt_labels"].to_pylist()[0] == ["joy"]

    def test_lines_of_standard_input_can_be_written_too(self, affekt, tmp_path):
        affekt("label", "-l", "joy", "-o", tmp_path / "out.jsonl", stdin="joy\nfear\n")
        rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert [(row["text"], row["affekt"]["labels"]) for row in rows] == [("joy", ["joy"]), ("fear", [])]

    def test_quiet_says_nothing(self, affekt, reviews, tmp_path):
        result = affekt("label", "--quiet", "-f", reviews, "-o", tmp_path / "out.csv")
        assert result.output == ""

    def test_what_exists_is_not_replaced_unless_asked(self, affekt, reviews, tmp_path):
        out = tmp_path / "out.csv"
        out.write_text("mine")
        refused = affekt("label", "-f", reviews, "-o", out)
        assert refused.exit_code == 2
        assert out.read_text() == "mine"
        option = next(word for word in refused.stderr.split() if word.startswith("--"))
        assert affekt("label", "-f", reviews, "-o", out, option).exit_code == 0
        assert out.read_text() != "mine"


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("none.csv", None, [], "there is no file"),
        ("a.csv", b"", [], "is empty"),
        ("a.csv", b"id,txt\n1,joy\n", [], "has no column 'text' (did you mean 'txt'?)"),
        ("a.csv", b"id,text\n1,joy\n", ["--column", "nowhere"], "has no column 'nowhere'"),
        ("a.csv", b"text\nf\xe9ar\n", [], "line 2 is not UTF-8"),
        ("a.parquet", b"PAR1 is not enough", [], "a.parquet"),
        ("a.doc", b"joy", [], "the format of"),
    ],
)
@pytest.mark.parametrize("written", [True, False], ids=["written", "printed"])
def test_a_file_that_cannot_be_read_is_one_sentence(
    affekt, tmp_path, name, content, options, message, written
):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    target = ["-o", tmp_path / "out.csv"] if written else []
    result = affekt("label", "-f", file, *options, *target)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
    assert not (tmp_path / "out.csv").exists()


class TestInterrupted:
    ROWS = 4 * 2048 + 100

    def test_ctrl_c_says_how_to_go_on_and_nothing_is_lost(self, start, tmp_path):
        source = write_csv(tmp_path / "a.csv", (f"joy {i}" for i in range(self.ROWS)))
        command = ["label", "-l", "joy,fear", "-f", source, "-o"]
        process = start(*command, tmp_path / "out.csv", seconds=0.3)
        journal = tmp_path / "out.csv.journal"
        while not journal.exists() or len(journal.read_bytes().splitlines()) < 4:  # two parts are finished
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        assert process.returncode == 130
        assert "--resume" in errors.decode()
        assert "Traceback" not in errors.decode()
        assert not (tmp_path / "out.csv").exists()

        for options in ([tmp_path / "out.csv", "--resume"], [tmp_path / "whole.csv"]):
            process = start(*command, *options)
            process.communicate()
            assert process.returncode == 0
        assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()

    def test_progress_is_shown_where_a_person_looks(self, on_terminal, tmp_path):
        source = write_csv(tmp_path / "a.csv", ["joy", "fear"])
        seen, code = on_terminal("label", "-l", "joy", "-f", source, "-o", tmp_path / "out.csv")
        assert code == 0
        assert "labelling" in seen
        seen, code = on_terminal("label", "--quiet", "-l", "joy", "-f", source, "-o", tmp_path / "b.csv")
        assert (seen, code) == ("", 0)
