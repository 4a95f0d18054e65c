"""What n-grams say of labels, by themselves and beside a trained head."""

from dataclasses import replace

import numpy as np
import pytest

from affekt.core import Item, LabelSpace
from affekt.encoder import NgramHead, SpaceHead, sigmoid
from affekt.text import hashed_ngrams

NAMES = ("joy", "fear")


@pytest.fixture
def head():
    """`yay` and `boo` as whole words: joy is 2 and -1 for a weight of 1, fear 0 and 3."""
    rows = {}
    for word, codes in (("yay", (100, 0)), ("boo", (-50, 100))):
        found = hashed_ngrams([word])
        # Of one word, the only n-gram whose weight is 1 is the word itself.
        rows[int(found.hashes[np.isclose(found.weights, 1)][0])] = codes
    hashes = np.array(sorted(rows), np.uint32)
    codes = np.array([rows[int(h)] for h in hashes], np.int8)
    return NgramHead(hashes, codes, *np.array([[0.02, 0.03], [-1, 0.5], [0.25, 0.5]], np.float32))


def test_logits_are_the_sum_over_known_ngrams(head):
    half = 1 / np.sqrt(3)  # of two words and their pair
    expected = [[1, 0.5], [-2, 3.5], [-1 + 2 * half - half, 0.5 + 3 * half], [-1, 0.5], [-1, 0.5]]
    texts = ["yay", "BOO", "yay boo", "nothing known", ""]
    np.testing.assert_allclose(head.logits(texts), expected, atol=1e-5)


def test_a_text_has_the_same_logits_in_any_company(head):
    texts = [f"yay {i} boo" if i % 3 else "" for i in range(600)]
    many = head.logits(texts)
    for i in (0, 1, 255, 256, 599):
        np.testing.assert_array_equal(head.logits([texts[i]])[0], many[i])


def test_a_table_without_rows_says_its_bias(head):
    empty = replace(head, hashes=head.hashes[:0], codes=head.codes[:0])
    np.testing.assert_array_equal(empty.logits(["yay", ""]), np.tile(head.bias, (2, 1)))


@pytest.mark.parametrize("field", ["hashes", "unit", "bias", "share"])
def test_parts_that_do_not_fit_are_refused(head, field):
    with pytest.raises(ValueError, match="do not fit together"):
        replace(head, **{field: getattr(head, field)[:1]})


def test_a_trained_head_is_joined_by_its_ngrams(tiny, head):
    encoder = tiny.encoder()
    vectors = encoder.heads.reference[:2]
    alone = SpaceHead(NAMES, vectors, 7.0, np.array([-1, 1], np.float32), "multi")
    space = LabelSpace.of(NAMES[::-1], name="mine")

    def values(trained, texts):
        made = replace(encoder, heads=replace(encoder.heads, spaces={"mine": trained}))
        return made.score([Item(text) for text in texts], space)

    texts = ["Yay, we won!", "yay", "boo", ""]
    before, after = values(alone, texts), values(replace(alone, ngrams=head), texts)
    assert after.abstained == before.abstained
    assert np.isnan(after.values[3]).all()
    logits = np.log(before.values[:3] / (1 - before.values[:3]))
    share = np.array([0.5, 0.25])
    own = head.logits(encoder.normalizer.many(texts[:3]))[:, ::-1]
    np.testing.assert_allclose(after.values[:3], sigmoid((1 - share) * logits + share * own), atol=1e-5)
    assert np.abs(after.values[:3] - before.values[:3]).max() > 0.01
