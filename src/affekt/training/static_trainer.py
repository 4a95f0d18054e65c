"""What a static student learns: batches of texts, the teacher's answers, the parts of the loss."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from affekt.core import FloatArray
from affekt.encoder import Heads
from affekt.training.averaging import RunningMean
from affekt.training.checkpoint import CHECKPOINT, Checkpoint
from affekt.training.loop import Progress, Stage, go_through
from affekt.training.network import AXIS_MIDDLE, AXIS_UNIT
from affekt.training.static_network import StaticNetwork
from affekt.training.static_recipe import StaticRecipe
from affekt.training.teaching import Answers

_SURE: Final = 1e-5  # probabilities are held this far from 0 and 1


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Everything that a student learns from.

    Args:
        recipe: the settings.
        words: numbers of the words of each text.
        answers: the teacher's, of each text.
        weights: float32 `[texts]`, how much a text counts.
        heads: the teacher's.
        closed: float32 `[labels, d]`, vectors of labels that every text is held against.
        descriptors: float32 `[descriptors, d]`, vectors of those that are drawn from.
        digest: of the texts.
    """

    recipe: StaticRecipe
    words: Sequence[NDArray[np.int64]]
    answers: Answers
    weights: FloatArray
    heads: Heads
    closed: FloatArray
    descriptors: FloatArray
    digest: str

    def identity(self) -> str:
        """A checksum of what the student's weights depend on."""
        digest = hashlib.sha256(f"{self.recipe.digest()} {self.digest}".encode())
        digest.update(self.answers.vectors.tobytes())
        digest.update(self.closed.tobytes())
        return digest.hexdigest()


def fit_static(
    lesson: Lesson,
    network: StaticNetwork,
    folder: Path,
    resume: bool,
    progress: Progress | None = None,
) -> dict[str, float]:
    """Train the network in place.

    What is drawn depends on seed, epoch and step alone, so that a run that goes on from a checkpoint does what an
    uninterrupted one would have done.

    Args:
        lesson: texts, answers and settings.
        network: at its start.
        folder: gets `checkpoint.safetensors` and `log.jsonl`.
        resume: go on from the checkpoint there, if there is one.
        progress: called with steps done and steps in all.

    Returns:
        The last means of the losses.

    Raises:
        RecipeError: if the checkpoint is damaged, or belongs to another run.
    """
    recipe, settings = lesson.recipe, lesson.recipe.optimizer
    stage = Stage(
        network,
        _optimizer(network, recipe),
        RunningMean(network, settings.average),
        Checkpoint(folder / CHECKPOINT, lesson.identity()),
        settings.epochs * -(-len(lesson.words) // settings.batch),
        lambda step: student_losses(lesson, network, _rows(lesson, step), _draws(lesson, step)[1]),
        lambda step: _draws(lesson, step)[0],
        warmup=settings.warmup,
        clip=settings.clip,
        minutes=recipe.checkpoint_minutes,
    )
    return go_through(stage, folder, resume, progress)


def _draws(lesson: Lesson, step: int) -> tuple[int, np.random.Generator]:
    """What a step draws with: torch's seed, and the generator that gave it, for all else."""
    rng = np.random.default_rng([lesson.recipe.seed, step])
    return int(rng.integers(1 << 62)), rng


def _rows(lesson: Lesson, step: int) -> NDArray[np.int64]:
    """The texts of a step; each text comes once an epoch."""
    size = lesson.recipe.optimizer.batch
    epoch, place = divmod(step, -(-len(lesson.words) // size))
    order = np.random.default_rng([lesson.recipe.seed, 1 << 32, epoch]).permutation(len(lesson.words))
    return order[place * size : (place + 1) * size]


def student_losses(
    lesson: Lesson, network: StaticNetwork, rows: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, torch.Tensor]:
    """The weighted parts of the loss on some texts, each nothing where student and teacher agree."""
    settings, heads = lesson.recipe.losses, lesson.heads
    words = [lesson.words[i] for i in rows]
    met = 1 + max((int(text.max()) for text in words if len(text)), default=0)
    states = network.states(words, rng.random(met) < lesson.recipe.optimizer.unknown)
    vectors = network.vectors(states)
    taught = torch.from_numpy(lesson.answers.vectors[rows])
    weights = torch.from_numpy(lesson.weights[rows])
    drawn = rng.integers(len(lesson.descriptors), size=settings.drawn)

    def agree(labels: FloatArray) -> torch.Tensor:
        own = _tensor(labels)
        said = heads.scale * taught @ own.T + heads.bias
        return _divergence(network.logits(vectors, own), said, weights)

    axes = (torch.from_numpy(lesson.answers.axes[rows]) - AXIS_MIDDLE) / AXIS_UNIT
    errors = functional.mse_loss(network.read_axes(states), axes, reduction="none").sum(dim=1)
    parts = {
        "vectors": settings.vectors * ((1 - (vectors * taught).sum(dim=1)) * weights).mean(),
        "closed": settings.closed * agree(lesson.closed),
        "descriptors": settings.descriptors * agree(lesson.descriptors[drawn]),
        "axes": settings.axes * (errors * weights).mean(),
    }
    for name, head in heads.spaces.items():
        logits = head.scale * taught @ _tensor(head.vectors).T + _tensor(head.bias)
        divergence = _choice_divergence if head.kind == "single" else _divergence
        parts[name] = settings.spaces * divergence(network.space_logits(name, vectors), logits, weights)
    return parts


def _tensor(array: FloatArray) -> torch.Tensor:
    """A copy: what a teacher has mapped into memory cannot be written to, and torch wants to be able to."""
    return torch.from_numpy(np.array(array))


def _divergence(logits: torch.Tensor, taught: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Kullback–Leibler divergence of independent labels from the teacher's, summed over labels."""
    target = taught.sigmoid().clamp(_SURE, 1 - _SURE)
    terms = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    least = functional.binary_cross_entropy(target, target, reduction="none")
    return ((terms - least).sum(dim=1) * weights).mean()


def _choice_divergence(logits: torch.Tensor, taught: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """The same where one label is chosen."""
    terms = functional.kl_div(
        functional.log_softmax(logits, dim=1),
        functional.log_softmax(taught, dim=1),
        reduction="none",
        log_target=True,
    )
    return (terms.sum(dim=1) * weights).mean()


def _optimizer(network: StaticNetwork, recipe: StaticRecipe) -> torch.optim.AdamW:
    settings = recipe.optimizer
    tables = [network.words, network.grams]
    known = {id(table) for table in tables}
    rest = [weight for weight in network.parameters() if id(weight) not in known]
    rate = settings.learning_rate
    return torch.optim.AdamW(
        [
            {"params": tables, "peak": rate * settings.table_factor, "weight_decay": 0.0},
            {"params": rest, "peak": rate, "weight_decay": settings.weight_decay},
        ],
        lr=rate,
        betas=(0.9, 0.98),
    )
