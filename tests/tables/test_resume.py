"""A run that was interrupted, in whatever way, ends with the very bytes of one that was not."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from affekt.core import InputError
from affekt.tables import open_table
from affekt.tables.journal import Journal

ROWS = 41
FORMATS = ["csv", "csv.gz", "tsv", "jsonl", "parquet"]


@pytest.fixture
def sources(tmp_path):
    """The same rows in several formats; some are broken."""
    texts = [f'row "{i}",\n two\t{"x" * (i % 7)}' for i in range(ROWS)]
    lines = [json.dumps({"n": i, "text": text}) for i, text in enumerate(texts)]
    lines[5] = lines[5][:9]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    cells = ['"' + text.replace('"', '""') + '"' for text in texts]
    (tmp_path / "in.csv").write_text(
        "n,text\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells)) + "1,2,3\n"
    )
    columns = {"n": range(ROWS), "text": pa.array([None, *texts[1:]]).dictionary_encode()}
    pq.write_table(pa.table(columns), tmp_path / "in.parquet", row_group_size=7)
    return {
        "csv": "in.csv",
        "csv.gz": "in.csv",
        "tsv": "in.csv",
        "jsonl": "in.jsonl",
        "parquet": "in.parquet",
    }


@pytest.fixture
def case(request, sources, tmp_path, run):
    """Input, output and the bytes of an uninterrupted run, for one format."""
    source, target = tmp_path / sources[request.param], tmp_path / f"out.{request.param}"
    run(source, target)
    expected = target.read_bytes()
    target.unlink()
    return source, target, expected


def beside(target, suffix):
    return target.with_name(target.name + suffix)


@pytest.mark.parametrize("case", FORMATS, indirect=True)
def test_a_run_goes_on_where_it_stopped(case, run, leftovers):
    source, target, expected = case
    stops = [1, 3, 4, 9]
    for stop in stops:
        with pytest.raises(InterruptedError):
            run(source, target, resume=True, stop_after=stop)
        assert not target.exists()
    counts = run(source, target, resume=True)
    assert target.read_bytes() == expected
    assert counts == {"rows": len(list(rows_of(source))), "errors": 1}
    assert leftovers() == []


def rows_of(source):
    return (text for part in open_table(source).parts() for text in part.texts)


@pytest.mark.parametrize("case", ["csv", "parquet"], indirect=True)
@pytest.mark.parametrize(
    "damage",
    ["journal cut", "journal garbled", "partial cut", "partial longer", "partial changed", "no partial"],
)
def test_what_is_not_whole_is_done_again(case, run, damage):
    source, target, expected = case
    with pytest.raises(InterruptedError):
        run(source, target, stop_after=6)
    journal, partial = beside(target, ".journal"), beside(target, ".partial")
    if damage == "journal cut":
        os.truncate(journal, journal.stat().st_size - 7)
    elif damage == "journal garbled":
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join([*lines[:4], b"\0" * 40, *lines[4:]]))
    elif damage == "partial cut":
        os.truncate(partial, partial.stat().st_size * 2 // 3)
    elif damage == "partial longer":
        partial.write_bytes(partial.read_bytes() + b"half a row")
    elif damage == "partial changed":
        data = bytearray(partial.read_bytes())
        data[len(data) // 2] ^= 1
        partial.write_bytes(data)
    else:
        partial.unlink()
    run(source, target, resume=True)
    assert target.read_bytes() == expected


@pytest.mark.parametrize("case", ["csv", "parquet"], indirect=True)
def test_a_run_that_failed_at_the_very_end_is_finished(case, run, monkeypatch, leftovers):
    source, target, expected = case

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(
            InputError, match="No space left on device; what is finished is kept: go on with --resume"
        ):
            run(source, target)
    assert leftovers() == [f"{target.name}.journal", f"{target.name}.partial"]
    run(source, target, resume=True)
    assert target.read_bytes() == expected


def test_resume_without_a_journal_begins_afresh(sources, tmp_path, run):
    target = tmp_path / "out.csv"
    run(tmp_path / "in.csv", target, resume=True)
    assert target.read_bytes().count(b"\n") > ROWS


def test_resume_without_a_journal_replaces_no_file_that_is_there(sources, tmp_path, run, leftovers):
    target = tmp_path / "out.csv"
    target.write_text("someone's own\n")
    with pytest.raises(InputError, match=r"out\.csv exists: name another output, or replace it"):
        run(tmp_path / "in.csv", target, resume=True)
    assert target.read_text() == "someone's own\n"
    assert leftovers() == []


def test_only_the_same_run_is_resumed(sources, tmp_path, run):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    settings = {"threshold": 0.5, "model": "small"}
    with pytest.raises(InterruptedError):
        run(source, target, settings=settings, stop_after=3)
    for change, named in [
        ({"settings": {"threshold": 0.6, "model": "small"}}, "other threshold:"),
        ({"settings": {}}, "other threshold, model:"),
        ({"part_rows": 5, "settings": settings}, "other part_rows:"),
        ({"column": "n", "settings": settings}, "other column:"),
    ]:
        with pytest.raises(InputError, match=named):
            run(source, target, resume=True, **change)
    text = source.read_text()
    source.write_text(text.replace("row", "raw", 1))
    with pytest.raises(InputError, match=r"out.csv.journal is of a run with other input: give the same"):
        run(source, target, resume=True, settings=settings)
    source.write_text(text)
    assert run(source, target, resume=True, settings=settings)["rows"] == ROWS + 1


def test_what_is_finished_is_not_thrown_away_by_chance(sources, tmp_path, run, leftovers):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with pytest.raises(InterruptedError):
        run(source, target, stop_after=0)
    assert leftovers() == []
    with pytest.raises(InterruptedError):
        run(source, target, stop_after=2)
    with pytest.raises(
        InputError, match=r"out.csv.partial holds 8 finished rows .*--resume, or .* --overwrite"
    ):
        run(source, target)
    assert run(source, target, overwrite=True)["rows"] == ROWS + 1
    assert leftovers() == []


def test_two_runs_do_not_write_the_same_output(sources, tmp_path, run):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    errors = []

    class Meddling:
        def __str__(self):
            try:
                run(source, target, overwrite=True)
            except InputError as error:
                errors.append(str(error))
            return "x"

    # The settings are written while the journal is held.
    run(source, target, settings={"x": Meddling()})
    assert errors
    assert all("is in use by another run" in error for error in errors)


def test_a_run_that_ends_while_another_begins_keeps_its_output(
    sources, tmp_path, run, leftovers, monkeypatch
):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    run(source, tmp_path / "same.csv")
    with pytest.raises(InterruptedError):
        run(source, target, stop_after=2)

    def ends_first(path):
        monkeypatch.undo()
        run(source, target, resume=True)
        return Journal(path)

    monkeypatch.setattr("affekt.tables.sink.Journal", ends_first)
    with pytest.raises(InputError, match=r"out\.csv exists"):
        run(source, target, resume=True)
    assert target.read_bytes() == (tmp_path / "same.csv").read_bytes()
    assert leftovers() == []


def test_a_full_disk_keeps_what_is_finished(sources, tmp_path, run, leftovers):
    """The system itself refuses to make a file longer than some hundred bytes."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))\n"
    words = command(source, target)
    words[2] = limited + words[2]
    failed = subprocess.run(words, check=False, capture_output=True, text=True)
    assert failed.returncode == 1
    assert "InputError: " + str(target) in failed.stderr
    assert "cannot be written: File too large; what is finished is kept: go on with --resume" in failed.stderr
    assert leftovers() == ["out.csv.journal", "out.csv.partial"]
    subprocess.run(command(source, target), check=True, capture_output=True)
    subprocess.run(command(source, tmp_path / "same.csv"), check=True, capture_output=True)
    assert target.read_bytes() == (tmp_path / "same.csv").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_device_that_is_full(sources, tmp_path, run):
    for target in ("/dev/full", "/proc/self/fd/{}"):
        with Path("/dev/full").open("wb") as full:
            path = target.format(full.fileno())
            with pytest.raises(InputError, match=f"{path} cannot be written: No space left on device"):
                run(tmp_path / "in.csv", path)


SCRIPT = """
import os, sys, time
from affekt.tables import AddedColumns, Column, WriteOptions, open_sink, open_table
class Added:
    def __init__(self, part): self.texts = part.texts
    def values(self): return [self.texts]
    def objects(self): return [{"text": text} for text in self.texts]
source, target, hang_at = sys.argv[1:]
table = open_table(source, part_rows=4)
with open_sink(table, target, AddedColumns((Column("again", "text"),), "x"), WriteOptions(resume=True)) as sink:
    for part in table.parts(sink.finished):
        sink.append(part, Added(part), {})
        sys.stderr.write(f"{part.number}\\n"); sys.stderr.flush()
        if part.number == int(hang_at): time.sleep(60)
    sink.commit()
"""


def command(source, target, hang_at=-1):
    return [sys.executable, "-c", SCRIPT, str(source), str(target), str(hang_at)]


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_a_killed_process_loses_at_most_a_part(sources, tmp_path, end):
    source, target = tmp_path / sources[end], tmp_path / f"out.{end}"
    subprocess.run(command(source, target), check=True, capture_output=True)
    expected = target.read_bytes()
    target.unlink()
    for hang_at in (2, 5):
        with subprocess.Popen(command(source, target, hang_at), stderr=subprocess.PIPE, text=True) as process:
            for line in process.stderr:
                if int(line) == hang_at:
                    process.kill()
        assert process.returncode == -signal.SIGKILL
        assert not target.exists()
    done = subprocess.run(command(source, target), check=True, capture_output=True, text=True)
    assert done.stderr.splitlines()[0] == "6"
    assert target.read_bytes() == expected


@pytest.mark.parametrize("end", ["csv", "jsonl", "parquet"])
def test_a_named_pipe_is_written_to(sources, tmp_path, run, end):
    source, pipe, target = tmp_path / sources[end], tmp_path / f"pipe.{end}", tmp_path / f"out.{end}"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    run(source, pipe)
    reader.join(timeout=20)
    run(source, target)
    assert received == [target.read_bytes()]
    assert pipe.is_fifo()


def test_standard_output_is_written_to_wherever_it_goes(sources, tmp_path):
    subprocess.run(command(tmp_path / "in.csv", tmp_path / "out.csv"), check=True, capture_output=True)
    expected = (tmp_path / "out.csv").read_bytes()
    for name in ("-", "/dev/stdout", "/dev/fd/1"):
        piped = subprocess.run(command(tmp_path / "in.csv", name), check=True, capture_output=True)
        assert piped.stdout == expected
        log = tmp_path / "log"
        log.write_bytes(b"before\n")
        with log.open("ab") as file:
            subprocess.run(
                command(tmp_path / "in.csv", name), check=True, stdout=file, stderr=subprocess.DEVNULL
            )
        assert log.read_bytes() == b"before\n" + expected


def test_a_link_stays_a_link(sources, tmp_path, run):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    run(tmp_path / "in.csv", tmp_path / "link.csv", overwrite=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("n,text,x_words")


def test_standard_input_is_read_once(sources, tmp_path):
    data = (tmp_path / "in.csv").read_bytes()
    target = tmp_path / "out.jsonl"
    subprocess.run(command("-", target), input=b"one\n\nthree", check=True, capture_output=True)
    assert [json.loads(line)["text"] for line in target.read_text().splitlines()] == ["one", "", "three"]
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(data))
    writer.start()
    subprocess.run(command(pipe, tmp_path / "out.csv"), check=True, capture_output=True)
    writer.join(timeout=20)
    subprocess.run(command(tmp_path / "in.csv", tmp_path / "same.csv"), check=True, capture_output=True)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "same.csv").read_bytes()


def test_a_pipe_is_not_resumed(tmp_path, run, leftovers, monkeypatch):
    class Standard:
        def __init__(self):
            self.buffer = (tmp_path / "in.txt").open("rb")

    (tmp_path / "in.txt").write_text("a\n" * 20)
    monkeypatch.setattr(sys, "stdin", first := Standard())
    with pytest.raises(InterruptedError):
        run("-", tmp_path / "out.csv", stop_after=2)
    first.buffer.close()
    assert leftovers() == ["out.csv.journal", "out.csv.partial"]
    monkeypatch.setattr(sys, "stdin", second := Standard())
    with pytest.raises(InputError, match="standard input cannot be read a second time to resume"):
        run("-", tmp_path / "out.csv", resume=True)
    second.buffer.close()
