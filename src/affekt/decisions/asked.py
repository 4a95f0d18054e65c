"""Decisions by the name that a user asks for them with, fitted on one set of validation data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, Scores
from affekt.decisions.abstention import Abstention
from affekt.decisions.calibration import Calibrated, Calibration
from affekt.decisions.fixed import FixedThreshold
from affekt.decisions.registry import StoredDecision
from affekt.decisions.sets import PredictionSets
from affekt.decisions.thresholds import LabelThresholds

Asked = Literal["thresholds", "calibrated", "sets", "abstain"]
"""Cuts for the best F1; the same on calibrated scores; sets with a promise; silence where unsure."""
COVERAGE: Final = 0.9
"""Of sets and abstention, where none is asked for."""
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """A decision to be fitted.

    Args:
        name: `thresholds` (kind `multi`), `calibrated`, `sets`, `abstain`.
        coverage: of `sets` (.9 if left out), the share of an item's gold labels inside its set; of `abstain`
            (.9 if no risk is given either), the share of items that are kept.
        risk: of `abstain`, the mean loss of items that are kept; see `Abstention.fit`.

    Raises:
        InputError: if the name is unknown, or an option belongs to another decision.
    """

    name: Asked = "thresholds"
    coverage: float | None = None
    risk: float | None = None

    def __post_init__(self) -> None:
        if self.name not in get_args(Asked):
            raise InputError(f"decision {self.name!r} is unknown: use {', '.join(get_args(Asked))}")
        if self.coverage is not None and self.name not in ("sets", "abstain"):
            raise InputError(f"a coverage belongs to sets and abstain, not to {self.name}: leave it out")
        if self.risk is not None and self.name != "abstain":
            raise InputError(f"a risk belongs to abstain, not to {self.name}: leave it out")


def fit_decision(
    request: DecisionRequest,
    scores: Scores,
    gold: NDArray[Any],
    *,
    groups: Sequence[str] | None = None,
    source: str = "",
) -> StoredDecision:
    """Fit a decision on validation data.

    What promises something is fitted on half of the items, drawn at random, and what it stands on (calibration,
    thresholds) on the others: a promise holds for items that nothing was fitted on.

    Args:
        request: what is wanted.
        scores: of validation items, of kind `single` or `multi`.
        gold: `[items, labels]`, 0 or 1; an item with NaN is left out.
        groups: dialogue or author of each item, all of whose items are in one half; or None.
        source: the data, as readers should know them.

    Returns:
        The fitted decision.

    Raises:
        LabelError: if the space is of a kind that the decision does not know.
        InputError: if a share is outside 0…1, or the items do not suffice.
        ValueError: if gold does not fit the scores.
    """
    if request.name == "thresholds":
        return LabelThresholds.fit(scores, gold)
    if request.name == "calibrated":
        return _calibrated(scores, gold, source)
    foundation, rest = _halves(len(scores), groups)
    inner = _calibrated(scores.take(foundation), gold[foundation], source)
    unseen, true = scores.take(rest), gold[rest]
    coverage = COVERAGE if request.coverage is None else request.coverage
    if request.name == "sets":
        probabilities = inner.calibration.restate(unseen)
        return Calibrated(inner.calibration, PredictionSets.fit(probabilities, true, coverage=coverage))
    if request.risk is None:
        return Abstention.fit(unseen, true, inner, coverage=coverage)
    return Abstention.fit(unseen, true, inner, coverage=request.coverage, risk=request.risk)


def _halves(count: int, groups: Sequence[str] | None) -> tuple[list[int], list[int]]:
    """Items in two halves that do not depend on their order, which may mean something (every second one a reply).

    Groups stay whole, unless one is so large that a half would have less than a quarter of the items.
    """
    if not count:
        return [], []
    units = np.arange(count) if groups is None else np.unique(groups, return_inverse=True)[1]
    drawn = np.random.default_rng(_SEED).permutation(units.max() + 1)
    place = np.argsort(drawn)[units]
    ends = np.bincount(place, minlength=len(drawn)).cumsum()  # items in the first groups drawn
    cut = int(np.abs(2 * ends - count).argmin())
    if groups is not None and not 1 <= 4 * ends[cut] / count <= 3:
        return _halves(count, None)
    first = place <= cut
    return np.flatnonzero(first).tolist(), np.flatnonzero(~first).tolist()


def _calibrated(scores: Scores, gold: NDArray[Any], source: str) -> Calibrated:
    calibration = Calibration.fit(scores, gold, source=source)
    if scores.space.kind == "single":
        return Calibrated(calibration, FixedThreshold())
    return Calibrated(calibration, LabelThresholds.fit(calibration.restate(scores), gold))
