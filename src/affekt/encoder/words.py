"""Word embeddings as a model stores them: whole numbers with scales."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, ModelError
from affekt.encoder.tensors import read_tensors

_LARGEST_CODE: Final = 127
_LEAST_SCALE: Final = 1e-8
BLOCK: Final = 32
"""Numbers that share a scale in a table of blocks."""


class Words(Protocol):
    """What looks word embeddings up."""

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that `read_words` expects."""
        ...

    def lookup(self, ids: NDArray[np.int64]) -> FloatArray:
        """Embeddings of token ids: float32 `[…, width]`."""
        ...


@dataclass(frozen=True, slots=True)
class WordTable:
    """Word embeddings, 8 bits each with a scale a row.

    Args:
        codes: int8 `[vocabulary, width]`; a dual encoder's two towers share one table.
        scale: float32 `[vocabulary]`.
    """

    codes: NDArray[np.int8]
    scale: FloatArray

    @classmethod
    def read(cls, path: Path) -> WordTable:
        """From `words.safetensors`."""
        tensors = read_tensors(path)
        try:
            return cls(tensors["codes"].view(np.int8), tensors["scale"].view(np.float32))
        except KeyError as error:
            raise ModelError(f"{path} lacks tensor {error}: install the model again") from None

    @classmethod
    def of(cls, table: FloatArray) -> WordTable:
        """The table that is nearest to float32 `[vocabulary, width]`; one read from a table gives it again."""
        scale = np.maximum(np.abs(table).max(axis=1), _LEAST_SCALE) / _LARGEST_CODE
        codes = np.rint(table / scale[:, None]).astype(np.int8)
        return cls(codes, scale.astype(np.float32))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that `read` expects."""
        return {"codes": self.codes, "scale": self.scale}

    def lookup(self, ids: NDArray[np.int64]) -> FloatArray:
        """Embeddings of token ids: float32 `[…, width]`."""
        return self.codes[ids].astype(np.float32) * self.scale[ids][..., None]


@dataclass(frozen=True, slots=True)
class BlockTable:
    """Word embeddings, 4 bits each with a scale for every 32: half the size of a table of 8 bits.

    Args:
        packed: uint8 `[vocabulary, width / 2]`: code plus 8 of two numbers, the first in the low bits.
        scale: float16 `[vocabulary, width / 32]`.
    """

    packed: NDArray[np.uint8]
    scale: NDArray[np.float16]

    @classmethod
    def of(cls, table: FloatArray) -> BlockTable:
        """The table that is nearest to another; one that was in such blocks before comes out the same.

        Args:
            table: float32 `[vocabulary, width]`.

        Returns:
            the table in blocks.

        Raises:
            ValueError: if the width is no multiple of 32.
        """
        if table.shape[1] % BLOCK:
            raise ValueError(f"rows of {table.shape[1]} numbers are no blocks of {BLOCK}")
        codes, scale = quantize_blocks(table.reshape(len(table), -1, BLOCK), 4)
        return cls(pack_nibbles(codes.reshape(table.shape)), scale.astype(np.float16))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that `read_words` expects."""
        return {"packed": self.packed, "scale": self.scale}

    def lookup(self, ids: NDArray[np.int64]) -> FloatArray:
        """Embeddings of token ids: float32 `[…, width]`."""
        packed = self.packed[ids]
        codes = np.stack([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
        blocks = codes.reshape(*packed.shape[:-1], -1, BLOCK) * self.scale[ids].astype(np.float32)[..., None]
        return blocks.reshape(*packed.shape[:-1], -1)


def read_words(path: Path) -> Words:
    """Word embeddings in whichever form they were stored.

    Args:
        path: of `words.safetensors`.

    Returns:
        the table.

    Raises:
        ModelError: if the file is missing or damaged.
    """
    tensors = read_tensors(path)
    if "packed" not in tensors:
        return WordTable.read(path)
    if "scale" not in tensors:
        raise ModelError(f"{path} lacks tensor 'scale': install the model again")
    return BlockTable(tensors["packed"].view(np.uint8), tensors["scale"].view(np.float16))


def pack_nibbles(codes: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Codes from -8 to 7, two a byte, the first in the low bits: uint8 `[…, codes / 2]`."""
    shifted = (codes + 8).astype(np.uint8)
    return np.asarray(shifted[..., 0::2] | (shifted[..., 1::2] << 4), dtype=np.uint8)


def quantize_blocks(blocks: FloatArray, bits: int) -> tuple[NDArray[np.int8], FloatArray]:
    """Whole numbers with a scale a block, zero standing for zero.

    The scale is such that the number of largest magnitude is kept exactly, as the lowest code (which reaches one
    further than the highest) or as the highest; of the two, the one with the smaller squared error.

    Args:
        blocks: float32 `[…, numbers of a block]`.
        bits: of a code, at most 8.

    Returns:
        codes int8, shaped as the blocks, and scales float32 `[…]`, which may be negative.
    """
    lowest = -(1 << (bits - 1))
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)
    found: list[tuple[NDArray[np.int8], FloatArray]] = []
    errors: list[FloatArray] = []
    for code in (lowest, -lowest - 1):
        scale: FloatArray = np.asarray(
            np.where(np.abs(largest) < _LEAST_SCALE, _LEAST_SCALE, largest / code), dtype=np.float32
        )
        codes = np.clip(np.rint(blocks / scale), lowest, -lowest - 1)
        errors.append(((codes * scale - blocks) ** 2).sum(axis=-1))
        found.append((codes.astype(np.int8), scale[..., 0]))
    first = errors[0] <= errors[1]
    return np.where(first[..., None], found[0][0], found[1][0]), np.where(first, found[0][1], found[1][1])
