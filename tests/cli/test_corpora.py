"""`affekt corpora`, on the published files."""

import json
import re
import shutil

import pytest

pytestmark = pytest.mark.corpora


def test_the_list_names_each_corpus_once(affekt):
    header, *rows = (line.split("\t") for line in affekt("corpora").stdout.splitlines())
    assert header == ["corpus", "parts", "labels", "kind", "items", "ship", "what"]
    table = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert len(table) == len(rows)
    assert table["goemotions"] | {"what": ""} == {
        "corpus": "goemotions", "parts": table["goemotions"]["parts"], "labels": "28", "kind": "multi",
        "items": "54,263", "ship": "yes", "what": "",
    }  # fmt: skip
    assert table["semeval2018"]["ship"] == "no"


def test_one_corpus_with_its_labels_and_three_rows(affekt, corpora_dir):
    lines = affekt("corpora", "isear", "--data", corpora_dir).stdout.splitlines()
    assert "items\tall 7,579" in lines
    assert "isear:all, 7,579 items, single" in "\n".join(lines).replace("isear/", "isear")
    shares = [float(m[1]) for line in lines if (m := re.search(r"\t(\d+\.\d) %, \d", line))]
    assert len(shares) == 7
    assert abs(sum(shares) - 100) < 0.5
    assert "files\tisear.csv" in lines
    names = [line.partition("\t")[0] for line in lines[-3:]]
    assert len(set(names)) == 3
    assert set(names) <= {"joy", "fear", "anger", "sadness", "disgust", "shame", "guilt"}
    assert all(len(line) <= 200 + len("disgust\t") for line in lines[-3:])


def test_json_says_the_same(affekt, corpora_dir, tmp_path):
    listed = {row["corpus"]: row for row in map(json.loads, affekt("corpora", "--json").stdout.splitlines())}
    assert listed["goemotions"] | {"parts": 0, "what": ""} == {
        "corpus": "goemotions", "parts": 0, "labels": 28, "kind": "multi", "items": 54263, "ship": True, "what": "",
    }  # fmt: skip
    shown = json.loads(affekt("corpora", "isear", "--json", "--data", corpora_dir).stdout)
    assert (shown["licence"], shown["parts"]) == (
        "not stated for the data (free for research)",
        {"": {"all": 7579}},
    )
    assert shown["shown"]["labels"]["joy"] == {"share": 0.143818, "said": "14.4 %, 1,090"}
    assert len(shown["shown"]["rows"]) == 3
    without = affekt("corpora", "isear", "--json", "--data", tmp_path)
    assert without.exit_code == 2
    assert json.loads(without.stdout) == {**shown, "shown": None}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("emobank/reader:dev", r"valence\tmean \d\.\d\d, deviation 0\.\d\d"),
        ("semeval2018/ei-oc-en-joy:dev", r"joy\tmean level \d\.\d\d of 3"),
        ("event2mind:dev", r"happy\t[\d,]+"),
    ],
)
def test_each_kind_of_gold_is_told_in_its_own_way(affekt, corpora_dir, name, expected):
    assert re.search(expected, affekt("corpora", name, "--data", corpora_dir).stdout)


def test_a_person_sees_bars(on_terminal, corpora_dir):
    seen, code = on_terminal("corpora", "isear", "--data", corpora_dir)
    assert code == 0
    assert re.search(r"joy .*█", seen)


def test_a_long_text_is_cut_on_screen_and_whole_in_a_pipe(on_terminal, affekt, corpora_dir):
    seen, _ = on_terminal("corpora", "empathic-reactions", "--data", corpora_dir, width=60)
    assert seen.count("…\x1b[0m\r\n") == 3
    piped = affekt("corpora", "empathic-reactions", "--data", corpora_dir).stdout.splitlines()
    assert all(len(line) > 200 for line in piped[-3:])


def test_check_tells_what_is_as_published_and_what_is_not(affekt, corpora_dir, tmp_path):
    shutil.copytree(corpora_dir / "isear", tmp_path / "isear")
    good = affekt("corpora", "isear", "--check", "--data", tmp_path)
    assert good.stdout.splitlines()[1:] == ["isear\tisear.csv\t7,579\t7,579\tas published"]
    assert good.exit_code == 0
    proved = json.loads(affekt("corpora", "isear", "--check", "--json", "--data", tmp_path).stdout)
    assert proved == {
        "corpus": "isear", "file": "isear.csv", "items": 7579, "texts": 7579, "state": "as published",
    }  # fmt: skip

    (tmp_path / "isear" / "isear.csv.xz").unlink()
    (tmp_path / "isear" / "isear.csv").write_text("SIT|EMOT\n", encoding="utf-8")
    bad = affekt("corpora", "isear", "--check", "--data", tmp_path)
    assert bad.exit_code == 2
    assert "1 of 1 files are not as published" in bad.stderr
    assert "as published" not in bad.stdout


def test_check_tells_texts_from_items_that_several_parts_share(affekt, corpora_dir):
    header, *rows = (
        line.split("\t")
        for line in affekt("corpora", "covidet", "--check", "--data", corpora_dir).stdout.splitlines()
    )
    assert header == ["corpus", "file", "items over parts", "texts", "state"]
    # Each post is in two parts: what either of its raters marked, and what both did.
    assert [row[2:4] for row in rows if row[2]] == [["2,400", "1,200"], ["570", "285"], ["796", "398"]]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["emobnk"], "did you mean emobank?"),
        (["isear:dev"], "dev"),
        (["isear", "--data", "no/such/folder"], "no/such/folder"),
        (["isear", "--check", "--data", "."], "no file of isear is at hand"),
    ],
)
def test_a_mistake_is_one_sentence(affekt, corpora_dir, args, message):
    result = affekt("corpora", *([] if "--data" in args else ["--data", corpora_dir]), *args)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
