"""Names of emotions in other languages."""

import pytest

from affekt.core import (
    SPACES,
    Label,
    LabelError,
    LabelSpace,
    english_label,
    label_languages,
    named_space,
    translated,
    with_translations,
)

BASIC = ("anger", "disgust", "fear", "joy", "sadness", "surprise")


def test_every_named_label_has_a_name_in_the_larger_languages():
    labels = {label.name for space in SPACES.values() if space.kind == "multi" for label in space.labels}
    for label in labels:
        assert len(translated(label, ["deu", "esp", "rus", "hin", "ara", "chn"])) >= 5, label


def test_the_named_labels_have_names_in_every_language_but_one():
    labels = {label.name for space in SPACES.values() if space.kind == "multi" for label in space.labels}
    for language in label_languages():
        named = [label for label in labels if translated(label, [language])]
        assert language == "vmw" or len(named) >= 0.9 * len(labels), language


def test_basic_emotions_differ_within_every_language():
    for language in label_languages():
        names = [name for label in BASIC for name in translated(label, [language])]
        assert len(names) == len(BASIC) - (language == "vmw"), language  # no word for disgust is known
        assert len({name.casefold() for name in names}) == len(names), language


def test_a_name_is_asked_for_by_language():
    assert translated("Joy", ["deu"]) == ("Freude",)
    assert translated("joy", ["esp", "rus"]) == ("alegría", "радость")
    assert translated("schadenfreude") == ()
    with pytest.raises(LabelError, match="no names in language 'xx': use some of deu"):
        translated("joy", ["xx"])


def test_translations_are_further_paraphrases():
    space = with_translations(named_space("ekman"), ["deu", "fra"])
    (joy,) = [label for label in space.labels if label.name == "joy"]
    before = named_space("ekman").labels[space.index("joy")].paraphrases
    assert joy.paraphrases == (*before, "Freude", "joie")
    assert with_translations(space, []) is space
    own = LabelSpace.of([Label("pride", paraphrases=("Stolz",)), "my own"])
    assert with_translations(own, ["deu"]) == own


def test_a_name_in_another_language_leads_back_to_the_english_one():
    for label in BASIC:
        for language in label_languages():
            for name in translated(label, [language]):
                assert english_label(name.upper()) in (label, None), (label, language, name)
    assert english_label("Alegría") == english_label("Alegri\u0301a") == "joy"
    assert english_label("радость") == "joy"
    assert english_label("Angst") == "fear"  # as in German; in Dutch also anxiety


def test_english_words_stay_what_they_are():
    for name in (*(label.name for label in named_space("wide").labels), "happiness", "fatigue", "irritation"):
        assert english_label(name) is None
