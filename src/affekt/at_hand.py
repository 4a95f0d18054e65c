"""Models at hand: the one that was loaded last is kept, and each is known by the name that it was loaded by."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from affekt import models
from affekt.models import Model

_NAMES: Final[WeakKeyDictionary[Model, str]] = WeakKeyDictionary()


def load(model: str | Path) -> Model:
    """Load a model anew, and remember by which name; see `affekt.load`."""
    found = models.load(model)
    _NAMES[found] = str(model)
    return found


def loaded_by(model: str | Path | Model) -> str | None:
    """The name by which a model was loaded; None of one that was changed since then, which is another object."""
    return str(model) if isinstance(model, str | Path) else _NAMES.get(model)


def at_hand(model: str | Path | Model) -> Model:
    """The model itself, or the one of that name, which is loaded again only if its directory was written anew."""
    if not isinstance(model, str | Path):
        return model
    manifest = Path(model) / models.MANIFEST
    return _kept(str(model), manifest.stat().st_mtime_ns if manifest.is_file() else None)


@lru_cache(maxsize=1)
def _kept(model: str, written: int | None) -> Model:
    return load(model)
