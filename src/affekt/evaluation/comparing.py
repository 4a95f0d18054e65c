"""Whether two evaluated models differ by more than chance: the same items, judged by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import InputError, LabelError, LabelSpace, ModelError, Prediction, Scores
from affekt.decisions import decision_from_dict
from affekt.evaluation.items import ItemTable
from affekt.evaluation.outcome import Outcome, decided_levels, said_labels
from affekt.evaluation.report import Report, defined
from affekt.metrics import Ratios, Statistic


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of two models; None where undefined.

    Args:
        a: of the first.
        b: of the second.
        difference: the first less the second.
        low: lower end of its 95 % interval, by paired bootstrap.
        high: upper end.
        p: two-sided p-value by approximate randomisation; of labels, not corrected.
        p_bootstrap: the same by paired bootstrap.
        p_holm: of labels, `p` corrected for their number (Holm 1979); None for figures of the whole.
    """

    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_bootstrap: float | None
    p_holm: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same items.

    Args:
        a: name and folder of the first model's report.
        b: of the second's.
        data: what both were evaluated on, as in a report.
        items: their number.
        units: what was resampled and swapped: `texts` or `groups`.
        replicates: number of resamples, and of swaps.
        seed: of both.
        metrics: figure → difference.
        labels: figure → label → difference; Holm's correction is over the labels of a figure.
    """

    a: Mapping[str, str]
    b: Mapping[str, str]
    data: Mapping[str, Any]
    items: int
    units: str
    replicates: int
    seed: int
    metrics: Mapping[str, Difference]
    labels: Mapping[str, Mapping[str, Difference]]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return asdict(self)


def compare(a: Path | str, b: Path | str, *, replicates: int = 1000, seed: int = 0) -> Comparison:
    """Compare two saved reports item by item.

    Intervals come from a paired bootstrap, p-values from approximate randomisation (Noreen 1989; Yeh 2000);
    both draw whole groups (dialogues, authors) where the corpus has any. Abstained items count as in a report.
    Correlations are tested on values of one scale, errors and concordance on those that were said.

    Args:
        a: the folder of a saved report.
        b: the folder of another, on the same items.
        replicates: number of resamples, and of random swaps.
        seed: of both.

    Returns:
        Differences, the first less the second, of the whole and of each label.

    Raises:
        InputError: if a folder holds no report with its items, or items, gold or labels differ, or if the reports
            have no figure in common.
    """
    if replicates < 1:
        raise InputError(f"{replicates} resamples say nothing: give a number from 1 up")
    reports = tuple(Report.load(folder) for folder in (a, b))
    spaces = tuple(_space(report, folder) for report, folder in zip(reports, (a, b), strict=True))
    _check(reports, spaces, (a, b))
    one, other = (
        _compared_by(report, space, folder)
        for report, space, folder in zip(reports, spaces, (a, b), strict=True)
    )
    items = reports[0].items
    assert items is not None
    groups = None if None in items.group else tuple(str(group) for group in items.group)
    whole, by_label = _compared(
        one, other, spaces[0].names, {"groups": groups, "replicates": replicates, "seed": seed}
    )
    if not whole:
        raise InputError(
            f"{a} and {b} have no figure in common: one is of labels, the other of evidence or descriptors"
        )
    return Comparison(
        {"name": str(reports[0].model["name"]), "folder": str(a)},
        {"name": str(reports[1].model["name"]), "folder": str(b)},
        reports[0].data,
        len(items),
        "texts" if groups is None else "groups",
        replicates,
        seed,
        whole,
        by_label,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """What a saved report says of each item.

    Args:
        items: their number.
        outcome: of labels, levels or values; None where nothing was said of them.
        ratios: figures of evidence and descriptors; None without them.
    """

    items: int
    outcome: Outcome | None
    ratios: Ratios | None

    def statistic(self) -> Statistic:
        """All figures as a function of the items' weights."""
        decided = None if self.outcome is None else self.outcome.decided()
        return metrics.together(*(part for part in (decided, self.ratios) if part is not None))

    def exchanged_with(self, other: _Compared) -> Statistic:
        """The figures that both have, of the items of one report, then of the other, fit for exchanging."""
        parts: list[Statistic] = []
        if self.outcome is not None and other.outcome is not None:
            parts.append(self.outcome.exchanged_with(other.outcome))
        if self.ratios is not None and other.ratios is not None:
            parts.append(self.ratios.followed_by(other.ratios))
        return metrics.together(*parts)


def _compared(
    one: _Compared, other: _Compared, labels: Sequence[str], drawn: dict[str, Any]
) -> tuple[dict[str, Difference], dict[str, dict[str, Difference]]]:
    """Figures of the whole, and figure → label → difference."""
    first, second = one.statistic(), other.statistic()
    found = metrics.paired_bootstrap(first, second, one.items, **drawn)
    chance = metrics.approximate_randomisation(one.exchanged_with(other), one.items, **drawn)
    weights = np.ones(one.items)
    a, b = first(weights), second(weights)
    whole, by_label = {}, {}
    for name, difference in found.items():
        rows = _differences(a[name], b[name], difference, chance[name])
        if difference.value.ndim == 0:
            whole[name] = rows[0]
        else:
            by_label[name] = dict(zip(labels, rows, strict=True))
    return whole, by_label


def _differences(
    a: NDArray[Any], b: NDArray[Any], found: metrics.Difference, p: NDArray[Any]
) -> list[Difference]:
    """One of the whole, or one a label with Holm's correction."""
    corrected = metrics.holm(p) if p.ndim else np.full(1, np.nan)
    columns = (a, b, found.value, found.low, found.high, p, found.p, corrected)
    rows = zip(*(np.atleast_1d(column).tolist() for column in columns), strict=True)
    return [Difference(*(defined(value) for value in row)) for row in rows]


def _space(report: Report, folder: Path | str) -> LabelSpace:
    try:
        return LabelSpace.from_dict(report.data["space"])
    except (KeyError, LabelError, TypeError) as error:
        raise InputError(f"{folder}/report.json names no label space ({error}): evaluate anew") from None


def _check(
    reports: tuple[Report, ...], spaces: tuple[LabelSpace, ...], folders: tuple[Path | str, ...]
) -> None:
    """Refuse two reports that are not of the same items, gold and labels."""
    where = f"{folders[0]} and {folders[1]} cannot be compared"
    same = "evaluate both on the same corpus with the same labels"
    if (spaces[0].names, spaces[0].kind) != (spaces[1].names, spaces[1].kind):
        raise InputError(f"{where}: their labels or kinds differ: {same}")
    one, other = (report.items for report in reports)
    assert one is not None
    assert other is not None
    if one.id != other.id or one.group != other.group:
        raise InputError(f"{where}: their items differ ({len(one)} and {len(other)}): {same}")
    sums = [report.data.get("sha256") for report in reports]
    if all(sums) and sums[0] != sums[1]:
        raise InputError(f"{where}: their data come from different files: {same}")
    for table, folder in zip((one, other), folders, strict=True):
        if table.scores.shape != (len(table), len(spaces[0])):
            raise InputError(f"{folder}/items.parquet does not fit its report.json: evaluate anew with -o")
    for i, key in enumerate(one.id):
        if set(one.gold[i]) != set(other.gold[i]) or not _equal_values(one, other, i):
            raise InputError(f"{where}: the gold of item {key!r} differs: {same}")


def _equal_values(one: ItemTable, other: ItemTable, row: int) -> bool:
    if one.gold_values is None or other.gold_values is None:
        return one.gold_values is other.gold_values
    return bool(np.array_equal(one.gold_values[row], other.gold_values[row], equal_nan=True))


def _compared_by(report: Report, space: LabelSpace, folder: Path | str) -> _Compared:
    items = report.items
    assert items is not None
    outcome = _outcome(report, space, folder) if report.says_labels else None
    return _Compared(len(items), outcome, items.ratios)


def _outcome(report: Report, space: LabelSpace, folder: Path | str) -> Outcome:
    """What a saved report says of each item, as arrays."""
    items = report.items
    assert items is not None
    silent = np.array([reason is not None for reason in items.abstained], dtype=bool)
    # Of probabilities that stand for an intensity a report has no error.
    errors = [figure.value for name, figure in report.metrics.items() if name.startswith("mae_")]
    scaled = not errors or any(error is not None for error in errors)
    try:
        said = said_labels(space, [Prediction(labels, {}) for labels in items.labels])
        gold = items.gold_values
        if gold is None:
            gold = said_labels(space, [Prediction(labels, {}) for labels in items.gold]).astype(np.float32)
        levels = _levels(report, items, space) if space.kind == "ordinal" else None
    except (LabelError, ModelError, ValueError) as error:
        raise InputError(
            f"{folder}/items.parquet does not fit its report.json ({error}): evaluate anew"
        ) from None
    return Outcome(space, gold, items.scores, said, levels, silent, scaled)


def _levels(report: Report, items: ItemTable, space: LabelSpace) -> NDArray[np.float64]:
    """The levels that the stored decision makes of the stored scores."""
    decision = decision_from_dict(report.decision or {})
    predictions = decision.apply(Scores(items.scores, space, items.abstained))
    return decided_levels(space, predictions)
