"""The static tower: sums by hand, no text's state depends on its company, any text is read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from affekt.core import ModelError
from affekt.encoder import StaticTower, StaticWeights, WordTable, word_buckets

LEXICON = ["happy", "not", "very", "i", "am", "!", "don't", "so"]
RNG = np.random.default_rng(0)


def rows(table):
    return WordTable.of(np.asarray(table, dtype=np.float32))


def normal(*shape):
    return RNG.normal(size=shape).astype(np.float32)


WEIGHTS = StaticWeights(
    rows(normal(len(LEXICON) + 1, 6)),
    rows(normal(50, 6)),
    normal(6, 5 * 8),
    normal(8),
    normal(8),
    normal(16, 10),
    normal(10),
)
TOWER = StaticTower(LEXICON, WEIGHTS)
WORDS = st.sampled_from([*LEXICON, "zebra", "naïve", "東京", "x" * 60, "?!", "_", "a-b"])
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=10), min_size=1, max_size=6)


def test_a_text_by_hand():
    # One number a word, three positions: the word before adds 10 times its own, the word after 100 times.
    weights = StaticWeights(
        rows([[1.0], [2.0], [0.0]]),
        rows([[0.0]]),
        np.array([[10.0, 1.0, 100.0]], np.float32),
        np.array([-1.0], np.float32),
        np.array([np.log(2.0)], np.float32) / 100,
        np.eye(2, dtype=np.float32),
        np.zeros(2, np.float32),
    )
    tower = StaticTower(["a", "b"], weights)
    # "a": 1 + 200 - 1 = 200, gate 2^2; "b": 2 + 10 - 1 = 11, gate 2^0.11.
    gates = np.array([4.0, 2**0.11])
    mean = (gates * [200, 11]).sum() / gates.sum()
    np.testing.assert_allclose(tower.encode(["a b"]).states, [[mean, 200.0]], rtol=1e-5)
    np.testing.assert_allclose(tower.encode([""]).states, [[0.0, 0.0]], atol=1e-9)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 600))
def test_a_state_does_not_depend_on_company(texts, others):
    alone = np.concatenate([TOWER.encode([text]).states for text in texts])
    company = ["so happy I am not"] * others
    together = TOWER.encode([*company, *texts, "word " * 200, *company]).states
    np.testing.assert_allclose(together[others : others + len(texts)], alone, atol=1e-5)
    assert np.isfinite(alone).all()


def test_order_matters_within_reach():
    not_happy, happy_not = TOWER.encode(["not happy", "happy not"]).states
    assert np.abs(not_happy - happy_not).max() > 0.01


def test_long_texts_are_read_whole_in_windows():
    short, long = "i am so happy !", "very " * 300
    read = TOWER.encode([short, long + short, long])
    assert read.windows.tolist() == [1, 4, 4]
    np.testing.assert_allclose(read.states[0], TOWER.encode([short]).states[0], atol=1e-6)
    assert np.abs(read.states[1] - read.states[2]).max() > 0.01


def test_line_breaks_and_nulls_within_a_text_are_spaces():
    np.testing.assert_allclose(
        TOWER.encode(["i am\nhappy\0", "so"]).states, TOWER.encode(["i am happy", "so"]).states
    )


def test_unknown_words_share_what_their_n_grams_share():
    buckets, counts = word_buckets(["unhappiness", "happiness", "q"], 1 << 20)
    first, second, third = np.split(buckets, counts.cumsum()[:-1])
    shared = {"happi", "appin", "ppine", "pines", "iness", "ness>"}
    assert len(set(first) & set(second)) >= len(shared)
    assert len(third) == 1
    again, _ = word_buckets(["happiness"], 1 << 20)
    assert again.tolist() == second.tolist()


def test_tables_lose_little_in_eight_bits():
    table = normal(40, 16)
    read = rows(table).lookup(np.arange(40))
    assert np.abs(read - table).max() <= np.abs(table).max() / 127
    np.testing.assert_array_equal(rows(read).codes, rows(table).codes)


def test_files_that_do_not_fit_are_told(tmp_path):
    path = tmp_path / "static.safetensors"
    save_file({name: np.ascontiguousarray(value) for name, value in WEIGHTS.tensors().items()}, str(path))
    read = StaticTower(LEXICON, StaticWeights.read(path)).encode(["so happy"]).states
    np.testing.assert_allclose(read, TOWER.encode(["so happy"]).states, atol=0.02)
    with pytest.raises(ModelError, match="7 words"):
        StaticTower(LEXICON[1:], WEIGHTS)
    save_file({**WEIGHTS.tensors(), "gate.weight": normal(3)}, str(path))
    with pytest.raises(ModelError, match="do not fit"):
        StaticWeights.read(path)
    save_file({"words.codes": WEIGHTS.words.codes}, str(path))
    with pytest.raises(ModelError, match=r"lacks tensor"):
        StaticWeights.read(path)


def test_runs_that_are_no_longer_kept_are_read_the_same(monkeypatch):
    monkeypatch.setattr("affekt.encoder.static._KEPT", 2)
    tower = StaticTower(LEXICON, WEIGHTS)
    texts = ["i am so happy!", "not very, very happy :)", "zebra!"]
    first = tower.encode(texts).states
    np.testing.assert_allclose(tower.encode(texts).states, first, atol=1e-6)
    np.testing.assert_allclose(TOWER.encode(texts).states, first, atol=1e-6)
