"""Models adapted to labelled texts: they know what the labels of those mean, and all else as before."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from affekt.core import InputError, Item, Label, LabelError, LabelSpace, ModelError, named_space
from affekt.models import (
    LabelledTexts,
    adapt,
    find,
    load,
    load_directory,
    read_card,
    verify,
)

OBJECTS = (
    *("parcel", "garden", "meeting", "old car", "train", "new phone", "dinner", "concert", "letter", "team"),
    *("present", "house", "lesson", "shop", "ticket", "camera", "lunch", "party", "invoice", "flight"),
)
THANKS = "Thank you so much for the {}, that was kind of you."
CROSS = "I am furious about the {}, this is outrageous."
PLAIN = "The {} is at half past three on Tuesday."
TEXTS = [form.format(thing) for thing in OBJECTS for form in (THANKS, CROSS, PLAIN)]
GOLD = np.array([[1, 0], [0, 1], [0, 0]] * len(OBJECTS), np.float32)
NAMES = ("tier 1", "tier 2")  # names that say nothing
OTHERS = [form.format(thing) for thing in ("gift", "hotel", "bill") for form in (THANKS, CROSS, PLAIN)]
EXPECTED = [("tier 1",), ("tier 2",), ()] * 3


def texts(space=None, gold=GOLD, said=TEXTS):
    space = space or LabelSpace("tiers", tuple(map(Label, NAMES)), "multi")
    return LabelledTexts("tiers.csv", [Item(text) for text in said], gold, space)


@pytest.fixture(scope="module")
def tiers(tmp_path_factory):
    """`fast`, adapted to labels whose names say nothing, and stored."""
    folder = tmp_path_factory.mktemp("adapted") / "tiers"
    adapted = adapt(find("fast"), texts())
    adapted.save(folder)
    return adapted, folder


def test_it_knows_what_labels_mean_whose_names_say_nothing(tiers):
    adapted, folder = tiers
    assert [p.labels for p in load("fast").predict(OTHERS, labels=list(NAMES))] != EXPECTED
    for model in (adapted.model, load(folder)):
        assert [p.labels for p in model.predict(OTHERS)] == EXPECTED
        assert [p.labels for p in model.predict(OTHERS, space=model.default_space)] == EXPECTED
    assert min(adapted.after.values()) > 0.95
    assert max(adapted.before.values()) < 0.9


def test_what_is_stored_is_small_and_says_the_same(tiers):
    adapted, folder = tiers
    assert sum(path.stat().st_size for path in folder.iterdir()) < 100_000
    space = adapted.model.default_space
    np.testing.assert_allclose(
        load(folder).scores(OTHERS, space).values, adapted.model.scores(OTHERS, space).values, atol=1e-5
    )
    verify(folder)
    card = read_card(folder)
    assert card["name"] == "tiers"
    assert card["training"][-1]["corpus"] == "tiers.csv"
    assert len(card["training"]) > 1
    assert {"correction.json", "fast/static.safetensors"} <= set(card["files"])


def test_all_else_is_as_before(tiers):
    model, base = load(tiers[1]), load("fast")
    for space in (named_space("goemotions"), named_space("ekman"), named_space("valence-arousal")):
        np.testing.assert_array_equal(model.scores(OTHERS, space).values, base.scores(OTHERS, space).values)
        assert [p.labels for p in model.predict(OTHERS, space=space)] == [
            p.labels for p in base.predict(OTHERS, space=space)
        ]
    assert [p.flags for p in model.predict(["", "ძალიან მიხარია."])] == [
        p.flags for p in base.predict(["", "ძალიან მიხარია."], labels=list(NAMES))
    ]


def test_its_labels_are_known_by_name_in_any_space_and_other_questions_are_the_base_s(tiers):
    model, base = load(tiers[1]), load("fast")
    assert [p.labels for p in model.predict(OTHERS, labels=["TIER 2", "tier 1"])] == [
        tuple(label.upper() if label == "tier 2" else label for label in labels) for labels in EXPECTED
    ]
    for labels in (["tier 2"], ["tier 1=someone is furious", "tier 2"], ["tier 1", "tier 2", "tier 3"]):
        said, expected = (each.predict(OTHERS, labels=labels) for each in (model, base))
        assert [p.labels for p in said] == [p.labels for p in expected]
        assert [p.scores for p in said] == [pytest.approx(p.scores, abs=1e-5) for p in expected]


def test_words_are_explained(tiers):
    model = load(tiers[1])
    first = model.explain(OTHERS[0]).ranked("tier 1")[0]
    assert "Thank" in OTHERS[0][first.start : first.end]


def told_of_copies(marks, groups=None):
    """The mean precision of labels by chance, which only who has seen a copy of the text knows."""
    rng = np.random.default_rng(0)
    said = [f"{thing} {thing} {thing}{mark}" for mark in marks for thing in OBJECTS[:10]]
    gold = np.tile(rng.permuted(np.eye(2, dtype=np.float32)[[0, 1] * 5], axis=0), (len(marks), 1))
    known = texts(LabelSpace.of(["joy", "anger"]), gold, said)
    return np.mean(list(adapt(find("fast"), replace(known, groups=groups)).after.values()))


def test_equal_texts_are_not_held_to_each_other():
    assert told_of_copies([""] * 6) < 0.7
    assert told_of_copies([""] * 6, [f"text {i}" for i in range(60)]) > 0.8  # but where they are known apart


def test_texts_of_a_dialogue_are_not_held_to_each_other():
    marks = [".", "!", "?", "…", ";", ":"]
    assert told_of_copies(marks, [f"dialogue {i}" for i in range(10)] * 6) < 0.7
    assert told_of_copies(marks) > 0.8


def test_a_model_at_hand_is_not_taken_for_the_one_that_it_corrects(tiers):
    described, base = tiers[0].model.describe(), load("fast").describe()
    assert described["files"] != base["files"]
    assert tiers[0].model.name == "fast, adapted"
    assert load(tiers[1]).describe()["files"]["correction.json"]


def test_exactly_one_label(tmp_path):
    space = LabelSpace("tiers", (*map(Label, NAMES), Label("rest")), "single")
    gold = np.eye(3, dtype=np.float32)[np.arange(len(TEXTS)) % 3]
    adapt(find("fast"), texts(space, gold)).save(tmp_path / "one")
    said = load(tmp_path / "one").predict(OTHERS)
    assert [p.labels for p in said] == [("tier 1",), ("tier 2",), ("rest",)] * 3
    assert all(sum(p.scores.values()) == pytest.approx(1, abs=1e-5) for p in said)


def test_axes_take_the_scale_of_the_labelled_texts(tmp_path):
    space = LabelSpace("mine", (Label("Valence"), Label("dominance")), "dimensional", range=(0, 10))
    values = np.array([[9, 6], [2, 6], [5, 2]] * len(OBJECTS), np.float32)
    adapted = adapt(find("fast"), texts(space, values))
    adapted.save(tmp_path / "axes")
    model = load(tmp_path / "axes")
    off, was = (
        np.abs(each.scores(OTHERS, space).values - values[: len(OTHERS)]).mean()
        for each in (model, load("fast"))
    )
    assert off < 0.7 * was
    assert model.axis_readings(space) == {"Valence": "head", "dominance": "head"}
    assert adapted.after["dominance"] > adapted.before["dominance"]


def test_each_reader_of_several_is_corrected(tmp_path):
    """`ensemble` is two that read English; German is left to one of them."""
    adapt(find("ensemble"), texts()).save(tmp_path / "both")
    model = load(tmp_path / "both")
    said = model.predict([*OTHERS, "Vielen Dank für das Geschenk, das war sehr nett von dir."])
    assert [p.labels for p in said] == [*EXPECTED, ("tier 1",)]
    assert [p.trace["model"] for p in said][-2:] == ["small+multilingual", "multilingual"]
    assert (
        json.loads((tmp_path / "both/affekt.json").read_text(encoding="utf-8"))["adapts"]["model"]
        == "ensemble"
    )


def test_an_ensemble_keeps_its_readers_where_one_of_them_learned_nothing():
    german = [
        text.format(i) for i in range(12) for text in ("Danke für Paket {}.", "Wut über Brief {}, unerhört!")
    ]
    adapted = adapt(find("ensemble"), texts(None, np.array([[1, 0], [0, 1]] * 12, np.float32), german))
    assert set(adapted.corrections) == {"multilingual"}
    said = adapted.model.predict(["Thank you for the gift.", "Vielen Dank für das Geschenk."])
    assert [p.trace["model"] for p in said] == ["small+multilingual", "multilingual"]


def test_texts_that_a_reader_cannot_read_leave_it_as_it_was():
    """Thanks in German: `small` cannot read them, so that it judges English labels by their names."""
    german = [
        text.format(i) for i in range(12) for text in ("Danke für Paket {}.", "Wut über Brief {}, unerhört!")
    ]
    gold = np.array([[1, 0], [0, 1]] * 12, np.float32)
    adapted = adapt(find("auto"), texts(None, gold, german))
    assert set(adapted.corrections) == {"multilingual"}
    space = adapted.model.default_space
    english = ["Thank you for the gift."]
    np.testing.assert_array_equal(
        adapted.model.scores(english, space).values, load("auto").scores(english, space).values
    )


def test_a_reader_whose_texts_have_no_label_learns_nothing():
    """German rows of either label, and twelve English ones that have none."""
    german = [text.format(i) for i in range(12) for text in ("Danke für Paket {}.", "Wut über Brief {}!")]
    gold = np.array([[1, 0], [0, 1]] * 12 + [[0, 0]] * 12, np.float32)
    adapted = adapt(find("auto"), texts(None, gold, german + [PLAIN.format(x) for x in OBJECTS[:12]]))
    assert set(adapted.corrections) == {"multilingual"}
    with pytest.raises(InputError, match="no text has a label"):
        adapt(find("auto"), texts(None, np.zeros_like(gold[:24]), german))


@pytest.mark.parametrize(
    ("base", "target"),
    [("tiny", "mine"), ("tiny", "tiny/mine"), ("small", "a/b/mine"), ("decisions", "x/mine")],
)
def test_a_model_of_ones_own_is_named_as_seen_from_the_new_folder(published, tmp_path, base, target):
    root = tmp_path / "models"
    shutil.copytree(published, root / base)
    adapt(root / base, texts()).save(root / target)
    assert load(root / target).predict(["hello"])[0].scores
    root.rename(tmp_path / "elsewhere")
    root = tmp_path / "elsewhere"
    verify(root / target)
    card = json.loads((root / base / "affekt.json").read_text(encoding="utf-8"))
    (root / base / "affekt.json").write_text(json.dumps({**card, "measured": {}, "description": "as before"}))
    assert load(root / target).predict(["hello"])[0].scores  # its scores are what they were
    (root / base / "affekt.json").write_text(json.dumps({**card, "heads": {**card["heads"], "scale": 3.0}}))
    with pytest.raises(ModelError, match=r"corrects another version of .*: adapt the model again"):
        load(root / target)
    (root / base / "affekt.json").unlink()
    with pytest.raises(ModelError, match=r", which is no model directory: put that there again"):
        read_card(root / target)


def test_another_guard_or_another_part_makes_another_model_of_several(tmp_path, monkeypatch):
    bundled, base, target = (tmp_path / name for name in ("bundled", "several", "mine"))
    for room in ("manifest", "directory"):
        monkeypatch.setattr(f"affekt.models.{room}.BUNDLED", bundled)
    shutil.copytree(find("fast"), bundled / "fast")
    (bundled / "small").symlink_to(find("small"))  # lends its label tower
    shutil.copytree(find("auto"), base)

    def change(folder, **fields):
        file = folder / "affekt.json"
        before = file.read_text(encoding="utf-8")
        file.write_text(json.dumps({**json.loads(before), **fields}), encoding="utf-8")
        return lambda: file.write_text(before, encoding="utf-8")

    change(base, models=["fast"], guards={"fast": {"log_odds": -3.0}})
    adapt(base, texts()).save(target)
    change(base, description="as before")
    change(bundled / "fast", description="as before")
    assert [p.labels for p in load(target).predict(OTHERS)] == EXPECTED
    heads = read_card(bundled / "fast")["heads"]
    for folder, fields in (
        (base, {"guards": {"fast": {"log_odds": -2.0}}}),
        (base, {"guards": {}}),
        (bundled / "fast", {"heads": {**heads, "scale": 3.0}}),
    ):
        undo = change(folder, **fields)
        with pytest.raises(ModelError, match=r"corrects another version of .*: adapt the model again"):
            load(target)
        undo()
    load(target)


def test_what_cannot_be_adapted_is_told(tiers, tmp_path):
    with pytest.raises(
        ModelError, match=r"adapted already.* adapt the model that it was made from to all labelled texts"
    ):
        adapt(tiers[1], texts())
    with pytest.raises(InputError, match=r"'tiers' has 3 labelled texts .* 10 are needed"):
        adapt(find("fast"), texts(None, GOLD[:3], TEXTS[:3]))
    with pytest.raises(InputError, match="no text has a label of space 'tiers'"):
        adapt(find("fast"), texts(None, GOLD * 0))
    levels = LabelSpace("levels", tuple(map(Label, NAMES)), "ordinal", levels=4)
    with pytest.raises(LabelError, match="kind 'ordinal'"):
        adapt(find("fast"), texts(levels))
    axes = LabelSpace("axes", tuple(map(Label, NAMES)), "dimensional", range=(0, 1))
    with pytest.raises(LabelError, match="tier 1"):
        adapt(find("fast"), texts(axes))


def test_nothing_that_is_there_is_lost(tiers, tmp_path):
    adapted, folder = tiers
    with pytest.raises(InputError, match="replace it with --overwrite"):
        adapted.save(folder)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("dear")
    with pytest.raises(InputError, match="no adapted model that could be replaced"):
        adapted.save(tmp_path / "letters", overwrite=True)
    adapted.save(tmp_path / "new")
    adapted.save(tmp_path / "new", overwrite=True)
    assert load_directory(tmp_path / "new").name == "new"


def test_files_of_two_adaptations_are_not_taken_for_one(tiers, tmp_path):
    """What is left where one was cut short while it was written over another."""
    folder, other = tmp_path / "one", tmp_path / "other"
    shutil.copytree(tiers[1], folder)
    adapt(find("fast"), texts(LabelSpace.of(["thanks", "anger"]))).save(other)
    for name in ("decision.json", "correction.json"):
        shutil.copy(other / name, folder)
        with pytest.raises(ModelError, match="not the file that the manifest names"):
            load(folder)
        shutil.copy(tiers[1] / name, folder)
    assert load(folder).predict(OTHERS)[0].labels == EXPECTED[0]


def test_a_damaged_folder_is_told(tiers, tmp_path):
    folder = tmp_path / "tiers"
    shutil.copytree(tiers[1], folder)
    (folder / "correction.json").write_text('{"fast": {"space": 3}}')
    with pytest.raises(ModelError, match="get the model again"):
        load(folder)
    with pytest.raises(ModelError, match="not the file that the manifest names"):
        verify(folder)
    card = json.loads((folder / "affekt.json").read_text(encoding="utf-8"))
    for change in ({"adapts": {}}, {"adapts": 3}, {"training": []}, {"training": 5}):
        (folder / "affekt.json").write_text(json.dumps({**card, **change}))
        for read in (load, verify, read_card):
            with pytest.raises(ModelError, match=r"affekt\.json is damaged: adapt the model again"):
                read(folder)
    (folder / "affekt.json").write_text(json.dumps(card))
    (folder / "correction.json").unlink()
    with pytest.raises(ModelError, match=r"correction\.json is missing"):
        load(folder)
