"""Label towers that bundled models lend: models of one backbone need it once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from affekt.core import RecipeError
from affekt.encoder import DualEncoder, unit
from affekt.models import BUNDLED, LABEL_TOWER, VOCABULARY, load_directory, read_manifest
from affekt.training.wordings import Wordings

_ASKED: Final = 64
_NEAR: Final = 0.97  # the mean cosine of a tower in 4 bits to the one in float32 is .99 and more


def lent_tower(directory: Path) -> dict[str, Any]:
    """What the manifest of a borrower says: who lends, and checksums of the files that serve its labels.

    Args:
        directory: of a bundled model. If it borrows a label tower itself, that one's lender is known by its manifest.

    Returns:
        `model` and `files`, by name; its descriptors are among them if it has any.
    """
    card = read_manifest(directory)
    names = (*(() if "label_tower" in card else LABEL_TOWER), VOCABULARY)
    return {
        "model": directory.name,
        "files": {name: card["files"][name] for name in names if name in card["files"]},
    }


def check_lent(name: str, wordings: Wordings, asked: Sequence[str]) -> None:
    """See that a bundled model's label tower reads wordings as a run's own would.

    Args:
        name: of the bundled model.
        wordings: vectors by the run's frozen tower.
        asked: some wordings that it has.

    Raises:
        RecipeError: if no such model is bundled, or its tower is of another backbone.
    """
    folder = BUNDLED / name
    if not folder.is_dir():
        raise RecipeError(f"label_tower {name!r} is not bundled: name a bundled model, or leave it out")
    scorer = load_directory(folder).scorer
    own = wordings.vectors(asked[:_ASKED]).numpy()
    if isinstance(scorer, DualEncoder):
        theirs = unit(
            scorer.open_labels().encode([scorer.normalizer(form) for form in asked[:_ASKED]]).states
        )
        if theirs.shape == own.shape and float(np.mean((own * theirs).sum(axis=1))) >= _NEAR:
            return
    raise RecipeError(
        f"label_tower {name!r} reads labels otherwise than the recipe's backbone: name a model of the same backbone, or "
        "leave it out"
    )
