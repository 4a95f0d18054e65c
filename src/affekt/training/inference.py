"""Closed-set labels of texts that have only descriptors: a small network reads the descriptors.

A language model wrote descriptors for tens of thousands of texts, and closed-set labels for a sixth of
them. What the descriptors say of the labels is learned where both are known and applied to the rest, so
that every text tells the encoder what it does not express. The network never reads the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from affekt.core import RecipeError
from affekt.training.network import AXIS_MIDDLE, AXIS_UNIT
from affekt.training.reading import TrainingText

_HIDDEN = 512
_EPOCHS = 14
_BATCH = 128
_RATE = 1e-3
_FOLDS = 3
_FEWEST_POSITIVES = 5  # of a label whose average precision means something
_GAIN = 3.0  # unit vectors have small components; the axes beside them do not


@dataclass(frozen=True, slots=True)
class Inference:
    """Texts with inferred labels, and how well that works.

    Args:
        texts: in order, those without closed labels now with inferred ones.
        average_precision: mean over labels with at least five positives, by cross-validation; None if no
            label has so many.
    """

    texts: tuple[TrainingText, ...]
    average_precision: float | None


def infer_closed_labels(
    texts: Sequence[TrainingText], embed: Callable[[list[str]], torch.Tensor], seed: int
) -> Inference:
    """Infer the closed-set labels of every text with descriptors, valence and arousal.

    Args:
        texts: some with closed labels.
        embed: unit vectors of wordings, by the frozen label tower.
        seed: of the initial weights and the order of the batches.

    Returns:
        The texts with every label that could be inferred; labels that were given stay as they are.

    Raises:
        RecipeError: if fewer than three texts have both descriptors and closed labels.
    """
    rows = [i for i, t in enumerate(texts) if t.descriptors and t.axes is not None]
    features = _features([texts[i] for i in rows], embed)
    known = [k for k, i in enumerate(rows) if texts[i].closed is not None]
    if len(known) < _FOLDS:
        raise RecipeError(
            f"{len(known)} texts have closed labels beside descriptors, valence and arousal: "
            f"labels are inferred from {_FOLDS} or more; read more, or set closed.infer = false"
        )
    gold = torch.tensor(np.stack([_closed(texts[rows[k]]) for k in known]))
    score = _cross_validate(features[known], gold, seed)
    network = _fit(features[known], gold, seed)
    with torch.no_grad():
        inferred = torch.sigmoid(network(features)).numpy()
    out = list(texts)
    for k, i in enumerate(rows):
        if out[i].closed is None:
            out[i] = replace(out[i], closed=inferred[k].astype(np.float32), inferred=True)
    return Inference(tuple(out), score)


def _closed(text: TrainingText) -> np.ndarray:
    assert text.closed is not None
    return text.closed


def _features(texts: Sequence[TrainingText], embed: Callable[[list[str]], torch.Tensor]) -> torch.Tensor:
    """First, second, mean and joined descriptors; valence, arousal; the number of descriptors."""
    words = [word for text in texts for word in text.descriptors]
    vectors = torch.split(embed(words), [len(text.descriptors) for text in texts])
    joined = embed(["; ".join(text.descriptors) for text in texts])
    first = torch.stack([v[0] for v in vectors])
    second = torch.stack([v[min(1, len(v) - 1)] for v in vectors])
    mean = torch.stack([v.mean(dim=0) for v in vectors])
    axes = (torch.tensor([text.axes for text in texts]) - AXIS_MIDDLE) / AXIS_UNIT
    counts = torch.tensor([[float(len(v))] for v in vectors])
    return torch.cat([_GAIN * first, _GAIN * second, _GAIN * mean, _GAIN * joined, axes, counts], dim=1)


def _fit(features: torch.Tensor, gold: torch.Tensor, seed: int) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        out = nn.Linear(_HIDDEN, gold.shape[1])
        nn.init.constant_(out.bias, -3.0)
        hidden = nn.Linear(features.shape[1], _HIDDEN)
        network = nn.Sequential(nn.Dropout(0.1), hidden, nn.GELU(), nn.Dropout(0.3), out)
        optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.02)
        steps = _EPOCHS * -(-len(features) // _BATCH)
        decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
        for _ in range(_EPOCHS):
            for rows in torch.split(torch.randperm(len(features)), _BATCH):
                logits = network(features[rows])
                loss = functional.binary_cross_entropy_with_logits(logits, gold[rows], reduction="none")
                optimizer.zero_grad()
                torch.autograd.backward(loss.sum(dim=1).mean())
                optimizer.step()
                decay.step()
    return network.eval()


def _cross_validate(features: torch.Tensor, gold: torch.Tensor, seed: int) -> float | None:
    from sklearn.metrics import average_precision_score

    order = np.random.default_rng(seed).permutation(len(features))
    predicted = np.zeros(gold.shape, np.float32)
    for fold in range(_FOLDS):
        test = order[fold::_FOLDS]
        train = np.setdiff1d(order, test)
        network = _fit(features[train], gold[train], seed)
        with torch.no_grad():
            predicted[test] = network(features[test]).numpy()
    true = (gold == 1).numpy()
    judged = np.flatnonzero(true.sum(axis=0) >= _FEWEST_POSITIVES)
    found = [average_precision_score(true[:, j], predicted[:, j]) for j in judged]
    return float(np.mean(found)) if found else None
