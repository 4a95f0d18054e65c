"""Scores by part of the data, and sorts of errors: by hand."""

from dataclasses import replace

import numpy as np
import pytest

from affekt.core import Item, Label, LabelSpace, Turn
from affekt.evaluation import evaluate

PAIR = LabelSpace.of(["joy", "anger"])
LEVELS = LabelSpace("levels", (Label("joy"), Label("anger")), "ordinal", levels=4)


def _varied(corpus, space=PAIR):
    """90 items: a third each of one, three and five words; joy is found, anger is not in the long ones."""
    texts = ["joy=.9"] * 30 + ["joy=.9 anger=.9 x"] * 30 + ["joy=.9 a b c d"] * 30
    gold = [[1, 0]] * 30 + [[1, 1]] * 60
    return corpus(texts, gold, space)


def test_lengths_are_thirds_and_their_figures_those_of_the_items_alone(told, corpus):
    data = _varied(corpus)
    report = evaluate(told(), data, bootstrap=100)
    lengths = report.slices["length"]
    assert list(lengths) == ["1 word", "3 words", "5 words"]
    for k, part in enumerate(lengths.values()):
        alone = evaluate(told(), data.take(range(30 * k, 30 * k + 30)), bootstrap=0).metrics
        assert part["items"] == 30
        assert part["micro_f1"]["value"] == pytest.approx(alone["micro_f1"].value)
        assert part["jaccard"]["value"] == pytest.approx(alone["jaccard"].value)
    assert lengths["5 words"]["micro_f1"] == pytest.approx({"value": 2 / 3, "low": 2 / 3, "high": 2 / 3})


def test_macro_f1_of_a_part_is_over_the_labels_that_occur_there(told, corpus):
    # Anger is never true of the texts of one word, where it is said thrice; fear is true of nothing.
    space = LabelSpace.of(["joy", "anger", "fear"])
    texts = ["joy=.9"] * 27 + ["anger=.9"] * 3 + ["anger=.9 x y"] * 30 + ["x y z a b"] * 30
    gold = [[1, 0, 0]] * 30 + [[0, 1, 0]] * 24 + [[1, 0, 0]] * 6 + [[0, 0, 0]] * 30
    report = evaluate(told(), corpus(texts, gold, space), bootstrap=200)
    short, middle, long = report.slices["length"].values()
    joy = 2 * 27 / (27 + 30)
    assert short["macro_f1"]["value"] == pytest.approx(joy)
    assert short["macro_f1"]["low"] < joy < short["macro_f1"]["high"]
    assert middle["macro_f1"]["value"] == pytest.approx((0 + 2 * 24 / (30 + 24)) / 2)
    assert long["macro_f1"] == {"value": None, "low": None, "high": None}
    anger = 2 * 24 / (33 + 24)
    assert report.metrics["macro_f1"].value == pytest.approx((2 * 27 / (27 + 36) + anger + 0) / 3)
    assert "over the labels that occur in it" in report.page()
    # With all labels in it, a part has the macro F1 of a report of its own.
    single = LabelSpace.of(["joy", "anger"], "single")
    data = corpus([f"{name}=.9 x" for name in ("joy", "joy", "anger")] * 20 + ["joy=1"] * 40,
                  np.eye(2)[[0, 1, 1] * 20 + [0] * 40], single)  # fmt: skip
    parts = evaluate(told(), data, bootstrap=50).slices["length"]
    alone = evaluate(told(), data.take(range(60)), bootstrap=50).metrics["macro_f1"]
    assert parts["2 words"]["macro_f1"] == pytest.approx(alone.to_dict())


def test_rarity_speaker_position_group_and_own_columns(told, corpus):
    space = LabelSpace.of(["joy", "anger", "fear"], "multi")
    gold = np.zeros((120, 3))
    gold[:80, 0], gold[:40, 1], gold[80:, 2] = 1, 1, 1  # fear and anger 40 each, joy 80
    data = corpus([f"joy=.9 {i}" for i in range(120)], gold, space, groups=("a",) * 60 + ("b",) * 60)
    turns = tuple(Turn(None, "x") for _ in range(5))
    items = tuple(
        Item(text, turns[: 5 * (i % 2)], speaker=("Ross", "Rachel")[i < 50])
        for i, text in enumerate(data.texts)
    )
    data = replace(data, items=items, columns={"language": ("en",) * 120})
    found = evaluate(told(), data, bootstrap=50).slices
    assert {part: figures["items"] for part, figures in found["rarity"].items()} == {
        "rare labels": 40,
        "middling labels": 40,
        "frequent labels": 40,
    }
    assert found["rarity"]["frequent labels"]["micro_f1"]["value"] == 1
    assert {part: figures["items"] for part, figures in found["speaker"].items()} == {
        "Ross": 70,
        "Rachel": 50,
    }
    assert list(found["position"]) == ["first turn", "turns 6–10"]
    assert found["language"]["en"]["items"] == 120
    # Within one dialogue its texts are resampled, across them whole dialogues are.
    assert found["group"]["a"]["micro_f1"]["low"] is not None
    assert found["group"]["b"]["items"] == 60


def test_numbers_have_slices_too(told, corpus, axes_space):
    values = np.random.default_rng(0).uniform(1, 5, size=(90, 1)).round(1)
    texts = [f"valence={v + (i % 3)} {'x ' * (i % 3)}" for i, v in enumerate(values[:, 0])]
    found = evaluate(
        told(axes=("valence",)), corpus(texts, values, axes_space("valence")), bootstrap=20
    ).slices
    assert [part["mean_mae"]["value"] for part in found["length"].values()] == pytest.approx([0, 1, 2])
    assert found["length"]["1 word"]["mean_pearson"]["value"] == pytest.approx(1)
    single = LabelSpace.of(["joy", "anger"], "single")
    gold = np.eye(2)[[0] * 30 + [1] * 60]
    found = evaluate(
        told(), replace(_varied(corpus), gold=gold.astype(np.float32), space=single), bootstrap=20
    )
    assert [x["accuracy"]["value"] for x in found.slices["length"].values()] == [1, 0, 0]


def test_errors_on_levels_by_hand(told, corpus):
    texts = ["joy=3", "joy=1", "joy=1", "anger=1", "x", "?"]
    gold = [[3, 0], [3, 0], [2, 0], [0, 0], [1, 0], [2, 1]]
    found = evaluate(told(), corpus(texts, gold, LEVELS), bootstrap=20).breakdown
    joy, anger = found["errors"]["labels"]["joy"], found["errors"]["labels"]["anger"]
    # Off on joy: 3 told as 1, 2 as 1, 1 as none, 2 not judged.
    assert joy == {"errors": 4, "missed": 0.5, "added": 0, "nothing": 0.5, "one_level": 0.5}
    assert anger == {"errors": 2, "missed": 0.5, "added": 0.5, "nothing": 0.5, "one_level": 1}
    assert found["errors"]["all"]["errors"] == 6
    assert found["preference"]["joy"]["true"] == pytest.approx(5 / 6)
    assert found["preference"]["joy"]["predicted"] == 0.5
    assert found["preference"]["joy"]["difference"]["value"] == pytest.approx(-1 / 3)
    # Two levels: joy 1 1 1 0 1 1 told as 1 1 1 0 0 0.
    assert list(found["collapsed"]) == ["2", "3", "4"]
    assert found["collapsed"]["2"]["mean_mae"]["value"] == pytest.approx((2 / 6 + 2 / 6) / 2)
    # Three: joy 2 2 2 0 1 2 told as 2 1 1 0 0 0.
    assert found["collapsed"]["3"]["mean_mae"]["value"] == pytest.approx((5 / 6 + 2 / 6) / 2)
    assert found["collapsed"]["2"]["macro_f1"]["value"] == pytest.approx((2 * 3 / 8 + 0) / 2)


def test_errors_on_labels_have_no_levels(told, corpus, axes_space):
    found = evaluate(told(), _varied(corpus), bootstrap=20).breakdown
    assert found["errors"]["labels"]["anger"] == {"errors": 30, "missed": 1, "added": 0, "nothing": 0}
    assert found["errors"]["labels"]["joy"] == {"errors": 0, "missed": None, "added": None, "nothing": None}
    assert "collapsed" not in found
    axes = corpus(["x"] * 3, [[1.0], [2], [3]], axes_space("valence"))
    assert evaluate(told(), axes, bootstrap=0).breakdown is None
