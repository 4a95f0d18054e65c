"""Conversation corpora in their published formats, made of invented texts: quirks, and faults with file and line."""

import json

import pytest

from affekt.core import CorpusError, Evidence, Turn
from affekt.corpora import load_corpus

MELD = (
    "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\r\n"
)
CPED = (
    "\ufeffTV_ID,Dialogue_ID,Utterance_ID,Speaker,Gender,Age,Neuroticism,Extraversion,Openness,Agreeableness,"
    "Conscientiousness,Scene,FacePosition_LU,FacePosition_RD,Sentiment,Emotion,DA,Utterance\n"
)
WINDOWS = "Dialogue_Id,Speaker,Emotion,Emotion_name,Utterance,Annotate(0/1)\n"
CHAT = "id\tturn1\tturn2\tturn3\tlabel\n"


def meld(text, emotion="joy", dialogue=0):
    return f'1,"{text}",Ann,{emotion},positive,{dialogue},0,1,1,"0:0:0,1","0:0:0,2"\r\n'


def flip(triggers, texts=("won it", "really?", "yes!"), key="labels", emotion="joy", speakers=None):
    names = speakers or ["ann", "bob", "ann"][: len(texts)]
    moods = ["neutral"] * (len(texts) - 1) + [emotion]
    return {"episode": "e1", "speakers": names, "utterances": list(texts), "emotions": moods, key: triggers}


def turn(number, speaker, text, emotion="neutral", evidence=None, span=None):
    made = {"turn": number, "speaker": speaker, "utterance": text, "emotion": emotion}
    if evidence is not None:
        made |= {"expanded emotion cause evidence": evidence, "expanded emotion cause span": span, "type": []}
    return made


def reccon(*turns):
    return json.dumps({"te_0": [list(turns)]}, indent=1)


def support(**changes):
    seeker = {"text": "i lost it", "speaker": "usr", "vad": [0, 0, 0], "cause": "", "feedback": None}
    first = {"text": "Hi . You lost it ?", "speaker": "sys", "strategy": "Greeting", "all_strategy": ["Greetings", "Question", "Greetings"]}  # fmt: skip
    chat = {
        "emotion_type": "anger",
        "problem_type": "Sleep Problems",
        "situation": "my job",
        "dialog": [seeker, first],
    }
    return json.dumps(chat | changes) + "\n"


def failed(strategy):
    dialog = [
        {"speaker": "speaker", "annotation": {}, "content": "Hey\n"},
        {"speaker": "listener", "annotation": strategy, "content": "hello\n"},
    ]
    return json.dumps(
        [{"emotion_type": "fear", "problem_type": "job crisis", "situation": "x\n", "dialog": dialog}]
    )


def document(labels="AAB", odd=2, **changes):
    names = {"A": "Anger", "B": "Fear"}
    text = [{"index": i, "context": f"part\n{i}"} for i in range(len(labels))]
    return (
        json.dumps({"text": text, "label": [names[x] for x in labels], "ground_truth": odd} | changes) + "\n"
    )


def test_quirks(folder):
    cause = [[1, "b", 2, 3, 1], ["it broke", "b", "Oh no", "fine", "broke"]]
    data = folder(
        "meld/dev_sent_emo.csv", MELD + meld('a ""quoted"" word', dialogue=4) + meld("b", "fear", 4) + meld("c", "anger", 3),
        "dailydialog/dialogues_test.txt", "Hi . __eou__ Hello ! How are you ? __eou__\nBye . __eou__\n",
        "dailydialog/dialogues_emotion_test.txt", "0 4 \n6 \n",
        "ediref/MaSaC_test_erc.json", json.dumps([{"episode": "e", "speakers": ["ann ", float("nan")], "utterances": [" oh", "han "], "labels": ["joy", "fear"]}]),
        "ediref/MELD_val_efr.json", json.dumps([
            flip([0.0, float("nan"), 1.0], ("it\u0092s won", "really?", "yes!"), "triggers"),
            flip([1.0, 0.0], ("so", "no"), "triggers"),
            flip([0.0, 1.0, 0.0, 0.0], ("it\u0092s won", "really?", "yes!", "oh"), "triggers", speakers=["ann", "bob", "ann", "ann"]),
        ]),
        "ediref/MASAC_train_efr_hypo.csv", WINDOWS + "".join(
            f"{n}.0,{who},0.0,{mood},{text},{mark}\n" if who else ",,,,,\n"
            for n, who, mood, text, mark in [
                (0, "ann", "neutral", "a", "1.0"), (0, "ann", "joy", "b", "0"), (0, "", "", "", ""),
                (1, "ann", "joy", "b", "0"), (1, "ann", "anger", "c", "1"), (1, "", "", "", ""),
                (2, "ann", "anger", "d", "0.0"), (2, "", "", "", ""),
            ]
        ),
        "reccon/dailydialog_test.json", reccon(turn(1, "A", "it broke"), turn(2, "B", "Oh no !", "happines", *cause), turn(3, "A", "fine")),
        "cped/valid_split.csv", CPED + "1,1_0,1_0_0,甲,male,young,low,low,low,low,low,car,0_0,0_0,negative,worried,question,什么\n",
        "emocontext/dev.txt", CHAT + '0\thi "\tyo\tfine \tothers',
        "esconv/test.txt", support(), "esconv/FailedESConv.json", failed({"strategy": "Direct Guidance"}),
        "longemotion/Emotion_Detection.jsonl", document(),
        "emotion-stimulus/data.txt", "<happy>I am <cause>glad <cause>of it <\\cause>. <\\happy>\n",
    )  # fmt: skip

    def load(name):
        return load_corpus(name, data, verify=False)

    lines = load("meld:dev")
    assert lines.texts == ('a "quoted" word', "b", "c")
    assert lines.groups == ("dev-4", "dev-4", "dev-3")
    assert [(item.id, len(item.history), len(item.following)) for item in lines.items] == [
        ("dev-4:0", 0, 1), ("dev-4:1", 1, 0), ("dev-3:0", 0, 0),
    ]  # fmt: skip
    assert load("meld/sentiment:dev").gold.tolist() == [[1, 0, 0]] * 3
    everyday = load("dailydialog")
    assert everyday.texts == ("Hi .", "Hello ! How are you ?", "Bye .")
    assert everyday.items[1].history == (Turn("A", "Hi ."),)
    assert everyday.gold.argmax(axis=1).tolist() == [0, 4, 6]
    assert load("ediref").items[0].turns == (Turn("ann", "oh"), Turn(None, "han"))
    flips = load("ediref/efr-en:dev")
    assert flips.items[0].history[0].text == "it’s won"
    assert flips.groups == ("dev-0", "dev-1", "dev-0")
    assert [(x.item, x.turn, x.label) for x in flips.evidence] == [
        (0, 2, "joy"),
        (1, 0, "joy"),
        (2, 1, "joy"),
    ]
    windows = load("ediref/efr-hi:train")
    assert (windows.texts, windows.groups) == (("b", "c", "d"), ("train-0", "train-0", "train-2"))
    assert [(x.item, x.turn) for x in windows.evidence] == [(0, 0), (1, 1)]
    causes = load("reccon/spans")
    assert (causes.texts, causes.space.names[causes.gold[0].argmax()]) == (("Oh no !",), "happiness")
    assert causes.items[0].following == (Turn("A", "fine"),)
    assert causes.evidence == tuple(
        Evidence(0, *place, "happiness") for place in [(0, 0, 8), (1, 0, 5), (0, 3, 8)]
    )
    assert [(x.turn, x.start) for x in load("reccon").evidence] == [(0, None), (1, None)]
    assert load("cped:dev").items[0].speaker == "甲"
    assert load("emocontext:dev").items[0].history == (Turn("user", 'hi "'), Turn("bot", "yo"))
    assert load("esconv/problem").items[0].following[0] == Turn("seeker", "i lost it")
    strategies = load("esconv/strategies")
    assert [strategies.space.names[j] for j in strategies.gold[0].nonzero()[0]] == ["Question", "Greeting"]
    assert load("esconv/failed-strategy").items[0].turns == (
        Turn("seeker", "Hey"),
        Turn("supporter", "hello"),
    )
    assert load("longemotion").items[0].turns[2] == Turn(None, "part\n2")
    assert load("longemotion").evidence == (Evidence(0, 2),)
    stimulus = load("emotion-stimulus")
    assert stimulus.texts == ("I am glad of it .",)
    assert stimulus.evidence == (Evidence(0, 0, 10, 15, "happy"),)


def test_evidence_is_counted_through_the_splits(folder):
    one = json.dumps([flip([0.0, 1.0, 1.0], key="triggers")])
    files = {
        "train": [one],
        "val": [one.replace("yes", "no")],
        "test": [json.dumps([flip(["1.0", "0", "0"])] * 2)],
    }
    data = folder(*(x for split, (text,) in files.items() for x in (f"ediref/MELD_{split}_efr.json", text)))
    corpus = load_corpus("ediref/efr-en:all", data, verify=False)
    assert [(x.item, x.turn) for x in corpus.evidence] == [(0, 1), (0, 2), (1, 1), (1, 2), (2, 0), (3, 0)]
    assert corpus.groups == ("train-0", "dev-0", "test-0", "test-0")


DAMAGE = [
    ("meld", "meld/test_sent_emo.csv", MELD + meld("a") + meld("b", "glee"), "line 3: label 'glee' is unknown"),
    ("meld", "meld/test_sent_emo.csv", MELD + "".join(meld("a", dialogue=d) for d in (1, 2, 1)), "line 4: dialogue test-1 is in two places"),
    ("meld", "meld/test_sent_emo.csv", MELD.replace("Speaker", "Who"), "line 1: header"),
    ("cped", "cped/test_split.csv", CPED.removeprefix("\ufeff"), "line 1: header"),
    ("emocontext", "emocontext/test.txt", CHAT + "0\ta\tb\tc\tmeh\n", "line 2: label 'meh' is unknown"),
    ("emocontext", "emocontext/test.txt", CHAT + "0\ta\tb\tothers\n", "line 2: 5 tab-separated"),
    ("emotion-stimulus", "emotion-stimulus/data.txt", "<sad>a <cause>b<\\cause><\\sad>\n<sad>a b<\\sad>\n", "line 2: one <cause>"),
    ("emotion-stimulus", "emotion-stimulus/data.txt", "<sad>a <cause>b<\\cause><\\fear>\n", "line 1: <emotion>"),
    ("emotion-stimulus", "emotion-stimulus/data.txt", "<blue>a <cause>b<\\cause><\\blue>\n", "line 1: label 'blue'"),
    ("ediref", "ediref/MaSaC_test_erc.json", "[{},\n {", "line 1: element 0: `utterances` is missing"),
    ("ediref", "ediref/MaSaC_test_erc.json", "[\n\n3]", "line 3: element 0 is no JSON object"),
    ("ediref", "ediref/MaSaC_test_erc.json", '"x"', "line 1: not valid JSON"),
    ("ediref", "ediref/MaSaC_test_erc.json", json.dumps([{"utterances": ["a"], "speakers": [3], "labels": ["joy"]}]), "element 0: `speakers` holds 3"),
    ("ediref", "ediref/MaSaC_test_erc.json", json.dumps([{"utterances": [], "speakers": [], "labels": []}]), "element 0: `utterances` is empty"),
    ("ediref/efr-en", "ediref/MELD_test_efr.json", json.dumps([flip(["1", "0"])]), "line 1: element 0: `labels` has 2 entries, 3 expected"),
    ("ediref/efr-en", "ediref/MELD_test_efr.json", "[" + json.dumps(flip(["1", "0", "0"])) + ",\n" + json.dumps(flip(["1", "0", "2"])) + "]", "line 2: a trigger is marked 0 or 1, '2' found"),
    ("ediref/efr-en", "ediref/MELD_test_efr.json", json.dumps([flip(["1", "0", "0"])])[:-1], "line 1: not valid JSON"),
    ("ediref/efr-en", "ediref/MELD_test_efr.json", json.dumps([flip(["1", "0", "0"])]) + "\nx", "line 2: nothing expected after"),
    ("ediref/efr-hi:train", "ediref/MASAC_train_efr_hypo.csv", WINDOWS + "0.0,ann,0.0,joy,a,1\n0.0,ann,0.0,joy,b,yes\n", "line 3: a trigger is marked 0 or 1, 'yes' found"),
    ("reccon", "reccon/dailydialog_test.json", reccon(turn(1, "A", "ok", "joyful")), "line 2: label 'joyful' is unknown"),
    ("reccon", "reccon/dailydialog_test.json", reccon(turn(1, "A", "ok", "fear", [1], ["no"])), "line 2: te_0, turn 1: a span does not stand in turn 1"),
    ("reccon", "reccon/dailydialog_test.json", reccon(turn(1, "A", "ok", "fear", [2], ["ok"])), "cause 2 is no turn"),
    ("reccon", "reccon/dailydialog_test.json", reccon(turn(1, "A", "ok", "fear", [1, 1], ["ok"])), "has 2 entries, 1 expected"),
    ("reccon", "reccon/dailydialog_test.json", reccon(turn(1, "A", "ok", "fear")), "cause span` is missing"),
    ("reccon", "reccon/dailydialog_test.json", reccon(turn(2, "A", "ok")), "te_0, turn 1: `turn` is no whole number from 1 to 1"),
    ("reccon", "reccon/dailydialog_test.json", '{"te_0": []}', "line 1: dialogue te_0 is no list of one conversation"),
    ("reccon", "reccon/dailydialog_test.json", '{"te_0" []}', "line 1: not valid JSON"),
    ("reccon", "reccon/dailydialog_test.json", '{\n"te_0":\n', r"test\.json, line 3: not valid JSON"),
    ("esconv", "esconv/test.txt", support() + support(emotion_type="glee"), "line 2: label 'glee' is unknown"),
    ("esconv", "esconv/test.txt", support() + support()[:-9], "line 2: not valid JSON"),
    ("esconv", "esconv/test.txt", support(situation=None), "line 1: the line: `situation` is missing"),
    ("esconv/strategy", "esconv/test.txt", support(dialog=[{"speaker": "bot", "text": "x"}]), "line 1: the line, dialog: speaker 'bot' is unknown"),
    ("esconv/failed-strategy", "esconv/FailedESConv.json", failed({}), "line 1: element 0, dialog, annotation: `strategy` is missing"),
    ("longemotion", "longemotion/Emotion_Detection.jsonl", document() + document(odd=3), "line 2: the line: `ground_truth` is no whole number from 0 to 2"),
    ("longemotion/segments", "longemotion/Emotion_Detection.jsonl", document(label=["Anger"]), "line 1: the line: `label` has 1 entries, 3 expected"),
    ("longemotion", "longemotion/Emotion_Detection.jsonl", "[]\n", "line 1: the line is no JSON object"),
]  # fmt: skip


@pytest.mark.parametrize(("corpus", "path", "content", "message"), DAMAGE, ids=range(len(DAMAGE)))
def test_damage_is_told_with_file_and_line(folder, corpus, path, content, message):
    data = folder(path, content)
    with pytest.raises(CorpusError, match=message) as caught:
        load_corpus(corpus, data)
    assert "\n" not in str(caught.value)
    assert str(data / path) in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "emotions", "message"),
    [
        (
            "a __eou__ b __eou__\n",
            "0\n",
            r"emotion_test\.txt, line 1: 2 labels expected, one an utterance, 1 found",
        ),
        ("a __eou__\nb\n", "0\n0\n", r"dialogues_test\.txt, line 2: '__eou__' expected"),
        ("a __eou__\n", "7\n", r"emotion_test\.txt, line 1: label '7' is unknown"),
        ("a __eou__\n", "0\n0\n", r"emotion_test\.txt, line 2: labels of 1 dialogues expected"),
        ("a __eou__\nb __eou__\n", "0\n", r"emotion_test\.txt, line 2: labels of 2 dialogues expected"),
    ],
)
def test_texts_and_labels_that_do_not_go_together(folder, texts, emotions, message):
    data = folder("dailydialog/dialogues_test.txt", texts, "dailydialog/dialogues_emotion_test.txt", emotions)
    with pytest.raises(CorpusError, match=message):
        load_corpus("dailydialog", data)
