"""Occlusion around scorers whose weights are known, and around those that fail."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import InputError, Item, LabelSpace, Scores, Turn, named_space
from affekt.decisions import FixedThreshold
from affekt.text import word_spans
from affekt.wrappers import BLANK, explain, left_over

WEIGHTS = {
    "glad": (2.0, -1.0),
    "gloomy": (-1.5, 2.5),
    "not": (-0.5, 0.75),
    "😂": (1.25, 0.0),
    "!!!": (0.5, 0.5),
}
FILLERS = ("the", "day", "e\u0301tat", "#tag", "日", ",", "(", "\r\n", "1,000")
SPACES = {
    "multi": LabelSpace.of(["joy", "sadness"]),
    "ordinal": LabelSpace("four", LabelSpace.of(["joy", "sadness"]).labels, "ordinal", levels=41),
    "dimensional": LabelSpace("axes", LabelSpace.of(["joy", "sadness"]).labels, "dimensional", range=(-20, 20)),
}  # fmt: skip
TEXTS = st.lists(st.sampled_from([*WEIGHTS, *FILLERS]), min_size=1, max_size=12).map(" ".join)


class Bag:
    """A scorer that adds up the weights of words: logits, levels or values of two labels."""

    def __init__(self, abstains=lambda text: None, factor=1.0):
        self.calls, self.items, self._abstains, self._factor = 0, [], abstains, factor

    def score(self, items, space):
        self.calls += 1
        self.items += items
        sums = self._factor * np.array([self._sum(item.text) for item in items])
        if space.kind == "single":
            values = np.exp(sums) / np.exp(sums).sum(axis=1, keepdims=True)
        else:
            values = {"multi": 1 / (1 + np.exp(-sums)), "ordinal": sums + 20}.get(space.kind, sums)
        reasons = tuple(self._abstains(item.text) for item in items)
        values[[reason is not None for reason in reasons]] = np.nan
        return Scores(values, space, reasons)

    def _sum(self, text):
        words = re.findall("|".join(map(re.escape, WEIGHTS)), text)
        return np.sum([WEIGHTS[word] for word in words], axis=0) if words else np.zeros(2)

    def describe(self):
        return {}


@pytest.mark.parametrize("kind", SPACES)
@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_a_scorer_that_adds_up_words_gets_its_weights_back(kind, text):
    explanation = explain(Bag(factor=0.1), Item(text), SPACES[kind])
    assert [(part.start, part.end) for part in explanation.parts] == word_spans(text)
    for part in explanation.parts:
        assert part.text == text[part.start : part.end]
        expected = np.multiply(WEIGHTS.get(part.text, (0, 0)), 0.1)
        np.testing.assert_allclose(list(part.effects.values()), expected, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.permutations(["glad", "gloomy", "not", "!!!", "day"]))
def test_the_order_of_words_moves_spans_and_no_effect(order):
    explanation = explain(Bag(), Item("  ".join(order)), SPACES["multi"])
    assert [part.text for part in explanation.parts] == order
    for part in explanation.parts:
        np.testing.assert_allclose(list(part.effects.values()), WEIGHTS.get(part.text, (0, 0)), atol=1e-5)


@settings(deadline=None)
@given(st.text(max_size=40), st.data())
def test_what_is_left_over_is_the_rest_or_the_blank(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    rest = left_over(text, start, end)
    assert rest == BLANK or rest.split() == (text[:start] + text[end:]).split()
    assert rest.strip()


def test_of_exactly_one_label_the_effect_is_in_log_odds_and_sums_to_nothing():
    space = LabelSpace.of(["joy", "sadness"], "single")
    (part,) = explain(Bag(), Item("glad"), space).parts
    assert part.effects == pytest.approx({"joy": 3.0, "sadness": -3.0}, abs=1e-5)
    assert part.without == {"joy": 0.5, "sadness": 0.5}


def test_a_negation_is_taken_out_with_what_it_denies_within_its_clause():
    def phrases(text):
        return [phrase.text for phrase in explain(Bag(), Item(text), SPACES["multi"]).phrases]

    assert phrases("I am not glad") == ["not glad"]
    assert phrases("it is not a very glad day, I don’t like it") == ["not a very glad", "don’t like"]
    assert phrases("why not? not, I said; no") == []
    assert phrases("a notable knot") == []
    explanation = explain(Bag(), Item("so not glad"), SPACES["multi"])
    assert explanation.phrases[0].effects == pytest.approx({"joy": 1.5, "sadness": -0.25}, abs=1e-5)
    assert [each.text for each in explanation.ranked("joy")] == ["glad", "not glad", "not", "so"]


def test_all_is_scored_in_one_batch_beside_the_text_itself_and_history_stays():
    bag, history = Bag(), (Turn("a", "glad?"),)
    explain(bag, Item("glad glad day", history, speaker="b"), SPACES["multi"])
    assert bag.calls == 2
    assert [item.text for item in bag.items] == ["glad glad day", "glad day", "glad glad"]  # equal rests once
    assert all(item.history == history and item.speaker == "b" for item in bag.items)


def test_a_text_of_one_word_is_compared_with_the_blank():
    explanation = explain(Bag(), Item(" glad "), SPACES["multi"])
    assert explanation.parts[0].effects["joy"] == pytest.approx(2, abs=1e-5)
    assert BLANK in explanation.notes[0]


def test_a_text_that_is_not_judged_has_no_parts():
    bag = Bag(lambda text: "it is foreign")
    explanation = explain(bag, Item("glad day"), SPACES["multi"], FixedThreshold())
    assert (explanation.prediction.abstained, explanation.parts, bag.calls) == ("it is foreign", (), 1)
    assert explanation.to_dict()["scores"] == {"joy": None, "sadness": None}


def test_where_nothing_is_said_of_the_rest_the_effect_is_unknown_and_said_to_be():
    explanation = explain(
        Bag(lambda text: None if "the" in text else "?"), Item("the glad day"), SPACES["multi"]
    )
    effects = [part.effects["joy"] for part in explanation.parts]
    assert math.isnan(effects[0])
    assert effects[1:] == pytest.approx([2, 0], abs=1e-5)
    assert [each.text for each in explanation.ranked("joy")] == ["glad", "day"]
    assert explanation.supported(explanation.parts[0], ["joy"]) == (None, 0.0)
    assert explanation.scale(["joy"]) == pytest.approx(2, abs=1e-5)
    assert explanation.to_dict()["parts"][0]["effects"] == {"joy": None, "sadness": None}
    assert "without 1 of 3 parts" in explanation.notes[0]
    json.dumps(explanation.to_dict(), allow_nan=False)


def test_a_guard_that_passed_the_text_is_not_asked_about_what_is_left_of_it():
    bag = Bag(lambda text: None if "the" in text else "?")
    bag.unguarded = Bag()
    explanation = explain(bag, Item("the glad day"), SPACES["multi"])
    assert [part.effects["joy"] for part in explanation.parts] == pytest.approx([0, 2, 0], abs=1e-5)
    assert explanation.notes == ()


@pytest.mark.parametrize(("words", "parts"), [(20, 20), (41, 21), (300, 8), (3000, 8)])
def test_the_effort_is_bounded_and_no_word_is_left_out(words, parts):
    text = " ".join(f"word{i}" for i in range(words))
    bag = Bag()
    explanation = explain(bag, Item(text), SPACES["multi"])
    assert len(explanation.parts) == parts
    assert len(bag.items) == parts + 1
    assert "".join(part.text for part in explanation.parts).replace(" ", "") == text.replace(" ", "")
    assert any(f"{words:,} words" in note for note in explanation.notes) == (parts < words)
    assert len(explain(bag, Item(text), SPACES["multi"], parts=10).parts) == 10


def test_a_text_of_many_short_words_has_forty_parts():
    assert len(explain(Bag(), Item(" ".join(["ab"] * 45)), SPACES["multi"]).parts) == 40


def test_parts_are_one_or_more():
    with pytest.raises(InputError, match="0 parts: give a number from 1 up"):
        explain(Bag(), Item("glad"), SPACES["multi"], parts=0)


def test_labels_that_apply_come_first_and_the_nearest_follow():
    explanation = explain(Bag(), Item("gloomy"), SPACES["multi"], FixedThreshold(0.5))
    assert explanation.labels() == ("sadness", "joy")
    assert explanation.labels(1) == ("sadness",)
    assert explain(Bag(), Item("gloomy"), SPACES["dimensional"]).labels() == ("joy", "sadness")
    assert explanation.supported(explanation.parts[0], explanation.labels()) == ("sadness", 1.0)


def test_scores_are_those_of_the_decision():
    class Halved(FixedThreshold):
        """A calibration that halves log-odds."""

        def restate(self, scores):
            odds = (scores.values / (1 - scores.values)) ** 0.5
            return Scores(odds / (1 + odds), scores.space, scores.abstained)

        def apply(self, scores):
            return FixedThreshold(0.5).apply(self.restate(scores))

    explanation = explain(Bag(), Item("glad day"), SPACES["multi"], Halved())
    assert explanation.parts[0].effects["joy"] == pytest.approx(1, abs=1e-5)
    assert explanation.prediction.scores["joy"] == pytest.approx(1 / (1 + math.exp(-1)), abs=1e-5)


def test_the_bundled_model_blames_the_right_words():
    from affekt.models import load

    model = load("small")
    explanation = model.explain("I am so happy that she came", labels=["joy", "anger"])
    assert explanation.ranked("joy")[0].text == "happy"
    without = explanation.parts[3].without
    rest = model.scores(["I am so that she came"], explanation.space).values[0]
    assert list(without.values()) == pytest.approx(rest.tolist(), abs=1e-5)
    # "mon ami" alone would be stopped; the text as a whole is not.
    mixed = model.explain("merci mon ami, thanks", space=named_space("ekman"))
    if mixed.prediction.abstained is None:
        assert not any(math.isnan(x) for part in mixed.parts for x in part.effects.values())


def test_free_words_are_explained_among_themselves():
    from affekt.models import load

    model = load("small")
    text = "I finally got the job, I cannot believe it!"
    (said,) = model.predict([text], open=True)
    explanation = model.explain(text, open=True)
    assert explanation.space.kind == "open"
    assert set(explanation.space.names) == {name for name, score in said.scores.items() if score}
    best = explanation.prediction.labels[0]
    assert best == said.labels[0]
    assert {part.text for part in explanation.ranked(best)[:3]} >= {"cannot", "believe"}
    assert model.explain("Καλημέρα σας", open=True).parts == ()
