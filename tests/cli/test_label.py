"""`affekt label` for texts as arguments and from standard input."""

import json
import re
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affekt.cli.options import LabelChoice
from affekt.core import Label, LabelSpace


class TestOutput:
    def test_a_line_is_the_labels_a_tab_and_the_text(self, affekt):
        result = affekt("label", "-l", "joy,fear,hope", "fear and\tjoy\nat once", "nothing", "не знаю", "")
        assert result.stdout == "joy, fear\tfear and joy at once\n-\tnothing\n? language\tне знаю\n-\t\n"
        assert result.stderr == ""
        assert result.exit_code == 0

    def test_axes_are_written_with_their_values(self, affekt):
        assert (
            affekt("label", "--space", "valence-arousal", "tired").stdout
            == "valence 7.25, arousal 5.25\ttired\n"
        )

    def test_json_is_one_object_a_line_with_the_text_as_it_was(self, affekt):
        result = affekt("label", "--json", "-l", "joy,fear", "joy\tand\nélan", "не знаю", "")
        assert [json.loads(line) for line in result.stdout.splitlines()] == [
            {
                "text": "joy\tand\nélan",
                "labels": ["joy"],
                "scores": {"joy": 0.9, "fear": 0.0625},
                "flags": [],
                "abstained": None,
            },
            {
                "text": "не знаю",
                "labels": [],
                "scores": {"joy": None, "fear": None},
                "flags": ["language"],
                "abstained": "language",
            },
            {
                "text": "",
                "labels": [],
                "scores": {"joy": 0.0625, "fear": 0.0625},
                "flags": ["empty"],
                "abstained": None,
            },
        ]
        assert list(json.loads(result.stdout.splitlines()[0])) == [
            "text",
            "labels",
            "scores",
            "flags",
            "abstained",
        ]

    def test_kind_threshold_and_top_reach_the_model(self, affekt):
        assert affekt("label", "-l", "joy,fear", "--kind", "single", "nothing").stdout == "joy\tnothing\n"
        assert affekt("label", "-l", "joy,fear", "--threshold", "0.05", "fear").stdout == "fear, joy\tfear\n"
        assert (
            affekt("label", "-l", "joy,fear", "--threshold", "0.05", "--top", "1", "fear").stdout
            == "fear\tfear\n"
        )
        assert affekt("label", "-l", "joy,fear", "--threshold", "1", "fear").stdout == "-\tfear\n"


class TestStandardInput:
    def test_each_line_is_a_text_and_none_is_lost(self, affekt, model):
        lines = [f"joy {i}" for i in range(1000)]
        lines[7] = ""
        result = affekt("label", "--json", stdin="\n".join(lines))
        assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == lines
        sizes = [len(call["texts"]) for call in model.calls]
        assert sizes[0] == 1
        assert max(sizes) <= 256

    def test_byte_order_mark_and_windows_line_ends_are_no_part_of_a_text(self, affekt):
        result = affekt("label", "-f", "-", "--json", stdin="\ufeffjoy\r\nfear\r\n".encode())
        assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["joy", "fear"]

    def test_the_first_answer_comes_before_the_input_ends(self, start):
        process = start("label", "-l", "joy", stdin=subprocess.PIPE)
        process.stdin.write(b"joy\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"joy\tjoy\n"
        assert process.communicate()[0] == b""

    def test_a_line_that_is_not_utf8_is_named(self, affekt):
        result = affekt("label", stdin=b"joy\nf\xe9ar\n")
        assert result.exit_code == 2
        assert "standard input line 2 is not UTF-8 (byte 0xe9)" in result.stderr
        assert len(result.stdout.splitlines()) == 1  # what was judged before is kept

    def test_a_reader_that_leaves_early_is_no_error(self, start):
        writer = start("label", "-l", "joy", stdin=subprocess.PIPE)
        reader = subprocess.Popen(["head", "-n", "1"], stdin=writer.stdout, stdout=subprocess.PIPE)
        writer.stdout.close()
        _, errors = writer.communicate(b"joy and a text of some length\n" * 20_000)
        assert reader.communicate()[0] == b"joy\tjoy and a text of some length\n"
        assert errors == b""

    def test_a_full_device_is_one_sentence(self, start):
        with open("/dev/full", "wb") as full:
            process = start("label", "joy", stdout=full)
            _, errors = process.communicate()
        assert process.returncode == 2
        assert errors.decode().splitlines() == ["Error: reading or writing failed: No space left on device"]


NOT_UTF8 = "caf\udce9"
MISTAKES = {
    "unknown space": (["--space", "ekmn", "x"], "space 'ekmn' is unknown (did you mean 'ekman'?)"),
    "unknown model": (["-m", "smal", "x"], "model 'smal' is unknown: use small"),
    "label given twice": (["-l", "joy,Joy", "x"], "labels 'joy' and 'Joy' of space 'custom' are the same"),
    "label given twice in two lists": (["-l", "joy", "-l", "joy=glad", "x"], "give each label once"),
    "empty label list": (["-l", "", "x"], "label list '' names no label"),
    "empty place in a list": (
        ["-l", "joy,,fear", "x"],
        "label list 'joy,,fear' names no label, or has an empty place",
    ),
    "described label within a list": (
        ["-l", "joy,awe=wonder", "x"],
        "label 'joy,awe' has a comma in its name",
    ),
    "label without name": (["-l", "=wonder", "x"], "label list '=wonder' names no label"),
    "labels in two ways": (["-l", "joy", "--space", "ekman", "x"], "with -l and --space: use one of them"),
    "kind without labels": (["--kind", "single", "x"], "--kind says how labels are used"),
    "levels without labels": (["--levels", "3", "x"], "--levels says how labels are used"),
    "range without labels": (["--range", "0", "1", "x"], "--range says how labels are used"),
    "two files": (["-f", "a.csv", "-f", "b.csv"], "-f is given 2 times: join the files"),
    "unknown kind": (["-l", "joy", "--kind", "many", "x"], "'many' is not one of 'multi', 'single'"),
    "kind that does not fit": (
        ["--space", "valence-arousal", "--kind", "single", "x"],
        "`range` belongs to kind `dimensional`",
    ),
    "one label and single": (["-l", "joy", "--kind", "single", "x"], "has one label and kind `single`"),
    "threshold too high": (["--threshold", "1.01", "x"], "1.01 is not in the range 0<=x<=1"),
    "threshold not a number": (["--threshold", "nan", "x"], "nan is not in the range 0<=x<=1"),
    "top too low": (["--top", "0", "x"], "0 is not in the range x>=1"),
    "missing labels file": (["--labels", "no/such.toml", "x"], "File 'no/such.toml' does not exist"),
    "texts and file": (["-f", "a.csv", "x"], "texts are given, and -f as well"),
    "texts and an output": (["-o", "a.csv", "x"], "-o writes the rows of a file"),
    "column without file": (["--column", "t", "x"], "--column names the column of a file"),
    "resume without output": (["--resume", "x"], "--resume goes on with an output"),
    "force without output": (["--force", "x"], "--overwrite replaces an output"),
    "json into a file": (["-f", "a.csv", "-o", "b.csv", "--json"], "--json prints, and -o writes a file"),
    "unknown option": (["--treshold", "1", "x"], "--threshold"),
    "text that is not UTF-8": ([NOT_UTF8], "text 1 is not UTF-8"),
    "empty standard input": ([], "standard input is empty"),
}


@pytest.mark.parametrize(("args", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_sentence_and_exit_2(affekt, args, message):
    result = affekt("label", *args, stdin="")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr


@pytest.mark.parametrize("args", [["--debug", "label"], ["label", "--debug"]])
def test_debug_shows_where_an_error_came_from(affekt, args):
    result = affekt(*args, "--space", "nowhere", "x")
    assert result.exit_code == 2
    assert result.stderr.startswith("Traceback")
    assert "LabelError: space 'nowhere' is unknown" in result.stderr


def test_a_bug_keeps_its_traceback(affekt, model):
    model.predict = lambda *args, **kwargs: 1 / 0
    with pytest.raises(ZeroDivisionError):
        affekt("label", "x")


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines may be busy
WORDS = st.text("aB é喜🙂'", min_size=1).filter(lambda word: word == word.strip())


class TestLabels:
    @UNHURRIED
    @given(st.lists(WORDS, min_size=1, unique_by=str.casefold))
    def test_a_list_in_one_option_or_several_is_the_same(self, names):
        together = LabelChoice((",".join(names),)).space()
        assert together == LabelChoice(tuple(names)).space() == LabelSpace.of(names)
        assert together.names == tuple(names)

    @UNHURRIED
    @given(WORDS, st.text())
    def test_a_described_label_keeps_its_commas(self, name, description):
        expected = Label(name, description.strip())
        assert LabelChoice((f" {name} = {description}",)).space().labels == (expected,)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("feelings.txt", "joy\n\n# not this\n overwhelmed = too much, at once\n"),
            ("feelings.json", '["joy", {"name": "overwhelmed", "description": "too much, at once"}]'),
            (
                "feelings.json",
                '{"labels": ["joy", {"name": "overwhelmed", "description": "too much, at once"}]}',
            ),
            ("feelings.toml", 'labels = ["joy", {name = "overwhelmed", description = "too much, at once"}]'),
            (
                "feelings.toml",
                '[[labels]]\nname = "joy"\n[[labels]]\nname = "overwhelmed"\ndescription = "too much, at once"',
            ),
        ],
    )
    def test_a_file_of_labels(self, affekt, model, tmp_path, name, content):
        file = tmp_path / name
        file.write_text(content, encoding="utf-8-sig")
        labels = (Label("joy"), Label("overwhelmed", "too much, at once"))
        assert affekt("label", "--labels", file, "x").exit_code == 0
        assert model.calls[-1]["space"] == LabelSpace("feelings", labels, "multi")
        affekt("label", "--labels", file, "--kind", "single", "x")
        assert model.calls[-1]["space"] == LabelSpace("feelings", labels, "single")

    def test_a_file_may_hold_any_space(self, affekt, model, tmp_path):
        space = LabelSpace("mood", (Label("calm"), Label("cheer")), "ordinal", levels=4)
        for file, content in ((tmp_path / "a.toml", space.to_toml()), (tmp_path / "b.json", space.to_json())):
            file.write_text(content, encoding="utf-8")
            affekt("label", "--labels", file, "x")
            assert model.calls[-1]["space"] == space

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.txt", b"", "has no labels"),
            ("a.txt", b"joy\nang\xff", "line 2 is not UTF-8: save it as UTF-8"),
            (
                "a.txt",
                b"fear\njoy,anger",
                "label 'joy,anger' has a comma in its name: give every label a line",
            ),
            ("a.txt", b"joy\nJOY\n", "are the same"),
            ("a.json", b"[1]", "neither a name nor a table"),
            ("a.json", b'"joy"', "no `labels`"),
            ("a.json", b"{", "cannot be read"),
            ("a.json", b'{"labels": "joy"}', "no `labels`"),
            ("a.toml", b'emotions = ["joy"]', "no `labels`"),
            ("a.toml", b"labels =", "cannot be read"),
            ("a.toml", b'labels = ["joy"]\ncolour = "red"', "unknown fields"),
            ("a.toml", b"labels = [{name = 3}]", "wrong type"),
        ],
    )
    def test_a_broken_file_is_one_sentence(self, affekt, tmp_path, name, content, message):
        file = tmp_path / name
        file.write_bytes(content)
        result = affekt("label", "--labels", file, "x")
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert str(file) in result.stderr
        assert message in result.stderr


class TestTerminal:
    def test_a_person_sees_names_and_bars_and_colours(self, on_terminal):
        seen, code = on_terminal("label", "-l", "joy,fear", "what a joy")
        assert code == 0
        assert re.search(r"\x1b\[1;33m  joy +█{20,}. +90 %", seen)
        assert re.search(r"\x1b\[2m  fear +█+. +6 %", seen)

    def test_no_color_is_respected(self, on_terminal):
        seen, _ = on_terminal("label", "-l", "joy,fear", "what a joy", env={"NO_COLOR": "1"})
        assert "90 %" in seen
        assert not re.search(r"\x1b\[[0-9;]*3\dm", seen)

    def test_without_texts_it_says_what_to_do(self, on_terminal):
        seen, code = on_terminal("label")
        assert code == 2
        assert "nothing to label: give texts" in seen

    def test_json_is_json_on_a_terminal_too(self, on_terminal):
        seen, _ = on_terminal("label", "--json", "-l", "joy", "joy")
        assert json.loads(seen)["labels"] == ["joy"]


def test_a_models_own_space_is_known_by_name(affekt, model, tmp_path):
    model.default_space = LabelSpace.of(["awe", "dread"], name="own-moods")
    assert affekt("label", "--space", "own-moods", "what dread").stdout == "dread\twhat dread\n"
    single = affekt("label", "--space", "OWN-moods", "--kind", "single", "what awe", "nothing")
    assert single.stdout == "awe\twhat awe\nawe\tnothing\n"
    texts = tmp_path / "texts.txt"
    texts.write_text("what awe\n", encoding="utf-8")
    affekt("label", "--space", "own-moods", "-f", texts, "-o", tmp_path / "out.csv")
    assert "affekt_score_dread" in (tmp_path / "out.csv").read_text()


class TestOtherWays:
    def test_axes_of_ones_own_have_poles_and_a_range(self, affekt, model):
        asked = ["--kind", "dimensional", "-l", "valence,calm", "-l", "dominance=in control, strong|weak"]
        result = affekt("label", *asked, "--range", "0", "1", "tired")
        assert result.stdout == "valence 7.25, calm 5.25, dominance 3.25\ttired\n"
        labels = ("valence", "calm", "dominance=in control, strong|weak")
        assert model.calls[-1]["space"] == LabelSpace.of(labels, "dimensional", range=(0, 1))
        affekt("label", "--kind", "dimensional", "-l", "valence", "tired")
        assert model.calls[-1]["space"].range == (1, 9)

    def test_levels_are_asked_for_and_told(self, affekt, model):
        affekt("label", "--kind", "ordinal", "-l", "joy,fear", "x")
        assert model.calls[-1]["space"] == LabelSpace.of(["joy", "fear"], "ordinal", levels=4)
        affekt("label", "--space", "ekman", "--kind", "ordinal", "--levels", "3", "x")
        assert (model.calls[-1]["space"].name, model.calls[-1]["space"].levels) == ("ekman", 3)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("axes.txt", "valence\ndominance=in control, strong|weak\n"),
            (
                "axes.toml",
                'kind = "dimensional"\nlabels = ["valence", {name = "dominance", '
                'poles = {high = ["in control", "strong"], low = ["weak"]}}]',
            ),
        ],
    )
    def test_a_file_of_axes(self, affekt, model, tmp_path, name, content):
        (tmp_path / name).write_text(content)
        affekt("label", "--labels", tmp_path / name, "--kind", "dimensional", "x")
        expected = LabelSpace.of(["valence", "dominance=in control, strong|weak"], "dimensional", "axes")
        assert model.calls[-1]["space"] == expected

    def test_several_paraphrases_are_in_a_file(self, affekt, model, tmp_path):
        (tmp_path / "a.toml").write_text(
            '[[labels]]\nname = "overwhelmed"\ndescription = "too much at once"\nparaphrases = ["swamped", "stretched"]'
        )
        affekt("label", "--labels", tmp_path / "a.toml", "x")
        assert model.calls[-1]["space"].labels == (
            Label("overwhelmed", "too much at once", ("swamped", "stretched")),
        )

    def test_free_words_take_the_place_of_labels(self, affekt, model):
        assert affekt("label", "--open", "x").exit_code == 0
        assert model.calls[-1]["space"] == LabelSpace("open", (), "open")

    def test_labels_of_a_column(self, affekt, tmp_path):
        file = tmp_path / "a.csv"
        file.write_text("text,set\nso much joy,joy;fear\nno fear,fear\nx,\n")
        result = affekt("label", "-f", file, "--labels-column", "set")
        assert result.stdout.splitlines() == [
            "joy\tso much joy",
            "fear\tno fear",
            "? line 4: there are no labels in 'set': name some, such as joy;anger\tx",
        ]
        lines = affekt("label", "-f", file, "--labels-column", "set", "--json").stdout.splitlines()
        assert [list(json.loads(line)["scores"]) for line in lines] == [["joy", "fear"], ["fear"], []]
        written = affekt("label", "-f", file, "--labels-column", "set", "-o", tmp_path / "out.csv")
        assert "3 rows" in written.stderr
        assert "1 with errors" in written.stderr


OTHER_MISTAKES = {
    "open and labels": (["--open", "-l", "joy", "x"], "--open says in free words"),
    "open and kind": (["--open", "--kind", "single", "x"], "--open says in free words"),
    "column of labels without file": (
        ["--labels-column", "set", "x"],
        "--labels-column names a column of a file",
    ),
    "column of labels and labels": (
        ["-f", "a.csv", "--labels-column", "set", "-l", "joy"],
        "holds the labels of each",
    ),
    "levels of no levels": (["-l", "joy", "--kind", "single", "--levels", "3", "x"], "--levels belongs to"),
    "range of no axes": (["-l", "joy", "--kind", "multi", "--range", "0", "1", "x"], "--range belongs to"),
    "empty range": (
        ["-l", "joy", "--kind", "dimensional", "--range", "1", "1", "x"],
        "is empty: give (low, high)",
    ),
    "one pole": (["-l", "joy=a|", "--kind", "dimensional", "x"], "are not two: write them as HIGH|LOW"),
    "levels without kind": (
        ["-l", "joy", "--levels", "3", "x"],
        "`levels` (two or more) belongs to kind `ordinal`",
    ),
}


@pytest.mark.parametrize(("args", "message"), OTHER_MISTAKES.values(), ids=OTHER_MISTAKES.keys())
def test_another_mistake_is_one_sentence_and_exit_2(affekt, args, message):
    result = affekt("label", *args)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert message in result.stderr
