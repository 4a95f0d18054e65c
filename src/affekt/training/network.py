"""The dual encoder in training: a text tower that learns, label vectors that a frozen tower made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from affekt.core import FloatArray, RecipeError
from affekt.training.backbone import Backbone, mean_states, token_states
from affekt.training.graph import Pooling, QueryShape
from affekt.training.qformer import QFormer
from affekt.training.recipe import Recipe
from affekt.training.settings import AXES

AXIS_RANGE: Final = (1.0, 9.0)
AXIS_MIDDLE: Final = 5.0
AXIS_UNIT: Final = 2.0
"""Axes are learned as `(value - AXIS_MIDDLE) / AXIS_UNIT`."""
_TAU = 1 / 12  # cosines are divided by it, at the start
_BIAS = {"descriptors": -6.0, "closed": -5.0, "human": -4.0}
AXIS_GAIN: Final = 8.0
"""States of unit length are multiplied by this before the axes are read, so that rates fit."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a dual network differs from the plain one.

    Args:
        pooling: from token states to one state.
        queries: sizes of the Q-Former that pools, or None.
        dimensions: of the shared space; 0 for the backbone's width.
        tau: temperature of the contrast with descriptors at the start.
        learn_tau: whether it is learned.
        bias: of that contrast's logits at the start.
        learn_bias: whether it is learned.
    """

    pooling: Pooling = "mean"
    queries: QueryShape | None = None
    dimensions: int = 0
    tau: float = _TAU
    learn_tau: bool = True
    bias: float = _BIAS["descriptors"]
    learn_bias: bool = True

    @classmethod
    def of(cls, recipe: Recipe, backbone: Backbone) -> Shape:
        """The shape that a recipe asks for.

        Args:
            recipe: the settings.
            backbone: its sizes.

        Returns:
            The shape.

        Raises:
            RecipeError: if the space is wider than the backbone, or heads do not divide the queries' width.
        """
        losses = recipe.losses
        if recipe.dimensions > backbone.width:
            raise RecipeError(
                f"recipe {recipe.name!r}: dimensions is {recipe.dimensions}, and backbone {recipe.backbone!r} "
                f"has {backbone.width}: give as many or fewer"
            )
        return cls(
            cast(Pooling, recipe.pooling),
            _queries(recipe, backbone) if recipe.pooling == "qformer" else None,
            recipe.dimensions,
            losses.tau,
            losses.learn_tau,
            0.0 if losses.bias == "none" else _BIAS["descriptors"],
            losses.bias == "learned",
        )


def _queries(recipe: Recipe, backbone: Backbone) -> QueryShape:
    asked = recipe.qformer
    heads, width = asked.heads or backbone.heads, asked.width or backbone.width
    if width % heads:
        raise RecipeError(
            f"recipe {recipe.name!r}: {heads} heads do not divide qformer.width {width}: set qformer.heads"
        )
    return QueryShape(asked.count, asked.layers, heads, width)


class Scale(nn.Module):
    """Temperature and bias of a sigmoid contrast, learned: `exp(log_scale) · cos + bias`."""

    def __init__(self, bias: float, labels: int | None = None, tau: float = _TAU) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / tau)))
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
        shape: pooling, dimensions and temperature; None for the plain ones.
    """

    def __init__(self, encoder: Any, spaces: Mapping[str, int], shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        source = encoder.config.hidden_size
        width, d = shape.queries.width if shape.queries else source, shape.dimensions or source
        self.pooling = shape.pooling
        self.encoder = encoder
        for table in ("word_embeddings", "token_type_embeddings"):
            getattr(encoder.embeddings, table).weight.requires_grad_(False)
        self.text_projection = nn.Linear(width, d)
        self.label_projection = nn.Linear(source, d, bias=False)
        nn.init.eye_(self.text_projection.weight)
        nn.init.zeros_(self.text_projection.bias)
        nn.init.eye_(self.label_projection.weight)
        self.descriptors = Scale(shape.bias, tau=shape.tau)
        self.descriptors.log_scale.requires_grad_(shape.learn_tau)
        self.descriptors.bias.requires_grad_(shape.learn_bias)
        self.closed = Scale(_BIAS["closed"])
        # Parameters' names may hold no dots, spaces' names may.
        self.keys = {name: f"space{i}" for i, name in enumerate(sorted(spaces))}
        self.human = nn.ModuleDict({self.keys[s]: Scale(_BIAS["human"], n) for s, n in spaces.items()})
        self.shifts = nn.ParameterDict(
            {self.keys[s]: nn.Parameter(torch.zeros(n, d)) for s, n in spaces.items()}
        )
        self.axes = nn.Linear(width, len(AXES))
        self.qformer = QFormer(shape.queries, source) if shape.queries else None

    def states(self, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        """Pooled states of texts, `[texts, width]`."""
        if self.pooling == "mean":
            return mean_states(self.encoder, ids)
        states, mask = token_states(self.encoder, ids)
        if self.qformer is None:
            return states[:, 0]
        pooled: torch.Tensor = self.qformer(states, mask)
        return pooled

    def texts(self, ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Unit vectors `[texts, d]` and axes `[texts, axes]`, in `AXIS_UNIT`s from `AXIS_MIDDLE`."""
        states = self.states(ids)
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
