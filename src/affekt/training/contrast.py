"""The contrast of texts and descriptors: which descriptors a text is held against, and how."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import torch

from affekt.training.losses import descriptor_targets, sigmoid_contrast, softmax_contrast
from affekt.training.network import DualNetwork
from affekt.training.settings import Losses
from affekt.training.wordings import Wordings

_BATCH_LABELS: Final = 100  # different descriptors that a batch of texts holds, about


@dataclass(frozen=True, slots=True, eq=False)
class DescriptorTable:
    """Every different descriptor of a run.

    Args:
        words: in order of appearance.
        frozen: their unit vectors in the frozen label tower, `[words, width]`.
    """

    words: tuple[str, ...]
    frozen: torch.Tensor
    rows: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {word: i for i, word in enumerate(self.words)})

    @classmethod
    def of(cls, descriptors: Iterable[Iterable[str]], wordings: Wordings) -> DescriptorTable:
        """The descriptors of texts, a row each."""
        words = tuple(dict.fromkeys(word for own in descriptors for word in own))
        return cls(words, wordings.vectors(words))

    @classmethod
    def needed(cls, losses: Losses) -> bool:
        """Whether a run with these losses holds texts against the whole vocabulary."""
        return losses.negatives == "vocabulary" or losses.hard_negatives > 0


@torch.no_grad()
def start_bias(network: DualNetwork, vocabulary: DescriptorTable, losses: Losses) -> None:
    """Lower the bias of the contrast by as much as a vocabulary holds more negatives than a batch.

    The bias stands for how rare a descriptor is, and learns too slowly to find that out by itself.
    """
    if losses.negatives == "vocabulary" and losses.bias != "none" and losses.form == "sigmoid":
        network.descriptors.bias.sub_(math.log(max(1.0, len(vocabulary.words) / _BATCH_LABELS)))


def descriptor_loss(
    network: DualNetwork,
    vectors: torch.Tensor,
    descriptors: Sequence[Mapping[str, float]],
    losses: Losses,
    wordings: Wordings,
    vocabulary: DescriptorTable | None,
) -> torch.Tensor:
    """The loss of texts against descriptors.

    Args:
        network: projects labels; has the temperature.
        vectors: of texts, `[texts, d]`.
        descriptors: of each text at least one, and how much it is the text's own, above 0 and up to 1.
        losses: settings.
        wordings: vectors of all descriptors.
        vocabulary: of the run, where it is needed.

    Returns:
        A mean over texts, without the weight of this part.
    """
    if losses.negatives == "vocabulary":
        assert vocabulary is not None
        rows, frozen = vocabulary.rows, vocabulary.frozen
    else:
        rows = {word: k for k, word in enumerate(dict.fromkeys(w for own in descriptors for w in own))}
        frozen = wordings.vectors(list(rows))
    positives = [{rows[word]: share for word, share in own.items()} for own in descriptors]
    targets, weights = descriptor_targets(
        positives, frozen, losses.synonym, soft=losses.soft, positive=losses.positive
    )
    logits = network.descriptors(vectors @ network.labels(frozen).T)
    if losses.form == "softmax":
        return softmax_contrast(logits, targets, weights)
    loss = sigmoid_contrast(logits, targets, weights)
    if losses.hard_negatives:
        assert vocabulary is not None
        loss = loss + _hard_loss(network, vectors, descriptors, losses, vocabulary)
    return loss / 2


def _hard_loss(
    network: DualNetwork,
    vectors: torch.Tensor,
    descriptors: Sequence[Mapping[str, float]],
    losses: Losses,
    vocabulary: DescriptorTable,
) -> torch.Tensor:
    """The loss of each text's likeliest wrong descriptors outside the batch."""
    mined = hard_negatives(network, vectors, descriptors, losses, vocabulary)
    distinct, places = torch.unique(mined, return_inverse=True)
    labels = network.labels(vocabulary.frozen[distinct])
    logits = network.descriptors((vectors @ labels.T).gather(1, places))
    return sigmoid_contrast(logits, torch.zeros_like(logits), torch.ones_like(logits))


@torch.no_grad()
def hard_negatives(
    network: DualNetwork,
    vectors: torch.Tensor,
    descriptors: Sequence[Mapping[str, float]],
    losses: Losses,
    vocabulary: DescriptorTable,
) -> torch.Tensor:
    """The descriptors nearest to each text now that are none of the batch's and no near-synonyms of its own.

    Args:
        network: projects labels.
        vectors: of texts, `[texts, d]`.
        descriptors: of each text.
        losses: says how many, and what a near-synonym is.
        vocabulary: of the run.

    Returns:
        Rows of the vocabulary, int64 `[texts, hard negatives]`, fewer where the vocabulary is small.
    """
    positives = [{vocabulary.rows[word]: share for word, share in own.items()} for own in descriptors]
    _, weights = descriptor_targets(positives, vocabulary.frozen, losses.synonym)
    cosines = vectors @ network.labels(vocabulary.frozen).T
    cosines[weights == 0] = -torch.inf
    cosines[:, sorted({row for own in positives for row in own})] = -torch.inf
    allowed = int(torch.isfinite(cosines).sum(dim=1).min())
    return cosines.topk(min(losses.hard_negatives, allowed), dim=1).indices
