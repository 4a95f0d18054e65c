"""Hashed n-grams against a plain count of the strings themselves."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.text import hashed_ngrams

LETTERS = st.text(st.sampled_from("abéЖ日😀!ſ \t\n"), max_size=30)


def counted(text):
    """Parts of words and words of a text, each with how often it occurs."""
    parts, words = Counter(), text.lower().split()
    for word in words:
        framed = f" {word} "
        for n in range(1, 6):
            grams = (framed[i : i + n] for i in range(len(framed) - n + 1))
            parts.update(gram for gram in grams if gram.strip())
    pairs = (" ".join(pair) for pair in pairwise(words))
    return parts, Counter([*words, *pairs])


def entries(found, i):
    own = found.owner == i
    return found.hashes[own], found.weights[own]


@settings(max_examples=60)
@given(st.lists(LETTERS, max_size=6))
def test_each_different_ngram_is_an_entry_weighed_by_how_often_it_occurs(texts):
    found = hashed_ngrams(texts)
    assert found.texts == len(texts)
    assert (np.diff(found.owner) >= 0).all()
    for i, text in enumerate(texts):
        hashes, weights = entries(found, i)
        expected = []
        for counts in counted(text):
            raw = np.array([1 + math.log(count) for count in counts.values()])
            expected += (raw / np.linalg.norm(raw)).tolist()
        np.testing.assert_allclose(sorted(weights), sorted(expected), atol=1e-6)
        assert len(hashes) == len(expected)
        alone = hashed_ngrams([text])
        np.testing.assert_array_equal(alone.hashes, hashes)
        np.testing.assert_array_equal(alone.weights, weights)


def test_equal_ngrams_have_equal_hashes_wherever_they_stand():
    found = hashed_ngrams(["so happy today", "HAPPY", "unhappy people", "today so"])
    first, happy, unhappy, turned = (set(entries(found, i)[0].tolist()) for i in range(4))
    assert len(happy - first) == 0  # the word, and all of its parts
    assert 0 < len(happy & unhappy) < len(happy)  # not the word, nor what begins with a space
    assert len(turned - first) == 1  # the pair
    assert not set(hashed_ngrams(["ab"]).hashes) & set(hashed_ngrams(["日 本"]).hashes)


def test_a_long_text_is_counted_whole():
    words = [f"w{i % 700}" for i in range(120_000)]
    text = " ".join(words)
    assert len(text) > 2 << 18
    found = hashed_ngrams(["short", text, ""])
    hashes, weights = entries(found, 1)
    parts, whole = counted(text)
    # It is counted in three parts, and where they meet a word and two pairs may be other ones.
    assert abs(len(hashes) - len(parts) - len(whole)) < 30
    np.testing.assert_allclose(np.linalg.norm(weights), math.sqrt(2), rtol=1e-5)
    assert len(entries(found, 0)[0])
    assert not len(entries(found, 2)[0])
