"""Checkpoints: everything that a run needs to go on as if it had never stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import nn

from affekt.core import RecipeError
from affekt.models import MANIFEST, replacing
from affekt.training.averaging import RunningMean

CHECKPOINT: Final = "checkpoint.safetensors"
MASKING_CHECKPOINT: Final = "masking.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The weights, their mean and the optimiser's state after some steps, in one safetensors file.

    Args:
        path: of the file.
        run: what tells the run from others; stored beside the weights.
    """

    path: Path
    run: str

    def store(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, mean: RunningMean, step: int
    ) -> None:
        """Put the state after so many steps in place of an earlier one."""
        from safetensors.torch import save_file

        tensors = {f"network.{name}": value.contiguous() for name, value in network.state_dict().items()}
        tensors.update({f"mean.{name}": value for name, value in mean.weights.items()})
        for i, state in optimizer.state_dict()["state"].items():
            tensors.update({f"optimizer.{i}.{name}": torch.as_tensor(value) for name, value in state.items()})
        with replacing(self.path) as partial:
            save_file(tensors, str(partial), {"run": self.run, "step": str(step)})

    def restore(self, network: nn.Module, optimizer: torch.optim.Optimizer, mean: RunningMean) -> int:
        """Put the stored state in place.

        Args:
            network: gets the weights.
            optimizer: gets its state.
            mean: gets the mean so far.

        Returns:
            The number of steps that were done; 0 if there is no checkpoint.

        Raises:
            RecipeError: if the checkpoint is damaged, or belongs to another run.
        """
        if not self.path.is_file():
            return 0
        facts, tensors = self._read()
        if facts.get("run") != self.run:
            raise RecipeError(
                f"{self.path} belongs to another recipe or other texts: use those, or another directory"
            )
        network.load_state_dict(
            {name.removeprefix("network."): t for name, t in tensors.items() if name.startswith("network.")}
        )
        for name in mean.weights:
            mean.weights[name] = tensors[f"mean.{name}"]
        state: dict[int, dict[str, torch.Tensor]] = defaultdict(dict)
        for name, tensor in tensors.items():
            if name.startswith("optimizer."):
                _, row, field = name.split(".", 2)
                state[int(row)][field] = tensor
        optimizer.load_state_dict({**optimizer.state_dict(), "state": dict(state)})
        return int(facts["step"])

    def _read(self) -> tuple[Mapping[str, str], dict[str, torch.Tensor]]:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(self.path), "pt") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
                return file.metadata() or {}, tensors
        except SafetensorError as error:
            raise RecipeError(f"{self.path} is damaged ({error}): delete it and start anew") from None


def check_target(out: Path, resume: bool) -> None:
    """See that no finished model and no half of a run is written over.

    Args:
        out: where a run would write.
        resume: whether it would go on from what is there.

    Raises:
        RecipeError: if there is a checkpoint and `resume` is not asked for, or a finished model.
    """
    names = (CHECKPOINT, MASKING_CHECKPOINT)
    checkpoint = any((folder / name).exists() for folder in (out, out / "run1") for name in names)
    if checkpoint and not resume:
        raise RecipeError(f"{out} holds a checkpoint: go on with --resume, or use another directory")
    if (out / MANIFEST).exists() and not checkpoint:
        raise RecipeError(f"{out} holds a finished model: delete it, or use another directory")
