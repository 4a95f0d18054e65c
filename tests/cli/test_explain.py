"""`affekt explain`: one text or several, in a pipe, on a terminal, as JSON and as a page."""

import json
import math

import pytest

FOUND = math.log(0.9 / 0.1)
MISSED = math.log(0.0625 / 0.9375)


def test_a_line_an_effect_the_strongest_first(affekt):
    result = affekt("explain", "-l", "joy,fear", "joy\tat last!")
    first, header, *rows = result.stdout.splitlines()
    assert first == "joy\tjoy at last!"
    assert header.split("\t") == ["label", "score", "effect", "without", "words"]
    assert rows[0].split("\t") == ["joy", "0.9000", f"{FOUND - MISSED:+.3f}", "0.0625", "joy"]
    assert [row.split("\t")[0] for row in rows] == ["joy"] * 4 + ["fear"] * 4
    assert len(affekt("explain", "-l", "joy,fear", "--top", "1", "joy at last!").stdout.splitlines()) == 6


def test_json_is_an_object_a_text_with_every_label_and_places_in_the_text(affekt):
    result = affekt("explain", "--json", "-l", "joy,fear", "o😂 joy", "не знаю")
    one, other = map(json.loads, result.stdout.splitlines())
    assert (one["labels"], one["unit"], one["words"]) == (["joy"], "log-odds", 3)
    (part,) = [part for part in one["parts"] if part["text"] == "joy"]
    assert one["text"][part["start"] : part["end"]] == "joy"
    assert part["effects"] == pytest.approx({"joy": FOUND - MISSED, "fear": 0}, abs=1e-5)
    assert other["abstained"] == "language"
    assert other["parts"] == []


def test_standard_input_is_one_text(affekt):
    result = affekt("explain", "--json", "-l", "joy", stdin="\ufeffjoy\r\nand more\r\n".encode())
    (line,) = result.stdout.splitlines()
    assert json.loads(line)["text"] == "joy\r\nand more"


def test_a_text_that_is_not_judged_says_why(affekt):
    assert affekt("explain", "-l", "joy", "не знаю").stdout == "? language\tне знаю\n"


def test_a_page_is_written_and_not_replaced_unasked(affekt, tmp_path):
    page = tmp_path / "page.html"
    assert affekt("explain", "-l", "joy,fear", "joy & <b>fear</b>", "-o", page).exit_code == 0
    written = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;" in written
    refused = affekt("explain", "-l", "joy", "joy", "-o", page)
    assert refused.exit_code == 2
    assert refused.stderr == f"Error: {page} exists: name another page, or replace it with --overwrite\n"
    assert page.read_text(encoding="utf-8") == written
    assert affekt("explain", "-l", "joy", "joy", "-o", page, "--overwrite").exit_code == 0
    assert page.read_text(encoding="utf-8") != written
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_terminal_has_colours_unless_they_are_unwanted(on_terminal):
    seen, code = on_terminal("explain", "-l", "joy,fear", "joy at last")
    assert code == 0
    assert "\x1b[1;7;33mjoy" in seen
    assert "+4.91" in seen
    plain, _ = on_terminal("explain", "-l", "joy,fear", "joy at last", env={"NO_COLOR": "1"})
    assert "33m" not in plain
    assert "+4.91" in plain


MISTAKES = {
    "empty standard input": ([], "standard input is empty: give it a text"),
    "labels in two ways": (["-l", "joy", "--space", "ekman", "x"], "with -l and --space: use one of them"),
    "a page of another sort": (
        ["x", "-o", "page.pdf"],
        "page.pdf cannot be written: a page is named PAGE.html",
    ),
    "overwrite without page": (["x", "--overwrite"], "--overwrite replaces a page: name it with -o"),
    "no parts": (["x", "--parts", "0"], "0 is not in the range x>=1"),
    "not UTF-8": (["caf\udce9"], "text 1 is not UTF-8"),
    "labels beside free words": (["--open", "-l", "joy", "x"], "--open says in free words what is expressed"),
    "levels of another kind": (
        ["-l", "joy", "--kind", "single", "--levels", "5", "x"],
        "--levels belongs to",
    ),
    "unknown model": (["-m", "smal", "x"], "model 'smal' is unknown"),
}


@pytest.mark.parametrize(("args", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_sentence_and_exit_2(affekt, args, message):
    result = affekt("explain", *args, stdin="")
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert message in result.stderr


def test_input_that_is_not_utf8_is_named(affekt):
    result = affekt("explain", stdin=b"joy\nf\xe9ar\n")
    assert result.exit_code == 2
    assert "standard input is not UTF-8 (byte 0xe9 at 5)" in result.stderr
