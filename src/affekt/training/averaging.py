"""The mean of the weights over the last steps, which is what can be exported in place of the last ones."""

from __future__ import annotations

import torch
from torch import nn


class RunningMean:
    """An exponential running mean of the trained weights: flatter than the last step's, and better elsewhere.

    Args:
        network: whose weights are followed.
        decay: of the past at each step; with 0 there is no mean, and the network keeps its weights.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.weights = {
            name: weight.detach().clone()
            for name, weight in network.named_parameters()
            if decay and weight.requires_grad
        }
        self._decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take in the weights after a step; early ones count less, since they are far from where they go."""
        weights = dict(network.named_parameters())
        share = 1 - min(self._decay, (1 + step) / (10 + step))
        for name, mean in self.weights.items():
            mean.lerp_(weights[name], share)

    @torch.no_grad()
    def put_into(self, network: nn.Module) -> None:
        """Give the network the mean in place of its own weights."""
        weights = dict(network.named_parameters())
        for name, mean in self.weights.items():
            weights[name].copy_(mean)
