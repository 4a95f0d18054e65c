"""Words as a person sees them, wherever they stand; passages of several."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.text import is_empty, passage_spans, word_spans

SIGNS = st.text() | st.text("aé e\u0301\u200d\ufe0f😂👍🏽🇩🇪'’-_.!?#@&;:)<3 \r\n日のカ1,", max_size=60)


def words(text):
    return [text[start:end] for start, end in word_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't believe it!!! Really?!", ["I", "can't", "believe", "it", "!!!", "Really", "?!"]),
        ("“happy”, he said—no.", ["happy", "he", "said", "no"]),
        ("well-known... ok", ["well-known", "...", "ok"]),
        ("#SoTired @sam_1 a.b@c.org https://t.co/a?b=1", ["#SoTired", "@sam_1", "a.b@c.org", "https://t.co/a?b=1"]),
        ("R&amp;B at 3:30 for $1,000", ["R", "B", "at", "3:30", "for", "1,000"]),
        ("😂😂😂😭 👩\u200d👩\u200d👧 👍🏽👍🏽 🇩🇪🇫🇷 1️⃣", ["😂😂😂", "😭", "👩\u200d👩\u200d👧", "👍🏽👍🏽", "🇩🇪", "🇫🇷", "1️⃣"]),
        (":-) :D <3 -_- ok:", [":-)", ":D", "<3", "-_-", "ok"]),
        ("e\u0301tat\r\nre\u0301el", ["e\u0301tat", "re\u0301el"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("今日はカナ", ["今", "日", "は", "カナ"]),
        (" ,,, ", [",,,"]),
        (" \u200b\r\n", []),
    ],
)  # fmt: skip
def test_words_are_those_that_a_person_sees(text, expected):
    assert words(text) == expected


@settings(deadline=None)
@given(SIGNS)
def test_words_stand_in_order_and_leave_out_no_letter(text):
    spans = word_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(start < end for start, end in spans)
    assert spans or is_empty(text)
    if "&" not in text:
        inside = {i for start, end in spans for i in range(start, end)}
        assert all(i in inside for i, char in enumerate(text) if char.isalnum())


def test_a_passage_ends_where_a_sentence_or_a_clause_ends():
    text = "I woke up late. Then, because the bus was gone, I walked; it rained! Nobody cared."
    spans = word_spans(text)

    def passages(count):
        return [text[start:end] for start, end in passage_spans(text, spans, count)]

    assert passages(2) == [
        "I woke up late.",
        "Then, because the bus was gone, I walked; it rained! Nobody cared.",
    ]
    assert passages(4) == [
        "I woke up late.",
        "Then, because the bus was gone,",
        "I walked; it rained!",
        "Nobody cared.",
    ]
    assert passages(99) == words(text)


@settings(deadline=None)
@given(SIGNS, st.integers(1, 12))
def test_passages_are_as_many_as_wanted_and_hold_every_word(text, count):
    spans = word_spans(text)
    passages = passage_spans(text, spans, count)
    assert len(passages) == min(count, len(spans))
    assert [edge for passage in passages for edge in passage] == sorted(edge for p in passages for edge in p)
    assert all(any(a <= start and end <= b for a, b in passages) for start, end in spans)
