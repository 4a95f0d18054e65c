"""A Q-Former: learned queries that look at a text's token states and are averaged to one state."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from affekt.training.graph import QueryShape

_SPREAD = 0.02  # of what starts at random, as in BERT
_INNER = 4  # the feed-forward part is so many times wider


class _Attention(nn.Module):
    """Multi-head attention from one row of states to another."""

    def __init__(self, width: int, source: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(source, width)
        self.value = nn.Linear(source, width)
        self.output = nn.Linear(width, width)

    def forward(self, x: torch.Tensor, source: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """What each row of `x` reads in `source`, `[batch, rows, width]`; masked rows are not seen."""
        q, k, v = (
            projection(rows).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for projection, rows in ((self.query, x), (self.key, source), (self.value, source))
        )
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        read: torch.Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return read


class _Layer(nn.Module):
    """Self-attention among queries, cross-attention into token states, feed-forward; the norm comes first."""

    def __init__(self, shape: QueryShape, source: int) -> None:
        super().__init__()
        width = shape.width
        self.own_norm, self.cross_norm, self.inner_norm = (
            nn.LayerNorm(width, eps=shape.epsilon) for _ in range(3)
        )
        self.own = _Attention(width, width, shape.heads)
        self.cross = _Attention(width, source, shape.heads)
        self.inner = nn.Linear(width, _INNER * width)
        self.outer = nn.Linear(_INNER * width, width)

    def forward(self, x: torch.Tensor, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The queries' states after the layer, `[batch, queries, width]`."""
        normed = self.own_norm(x)
        x = x + self.own(normed, normed, None)
        x = x + self.cross(self.cross_norm(x), states, mask)
        out: torch.Tensor = x + self.outer(functional.gelu(self.inner(self.inner_norm(x))))
        return out


class QFormer(nn.Module):
    """Pools token states by learned queries (Li et al. 2023, BLIP-2, section 3.1; papers.md C).

    One vector a text is wanted, so the queries' states are averaged; the largest cosine over queries would
    need as many vectors a text as there are queries. It starts as the mean of the token states: attention
    is nearly even, the first layer hands the states through, and all other outputs start at zero, so that
    training begins where the untrained encoder stands. With the norm before each part (pre-norm) instead of
    after it, as in BERT, nothing in between changes the states' length. What is random in the start is always
    the same, so that the weights of several runs can be averaged.

    Args:
        shape: its sizes.
        source: width of the token states.
    """

    def __init__(self, shape: QueryShape, source: int) -> None:
        super().__init__()
        self.shape = shape
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.queries = nn.Parameter(torch.randn(shape.count, shape.width) * _SPREAD)
            self.layers = nn.ModuleList(_Layer(shape, source) for _ in range(shape.layers))
            self._draw_matrices()
        for layer in self._layers():
            for last in (layer.own.output, layer.cross.output, layer.outer):
                nn.init.zeros_(last.weight)
        self.hand_through(torch.eye(shape.width, source))

    def _layers(self) -> list[_Layer]:
        return [layer for layer in self.layers if isinstance(layer, _Layer)]

    def start_at_random(self) -> None:
        """Draw the queries and every matrix from torch's generator."""
        nn.init.normal_(self.queries, std=_SPREAD)
        self._draw_matrices()

    def _draw_matrices(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=_SPREAD)
                nn.init.zeros_(module.bias)

    @torch.no_grad()
    def hand_through(self, matrix: torch.Tensor) -> None:
        """Let the first layer start by reading the mean of the token states through `[width, source]`."""
        first = self._layers()[0].cross
        first.value.weight.copy_(matrix)
        nn.init.eye_(first.output.weight)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One state a text.

        Args:
            states: of the tokens, `[batch, length, source]`.
            mask: 1 for tokens, 0 for padding, `[batch, length]`.

        Returns:
            `[batch, width]`.
        """
        seen = mask.bool()[:, None, None, :]
        x = self.queries.expand(len(states), -1, -1)
        for layer in self._layers():
            x = layer(x, states, seen)
        return x.mean(dim=1)
