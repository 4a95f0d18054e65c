"""The language guard: English is hardly ever lost, other languages hardly ever pass."""

import gc
import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import AffektError
from affekt.text import Characters, LanguageGuard, NgramOdds, ngram_table

GUARD = LanguageGuard(("en",))

READABLE = """ok|lol|LMAO|brb|ty|We won!|Hallelujah!|hahahaha|yesss|nooooo|SO HAPPY RN|cant w8 2 c u|u r gr8 ty
I'm sooo tierd of tihs|recieved teh wrong itme|wtf is this shit|#SoTired #MondayMood|y'all ain't ready|Imma head out
Maria Sharapova|Cristiano Ronaldo|Manchester United 3-1 Arsenal|José|Mamma mia|Sushi|Karma|Eid Mubarak!
She said "hola amigo" and laughed|I miss my abuela so much|café con leche is my favourite drink
Feliz cumpleaños to my best friend, love you so much!|@user thanks|don’t you dare|naïve but lovely|[NAME] is the best"""
NO_LETTERS = [
    "",
    " ",
    "1234",
    "$5.99",
    "!!!",
    ":)",
    "😂😂",
    "❤️",
    "🤷‍♀️",
    "http://t.co/abc",
    "@somebody",
    "&amp;",
    "\ud800",
]
LATIN = """Ich bin so wütend auf dich|Estoy muy contenta con el regalo|Je suis vraiment désolé pour hier
Sono stanco di aspettare ogni giorno|Ik ben zo blij dat je er bent|Jag är så trött på det här
Jestem bardzo zmęczony tym wszystkim|Bu habere çok sevindim gerçekten|Estou com saudades de você demais
Mă bucur foarte mult pentru tine|Aku senang sekali bertemu kamu hari ini|Olen todella iloinen tästä uutisesta
yaar kya bakwaas hai ye, bilkul pasand nahi aaya|ESTOY HARTA DE TODO ESTO|Ninafurahi sana kukuona leo rafiki yangu"""
OTHER_SCRIPTS = {
    "Я так рада тебя видеть": "Cyrillic",
    "今天真的很难过": "CJK",
    "とても嬉しいです": "Hiragana",
    "오늘 정말 행복해요": "Hangul",
    "أنا سعيد جدا اليوم": "Arabic",
    "मैं बहुत खुश हूँ": "Devanagari",
    "በጣም ደስ ብሎኛል": "Ethiopic",
    "είμαι πολύ χαρούμενος": "Greek",
    "𝓘 𝓵𝓸𝓿𝓮 𝔂𝓸𝓾": "Mathematical",
    "Привет 😂 @friend http://t.co/english-words-in-a-link": "Cyrillic",
}


def lines(block):
    return block.replace("\n", "|").split("|")


@pytest.mark.parametrize("text", lines(READABLE) + NO_LETTERS)
def test_english_and_wordless_texts_pass(text):
    assert GUARD.check(text) is None


@pytest.mark.parametrize("text", lines(LATIN))
def test_other_languages_in_latin_letters_are_found(text):
    assert GUARD.check(text) == "the text does not read like English"


@pytest.mark.parametrize(("text", "script"), OTHER_SCRIPTS.items())
def test_other_scripts_are_found_and_named(text, script):
    assert GUARD.check(text) == f"the text is written in {script} letters"


def test_a_guard_of_several_languages_asks_for_their_scripts_alone():
    guard = LanguageGuard(("en", "ru", "ja"))
    assert guard.scripts == ("Latin", "Cyrillic", "CJK", "Hiragana", "Katakana")
    assert guard.check("Ich bin so wütend auf dich") is None
    assert guard.check("Я так рада тебя видеть") is None
    assert guard.check("今天真的很难过") is None
    assert guard.check("أنا سعيد جدا اليوم") == "the text is written in Arabic letters"


UNMEASURED = (
    "Nagyon örülök, hogy végre láthatlak",
    "Je suis tellement heureux de te revoir",
    "Hôm nay tôi buồn quá",
    "Jestem dzisiaj bardzo zmęczony",
    "Толкова се радвам да те видя",
    "من امروز خیلی خوشحالم",
    "今日は本当に嬉しい",
    "오늘 정말 슬퍼요",
    "Пойыз тағы да кешікті, мен қатты ашулымын",  # Kazakh
    "Поезд дагы кечикти, мен аябай ачуум келди",  # Kyrgyz
    "Галт тэрэг дахин хоцорлоо, би маш их уурлаж байна",  # Mongolian
    "Қатора боз дер кард, ман хеле хашмгинам",  # Tajik
    "रेल फेरि रद्द भयो, मलाई धेरै रिस उठेको छ",  # Nepali
    "mujhe bahut gussa aa raha hai",  # Hindi in Latin letters
    "asdkjh qwlkej zxmcnb qpwoe",
)
MEASURED = (
    "Ich bin so wütend auf dich",
    "Estoy muy contento de verte hoy",
    "I am so glad that you are here",
    "Я так рада тебя видеть",
    "أنا سعيد جدا اليوم",
    "今天真的很难过",
    "मैं आज बहुत खुश हूँ",
    "Ninafurahi sana kukuona leo",
)


def test_texts_in_languages_that_nobody_measured_are_told_from_others():
    guard = LanguageGuard(("en", "ru", "ar", "zh", "ja", "ko", "hi"), tell_unmeasured=True)
    assert guard.unmeasured(UNMEASURED) == [True] * len(UNMEASURED)
    assert guard.unmeasured([*MEASURED, "Budapest", "123 😂", ""]) == [False] * (len(MEASURED) + 3)
    assert guard.check_many(UNMEASURED) == [None] * len(UNMEASURED)  # a doubt is no reason to abstain
    assert LanguageGuard(guard.languages).unmeasured(UNMEASURED) == [False] * len(UNMEASURED)
    assert LanguageGuard.from_dict(json.loads(json.dumps(guard.to_dict()))) == guard


def test_pieces_that_the_tokenizer_does_not_know():
    guard = LanguageGuard(("am",))
    text = "በጣም ደስ ብሎኛል"
    assert (
        guard.check(text, ["[UNK]", "[UNK]", "[UNK]"])
        == "the text holds too much that the tokenizer does not know"
    )
    assert guard.check(text, ["[UNK]", "▁a", "▁b", "▁c", "▁d"]) is None  # 20 % is the limit
    assert guard.check("😂😂", ["[UNK]"]) is None  # no letters: nothing to misread
    assert LanguageGuard(("am",), unknown_piece="<unk>").check(text, ["<unk>"]) is not None


@pytest.mark.parametrize(
    ("start", "inner"), [("w", "##x"), ("▁w", "x"), ("Ġw", "x")], ids=["WordPiece", "SentencePiece", "BPE"]
)
def test_words_that_fall_into_too_many_pieces(start, inner):
    text = "one two three four five"
    broken = [start, inner, inner, inner] * 5
    assert GUARD.check(text, broken) == "the text falls into too many pieces in the tokenizer"
    assert GUARD.check(text, [start, inner, inner] * 5) is None  # 3 is the limit
    assert GUARD.check("one two", [start, inner, inner, inner] * 2) is None  # too few words for a mean


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_unicode_alone_or_among_others_gets_the_same_answer(texts):
    mixed = [*texts, "Ich bin so wütend auf dich", "", "Я рада", *texts]
    assert GUARD.check_many(mixed) == [GUARD.check(text) for text in mixed]


@given(st.lists(st.text(st.sampled_from("aehz'1 \n@#[]<>X&w."), max_size=30), min_size=1, max_size=5))
def test_plain_ascii_gets_the_answer_that_its_letters_give(texts):
    by_letter = Characters.read(texts)
    odds = ngram_table("en").log_odds(by_letter)
    for short, long in ((-3.0, 2.0), (2.0, -3.0)):
        least = np.where(by_letter.word_counts() <= 2, short, long)
        unlike = (odds < least) & (np.bincount(by_letter.owner[by_letter.letters], minlength=len(texts)) > 0)
        found = LanguageGuard(("en",), log_odds=long, short_log_odds=short).check_many(texts)
        assert [reason is not None for reason in found] == unlike.tolist()


def test_words_that_are_no_longer_kept_count_the_same(monkeypatch):
    texts = ["the cat sat", "zq xv qqj", "the dog ran"]
    expected = GUARD.check_many(texts)
    monkeypatch.setattr("affekt.text.guard._KEPT_WORDS", 1)
    assert [GUARD.check_many(texts) for _ in range(3)] == [expected] * 3


def test_answers_do_not_depend_on_where_batches_end():
    texts = (lines(READABLE) + lines(LATIN) + list(OTHER_SCRIPTS)) * 100
    many = [*texts, "word " * 60_000, *texts]
    reasons = GUARD.check_many(many)
    assert reasons[: len(texts)] == reasons[-len(texts) :] == GUARD.check_many(texts)


def test_elongation_and_case_do_not_matter():
    odds = ngram_table("en").log_odds(
        Characters.read(["so happy", "SOOOO HAPPYYYY", "so   happy!!!", " so happy "])
    )
    assert odds[1:].tolist() == [odds[0]] * 3


def test_a_table_survives_its_file(tmp_path):
    table = NgramOdds(np.arange(-32768, 32768).astype(np.int8), 0.25, -1.5, "Latin")
    table.save(tmp_path / "table.npz")
    again = NgramOdds.load(tmp_path / "table.npz")
    assert (again.unit, again.bias, again.script) == (0.25, -1.5, "Latin")
    np.testing.assert_array_equal(again.weights, table.weights)


def test_log_odds_by_hand():
    # Every n-gram weighs 1 unit. " ab " has a, b; " a", ab, "b "; " ab", "ab "; " ab ": 8 of them.
    table = NgramOdds(np.ones(1 << 16, np.int8), 0.5, 1.0, "Latin")
    odds = table.log_odds(Characters.read(["ab", "", "ab 12, ab!", "абв", "http://ab.cd"]))
    np.testing.assert_allclose(odds, [1 + 8 / 2, 1, 1 + 16 / 2, 1, 1])


def test_json_round_trip():
    guard = LanguageGuard(("en", "xx"), scripts=("Latin", "Cherokee"), log_odds=-7.5, unknown_piece="<unk>")
    assert LanguageGuard.from_dict(json.loads(json.dumps(guard.to_dict()))) == guard
    assert LanguageGuard.from_dict({"languages": ["en"]}) == GUARD


def test_mistakes_are_told():
    with pytest.raises(AffektError, match="no languages"):
        LanguageGuard(())
    with pytest.raises(AffektError, match="'tlh' are not known: name them in `scripts`"):
        LanguageGuard(("en", "tlh"))
    with pytest.raises(AffektError, match=r"unknown fields \['dialects'\]"):
        LanguageGuard.from_dict({"languages": ["en"], "dialects": ["sco"]})
    with pytest.raises(ValueError, match="2 texts, but pieces of 1"):
        GUARD.check_many(["a", "b"], [["a"]])


def test_bulk_is_fast_enough_for_its_path():
    # The aim is 20,000 texts a second on an idle core; CPU seconds and a margin of four for a busy one.
    texts = lines(READABLE) * 250
    GUARD.check_many(texts)
    gc.collect()
    best = min(_seconds(texts) for _ in range(3))
    assert len(texts) / best > 5_000


def _seconds(texts):
    start = time.process_time()
    GUARD.check_many(texts)
    return time.process_time() - start
