"""Corpora that are given out on request or by their publishers alone: read from invented rows of their formats."""

import numpy as np
import pytest

from affekt.core import CorpusError
from affekt.corpora import check, load_corpus, publication

NAN = float("nan")
SAID = """Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.
Ses01F_impro01_M000 [007.5712-010.4750]: Do you have your forms?
M: an aside that is no turn
Ses01F_impro01_MXX0 [010.0000-010.5000]: [LAUGHTER]
Ses01F_impro01_F001 [010.0100-011.3925]: Yeah.
Ses01F_impro01_F002 [012.0000-013.0000]: Great!
"""
JUDGED = """% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]

[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]
C-E2:\tNeutral state;\t()
C-E3:\tNeutral state;\t()
C-E4:\tAnger; Frustration;\t(a note)
C-F1:\tSadness;\t()
A-E3:\tval 3; act 2; dom  2;\t()
A-E4:\tval 2; act 3; dom  3;\t(mildly)
A-F1:\tval 3; act 2; dom  1;\t()

[7.5712 - 10.4750]\tSes01F_impro01_M000\txxx\t[2.0000, 3.0000, 4.0000]
C-E2:\tFrustration;\t()

[10.0100 - 11.3925]\tSes01F_impro01_F001\tang\t[1.5000, 4.0000, 4.5000]

[12.0000 - 13.0000]\tSes01F_impro01_F002\texc\t[5.5000, 4.0000, 4.5000]
C-E1:\tExcited;\t()
C-E2:\tHappiness;\t()
"""
SESSION = "iemocap/Session5/dialog"
SIMS = "video_id,clip_id,text,label,label_T,label_A,label_V,annotation,mode\n"
GO_NAMES = publication("goemotions").parts["full"].space.names
GO_HEADER = ",".join(
    ["text", "id", "author", "subreddit", "link_id", "parent_id", "created_utc", "rater_id", "example_very_unclear", *GO_NAMES]
)  # fmt: skip


def vote(key, rater, *labels, text="so glad", unclear="False"):
    """A row of one comment and rater."""
    cells = ["1" if name in labels else "0" for name in GO_NAMES]
    return ",".join([text, key, "who", "where", "t3_a", "t1_b", "1546300800.0", str(rater), unclear, *cells])


def iemocap(folder, said=SAID, judged=JUDGED):
    return folder(
        f"{SESSION}/transcriptions/Ses01F_impro01.txt", said, f"{SESSION}/EmoEvaluation/Ses01F_impro01.txt", judged,
        f"{SESSION}/transcriptions/._Ses01F_impro01.txt", b"\xff", f"{SESSION}/EmoEvaluation/Categorical/x.txt", "",
    )  # fmt: skip


def test_iemocap_six_classes_keep_the_dialogue_around_each_turn(folder):
    corpus = load_corpus("iemocap", iemocap(folder))
    assert corpus.split == "test"
    assert [item.id[-4:] for item in corpus.items] == ["F000", "F001", "F002"]
    assert [corpus.space.names[i] for i in corpus.gold.argmax(axis=1)] == ["neutral", "angry", "excited"]
    assert [(turn.speaker, turn.text) for turn in corpus.items[1].history] == [
        ("F", "Excuse me."),
        ("M", "Do you have your forms?"),
        ("M", "[LAUGHTER]"),
    ]
    assert len(corpus.items[0].following) == 4
    assert corpus.groups == ("Ses01F_impro01",) * 3
    third = 1 / 3
    # Happy, sad, neutral, angry, excited, frustrated; the actor's own judgement is not counted.
    expected = [[0, 0, 2 * third, third, 0, third], [NAN] * 6, [0.5, 0, 0, 0, 0.5, 0]]
    np.testing.assert_allclose(corpus.raters, expected, atol=1e-6)


def test_iemocap_four_classes_and_numbers(folder):
    data = iemocap(folder)
    four = load_corpus("iemocap/four", data)
    assert [four.space.names[i] for i in four.gold.argmax(axis=1)] == ["neutral", "angry", "happy"]
    assert four.raters[2].tolist() == [1, 0, 0, 0]
    feeling = load_corpus("iemocap/vad", data)
    assert feeling.gold.tolist() == [[2.5, 2.5, 2.5], [2, 3, 4], [1.5, 4, 4.5], [5, 4, 4.5]]
    assert feeling.raters[0].tolist() == [[0, 0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0, 0]]
    assert np.isnan(feeling.raters[1]).all()
    with pytest.raises(CorpusError, match=r"Session1.dialog.transcriptions has no files \*\.txt"):
        load_corpus("iemocap:train", data)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\tang\t", "\tcross\t", "line 15: label 'cross' is unknown"),
        ("Anger;", "Smug;", "line 6: label 'smu' is unknown"),
        ("[2.5000, 2.5000, 2.5000]", "[2.5000, NaN, 2.5000]", r"line 3: \[valence, activation, dominance\]"),
        ("[2.5000, 2.5000, 2.5000]", "[2.5000, 25.000, 2.5000]", "line 3: a number from 0 to 6 expected"),
        ("\txxx\t[2.0000, 3.0000, 4.0000]", "\txxx", "line 12: 4 tab-separated fields expected, 3 found"),
    ],
)
def test_iemocap_faults(folder, old, new, message):
    with pytest.raises(CorpusError, match=r"EmoEvaluation/Ses01F_impro01\.txt, " + message):
        load_corpus("iemocap", iemocap(folder, judged=JUDGED.replace(old, new)))


def test_ch_sims(folder):
    row = "video_0003,0012,今天天气不错,0.4,0.6,-0.2,0.0,Positive,train\n"
    data = folder(
        "ch-sims/label.csv", SIMS + row + "video_0003,13,好,1,-1.0,0,0,Positive,valid\n" + row.replace("train", "test"),
        "ch-sims/v2s/meta.csv", SIMS + "aqgy3_0001,00000,好吧,0.2,0.4,0.6,0.8,Positive,test\n",
        "ch-sims/v2u/meta.csv", SIMS + "aqgy3_0002,00001,嗯,,,,,,\n",
    )  # fmt: skip
    text = load_corpus("ch-sims:train", data)
    assert (text.texts, text.items[0].id, text.groups) == (
        ("今天天气不错",),
        "video_0003/0012",
        ("video_0003",),
    )
    parts = ("v1-text", "v1-all", "v1-audio", "v1-visual")
    assert [round(float(load_corpus(f"ch-sims/{x}", data).gold[0, 0]), 6) for x in parts] == [
        0.6,
        0.4,
        -0.2,
        0,
    ]
    assert load_corpus("ch-sims:dev", data).items[0].id == "video_0003/0013"
    assert load_corpus("ch-sims/v2-all", data).gold.round(6).tolist() == np.float32([[0.2]]).tolist()
    assert np.isnan(load_corpus("ch-sims/v2-unlabelled", data).gold).all()
    assert len(load_corpus("ch-sims:all", data)) == 3
    found = check("ch-sims", data)
    assert {x.state for x in found} == {"readable, no checksum is known"}
    assert [x.items for x in found] == [12, 4, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (SIMS + "v,1,好,0.4,nan,0,0,Positive,test\n", "line 2: a number from -1 to 1 expected, 'nan'"),
        (SIMS + "v,1,好,0.4,1.2,0,0,Positive,test\n", "line 2: a number from -1 to 1 expected, '1.2'"),
        (SIMS + "v,1,好,0.4,0,0,0,Positive,later\n", "line 2: mode 'later' is unknown"),
        ("v,1,好,0.4,0,0,0,Positive,test\n", "line 1: header 'video_id,"),
        (SIMS + "v,1,好,0.4\n", "line 2: 9 comma-separated fields expected, 4 found"),
    ],
)
def test_ch_sims_faults(folder, content, message):
    with pytest.raises(CorpusError, match=r"label\.csv, " + message):
        load_corpus("ch-sims", folder("ch-sims/label.csv", content))


def test_goemotions_raters(folder):
    files = [
        [vote("c1", 1, "joy", "pride"), vote("c2", 1, "fear", text='"a, b"')],
        [vote("c1", 2, "joy"), vote("c3", 2, text="hm", unclear="True")],
        [vote("c1", 3, "neutral"), vote("c1", 4, unclear="TRUE"), vote("c2", 5, "anger", text='"a, b"')],
    ]
    pairs = [
        x
        for i, rows in enumerate(files, start=1)
        for x in (f"goemotions-raters/goemotions_{i}.csv", "\n".join([GO_HEADER, *rows, ""]))
    ]
    data = folder(*pairs, "goemotions/test.tsv", "so glad\t17\tc1\nelse\t27\tc9\n")
    every = load_corpus("goemotions-raters/comments", data)
    assert [(item.id, item.text) for item in every.items] == [("c1", "so glad"), ("c2", "a, b"), ("c3", "hm")]

    def told(row):
        return {every.space.names[j]: round(float(row[j]), 4) for j in row.nonzero()[0]}

    # Two agree on joy alone; an unclear example has no rater, and is no vote against either.
    assert [told(row) for row in every.gold] == [{"joy": 1}, {}, {}]
    assert [told(row) for row in every.raters[:2]] == [
        {"joy": 0.6667, "pride": 0.3333, "neutral": 0.3333},
        {"fear": 0.5, "anger": 0.5},
    ]
    assert np.isnan(every.raters[2]).all()
    published = load_corpus("goemotions-raters", data, verify=False)
    assert (published.texts, told(published.gold[0])) == (("so glad", "else"), {"joy": 1})
    np.testing.assert_array_equal(published.raters[0], every.raters[0])
    assert np.isnan(published.raters[1]).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (vote("c", 1, "joy").replace(",1,", ",2,"), "line 2: 0 or 1 expected, '2' found"),
        (
            vote("c", 1, unclear="perhaps"),
            "line 2: True or False expected in example_very_unclear, 'perhaps'",
        ),
        (vote("c", 1)[:-2], "line 2: 37 comma-separated fields expected, 36 found"),
    ],
)
def test_goemotions_raters_faults(folder, row, message):
    row = row.replace("t1_b,1546300800.0,2,", "t1_b,1546300800.0,1,")  # the rater's number is no vote
    data = folder("goemotions-raters/goemotions_1.csv", f"{GO_HEADER}\n{row}\n")
    with pytest.raises(CorpusError, match=r"goemotions_1\.csv, " + message):
        load_corpus("goemotions-raters/comments", data)


def test_none_of_them_is_counted_before_it_is_at_hand():
    for name in ("iemocap", "ch-sims"):
        parts = publication(name).parts.values()
        assert {split.items for part in parts for split in part.splits.values()} == {None}
