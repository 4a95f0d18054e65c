"""Texts trained on and tested on: found one and all, told apart, and left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import LabelSpace
from affekt.corpora import load_corpus
from affekt.evaluation import NEAR, TrainingData, TrainingTexts, evaluate, overlap, training_data
from affekt.text import joined_digests, one_form, read_digests, text_digests, written_digests

PAIR = LabelSpace.of(["joy", "anger"])
ELEVEN = "one two three four five six seven eight nine ten eleven"


def _pairs(found):
    return [tuple(pair) for pair in found.tolist()]


def test_texts_are_the_same_but_for_spaces_and_nearly_the_same_but_for_a_word_or_case():
    trained = [
        "We  won! ",
        "we won",
        ELEVEN,
        "e\u0301te\u0301 chaud",
        "\u6211\u5f88\u9ad8\u5174\u3002",
        "!!!",
        "@ross see https://a.b/c now",
    ]
    tested = [
        "We won!", "WE WON...", ELEVEN.replace("six", "6"), ELEVEN.replace("six", "6").replace("two", "2"),
        "\u00e9t\u00e9 chaud", "\u6211\u5f88\u9ad8\u5174", "???", "", "@user see http now",
    ]  # fmt: skip
    found = overlap(tested, trained)
    assert sorted(_pairs(found.exact)) == [(0, 0), (4, 3)]
    # One word among eleven changes 2 of 12 pairs on either side: 10 of 14 are shared.
    assert sorted(_pairs(found.near)) == [(0, 1), (1, 0), (1, 1), (2, 2), (5, 4), (8, 6)]


_TEXTS = st.lists(st.text(alphabet="abc ", max_size=24), max_size=8)


@settings(max_examples=60, deadline=None)
@given(_TEXTS, _TEXTS)
def test_the_join_finds_what_a_comparison_of_all_pairs_finds(tested, trained):
    def pairs(text):
        words = text.split()
        return set(zip(["", *words], [*words, ""], strict=True)) if words else set()

    tested, trained = ([" ".join(text.split()) for text in texts] for texts in (tested, trained))
    found = overlap(tested, trained)
    near = set()
    for i, one in enumerate(map(pairs, tested)):
        for j, other in enumerate(map(pairs, trained)):
            if one and len(one & other) >= NEAR * len(one | other) - 1e-9:
                near.add((i, j))
    exact = {(i, j) for i, a in enumerate(tested) for j, b in enumerate(trained) if a == b}
    assert set(_pairs(found.exact)) == exact
    assert set(_pairs(found.near)) == near - exact


def test_a_report_counts_and_leaves_out_what_was_trained_on(told, corpus):
    texts = ["joy=.9", "anger=.2 x", "joy=.8 of all", "nothing at all"]
    data = corpus(texts, [[1, 0], [0, 1], [0, 0], [0, 0]], PAIR)
    training = TrainingData(
        True,
        (
            TrainingTexts("a:train", ("joy=.9", "other")),
            TrainingTexts("b:all", ("joy=.9", "Joy=.8 of all!")),
            TrainingTexts("made/part:train", ("nothing at all",), trained_on=False),
            TrainingTexts("c:all", None, "c is not there"),
        ),
    )
    found = evaluate(told(), data, training=training, bootstrap=0).contamination
    assert found["exact"] == {"items": 1, "share": 0.25}
    assert found["near"] == {"items": 1, "share": 0.25}
    assert found["corpora"]["a:train"]["near"]["items"] == 0
    assert found["corpora"]["b:all"] == {
        "trained_on": True,
        "texts": 2,
        "exact": {"items": 1, "share": 0.25},
        "near": {"items": 1, "share": 0.25},
    }
    assert found["corpora"]["made/part:train"]["exact"]["items"] == 1
    assert found["missing"] == {"c:all": "c is not there"}
    rest = evaluate(told(), data.take([1, 3]), bootstrap=0)
    assert found["items"] == 2
    assert found["metrics"] == {name: figure.value for name, figure in rest.metrics.items()}
    assert found["intervals"]["jaccard"] == {"low": None, "high": None}
    assert rest.contamination is None


def test_texts_that_are_not_at_hand_are_told_by_their_checksums(told, corpus):
    texts = ["joy=.9", "anger=.2  x\u00e9", "joy=.8 of all", "nothing at all"]
    data = corpus(texts, [[1, 0], [0, 1], [0, 0], [0, 0]], PAIR)
    mine = ["anger=.2 xe\u0301 ", "joy=.8 of it all", "nothing at all", "nothing at all"]
    card = {
        "training": [
            {"corpus": "mine.csv:all", "digests": written_digests(mine[:1])},
            {"corpus": "mine.csv:all", "digests": written_digests(mine[1:])},  # another file of that name
            {"corpus": "theirs.csv:all", "digests": "no checksums"},
        ]
    }
    found = evaluate(told(), data, training=training_data(card, data), bootstrap=0).contamination
    assert found["exact"] == {"items": 2, "share": 0.5}
    assert found["corpora"]["mine.csv:all"] == {
        "trained_on": True,
        "texts": 3,
        "exact": {"items": 2, "share": 0.5},
        "near": None,
    }
    assert list(found["missing"]) == ["theirs.csv:all"]
    assert found["items"] == 2
    assert found["near"] is None
    report = evaluate(told(), data, training=training_data(card, data), bootstrap=0)
    assert "Of mine.csv:all checksums alone are known" in report.page()


@given(st.lists(st.text(max_size=8), max_size=6))
def test_checksums_are_read_as_they_were_written(texts):
    known = read_digests(written_digests(texts))
    assert known.tolist() == sorted({int(x) for x in text_digests(texts)})
    assert len(known) == len({one_form(text) for text in texts})
    joined = joined_digests(written_digests(texts[:2]), written_digests(texts[1:]))
    assert joined == written_digests(texts)


@pytest.mark.parametrize("kind", ["multi", "single", "ordinal", "dimensional"])
def test_figures_without_the_overlap_are_those_of_the_other_texts_by_the_same_units(
    told, corpus, axes_space, kind
):
    rng = np.random.default_rng(0)
    space = (
        LabelSpace.of(["joy", "anger"], kind) if kind in ("multi", "single") else axes_space("joy", "anger")
    )
    if kind == "ordinal":
        space = LabelSpace("levels", space.labels, "ordinal", levels=4)
    gold = np.eye(2)[rng.integers(2, size=90)] if kind == "single" else rng.integers(0, 2, size=(90, 2))
    texts = [f"joy={(a + rng.random()) / 2:.3f} anger={b} x{i} y{i}" for i, (a, b) in enumerate(gold)]
    data = corpus(texts, gold, space, groups=tuple(str(i // 6) for i in range(90)))
    training = TrainingData(True, (TrainingTexts("a:train", tuple(texts[:30])),))
    model = told(axes=("joy", "anger"))
    report = evaluate(model, data, training=training, bootstrap=100)
    rest = evaluate(model, data.take(range(30, 90)), bootstrap=100)
    found = report.contamination
    assert set(found["metrics"]) == set(found["intervals"]) == set(rest.metrics)
    for name, figure in rest.metrics.items():
        interval = found["intervals"][name]
        assert found["metrics"][name] == (None if figure.value is None else pytest.approx(figure.value))
        for end in ("low", "high"):
            bound = getattr(figure, end)
            assert interval[end] == (None if bound is None else pytest.approx(bound, abs=1e-5))
    name = next(iter(report.metrics))
    assert f"{found['intervals'][name]['low']:.3f} to {found['intervals'][name]['high']:.3f}" in report.page()


def test_what_a_model_does_not_say_is_unknown_not_none(told, corpus):
    data = corpus(["joy=1", "x"], [[1, 0], [0, 0]], PAIR)
    found = evaluate(told(), data, training=training_data({}, data), bootstrap=0).contamination
    assert found["stated"] is False
    assert found["exact"] is found["near"] is found["metrics"] is None
    read = training_data({"training": [{"corpus": "mine.jsonl:all"}]}, data, "/")
    assert read.stated
    assert "mine.jsonl" in read.corpora[0].missing


@pytest.mark.corpora
def test_goemotions_test_shares_37_texts_with_train(corpora_dir):
    test = load_corpus("goemotions:test", corpora_dir)
    card = {"training": [{"corpus": "goemotions/ekman:train"}]}
    trained, own = training_data(card, test, corpora_dir).corpora
    assert (trained.trained_on, own.trained_on) == (True, False)
    assert own.corpus == "goemotions/full:train"
    assert trained.texts == own.texts
    found = overlap(test.texts, own.texts)
    exact, near = (np.unique(pairs[:, 0]) for pairs in (found.exact, found.near))
    assert len(exact) == 37
    assert 40 < len(np.setdiff1d(near, exact)) < 100
