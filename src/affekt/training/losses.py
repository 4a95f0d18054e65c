"""Losses of the dual encoder, each a mean over the texts that it applies to."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional


def descriptor_targets(
    positives: Sequence[Sequence[int]], frozen: torch.Tensor, synonym: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """What each text's descriptors are to each descriptor of the batch.

    Args:
        positives: for each text the rows of its own descriptors.
        frozen: unit vectors of the batch's distinct descriptors in the frozen label tower, `[descriptors, d]`.
        synonym: another text's descriptor at this cosine or nearer to an own one is no negative.

    Returns:
        Targets 0 or 1 and weights 0 or 1, both `[texts, descriptors]`.
    """
    cosines = frozen @ frozen.T
    targets = torch.zeros(len(positives), len(frozen))
    weights = torch.ones(len(positives), len(frozen))
    for i, own in enumerate(positives):
        rows = list(own)
        weights[i, cosines[rows].amax(dim=0) >= synonym] = 0
        targets[i, rows] = 1
        weights[i, rows] = 1
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


def human_loss(logits: torch.Tensor, gold: torch.Tensor, single: bool) -> torch.Tensor:
    """Cross-entropy of a distribution where one label is chosen, of each label where any may be."""
    if single:
        return functional.cross_entropy(logits, gold / gold.sum(dim=1, keepdim=True))
    return sigmoid_contrast(logits, gold, torch.ones(1, 1))
