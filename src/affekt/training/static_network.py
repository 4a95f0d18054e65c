"""The static student in training; what it computes is what `encoder.StaticTower` computes from its tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from affekt.core import FloatArray
from affekt.encoder import Heads, StaticWeights, WordTable, word_buckets
from affekt.text import split_words
from affekt.training.network import AXIS_GAIN
from affekt.training.settings import AXES
from affekt.training.static_recipe import Student

_LARGEST_GATE: Final = 8.0
_SPREAD: Final = 0.1  # of word vectors at the start
_EMPTY: Final = np.zeros(0, np.int64)


class Lexicon:
    """Words by number: those with a row of their own first, then others as they are met, by their n-grams.

    Args:
        words: that have a row.
        buckets: of n-grams.
    """

    def __init__(self, words: Sequence[str], buckets: int) -> None:
        self.words = tuple(words)
        self._buckets = buckets
        self._index = {word: i for i, word in enumerate(words)}
        self._grams: dict[int, NDArray[np.int64]] = {}
        self._met = list(words)

    def __len__(self) -> int:
        return len(self.words)

    def read(self, text: str) -> NDArray[np.int64]:
        """Numbers of a text's words, int64 `[words]`."""
        return np.fromiter((self._number(word) for word in split_words(text)), np.int64)

    def grams(self, number: int) -> NDArray[np.int64]:
        """Buckets of a word's n-grams."""
        if number not in self._grams:
            self._grams[number], _ = word_buckets([self._met[number]], self._buckets)
        return self._grams[number]

    def _number(self, word: str) -> int:
        number = self._index.setdefault(word, len(self._met))
        if number == len(self._met):
            self._met.append(word)
        return number


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts as the network reads them.

    Args:
        distinct: int64 `[distinct]`, numbers of the words, ascending; the first is -1, beyond a text's ends.
        stream: int64 `[length]`, rows of `distinct`: ends, words of a text, ends, words of the next, …, ends.
        owner: int64 `[words]`, the text that a word belongs to.
        places: int64 `[words]`, where in the stream what a word sees begins.
        texts: how many there are.
    """

    distinct: NDArray[np.int64]
    stream: torch.Tensor
    owner: torch.Tensor
    places: torch.Tensor
    texts: int

    @classmethod
    def of(cls, texts: Sequence[NDArray[np.int64]], reach: int) -> Batch:
        """Texts with `reach` ends on either side."""
        lengths = np.array([len(text) for text in texts])
        owner = np.repeat(np.arange(len(texts)), lengths)
        words = np.concatenate([*texts, _EMPTY])
        places = np.arange(len(words)) + reach * (1 + owner)
        stream = np.full(len(words) + reach * (len(texts) + 1), -1)
        stream[places] = words
        distinct, rows = np.unique(np.append(stream, -1), return_inverse=True)
        tensor = torch.from_numpy
        return cls(distinct, tensor(rows[:-1]), tensor(owner), tensor(places - reach), len(texts))


class StaticNetwork(nn.Module):
    """Word and n-gram tables, sums over neighbours, pooling, one hidden layer, and the heads of the teacher.

    The heads start as the teacher's, whose space the student's vectors are to lie in.

    Args:
        shape: of the student.
        lexicon: of words with a row.
        heads: the teacher's.
        dropout: before the hidden layer.
    """

    def __init__(self, shape: Student, lexicon: Lexicon, heads: Heads, dropout: float) -> None:
        super().__init__()
        self.shape, self.lexicon = shape, lexicon
        self.words = nn.Parameter(_SPREAD * torch.randn(len(lexicon) + 1, shape.width))
        self.grams = nn.Parameter(_SPREAD * torch.randn(shape.buckets, shape.width))
        self.context = nn.Linear(shape.width, shape.positions * shape.sums, bias=False)
        nn.init.normal_(self.context.weight, std=1.5 / math.sqrt(shape.width))
        self.bias = nn.Parameter(torch.zeros(shape.sums))
        self.gate = nn.Parameter(torch.zeros(shape.sums))
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(2 * shape.sums, shape.hidden)
        self.projection = nn.Linear(shape.hidden, heads.text_weight.shape[1])
        self.axes = nn.Linear(shape.hidden, len(AXES))
        self.log_scale = nn.Parameter(torch.tensor(math.log(heads.scale)))
        self.label_bias = nn.Parameter(torch.tensor(heads.bias))
        spaces = list(heads.spaces.items())
        self.keys = {name: f"space{i}" for i, (name, _) in enumerate(spaces)}
        self.labels = nn.ParameterDict({self.keys[n]: _parameter(head.vectors) for n, head in spaces})
        self.scales = nn.ParameterDict(
            {self.keys[n]: nn.Parameter(torch.tensor(math.log(head.scale))) for n, head in spaces}
        )
        self.biases = nn.ParameterDict({self.keys[n]: _parameter(head.bias) for n, head in spaces})

    def states(
        self, texts: Sequence[NDArray[np.int64]], unknown: NDArray[np.bool_] | None = None
    ) -> torch.Tensor:
        """States of texts given by the numbers of their words, `[texts, hidden]`.

        Args:
            texts: from `Lexicon.read`.
            unknown: bool `[words met so far]`, words that are read by their n-grams although they have a row.

        Returns:
            Rectified states.
        """
        batch = Batch.of(texts, self.shape.positions // 2)
        added = self.context(self._vectors(batch.distinct, unknown)).split(self.shape.sums, dim=1)
        sums: torch.Tensor = self.bias
        for k, part in enumerate(added):
            sums = sums + part.index_select(0, batch.stream[batch.places + k])
        sums = functional.relu(sums.expand(len(batch.places), -1))
        pooled = torch.cat(self._pooled(sums, batch), dim=1)
        return functional.relu(self.hidden(self.dropout(pooled)))

    def _pooled(self, sums: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Weighted mean and highest value over each text's words; zeros where there is no word."""
        gates = torch.exp((sums @ self.gate).clamp(-_LARGEST_GATE, _LARGEST_GATE))[:, None]
        empty = torch.zeros(batch.texts, sums.shape[1])
        total = torch.zeros(batch.texts, 1).index_add(0, batch.owner, gates)
        mean = empty.index_add(0, batch.owner, sums * gates) / total.clamp(min=1e-9)
        owner = batch.owner[:, None].expand(-1, sums.shape[1])
        # Rectified sums are never below the zeros that are there.
        return mean, empty.scatter_reduce(0, owner, sums, "amax")

    def _vectors(self, distinct: NDArray[np.int64], unknown: NDArray[np.bool_] | None) -> torch.Tensor:
        """Vectors of words by number, `[distinct, width]`; -1 has the last row of the table."""
        numbers = np.where(distinct < 0, len(self.lexicon), distinct)
        by_grams = distinct >= len(self.lexicon)
        if unknown is not None:
            inside = (distinct >= 0) & ~by_grams
            by_grams[inside] = unknown[distinct[inside]]
        rows = np.where(by_grams, 0, numbers)
        found = self.words[torch.from_numpy(rows)]
        if not by_grams.any():
            return found
        grams = [self.lexicon.grams(int(number)) for number in distinct[by_grams]]
        starts = np.cumsum([0, *map(len, grams[:-1])])
        means = functional.embedding_bag(
            torch.from_numpy(np.concatenate(grams)), self.grams, torch.from_numpy(starts), mode="mean"
        )
        return found.index_copy(0, torch.from_numpy(np.flatnonzero(by_grams)), means)

    def vectors(self, states: torch.Tensor) -> torch.Tensor:
        """Unit vectors in the teacher's space, `[texts, d]`."""
        return functional.normalize(self.projection(states), dim=1)

    def read_axes(self, states: torch.Tensor) -> torch.Tensor:
        """Axes in `AXIS_UNIT`s from `AXIS_MIDDLE`, `[texts, axes]`."""
        values: torch.Tensor = self.axes(AXIS_GAIN * functional.normalize(states, dim=1))
        return values

    def logits(self, vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Logits of any labels, `[texts, labels]`, of unit vectors."""
        return self.log_scale.exp() * vectors @ labels.T + self.label_bias

    def space_logits(self, space: str, vectors: torch.Tensor) -> torch.Tensor:
        """Logits of a trained space, `[texts, labels]`."""
        key = self.keys[space]
        labels = functional.normalize(self.labels[key], dim=1)
        logits: torch.Tensor = self.scales[key].exp() * vectors @ labels.T + self.biases[key]
        return logits

    def weights(self) -> StaticWeights:
        """The tower as the runtime reads it, its tables in 8 bits."""
        return StaticWeights(
            WordTable.of(as_array(self.words)),
            WordTable.of(as_array(self.grams)),
            as_array(self.context.weight.T),
            as_array(self.bias),
            as_array(self.gate),
            as_array(self.hidden.weight.T),
            as_array(self.hidden.bias),
        )

    @torch.no_grad()
    def quantize(self) -> None:
        """Put the values that the runtime reads in place of the trained ones: 8 bits in tables, 16 in matrices."""
        for table in (self.words, self.grams):
            rows = WordTable.of(as_array(table))
            table.copy_(torch.from_numpy(rows.lookup(np.arange(len(table)))))
        for layer in (self.context, self.hidden):
            layer.weight.copy_(layer.weight.half().float())


@torch.no_grad()
def read_static(
    network: StaticNetwork, texts: Sequence[str], batch: int = 512
) -> tuple[FloatArray, FloatArray]:
    """What a student says of normalised texts.

    Args:
        network: in evaluation mode.
        texts: normalised.
        batch: texts at once.

    Returns:
        Unit vectors `[texts, d]` and states `[texts, hidden]`, float32, in order.
    """
    read = [network.lexicon.read(text) for text in texts]
    states = torch.cat([network.states(read[k : k + batch]) for k in range(0, len(read), batch)])
    return network.vectors(states).numpy(), states.numpy()


def as_array(tensor: torch.Tensor) -> FloatArray:
    """A float32 array in rows of its own."""
    return np.ascontiguousarray(tensor.detach().numpy(), dtype=np.float32)


def _parameter(array: Any) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.array(array, dtype=np.float32)))
