"""What a trained network makes of texts that were left out: figures for the log and the card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from affekt.core import FloatArray
from affekt.training.network import DualNetwork
from affekt.training.reading import TrainingText
from affekt.training.settings import AXES


@torch.no_grad()
def held_out_figures(
    network: DualNetwork,
    texts: Sequence[TrainingText],
    vectors: FloatArray,
    axes: FloatArray,
    embed: Callable[[list[str]], torch.Tensor],
) -> dict[str, float]:
    """How near the axes and the descriptors of held-out texts are.

    Args:
        network: trained.
        texts: that were left out, at least one.
        vectors: what the network makes of them, `[texts, d]`.
        axes: what it reads, `[texts, axes]`.
        embed: unit vectors of wordings, by the frozen label tower.

    Returns:
        `retrieval`, the mean over texts of one over the rank of the nearest own descriptor among all of the
        held-out texts; Pearson correlations of the axes that were learned, where both sides vary.
    """
    found = {}
    gold = np.array([text.axes for text in texts])
    for k, name in enumerate(AXES):
        if np.ptp(axes[:, k]) and np.ptp(gold[:, k]):
            found[f"pearson_{name}"] = round(float(np.corrcoef(axes[:, k], gold[:, k])[0, 1]), 4)
    words = list(dict.fromkeys(word for text in texts for word in text.descriptors))
    cosines = vectors @ network.labels(embed(words)).numpy().T
    rows = {word: j for j, word in enumerate(words)}
    best = [cosines[i, [rows[word] for word in text.descriptors]].max() for i, text in enumerate(texts)]
    ranks = (cosines > np.array(best)[:, None]).sum(axis=1) + 1
    return {**found, "retrieval": round(float((1 / ranks).mean()), 4)}
