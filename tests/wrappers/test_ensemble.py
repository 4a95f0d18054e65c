"""Several scorers together: who judges what, how their scores are joined, rows in order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import Item, LabelSpace, Scores
from affekt.wrappers import Ensemble, explain, joined

SPACE = LabelSpace.of(["joy", "fear"])


class Reads:
    """Reads the texts that begin with some letters; its scores are numbers of its own and the text's length."""

    def __init__(self, letters, value, trained=()):
        self.letters, self.value, self.trained = letters, value, trained

    def is_trained(self, space):
        return space.name in self.trained

    def unreadable(self, texts):
        return [None if not text or text[0] in self.letters else "not mine" for text in texts]

    def score(self, items, space):
        reasons = tuple(
            "the text is empty" if not item.text else self.unreadable([item.text])[0] for item in items
        )
        values = np.array([[self.value, (1 + len(item.text)) / 16] for item in items], np.float32)
        values = values.reshape(-1, 2)
        values[[reason is not None for reason in reasons]] = np.nan
        return Scores(values, space, reasons, flags=tuple(("language",) if r else () for r in reasons))

    def describe(self):
        return {"letters": self.letters}


def ensemble(**readers):
    return Ensemble({name: (lambda own=own: own) for name, own in readers.items()})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aux", max_size=4), max_size=12))
def test_each_text_is_judged_by_all_that_read_it_and_keeps_its_row(texts):
    scorer = ensemble(first=Reads("a", 0.9), second=Reads("au", 0.5))
    scores = scorer.score([Item(text) for text in texts], SPACE)
    assert len(scores) == len(texts)
    for i, text in enumerate(texts):
        names = "first+second" if text[:1] in ("", "a") else "second"
        assert scores.traces[i] == {"model": names}
        assert scorer.reader_of(text) == names
        if text[:1] in ("", "x"):
            assert scores.abstained[i] == ("the text is empty" if not text else "not mine")
            assert np.isnan(scores.values[i]).all()
        else:
            # .9 is 9 to 1, .5 is 1 to 1: together 3 to 1.
            own = 0.75 if "first" in names else 0.5
            np.testing.assert_allclose(scores.values[i], [own, (1 + len(text)) / 16], rtol=1e-5)


def test_where_one_was_trained_for_the_space_it_judges_alone():
    scorer = ensemble(first=Reads("a", 0.9), second=Reads("au", 0.5, trained=("goemotions",)))
    space = LabelSpace("goemotions", SPACE.labels, "multi")
    scores = scorer.score([Item("a"), Item("u")], space)
    assert [trace["model"] for trace in scores.traces] == ["second", "second"]
    assert scores.values[:, 0].tolist() == [0.5, 0.5]
    assert scorer.score([Item("a")], SPACE).traces[0] == {"model": "first+second"}


def test_scores_are_joined_by_the_kind_of_space():
    one, two = np.array([[0.9, 0.1]], np.float32), np.array([[0.5, 0.5]], np.float32)
    single = LabelSpace.of(["joy", "fear"], "single")
    np.testing.assert_allclose(joined([one, two], single), [[0.75, 0.25]], rtol=1e-5)
    levels = LabelSpace("levels", SPACE.labels, "ordinal", levels=4)
    np.testing.assert_allclose(joined([3 * one, 3 * two], levels), [[2.25, 0.75]], rtol=1e-5)
    axes = LabelSpace("axes", SPACE.labels, "dimensional", range=(1.0, 9.0))
    np.testing.assert_allclose(joined([one, two], axes), [[0.7, 0.3]], rtol=1e-5)
    sure = np.array([[1.0, 0.0]], np.float32)
    for space in (SPACE, single):
        assert np.isfinite(joined([sure, 1 - sure], space)).all()
    assert joined([np.zeros((0, 2), np.float32)] * 2, single).shape == (0, 2)


def test_a_text_that_is_explained_keeps_its_readers():
    scorer = ensemble(first=Reads("a", 0.9), second=Reads("au", 0.5))
    told = explain(scorer, Item("a u a"), SPACE, _decision())
    assert told.prediction.trace == {"model": "first+second"}
    alone = scorer.held_to("u")
    assert alone.describe() == {"scorer": "ensemble", "readers": ["second"]}


def _decision():
    from affekt.decisions import FixedThreshold

    return FixedThreshold(0.5)


@pytest.mark.parametrize("name", ["axes", "vocabulary"])
def test_what_its_readers_lack_it_lacks(name):
    assert not getattr(ensemble(first=Reads("a", 0.9)), name)
