"""What texts that have only descriptors lack: a small network reads what is known of them.

A language model wrote descriptors for tens of thousands of texts, and closed-set labels for a sixth of
them. What descriptors, axes, human labels and the frozen encoder's vector of the text say of the labels is
learned where all are known and applied to the rest, so that every text tells the encoder what it does not
express.
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
_Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


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


def infer_axes(
    texts: Sequence[TrainingText], embed: Callable[[list[str]], torch.Tensor], seed: int
) -> tuple[TrainingText, ...]:
    """Infer valence and arousal of every text that has descriptors alone.

    Args:
        texts: some with descriptors and axes.
        embed: unit vectors of wordings, by the frozen label tower.
        seed: of the initial weights and the order of the batches.

    Returns:
        The texts, each with descriptors now with axes; those that were given stay as they are.

    Raises:
        RecipeError: if no text has both.
    """
    rows = [i for i, t in enumerate(texts) if t.descriptors]
    known = [k for k, i in enumerate(rows) if texts[i].axes is not None]
    if not known:
        raise RecipeError("no text has descriptors and axes to infer from: set infer_axes = false")
    features = _descriptor_features([texts[i] for i in rows], embed)
    gold = _scaled_axes([texts[rows[k]] for k in known])
    network = _fit(features[known], gold, seed, functional.mse_loss)
    with torch.no_grad():
        inferred = (network(features) * AXIS_UNIT + AXIS_MIDDLE).tolist()
    out = list(texts)
    for k, i in enumerate(rows):
        if out[i].axes is None:
            out[i] = replace(out[i], axes=(inferred[k][0], inferred[k][1]))
    return tuple(out)


def infer_closed_labels(
    texts: Sequence[TrainingText],
    embed: Callable[[list[str]], torch.Tensor],
    read: Callable[[list[str]], torch.Tensor],
    seed: int,
) -> Inference:
    """Infer the closed-set labels of every text with descriptors, valence and arousal.

    Args:
        texts: some with closed labels.
        embed: unit vectors of wordings, by the frozen label tower.
        read: unit vectors of texts, by an encoder that was not trained on them.
        seed: of the initial weights and the order of the batches.

    Returns:
        The texts with every label that could be inferred; labels that were given stay as they are.

    Raises:
        RecipeError: if fewer than three texts have both descriptors and closed labels.
    """
    rows = [i for i, t in enumerate(texts) if t.descriptors and t.axes is not None]
    known = [k for k, i in enumerate(rows) if texts[i].closed is not None]
    if len(known) < _FOLDS:
        raise RecipeError(
            f"{len(known)} texts have closed labels beside descriptors, valence and arousal: "
            f"labels are inferred from {_FOLDS} or more; read more, or set closed.infer = false"
        )
    features = _features([texts[i] for i in rows], embed, read)
    gold = torch.tensor(np.stack([_closed(texts[rows[k]]) for k in known]))
    score = _cross_validate(features[known], gold, seed)
    network = _fit(features[known], gold, seed, _label_loss)
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


def _features(
    texts: Sequence[TrainingText],
    embed: Callable[[list[str]], torch.Tensor],
    read: Callable[[list[str]], torch.Tensor],
) -> torch.Tensor:
    """The descriptors' features, valence and arousal, human labels, the text."""
    vectors = read([text.text for text in texts])
    parts = [_descriptor_features(texts, embed), _scaled_axes(texts), _human_features(texts)]
    return torch.cat([*parts, _GAIN * vectors], dim=1)


def _human_features(texts: Sequence[TrainingText]) -> torch.Tensor:
    """For each space whether the text has labels of it, and which."""
    widths = {name: len(gold) for text in texts for name, gold in text.human.items()}
    parts = [
        np.stack([np.append(text.human.get(name, np.zeros(width)), name in text.human) for text in texts])
        for name, width in sorted(widths.items())
    ]
    return torch.tensor(np.concatenate([np.zeros((len(texts), 0)), *parts], axis=1), dtype=torch.float32)


def _scaled_axes(texts: Sequence[TrainingText]) -> torch.Tensor:
    return (torch.tensor([text.axes for text in texts]) - AXIS_MIDDLE) / AXIS_UNIT


def _descriptor_features(
    texts: Sequence[TrainingText], embed: Callable[[list[str]], torch.Tensor]
) -> torch.Tensor:
    """First, second, mean and joined descriptors, and their number."""
    words = [word for text in texts for word in text.descriptors]
    vectors = torch.split(embed(words), [len(text.descriptors) for text in texts])
    joined = embed(["; ".join(text.descriptors) for text in texts])
    first = torch.stack([v[0] for v in vectors])
    second = torch.stack([v[min(1, len(v) - 1)] for v in vectors])
    mean = torch.stack([v.mean(dim=0) for v in vectors])
    counts = torch.tensor([[float(len(v))] for v in vectors])
    return torch.cat([_GAIN * first, _GAIN * second, _GAIN * mean, _GAIN * joined, counts], dim=1)


def _label_loss(logits: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, gold, reduction="none").sum(dim=1).mean()


def _fit(features: torch.Tensor, gold: torch.Tensor, seed: int, loss_of: _Loss) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        out = nn.Linear(_HIDDEN, gold.shape[1])
        nn.init.constant_(out.bias, -3.0 if loss_of is _label_loss else 0.0)
        hidden = nn.Linear(features.shape[1], _HIDDEN)
        network = nn.Sequential(nn.Dropout(0.1), hidden, nn.GELU(), nn.Dropout(0.3), out)
        optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.02)
        steps = _EPOCHS * -(-len(features) // _BATCH)
        decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
        for _ in range(_EPOCHS):
            for rows in torch.split(torch.randperm(len(features)), _BATCH):
                optimizer.zero_grad()
                torch.autograd.backward(loss_of(network(features[rows]), gold[rows]))
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
        network = _fit(features[train], gold[train], seed, _label_loss)
        with torch.no_grad():
            predicted[test] = network(features[test]).numpy()
    true = (gold == 1).numpy()
    judged = np.flatnonzero(true.sum(axis=0) >= _FEWEST_POSITIVES)
    found = [average_precision_score(true[:, j], predicted[:, j]) for j in judged]
    return float(np.mean(found)) if found else None
