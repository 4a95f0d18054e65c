"""A mistake gives one sentence: what is wrong, where, what to do."""

import builtins
import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from affekt.core import InputError, MissingExtra
from affekt.tables import open_table


def refused(path, message, **options):
    with pytest.raises(InputError) as error:
        for _ in open_table(path, **options).parts():
            pass
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "a.csv is empty: there is nothing to read"),
        ("a.csv", b"\xef\xbb\xbf", "a.csv is empty"),
        ("a.csv", b"\n\n", "a.csv is empty: there is nothing but blank lines"),
        ("a.jsonl", b"\n", "a.jsonl is empty"),
        ("a.txt", b"", "a.txt is empty"),
        (
            "a.csv",
            b"id,Texts\n1,b\n",
            "a.csv has no column 'text' (did you mean 'Texts'?): name one of 'id', 'Texts'",
        ),
        ("a.csv", b"text,a,text\n", "a.csv line 1 has two columns 'text' (1 and 3): rename one"),
        ("a.csv", b"text,,b\n", "a.csv line 1 has no name for column 2"),
        ("a.csv", b"text\nok\nna\xefve\n", "a.csv line 3 is not UTF-8 (byte 0xef): save the text as UTF-8"),
        ("a.csv", "text\na\n".encode("utf-16"), "a.csv line 1 is not UTF-8 (byte 0xff)"),
        ("a.jsonl", b'{"text": "a"}\n{"text": "\xff"}\n', "a.jsonl line 2 is not UTF-8"),
        ("a.jsonl", b'[\n{"text": "a"},\n', "a.jsonl is not jsonl"),
        (
            "a.jsonl",
            b"[1]\n",
            "a.jsonl is not jsonl, as none of its first lines is a JSON object: write one a line",
        ),
        ("a.jsonl", b'{"body": "a"}\n', "a.jsonl has no column 'text'"),
        (
            "a.csv.gz",
            gzip.compress(b"text\n" + bytes(range(97, 123)) * 999, mtime=0)[:-30],
            "a.csv.gz is damaged",
        ),
        ("a.csv.gz", b"text\na\n", "a.csv.gz is damaged"),
        ("a.parquet", b"PAR1 no", "a.parquet is no parquet file that can be read"),
        ("a.parquet", b"", "a.parquet is no parquet file that can be read"),
        ("a.xlsx", b"PK no", "a.xlsx is no xlsx workbook that can be read"),
        ("a.doc", b"x", "the format of"),
        ("a.parquet.gz", b"x", "is gzipped parquet, which cannot be read as it stands: unpack it first"),
    ],
)
def test_what_cannot_be_read(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    refused(tmp_path / name, message)


def test_what_is_no_file(tmp_path):
    refused(tmp_path / "none.csv", "none.csv: check the path")
    (tmp_path / "dir.csv").mkdir()
    refused(tmp_path / "dir.csv", "dir.csv is a folder: name a file in it")


def test_parquet_with_wrong_or_damaged_columns(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [1, 2], "body": ["a", "b"]}), path)
    refused(path, "a.parquet column 'text' holds int64, not text")
    refused(path, "has no column 'bodi' (did you mean 'body'?)", column="bodi")
    pq.write_table(pa.table({"text": [str(i) * 50 for i in range(9999)]}), path, compression="none")
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)
    refused(path, "a.parquet is no parquet file that can be read")


def test_options_that_do_not_exist(tmp_path):
    (tmp_path / "a.csv").write_text("text\na\n")
    refused(tmp_path / "a.csv", "format 'xml' is unknown: use one of csv, tsv", format="xml")
    refused(tmp_path / "a.csv", "a part of 4096 rows is impossible: use 1 to 2048", part_rows=4096)


def test_long_headers_are_listed_in_short(tmp_path):
    (tmp_path / "a.csv").write_text(",".join(f"column{i}" + "y" * 90 for i in range(30)) + "\n")
    with pytest.raises(InputError) as error:
        open_table(tmp_path / "a.csv")
    assert str(error.value).endswith("and 10 more")
    assert len(str(error.value)) < 1200


def test_the_first_column_may_be_nameless(tmp_path):
    (tmp_path / "a.csv").write_text(",text\n0,a\n")
    assert open_table(tmp_path / "a.csv").columns == ("", "text")


def test_the_extra_is_named_where_it_is_missing(tmp_path, monkeypatch):
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    real = builtins.__import__

    def without_openpyxl(name, *rest):
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_openpyxl)
    with pytest.raises(MissingExtra, match=r"pip install 'affekt\[excel\]'"):
        open_table(tmp_path / "a.xlsx")


def test_outputs_that_cannot_be(tmp_path, run):
    source = tmp_path / "in.csv"
    source.write_text("text,x_share\na,1\n")
    (tmp_path / "there.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(source)
    (tmp_path / "dir.csv").mkdir()
    for target, message in [
        ("new.csv", "in.csv already has 'x_share': rename or drop"),
        ("new.parquet", "in.csv already has 'x_share'"),
        ("there.jsonl.xlsx", "cannot be written as xlsx: write one of csv, tsv, jsonl, parquet"),
        ("new", "is unknown: name it with one of .csv, .tsv, .tab, .jsonl, .ndjson, .parquet, .pq$"),
        ("no/new.jsonl", "to write new.jsonl into: make it first"),
    ]:
        with pytest.raises(InputError, match=message):
            run(source, tmp_path / target)
    source.write_text("text\na\n")
    for target, message in [
        ("there.csv", "there.csv exists: name another output, or replace it with --overwrite"),
        ("in.csv", "in.csv is the input itself"),
        ("link.csv", "in.csv is the input itself"),
        ("dir.csv", "dir.csv is a folder"),
    ]:
        with pytest.raises(InputError, match=message):
            run(source, tmp_path / target)
    with pytest.raises(InputError, match="is the input itself"):
        run(source, source, overwrite=True)
    assert (tmp_path / "there.csv").read_text() == "old"
    run(source, tmp_path / "there.csv", overwrite=True)
    assert (tmp_path / "there.csv").read_text().startswith("text,x_words")


def test_jsonl_that_has_the_added_key(tmp_path, run, leftovers):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a", "x": 1}\n')
    with pytest.raises(InputError, match=r"in.jsonl already has 'x'"):
        run(source, tmp_path / "out.jsonl")
    filler = '{"text": "a"}\n' * 9999
    source.write_text(filler + '{"text": "a", "x": 1}\n')
    with pytest.raises(InputError, match=r"in.jsonl line 10000 already has 'x'"):
        run(source, tmp_path / "out.jsonl", part_rows=2000)
    assert leftovers() == ["out.jsonl.journal", "out.jsonl.partial"]


def test_undecodable_text_is_known_before_work_begins(tmp_path, run, leftovers):
    source = tmp_path / "in.csv"
    source.write_bytes(b"text\n" + b"fine\n" * 50_000 + b"b\xe4d\n")
    with pytest.raises(InputError, match=r"in.csv line 50002 is not UTF-8 \(byte 0xe4\)"):
        run(source, tmp_path / "out.csv")
    assert leftovers() == []
