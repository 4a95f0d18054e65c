"""Texts by their checksums: which of some texts are, word for word, among others that are not at hand."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_BYTES = 8

Digests = NDArray[np.uint64]


def one_form(text: str) -> str:
    """The text in one spelling: Unicode's NFKC, single spaces."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def text_digests(texts: Iterable[str]) -> Digests:
    """A number for each text, the same for texts of one form, for others all but never.

    Args:
        texts: any.

    Returns:
        uint64 `[texts]`.
    """
    found = b"".join(
        hashlib.blake2b(one_form(text).encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
        for text in texts
    )
    return np.frombuffer(found, dtype="<u8").astype(np.uint64)


def written_digests(texts: Iterable[str]) -> str:
    """The different numbers of texts as JSON can hold them, eleven characters a text."""
    return _written(text_digests(texts))


def joined_digests(one: str, other: str) -> str:
    """What two collections of texts have together, of what `written_digests` gave for each."""
    return _written(np.concatenate([read_digests(one), read_digests(other)]))


def read_digests(written: str) -> Digests:
    """Inverse of `written_digests`.

    Args:
        written: what that gave.

    Returns:
        uint64 `[different texts]`, ascending.

    Raises:
        ValueError: if it is something else.
    """
    return np.frombuffer(base64.b64decode(written, validate=True), dtype="<u8").astype(np.uint64)


def _written(digests: Digests) -> str:
    return base64.b64encode(np.unique(digests).astype("<u8").tobytes()).decode()
