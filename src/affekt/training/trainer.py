"""What a dual encoder learns: its stages, batches of like lengths, the parts of the loss."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from affekt.core import LabelSpace
from affekt.training.averaging import RunningMean
from affekt.training.checkpoint import CHECKPOINT, MASKING_CHECKPOINT, Checkpoint
from affekt.training.consistency import Implied
from affekt.training.contrast import DescriptorTable, descriptor_loss
from affekt.training.loop import Progress, Stage, adamw, go_through, seed_of
from affekt.training.losses import human_loss, sigmoid_contrast
from affekt.training.masking import MaskedEncoder, Masker
from affekt.training.network import AXIS_MIDDLE, AXIS_UNIT, DualNetwork
from affekt.training.reading import TrainingText
from affekt.training.recipe import Recipe
from affekt.training.wordings import Wordings, draw_wordings

_POOL: Final = 32  # batches that are sorted by length together
_FIRST: Final = 1  # tells the draws of the first stage from those of the main one
_EVEN: Final = 3.0  # closed-set losses sum over dozens of labels; this sets them beside the others


@dataclass(frozen=True, slots=True)
class Run:
    """Everything a run needs that does not change.

    Args:
        recipe: the settings.
        texts: to train on.
        ids: their framed token ids.
        wordings: vectors of every label text.
        closed: the space of the closed-set labels, or None.
        spaces: spaces with human labels.
        vocabulary: every descriptor, where texts are held against more than the batch's.
        implied: what closed-set labels say of the axes, where consistency is asked for.
        masker: hides tokens in the first stage, if there is one.
    """

    recipe: Recipe
    texts: Sequence[TrainingText]
    ids: Sequence[Sequence[int]]
    wordings: Wordings
    closed: LabelSpace | None
    spaces: Mapping[str, LabelSpace]
    vocabulary: DescriptorTable | None = None
    implied: Implied | None = None
    masker: Masker | None = None


def fit(
    run: Run, network: DualNetwork, folder: Path, resume: bool, progress: Progress | None = None
) -> dict[str, float]:
    """Train the network in place: the first stage, if the recipe has one, and the main one.

    The order of the texts and whatever is drawn depend on seed, epoch and step alone, so a run that
    goes on from a checkpoint does exactly what an uninterrupted one would have done.

    Args:
        run: data and settings.
        network: at its start.
        folder: gets `checkpoint.safetensors`, that of the first stage, and `log.jsonl`.
        resume: go on from the checkpoint there, if there is one.
        progress: called with steps done and steps in all.

    Returns:
        The last means of the losses.

    Raises:
        RecipeError: if the checkpoint is damaged, or belongs to another recipe or other texts.
    """
    recipe = run.recipe
    batches = [batch for epoch in range(recipe.optimizer.epochs) for batch in _batches(run, epoch)]
    first = masking_steps(recipe, len(run.texts))
    identity = _identity(run)

    def tell(done: int, before: int) -> None:
        if progress is not None:
            progress(before + done, first + len(batches))

    if first and not (resume and (folder / CHECKPOINT).is_file()):
        stage = _masking_stage(run, network, folder, identity, first)
        go_through(stage, folder, resume, lambda done, _: tell(done, 0))
    main = Stage(
        network,
        adamw(network, network.encoder, recipe.optimizer, recipe.optimizer.learning_rate),
        RunningMean(network, recipe.optimizer.average),
        Checkpoint(folder / CHECKPOINT, identity),
        len(batches),
        lambda step: batch_losses(run, network, batches[step], step),
        lambda step: seed_of(recipe.seed, step),
        warmup=recipe.optimizer.warmup,
        clip=recipe.optimizer.clip,
        minutes=recipe.checkpoint_minutes,
    )
    return go_through(main, folder, resume, lambda done, _: tell(done, first))


def masking_steps(recipe: Recipe, texts: int) -> int:
    """Steps of the first stage of one run over so many texts."""
    steps = recipe.masking.epochs * -(-texts // recipe.optimizer.batch)
    return min(steps, recipe.masking.steps or steps)


def _masking_stage(run: Run, network: DualNetwork, folder: Path, identity: str, steps: int) -> Stage:
    """The first stage, on the network's own encoder."""
    recipe, masker = run.recipe, run.masker
    assert masker is not None
    masked = MaskedEncoder(network.encoder)
    batches = [batch for epoch in range(recipe.masking.epochs) for batch in _batches(run, epoch, _FIRST)]

    def losses(step: int) -> dict[str, torch.Tensor]:
        generator = torch.Generator().manual_seed(seed_of(recipe.seed, step, _FIRST))
        return {"masked": masked.loss([run.ids[i] for i in batches[step]], masker, generator)}

    return Stage(
        masked,
        adamw(masked, masked.encoder, recipe.optimizer, recipe.masking.learning_rate),
        RunningMean(masked, 0.0),
        Checkpoint(folder / MASKING_CHECKPOINT, identity),
        steps,
        losses,
        lambda step: seed_of(recipe.seed, step, _FIRST),
        warmup=recipe.optimizer.warmup,
        clip=recipe.optimizer.clip,
        minutes=recipe.checkpoint_minutes,
        title="masking",
    )


def batch_losses(run: Run, network: DualNetwork, batch: Sequence[int], step: int) -> dict[str, torch.Tensor]:
    """The weighted parts of the loss on a batch of rows; parts that no text has are left out."""
    texts = [run.texts[i] for i in batch]
    vectors, axes = network.texts([run.ids[i] for i in batch])
    parts = {
        "descriptors": _descriptor_part(run, network, texts, vectors),
        "closed": _closed_part(run, network, texts, vectors, step),
        "axes": _axis_part(run, texts, axes),
        "consistency": _consistency_part(run, network, vectors, axes),
        **{f"human {name}": _human_part(run, network, texts, vectors, name) for name in run.spaces},
    }
    return {name: part for name, part in parts.items() if part is not None}


def _descriptor_part(
    run: Run, network: DualNetwork, texts: Sequence[TrainingText], vectors: torch.Tensor
) -> torch.Tensor | None:
    rows = [i for i, text in enumerate(texts) if text.named]
    if not rows or not run.recipe.losses.descriptors:
        return None
    losses = run.recipe.losses
    loss = descriptor_loss(
        network, vectors[rows], [texts[i].named for i in rows], losses, run.wordings, run.vocabulary
    )
    return losses.descriptors * loss


def _closed_part(
    run: Run, network: DualNetwork, texts: Sequence[TrainingText], vectors: torch.Tensor, step: int
) -> torch.Tensor | None:
    rows = [i for i, text in enumerate(texts) if text.closed is not None]
    if not rows or run.closed is None:
        return None
    generator = torch.Generator().manual_seed(seed_of(run.recipe.seed, step))
    drawn = draw_wordings(run.closed.labels, run.recipe.losses.wordings, generator)
    logits = network.closed(vectors[rows] @ network.labels(run.wordings.vectors(drawn)).T)
    targets = torch.from_numpy(np.stack([_closed(texts[i]) for i in rows]))
    losses = run.recipe.losses
    weights = torch.tensor([[losses.inferred if texts[i].inferred else losses.closed] for i in rows])
    return sigmoid_contrast(logits, targets, weights) * len(rows) / len(texts) / _EVEN


def _closed(text: TrainingText) -> np.ndarray:
    assert text.closed is not None
    return text.closed


def _axis_part(run: Run, texts: Sequence[TrainingText], axes: torch.Tensor) -> torch.Tensor | None:
    rows = [i for i, text in enumerate(texts) if text.axes is not None]
    if not rows or not run.recipe.losses.axes:
        return None
    gold = (torch.tensor([texts[i].axes for i in rows]) - AXIS_MIDDLE) / AXIS_UNIT
    return run.recipe.losses.axes * functional.mse_loss(axes[rows], gold)


def _consistency_part(
    run: Run, network: DualNetwork, vectors: torch.Tensor, axes: torch.Tensor
) -> torch.Tensor | None:
    if run.implied is None or run.closed is None:
        return None
    labels = network.labels(run.wordings.vectors(run.closed.names))
    probabilities = network.closed(vectors @ labels.T).sigmoid()
    return run.recipe.losses.consistency * run.implied.loss(probabilities, axes)


def _human_part(
    run: Run, network: DualNetwork, texts: Sequence[TrainingText], vectors: torch.Tensor, name: str
) -> torch.Tensor | None:
    rows = [i for i, text in enumerate(texts) if name in text.human]
    if not rows or not run.recipe.losses.human:
        return None
    space = run.spaces[name]
    logits = network.space_logits(name, vectors[rows], run.wordings.vectors(space.names))
    gold = torch.from_numpy(np.stack([texts[i].human[name] for i in rows]))
    single = space.kind == "single"
    loss = human_loss(logits, gold, single) / (1 if single else 2)
    return run.recipe.losses.human * loss * len(rows) / len(texts)


def _batches(run: Run, epoch: int, *stage: int) -> Iterator[list[int]]:
    """Rows of each step of an epoch: texts of like length together, the batches in random order."""
    rng = np.random.default_rng([run.recipe.seed, epoch, *stage])
    size = run.recipe.optimizer.batch
    order = rng.permutation(len(run.texts)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), size * _POOL):
        pool = sorted(order[start : start + size * _POOL], key=lambda i: len(run.ids[i]))
        batches += [pool[k : k + size] for k in range(0, len(pool), size)]
    yield from (batches[i] for i in rng.permutation(len(batches)))


def _identity(run: Run) -> str:
    """A checksum of what the weights depend on: settings, spaces and texts, with all that is known of them.

    Inferred labels are left out, since they follow from the rest.
    """
    digest = hashlib.sha256(run.recipe.digest().encode())
    digest.update(json.dumps([space.to_dict() for space in run.spaces.values()]).encode())
    for text in run.texts:
        given = [None if text.closed is None or text.inferred else text.closed.tolist()]
        given += [[name, gold.tolist()] for name, gold in sorted(text.human.items())]
        given += [list(text.readings.items())] if text.readings else []
        digest.update(json.dumps([text.text, text.descriptors, text.axes, given]).encode())
    return digest.hexdigest()
