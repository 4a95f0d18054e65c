"""What a model's trained labels imply of valence: people's labels beside a language model's numbers.

The axes' own head learns each text's written value. Read off the cosines with labels that people gave (27 emotions of
GoEmotions), by ridge regression, the same values generalise otherwise: better to texts unlike those of training
(`benchmarks/log.md`, 53). The mean of both is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from affekt.core import FloatArray, RecipeError
from affekt.encoder import DualEncoder, ImpliedAxes, read_tensors
from affekt.models import load_directory, store_file
from affekt.training.reading import TrainingText
from affekt.training.ridge import ridge
from affekt.training.settings import AxesByLabels

HEADS: Final = "heads.safetensors"
MOST: Final = 20_000  # texts; four times as many say the same of some thirty numbers
_RIDGE: Final = 1.5  # for cosines


def fit_implied(
    cosines: FloatArray, labels: FloatArray, values: FloatArray, share: FloatArray
) -> ImpliedAxes:
    """Ridge regression of axis values on cosines with labels, as one linear map of the texts' vectors.

    Args:
        cosines: `[texts, labels]`.
        labels: `[labels, d]`, unit vectors.
        values: `[texts, axes]`.
        share: `[axes]`, of the result beside the head.

    Returns:
        The map.
    """
    weight, bias = ridge(cosines, values, _RIDGE)
    return ImpliedAxes(
        (labels.T.astype(np.float64) @ weight).astype(np.float32), bias.astype(np.float32), share
    )


def imply_axes(directory: Path, texts: Sequence[TrainingText], settings: AxesByLabels, seed: int = 0) -> None:
    """Give a model what one of its trained spaces implies of its axes.

    Args:
        directory: of a dual encoder with axes and a head for the space; its heads and its manifest are written.
        texts: that it was trained on; those with axes are used, at most `MOST`, drawn by chance.
        settings: the space, the axes, the share.
        seed: of the draw.

    Raises:
        ModelError: if the directory holds no model, or cannot be written.
        RecipeError: if it has no such head or axis, or no text has axes.
    """
    from safetensors.numpy import save

    scorer = load_directory(directory).scorer
    assert isinstance(scorer, DualEncoder)
    head = scorer.heads.spaces.get(settings.space)
    if head is None or not set(settings.axes) <= set(scorer.heads.axes):
        raise RecipeError(
            f"axes_by_labels needs a head for {settings.space!r} and axes {', '.join(settings.axes)}: train both, or leave it out"
        )
    rows = [text for text in texts if text.axes is not None]
    if not rows:
        raise RecipeError("axes_by_labels needs texts with axes: leave it out")
    chosen = np.random.default_rng(seed).permutation(len(rows))[:MOST].tolist()
    # The texts are normalised already, which a second time changes nothing that matters here.
    vectors = scorer.embed([rows[i].text for i in chosen])
    values = np.array([rows[i].axes for i in chosen], np.float32)
    share = np.array([settings.share * (name in settings.axes) for name in scorer.heads.axes], np.float32)
    implied = fit_implied(vectors @ head.vectors.T, head.vectors, values, share)
    kept = {name: np.asarray(tensor) for name, tensor in read_tensors(directory / HEADS).items()}
    changed = replace(scorer.heads, implied=implied).tensors()
    added = {name: tensor for name, tensor in changed.items() if name.startswith("axis.implied.")}
    store_file(directory, HEADS, save({**kept, **added}))
