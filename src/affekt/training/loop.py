"""The loop that every stage of training shares: seeded steps, checkpoints to the step, a log."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from affekt.training.averaging import RunningMean
from affekt.training.checkpoint import Checkpoint
from affekt.training.settings import Optimizer

_LOG_EVERY: Final = 50

Progress = Callable[[int, int], None]
Losses = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Stage:
    """Some training of a network.

    Args:
        network: learns in place.
        optimizer: its groups have a `peak`, the highest rate.
        mean: of the weights, or one that follows none.
        checkpoint: where the state is kept.
        steps: in all.
        losses: the weighted parts of the loss of a step, from its number; empty if nothing is learned.
        seeds: the seed of a step, from its number.
        warmup: share of the steps in which the rate rises.
        clip: largest norm of the gradient.
        minutes: between checkpoints.
        title: stands in the log; empty for the main stage.
    """

    network: nn.Module
    optimizer: torch.optim.Optimizer
    mean: RunningMean
    checkpoint: Checkpoint
    steps: int
    losses: Callable[[int], Losses]
    seeds: Callable[[int], int]
    warmup: float
    clip: float
    minutes: float
    title: str = ""


def go_through(
    stage: Stage, folder: Path, resume: bool, progress: Progress | None = None
) -> dict[str, float]:
    """Take a stage's steps, from its checkpoint on if asked.

    Args:
        stage: what is done.
        folder: gets `log.jsonl`.
        resume: go on from the checkpoint, if there is one.
        progress: called with steps done and steps in all.

    Returns:
        The last means of the losses.

    Raises:
        RecipeError: if the checkpoint is damaged, or belongs to another run.
    """
    done = stage.checkpoint.restore(stage.network, stage.optimizer, stage.mean) if resume else 0
    recent: dict[str, list[float]] = defaultdict(list)
    saved = started = time.monotonic()
    stage.network.train()
    for step in range(done, stage.steps):
        for name, value in _learn(stage, step).items():
            recent[name] = [*recent[name][1 - _LOG_EVERY :], value]
        stage.mean.update(stage.network, step)
        now, last = time.monotonic(), step + 1 == stage.steps
        if last or (step + 1) % _LOG_EVERY == 0:
            title = {"stage": stage.title} if stage.title else {}
            _log(folder, {**title, "step": step + 1, "steps": stage.steps, **_means(recent)}, now - started)
        if last or now - saved > 60 * stage.minutes:
            stage.checkpoint.store(stage.network, stage.optimizer, stage.mean, step + 1)
            saved = now
        if progress is not None:
            progress(step + 1, stage.steps)
    stage.mean.put_into(stage.network)
    return _means(recent)


def _learn(stage: Stage, step: int) -> dict[str, float]:
    """One step; the parts of the loss before it, none if nothing is learned."""
    rate = _rate(step, stage.steps, stage.warmup)
    for group in stage.optimizer.param_groups:
        group["lr"] = group["peak"] * rate
    torch.manual_seed(stage.seeds(step))
    losses = stage.losses(step)
    if losses:
        stage.optimizer.zero_grad()
        torch.autograd.backward(torch.stack(list(losses.values())).sum())
        nn.utils.clip_grad_norm_([p for p in stage.network.parameters() if p.requires_grad], stage.clip)
        stage.optimizer.step()
    return {name: value.item() for name, value in losses.items()}


def adamw(network: nn.Module, tower: nn.Module, settings: Optimizer, peak: float) -> torch.optim.AdamW:
    """AdamW with two groups: the tower at the peak rate, all else faster.

    Args:
        network: whose learned weights are optimised.
        tower: a part of it.
        settings: factor of the other parts, weight decay.
        peak: rate of the tower.

    Returns:
        The optimiser; each of its groups has a `peak`.
    """
    own = {id(p) for p in tower.parameters()}
    groups = [
        {
            "params": [p for p in network.parameters() if p.requires_grad and (id(p) in own) == inside],
            "peak": rate,
        }
        for inside, rate in ((True, peak), (False, peak * settings.head_factor))
    ]
    return torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98), weight_decay=settings.weight_decay)


def seed_of(*parts: int) -> int:
    """One seed of several numbers, such as a run's and a step's."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> 1)


def _rate(step: int, steps: int, warmup: float) -> float:
    """Share of the peak rate: up in a line, down in a line, never quite nothing."""
    return max(1e-3, min(1.0, step / (warmup * steps + 1)) * (1 - step / steps))


def _means(recent: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(float(np.mean(values)), 4) for name, values in recent.items()}


def _log(folder: Path, facts: Mapping[str, Any], seconds: float) -> None:
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({**facts, "seconds": round(seconds, 1)}) + "\n")
