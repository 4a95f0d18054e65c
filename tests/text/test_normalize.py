"""One spelling for what platforms write in many ways; stable under repetition and safe on any Unicode."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.text import Normalizer

normalize = Normalizer()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@bob_1 look &amp; see", "@user look & see"),
        ("mail me: a.b@c.org", "mail me: a.b@c.org"),
        ("twice &amp;amp; escaped &lt;3", "twice & escaped <3"),
        ("go to https://t.co/Ab1?x=2 now", "go to http now"),
        ("www.example.org and t.co/xyz", "http and http"),
        ("#SoTired #BLM2020 #not_ok C#", "So Tired BLM 2020 not ok C#"),
        ("sooooo goooood!!!!!!!!", "soo good!!!"),
        ("1000000 and 3.14159", "1000000 and 3.14159"),
        ("I did it \U0001f602\U0001f602", "I did it tears joy tears joy"),
        ("ok \U0001f44d\U0001f3fd", "ok thumbs up"),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", "family man woman girl"),
        ("e\u0301te\u0301", "été"),
        ("  a \u00a0\t\n b  ", "a b"),
        ("", ""),
        ("\u200b\ufeff", "\u200b"),
        ("\u200fس\u0640\u0640عيد\u202c", "سعيد"),
        ("un\u00adbe\u200elie\u2060vable", "unbelievable"),
        ("e\u200e\u0301t&eacute;", "été"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_known_cases(text, expected):
    assert normalize(text) == expected


@given(st.text())
def test_any_text_gives_nfc_with_single_spaces(text):
    out = normalize(text)
    assert out == " ".join(out.split())
    assert normalize(out).count("\n") == 0
    assert unicodedata.normalize("NFC", out) == out or not Normalizer().emoji


@given(st.text(st.characters(codec="ascii", exclude_characters="&#@/")))
def test_plain_text_is_rewritten_once(text):
    assert normalize(normalize(text)) == normalize(text)


def test_each_switch_turns_one_rewriting_off():
    text = "&amp; @you http://x.y #OneTwo sooo \U0001f602"
    assert Normalizer(entities=False)(text).startswith("&amp;")
    assert "@you" in Normalizer(mentions=False)(text)
    assert "http://x.y" in Normalizer(links=False)(text)
    assert "#OneTwo" in Normalizer(hashtags=False)(text)
    assert "sooo" in Normalizer(elongations=False)(text)
    assert "\U0001f602" in Normalizer(emoji=False)(text)


@given(st.dictionaries(st.sampled_from(list(normalize.to_dict())), st.booleans()))
def test_the_choice_survives_json(switches):
    made = Normalizer.from_dict(switches)
    assert Normalizer.from_dict(made.to_dict()) == made


@given(st.lists(st.text(st.sampled_from("ab!.\n&#@/ é😂0;x"), max_size=12) | st.text(max_size=8), max_size=6))
def test_many_texts_read_as_each_alone(texts):
    assert normalize.many(texts) == [normalize(text) for text in texts]
    plain = Normalizer(elongations=False)
    assert plain.many(texts) == [plain(text) for text in texts]
