"""`auto` and `multilingual`: who reads what, plain sentences in many languages, texts that nobody wrote with care."""

import numpy as np
import pytest

from affekt.core import Item, LabelSpace, translated
from affekt.models import load

BASIC = ("anger", "disgust", "fear", "joy", "sadness", "surprise")
SENTENCES = (
    ("Ich bin überglücklich, wir haben gewonnen!", "joy"),
    ("Estoy muy triste, hoy murió mi abuela.", "sadness"),
    ("J'ai tellement peur du noir que je tremble.", "fear"),
    ("Меня бесит, что он опять мне соврал!", "anger"),
    ("मुझे बहुत डर लग रहा है, घर में कोई है।", "fear"),
    ("أنا سعيد جدًا بنجاحك يا صديقي", "joy"),
    ("Que nojo, a comida estava cheia de vermes.", "disgust"),
    ("我太生气了，他又骗了我！", "anger"),
    ("Nina furaha sana leo, tumeshinda!", "joy"),
    ("Я так сумую за тобою, мені дуже самотньо.", "sadness"),
    ("Sunt furios, mi-au furat banii!", "anger"),
    ("Wow, det hade jag aldrig väntat mig!", "surprise"),
    ("Çok üzgünüm, köpeğim öldü.", "sadness"),
    ("今日は本当に嬉しい！合格した！", "joy"),
    ("yaar bahut maza aaya kal, dil khush ho gaya", "joy"),
    ("mujhe bahut gussa aa raha hai tumpe", "anger"),
)
EMOJI = {
    "😀😄🎉": "joy",
    "😡🤬": "anger",
    "😭😭😭": "sadness",
    "😱😨": "fear",
    "🤮🤢": "disgust",
    "😲": "surprise",
    "💔😢": "sadness",
}
HINGLISH = (
    ("mujhe bahut gussa aa raha hai", "anger"),
    ("tumne phir se jhooth bola, nikal jao yahan se!", "anger"),
    ("aaj main bahut khush hoon, result aa gaya!", "joy"),
    ("kya mast din tha yaar, maza aa gaya", "joy"),
    ("mera dil toot gaya, rona aa raha hai", "sadness"),
    ("tere jaane ke baad sab kuch suna suna lagta hai", "sadness"),
    ("mujhe raat ko akele bahut dar lagta hai", "fear"),
    ("kal exam hai aur mujhe kuch nahi aata, bahut darr lag raha hai", "fear"),
    ("chhi, kitni gandi jagah hai, ulti aa rahi hai", "disgust"),
    ("arre wah, mujhe yakeen nahi ho raha, yeh kaise ho gaya?", "surprise"),
)
UNTAUGHT = (
    ("Είμαι πολύ χαρούμενος σήμερα!", "joy"),
    ("Φοβάμαι πολύ το σκοτάδι.", "fear"),
    ("אני כל כך שמח היום!", "joy"),
    ("סבתא שלי מתה ואני לא מפסיקה לבכות.", "sadness"),
    ("আমি খুব রেগে গেছি, সে আমাকে মিথ্যা বলেছে!", "anger"),
    ("எனக்கு இருட்டைக் கண்டால் மிகவும் பயமாக இருக்கிறது.", "fear"),
    ("วันนี้ฉันมีความสุขมาก!", "joy"),
    ("น่าขยะแขยงมาก อยากจะอ้วก", "disgust"),
    ("من از تاریکی خیلی می‌ترسم.", "fear"),
    ("مجھے بہت غصہ ہے، اس نے مجھ سے جھوٹ بولا!", "anger"),
)
CARELESS = (
    "e\u0301" * 3000,
    "a" * 10_000,
    "م" * 10_000,
    "\u202bأنا سعيد\u202c جدا\u200f",
    "Ich hab' dich lieb, я тебя люблю, 我爱你",
    "ﬁne ｆｕｌｌ ｗｉｄｔｈ",
    "é" * 5 + " " + "e\u0301" * 5,
    "\ud83d",
    "",
    "😡😡😡",
    "დღეს ძალიან ბედნიერი ვარ",
    "Այսօր ես շատ ուրախ եմ։",
)


@pytest.fixture(scope="module")
def auto():
    return load("auto")


def test_english_goes_to_small_and_other_languages_to_multilingual(auto):
    texts = ["We won, at last!", "I am scared of the dark", "", *(text for text, _ in SENTENCES)]
    said = auto.predict(texts)
    assert [p.trace["model"] for p in said] == ["small"] * 3 + ["multilingual"] * len(SENTENCES)
    assert all(p.abstained is None for p in said[3:])
    flagged = [text[:1] for (text, _), p in zip(SENTENCES, said[3:], strict=True) if p.flags == ("language",)]
    # French, Turkish, Japanese, Hindi in Latin letters: nobody measured these.
    assert flagged == ["J", "Ç", "今", "y", "m"]
    small = load("small").predict(texts[:2])
    assert [p.scores for p in said[:2]] == [p.scores for p in small]


def test_plain_sentences_are_understood(auto):
    said = auto.predict([text for text, _ in SENTENCES], labels=BASIC, kind="single")
    right = [p.labels == (gold,) for p, (_, gold) in zip(said, SENTENCES, strict=True)]
    assert np.mean(right) >= 0.8  # by chance one in six


def test_hindi_in_latin_letters_is_read(auto):
    said = auto.predict([text for text, _ in HINGLISH], labels=BASIC, kind="single")
    assert sum(p.labels == (gold,) for p, (_, gold) in zip(said, HINGLISH, strict=True)) >= 9
    assert all(p.flags == ("language",) and p.trace["model"] == "multilingual" for p in said)
    own = auto.predict(["मुझे बहुत गुस्सा आ रहा है"], labels=BASIC, kind="single")
    assert own[0].scores == pytest.approx(said[0].scores, abs=1e-5)


def test_emoji_alone_are_read(auto):
    said = auto.predict(list(EMOJI), labels=BASIC, kind="single")
    assert [p.labels for p in said] == [(gold,) for gold in EMOJI.values()]
    assert all(p.abstained is None and not p.flags for p in said)
    (wheels,) = auto.predict(["🚗🏠"], space="goemotions")
    assert wheels.labels == ("neutral",)


def test_what_is_written_without_care_has_its_row_whatever_stands_beside_it(auto):
    together = auto.scores([Item(text) for text in CARELESS], LabelSpace.of(BASIC))
    assert len(together) == len(CARELESS)
    for i, text in enumerate(CARELESS):
        alone = auto.scores([text], LabelSpace.of(BASIC))
        assert alone.abstained[0] == together.abstained[i]
        np.testing.assert_allclose(alone.values[0], together.values[i], atol=1e-5)
    stopped = [reason for reason in together.abstained if reason]
    assert stopped[:2] == ["the text is empty"] * 2
    assert stopped[2:] == [
        "the text is written in Georgian letters",
        "the text is written in Armenian letters",
    ]


def test_languages_that_no_training_text_is_in_are_answered_and_flagged(auto):
    said = auto.predict([text for text, _ in UNTAUGHT], space=LabelSpace.of(BASIC, "single"))
    assert [(p.labels, p.flags) for p in said] == [((label,), ("language",)) for _, label in UNTAUGHT]


def test_texts_without_spaces_between_words_may_be_long(auto):
    phrases = ["วันนี้ฉันดีใจมากที่ได้เจอเพื่อนเก่า", "แล้วเราก็ไปกินข้าวด้วยกันที่ร้านเดิม"] * 4
    (said,) = auto.predict([" ".join(phrases)], labels=["joy", "fear"])
    assert (said.labels, said.abstained) == (("joy",), None)


def test_what_nobody_sees_changes_nothing(auto):
    plain = ["أنا سعيد جدا اليوم", "Das ist unglaublich schön!"]
    marked = [
        "\u202bأنا س\u0640\u0640عيد\u202c ج\u200eدا اليوم\u200f",
        "Das ist un\u00adglaub\u00adlich scho\u0308n!",
    ]
    for one, other in zip(auto.predict(plain), auto.predict(marked), strict=True):
        assert (one.scores, one.flags) == (other.scores, other.flags)


@pytest.mark.parametrize("language", ["esp", "deu", "rus", "hin"])
def test_labels_may_be_called_by_their_names_in_the_language(auto, language):
    texts = [text for text, _ in SENTENCES]
    names = [translated(name, [language])[0] for name in BASIC]
    own, english = auto.predict(texts, labels=names), auto.predict(texts, labels=list(BASIC))
    for one, other in zip(own, english, strict=True):
        assert [names.index(x) for x in one.labels] == [BASIC.index(x) for x in other.labels]
        assert list(one.scores.values()) == list(other.scores.values())
