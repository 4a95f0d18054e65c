"""One tower: texts in, token states' means out. ONNX Runtime and tokenizers, no torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, ModelError
from affekt.encoder.words import Words
from affekt.text import Windows, cut_windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# A batch holds about this many tokens: large enough to fill two cores, small enough to stay in cache.
_BATCH_TOKENS = 2048
_OVERLAP = 32
_FRAME = 2  # tokens that the tokenizer puts around a text
LEAST_POSITIONS: Final = _OVERLAP + _FRAME + 1
"""Windows of fewer tokens than this could not overlap."""


def read_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that neither pads nor cuts; `[SEP]` that a person typed is text to it, no frame."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise ModelError(f"{path} is not a readable tokenizer ({error}): install the model again") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    return tokenizer


def open_session(path: Path, threads: int | None = None) -> Any:
    """An ONNX Runtime session on the CPU.

    Args:
        path: the `.onnx` file.
        threads: threads within an operation; None leaves the choice to the runtime, unless the process is held to
            some of the cores: more threads than those would wait for each other.

    Returns:
        An `onnxruntime.InferenceSession`.

    Raises:
        ModelError: if the file is missing or not a graph that the runtime can run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.inter_op_num_threads = 1
    threads = _cores_held_to() if threads is None else threads
    if threads is not None:
        options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    if not path.is_file():
        raise ModelError(f"{path} is missing: install the model again")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions share no other base
        reason = str(error).splitlines()[0]
        raise ModelError(f"{path} cannot be run ({reason}): install the model again") from None


def _cores_held_to() -> int | None:
    """How many cores the process may use, where that is not all of them and the system tells."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    return allowed if allowed != os.cpu_count() else None


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """States of texts, and what was seen on the way.

    Args:
        states: float32 `[texts, width]`.
        pieces: the tokens of each text as strings, without the two that frame it; None from a tower that has
            no pieces of words.
        windows: int64 `[texts]`, the number of windows that each text was read in.
    """

    states: FloatArray
    pieces: tuple[Sequence[str], ...] | None
    windows: NDArray[np.int64]


class TextTower(Protocol):
    """What turns normalised texts of any length into states; a text's state does not depend on its company."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """States of the texts, in order."""
        ...

    def pieces(self, texts: Sequence[str]) -> list[Sequence[str]] | None:
        """What `encode` gives as pieces, without the states."""
        ...


class Tower:
    """Encodes texts of any length.

    Texts are cut into overlapping windows where they are longer than the encoder reads, windows of
    equal length are batched together, and equal texts are encoded once; a text's state does not depend
    on its company.

    Args:
        tokenizer: without padding and truncation.
        words: the shared table.
        session: takes `words` `[batch, length, width]`, gives `state`, of a width of its own.
        positions: longest input in tokens, the two framing ones included; at least `LEAST_POSITIONS`.

    Raises:
        ModelError: if the tokenizer does not frame texts.
        ValueError: if there are too few positions.
    """

    def __init__(self, tokenizer: Tokenizer, words: Words, session: Any, positions: int) -> None:
        self._tokenizer = tokenizer
        self._words = words
        self._session = session
        self._positions = positions
        frame = tokenizer.encode("").ids
        if len(frame) != _FRAME:
            raise ModelError("the tokenizer does not frame texts with two tokens: use a BERT tokenizer")
        if positions < LEAST_POSITIONS:
            raise ValueError(f"a tower needs {LEAST_POSITIONS} positions or more, not {positions}")
        self._first, self._last = frame

    @property
    def width(self) -> int:
        """Width of a state."""
        return int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str]) -> Encoded:
        """States of the texts, in order; equal texts are encoded once."""
        distinct = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        encodings = self._tokenizer.encode_batch(list(distinct), add_special_tokens=False)
        cut = cut_windows([e.ids for e in encodings], self._positions - _FRAME, _OVERLAP)
        states = cut.pool(self._window_states(cut))
        rows = np.array([distinct[text] for text in texts], dtype=np.intp)
        pieces = [e.tokens for e in encodings]
        return Encoded(states[rows], tuple(pieces[i] for i in rows), cut.counts[rows])

    def pieces(self, texts: Sequence[str]) -> list[Sequence[str]]:
        """The tokens of each text as strings, in order, without the two that frame it."""
        return [e.tokens for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def _window_states(self, cut: Windows) -> FloatArray:
        states = np.zeros((len(cut.tokens), self.width), np.float32)
        for batch in _equal_lengths(cut.tokens):
            ids = np.empty((len(batch), len(cut.tokens[batch[0]]) + _FRAME), np.int64)
            ids[:, 0], ids[:, -1] = self._first, self._last
            ids[:, 1:-1] = [cut.tokens[j] for j in batch]
            states[batch] = self._session.run(["state"], {"words": self._words.lookup(ids)})[0]
        return states


def _equal_lengths(pieces: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Batches of positions whose pieces have one length, shortest first."""
    by_length: dict[int, list[int]] = {}
    for j, piece in enumerate(pieces):
        by_length.setdefault(len(piece), []).append(j)
    for length in sorted(by_length):
        size = max(1, _BATCH_TOKENS // (length + _FRAME))
        members = by_length[length]
        yield from (members[k : k + size] for k in range(0, len(members), size))
