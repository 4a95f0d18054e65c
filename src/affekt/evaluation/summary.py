"""How often a label occurs, or how high a score is on average, in each group of a file's rows, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from affekt.core import InputError
from affekt.evaluation.intervals import LEVEL
from affekt.evaluation.prevalence import Estimate, Measure
from affekt.evaluation.report import defined
from affekt.evaluation.sample_size import check_width

SCHEMA: Final = 1

Correction = Literal["ppi", "rates"]
"""`ppi`: prediction-powered inference; `rates`: by the model's error rates, alike in every group."""

WHOLE_FILE: Final = "(all)"
"""What the whole file is called among the groups."""


@dataclass(frozen=True, slots=True)
class Line:
    """One label in one group.

    Args:
        group: `WHOLE_FILE` for the file itself.
        label: or axis.
        rows: judged rows of the group.
        gold: those of them with gold for this label.
        estimate: corrected if there is gold, else what the model says.
        model: what the model says, uncorrected: the share of rows that it gives the label to, or the mean score.
        needed: rows to label for an interval of the wanted width; None if none is wanted.
    """

    group: str
    label: str
    rows: int
    gold: int
    estimate: Estimate
    model: float
    needed: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form; null where undefined."""
        found = {
            "group": self.group,
            "label": self.label,
            "rows": self.rows,
            "gold": self.gold,
            "value": defined(self.estimate.value),
            "low": defined(self.estimate.low),
            "high": defined(self.estimate.high),
            "method": self.estimate.method,
            "model": defined(self.model),
        }
        return found if self.needed is None else {**found, "needed": self.needed}


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares or means of labels, for the whole file and for each group.

    Args:
        name: of the file.
        by: what rows are grouped by, or None.
        unit: the period that dates are gathered by, or None.
        measure: `share` or `mean`.
        labels: in order.
        groups: in order.
        rows: judged rows of the file.
        unjudged: rows that the model did not judge, which are left out.
        gold: labelled rows.
        sample: name of their file, or None.
        whole: one line a label.
        lines: one line a group and label, group by group.
        notes: what a reader has to know, a sentence each.
        width: of interval that is wanted, or None.
    """

    name: str
    by: str | None
    unit: str | None
    measure: Measure
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    rows: int
    unjudged: int
    gold: int
    sample: str | None
    whole: tuple[Line, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    width: float | None = None

    def of_label(self, label: str) -> Iterator[Line]:
        """The lines of a label, a group each."""
        return (line for line in self.lines if line.label == label)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "schema": SCHEMA,
            "file": self.name,
            "by": self.by,
            "unit": self.unit,
            "measure": self.measure,
            "level": LEVEL,
            "rows": self.rows,
            "unjudged": self.unjudged,
            "gold": self.gold,
            "sample": self.sample,
            "width": self.width,
            "notes": list(self.notes),
            "whole": [line.to_dict() for line in self.whole],
            "groups": [line.to_dict() for line in self.lines],
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a file.

    Args:
        labels: all of the file's, in the order of its scores.
        wanted: those to report.
        measure: `share` or `mean`.
        correction: how errors are corrected.
        width: of the interval that is wanted, or None.

    Raises:
        InputError: if means are to be corrected by error rates, or the width cannot be one.
    """

    labels: tuple[str, ...]
    wanted: tuple[str, ...]
    measure: Measure
    correction: Correction = "ppi"
    width: float | None = None

    def __post_init__(self) -> None:
        if self.measure == "mean" and self.correction == "rates":
            raise InputError("error rates correct shares of labels, not means: use `ppi` for means")
        if self.width is not None:
            check_width(self.width, math.inf if self.measure == "mean" else 1.0)
