"""Items, conversations and scores keep their promises when made and when cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import SPACES, Conversation, Scores, Turn, Usage

SPACE = SPACES["ekman"]


@given(st.lists(st.text(max_size=8), max_size=6))
def test_a_conversation_unrolls_to_one_item_a_turn_and_loses_none(texts):
    turns = tuple(Turn(f"s{i % 2}", text) for i, text in enumerate(texts))
    items = list(Conversation("c", turns).items())
    assert [item.text for item in items] == texts
    assert len({item.id for item in items}) == len(texts)
    for i, item in enumerate(items):
        assert item.turns == (*item.history, turns[i], *item.following) == turns
        assert item == Conversation("c", turns).item(i)
        assert item.speaker == turns[i].speaker


def test_scores_become_float32_and_fill_what_was_left_out():
    scores = Scores(np.zeros((2, 6)), SPACE)
    assert scores.values.dtype == np.float32
    assert scores.abstained == (None, None)
    assert scores.flags == ((), ())


@pytest.mark.parametrize(
    "make",
    [
        lambda: Scores(np.zeros((2, 5)), SPACE),
        lambda: Scores(np.zeros(6), SPACE),
        lambda: Scores(np.zeros((2, 6)), SPACE, abstained=("why",)),
        lambda: Scores(np.zeros((2, 6)), SPACE, flags=((),)),
        lambda: Scores(np.full((1, 6), np.nan), SPACE),
    ],
)
def test_scores_that_do_not_fit_are_refused(make):
    with pytest.raises(ValueError, match="scores"):
        make()


def test_nan_stands_only_where_the_scorer_abstained():
    values = np.zeros((3, 6))
    values[1] = np.nan
    scores = Scores(values, SPACE, (None, "unreadable", None), flags=((), ("language",), ("long",)))
    taken = scores.take([2, 1])
    assert taken.abstained == (None, "unreadable")
    assert taken.flags == (("long",), ("language",))
    assert np.isnan(taken.values[1]).all()


@given(*[st.tuples(*[st.integers(0, 1000)] * 3) for _ in range(2)])
def test_usage_adds_up(a, b):
    assert Usage(*a) + Usage(*b) == Usage(*(x + y for x, y in zip(a, b, strict=True)))
