"""What a page about a report is made from: the report, and gold, answers and scores of its items as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, Item, LabelSpace
from affekt.evaluation.items import ItemTable
from affekt.evaluation.report import Report

_HEADLINES: Final = {
    "multi": ("macro_f1", "micro_f1", "jaccard", "lrap"),
    "single": ("macro_f1", "weighted_f1", "accuracy", "micro_f1_without_neutral"),
    "ordinal": ("mean_pearson", "mean_kappa", "mean_mae"),
    "dimensional": ("mean_pearson", "mean_ccc", "mean_mae"),
    "open": ("set_f1", "match_f1", "match_precision", "match_recall", "positive_f1"),
}
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A report's items as arrays.

    Args:
        report: that the page is about.
        space: of gold.
        items: the report's table.
        gold: bool `[items, labels]`, the labels that are true.
        said: bool `[items, labels]`, the labels predicted.
        texts: the items, or None where they are withheld.
    """

    report: Report
    space: LabelSpace
    items: ItemTable
    gold: NDArray[np.bool_]
    said: NDArray[np.bool_]
    texts: Sequence[Item] | None

    @classmethod
    def of(cls, report: Report, *, texts: bool) -> Self | None:
        """Of a report, with its texts where it has them; None of one without items, or where no labels are said."""
        if report.items is None or not report.says_labels:
            return None
        space = space_of(report)
        return cls(
            report,
            space,
            report.items,
            _matrix(report.items.gold, space.names),
            _matrix(report.items.labels, space.names),
            report.texts if texts else None,
        )

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Bool `[items]`, the items that the model did not abstain from."""
        return np.array([reason is None for reason in self.items.abstained], dtype=bool)

    @property
    def scores(self) -> FloatArray:
        """Float32 `[items, labels]`; NaN where there is none."""
        return self.items.scores

    @property
    def gold_values(self) -> NDArray[Any]:
        """`[items, labels]`: levels or values on axes, else 0 and 1."""
        values = self.items.gold_values
        return self.gold.astype(np.float32) if values is None else values

    @property
    def decided(self) -> bool:
        """Whether labels were said: neither levels nor values on axes."""
        return self.space.kind in ("single", "multi")

    @property
    def scored(self) -> bool:
        """Whether any item has a score: labels may come without."""
        return bool(np.isfinite(self.scores).any())


def space_of(report: Report) -> LabelSpace:
    """The label space of a report's gold."""
    return LabelSpace.from_dict(report.data["space"])


def data_name(report: Report) -> str:
    """What was evaluated on: `semeval2018/e-c-en:test`; of a file its name, without the folder, and the split."""
    data = report.data
    part = f"/{data['part']}" if data["part"] else ""
    return f"{data['name']}{part}:{data['split']}"


def headlines(report: Report) -> list[str]:
    """Names of the figures that come first, the most important one at the front.

    Args:
        report: whose kind of label space decides; of axes that the model has no head for, those it has.

    Returns:
        Up to four names of defined figures; all there are if none of them is known.
    """
    known = [name for name, figure in report.metrics.items() if figure.value is not None]
    first = [name for name in _HEADLINES.get(space_of(report).kind, ()) if name in known]
    axes = [name for label in space_of(report).names if (name := f"pearson_{label}") in known]
    return ((first + axes) or known or list(report.metrics))[:_SHOWN]


def _matrix(rows: Sequence[Sequence[str]], names: Sequence[str]) -> NDArray[np.bool_]:
    place = {name: j for j, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)), dtype=bool)
    for i, row in enumerate(rows):
        matrix[i, [place[name] for name in row]] = True
    return matrix
