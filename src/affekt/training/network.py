"""The dual encoder in training: a text tower that learns, label vectors that a frozen tower made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from affekt.core import FloatArray
from affekt.training.backbone import mean_states

AXES: Final = ("valence", "arousal")
AXIS_RANGE: Final = (1.0, 9.0)
AXIS_MIDDLE: Final = 5.0
AXIS_UNIT: Final = 2.0
"""Axes are learned as `(value - AXIS_MIDDLE) / AXIS_UNIT`."""
_SCALE = 12.0  # of the cosines, at the start
_BIAS = {"descriptors": -6.0, "closed": -5.0, "human": -4.0}
AXIS_GAIN: Final = 8.0
"""States of unit length are multiplied by this before the axes are read, so that rates fit."""


class Scale(nn.Module):
    """Learnable temperature and bias of a sigmoid contrast: `exp(log_scale) · cos + bias`."""

    def __init__(self, bias: float, labels: int | None = None) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(_SCALE)))
        self.bias = nn.Parameter(torch.full(() if labels is None else (labels,), bias))

    def forward(self, cosines: torch.Tensor) -> torch.Tensor:
        """Logits of cosines, the same shape."""
        return self.log_scale.exp() * cosines + self.bias


class DualNetwork(nn.Module):
    """Text tower, projections, temperatures, axes, and a head for each space with human labels.

    A head's label is the projected label text plus a learned shift, so that it starts as zero-shot.

    Args:
        encoder: the text tower; its word and type embeddings stay as they are (the label tower shares them).
        spaces: space name → number of labels.
    """

    def __init__(self, encoder: Any, spaces: Mapping[str, int]) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        for table in ("word_embeddings", "token_type_embeddings"):
            getattr(encoder.embeddings, table).weight.requires_grad_(False)
        self.text_projection = nn.Linear(width, width)
        self.label_projection = nn.Linear(width, width, bias=False)
        nn.init.eye_(self.text_projection.weight)
        nn.init.zeros_(self.text_projection.bias)
        nn.init.eye_(self.label_projection.weight)
        self.descriptors = Scale(_BIAS["descriptors"])
        self.closed = Scale(_BIAS["closed"])
        # Parameters' names may hold no dots, spaces' names may.
        self.keys = {name: f"space{i}" for i, name in enumerate(sorted(spaces))}
        self.human = nn.ModuleDict({self.keys[s]: Scale(_BIAS["human"], n) for s, n in spaces.items()})
        self.shifts = nn.ParameterDict(
            {self.keys[s]: nn.Parameter(torch.zeros(n, width)) for s, n in spaces.items()}
        )
        self.axes = nn.Linear(width, len(AXES))

    def texts(self, ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Unit vectors `[texts, d]` and axes `[texts, axes]`, in `AXIS_UNIT`s from `AXIS_MIDDLE`."""
        states = mean_states(self.encoder, ids)
        vectors = functional.normalize(self.text_projection(states), dim=1)
        return vectors, self.axes(AXIS_GAIN * functional.normalize(states, dim=1))

    def labels(self, frozen: torch.Tensor) -> torch.Tensor:
        """Unit vectors of labels from the frozen tower's, `[labels, d]`."""
        return functional.normalize(self.label_projection(frozen), dim=1)

    def scale_of(self, space: str) -> Scale:
        """Temperature and biases of a trained space."""
        scale = self.human[self.keys[space]]
        assert isinstance(scale, Scale)
        return scale

    def space_labels(self, space: str, frozen: torch.Tensor) -> torch.Tensor:
        """Unit vectors of a trained space's labels, `[labels, d]`."""
        return functional.normalize(self.labels(frozen) + self.shifts[self.keys[space]], dim=1)

    def space_logits(self, space: str, vectors: torch.Tensor, frozen: torch.Tensor) -> torch.Tensor:
        """Logits of a trained space, `[texts, labels]`."""
        logits: torch.Tensor = self.scale_of(space)(vectors @ self.space_labels(space, frozen).T)
        return logits


@torch.no_grad()
def read_texts(
    network: DualNetwork, ids: Sequence[Sequence[int]], batch: int = 64
) -> tuple[FloatArray, FloatArray]:
    """What a trained network reads in many texts, batched by length.

    Args:
        network: in evaluation mode.
        ids: framed token ids of each text.
        batch: texts at once.

    Returns:
        Unit vectors `[texts, d]` and axes `[texts, axes]` on `AXIS_RANGE`'s scale, float32, in order.
    """
    vectors = np.zeros((len(ids), network.text_projection.out_features), np.float32)
    axes = np.zeros((len(ids), len(AXES)), np.float32)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        made, read = network.texts([ids[i] for i in rows])
        vectors[rows], axes[rows] = made.numpy(), read.numpy() * AXIS_UNIT + AXIS_MIDDLE
    return vectors, axes
