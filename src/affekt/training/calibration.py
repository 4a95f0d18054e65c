"""Ranges of activations, which static quantisation needs: what a few hundred texts bring about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from affekt.core import FloatArray
from affekt.training.backbone import mean_states

# The three projections of an attention layer read one input and are one product in the graph.
_PACKED = ("attention.self.query", "attention.self.qkv")
_PLAIN = ("intermediate.dense", "intermediate")


@torch.no_grad()
def calibrate(encoder: Any, ids: Sequence[Sequence[int]]) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Lowest and highest input of every matrix product of the encoder's graph.

    Args:
        encoder: a transformers `BertModel`.
        ids: framed token ids of calibration texts.

    Returns:
        Name of the product in `graph` → float32 `[in]` lowest and highest value of each channel.
    """
    ranges: dict[str, tuple[FloatArray, FloatArray]] = {}

    def watch(name: str) -> Any:
        def see(_module: Any, inputs: tuple[torch.Tensor], _output: Any) -> None:
            rows = inputs[0].reshape(-1, inputs[0].shape[-1]).numpy()
            low, high = rows.min(axis=0), rows.max(axis=0)
            if name in ranges:
                low, high = np.minimum(low, ranges[name][0]), np.maximum(high, ranges[name][1])
            ranges[name] = (low, high)

        return see

    hooks = [
        module.register_forward_hook(watch(name.replace(*_PACKED).replace(*_PLAIN)))
        for name, module in encoder.encoder.named_modules(prefix="encoder")
        if isinstance(module, torch.nn.Linear) and not name.endswith((".key", ".value"))
    ]
    encoder.eval()
    for text in ids:
        # One at a time: padding would be seen as well.
        mean_states(encoder, [text])
    for hook in hooks:
        hook.remove()
    return ranges
