"""The verbs of `import affekt`: what the command line does, in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, overload

from affekt.core import Item, Kind, Label, LabelSpace, Prediction
from affekt.models import Model
from affekt.models import load as load_model

if TYPE_CHECKING:
    pass

DEFAULT_MODEL = "small"


def load(model: str | Path = DEFAULT_MODEL) -> Model:
    """Load a model.

    Args:
        model: a name of `affekt models`, or a model directory.

    Returns:
        The model: `predict` gives labels, `scores` gives numbers.

    Raises:
        ModelError: if there is no such model, or its directory is damaged.
    """
    return load_model(str(model))


_kept = lru_cache(maxsize=1)(load)


@overload
def label(
    texts: str | Item,
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> Prediction: ...


@overload
def label(
    texts: Iterable[str | Item],
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> list[Prediction]: ...


def label(
    texts: str | Item | Iterable[str | Item],
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> Prediction | list[Prediction]:
    """Say which emotions texts express.

    The model named last is kept in memory, so that a second call is fast; for more control, `load` one.

    Args:
        texts: one text, or many.
        labels: labels of your own: names, `name=description`, or `Label`s.
        space: labels known by name (`goemotions`, `ekman`, `valence-arousal` …), or a `LabelSpace`. Without
            labels or space, the model's own.
        kind: of your own labels: `multi` for any number a text, `single` for exactly one.
        model: a name, a model directory, or a model at hand.
        threshold: a label applies from this score on, in 0…1; the model's own decision if left out.
        top: at most so many labels a text, the best; one or more.

    Returns:
        A prediction for one text, a list in the order of the texts for many.

    Raises:
        AffektError: if the labels, the space, the model or an option cannot be used.
    """
    judge = _kept(str(model)) if isinstance(model, str | Path) else model
    one = isinstance(texts, str | Item)
    predictions = judge.predict(
        [texts] if one else list(texts),
        labels=labels,
        space=space,
        kind=kind,
        threshold=threshold,
        top=top,
    )
    return predictions[0] if one else predictions
