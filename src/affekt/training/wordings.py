"""Label texts as the frozen label tower sees them: embedded once, looked up by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
from torch.nn import functional

from affekt.core import Label


class Wordings:
    """Unit vectors of every label text of a run.

    Args:
        texts: descriptors, names, paraphrases, definitions; repeats are embedded once.
        embed: unit vectors by the frozen tower, `[texts, d]`.
    """

    def __init__(self, texts: Iterable[str], embed: Callable[[list[str]], torch.Tensor]) -> None:
        distinct = list(dict.fromkeys(texts))
        self._rows = {text: i for i, text in enumerate(distinct)}
        self._vectors = embed(distinct)

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """Vectors of texts, `[texts, d]`."""
        return self._vectors[[self._rows[text] for text in texts]]

    def shared_direction(self) -> torch.Tensor:
        """Of the mean of all vectors, unit length, `[d]`."""
        return functional.normalize(self._vectors.mean(dim=0), dim=0)

    def directions(self) -> torch.Tensor:
        """Directions in which the vectors are largest, falling: orthonormal rows, `[d, d]`."""
        products = self._vectors.T @ self._vectors
        rising: torch.Tensor = torch.linalg.eigh(products.double())[1]
        return rising.T.flip(0).float()


def draw_wordings(labels: Sequence[Label], share: float, generator: torch.Generator) -> list[str]:
    """One wording of each label: its name, or with the given chance another one."""
    drawn = []
    for label in labels:
        others = label.forms[1:]
        if others and torch.rand((), generator=generator).item() < share:
            drawn.append(others[int(torch.randint(len(others), (), generator=generator))])
        else:
            drawn.append(label.name)
    return drawn
