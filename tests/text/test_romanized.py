"""Hindi in Latin letters: told from other languages, put back into its own, and nothing else touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.text import Normalizer, restore_hindi

RESTORED = {
    "mujhe bahut gussa aa raha hai": "मुझे बहुत गुस्सा आ रहा है",
    "Mujhe bahoot ghussa aa rahaa hai!!": None,
    "mera dil toot gaya, rona aa raha hai": "मेरा दिल टूट गया, रोना आ रहा है",
    "kal exam hai aur mujhe kuch nahin aata": "कल exam है और मुझे कुछ नहीं आता",
}
OTHERS = (
    "I am so happy that you came to the main street today",
    "We won! Are you the one who did it?",
    "Estoy muy contento de verte hoy",
    "Ich bin so wütend auf dich, das war gemein",
    "Saya sangat senang hari ini karena lulus ujian",
    "Ninafurahi sana kukuona leo rafiki yangu",
    "Na hakika ina farin ciki sosai a yau",
    "La la la la la",
    "मुझे बहुत गुस्सा आ रहा है",
    "haha haha haha",
    "bahut gussa",  # two words are too few
    "",
)


@pytest.mark.parametrize(("text", "expected"), RESTORED.items())
def test_hindi_words_are_written_in_their_own_letters(text, expected):
    found = restore_hindi(text)
    assert found != text
    assert expected is None or found == expected
    assert Normalizer(hindi=True)(text) == found
    assert Normalizer()(text) == text


@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_stay_as_they_are(text):
    assert restore_hindi(text) == text


def test_spellings_of_a_word_lead_to_one():
    frame = "mujhe {} accha laga yaar"
    assert len({restore_hindi(frame.format(word)) for word in ("bahut", "bahoot", "Bahut", "bahutt")}) == 1


def test_a_word_that_is_english_too_is_hindi_among_hindi():
    assert restore_hindi("tum kahan the kal raat ko") == "तुम कहाँ थे कल रात को"
    mixed = restore_hindi("mujhe lagta hai ki I love the main road wahan par bahut")
    assert "I love the main road" in mixed


@given(st.text(st.characters(exclude_categories=("L",)), max_size=40))
def test_what_has_no_letters_is_never_touched(text):
    assert restore_hindi(text) == text


@given(st.lists(st.sampled_from([*RESTORED, *OTHERS, "😡", "@x", "http://a.b"]), max_size=5).map(" ".join))
def test_the_rest_of_a_text_keeps_its_order(text):
    kept = [char for char in restore_hindi(text) if not char.isalpha() and not "\u0900" <= char <= "\u097f"]
    assert kept == [char for char in text if not char.isalpha() and not "\u0900" <= char <= "\u097f"]


def test_the_choice_is_stored_where_it_is_made():
    assert "hindi" not in Normalizer().to_dict()
    assert Normalizer.from_dict(Normalizer(hindi=True).to_dict()) == Normalizer(hindi=True)
