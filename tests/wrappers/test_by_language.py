"""Several scorers as one: who reads what, rows in order, one text's reader whatever else is asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import Item, LabelSpace, Scores
from affekt.decisions import FixedThreshold, ModelDecisions
from affekt.wrappers import ByLanguage, explain

SPACE = LabelSpace.of(["joy", "fear"])


class Reads:
    """Reads the texts that begin with some letters; its score is a number of its own and the text's length."""

    def __init__(self, letters, value):
        self.letters, self.value, self.judged = letters, value, []

    def unreadable(self, texts):
        return [None if not text or text[0] in self.letters else "not mine" for text in texts]

    def score(self, items, space):
        self.judged += [item.text for item in items]
        reasons = tuple(
            "the text is empty" if not item.text else self.unreadable([item.text])[0] for item in items
        )
        values = np.array([[self.value, len(item.text) / 16] for item in items], np.float32).reshape(-1, 2)
        values[[reason is not None for reason in reasons]] = np.nan
        return Scores(values, space, reasons, flags=tuple(("language",) if r else () for r in reasons))

    def describe(self):
        return {"letters": self.letters}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aux", max_size=4), max_size=12))
def test_each_text_goes_to_the_first_that_reads_it_and_keeps_its_row(texts):
    first, second = Reads("a", 1.0), Reads("au", 0.5)
    scorer = ByLanguage({"first": lambda: first, "second": lambda: second})
    scores = scorer.score([Item(text) for text in texts], SPACE)
    assert len(scores) == len(texts)
    for i, text in enumerate(texts):
        name = "first" if text[:1] in ("", "a") else "second"
        assert scores.traces[i] == {"model": name}
        assert scorer.reader_of(text) == name
        if text[:1] in ("", "x"):
            assert scores.abstained[i] == ("the text is empty" if not text else "not mine")
            assert np.isnan(scores.values[i]).all()
        else:
            assert scores.values[i].tolist() == [1.0 if name == "first" else 0.5, len(text) / 16]
    assert all(text[:1] in ("", "a") for text in first.judged)  # nobody reads in vain


def test_a_reader_is_opened_when_a_text_needs_it():
    opened = []

    def opener(name, letters):
        return lambda: opened.append(name) or Reads(letters, 1.0)

    scorer = ByLanguage({"first": opener("first", "a"), "second": opener("second", "u")})
    assert opened == []
    assert scorer.score([], SPACE).values.shape == (0, 2)
    scorer.score([Item("a"), Item("")], SPACE)
    assert scorer.describe()["readers"] == ["first", "second"]
    assert opened == ["first"]
    scorer.score([Item("a"), Item("u"), Item("u")], SPACE)
    assert opened == ["first", "second"]


def test_what_is_left_of_a_text_keeps_its_reader():
    first, second = Reads("a", 1.0), Reads("u", 0.5)
    scorer = ByLanguage({"first": lambda: first, "second": lambda: second})
    explanation = explain(scorer, Item("u axe"), SPACE, ModelDecisions({"first": FixedThreshold(0.5)}))
    assert explanation.prediction.trace == {"model": "second"}
    assert first.judged == []
    assert set(second.judged) == {"u axe", "axe", "u"}


@pytest.mark.parametrize(
    "text", ["Das ist ja furchtbar!", "यह बहुत बुरा है", "Я так рад", "yaar bahut maza aaya kal"]
)
def test_small_says_beforehand_what_it_cannot_read(text):
    from affekt.models import load

    scorer = load("small").scorer
    texts = [text, "I am so glad!", "", "😂"]
    scores = scorer.score([Item(each) for each in texts], SPACE)
    assert [reason is not None for reason in scorer.unreadable(texts)] == [True, False, False, False]
    assert scores.abstained[0] == scorer.unreadable([text])[0]
