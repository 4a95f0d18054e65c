"""What trained models say of the texts that another learns from: distillation of an ensemble into one network.

Several networks err in different places, so their mean is better than each; one network can learn most of it
(Hinton et al. 2015). Its own earlier weights may be among them: self-distillation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from affekt.core import FloatArray, LabelSpace, RecipeError
from affekt.encoder import DualEncoder, sigmoid
from affekt.models import Model
from affekt.training.reading import TrainingText
from affekt.training.teaching import ask


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What the teachers say of texts, on average.

    Args:
        closed: probabilities of the closed-set labels, float32 `[texts, labels]`; None without such labels.
        axes: float32 `[texts, axes]`.
        human: trained space → probabilities of its labels, float32 `[texts, labels]`.
    """

    closed: FloatArray | None
    axes: FloatArray
    human: Mapping[str, FloatArray]


def opinion(
    teachers: Sequence[Model],
    texts: Sequence[str],
    closed: LabelSpace | None,
    spaces: Mapping[str, LabelSpace],
    folder: Path,
    progress: Callable[[int], None] | None = None,
) -> Opinion:
    """Ask every teacher about every text.

    Args:
        teachers: dual encoders, one or more.
        texts: normalised, as this run's.
        closed: the space of the closed-set labels, or None.
        spaces: spaces with human labels.
        folder: keeps answers meanwhile, see `ask`.
        progress: called with the number of texts asked about.

    Returns:
        Their mean; of a space with human labels, of those that have a head for it.

    Raises:
        RecipeError: if a teacher is no dual encoder.
    """
    closed_sum, axes, human = [], [], dict[str, list[FloatArray]]()
    for teacher in teachers:
        said, scorer = ask(teacher, texts, folder, progress), teacher.scorer
        assert isinstance(scorer, DualEncoder)
        axes.append(said.axes)
        if closed is not None:
            labels = scorer.embed_labels(closed.labels)
            closed_sum.append(sigmoid(scorer.heads.logits(said.vectors, labels)))
        for name, space in spaces.items():
            head = scorer.heads.trained(space)
            if head is not None:
                human.setdefault(name, []).append(
                    _probabilities(head.logits(said.vectors, texts, space), space)
                )
    return Opinion(
        _mean(closed_sum) if closed_sum else None,
        _mean(axes),
        {name: _mean(given) for name, given in human.items()},
    )


def mixed(texts: Sequence[TrainingText], said: Opinion, share: float) -> tuple[TrainingText, ...]:
    """Texts whose labels and axes are partly the teachers'; what a text lacks is theirs alone.

    Args:
        texts: to learn from.
        said: of the same texts, in order.
        share: of the teachers in what is known otherwise, 0…1.

    Returns:
        The texts in order; descriptors stay as they are.

    Raises:
        RecipeError: if the teachers have no two axes.
    """
    if said.axes.shape[1] != 2:
        raise RecipeError("a teacher has no valence and arousal: name models that have both")
    return tuple(_mixed(text, i, said, share) for i, text in enumerate(texts))


def _mixed(text: TrainingText, i: int, said: Opinion, share: float) -> TrainingText:
    def between(given: FloatArray | None, theirs: FloatArray) -> FloatArray:
        return theirs if given is None else (1 - share) * given + share * theirs

    axes = between(None if text.axes is None else np.array(text.axes, np.float32), said.axes[i])
    closed = None if said.closed is None else between(text.closed, said.closed[i])
    return replace(
        text,
        axes=(float(axes[0]), float(axes[1])),
        closed=closed,
        inferred=text.inferred or text.closed is None,
        human={name: between(text.human.get(name), theirs[i]) for name, theirs in said.human.items()}
        | {name: gold for name, gold in text.human.items() if name not in said.human},
    )


def _probabilities(logits: FloatArray, space: LabelSpace) -> FloatArray:
    if space.kind != "single":
        return sigmoid(logits)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def _mean(arrays: Sequence[FloatArray]) -> FloatArray:
    return np.asarray(np.mean(arrays, axis=0), np.float32)
