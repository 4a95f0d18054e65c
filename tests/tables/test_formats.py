"""What goes in comes out as it was, with the added columns."""

import csv
import gzip
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affekt.tables import READABLE, WRITABLE, open_table

HEADER = "x_words,x_share,x_note"


def write(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def texts_of(table):
    return [text for part in table.parts() for text in part.texts]


def test_csv_rows_keep_their_characters(tmp_path, run):
    source = write(
        tmp_path / "in.csv",
        '\ufeffid,"text",n\r\n007,"say ""hi"", now",\r\n"8",two\tlines,"1,5"\r\n\r\n9,"one\r\ntwo\nthree", x \r\n10,,"",\r\n',
    )
    run(source, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode() == (
        f'id,"text",n,{HEADER}\r\n'
        '007,"say ""hi"", now",,"say;""hi"",;now",4.33333,\r\n'
        '"8",two\tlines,"1,5",two;lines,3,\r\n'
        '9,"one\r\ntwo\nthree", x ,one;two;three,4.66667,\r\n'
        '10,,",",,,"line 8 has 4 cells, but the header has 3"\r\n'
    )


def test_csv_rows_of_the_wrong_width_are_kept_with_their_error(tmp_path, run):
    source = write(tmp_path / "in.csv", "a,text\nonly\n1,fine\n1,2,3\n")
    assert run(source, tmp_path / "out.csv") == {"rows": 3, "errors": 2}
    assert (tmp_path / "out.csv").read_text().splitlines()[1:] == [
        'only,,,,"line 2 has 1 cells, but the header has 2"',
        "1,fine,fine,1.33333,",
        '1,"2,3",,,"line 4 has 3 cells, but the header has 2"',
    ]


@pytest.mark.parametrize(
    "body",
    ['1,"open\n2,b\n3,c\n', '1,"one\n2,"two\n3,c\n'],
    ids=["never closed", "closed by the next stray quote"],
)
def test_a_stray_quote_does_not_pass_for_a_text(tmp_path, run, body):
    source = write(tmp_path / "in.csv", "id,text\n" + body)
    run(source, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows[0]["x_note"] == "line 2 has a quote that is not closed properly"
    assert rows[0]["x_share"] == ""
    assert all(text in json.dumps(rows) for text in ("2,", "3", "c"))


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(cell, cell), min_size=1, max_size=9),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
)
def test_any_csv_is_read_as_the_csv_module_reads_it(tmp_path, run, rows, delimiter, end, bom):
    buffer = io.StringIO()
    quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL  # a lone CR is not quoted with "\n"
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(
        [("key", "text"), *rows]
    )
    source = write(tmp_path / "in.csv", "\ufeff" * bom + buffer.getvalue())
    assert texts_of(open_table(source)) == [text for _, text in rows]
    run(source, tmp_path / "out.csv", overwrite=True)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file, delimiter=delimiter))
    assert [tuple(row[:2]) for row in read[1:]] == rows
    assert all(len(row) == 5 for row in read)


def test_tsv_without_quoting_is_told_by_its_first_rows(tmp_path, run):
    plain = write(tmp_path / "plain.tsv", 'text\tn\n"Well, he said\t1\n"No\t2\n')
    quoted = write(tmp_path / "quoted.tsv", 'text\tn\n"a\tb"\t1\n"c\nd"\t2\n')
    assert texts_of(open_table(plain)) == ['"Well, he said', '"No']
    assert texts_of(open_table(quoted)) == ["a\tb", "c\nd"]
    run(plain, tmp_path / "out.tsv")
    assert (tmp_path / "out.tsv").read_text().splitlines()[2] == '"No\t2\t"No\t1\t'


def test_jsonl_lines_keep_their_characters(tmp_path, run):
    lines = [
        '{"n": 12345678901234567890123, "f": 1.10, "e": 1E5, "text": "caf\\u00e9 \\ud83d\\ude00", "deep": {"z":[1,null]}}',
        '  {"text":"a","text":"b"}\t',
        '{"text": 7, "more": true}',
        "[1, 2]",
        '{"other": "x"}',
        '{"text": "half \\ud800"}',
        '{"text": "cut',
        "{}",
    ]
    source = write(tmp_path / "in.jsonl", "\n\n".join(lines) + "\r\n")
    assert run(source, tmp_path / "out.jsonl") == {"rows": 8, "errors": 6}
    out = (tmp_path / "out.jsonl").read_text().splitlines()
    assert out[0] == lines[0][:-1] + ', "x": {"words": ["café", "😀"], "share": 2.0, "note": null}}'
    assert (
        out[1] == '{"text":"a","text":"b", "x": {"words": ["b"], "share": 0.3333333333333333, "note": null}}'
    )
    notes = [json.loads(line)["x"]["note"] for line in out[2:]]
    assert notes == [
        "line 5 has a number in 'text', not text",
        "line 7 is not a JSON object",
        "line 9 has no 'text'",
        "line 11 has half a surrogate pair in 'text'",
        "line 13 is not a JSON object",
        "line 15 has no 'text'",
    ]
    assert json.loads(out[6]) == {
        "x": {"words": [], "share": None, "note": notes[4], "line": 13, "raw": '{"text": "cut'}
    }
    assert out[7].startswith('{"x": {')


def test_parquet_keeps_its_schema_and_gets_typed_columns(tmp_path, run):
    table = pa.table(
        {
            "id": pa.array([1, 2, 3], pa.int8()),
            "text": pa.array(["a b", None, ""]).dictionary_encode(),
            "when": pa.array([1, 2, None], pa.timestamp("ns", "UTC")),
            "price": pa.array([Decimal("1.10"), None, Decimal("2.00")]),
            "tags": pa.array([["x"], [], None], pa.list_(pa.string())),
            "blob": pa.array([b"\xff", b"", None]),
        }
    ).replace_schema_metadata({"made": "by hand"})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=2)
    assert run(tmp_path / "in.parquet", tmp_path / "out.parquet") == {"rows": 3, "errors": 1}
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(table.column_names).equals(pq.read_table(tmp_path / "in.parquet"), check_metadata=True)
    assert [out.schema.field(name).type for name in HEADER.split(",")] == [
        pa.list_(pa.string()),
        pa.float32(),
        pa.string(),
    ]
    assert out["x_words"].to_pylist() == [["a", "b"], [], []]
    assert out["x_share"].to_pylist() == [1.0, None, 0.0]
    assert out["x_note"].to_pylist() == [None, "row 2 has null in 'text', not text", None]


def test_parquet_values_as_cells_and_json(tmp_path, run):
    moment = datetime(2024, 5, 6, 7, 8, 9, 123456, UTC)
    row = {
        "text": "a",
        "when": moment,
        "day": date(2024, 5, 6),
        "yes": True,
        "nan": float("nan"),
        "list": [1, None],
        "struct": {"k": "v"},
        "bytes": b"\xff\x00",
        "money": Decimal("1.10"),
        "none": None,
    }
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.csv")
    run(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    with (tmp_path / "out.csv").open(newline="") as file:
        (cells,) = csv.DictReader(file)
    values = json.loads((tmp_path / "out.jsonl").read_text())
    expected = {
        "when": "2024-05-06 07:08:09.123456Z",
        "day": "2024-05-06",
        "bytes": "/wA=",
        "money": "1.10",
    }
    assert {key: cells[key] for key in expected} == expected == {key: values[key] for key in expected}
    assert [cells[key] for key in ("yes", "list", "struct", "none")] == [
        "true",
        "[1, null]",
        '{"k": "v"}',
        "",
    ]
    assert [values[key] for key in ("yes", "nan", "list", "struct", "none")] == [
        True,
        None,
        [1, None],
        {"k": "v"},
        None,
    ]


def test_a_part_has_the_same_rows_whatever_the_row_groups(tmp_path):
    table = pa.table({"text": [str(i) for i in range(23)]})
    sizes = set()
    for groups in (1, 3, 23):
        pq.write_table(table, tmp_path / "in.parquet", row_group_size=groups)
        parts = list(open_table(tmp_path / "in.parquet", part_rows=5).parts())
        sizes.add(tuple(len(part) for part in parts))
        assert [text for part in parts for text in part.texts] == table["text"].to_pylist()
        later = [
            (part.number, part.texts) for part in open_table(tmp_path / "in.parquet", part_rows=5).parts(3)
        ]
        assert later == [(3, ["15", "16", "17", "18", "19"]), (4, ["20", "21", "22"])]
        assert [(part.done, part.total) for part in parts][-1] == (23, 23)
    assert sizes == {(5, 5, 5, 5, 3)}


def test_txt_has_a_text_in_each_line(tmp_path, run):
    source = write(tmp_path / "in.txt", "one\r\n\nthree, too\u2028x")
    run(source, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[:3] == [
        f"text,{HEADER}",
        "one,one,1,",
        ",,0,",
    ]
    assert texts_of(open_table(source)) == ["one", "", "three, too\u2028x"]


def test_xlsx_gives_the_first_sheet(tmp_path, run):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["id", "text", "when"],
        [7, "a b", datetime(2024, 5, 6, 7, 8)],
        [None] * 3,
        [8, 5, None, "x"],
        [9],
    ):
        book.active.append(row)
    book.create_sheet("other").append(["nothing"])
    book.save(tmp_path / "in.xlsx")
    assert run(tmp_path / "in.xlsx", tmp_path / "out.jsonl") == {"rows": 3, "errors": 1}
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert rows[0]["id"] == 7
    assert rows[0]["when"] == "2024-05-06 07:08:00"
    assert rows[1]["x"]["note"] == "row 4 has a value to the right of the named columns"
    assert (rows[2]["text"], rows[2]["x"]["words"]) == (None, [])
    run(tmp_path / "in.xlsx", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == ["7", "8", "9"]


@pytest.mark.parametrize("end", WRITABLE)
@pytest.mark.parametrize("start", [name for name in READABLE if name not in ("xlsx",)])
def test_every_format_goes_into_every_other(tmp_path, run, start, end):
    texts = ['say "hi"', "two\twords", "", "naïve 😀"]
    source = tmp_path / f"in.{start}"
    if start == "parquet":
        pq.write_table(pa.table({"text": texts}), source)
    elif start == "jsonl":
        source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    elif start == "txt":
        source.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    else:
        with source.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, "excel-tab" if start == "tsv" else "excel")
            rows.writerows([("text",), *((text,) for text in texts)])
    target = tmp_path / f"out.{end}"
    if (start, end) == ("jsonl", "parquet"):
        with pytest.raises(Exception, match="no fixed types: write jsonl or csv"):
            run(source, target)
        return
    run(source, target)
    table = open_table(target)
    assert texts_of(table) == texts
    assert table.columns == ("text", "x") if end == "jsonl" else ("text", *HEADER.split(","))


def test_gzip_in_and_out(tmp_path, run):
    source = tmp_path / "in.csv.gz"
    source.write_bytes(gzip.compress("text\nä\nb\n".encode()))
    run(source, tmp_path / "out.csv.gz", part_rows=1)
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).decode().splitlines() == [
        f"text,{HEADER}",
        "ä,ä,0.333333,",
        "b,b,0.333333,",
    ]


def test_jsonl_keys_become_the_columns_of_csv(tmp_path, run):
    source = write(tmp_path / "in.jsonl", '{"text": "a"}\n{"later": [1], "text": "b"}\nbroken\n')
    run(source, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines() == [
        f"text,later,{HEADER}",
        "a,,a,0.333333,",
        "b,[1],b,0.333333,",
        ",,,,line 3 is not a JSON object",
    ]


def test_a_cell_may_be_longer_than_the_csv_module_likes(tmp_path):
    source = write(tmp_path / "in.csv", "text,n\n" + "a" * 200_000 + ",1\n")
    assert [len(text) for text in texts_of(open_table(source))] == [200_000]
