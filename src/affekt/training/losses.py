"""Losses of the dual encoder, each a mean over the texts that it applies to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch.nn import functional


def descriptor_targets(
    positives: Sequence[Mapping[int, float]],
    frozen: torch.Tensor,
    synonym: float,
    *,
    soft: bool = False,
    positive: float = 1.0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """What each text's descriptors are to each descriptor of the batch, or of the vocabulary.

    Only the rows of the texts' own descriptors are compared with all others, so that a vocabulary of tens
    of thousands costs no square matrix.

    Args:
        positives: for each text the rows of its own descriptors, with their targets.
        frozen: unit vectors of distinct descriptors in the frozen label tower, `[descriptors, d]`.
        synonym: another text's descriptor at this cosine or nearer to an own one is no negative.
        soft: such a near-synonym gets the target `(cosine - synonym) / (1 - synonym)` instead of weight 0, times the
            target of the own one where that is below 1.
        positive: weight of the own descriptors.

    Returns:
        Targets 0…1 and weights, both `[texts, descriptors]`.
    """
    own_rows = sorted({row for own in positives for row in own})
    place = {row: k for k, row in enumerate(own_rows)}
    cosines = frozen[own_rows] @ frozen.T
    targets = torch.zeros(len(positives), len(frozen))
    weights = torch.ones(len(positives), len(frozen))
    for i, own in enumerate(positives):
        rows = list(own)
        shares = torch.tensor(list(own.values()))
        near = cosines[[place[row] for row in rows]]
        if soft:
            targets[i] = (((near - synonym) / (1 - synonym)).clamp(0, 1) * shares[:, None]).amax(dim=0)
        else:
            weights[i, near.amax(dim=0) >= synonym] = 0
        targets[i, rows] = shares
        weights[i, rows] = positive
    return targets, weights


def sigmoid_contrast(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Sigmoid contrastive loss with several positives a row (papers.md C, the SigLIP form).

    Args:
        logits: `[texts, labels]`.
        targets: the same shape, 0…1.
        weights: the same shape, or `[texts, 1]`.

    Returns:
        The sum over labels, as a mean over texts.
    """
    terms = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (terms * weights).sum(dim=1).mean()


def softmax_contrast(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Softmax contrastive loss with several positives a row (Khosla et al. 2020, equation 2), weighted by their targets.

    Args:
        logits: `[texts, labels]`.
        targets: the same shape, 0…1, at least one above 0 a row.
        weights: the same shape; labels of weight 0 are left out.

    Returns:
        The mean over a text's positives, as a mean over texts.
    """
    shares = logits.masked_fill(weights == 0, -torch.inf).log_softmax(dim=1)
    terms = torch.where(targets > 0, -shares * targets * weights, 0.0)
    return (terms.sum(dim=1) / targets.sum(dim=1)).mean()


def human_loss(logits: torch.Tensor, gold: torch.Tensor, single: bool) -> torch.Tensor:
    """Cross-entropy of a distribution where one label is chosen, of each label where any may be.

    A level is a share of the highest one, and its cross-entropy that of a fractional response (Papke and Wooldridge
    1996): the expected level is what the loss is least at.
    """
    if single:
        return functional.cross_entropy(logits, gold / gold.sum(dim=1, keepdim=True))
    return sigmoid_contrast(logits, gold, torch.ones(1, 1))
