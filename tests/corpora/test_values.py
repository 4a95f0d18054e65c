"""Names, and the corpus as a value."""

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import CorpusError, Evidence, Item, LabelSpace, Turn
from affekt.corpora import (
    Corpus,
    CorpusName,
    corpora,
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
        "cped": "emotion", "dailydialog": "emotion", "ediref": "erc", "emocontext": "", "emotion-stimulus": "",
        "esconv": "emotion", "longemotion": "detection", "meld": "emotion", "reccon": "entailment",
        "wassa2022": "empathy", "goemotions-gpt4-labels": "full", "goemotions-raters": "published",
        "iemocap": "six", "ch-sims": "v1-text",
    }  # fmt: skip
    assert publication("SemEval2018").parts["ei-oc-en-joy"].space.levels == 4
    assert publication("emobank").parts["mean"].space.range == (1, 5)


def test_label_descriptions_come_along():
    labels = [label for entry in corpora() for made in entry.parts.values() for label in made.space.labels]
    assert [label.name for label in labels if not label.description] == []


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


def test_evidence_goes_with_its_items():
    space = LabelSpace.of(["a", "b"])
    before = (Turn("Ann", "you won"),)
    items = (Item("x"), Item("glad", before, (Turn("Ann", "me too"),), "Bob"), Item("z"))
    marks = (
        Evidence(1, 0, 4, 7, "a"),
        Evidence(1, 1),
        Evidence(1, 2, 0, 6),
        Evidence(2),
        Evidence(2, label="b"),
    )
    corpus = Corpus("mine", "", "all", items, None, space, evidence=marks)
    assert [items[1].turns[x.turn].text[x.start : x.end] for x in marks[:3]] == ["won", "glad", "me too"]
    assert [(x.item, x.turn) for x in corpus.take([2, 0, 1, -1]).evidence] == [
        (0, None), (0, None), (2, 0), (2, 1), (2, 2), (3, None), (3, None),
    ]  # fmt: skip
    assert corpus.take([0]).evidence == ()
    assert Corpus("mine", "", "all", items, None, space).take([1]).evidence is None


@pytest.mark.parametrize(
    "mark",
    [
        Evidence(3), Evidence(-1), Evidence(1, 3), Evidence(1, -1), Evidence(1, 0, 0, 8), Evidence(1, 0, 2, 2),
        Evidence(1, 0, -1, 2), Evidence(1, None, 0, 2), Evidence(1, 0, 2), Evidence(1, 0, None, 2),
        Evidence(0, label="c"),
    ],
)  # fmt: skip
def test_evidence_that_points_nowhere_is_refused(mark):
    items = (Item("x"), Item("glad", (Turn("Ann", "you won"),), (Turn("Ann", "me too"),)), Item("z"))
    with pytest.raises(CorpusError, match="mine:all has evidence"):
        Corpus("mine", "", "all", items, None, LabelSpace.of(["a", "b"]), evidence=(mark,))
