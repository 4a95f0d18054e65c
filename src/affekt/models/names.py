"""From names to models: the bundled ones, and directories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from affekt.core import ModelError
from affekt.models.directory import load_directory
from affekt.models.manifest import BUNDLED, MANIFEST, read_card
from affekt.models.model import Model


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What `affekt models` shows of a bundled model.

    Args:
        name: to be given to `load`.
        directory: where it lies.
        description: in one sentence.
        languages: ISO 639-1 codes of what it reads.
        size: bytes of all its files.
        measured: figure → value, as measured for the card.
    """

    name: str
    directory: Path
    description: str
    languages: tuple[str, ...]
    size: int
    measured: Mapping[str, Any]


def load(name: str | Path) -> Model:
    """Open a model by name or directory.

    Args:
        name: of a bundled model, or a model directory.

    Returns:
        The model; a bundled one is called as it was asked for, another as its manifest says.

    Raises:
        ModelError: if nothing has that name, or the directory is damaged.
    """
    return load_directory(find(name), str(name) if str(name) in _bundled() else None)


def find(name: str | Path) -> Path:
    """The directory of a model, bundled or not.

    Args:
        name: of a bundled model, or a directory.

    Returns:
        The directory; that it holds a model is not looked at.

    Raises:
        ModelError: if nothing has that name.
    """
    bundled = _bundled()
    directory = bundled.get(str(name), Path(name))
    if directory.is_dir():
        return directory
    near = get_close_matches(str(name), bundled, n=1)
    known = f"use {', '.join(bundled)}, or a model directory" if bundled else "name a model directory"
    hint = f"did you mean {near[0]}?" if near else known
    raise ModelError(f"model {str(name)!r} is unknown: {hint}")


def available() -> list[ModelInfo]:
    """The bundled models."""
    return [_info(name, directory) for name, directory in _bundled().items()]


def _bundled() -> dict[str, Path]:
    return {path.parent.name: path.parent for path in sorted(BUNDLED.glob(f"*/{MANIFEST}"))}


def _info(name: str, directory: Path) -> ModelInfo:
    card = read_card(directory)
    folders = [directory, *(BUNDLED / part for part in card.get("models", []))]
    return ModelInfo(
        name,
        directory,
        card["description"],
        tuple(card["languages"]),
        sum(path.stat().st_size for folder in folders for path in folder.iterdir()),
        card.get("measured", {}),
    )
