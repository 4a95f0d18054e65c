"""Long text is read whole: every token in some window, none out of order, each counted once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.text import cut_windows, window_spans

sizes = st.integers(1, 40).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1)))
lengths = st.lists(st.integers(0, 300), min_size=1, max_size=8)


def test_windows_of_ten_tokens_by_hand():
    # 10 tokens, at most 5, sharing 2: ceil(8 / 3) = 3 windows of ceil((10 + 4) / 3) = 5.
    assert window_spans(10, 5, 2) == [(0, 5), (2, 7), (5, 10)]
    # Tokens 0-1, 7-9 are read once, 2-6 twice: shares 2 + 3/2, 5/2, 2/2 + 3 … of 10.
    windows = cut_windows([list(range(10))], 5, 2)
    np.testing.assert_allclose(windows.weights, [0.35, 0.25, 0.4])
    assert windows.tokens == ([0, 1, 2, 3, 4], [2, 3, 4, 5, 6], [5, 6, 7, 8, 9])


@given(sizes, st.integers(0, 2000))
def test_spans_cover_every_token_in_equal_windows(size_overlap, length):
    size, overlap = size_overlap
    spans = window_spans(length, size, overlap)
    assert spans[0][0] == 0
    assert spans[-1][1] == length
    assert len({stop - start for start, stop in spans}) == 1
    assert all(stop - start <= size for start, stop in spans)
    assert (len(spans) == 1) == (length <= size)
    for (start, stop), (next_start, next_stop) in pairwise(spans):
        assert start < next_start <= stop - overlap
        assert stop < next_stop


@given(sizes, lengths)
def test_windows_keep_text_order_and_weigh_each_token_once(size_overlap, lengths):
    size, overlap = size_overlap
    texts = [[1000 * i + t for t in range(n)] for i, n in enumerate(lengths)]
    windows = cut_windows(texts, size, overlap)
    for i, ids in enumerate(texts):
        mine = [w for w, owner in zip(windows.tokens, windows.owner, strict=True) if owner == i]
        assert list(dict.fromkeys(t for w in mine for t in w)) == ids
        assert all(list(w) == list(range(w[0], w[0] + len(w))) for w in mine if len(w))
        assert windows.counts[i] == len(mine) >= 1
        assert windows.weights[windows.owner == i].sum() == pytest.approx(1, abs=1e-6)
    values = np.repeat(windows.owner[:, None], 3, axis=1).astype(np.float32)
    np.testing.assert_allclose(windows.pool(values), np.arange(len(texts))[:, None] * np.ones(3), rtol=1e-5)


def test_pooling_is_the_weighted_mean_and_leaves_short_texts_alone():
    windows = cut_windows([[7, 7], list(range(10))], 5, 2)
    values = np.array([[0.1, 0.9], [1, 0], [0, 1], [0, 0]], dtype=np.float32)
    pooled = windows.pool(values)
    assert pooled.dtype == np.float32
    np.testing.assert_array_equal(pooled[0], values[0])
    np.testing.assert_allclose(pooled[1], [0.35, 0.25], rtol=1e-6)


def test_a_pooled_text_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(0)
    texts = [list(range(n)) for n in (3, 500, 0, 130, 41)]
    together = cut_windows(texts, 40, 8)
    values = rng.normal(size=(len(together.tokens), 5)).astype(np.float32)
    pooled = together.pool(values)
    for i, ids in enumerate(texts):
        alone = cut_windows([ids], 40, 8)
        np.testing.assert_array_equal(alone.pool(values[together.owner == i])[0], pooled[i])


def test_nothing_to_cut():
    assert cut_windows([], 5, 0).pool(np.zeros((0, 4), np.float32)).shape == (0, 4)
    assert cut_windows([[]], 5, 0).tokens == ([],)


@pytest.mark.parametrize(("size", "overlap"), [(5, 5), (0, 0), (5, -1)])
def test_impossible_windows_are_refused(size, overlap):
    with pytest.raises(ValueError, match="cannot overlap"):
        window_spans(3, size, overlap)


def test_pooling_needs_a_row_a_window():
    with pytest.raises(ValueError, match="3 windows, but 2 rows"):
        cut_windows([list(range(10))], 5, 2).pool(np.zeros((2, 1), np.float32))
