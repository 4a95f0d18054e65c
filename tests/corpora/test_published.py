"""Every corpus, from the published files: counts and label frequencies as their publishers or entries state."""

import json
import lzma
import time

import numpy as np
import pytest

from affekt.core import named_space
from affekt.corpora import check, corpora, load_corpus, mapping

pytestmark = pytest.mark.corpora

# Items of train, dev, test; or of the whole where no split is published.
COUNTS = {
    "goemotions/full": (43410, 5426, 5427),
    "goemotions/ekman": (43410, 5426, 5427),
    "goemotions/sentiment": (43410, 5426, 5427),
    "emorynlp/full": (9934, 1344, 1328),
    "emorynlp/reduced": (7551, 954, 984),
    "event2mind/person-x": (46472, 5401, 5221),
    "event2mind/others": (46472, 5401, 5221),
    "semeval2018/e-c-en": (6838, 886, 3259),
    "semeval2018/v-reg-en": (1181, 449, 937),
    "semeval2018/v-oc-en": (1181, 449, 937),
    "semeval2018/ei-reg-en-anger": (1701, 388, 1002),
    "semeval2018/ei-reg-en-fear": (2252, 389, 986),
    "semeval2018/ei-reg-en-joy": (1616, 290, 1105),
    "semeval2018/ei-reg-en-sadness": (1533, 397, 975),
    "semeval2018/ei-oc-en-anger": (1701, 388, 1002),
    "semeval2018/ei-oc-en-fear": (2252, 389, 986),
    "semeval2018/ei-oc-en-joy": (1616, 290, 1105),
    "semeval2018/ei-oc-en-sadness": (1533, 397, 975),
    "semeval2018/e-c-ar": (2278, 585, 0),
    "emobank/mean": (8062, 1000, 1000),
    "emobank/reader": (8062, 1000, 1000),
    "emobank/writer": (8062, 1000, 1000),
    "covidet/any": (1200, 285, 398),
    "covidet/both": (1200, 285, 398),
    "xed/en": 17528,
    "xed/fi": 14449,
    "xed/de": 5500,
    "xed/es": 11302,
    "xed/fr": 7303,
    "xed/neutral-en": 9674,
    "xed/neutral-fi": 10794,
    "empathic-reactions": 1860,
    "descriptors/goemotions": 43410,
    "descriptors/brighter-eng": 2768,
    "descriptors/brighter-multi": 11200,
    "descriptors/xed-en": 3000,
    "descriptors/emorynlp": 3000,
    "descriptors/synthetic": 14600,
    "descriptors/closed-labels": 10800,
    "isear": 7579,
    "enisear/emotion": 1001,
    "enisear/appraisals": 1001,
    "emorynlp/json": (0, 1344, 1328),
    "wassa2022/empathy": (1860, 270, 0),
    "wassa2022/emotion": (1860, 270, 0),
    "goemotions-gpt4-labels/full": (0, 5426, 5427),
    "goemotions-gpt4-labels/answered": (0, 5289, 5283),
    "goemotions-raters/published": (43410, 5426, 5427),
    "goemotions-raters/comments": None,
    "iemocap/six": (None, 0, None),
    "iemocap/four": (None, 0, None),
    "iemocap/vad": (None, 0, None),
    **{
        f"ch-sims/{version}-{view}": (None, None, None)
        for version in ("v1", "v2")
        for view in ("text", "all", "audio", "visual")
    },
    "ch-sims/v2-unlabelled": None,
    "tec": 21051,
    "crowdflower": 40000,
    "meld/emotion": (9989, 1109, 2610),
    "meld/sentiment": (9989, 1109, 2610),
    "dailydialog/emotion": (87170, 8069, 7740),
    "dailydialog/act": (87170, 8069, 7740),
    "ediref/erc": (8506, 1354, 1580),
    "ediref/efr-hi": (4893, 389, 385),
    "ediref/efr-en": (4000, 426, 1002),
    "reccon/entailment": (4562, 200, 1099),
    "reccon/spans": (4562, 200, 1099),
    "cped/emotion": (0, 11137, 27438),
    "cped/sentiment": (0, 11137, 27438),
    "emocontext": (30160, 2755, 5509),
    "esconv/emotion": (0, 195, 195),
    "esconv/problem": (0, 195, 195),
    "esconv/strategy": (0, 2257, 2389),
    "esconv/strategies": (0, 2257, 2389),
    "esconv/failed-emotion": 196,
    "esconv/failed-problem": 196,
    "esconv/failed-strategy": 2377,
    "longemotion/detection": 136,
    "longemotion/segments": 4206,
    "longemotion/situations": 428,
    "longemotion/conversations": 13262,
    "longemotion/summaries": 150,
    "emotion-stimulus": 820,
}
BRIGHTER_A = """afr 1222/98/1065; amh 3549/592/1774; arq 901/100/902; ary 1608/267/812; chn 2642/200/2642;
deu 2603/200/2604; eng 2768/116/2767; esp 1996/184/1695; hau 2145/356/1080; hin 2556/100/1010; ibo 2880/479/1444;
kin 2451/407/1231; mar 2415/100/1000; orm 3442/574/1721; pcm 3728/620/1870; ptbr 2226/200/2226; ptmz 1546/257/776;
ron 1241/123/1119; rus 2679/199/1000; som 3392/566/1696; sun 924/199/926; swa 3307/551/1656; swe 1187/200/1188;
tat 1000/200/1000; tir 3681/614/1840; ukr 2466/249/2234; vmw 1551/258/777; yor 2992/497/1500"""
BRIGHTER_B = """amh 3549/592/1774; arq 901/100/902; chn 2642/200/2642; deu 2603/200/2604; eng 2768/116/2767;
esp 1996/184/1695; hau 2145/356/1080; ptbr 2226/200/2226; ron 0/123/1119; rus 2220/343/650; ukr 2466/249/2234"""
RATED = ("afr", "arq", "chn", "deu", "hin", "mar", "ptbr", "ron", "swe", "ukr")
BRIGHTER_C_ALONE = "ind 0/156/851; jav 0/151/837; xho 0/682/1594; zul 0/875/2047"


def _languages(table):
    return {
        language: tuple(map(int, counts.split("/")))
        for language, counts in (entry.split() for entry in table.split(";"))
    }


def _published_counts():
    a, b, c = map(_languages, (BRIGHTER_A, BRIGHTER_B, BRIGHTER_C_ALONE))
    c |= {language: (0, dev, test) for language, (_, dev, test) in a.items()}
    counts = dict(COUNTS)
    for track, languages in (("a", a), ("b", b), ("c", c)):
        counts |= {f"brighter/{track}-{language}": x for language, x in languages.items()}
        counts |= {
            f"brighter/{track}-{x}-raters": languages[x] for x in RATED if x in languages and track != "c"
        }
    return counts


def test_every_part_states_the_published_counts():
    stated = {}
    for entry in corpora():
        for part, made in entry.parts.items():
            splits = {split: x.items for split, x in made.splits.items()}
            name = f"{entry.name}/{part}" if part else entry.name
            stated[name] = (
                splits["all"]
                if "all" in splits
                else tuple(splits.get(x, 0) for x in ("train", "dev", "test"))
            )
    assert stated == _published_counts()


NOT_AT_HAND = ("ch-sims", "goemotions-raters", "iemocap")
AT_HAND = [entry.name for entry in corpora() if entry.name not in NOT_AT_HAND]


@pytest.mark.parametrize(
    "name", [pytest.param(x, marks=[pytest.mark.slow] * (x == "brighter")) for x in AT_HAND]
)
def test_every_file_is_as_published(name, corpora_dir):
    checks = check(name, corpora_dir)
    published = {x.name.removesuffix(".xz") for x in (corpora_dir / name).iterdir()} - {"ENTRY.md"}
    assert {x.file for x in checks} == published
    assert all(x.provable and x.state == "as published" for x in checks)
    assert [x for x in checks if not x.ok] == []
    parts = next(entry for entry in corpora() if entry.name == name).parts
    assert sum(x.splits for x in checks) == sum(len(part.splits) for part in parts.values())
    assert sum(x.items for x in checks) == sum(
        split.items for part in parts.values() for split in part.splits.values()
    )


GOEMOTIONS_TEST = {
    "admiration": 504, "amusement": 264, "anger": 198, "annoyance": 320, "approval": 351, "caring": 135,
    "confusion": 153, "curiosity": 284, "desire": 83, "disappointment": 151, "disapproval": 267, "disgust": 123,
    "embarrassment": 37, "excitement": 103, "fear": 78, "gratitude": 352, "grief": 6, "joy": 161, "love": 238,
    "nervousness": 23, "optimism": 186, "pride": 16, "realization": 145, "relief": 11, "remorse": 56,
    "sadness": 156, "surprise": 141, "neutral": 1787,
}  # fmt: skip
EMOTIONS_11 = ("anger", "anticipation", "disgust", "fear", "joy", "love", "optimism", "pessimism", "sadness", "surprise", "trust")  # fmt: skip
EMORY = ("Neutral", "Joyful", "Peaceful", "Powerful", "Scared", "Mad", "Sad")
COVID = ("anger", "anticipation", "joy", "trust", "fear", "sadness", "disgust")
POSITIVES = {
    "goemotions:test": GOEMOTIONS_TEST,
    "semeval2018:test": dict(zip(EMOTIONS_11, (1101, 425, 1099, 485, 1442, 516, 1143, 375, 960, 170, 153), strict=True)),
    "semeval2018:train": dict(zip(EMOTIONS_11, (2544, 978, 2602, 1242, 2477, 700, 1984, 795, 2008, 361, 357), strict=True)),
    "semeval2018/e-c-ar:dev": dict(zip(EMOTIONS_11, (215, 57, 106, 94, 179, 175, 169, 125, 217, 13, 36), strict=True)),
    "isear": {"joy": 1090, "fear": 1090, "anger": 1087, "sadness": 1083, "disgust": 1081, "shame": 1072, "guilt": 1076},
    "emorynlp:test": dict(zip(EMORY, (349, 282, 159, 145, 182, 113, 98), strict=True)),
    "emorynlp:train": dict(zip(EMORY, (3034, 2184, 900, 784, 1285, 1076, 671), strict=True)),
    "emorynlp/reduced:test": dict(zip(EMORY, (288, 217, 111, 96, 116, 86, 70), strict=True)),
    "xed": dict(zip(("anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust"),
                    (3828, 3400, 2317, 2439, 2833, 2464, 2442, 2699), strict=True)),
    "brighter:test": {"anger": 322, "fear": 1544, "joy": 670, "sadness": 881, "surprise": 799},
    "brighter:train": {"anger": 333, "fear": 1611, "joy": 674, "sadness": 878, "surprise": 839},
    "enisear": dict.fromkeys(("anger", "disgust", "fear", "guilt", "joy", "sadness", "shame"), 143),
    "tec": {"joy": 8240, "surprise": 3849, "sadness": 3830, "fear": 2816, "anger": 1555, "disgust": 761},
    "crowdflower": {"neutral": 8638, "worry": 8459, "happiness": 5209, "sadness": 5165, "love": 3842, "surprise": 2187,
                    "fun": 1776, "relief": 1526, "hate": 1323, "empty": 827, "enthusiasm": 759, "boredom": 179, "anger": 110},
    "covidet:test": dict(zip(COVID, (150, 179, 109, 98, 300, 159, 48), strict=True)),
    "emorynlp/json:test": dict(zip(EMORY, (349, 282, 159, 145, 182, 113, 98), strict=True)),
    "wassa2022/emotion:train": {"sadness": 647, "anger": 349, "neutral": 275, "fear": 194, "surprise": 164, "disgust": 149, "joy": 82},
    "covidet/both:test": dict(zip(COVID, (76, 35, 41, 25, 212, 88, 4), strict=True)),
    "covidet:train": dict(zip(COVID, (470, 873, 134, 99, 765, 360, 192), strict=True)),
}  # fmt: skip


def test_files_that_are_not_at_hand_are_told_so(corpora_dir):
    for name in NOT_AT_HAND:
        assert {x.state for x in check(name, corpora_dir)} == {"not here"}


@pytest.mark.parametrize("name", POSITIVES)
def test_label_frequencies(name, corpora_dir):
    corpus = load_corpus(name, corpora_dir)
    assert dict(zip(corpus.space.names, corpus.gold.sum(axis=0), strict=True)) == POSITIVES[name]
    if corpus.space.kind == "single":
        assert (corpus.gold.sum(axis=1) == 1).all()


@pytest.mark.parametrize(
    ("name", "label", "levels"),
    [
        ("semeval2018/ei-oc-en-anger", "anger", (465, 148, 243, 146)),
        ("semeval2018/ei-oc-en-fear", "fear", (633, 124, 158, 71)),
        ("semeval2018/ei-oc-en-joy", "joy", (194, 333, 360, 218)),
        ("semeval2018/ei-oc-en-sadness", "sadness", (398, 193, 255, 129)),
        ("semeval2018/v-oc-en", "valence", (93, 167, 80, 262, 107, 91, 137)),
        ("brighter/b-eng", "anger", (2445, 188, 97, 37)),
        ("brighter/b-eng", "surprise", (1968, 553, 209, 37)),
    ],
)
def test_level_frequencies(name, label, levels, corpora_dir):
    corpus = load_corpus(name, corpora_dir)
    values = corpus.gold[:, corpus.space.index(label)].astype(int)
    assert tuple(np.bincount(values)) == levels
    assert corpus.space.levels == len(levels)


def test_goemotions_is_read_whole_in_under_a_second(corpora_dir):
    started = time.process_time()
    corpus = load_corpus("goemotions:all", corpora_dir)
    assert time.process_time() - started < 1
    assert len(corpus) == 43410 + 5426 + 5427
    texts = load_corpus("goemotions:train", corpora_dir).texts
    assert sum(text.startswith('"') for text in texts) == 1097
    assert corpus.texts[: len(texts)] == texts


def test_goemotions_mappings_are_the_published_ones(corpora_dir):
    full, ekman, sentiment = (
        load_corpus(f"goemotions/{x}", corpora_dir) for x in ("full", "ekman", "sentiment")
    )
    joyful = ("joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride", "admiration", "desire", "caring")  # fmt: skip
    any_joy = full.gold[:, [full.space.index(x) for x in joyful]].max(axis=1)
    assert (ekman.gold[:, ekman.space.index("joy")] == any_joy).all()
    for mapped in (ekman, sentiment):
        assert (mapped.gold.sum(axis=1) >= 1).all()
        assert (mapped.gold[:, -1] == full.gold[:, full.space.index("neutral")]).all()
    assert sentiment.space.names == ("positive", "negative", "ambiguous", "neutral")


def test_brighter_leaves_the_stray_file_and_missing_axes_out(corpora_dir):
    romanian = load_corpus("brighter/a-ron:train", corpora_dir)
    assert len(romanian) == 1241
    assert all(item.id.startswith("ron_train_track_a") for item in romanian.items)
    english = load_corpus("brighter:test", corpora_dir)
    assert english.space.names == ("anger", "fear", "joy", "sadness", "surprise")
    assert "surprise" not in load_corpus("brighter/c-afr:dev", corpora_dir).space
    assert (english.gold.sum(axis=1) == 0).sum() == 293
    # Track C holds the same English rows in another order.
    again = load_corpus("brighter/c-eng:test", corpora_dir)
    assert sorted(zip(english.texts, english.gold.tolist(), strict=True)) == sorted(
        zip(again.texts, again.gold.tolist(), strict=True)
    )


def test_emorynlp_scenes(corpora_dir):
    for name, scenes in (("emorynlp:train", 713), ("emorynlp/reduced:train", 659)):
        corpus = load_corpus(name, corpora_dir)
        assert len(set(corpus.groups)) == scenes
        for i, item in enumerate(corpus.items):
            first = i == 0 or corpus.groups[i] != corpus.groups[i - 1]
            assert first == (item.history == ())
            if not first:
                before = corpus.items[i - 1]
                assert (item.history[-1].speaker, item.history[-1].text) == (before.speaker, before.text)
                assert len(item.history) + len(item.following) < 25
                assert item.history[-1].labels is None
        assert len({item.id for item in corpus.items}) == len(corpus)


def test_isear_is_cleaned(corpora_dir):
    corpus = load_corpus("isear", corpora_dir)
    assert not [text for text in corpus.texts if set(text) & set("|á\\") or text != text.strip() or not text]
    quoted = [text for text in corpus.texts if '"' in text]
    assert len(quoted) > 200
    assert all(text.count('"') % 2 == 0 for text in quoted)
    assert max(corpus.groups.count(person) for person in list(set(corpus.groups))[:100]) == 7


def test_semeval_restores_line_breaks_and_drops_probes(corpora_dir):
    train = load_corpus("semeval2018:train", corpora_dir)
    assert sum("\n" in text for text in train.texts) >= 384
    assert not [text for text in train.texts if "\\n" in text or "\\r" in text]
    assert (train.gold.sum(axis=1) == 0).sum() == 204
    joy = load_corpus("semeval2018/ei-reg-en-joy", corpora_dir)
    assert not [item for item in joy.items if "mystery" in item.id]
    assert joy.space.range == (0, 1)
    assert joy.gold.std() > 0.1


def test_emobank_values(corpora_dir):
    corpus = load_corpus("emobank", corpora_dir)
    assert corpus.space.names == ("valence", "arousal", "dominance")
    np.testing.assert_allclose(corpus.gold.mean(axis=0), (2.978, 3.034, 3.065), atol=6e-4)
    np.testing.assert_allclose(corpus.gold.std(axis=0, ddof=1), (0.345, 0.246, 0.210), atol=6e-4)
    reader, writer = (load_corpus(f"emobank/{x}", corpora_dir) for x in ("reader", "writer"))
    assert reader.texts == writer.texts == corpus.texts
    low, high = np.minimum(reader.gold, writer.gold), np.maximum(reader.gold, writer.gold)
    # A weighted mean lies between what it is the mean of, up to its two decimals.
    assert ((corpus.gold >= low - 0.01) & (corpus.gold <= high + 0.01)).all()


def test_covidet_raters_agree_with_both_rules(corpora_dir):
    either, both = load_corpus("covidet", corpora_dir), load_corpus("covidet/both", corpora_dir)
    assert set(np.unique(either.raters)) == {0, 0.5, 1}
    np.testing.assert_array_equal(either.gold, either.raters > 0)
    np.testing.assert_array_equal(both.gold, either.raters == 1)


def test_wassa_train_is_empathic_reactions(corpora_dir):
    train = load_corpus("wassa2022:train", corpora_dir)
    essays = load_corpus("empathic-reactions", corpora_dir)
    values = {item.id: row for item, row in zip(essays.items, essays.gold, strict=True)}
    # Texts differ in spelling between the releases; ids and ratings do not.
    np.testing.assert_allclose(train.gold, [values[item.id] for item in train.items], atol=1e-3)
    dev = load_corpus("wassa2022:dev", corpora_dir)
    assert dev.gold[:2].round(3).tolist() == np.float32([[7, 7], [3.167, 3.625]]).tolist()
    emotions = load_corpus("wassa2022/emotion:dev", corpora_dir)
    assert [emotions.space.names[row.argmax()] for row in emotions.gold[:3]] == ["sadness", "sadness", "fear"]
    assert dev.groups[0] == dev.groups[1] == dev.items[0].id.removesuffix("_1")


def test_gpt4_answers(corpora_dir):
    # The one answer that names a label twice counts it once.
    for split, failed, more in (("dev", 137, None), ("test", 144, (1950, 2771, 527, 34, 1))):
        full = load_corpus(f"goemotions-gpt4-labels:{split}", corpora_dir)
        human = load_corpus(f"goemotions:{split}", corpora_dir)
        assert [item.id for item in full.items] == [item.id for item in human.items]
        sizes = np.bincount(full.gold.sum(axis=1).astype(int))
        assert sizes[0] == failed
        if more:
            assert tuple(sizes[1:]) == more
            totals = dict(zip(full.space.names, full.gold.sum(axis=0), strict=True))
            assert (totals["disapproval"], totals["annoyance"], totals["amusement"]) == (1131, 1001, 794)
        both = np.minimum(full.gold, human.gold).sum()
        micro = 2 * both / (full.gold.sum() + human.gold.sum())
        assert round(float(micro), 3) == (0.329 if split == "test" else 0.327)


def test_emorynlp_json_is_the_full_release(corpora_dir):
    for split in ("dev", "test"):
        one, two = (load_corpus(f"emorynlp/{x}:{split}", corpora_dir) for x in ("json", "full"))
        assert one.texts == two.texts
        assert (one.gold == two.gold).all()
        assert sum(", " in item.speaker for item in one.items) == {"dev": 5, "test": 10}[split]
        assert len(set(one.groups)) == {"dev": 99, "test": 85}[split]


def test_xed_labels(corpora_dir):
    assert load_corpus("xed/neutral-en", corpora_dir).gold.sum() == 0
    for part in ("en", "fi", "de", "es", "fr"):
        corpus = load_corpus(f"xed/{part}", corpora_dir)
        assert corpus.gold.sum(axis=1).min() == 1
        assert not [text for text in corpus.texts if "\t" in text or "xml.gz" in text]


def test_event2mind_is_open(corpora_dir):
    corpus = load_corpus("event2mind", corpora_dir)
    assert corpus.gold is None
    assert corpus.space.kind == "open"
    words = [word for row in corpus.descriptors for word in row]
    assert len(set(words)) == 2021
    assert (words.count("happy"), words.count("tired")) == (690, 118)
    assert len(set(corpus.groups)) == 2259
    assert len(set(load_corpus("event2mind:train", corpora_dir).groups)) == 20131


def test_descriptors_find_their_texts(corpora_dir):
    closed = load_corpus("descriptors/closed-labels", corpora_dir)
    text_of = {item.id: item.text for item in closed.items}
    assert len(text_of) == len(closed)
    counted = {group: closed.groups.count(group) for group in set(closed.groups)}
    assert counted == {
        "brighter-eng": 1000,
        "synthetic": 4800,
        "emorynlp": 1000,
        "goemotions": 3000,
        "xed-en": 1000,
    }
    assert set(np.unique(closed.gold)) == {0, 0.5, 1}
    for part, count in counted.items():
        feeling = load_corpus(f"descriptors/{part}", corpora_dir)
        own = {f"{part}:{item.id}": item.text for item in feeling.items}
        shared = text_of.keys() & own.keys()
        assert len(shared) == count
        assert all(text_of[key] == own[key] for key in shared)
        assert min(map(len, feeling.descriptors)) >= 1
        assert 1 <= feeling.gold.min() < feeling.gold.max() <= 9
    groups = load_corpus("descriptors/synthetic", corpora_dir).groups
    domains = [group.split(" ")[0] for group in groups]
    assert groups.count("ml2 German") == groups.count("ml4 Hinglish (Latin letters)") == 300
    assert {x: domains.count(x) for x in set(domains)} == {
        "chat": 1500, "ml1": 1100, "ml2": 1500, "ml3": 1500, "ml4": 1500, "prose": 1500, "report": 1500,
        "subtle": 1500, "tweet": 1500, "work": 1500,
    }  # fmt: skip


def test_descriptor_ids_are_positions_in_their_corpora(corpora_dir):
    lines = load_corpus("descriptors/emorynlp", corpora_dir)
    scenes = load_corpus("emorynlp:train", corpora_dir).texts
    assert all(item.text == scenes[int(item.id)] for item in lines.items)
    assert any(item.history for item in lines.items)
    subtitles = load_corpus("descriptors/xed-en", corpora_dir)
    english = load_corpus("xed", corpora_dir).texts
    assert all(item.text == english[int(item.id)] for item in subtitles.items)


def test_what_ships_is_what_the_licences_allow():
    ship = {entry.name for entry in corpora() if entry.ship}
    assert ship == {
        "goemotions", "descriptors", "brighter", "emorynlp", "xed", "event2mind", "empathic-reactions",
        "cped",
        "goemotions-raters",
    }  # fmt: skip
    assert all(entry.what and entry.source and entry.licence for entry in corpora())


def test_published_mappings(corpora_dir):
    for target, file in (("goemotions-ekman", "ekman_mapping"), ("goemotions-sentiment", "sentiment_dict")):
        published = json.loads(lzma.decompress((corpora_dir / "goemotions" / f"{file}.json.xz").read_bytes()))
        found = mapping(named_space("goemotions"), target)
        groups = {
            name: {source for source, targets in found.table.items() if name in targets}
            for name in found.target.names
            if name != "neutral"
        }
        assert groups == {name: set(sources) for name, sources in published.items()}
        assert (found.matrix.sum(axis=1) == 1).all()
