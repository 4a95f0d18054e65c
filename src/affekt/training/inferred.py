"""What was inferred of the texts, kept beside a run until its end, so that resuming does not infer it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from affekt.models import write_whole
from affekt.training.inference import Inference
from affekt.training.reading import TrainingText

INFERRED: Final = "inferred.safetensors"


def kept(
    folder: Path, digest: str, texts: Sequence[TrainingText], infer: Callable[[], Inference]
) -> Inference:
    """What was inferred before from the same texts under the same recipe; else infers it, and keeps it.

    Args:
        folder: of the run.
        digest: of its recipe.
        texts: what is inferred from.
        infer: called if nothing fitting is kept.

    Returns:
        The texts with axes and closed-set labels.
    """
    path, key = folder / INFERRED, _key(digest, texts)
    stored = _stored(path)
    if stored is not None and bytes(stored["key"]).decode() == key:
        return _restored(texts, stored)
    made = infer()
    _store(path, key, made)
    return made


def _stored(path: Path) -> dict[str, np.ndarray] | None:
    """What was kept; None if nothing was, or it is damaged: it can be made again."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(str(path))
    except (FileNotFoundError, SafetensorError):
        return None


def _key(digest: str, texts: Sequence[TrainingText]) -> str:
    told = hashlib.sha256(digest.encode())
    for text in texts:
        closed = None if text.closed is None else text.closed.tolist()
        human = {name: gold.tolist() for name, gold in text.human.items()}
        told.update(json.dumps([text.text, text.descriptors, text.axes, closed, human]).encode())
    return told.hexdigest()


def _store(path: Path, key: str, made: Inference) -> None:
    from safetensors.numpy import save

    width = max((len(t.closed) for t in made.texts if t.closed is not None), default=0)
    none = np.full(width, np.nan, np.float32)
    tensors: dict[str, np.ndarray] = {
        "axes": np.array([(np.nan, np.nan) if t.axes is None else t.axes for t in made.texts], np.float64),
        "closed": np.array([none if t.closed is None else t.closed for t in made.texts], np.float32),
        "inferred": np.array([t.inferred for t in made.texts], np.uint8),
        "average_precision": np.array([np.nan if made.average_precision is None else made.average_precision]),
        "key": np.frombuffer(key.encode(), np.uint8),
    }
    write_whole(path, save(tensors))


def _restored(texts: Sequence[TrainingText], stored: dict[str, np.ndarray]) -> Inference:
    axes, closed = stored["axes"], stored["closed"]
    score = float(stored["average_precision"][0])
    return Inference(
        tuple(
            replace(
                text,
                axes=None if np.isnan(axes[i]).any() else (float(axes[i, 0]), float(axes[i, 1])),
                closed=None if not closed.shape[1] or np.isnan(closed[i]).any() else np.array(closed[i]),
                inferred=bool(stored["inferred"][i]),
            )
            for i, text in enumerate(texts)
        ),
        None if np.isnan(score) else score,
    )
