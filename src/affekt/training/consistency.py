"""What closed-set labels imply of valence and arousal, and that a network should not contradict itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from affekt.core import RecipeError
from affekt.training.network import AXIS_MIDDLE, AXIS_UNIT
from affekt.training.reading import TrainingText
from affekt.training.ridge import ridge

_RIDGE: Final = 1.0  # texts; labels that few carry stay near the mean


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """A linear map from the probabilities of closed-set labels to axes.

    An expectation of a linear function is that function of the expectation: where labels imply the axes
    linearly, so do their probabilities, and the map that is fitted on labels holds for what a network says.
    It is fitted once, by ridge regression on the training texts, so that the term cannot be lowered by
    changing the map.

    Args:
        weight: `[labels, axes]`, in `AXIS_UNIT`s.
        bias: `[axes]`, in `AXIS_UNIT`s from `AXIS_MIDDLE`.
    """

    weight: torch.Tensor
    bias: torch.Tensor

    @classmethod
    def fit(cls, texts: Sequence[TrainingText]) -> Implied:
        """The map that fits the texts with closed-set labels and axes.

        Args:
            texts: of a run; labels and axes may be inferred.

        Returns:
            The map.

        Raises:
            RecipeError: if no text has both.
        """
        rows = [(text.closed, text.axes) for text in texts if text.closed is not None and text.axes]
        if not rows:
            raise RecipeError(
                "no text has closed-set labels and axes to tell what is consistent: set losses.consistency = 0"
            )
        labels = np.stack([closed for closed, _ in rows if closed is not None])
        axes = (np.array([pair for _, pair in rows], np.float64) - AXIS_MIDDLE) / AXIS_UNIT
        weight, bias = ridge(labels, axes, _RIDGE)
        return cls(torch.from_numpy(weight).float(), torch.from_numpy(bias).float())

    def loss(self, probabilities: torch.Tensor, axes: torch.Tensor) -> torch.Tensor:
        """Mean squared distance between axes that are read, `[texts, axes]`, and those that labels imply."""
        return functional.mse_loss(axes, probabilities @ self.weight + self.bias)
