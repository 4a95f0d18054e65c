"""Flags: what a reader should know of a text."""

import pytest

from affekt.text import is_empty, text_flags


@pytest.mark.parametrize(
    "text", ["", " ", "\t\r\n", "\u200b\u200d\ufeff", "\u00a0\u3000", "\u3164", "\u2800", "\ufe0f"]
)
def test_texts_that_show_nothing(text):
    assert is_empty(text)
    assert text_flags(text) == ("empty",)


@pytest.mark.parametrize("text", ["a", ".", "0", "😂", "\u200bok", "\u0301", "\ud800x", "❤\ufe0f"])
def test_texts_that_show_something(text):
    assert not is_empty(text)
    assert text_flags(text) == ()


def test_flags_come_in_one_order():
    assert text_flags("Hallo", unreadable=True, windows=2) == ("language", "long")
    assert text_flags("Hello", windows=1) == ()
