"""Files of weights: held to the safetensors library, and to what damage does to them."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import load_file, save_file

from affekt.core import ModelError
from affekt.encoder import (
    Heads,
    ImpliedAxes,
    NgramHead,
    SpaceHead,
    Tower,
    WordTable,
    open_session,
    read_tensors,
    read_tokenizer,
)

DTYPES = (np.float32, np.float16, np.int8, np.uint8, np.int64)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda x: x != "__metadata__"),
        st.sampled_from(DTYPES).flatmap(
            lambda dtype: arrays(dtype, st.lists(st.integers(0, 4), max_size=3).map(tuple))
        ),
        max_size=5,
    ),
    st.sampled_from([None, {"made": "by hand"}]),
)
def test_tensors_are_those_of_the_library(tmp_path_factory, tensors, metadata):
    path = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    save_file(tensors, path, metadata)
    read, expected = read_tensors(path), load_file(path)
    assert read.keys() == expected.keys()
    for name, tensor in expected.items():
        assert read[name].dtype == tensor.dtype
        np.testing.assert_array_equal(read[name], tensor)


def _file(header, data=b""):
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + data


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x01\x02",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 400) + b"{",
        _file(b"not json"),
        _file(b"\xff\xfe{}"),
        _file([1, 2]),
        _file({"x": 3}),
        _file({"x": {**ENTRY, "dtype": "BF16"}}, bytes(8)),
        _file({"x": {**ENTRY, "dtype": ["F32"]}}, bytes(8)),
        _file({"x": {**ENTRY, "shape": [3]}}, bytes(8)),
        _file({"x": {**ENTRY, "data_offsets": ["a", 8]}}, bytes(8)),
        _file({"x": ENTRY}, bytes(7)),
        _file(b"[" * 100_000),
    ],
)
def test_damage_is_one_sentence(tmp_path, content):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(
        ModelError, match=r"weights\.safetensors is not a readable .*: install the model again"
    ):
        read_tensors(path)


def test_a_file_that_is_missing_or_no_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"gone\.safetensors is missing: install the model again"):
        read_tensors(tmp_path / "gone.safetensors")
    with pytest.raises(ModelError, match="install the model again"):
        read_tensors(tmp_path)


def test_every_cut_of_a_file_is_noticed(tmp_path):
    path = tmp_path / "x.safetensors"
    save_file({"a": np.arange(5, dtype=np.float32), "b": np.arange(3, dtype=np.int8)}, path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError):
            read_tensors(path)


@settings(max_examples=25, deadline=None)
@given(arrays(np.float32, (4, 6), elements=st.floats(-50, 50, width=32)))
def test_words_are_rounded_once(table):
    words = WordTable.of(table)
    rounded = words.lookup(np.arange(4))
    np.testing.assert_allclose(rounded, table, atol=np.abs(table).max(initial=0) / 254 + 1e-7)
    np.testing.assert_array_equal(WordTable.of(rounded).codes, words.codes)


def test_words_come_back_from_their_file(tmp_path):
    words = WordTable.of(np.random.default_rng(0).normal(size=(7, 4)).astype(np.float32))
    save_file(words.tensors(), tmp_path / "words.safetensors")
    ids = np.array([[0, 6], [3, 3]])
    np.testing.assert_array_equal(
        WordTable.read(tmp_path / "words.safetensors").lookup(ids), words.lookup(ids)
    )
    save_file({"codes": words.codes}, tmp_path / "half.safetensors")
    with pytest.raises(ModelError, match=r"half\.safetensors lacks tensor 'scale'"):
        WordTable.read(tmp_path / "half.safetensors")


@pytest.fixture(scope="module")
def heads(tiny):
    plain = tiny.encoder().heads
    head = SpaceHead(("a", "b"), plain.reference[:2], 3.0, np.array([1, 2], np.float32), "single", True)
    hashes, codes = np.array([3, 1 << 31], np.uint32), np.array([[1, -2], [127, 0]], np.int8)
    ngrams = NgramHead(hashes, codes, *np.array([[0.5, 0.25], [-1, 1], [0.3, 0.1]], np.float32))
    width = len(plain.text_bias)
    weight = np.random.default_rng(1).normal(size=(width, 2)).astype(np.float32)
    implied = ImpliedAxes(weight, np.array([5, 6], np.float32), np.array([0.5, 0], np.float32))
    spaces = {"mine.jsonl": head, "joined": replace(head, ngrams=ngrams)}
    return replace(plain, spaces=spaces, implied=implied)


def test_implied_axes_stand_beside_the_head_by_their_share(heads):
    states = heads.reference
    plain = replace(heads, implied=None).read_axes(states)
    implied = heads.project_texts(states) @ heads.implied.weight + heads.implied.bias
    wide = replace(heads, axis_range=(-1e6, 1e6))
    unclipped = replace(wide, implied=None).read_axes(states)
    np.testing.assert_allclose(wide.read_axes(states)[:, 0], (unclipped + implied)[:, 0] / 2, rtol=1e-5)
    np.testing.assert_array_equal(heads.read_axes(states)[:, 1], plain[:, 1])  # of arousal no share
    assert heads.read_axes(states).min() >= 1


def test_heads_come_back_from_their_file_and_facts(tmp_path, heads):
    save_file(heads.tensors(), tmp_path / "heads.safetensors")
    again = Heads.read(tmp_path / "heads.safetensors", json.loads(json.dumps(heads.facts())))
    assert again.facts() == heads.facts()
    for name, tensor in heads.tensors().items():
        np.testing.assert_array_equal(again.tensors()[name], tensor)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors, facts: tensors.pop("axis.bias"),
        lambda tensors, facts: tensors.pop("space.mine.jsonl.bias"),
        lambda tensors, facts: tensors.pop("space.joined.ngrams.codes"),
        lambda tensors, facts: tensors.update({"space.joined.ngrams.unit": np.ones(3, np.float32)}),
        lambda tensors, facts: tensors.update({"space.joined.ngrams.hashes": np.ones(2, np.float32)}),
        lambda tensors, facts: tensors.pop("space.joined.ngrams.share"),
        lambda tensors, facts: facts["spaces"]["joined"].update(labels=["a"]),
        lambda tensors, facts: facts["spaces"]["mine.jsonl"].update(labels=["a", "b", "c"]),
        lambda tensors, facts: tensors.pop("axis.implied.share"),
        lambda tensors, facts: tensors.update({"axis.implied.weight": np.ones((3, 2), np.float32)}),
        lambda tensors, facts: facts.pop("scale"),
        lambda tensors, facts: facts.update(scale="wide"),
        lambda tensors, facts: facts.update(axis_range=[1]),
        lambda tensors, facts: facts.update(spaces=["mine"]),
        lambda tensors, facts: facts["prior"].update(of="an oracle"),
    ],
)
def test_heads_that_lack_something_are_refused(tmp_path, heads, change):
    tensors, facts = heads.tensors(), json.loads(json.dumps(heads.facts()))
    change(tensors, facts)
    save_file(tensors, tmp_path / "heads.safetensors")
    with pytest.raises(ModelError, match=r"heads\.safetensors or .* manifest .*: install the model again"):
        Heads.read(tmp_path / "heads.safetensors", facts)


def test_graphs_and_tokenizers_that_cannot_be_read_are_named(tmp_path, capfd):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x08\x09 nonsense")
    with pytest.raises(ModelError, match=r"broken cannot be run .*: install the model again"):
        open_session(broken)
    with pytest.raises(ModelError, match="gone is missing: install the model again"):
        open_session(tmp_path / "gone")
    with pytest.raises(ModelError, match=r"broken is not a readable tokenizer .*: install the model again"):
        read_tokenizer(broken)
    assert capfd.readouterr() == ("", "")


def test_a_tower_says_what_it_cannot_work_with(tiny):
    tokenizer = read_tokenizer(tiny.backbone.folder / "tokenizer.json")
    words = WordTable.of(np.zeros((300, 32), np.float32))
    with pytest.raises(ValueError, match="a tower needs 35 positions or more, not 34"):
        Tower(tokenizer, words, None, 34)
    tokenizer.post_processor = type(tokenizer.post_processor)(single="$A", pair="$A $B", special_tokens=[])
    with pytest.raises(ModelError, match="does not frame texts with two tokens"):
        Tower(tokenizer, words, None, 96)


def test_a_mark_that_a_person_typed_is_text(tiny):
    tokenizer = read_tokenizer(tiny.backbone.folder / "tokenizer.json")
    frame = tokenizer.encode("").ids
    assert not set(tokenizer.encode("so [SEP] sad [CLS]", add_special_tokens=False).ids) & set(frame)
    for made in (tokenizer, tiny.backbone.tokenizer):
        assert (
            made.encode("[SEP]", add_special_tokens=False).ids
            == tokenizer.encode("[ SEP ]", add_special_tokens=False).ids
        )
