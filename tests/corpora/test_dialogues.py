"""Conversation corpora, from the published files: turns around each item, causes, triggers and spans in place."""

import functools
import json
import lzma
import re
import time
import unicodedata
from collections import Counter
from itertools import groupby

import pytest

from affekt.corpora import load_corpus

pytestmark = pytest.mark.corpora


def published(corpora_dir, path):
    return lzma.decompress((corpora_dir / f"{path}.xz").read_bytes()).decode("utf-8")


@pytest.fixture(scope="module")
def load(corpora_dir):
    """Each corpus is read once for all tests here."""
    return functools.cache(lambda name: load_corpus(name, corpora_dir))


@pytest.fixture(scope="module")
def dailydialog(corpora_dir):
    started = time.process_time()
    corpus = load_corpus("dailydialog:all", corpora_dir)
    return corpus, time.process_time() - started


def some_slow(names, large):
    """Names as parameters; those of large files belong to the slow suite."""
    return [pytest.param(x, marks=pytest.mark.slow) if x in large else x for x in names]


def by_group(corpus):
    return {
        group: [corpus.items[i] for i in rows]
        for group, rows in groupby(range(len(corpus)), key=corpus.groups.__getitem__)
    }


def letters(turns):
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", "".join(turn.text for turn in turns)))


def f1_of_turns(corpus, rule):
    """F1 of the turns that a rule names, given an item's position, over all turns up to the item's own."""
    gold = {(found.item, found.turn) for found in corpus.evidence}
    named = {
        (i, turn) for i, item in enumerate(corpus.items) for turn in rule(len(item.history)) if turn >= 0
    }
    return 2 * len(gold & named) / (len(gold) + len(named))


DIALOGUES = {"meld:train": 1038, "meld:dev": 114, "meld:test": 280, "cped:dev": 934, "cped:test": 2815,
             "ediref:train": 343, "ediref:dev": 46, "ediref:test": 57, "dailydialog:test": 1000,
             "longemotion/conversations": 100}  # fmt: skip


@pytest.mark.parametrize("name", some_slow(DIALOGUES, ("longemotion/conversations",)))
def test_each_utterance_stands_in_its_dialogue(name, load):
    corpus = load(name)
    dialogues = by_group(corpus)
    assert len(dialogues) == len(set(corpus.groups)) == DIALOGUES[name]
    assert len({item.id for item in corpus.items}) == len(corpus)
    for items in dialogues.values():
        said = [(item.speaker, item.text) for item in items]
        assert all(text for _, text in said)
        for position, item in enumerate(items):
            around = [(turn.speaker, turn.text) for turn in (*item.history, *item.following)]
            assert around == said[:position] + said[position + 1 :]
            assert len(item.history) == position
            # What is at hand about other turns is gold: a scorer must not see it.
            assert {turn.labels for turn in item.turns} == {None}


def test_groups_are_documents_and_chats(load):
    assert len(set(load("longemotion/segments").groups)) == 136
    assert len(set(load("esconv/strategy:test").groups)) == 195


def gold_names(corpus, rows):
    return [corpus.space.names[int(corpus.gold[row].argmax())] for row in rows]


EMOTIONS_7 = ("neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger")
MASAC = ("neutral", "joy", "sadness", "anger", "fear", "contempt", "surprise", "disgust")
CPED = (
    "happy",
    "grateful",
    "relaxed",
    "positive-other",
    "neutral",
    "anger",
    "sadness",
    "fear",
    "depress",
    "disgust",
    "astonished",
    "worried",
    "negative-other",
)
ODD = ("Anxiety", "Relaxation", "Sadness", "Fear", "Anger", "Happiness", "Desire", "Disgust")
SEEKERS = ("anxiety", "depression", "sadness", "anger", "fear", "shame", "disgust", "nervousness")
FREQUENCIES = {
    "meld:train": (EMOTIONS_7, (4710, 1205, 268, 683, 1743, 271, 1109)),
    "meld:dev": (EMOTIONS_7, (470, 150, 40, 111, 163, 22, 153)),
    "meld:test": (EMOTIONS_7, (1256, 281, 50, 208, 402, 68, 345)),
    "meld/sentiment:test": (("positive", "neutral", "negative"), (521, 1256, 833)),
    "dailydialog:test": (("no emotion", "anger", "disgust", "fear", "happiness", "sadness", "surprise"),
                         (6321, 118, 47, 17, 1019, 102, 116)),
    "dailydialog/act:test": (("inform", "question", "directive", "commissive"), (3534, 2210, 1278, 718)),
    "ediref:train": (MASAC, (3909, 1596, 558, 819, 514, 542, 441, 127)),
    "ediref:dev": (MASAC, (633, 228, 126, 118, 88, 74, 66, 21)),
    "ediref:test": (MASAC, (656, 349, 155, 142, 122, 82, 57, 17)),
    "reccon:test": (("anger", "disgust", "fear", "happiness", "sadness", "surprise"), (149, 32, 25, 677, 116, 100)),
    "cped:dev": (CPED, (370, 13, 517, 792, 3126, 1608, 274, 117, 1446, 198, 313, 661, 1702)),
    "cped:test": (CPED, (2604, 31, 2150, 1685, 7991, 3031, 530, 872, 2792, 435, 1433, 1489, 2395)),
    "cped/sentiment:dev": (("positive", "neutral", "negative"), (1692, 3126, 6319)),
    "emocontext:dev": (("happy", "sad", "angry", "others"), (142, 125, 150, 2338)),
    "emocontext:test": (("happy", "sad", "angry", "others"), (284, 250, 298, 4677)),
    "esconv:dev": (SEEKERS, (51, 51, 45, 19, 12, 6, 6, 5)),
    "esconv:test": (SEEKERS, (52, 49, 43, 18, 13, 13, 5, 2)),
    "esconv/strategy:test": (
        ("Affirmation and Reassurance", "Self-disclosure", "Reflection of feelings", "Restatement or Paraphrasing",
         "Question", "Providing Suggestions or Information", "Greeting", "Others"),
        (386, 222, 197, 140, 533, 564, 174, 173)),
    "longemotion/segments": (ODD, (1978, 798, 676, 252, 230, 124, 115, 33)),
    "emotion-stimulus": (("happy", "anger", "fear", "sad", "shame", "surprise", "disgust"), (211, 199, 144, 107, 68, 53, 38)),
}  # fmt: skip


@pytest.mark.parametrize("name", FREQUENCIES)
def test_label_frequencies(name, load):
    corpus = load(name)
    names, counts = FREQUENCIES[name]
    assert dict(zip(corpus.space.names, corpus.gold.sum(axis=0), strict=True)) == dict(
        zip(names, counts, strict=True)
    )
    assert (corpus.gold.sum(axis=1) == 1).all()


@pytest.mark.parametrize(
    ("name", "speakers", "labels"),
    [
        ("meld:test", ("Mark", "Rachel", "Rachel"), ["surprise", "anger", "neutral"]),
        ("meld/sentiment:test", ("Mark", "Rachel", "Rachel"), ["positive", "negative", "neutral"]),
        ("dailydialog:test", ("A", "B", "A", "B", "A"), ["no emotion", "surprise", "no emotion", "no emotion", "no emotion"]),
        ("cped:test", ("林宛瑜", "林宛瑜"), ["neutral", "neutral"]),
        ("cped:dev", ("于春晓",), ["astonished"]),
        ("emocontext:test", ("user", "user"), ["others", "others"]),
        ("reccon:test", ("B",), ["surprise"]),
        ("ediref/efr-hi:test", ("monisha",), ["anger"]),
        ("esconv:test", ("seeker",), ["depression"]),
        ("esconv/strategies:test", ("supporter", "supporter"), ["Greeting", "Question"]),
    ],
)  # fmt: skip
def test_first_rows(name, speakers, labels, load):
    corpus = load(name)
    assert tuple(item.speaker for item in corpus.items[: len(speakers)]) == speakers
    assert gold_names(corpus, range(len(labels))) == labels


def test_dailydialog_is_read_whole_in_under_four_seconds(dailydialog):
    corpus, seconds = dailydialog
    assert seconds < 4
    assert len(corpus) == 87170 + 8069 + 7740


def test_dailydialog_keeps_what_is_published_twice_and_mends_the_cut_utterance(dailydialog):
    corpus, _ = dailydialog
    dialogues = {group: tuple(item.text for item in items) for group, items in by_group(corpus).items()}
    assert Counter(group[:2] for group in dialogues) == {"tr": 11118, "va": 1000, "te": 1000}
    train = {texts for group, texts in dialogues.items() if group.startswith("tr")}
    assert len(set(dialogues.values())) == 12376
    assert sum(texts in train for group, texts in dialogues.items() if group.startswith("te")) == 93
    assert sum(texts in train for group, texts in dialogues.items() if group.startswith("va")) == 69
    assert any("93 of 1,000" in caveat for caveat in corpus.facts.caveats)
    assert len(dialogues["tr_7851"]) == 11
    assert [item.speaker for item in by_group(corpus)["tr_7851"]] == list("ABABABABABA")


TRIGGERS = {  # triggers, instances without any, groups
    "ediref/efr-hi:dev": (434, 1, 183), "ediref/efr-hi:test": (416, 2, 172), "ediref/efr-hi:train": (5886, 170, None),
    "ediref/efr-en:train": (5575, 341, 832), "ediref/efr-en:dev": (494, 24, 95), "ediref/efr-en:test": (1169, 37, 233),
}  # fmt: skip


@pytest.mark.parametrize("name", some_slow(TRIGGERS, ("ediref/efr-hi:train", "ediref/efr-en:train")))
def test_triggers_of_flips(name, load):
    corpus = load(name)
    triggers, without, groups = TRIGGERS[name]
    assert len(corpus.evidence) == triggers
    assert len(corpus) - len({found.item for found in corpus.evidence}) == without
    assert groups in (None, len(set(corpus.groups)))
    for item in corpus.items:
        assert item.following == ()
        if not name.endswith("hi:train"):
            assert item.speaker in {turn.speaker for turn in item.history}
    for found in corpus.evidence:
        assert (found.start, found.label) == (None, gold_names(corpus, [found.item])[0])


@pytest.mark.parametrize(("name", "f1"), [("ediref/efr-hi:test", 0.792), ("ediref/efr-en:test", 0.684)])
def test_the_next_to_last_turn_triggers_as_often_as_measured(name, f1, load):
    assert round(f1_of_turns(load(name), lambda own: [own - 1]), 3) == f1


def test_flips_in_english_are_melds(load):
    lines = {(item.speaker, item.text) for item in load("meld:test").items}
    flips = load("ediref/efr-en:test")
    turns = {(turn.speaker, turn.text) for item in flips.items for turn in item.turns}
    assert len(turns - lines) == 4  # characters lost or changed; nothing is left of the wrong encoding


RECCON = {  # spans, pairs with a cause, pairs without
    "train": (7269, None, 20646), "dev": (347, None, 838), "test": (1894, 1767, 5330),
}  # fmt: skip


@pytest.mark.parametrize("split", some_slow(RECCON, ("train",)))
def test_causes_are_the_papers(split, load):
    spans, pairs = (load(f"reccon/{part}:{split}") for part in ("spans", "entailment"))
    counts = RECCON[split]
    assert len(spans.evidence) == counts[0]
    assert len(pairs.evidence) == len({(x.item, x.turn) for x in spans.evidence})
    assert counts[1] in (None, len(pairs.evidence))
    assert sum(len(item.history) + 1 for item in pairs.items) - len(pairs.evidence) == counts[2]


def test_causal_spans_are_the_words_that_were_marked(load, corpora_dir):
    corpus = load("reccon/spans:test")
    found = Counter()
    for x in corpus.evidence:
        item = corpus.items[x.item]
        found[item.id, x.turn, item.turns[x.turn].text[x.start : x.end]] += 1
    marked = Counter()
    for dialogue, (turns,) in json.loads(published(corpora_dir, "reccon/dailydialog_test.json")).items():
        for turn in turns:
            causes = zip(
                turn.get("expanded emotion cause evidence", ()),
                turn.get("expanded emotion cause span", ()),
                strict=True,
            )
            marked.update(
                (f"{dialogue}:{turn['turn'] - 1}", at - 1, span) for at, span in causes if at != "b"
            )
    assert found == marked


def test_reccon_is_made_of_dailydialog(dailydialog, load):
    corpus = load("reccon:test")
    assert sum(group.startswith("tr_") for group in set(corpus.groups)) == 121
    dialogues = by_group(dailydialog[0])
    own = {group: items[0].turns for group, items in by_group(corpus).items()}
    same = [letters(turns) == letters(dialogues[group]) for group, turns in own.items()]
    assert (sum(same), len(same)) == (224, 225)
    # Self and the one before: what papers are to be held against.
    assert round(f1_of_turns(corpus, lambda at: [at, at - 1]), 3) == 0.636


def test_emocontext_has_two_turns_before(load):
    corpus = load("emocontext:dev")
    assert {tuple(turn.speaker for turn in item.history) for item in corpus.items} == {("user", "bot")}
    assert all(turn.text for item in corpus.items for turn in item.turns)


def test_supporters_strategies(load):
    first, every = (load(f"esconv/{part}:test") for part in ("strategy", "strategies"))
    assert [item.id for item in first.items] == [item.id for item in every.items]
    assert (every.gold >= first.gold).all()
    assert Counter(every.gold.sum(axis=1)) == {1: 2094, 2: 273, 3: 21, 4: 1}
    failed = load("esconv/failed-strategy")
    assert dict(zip(failed.space.names, failed.gold.sum(axis=0), strict=True)) == {
        "Affirmation and Reassurance": 341, "Self-disclosure": 195, "Reflection of feelings": 200,
        "Restatement or Paraphrasing": 179, "Questions": 528, "Providing Suggestions": 403, "Information": 131,
        "Other": 400,
    }  # fmt: skip
    assert {turn.speaker for item in failed.items for turn in item.turns} == {"seeker", "supporter"}
    chats = load("esconv/problem:test")
    assert all(item.text and len(item.following) > 4 for item in chats.items)


def test_the_odd_segment_is_the_one_of_another_emotion(load):
    documents = load("longemotion")
    segments = load("longemotion/segments")
    assert documents.gold is None
    names = dict(
        zip((item.id for item in segments.items), gold_names(segments, range(len(segments))), strict=True)
    )
    assert [found.item for found in documents.evidence] == list(range(136))
    for found in documents.evidence:
        labels = [names[f"{found.item}:{turn}"] for turn in range(len(documents.items[found.item].turns))]
        assert labels.count(labels[found.turn]) == 1
        assert len(set(labels)) == 2


def test_the_marked_cause_of_a_stimulus(load, corpora_dir):
    corpus = load("emotion-stimulus")
    lines = published(corpora_dir, "emotion-stimulus/data.txt").splitlines()
    marked = [re.search(r"<cause>((?:(?!<cause>).)*?)<\\cause>", line)[1].strip() for line in lines]
    assert [x.item for x in corpus.evidence] == list(range(820))
    assert [corpus.texts[x.item][x.start : x.end] for x in corpus.evidence] == marked
    assert not [text for text in corpus.texts if set(text) & set("<>\\") or text != text.strip()]
    plain = [re.sub(r"<\\?\w+>", "", line).strip() for line in lines]
    assert list(corpus.texts) == plain
