"""What the labels of one space count as in another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import SPACES, CorpusError, Item, LabelError, LabelSpace, Scores, named_space
from affekt.corpora import TARGETS, Corpus, LabelMapping, corpora, mapped, mapping

# Labels of corpora of conversations, as their publishers write them.
MELD = ("neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger")
DAILYDIALOG = ("no_emotion", "anger", "disgust", "fear", "happiness", "sadness", "surprise")
IEMOCAP = (
    "happy",
    "sad",
    "neutral",
    "angry",
    "excited",
    "frustrated",
    "fear",
    "surprise",
    "disgust",
    "other",
)
MASAC = (*MELD, "contempt")
CPED = ("happy", "grateful", "relaxed", "positive-other", "neutral", "anger", "sadness", "fear", "depress", "disgust", "astonished", "worried", "negative-other")  # fmt: skip
EMOCONTEXT = ("others", "happy", "sad", "angry")
ESCONV = ("anxiety", "depression", "sadness", "anger", "fear", "shame", "disgust", "nervousness")
CAUSES = ("happy", "anger", "fear", "sad", "shame", "surprise", "disgust")

WORDS = {part.space.name: part.space.names for entry in corpora() for part in entry.parts.values()
         if part.space.kind not in ("dimensional", "open") and part.space.names != ("valence",)}  # fmt: skip
WORDS |= {"plutchik": SPACES["plutchik"].names, "emorynlp": SPACES["emorynlp"].names}
WORDS |= {"meld": MELD, "dailydialog": DAILYDIALOG, "masac": MASAC, "cped": CPED, "emocontext": EMOCONTEXT, "esconv": ESCONV, "causes": CAUSES, "iemocap": IEMOCAP}  # fmt: skip
PLUTCHIK = ("goemotions", "semeval2018", "xed", "covidet", "isear", "tec", "meld", "dailydialog")


def of(names, kind="multi"):
    return LabelSpace.of(names, kind, "source")


# Labels of these say what is done, happens or is asked for, and are no emotions.
NO_EMOTIONS = {"dailydialog-act", "enisear-appraisals", "longemotion-segments", "esconv-problem", "esconv-strategy", "esconv-strategies", "esconv-failed-strategy", "esconv-failed-problem"}  # fmt: skip
POLES = {
    "sentiment",
    "goemotions-sentiment",
    "meld-sentiment",
    "cped-sentiment",
}  # tell no emotion from another


@pytest.mark.parametrize("target", ["ekman", "goemotions-ekman", "sentiment", "goemotions-sentiment"])
@pytest.mark.parametrize("source", [name for name in WORDS if name != "goemotions-sentiment"])
def test_every_label_of_every_corpus_has_its_place(source, target):
    if source in NO_EMOTIONS or (source in POLES and "ekman" in target):
        with pytest.raises(LabelError, match="has no place in"):
            mapping(of(WORDS[source]), target)
        return
    found = mapping(of(WORDS[source]), target)
    assert tuple(found.table) == tuple(WORDS[source])
    counts = found.matrix.sum(axis=1)
    assert ((counts == 0) | (counts == 1)).all()  # a function, with an explicit none
    assert {x for names in found.table.values() for x in names} <= set(TARGETS[target].names)


@pytest.mark.parametrize("source", [*(x for x in PLUTCHIK if x in WORDS), "unheard"])
def test_plutchik_takes_mixtures_apart(source):
    if source == "unheard":
        with pytest.raises(LabelError, match="label 'saudade' of space 'source' has no place in 'plutchik'"):
            mapping(of(["saudade"]), "plutchik")
        return
    assert mapping(of(WORDS[source]), "plutchik").matrix.sum(axis=1).max() <= 2


def test_the_nine_labels_are_those_of_their_three_corpora():
    expected = {
        "iemocap": (
            "joyful",
            "sad",
            "neutral",
            "mad",
            "excited",
            "fear",
            "fear",
            "powerful",
            "disgust",
            None,
        ),
        "meld": ("neutral", "powerful", "fear", "sad", "joyful", "disgust", "mad"),
        "emorynlp": ("neutral", "joyful", "peaceful", "powerful", "fear", "mad", "sad"),
    }
    reached = set()
    for source, labels in expected.items():
        table = mapping(of(WORDS[source]), "unified").table
        assert tuple(names[0] if names else None for names in table.values()) == labels
        reached |= set(labels)
    assert reached - {None} == set(TARGETS["unified"].names)
    assert len(TARGETS["unified"]) == 9


def test_goemotions_by_way_of_ekman_is_goemotions():
    goemotions = named_space("goemotions")
    ekman, sentiment = (mapping(goemotions, f"goemotions-{x}") for x in ("ekman", "sentiment"))
    after = mapping(ekman.target, "goemotions-sentiment")
    assert (ekman.matrix @ after.matrix == sentiment.matrix).all()


def test_what_is_said_of_a_word_does_not_depend_on_its_corpus():
    table = mapping(of(["Joy", "HAPPY", "joyful"]), "ekman").table
    assert set(table.values()) == {("joy",)}
    for target in TARGETS:
        identity = mapping(TARGETS[target], target)
        assert (identity.matrix == np.eye(len(identity.target))).all()


def test_gold_by_hand():
    how = mapping(of(["love", "trust", "annoyance", "anger"]), "ekman")
    gold = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 0]], np.float32)
    anger, joy = how.target.index("anger"), how.target.index("joy")
    assert how.apply(gold)[:, [anger, joy]].tolist() == [[0, 1], [0, 0], [1, 0], [1, 1]]
    assert how.apply(gold[:0]).shape == (0, 6)
    levels = LabelSpace("source", how.source.labels, "ordinal", levels=4)
    assert mapping(levels, "ekman").space.levels == 4
    assert mapping(levels, "ekman").apply(np.array([[0, 0, 2, 3]], np.float32))[0, anger] == 3


@given(st.lists(st.floats(0.01, 1), min_size=7, max_size=7))
def test_a_distribution_stays_one(weights):
    space = of(WORDS["isear"], "single")
    values = np.array([weights], np.float32) / np.float32(sum(weights))
    scores = mapping(space, "ekman").scores(Scores(values, space))
    assert scores.space.kind == "single"
    np.testing.assert_allclose(scores.values.sum(), 1, atol=1e-5)
    sad = [space.index(x) for x in ("sadness", "shame", "guilt")]
    np.testing.assert_allclose(
        scores.values[0, scores.space.index("sadness")], values[0, sad].sum(), atol=1e-5
    )


def test_scores_by_hand():
    space = of(["joy", "love", "trust"], "single")
    values = np.array([[0.2, 0.3, 0.5], [0, 0, 1]], np.float32)
    found = mapping(space, "ekman").scores(Scores(values, space))
    np.testing.assert_allclose(found.values[0, found.space.index("joy")], 1)
    assert found.abstained == (None, "nothing of it counts in ekman")
    both = mapping(space, "plutchik").scores(Scores(values[:1], space))
    np.testing.assert_allclose(
        both.values[0, [both.space.index(x) for x in ("joy", "trust")]], [0.35, 0.65], atol=1e-6
    )
    several = of(["joy", "love", "trust"])
    probabilities = Scores(np.array([[0.2, 0.7, 0.4]], np.float32), several)
    np.testing.assert_allclose(mapping(several, "ekman").scores(probabilities).values.max(), 0.7)
    with pytest.raises(LabelError, match="map them from their own space"):
        mapping(several, "ekman").scores(Scores(values, of(["a", "b", "c"], "single")))


def test_a_corpus_keeps_its_kind_and_loses_what_counts_as_nothing():
    space = of(["joy", "shame", "neutral"], "single")
    items = tuple(Item(x) for x in "abc")
    corpus = Corpus("mine", "", "all", items, np.eye(3, dtype=np.float32), space, ("g", "g", "h"))
    found = mapped(corpus, "ekman")
    assert (found.space.name, found.space.kind, found.texts) == ("ekman", "single", ("a", "b"))
    assert [found.space.names[i] for i in found.gold.argmax(axis=1)] == ["joy", "sadness"]
    assert found.groups == ("g", "g")
    assert mapped(corpus, "Sentiment").texts == ("a", "b", "c")
    with pytest.raises(CorpusError, match=r"no label of mine:all counts as anything in ekman"):
        mapped(corpus.take([2]), "ekman")
    # Love is joy and trust: more than one label a text.
    loving = Corpus("mine", "", "all", items[:2], np.eye(2, dtype=np.float32), of(["love", "fear"], "single"))
    assert mapped(loving, "plutchik").space.kind == "multi"


def test_what_cannot_be_mapped_is_told():
    with pytest.raises(LabelError, match="nothing is mapped to space 'wide': use one of ekman, "):
        mapping(of(["joy"]), "wide")
    with pytest.raises(LabelError, match="label 'valence' of space 'valence-arousal' has no place"):
        mapping(named_space("valence-arousal"), "ekman")
    anger = LabelSpace("intensity", of(["anger"]).labels, "dimensional", range=(0, 1))
    with pytest.raises(LabelError, match="has no place in 'ekman'"):
        mapping(anger, "ekman")
    silent = Corpus("mine", "", "all", (Item("a"),), None, LabelSpace("free", (), "open"))
    with pytest.raises(CorpusError, match="has no gold labels that could be mapped"):
        mapped(silent, "ekman")


def test_a_mapping_with_holes_is_refused():
    source, target = LabelSpace.of(["a", "b"]), LabelSpace.of(["x"])
    with pytest.raises(LabelError, match=r"missing \['b'\], unknown \[\]"):
        LabelMapping(source, target, {"a": ("x",)})
    with pytest.raises(LabelError, match=r"missing \[\], unknown \['c', 'y'\]"):
        LabelMapping(source, target, {"a": ("x",), "b": ("y",), "c": ("x",)})
    none = LabelMapping(source, target, {"a": ("x",), "b": ()})
    scores = np.array([[0.2, 0.7], [0.4, 0.1]], dtype=np.float32)
    np.testing.assert_allclose(none.apply(scores), [[0.2], [0.4]])
