"""Names, and the corpus as a value."""

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import CorpusError, Item, LabelSpace
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
        "emorynlp": "full", "empathic-reactions": "", "enisear": "", "event2mind": "person-x", "goemotions": "full",
        "isear": "", "semeval2018": "e-c-en", "tec": "", "xed": "en",
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
    with pytest.raises(CorpusError, match="3 items, but 2 entries of `groups`"):
        Corpus("mine", "", "all", items, gold, space, ("g", "h"))
    with pytest.raises(CorpusError, match=r"`gold` has shape \(3, 1\)"):
        Corpus("mine", "", "all", items, gold[:, :1], space)
