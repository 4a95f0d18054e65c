"""The training loop: batches of equal lengths, checkpoints to the step, a log, a held-out check."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from affekt.core import LabelSpace
from affekt.training.averaging import RunningMean
from affekt.training.checkpoint import CHECKPOINT, Checkpoint
from affekt.training.losses import descriptor_targets, human_loss, sigmoid_contrast
from affekt.training.network import AXIS_MIDDLE, AXIS_UNIT, DualNetwork
from affekt.training.reading import TrainingText
from affekt.training.recipe import Recipe
from affekt.training.wordings import Wordings, draw_wordings

_POOL: Final = 32  # batches that are sorted by length together
_LOG_EVERY: Final = 50
_EVEN: Final = 3.0  # closed-set losses sum over dozens of labels; this sets them beside the others

Progress = Callable[[int, int], None]


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
    """

    recipe: Recipe
    texts: Sequence[TrainingText]
    ids: Sequence[Sequence[int]]
    wordings: Wordings
    closed: LabelSpace | None
    spaces: Mapping[str, LabelSpace]


def fit(
    run: Run, network: DualNetwork, folder: Path, resume: bool, progress: Progress | None = None
) -> dict[str, float]:
    """Train the network in place.

    The order of the texts and the wordings drawn depend on seed, epoch and step alone, so a run that
    goes on from a checkpoint does exactly what an uninterrupted one would have done.

    Args:
        run: data and settings.
        network: at its start.
        folder: gets `checkpoint.safetensors` and `log.jsonl`.
        resume: go on from the checkpoint there, if there is one.
        progress: called with steps done and steps in all.

    Returns:
        The last means of the losses.

    Raises:
        RecipeError: if the checkpoint is damaged, or belongs to another recipe or other texts.
    """
    optimizer = _optimizer(network, run.recipe)
    batches = [batch for epoch in range(run.recipe.optimizer.epochs) for batch in _batches(run, epoch)]
    checkpoint = Checkpoint(folder / CHECKPOINT, _identity(run))
    mean = RunningMean(network, run.recipe.optimizer.average)
    done = checkpoint.restore(network, optimizer, mean) if resume else 0
    recent: dict[str, list[float]] = defaultdict(list)
    saved = started = time.monotonic()
    network.train()
    for step in range(done, len(batches)):
        rate = _rate(step, len(batches), run.recipe.optimizer.warmup)
        for name, value in _learn(run, network, optimizer, batches[step], step, rate).items():
            recent[name] = [*recent[name][1 - _LOG_EVERY :], value]
        mean.update(network, step)
        now, last = time.monotonic(), step + 1 == len(batches)
        if last or (step + 1) % _LOG_EVERY == 0:
            _log(folder, {"step": step + 1, "steps": len(batches), **_means(recent)}, now - started)
        if last or now - saved > 60 * run.recipe.checkpoint_minutes:
            checkpoint.store(network, optimizer, mean, step + 1)
            saved = now
        if progress is not None:
            progress(step + 1, len(batches))
    mean.put_into(network)
    return _means(recent)


def _learn(
    run: Run,
    network: DualNetwork,
    optimizer: torch.optim.Optimizer,
    batch: Sequence[int],
    step: int,
    rate: float,
) -> dict[str, float]:
    """One step at a share of the peak rates; the parts of the loss before it, none if nothing is learned."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * rate
    torch.manual_seed(_seed(run.recipe.seed, step))
    losses = batch_losses(run, network, batch, step)
    if losses:
        optimizer.zero_grad()
        torch.autograd.backward(torch.stack(list(losses.values())).sum())
        nn.utils.clip_grad_norm_(
            [p for p in network.parameters() if p.requires_grad], run.recipe.optimizer.clip
        )
        optimizer.step()
    return {name: value.item() for name, value in losses.items()}


def batch_losses(run: Run, network: DualNetwork, batch: Sequence[int], step: int) -> dict[str, torch.Tensor]:
    """The weighted parts of the loss on a batch of rows; parts that no text has are left out."""
    texts = [run.texts[i] for i in batch]
    vectors, axes = network.texts([run.ids[i] for i in batch])
    parts = {
        "descriptors": _descriptor_part(run, network, texts, vectors),
        "closed": _closed_part(run, network, texts, vectors, step),
        "axes": _axis_part(run, texts, axes),
        **{f"human {name}": _human_part(run, network, texts, vectors, name) for name in run.spaces},
    }
    return {name: part for name, part in parts.items() if part is not None}


def _descriptor_part(
    run: Run, network: DualNetwork, texts: Sequence[TrainingText], vectors: torch.Tensor
) -> torch.Tensor | None:
    rows = [i for i, text in enumerate(texts) if text.descriptors]
    if not rows or not run.recipe.losses.descriptors:
        return None
    distinct = {d: k for k, d in enumerate(dict.fromkeys(d for i in rows for d in texts[i].descriptors))}
    frozen = run.wordings.vectors(list(distinct))
    positives = [[distinct[d] for d in texts[i].descriptors] for i in rows]
    targets, weights = descriptor_targets(positives, frozen, run.recipe.losses.synonym)
    logits = network.descriptors(vectors[rows] @ network.labels(frozen).T)
    return run.recipe.losses.descriptors * sigmoid_contrast(logits, targets, weights) / 2


def _closed_part(
    run: Run, network: DualNetwork, texts: Sequence[TrainingText], vectors: torch.Tensor, step: int
) -> torch.Tensor | None:
    rows = [i for i, text in enumerate(texts) if text.closed is not None]
    if not rows or run.closed is None:
        return None
    generator = torch.Generator().manual_seed(_seed(run.recipe.seed, step))
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


def _batches(run: Run, epoch: int) -> Iterator[list[int]]:
    """Rows of each step of an epoch: texts of like length together, the batches in random order."""
    rng = np.random.default_rng([run.recipe.seed, epoch])
    size = run.recipe.optimizer.batch
    order = rng.permutation(len(run.texts)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), size * _POOL):
        pool = sorted(order[start : start + size * _POOL], key=lambda i: len(run.ids[i]))
        batches += [pool[k : k + size] for k in range(0, len(pool), size)]
    yield from (batches[i] for i in rng.permutation(len(batches)))


def _optimizer(network: DualNetwork, recipe: Recipe) -> torch.optim.AdamW:
    settings = recipe.optimizer
    tower = {id(p) for p in network.encoder.parameters()}
    groups = [
        {
            "params": [p for p in network.parameters() if p.requires_grad and (id(p) in tower) == own],
            "peak": peak,
        }
        for own, peak in (
            (True, settings.learning_rate),
            (False, settings.learning_rate * settings.head_factor),
        )
    ]
    return torch.optim.AdamW(
        groups, lr=settings.learning_rate, betas=(0.9, 0.98), weight_decay=settings.weight_decay
    )


def _identity(run: Run) -> str:
    """A checksum of what the weights depend on: settings, spaces and texts, with all that is known of them.

    Inferred labels are left out, since they follow from the rest.
    """
    digest = hashlib.sha256(run.recipe.digest().encode())
    digest.update(json.dumps([space.to_dict() for space in run.spaces.values()]).encode())
    for text in run.texts:
        given = [None if text.closed is None or text.inferred else text.closed.tolist()]
        given += [[name, gold.tolist()] for name, gold in sorted(text.human.items())]
        digest.update(json.dumps([text.text, text.descriptors, text.axes, given]).encode())
    return digest.hexdigest()


def _rate(step: int, steps: int, warmup: float) -> float:
    """Share of the peak rate: up in a line, down in a line, never quite nothing."""
    return max(1e-3, min(1.0, step / (warmup * steps + 1)) * (1 - step / steps))


def _seed(seed: int, step: int) -> int:
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)


def _means(recent: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(float(np.mean(values)), 4) for name, values in recent.items()}


def _log(folder: Path, facts: Mapping[str, Any], seconds: float) -> None:
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({**facts, "seconds": round(seconds, 1)}) + "\n")
