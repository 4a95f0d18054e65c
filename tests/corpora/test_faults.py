"""Damaged, missing and foreign files, made of invented texts: one sentence that names file and line."""

import gzip
import io
import json
import lzma
import tarfile

import pytest

from affekt.core import CorpusError
from affekt.corpora import check, load_corpus

GOOD = "what a day\t17,27\tc1\nso so\t27\tc2\n"
ISEAR_ROW = "|".join(["7", *["0"] * 10, "1", *["0"] * 24, "joy", "0", "0", "70", "I won.", "1", ""])
ISEAR_HEADER = "|".join(["x"] * 42) + "|\n"
EI_HEADER = "ID\tTweet\tAffect Dimension\tIntensity Score\n"
ESSAYS = "message_id,response_id,article_id,empathy,distress,empathy_bin,distress_bin,essay\n"
SCENE = "Ann\tHello.\tNeutral\nBob\tGo away!\tMad\n\nAnn\tOh.\tSad\n"
REDUCED = "Utterance,Speaker,Emotion,Scene_ID,Utterance_ID,Season,Episode,Start_Time,End_Time\n"
POST = {"Reddit Post": "made up", "Annotations": {"a": [{"Emotion": "joy"}], "b": [{"Emotion": "NA"}]}}
WASSA = (
    "message_id\tresponse_id\tarticle_id\tempathy\tdistress\tempathy_bin\tdistress_bin\tessay\temotion"
    + "\tx" * 14
    + "\n"
)
SPOKEN = """{"season_id": "tst", "episodes": [{"episode_id": "s1", "scenes": [{"scene_id": "s1", "utterances": [
{"utterance_id": "s1_u1", "speakers": ["A", "C"], "transcript": "No!", "emotion": "Mad"},
{"utterance_id": "s1_u2", "speakers": ["B"], "transcript": "Hi.", "emotion": "Sad"}]}]}]}"""
EVENTS = "Source,Event,Xintent,Xemotion,Otheremotion,Xsent,Osent\n"
CLOSED = "file\tid\tlabels\tpossible\n"
SYNTHETIC = "id\tvalence\tarousal\tdescriptors\tdomain\tstyle\ttext\na:1\t7\t6\tglee\tchat\tnote\twe did it\n"


def tree(files):
    """A tar archive of name → text."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return made.getvalue()


@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".xz", lzma.compress), (".gz", gzip.compress)])
def test_files_may_be_plain_or_compressed(folder, ending, pack):
    data = folder(f"goemotions/test.tsv{ending}", pack(GOOD.encode()))
    corpus = load_corpus("goemotions", data, verify=False)
    assert corpus.texts == ("what a day", "so so")
    assert [[corpus.space.names[j] for j in row.nonzero()[0]] for row in corpus.gold] == [
        ["joy", "neutral"],
        ["neutral"],
    ]
    assert len(corpus.facts.sha256["test.tsv"]) == 64


DAMAGE = [
    ("goemotions", "goemotions/test.tsv", GOOD + "two\t3\n", r"test\.tsv, line 3: 3 tab-separated .* 2 found"),
    ("goemotions", "goemotions/test.tsv", GOOD + "x\t28\tc3\n", r"line 3: label id '28' is unknown"),
    ("goemotions", "goemotions/test.tsv", GOOD + "x\t\tc3\n", r"line 3: label id '' is unknown"),
    ("goemotions", "goemotions/test.tsv", GOOD + "\n", r"line 3: 3 tab-separated .* 1 found"),
    ("goemotions", "goemotions/test.tsv", b"fine\t1\tc1\nr\xe9sum\xe9\t1\tc2\n", "line 2: not UTF-8"),
    ("goemotions", "goemotions/test.tsv.xz", lzma.compress(GOOD.encode())[:-20], r"test\.tsv\.xz cannot be read"),
    ("goemotions", "goemotions/test.tsv.xz", b"not xz at all", r"test\.tsv\.xz cannot be read"),
    ("goemotions", "goemotions/test.tsv.gz", gzip.compress(GOOD.encode(), mtime=0)[:-6], r"test\.tsv\.gz cannot be read"),
    ("goemotions", "goemotions/test.tsv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff\xff\xff", r"test\.tsv\.gz cannot"),
    ("goemotions", "goemotions/dev.tsv", GOOD, r"goemotions/test\.tsv is missing"),
    ("empathic-reactions", "empathic-reactions/messages.csv", ESSAYS + "m,w,1,NaN,2.0,0,0,x\n", "line 2: a number from 1 to 7 expected, 'NaN'"),
    ("empathic-reactions", "empathic-reactions/messages.csv", ESSAYS + "m,w,1,7.5,2.0,0,0,x\n", "line 2: a number from 1 to 7 expected, '7.5'"),
    ("empathic-reactions", "empathic-reactions/messages.csv", ESSAYS + "m,w,1,,2.0,0,0,x\n", "line 2: a number from 1 to 7 expected, ''"),
    ("empathic-reactions", "empathic-reactions/messages.csv", ESSAYS.replace("essay", "text"), "line 1: header"),
    ("empathic-reactions", "empathic-reactions/messages.csv", "", "line 1: header"),
    ("empathic-reactions", "empathic-reactions/messages.csv", ESSAYS + 'm,w,1,2,2.0,0,0,"cut\n', "not valid CSV"),
    ("empathic-reactions", "empathic-reactions/messages.csv", ESSAYS + "m,w,1\n", "line 2: 8 comma-separated .* 3 found"),
    ("isear", "isear/isear.csv", ISEAR_HEADER + "a|b\n", r"line 2: 43 or more \|-separated"),
    ("isear", "isear/isear.csv", ISEAR_HEADER + ISEAR_ROW.replace("joy", "glee"), "line 2: label 'glee' is unknown"),
    ("isear", "isear/isear.csv", ISEAR_HEADER + ISEAR_ROW.replace("joy", "fear"), "line 2: emotion 'fear' has number '1'"),
    ("semeval2018/ei-reg-en-joy", "semeval2018/EI-reg-En-joy-test-gold.txt", EI_HEADER + "1\tx\tfear\t0.5\n", "line 2: affect dimension 'joy' expected"),
    ("semeval2018/ei-reg-en-joy", "semeval2018/EI-reg-En-joy-test-gold.txt", EI_HEADER + "1\tx\tjoy\tnan\n", "line 2: a number from 0 to 1"),
    ("semeval2018/v-oc-en", "semeval2018/Valence-oc-En-test-gold.txt", EI_HEADER.replace("Score", "Class") + "1\tx\tvalence\t4: great\n", "line 2: a whole number from -3 to 3 expected, '4'"),
    ("event2mind", "event2mind/test.csv", EVENTS + 's,PersonX naps,[],"[1]",[],,\n', "line 2: a JSON list of strings"),
    ("event2mind", "event2mind/test.csv", EVENTS + "s,PersonX naps,[],[broken,[],,\n", "line 2: a JSON list of strings"),
    ("emorynlp", "emorynlp/EMORY_test.txt", SCENE.replace("Sad", "Smug"), "line 4: label 'Smug' is unknown"),
    ("emorynlp", "emorynlp/EMORY_test.txt", SCENE + "Ann Hm.\n", "line 5: 3 tab-separated"),
    ("emorynlp/reduced", "emorynlp/emorynlp_test_final.csv", REDUCED + "Hi.,Ann,Sad,1,1,1,1,0,1\n", "line 2: a list of speakers"),
    ("emorynlp/reduced", "emorynlp/emorynlp_test_final.csv", REDUCED + "".join(f"Hi.,['Ann'],Sad,{s},1,1,1,0,1\n" for s in (1, 2, 1)), "line 4: dialogue s1_e1_c1 is in two places"),
    ("covidet", "covidet/test_anonymized-WITH_POSTS.json", '{"0": {}}', "line 1: post 0 is not"),
    ("covidet", "covidet/test_anonymized-WITH_POSTS.json", "[]", "line 1: a JSON object"),
    ("covidet", "covidet/test_anonymized-WITH_POSTS.json", "{\n\n", "line 3: not valid JSON"),
    ("covidet", "covidet/test_anonymized-WITH_POSTS.json", json.dumps({"0": POST, "1": POST | {"Annotations": {}}}, indent=1), "line 1[0-9]: post 1 needs"),
    ("covidet", "covidet/test_anonymized-WITH_POSTS.json", json.dumps({"0": POST}, indent=1).replace("joy", "glee"), "line 2: label 'glee' is unknown"),
    ("xed", "xed/en-annotated.tsv", "ok\t1, 4\nbad\t9\n", "line 2: a whole number from 1 to 8 expected, '9'"),
    ("xed", "xed/en-annotated.tsv", "bad\t--1\n", "line 1: a whole number from 1 to 8 expected, '--1'"),
    ("xed", "xed/en-annotated.tsv", "ok\t1, 4\nbad\n", "line 2: 2 tab-separated"),
    ("tec", "tec/Jan9-2012-tweets-clean.txt", "1:\tyay\t:: joy\n2:\thm\t:: smug\n", "line 2: label 'smug'"),
    ("tec", "tec/Jan9-2012-tweets-clean.txt", "1:\tyay\n", "line 1: id with a colon"),
    ("crowdflower", "crowdflower/tweet_emotions.csv", "tweet_id,sentiment,content\n1,smug,x\n", "line 2: label 'smug'"),
    ("enisear", "enisear/enISEAR_appraisal.tsv", "Sentence_id\tPrior_Emotion\tSentence\n", "line 1: 31 tab-separated"),
    ("emobank", "emobank/emobank.csv", "id,split,V,A,D,text\na,train,3,3,3,x\nb,later,3,3,3,x\n", "line 3: split 'later'"),
    ("descriptors", "descriptors/synthetic.tsv", SYNTHETIC.replace("\t7\t", "\tten\t"), "line 2: a number from 1 to 9"),
    ("brighter", "brighter/track_a.tar", tree({"track_a/dev/eng.csv": "x"}), r"has no file track_a/test/eng\.csv"),
    ("brighter", "brighter/track_a.tar.xz", lzma.compress(b"no tar" * 200), "is not a tar archive"),
    ("brighter", "brighter/track_a.tar", tree({"track_a/test/eng.csv": "long " * 9999})[:2048], "is not a tar archive"),
    ("brighter", "brighter/track_a.tar", b"", "is not a tar archive"),
    ("brighter", "brighter/track_a.tar", tree({"track_a/test/eng.csv": "id,text,anger,fear,joy,sadness,surprise\n1,x,0,0,,0,1\n"}), r"track_a/test/eng\.csv, line 2: a whole number from 0 to 1 expected, ''"),
    ("brighter/b-deu", "brighter/track_b.tar", tree({"track_b/test/deu.csv": "id,text,anger\n"}), "line 1: header"),
    ("wassa2022", "wassa2022/messages_train_ready_for_WS.tsv", WASSA + "m\tw\t1\tNaN\t2\t0\t0\tx\tjoy" + "\t0" * 14, "line 2: a number from 1 to 7 expected, 'NaN'"),
    ("wassa2022/emotion", "wassa2022/messages_train_ready_for_WS.tsv", WASSA + "m\tw\t1\t1\t2\t0\t0\tx\tglee" + "\t0" * 14, "line 2: label 'glee' is unknown"),
    ("wassa2022", "wassa2022/messages_train_ready_for_WS.tsv", WASSA + "m\tw\t1\t1\t2\t0\t0\tcut", "line 2: 23 tab-separated .* 8 found"),
    ("goemotions-gpt4-labels", "goemotions-gpt4-labels/goemotions_complete_test_annotations.csv", ',text,id,label,human_label,gpt_label\n0,x,c,1,amusement,"joy,glee"\n', "line 2: label 'glee' is unknown"),
    ("emorynlp/json", "emorynlp/emotion-detection-tst.json", SPOKEN.replace('"Hi."', "7"), "line 3: utterance s1_u2 needs"),
    ("emorynlp/json", "emorynlp/emotion-detection-tst.json", SPOKEN.replace('"Mad"', '"Smug"'), "line 2: label 'Smug' is unknown"),
    ("emorynlp/json", "emorynlp/emotion-detection-tst.json", SPOKEN.replace('"speakers": ["B"], ', ""), "line 3: an utterance of scene s1 is not"),
    ("emorynlp/json", "emorynlp/emotion-detection-tst.json", '{"episodes": [3]}', "line 1: episodes of scenes"),
    ("brighter", "brighter/else.txt", "", r"has neither track_a/test/eng\.csv nor track_a\.tar"),
]  # fmt: skip


@pytest.mark.parametrize(("corpus", "path", "content", "message"), DAMAGE, ids=range(len(DAMAGE)))
def test_damage_is_told_with_file_and_line(folder, corpus, path, content, message):
    data = folder(path, content)
    for verify in (True, False):  # what is wrong with a line is told before a wrong checksum
        with pytest.raises(CorpusError, match=message) as caught:
            load_corpus(corpus, data, verify=verify)
        assert "\n" not in str(caught.value)
        assert str(data) in str(caught.value)


def test_foreign_content_is_refused_by_checksum_and_count(folder):
    data = folder("goemotions/test.tsv", GOOD, "brighter/track_c/dev/zul.csv", "id,text,anger,disgust,fear,joy,sadness,surprise\n1,x,0,0,1,0,0,0\n")  # fmt: skip
    with pytest.raises(
        CorpusError, match=r"test\.tsv is not the published file \(sha256 .*, expected 0587b2dd8b27"
    ):
        load_corpus("goemotions", data)
    # A tree that was unpacked has no checksum of its own: its rows are counted.
    assert load_corpus("brighter/c-zul:dev", data, verify=False).gold.tolist() == [[0, 0, 1, 0, 0, 0]]
    with pytest.raises(CorpusError, match="has 1 items, but 875 were published"):
        load_corpus("brighter/c-zul:dev", data)


def test_check_reports_each_file_and_stops_at_none(folder):
    data = folder("goemotions/test.tsv", GOOD, "goemotions/dev.tsv.xz", b"broken")
    found = {x.file: x for x in check("GoEmotions", data)}
    assert "is not the published file" in found["test.tsv"].problem
    assert "cannot be read" in found["dev.tsv"].problem
    assert found["train.tsv"].path is None
    assert found["train.tsv"].problem is None
    assert not any(x.ok for x in found.values())


def test_quirks_of_invented_rows(folder):
    probe = "2018-En-mystery-00001\tx\tjoy\t0.000\n"
    wrapped = ISEAR_ROW.replace("I won.", 'They said á \\well done\\"|and left."')
    data = folder(
        "semeval2018/EI-reg-En-joy-test-gold.txt", EI_HEADER + "1\tone\\ntwo\tjoy\t0.25\n" + probe,
        "semeval2018/Valence-oc-En-test-gold.txt", EI_HEADER.replace("Score", "Class") + "1\tx\tvalence\t-3: bad\n",
        "isear/isear.csv", ISEAR_HEADER + wrapped + "\n" + ISEAR_ROW.replace("I won.", "[ No response.]"),
        "xed/de-projections.tsv", "gut\t5, 8\nen/1/2.gz\tde/1/3.gz\t1\t2\tfine\tgut\r\nrest\r\nweh\t6\n",
        "emorynlp/EMORY_test.txt", SCENE,
        "emorynlp/emotion-detection-tst.json", SPOKEN,
        "tec/Jan9-2012-tweets-clean.txt", "1:\ta\tb \t:: joy\n",
        "crowdflower/tweet_emotions.csv", "tweet_id,sentiment,content\n1,fun,a &amp; b\n,,stray\n",
        "descriptors/synthetic.tsv", SYNTHETIC,
        "descriptors/closed-labels.tsv", CLOSED + "synthetic\ta:1\tjoy; pride\trelief\n",
    )  # fmt: skip

    def load(name):
        return load_corpus(name, data, verify=False)

    joy = load("semeval2018/ei-reg-en-joy")
    assert (joy.texts, joy.gold.tolist()) == (("one\ntwo",), [[0.25]])
    assert load("semeval2018/v-oc-en").gold.tolist() == [[0]]
    assert load("isear").texts == ('They said "well done" and left.',)
    xed = load("xed/de")
    assert (xed.texts, xed.items[1].id) == (("gut", "weh"), "3")
    assert [[xed.space.names[j] for j in row.nonzero()[0]] for row in xed.gold] == [
        ["joy", "trust"],
        ["sadness"],
    ]
    emory = load("emorynlp")
    assert emory.groups == ("test-0", "test-0", "test-1")
    assert [(x.speaker, len(x.history), len(x.following)) for x in emory.items] == [
        ("Ann", 0, 1),
        ("Bob", 1, 0),
        ("Ann", 0, 0),
    ]
    both = load("emorynlp/json")
    assert [(x.speaker, x.text, len(x.history)) for x in both.items] == [("A, C", "No!", 0), ("B", "Hi.", 1)]
    assert load("tec").texts == ("a b",)
    assert load("crowdflower").texts == ("a &amp; b",)
    closed = load("descriptors/closed-labels")
    assert (closed.items[0].id, closed.items[0].text, closed.groups) == (
        "synthetic:a:1",
        "we did it",
        ("synthetic",),
    )
    assert {closed.space.names[j]: closed.gold[0, j] for j in closed.gold[0].nonzero()[0]} == {
        "joy": 1, "pride": 1, "relief": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("synthetic\tb:9\tjoy\t\n", "line 2: no text has id 'b:9'"),
        ("elsewhere\ta:1\tjoy\t\n", "line 2: file 'elsewhere' is unknown"),
        ("synthetic\ta:1\tsmug\t\n", "line 2: label 'smug' is unknown"),
    ],
)
def test_descriptors_that_point_nowhere(folder, row, message):
    data = folder("descriptors/synthetic.tsv", SYNTHETIC, "descriptors/closed-labels.tsv", CLOSED + row)
    with pytest.raises(CorpusError, match=message):
        load_corpus("descriptors/closed-labels", data)


def test_the_data_folder(folder, monkeypatch, tmp_path):
    monkeypatch.delenv("AFFEKT_DATA", raising=False)
    with pytest.raises(CorpusError, match="set the environment variable AFFEKT_DATA"):
        load_corpus("goemotions")
    with pytest.raises(CorpusError, match="is not a folder"):
        load_corpus("goemotions", tmp_path / "nowhere")
    monkeypatch.setenv("AFFEKT_DATA", str(folder("goemotions/test.tsv", GOOD)))
    assert len(load_corpus("goemotions", verify=False)) == 2
