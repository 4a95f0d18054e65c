"""Where the errors lie, as papers on intensities and on language models break them down."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.evaluation.measuring import Intervals
from affekt.evaluation.outcome import Outcome
from affekt.evaluation.report import Figure, defined
from affekt.metrics import Tally

GRAINS: Final = (2, 3, 4)
"""Numbers of levels that intensities are collapsed to."""


def breakdown(outcome: Outcome, intervals: Intervals) -> dict[str, Any] | None:
    """Kinds of errors by label, levels collapsed, and how often labels are said against how often they are true.

    Args:
        outcome: of labels or levels.
        intervals: how they are made.

    Returns:
        `errors`, `preference`, and for levels `collapsed`; None for values on axes.
    """
    if outcome.space.kind == "dimensional":
        return None
    found: dict[str, Any] = {"errors": errors(outcome), "preference": preference(outcome, intervals)}
    if outcome.space.levels is not None:
        found["collapsed"] = collapsed(outcome, intervals)
    return found


def errors(outcome: Outcome) -> dict[str, Any]:
    """What sort of error the errors are, label by label and of all labels together.

    Of the items where a label (its level) was judged wrongly, the shares where it was `missed` (true, not
    said), `added` (said, not true), where `nothing` at all was said of the text, and of levels where they
    were `one_level` off. Shares may overlap. An abstained item says nothing.

    Args:
        outcome: of labels or levels.

    Returns:
        `all` and `labels`: `errors`, their number, and the shares, None where there is no error.
    """
    true, said = outcome.true, outcome.said & ~outcome.silent[:, None]
    if outcome.levels is None:
        off = np.asarray(true != said, dtype=np.float64)
    else:
        levels = np.where(outcome.silent[:, None], 0, outcome.levels)
        off = np.nan_to_num(np.abs(outcome.gold - levels))
    wrong = off > 0
    sorts = {
        "missed": wrong & true & ~said,
        "added": wrong & said & ~true,
        "nothing": wrong & ~said.any(axis=1, keepdims=True),
    }
    if outcome.levels is not None:
        sorts["one_level"] = off == 1

    def shares(columns: slice | int) -> dict[str, float | None]:
        number = int(wrong[:, columns].sum())
        found = {
            sort: int(which[:, columns].sum()) / number if number else None for sort, which in sorts.items()
        }
        return {"errors": number, **found}

    by_label = {name: shares(j) for j, name in enumerate(outcome.space.names)}
    return {"all": shares(slice(None)), "labels": by_label}


def preference(outcome: Outcome, intervals: Intervals) -> dict[str, dict[str, Any]]:
    """Which labels are said more often, or less, than they are true.

    Args:
        outcome: of labels or levels.
        intervals: how they are made.

    Returns:
        Label → `true` and `predicted`, shares of items, and `difference`, predicted less true, with interval.
    """
    true, said = outcome.true, outcome.said & ~outcome.silent[:, None]
    gap = said.astype(np.float64) - true

    def statistic(weights: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        total = weights.sum(axis=-1)[..., None]
        return {"difference": np.asarray(weights @ gap / total, dtype=np.float64)}

    difference = intervals.of(statistic, len(outcome))["difference"]
    return {
        name: {
            "true": float(true[:, j].mean()),
            "predicted": float(said[:, j].mean()),
            "difference": Figure.at(difference, j).to_dict(),
        }
        for j, name in enumerate(outcome.space.names)
    }


def collapsed(outcome: Outcome, intervals: Intervals) -> dict[str, dict[str, Any]]:
    """Figures after levels are made fewer: what is lost by telling intensities apart.

    Level 0 stays alone; the levels above it share the others evenly, the lower ones first: of four levels,
    `2` tells none from any, `3` tells 1 from 2–3.

    Args:
        outcome: of levels.
        intervals: how they are made.

    Returns:
        Number of levels, up to the space's own → figure → value, low, high; `macro_f1` at two levels.
    """
    assert outcome.levels is not None
    assert outcome.space.levels is not None
    top = outcome.space.levels - 1
    found = {}
    for grain in (grain for grain in GRAINS if grain <= outcome.space.levels):
        # A level that falls on a boundary must not be lifted over it by rounding.
        gold, levels = (np.ceil(x * (grain - 1) / top - 1e-9) for x in (outcome.gold, outcome.levels))
        suite = metrics.ordinal(gold, levels, outcome.silent)
        estimates = intervals.of(suite, len(outcome))
        figures = {
            name: Figure.at(estimate).to_dict()
            for name, estimate in estimates.items()
            if estimate.value.ndim == 0
        }
        if grain == 2:
            f1 = Tally.of(outcome.true, outcome.said & ~outcome.silent[:, None]).macro_f1()
            figures["macro_f1"] = Figure(defined(float(f1))).to_dict()
        found[str(grain)] = figures
    return found
