"""Names, mappings, the corpus as a value, and a user's own file."""

import json
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import CorpusError, InputError, Item, LabelError, LabelSpace, Turn
from affekt.corpora import (
    MAPPINGS,
    Corpus,
    CorpusName,
    LabelMapping,
    corpora,
    corpus_from_jsonl,
    load_corpus,
    publication,
    resolve,
)

WORD = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=8)


@given(WORD, st.none() | WORD, st.none() | WORD)
def test_names_come_apart_as_they_were_put_together(name, part, split):
    text = name + (f"/{part}" if part else "") + (f":{split}" if split else "")
    assert CorpusName.parse(text) == CorpusName.parse(text.upper()) == CorpusName(name, part, split)
    assert str(CorpusName.parse(text)) == text


@pytest.mark.parametrize("text", ["", "/", "a/", "a:", ":test", "a/b/c", "a:b:c", "a:b/c", "a b"])
def test_other_forms_are_no_names(text):
    with pytest.raises(CorpusError, match="is not a corpus name: write NAME"):
        CorpusName.parse(text)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("goemotion", "corpus 'goemotion' is unknown: did you mean goemotions"),
        ("zzz", "corpus 'zzz' is unknown: use one of brighter, "),
        ("brighter/a-engl", "part of brighter 'a-engl' is unknown: did you mean a-eng"),
        ("brighter/b-zul", "part of brighter 'b-zul' is unknown"),
        ("isear/reader", "part of isear 'reader' is unknown: leave it out"),
        ("isear:test", "split of isear 'test' is unknown: use one of all"),
        (
            "semeval2018/e-c-ar:test",
            "split of semeval2018/e-c-ar 'test' is unknown: use one of train, dev, all",
        ),
    ],
)
def test_unknown_names_are_told_before_any_file_is_looked_for(name, message, tmp_path):
    with pytest.raises(CorpusError, match=message):
        load_corpus(name, tmp_path)


def test_defaults_are_those_of_the_interface():
    assert str(resolve("GoEmotions")) == "goemotions/full:test"
    assert str(resolve("semeval2018/e-c-ar")) == "semeval2018/e-c-ar:all"
    assert str(resolve("isear")) == "isear:all"
    assert resolve("emobank:dev") == CorpusName("emobank", "mean", "dev")
    defaults = {entry.name: entry.default for entry in corpora()}
    assert defaults == {
        "brighter": "a-eng", "covidet": "any", "crowdflower": "", "descriptors": "synthetic", "emobank": "mean",
        "emorynlp": "full", "empathic-reactions": "", "enisear": "emotion", "event2mind": "person-x", "goemotions": "full",
        "isear": "", "semeval2018": "e-c-en", "tec": "", "xed": "en",
        "wassa2022": "empathy", "goemotions-gpt4-labels": "full", "goemotions-raters": "published",
        "iemocap": "six", "ch-sims": "v1-text",
    }  # fmt: skip
    assert publication("SemEval2018").parts["ei-oc-en-joy"].space.levels == 4
    assert publication("emobank").parts["mean"].space.range == (1, 5)


def test_label_descriptions_come_along():
    labels = [label for entry in corpora() for made in entry.parts.values() for label in made.space.labels]
    assert [label.name for label in labels if not label.description] == []


@pytest.mark.parametrize("mapping", MAPPINGS.values(), ids=lambda x: x.target.name)
def test_mappings_are_total(mapping):
    assert (mapping.matrix.sum(axis=1) >= 1).all()
    assert (mapping.matrix.sum(axis=0) >= 1).all()
    one_each = np.eye(len(mapping.source), dtype=np.float32)
    np.testing.assert_array_equal(mapping.apply(one_each), mapping.matrix)
    nothing = np.zeros((2, len(mapping.source)), dtype=np.float32)
    assert mapping.apply(nothing).tolist() == np.zeros((2, len(mapping.target))).tolist()
    assert mapping.apply(nothing[:0]).shape == (0, len(mapping.target))


def test_a_mapping_with_holes_is_refused():
    source, target = LabelSpace.of(["a", "b"]), LabelSpace.of(["x"])
    with pytest.raises(LabelError, match=r"missing \['b'\], unknown \[\]"):
        LabelMapping(source, target, {"a": ("x",)})
    with pytest.raises(LabelError, match=r"missing \[\], unknown \['c', 'y'\]"):
        LabelMapping(source, target, {"a": ("x",), "b": ("y",), "c": ("x",)})
    both = LabelMapping(source, target, {"a": ("x",), "b": ("x",)})
    scores = np.array([[0.2, 0.7], [0.4, 0.1]], dtype=np.float32)
    np.testing.assert_allclose(both.apply(scores), [[0.7], [0.4]])


def test_a_corpus_takes_rows_and_refuses_what_does_not_fit():
    space = LabelSpace.of(["a", "b"])
    items = tuple(Item(x, id=x) for x in "xyz")
    gold = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
    words = (("glad",), (), ("low",))
    corpus = Corpus("mine", "p", "all", items, gold, space, ("g", "g", "h"), gold / 2, words)
    assert (str(corpus), len(corpus), corpus.texts) == ("mine/p:all", 3, ("x", "y", "z"))
    some = corpus.take([2, 0])
    assert (some.texts, some.groups, some.descriptors) == (("z", "x"), ("h", "g"), (("low",), ("glad",)))
    assert some.gold.tolist() == [[1, 1], [1, 0]]
    assert some.raters.tolist() == [[0.5, 0.5], [0.5, 0]]
    scale = Corpus("mine", "", "all", items, gold, space, raters=np.zeros((3, 2, 4), dtype=np.float32))
    assert scale.take([1]).raters.shape == (1, 2, 4)
    with pytest.raises(CorpusError, match=r"`gold` has shape \(3, 2, 1\)"):
        Corpus("mine", "", "all", items, gold[..., None], space)
    with pytest.raises(CorpusError, match="3 items, but 2 entries of `groups`"):
        Corpus("mine", "", "all", items, gold, space, ("g", "h"))
    with pytest.raises(CorpusError, match=r"`gold` has shape \(3, 1\)"):
        Corpus("mine", "", "all", items, gold[:, :1], space)


def _write(tmp_path, *rows):
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in rows), encoding="utf-8")
    return path


def test_a_file_of_ones_own(tmp_path):
    turn = {"speaker": "Ann", "text": "well?"}
    path = _write(
        tmp_path,
        "\ufeff" + json.dumps({"text": "we won", "labels": ["joy", "pride"], "id": 7, "group": "#1"}),
        {"text": "no", "labels": [], "history": [turn], "speaker": "Bob", "note": "kept out"},
        "",
        {"text": "hm", "labels": ["anger"], "group": "#1", "history": None, "id": None},
    )
    corpus = corpus_from_jsonl(path)
    assert (str(corpus), corpus.space.names, corpus.space.kind) == (
        "mine.jsonl:all",
        ("anger", "joy", "pride"),
        "multi",
    )
    assert corpus.gold.tolist() == [[0, 1, 1], [0, 0, 0], [1, 0, 0]]
    assert corpus.items[0] == Item("we won", id="7")
    assert corpus.items[1] == Item("no", (Turn("Ann", "well?"),), speaker="Bob")
    assert corpus.groups[0] == corpus.groups[2] == "#1"
    assert corpus.groups[1] != "#1"
    assert corpus.facts.counts == {"all": 3}


def test_one_label_a_line_is_single(tmp_path):
    corpus = corpus_from_jsonl(
        _write(tmp_path, {"text": "a", "labels": ["joy"]}, {"text": "b", "labels": ["fear"]})
    )
    assert (corpus.space.kind, corpus.space.names, corpus.groups) == ("single", ("fear", "joy"), None)
    # One label in all is no choice between labels.
    assert corpus_from_jsonl(_write(tmp_path, {"text": "a", "labels": ["joy"]})).space.kind == "multi"


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8")), st.sets(st.sampled_from(["joy", "fear", "calm"]))),
        min_size=1,
        max_size=8,
    ).filter(lambda rows: any(labels for _, labels in rows))
)
def test_gold_is_what_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("own") / "x.jsonl"
    path.write_text(
        "".join(json.dumps({"text": t, "labels": sorted(x)}) + "\n" for t, x in rows), encoding="utf-8"
    )
    corpus = corpus_from_jsonl(path)
    assert list(corpus.texts) == [text for text, _ in rows]
    assert [{corpus.space.names[j] for j in row.nonzero()[0]} for row in corpus.gold] == [x for _, x in rows]
    assert list(corpus.space.names) == sorted(set().union(*(x for _, x in rows)))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", r"line 2: not valid JSON \(.*column"),
        ("[" * 100_000, "line 2: not readable as JSON"),
        ("[]", "line 2: not a JSON object"),
        ({"labels": []}, "line 2: `text` is missing"),
        ({"text": 3, "labels": []}, "line 2: `text` is missing or no string"),
        ('{"text": "\\ud83d", "labels": []}', "line 2: `text` holds half of a surrogate"),
        ({"text": "x"}, "line 2: `labels` is missing"),
        ({"text": "x", "labels": "joy"}, "line 2: `labels` is missing or no list"),
        ({"text": "x", "labels": [1]}, "line 2: `labels` is missing or no list of strings"),
        ({"text": "x", "labels": [" joy"]}, "line 2: label ' joy' has surrounding spaces"),
        ({"text": "x", "labels": ["Joy"]}, "line 2: label 'Joy' is spelled 'joy' elsewhere"),
        ({"text": "x", "labels": ["joy", "joy"]}, "line 2: a label is given twice"),
        ({"text": "x", "labels": [], "history": "y"}, "line 2: `history` is not a list"),
        ({"text": "x", "labels": [], "history": [{}]}, "line 2: `text` is missing"),
        ({"text": "x", "labels": [], "id": True}, "line 2: `id` is neither"),
        ({"text": "x", "labels": [], "group": []}, "line 2: `group` is neither"),
    ],
)
def test_faults_of_a_line_are_told_with_its_number(tmp_path, row, message):
    path = _write(tmp_path, {"text": "fine", "labels": ["joy"]}, row)
    with pytest.raises(InputError, match=message) as caught:
        corpus_from_jsonl(path)
    assert str(path) in str(caught.value)


def test_files_that_hold_nothing_to_learn(tmp_path):
    for rows in ([], [""], [{"text": "x", "labels": []}]):
        with pytest.raises(InputError, match="has no line with a label"):
            corpus_from_jsonl(_write(tmp_path, *rows))
    with pytest.raises(InputError, match="cannot be read: No such file"):
        corpus_from_jsonl(tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        corpus_from_jsonl(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "caf\xe9", "labels": ["joy"]}')
    with pytest.raises(InputError, match="line 1: not UTF-8"):
        corpus_from_jsonl(tmp_path / "latin.jsonl")
