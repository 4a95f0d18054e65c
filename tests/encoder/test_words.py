"""Word embeddings in whole numbers: near what they stand for, and the same again where they were whole numbers before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import save_file

from affekt.core import ModelError
from affekt.encoder import BlockTable, WordTable, quantize_blocks, read_words

IDS = np.array([[0, 2], [1, 1]])


def tables(width=64, rows=3):
    return arrays(np.float32, (rows, width), elements=st.floats(-4, 4, width=32))


@given(tables())
def test_four_bits_are_near_and_stay_as_they_are(table):
    blocks = BlockTable.of(table)
    found = blocks.lookup(np.arange(len(table)))
    largest = np.abs(table.reshape(len(table), -1, 32)).max(axis=-1)
    # One step at most, where the largest number and its opposite are both there, and the scale's half precision.
    assert (
        np.abs(found - table).reshape(len(table), -1, 32).max(axis=-1) <= largest * (1 / 8 + 2e-3) + 1e-6
    ).all()
    again = BlockTable.of(found).lookup(np.arange(len(table)))
    np.testing.assert_allclose(again, found, rtol=2e-3, atol=2e-6)


@given(arrays(np.int8, (2, 32), elements=st.integers(-8, 7)), st.sampled_from([0.5, -0.25]))
def test_what_was_in_four_bits_is_kept_exactly(codes, step):
    codes[:, 0] = -8
    blocks = codes.astype(np.float32) * np.float32(step)
    found, scale = quantize_blocks(blocks, 4)
    np.testing.assert_array_equal(found * scale[:, None], blocks)


@pytest.mark.parametrize("kind", [WordTable, BlockTable])
def test_a_stored_table_is_read_as_what_it_is(kind, tmp_path):
    table = np.random.default_rng(0).normal(size=(3, 64)).astype(np.float32)
    made = kind.of(table)
    save_file(made.tensors(), tmp_path / "words.safetensors")
    read = read_words(tmp_path / "words.safetensors")
    assert isinstance(read, kind)
    np.testing.assert_array_equal(read.lookup(IDS), made.lookup(IDS))
    assert read.lookup(IDS).shape == (2, 2, 64)
    assert read.lookup(IDS).dtype == np.float32


def test_a_table_without_scales_is_one_sentence(tmp_path):
    save_file({"packed": np.zeros((2, 32), np.uint8)}, tmp_path / "words.safetensors")
    with pytest.raises(ModelError, match=r"words\.safetensors lacks tensor 'scale': install the model again"):
        read_words(tmp_path / "words.safetensors")
    with pytest.raises(ValueError, match="no blocks of 32"):
        BlockTable.of(np.zeros((2, 40), np.float32))
