"""A user's own labelled texts, in any format."""

import csv
import gzip
import io
import json

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import CorpusError, InputError, Item, Turn
from affekt.corpora import corpora_from_file, corpus_from_file

ROWS = [
    {"text": "we won, at last", "label": "joy; pride", "id": "7", "group": "ann"},
    {"text": "no", "label": "", "id": "8", "group": ""},
    {"text": 'she said "hm"', "label": "anger", "id": "9", "group": "ann"},
]


def lines(path, *rows):
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in rows), encoding="utf-8")
    return path


def delimited(rows, delimiter):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def written(folder, name, rows):
    path = folder / name
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in (list(rows[0]), *(list(row.values()) for row in rows)):
            book.active.append([int(x) if x.isdigit() else x or None for x in row])
        book.save(path)
    elif name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif name.endswith(".jsonl"):
        lines(path, *rows)
    else:
        data = delimited(rows, "\t" if ".tsv" in name else ";" if "semi" in name else ",")
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["a.csv", "semi.csv", "a.tsv", "a.csv.gz", "a.jsonl", "a.parquet", "a.xlsx"])
def test_the_same_rows_in_every_format(tmp_path, name):
    rows = [{**row, "label": row["label"].replace(";", "|")} if "semi" in name else row for row in ROWS]
    corpus = corpus_from_file(written(tmp_path, name, rows))
    assert (corpus.space.names, corpus.space.kind) == (("anger", "joy", "pride"), "multi")
    assert corpus.gold.tolist() == [[0, 1, 1], [0, 0, 0], [1, 0, 0]]
    assert corpus.texts == tuple(row["text"] for row in ROWS)
    assert [item.id for item in corpus.items] == ["7", "8", "9"]
    assert corpus.groups[0] == corpus.groups[2] == "ann"
    assert corpus.groups[1] not in ("ann", "")
    assert (str(corpus), corpus.facts.counts, list(corpus.facts.sha256)) == (
        f"{name}:all",
        {"all": 3},
        [name],
    )


def test_columns_are_named(tmp_path):
    path = lines(tmp_path / "a.csv", "label,body,mood,who", "x,hello,joy/fear,Ann", "y,bye,fear,")
    corpus = corpus_from_file(path, {"text": "body", "label": "mood", "speaker": "who"}, separator="/")
    assert corpus.space.names == ("fear", "joy")
    assert corpus.items == (Item("hello", speaker="Ann"), Item("bye"))
    assert corpus_from_file(path, {"text": "body"}).space.names == ("x", "y")


@pytest.mark.parametrize(
    "cell", ["['joy', 'fear']", '["joy","fear"]', " joy|fear ", "joy; fear;", "fear,joy"]
)
def test_several_labels_in_a_cell(tmp_path, cell):
    path = written(tmp_path, "a.csv", [{"text": "x", "labels": cell}, {"text": "y", "labels": "[]"}])
    corpus = corpus_from_file(path)
    assert (corpus.space.names, corpus.gold.tolist()) == (("fear", "joy"), [[1, 1], [0, 0]])


@pytest.mark.parametrize(
    ("cells", "kind", "gold"),
    [
        (("1,0", "0,1"), "single", [[1, 0], [0, 1]]),
        (("1,1", "0,0"), "multi", [[1, 1], [0, 0]]),
        (("True,FALSE", "false,false"), "multi", [[1, 0], [0, 0]]),
        (("3,0", "1,2"), "ordinal", [[3, 0], [1, 2]]),
        (("1,5", "3,4"), "dimensional", [[1, 5], [3, 4]]),
        (("0.5,-1", "1e-1,.75"), "dimensional", [[0.5, -1], [0.1, 0.75]]),
    ],
)
def test_a_column_a_label(tmp_path, cells, kind, gold):
    path = lines(tmp_path / "a.csv", "text,joy,fear", *(f"x,{row}" for row in cells))
    corpus = corpus_from_file(path, {"label": ["joy", "fear"]})
    assert (corpus.space.names, corpus.space.kind) == (("joy", "fear"), kind)
    np.testing.assert_allclose(corpus.gold, gold, rtol=1e-6)
    assert corpus.space.levels == (4 if kind == "ordinal" else None)


def test_numbers_are_what_the_user_says(tmp_path):
    path = lines(tmp_path / "a.csv", "text,pleasure,valence", "x,0,0", "y,4,2")
    levels = corpus_from_file(path, {"level": "pleasure"})
    assert (levels.space.kind, levels.space.levels, levels.gold.tolist()) == ("ordinal", 5, [[0], [4]])
    values = corpus_from_file(path, {"value": ["pleasure"]})
    assert (values.space.kind, values.space.range) == ("dimensional", (0, 4))
    assert corpus_from_file(path, {"label": "valence"}).space.kind == "dimensional"


def test_one_label_a_row_is_single(tmp_path):
    path = lines(tmp_path / "a.jsonl", {"text": "a", "label": "joy"}, {"text": "b", "label": ["fear"]})
    corpus = corpus_from_file(path)
    assert (corpus.space.kind, corpus.space.names, corpus.groups) == ("single", ("fear", "joy"), None)
    # One label in all is no choice between labels.
    assert (
        corpus_from_file(lines(tmp_path / "b.jsonl", {"text": "a", "labels": ["joy"]})).space.kind == "multi"
    )


def test_splits(tmp_path):
    rows = [("a", "joy", "train"), ("b", "fear", "Validation"), ("c", "joy", "test"), ("d", "joy", "")]
    path = lines(tmp_path / "a.csv", "text,label,split", *map(",".join, rows))
    found = corpora_from_file(path)
    assert {split: corpus.texts for split, corpus in found.items()} == {
        "all": ("a", "b", "c", "d"), "train": ("a",), "dev": ("b",), "test": ("c",),
    }  # fmt: skip
    assert {corpus.space.names for corpus in found.values()} == {("fear", "joy")}
    assert found["dev"].facts.counts == {"train": 1, "dev": 1, "test": 1}
    assert str(corpus_from_file(path)) == "a.csv:test"
    assert corpus_from_file(path, split="val").texts == ("b",)
    with pytest.raises(
        CorpusError, match=r"split 'held' of a\.csv is unknown: use one of all, train, dev, test"
    ):
        corpus_from_file(path, split="held")


def test_rows_of_a_dialogue_are_each_others_turns(tmp_path):
    rows = ["2,d1,Bo,well?,joy", "1,d1,Ann,hi,joy", "1,d2,Ann,no,fear", "3,d1,,so,joy", "9,,Cy,alone,joy"]
    path = lines(tmp_path / "a.csv", "nr,talk,speaker,text,label", *rows)
    corpus = corpus_from_file(path, {"dialogue": "talk", "turn": "nr"})
    ann, bo, last = Turn("Ann", "hi"), Turn("Bo", "well?"), Turn(None, "so")
    assert corpus.items == (
        Item("well?", (ann,), (last,), "Bo"),
        Item("hi", (), (bo, last), "Ann"),
        Item("no", (), (), "Ann"),
        Item("so", (ann, bo), ()),
        Item("alone", (), (), "Cy"),
    )
    assert corpus.groups[0] == corpus.groups[1] == corpus.groups[3] == "d1"
    assert len(set(corpus.groups)) == 3
    # Without numbers the file's order counts.
    assert corpus_from_file(path, {"dialogue": "talk"}).items[1].history == (bo,)
    twice = lines(tmp_path / "b.csv", "turn,dialogue,text,label", "1,d,a,joy", "1,d,b,fear")
    with pytest.raises(InputError, match=r"b\.csv, line 3: turn 1 of dialogue 'd' is there twice"):
        corpus_from_file(twice)


@pytest.mark.parametrize(
    "history", ["hi\nwell?", '["hi", "well?"]', '[{"text": "hi"}, {"text": "well?", "speaker": null}]']
)
def test_a_history_in_a_cell(tmp_path, history):
    path = written(tmp_path, "a.csv", [{"text": "x", "label": "joy", "history": history}])
    assert corpus_from_file(path).items[0].history == (Turn(None, "hi"), Turn(None, "well?"))


def test_a_history_of_objects(tmp_path):
    turn = {"speaker": "Ann", "text": "well?"}
    path = lines(
        tmp_path / "mine.jsonl",
        "\ufeff" + json.dumps({"text": "we won", "labels": ["joy", "pride"], "id": 7, "group": "#1"}),
        {"text": "no", "labels": [], "history": [turn], "speaker": "Bob", "note": "kept out"},
        "",
        {"text": "hm", "labels": ["anger"], "group": "#1", "history": None, "id": None},
    )
    corpus = corpus_from_file(path)
    assert corpus.items[:2] == (Item("we won", id="7"), Item("no", (Turn("Ann", "well?"),), speaker="Bob"))
    assert corpus.groups[0] == corpus.groups[2] == "#1" != corpus.groups[1]


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8")), st.sets(st.sampled_from(["joy", "fear", "calm"]))),
        min_size=1,
        max_size=8,
    ).filter(lambda rows: any(labels for _, labels in rows))
)
def test_gold_is_what_was_written(tmp_path_factory, rows):
    objects = [{"text": text, "labels": sorted(labels)} for text, labels in rows]
    corpus = corpus_from_file(lines(tmp_path_factory.mktemp("own") / "x.jsonl", *objects))
    assert list(corpus.texts) == [text for text, _ in rows]
    assert [{corpus.space.names[j] for j in row.nonzero()[0]} for row in corpus.gold] == [x for _, x in rows]
    assert list(corpus.space.names) == sorted(set().union(*(x for _, x in rows)))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "line 2 is not a JSON object: mend"),
        ("[" * 100_000, "line 2 is not a JSON object"),
        ("[]", "line 2 is not a JSON object"),
        ({"labels": []}, "line 2 has no 'text'"),
        ({"text": 3, "labels": []}, "line 2 has a number in 'text', not text"),
        ('{"text": "\\ud83d", "labels": []}', "line 2 has half a surrogate"),
        ({"text": "x"}, "line 2: 'labels' is missing or null: write"),
        ({"text": "x", "labels": 3}, "line 2: 'labels' holds 3, which is no name of a label"),
        ({"text": "x", "labels": [1]}, r"line 2: 'labels' holds \[1\], which is no name"),
        ('{"text": "x", "labels": NaN}', "line 2: 'labels' holds nan, which is no name"),
        ({"text": "x", "labels": [" joy"]}, "line 2: label ' joy' has surrounding spaces"),
        ({"text": "x", "labels": ["Joy"]}, "line 2: label 'Joy' is spelled 'joy' elsewhere"),
        ({"text": "x", "labels": ["joy", "joy"]}, "line 2: a label is given twice"),
        ({"text": "x", "labels": [], "history": 3}, "line 2: the history is not a list"),
        ({"text": "x", "labels": [], "history": [{}]}, "line 2: a turn of the history has no `text`"),
        (
            '{"text": "x", "labels": [], "history": ["\\ud83d"]}',
            "line 2: a turn of the history has no `text`",
        ),
        ({"text": "x", "labels": [], "id": True}, "line 2: 'id' is neither"),
        ({"text": "x", "labels": [], "group": []}, "line 2: 'group' is neither"),
    ],
)
def test_faults_of_a_line_are_told_with_its_number(tmp_path, row, message):
    path = lines(tmp_path / "mine.jsonl", {"text": "fine", "labels": ["joy"]}, row)
    with pytest.raises(InputError, match=message) as caught:
        corpus_from_file(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        ("", {}, "is empty"),
        ("text,label\n", {}, "has no rows"),
        ("text,label\nx,\n", {}, "has no row with a label"),
        ("body,label\nx,joy\n", {}, "has no column 'text'"),
        ("text,emotion\nx,joy\n", {}, r"has no column 'labels' or 'label': name .*label=NAME.*'emotion'"),
        ("text,label\nx,joy\n", {"label": "mood"}, "has no column 'mood'"),
        ("text,label\nx,joy\n", {"mood": "label"}, "'mood' is nothing that a column is named for"),
        ("text,label\nx,joy\n", {"id": ["text", "label"]}, "2 columns are named for 'id'"),
        ("text,label\nx,joy\n", {"label": "text"}, "column 'text' of .* is named twice"),
        ("text,a,b\nx,1,2\n", {"level": "a", "value": "b"}, "named as level and as value"),
        ("text,label\nx,joy\ny,joy,fear\n", {}, "a.csv, line 3 has 3 cells, but the header has 2: mend"),
        ('text,label\nx,"joy\n', {}, "a.csv, line 2 has a quote"),
        (
            "text,label\nx,joy\n\ny,3\ny,nan\n",
            {},
            "a.csv, line 5: 'label' holds 'nan', which is how a missing",
        ),
        ("text,label\nx,['joy' 'fear']\n", {}, "line 2: 'label' holds .* which is no list of names"),
        ("text,label\nx,2\n", {}, "line 2: 'label' holds '2', and a number names no label"),
        ("text,mood\nx,0\ny,2\n", {"label": "mood"}, "line 2: 'mood' holds whole numbers, which may be"),
        (
            "text,mood\nx,0\ny,joy\n",
            {"label": "mood"},
            "line 3: 'mood' holds 'joy' where a number is expected",
        ),
        ("text,a,b\nx,1,0\ny,yes,0\n", {"label": ["a", "b"]}, "line 3: 'a' holds 'yes' where a number"),
        ("text,a,b\nx,1,0\ny,0.5,\n", {"label": ["a", "b"]}, "line 3: 'b' holds nothing where a number"),
        ("text,a\nx,1.5\ny,NaN\n", {"value": "a"}, "line 3: 'a' holds 'NaN' where a number"),
        ("text,a\nx,1.5\ny,1e999\n", {"value": "a"}, "line 3: 'a' holds '1e999' where a number"),
        ("text,a\nx,1\ny,1.5\n", {"level": "a"}, "line 3: 'a' holds 1.5, and a level is a whole number"),
        ("text,a\nx,2\ny,2\n", {"value": "a"}, "line 2: the value of 'a' is 2 here and in every row"),
    ],
)
def test_malformed_tables_are_told_with_file_and_line(tmp_path, content, columns, message):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        corpus_from_file(path, columns)
    assert "a.csv" in str(caught.value) or "named for" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "place"), [("a.xlsx", "row 3"), ("a.parquet", "row 2"), ("a.tsv", "line 3")]
)
def test_rows_of_every_format_are_found_again(tmp_path, name, place):
    rows = [{"text": "x", "label": "joy"}, {"text": "y", "label": "JOY"}]
    with pytest.raises(InputError, match=f"{name}, {place}: label 'JOY' is spelled 'joy' elsewhere"):
        corpus_from_file(written(tmp_path, name, rows))


def test_what_is_no_file(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*nowhere\.jsonl"):
        corpus_from_file(tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="is a folder"):
        corpus_from_file(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "caf\xe9", "labels": ["joy"]}')
    with pytest.raises(InputError, match="line 1 is not UTF-8"):
        corpus_from_file(tmp_path / "latin.jsonl")
