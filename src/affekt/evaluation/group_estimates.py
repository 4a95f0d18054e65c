"""From running sums and labelled rows to the share or mean of a label in each group."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import numpy as np

from affekt.core import InputError
from affekt.evaluation.error_rates import adjusted_counts, rogan_gladen
from affekt.evaluation.gold_sample import FEWEST_ROWS
from affekt.evaluation.intervals import t_quantile, wilson
from affekt.evaluation.prevalence import (
    FEWEST_IN_GROUP,
    FEWEST_POSITIVES,
    UNDEFINED,
    Estimate,
    Floats,
    Rows,
    Sample,
    estimate_groups,
    estimate_whole,
    tune,
)
from affekt.evaluation.sample_size import rows_for_mean, rows_for_share
from affekt.evaluation.summary import WHOLE_FILE, Line, Question
from affekt.evaluation.tallies import Found, Tally

_SHOWN = 5


class Answers(ABC):
    """Estimates of a label in the whole file and in each group."""

    gold: int = 0

    def __init__(self, question: Question, sums: Tally) -> None:
        self._question = question
        self._sums = sums
        self._total = int(sums.rows.sum())
        self._is_share = question.measure == "share"
        with np.errstate(invalid="ignore"):
            self._said = sums.said / sums.rows[:, None]
            self._scores = sums.scores / sums.rows[:, None]

    def lines(self, label: str, groups: Sequence[str]) -> list[Line]:
        """The line of the whole file, then one a group."""
        j = self._question.labels.index(label)
        whole, each = self._estimates(j)
        gold = self._gold_rows(j)
        model = (self._said if self._is_share else self._scores)[:, j]
        rows = self._sums.rows
        everything = float(np.nansum(model * rows)) / self._total
        lines = [self._line(WHOLE_FILE, label, j, self._total, int(gold.sum()), whole, everything)]
        for g, group in enumerate(groups):
            lines.append(self._line(group, label, j, int(rows[g]), int(gold[g]), each[g], float(model[g])))
        return lines

    def _line(
        self, group: str, label: str, j: int, rows: int, gold: int, estimate: Estimate, model: float
    ) -> Line:
        needed = None
        if self._question.width is not None and rows:
            expected = model if math.isnan(estimate.value) else estimate.value
            needed = self._needed(j, self._question.width, expected, rows)
        return Line(group, label, rows, gold, estimate, model, needed)

    @abstractmethod
    def _estimates(self, j: int) -> tuple[Estimate, Sequence[Estimate]]: ...

    @abstractmethod
    def _gold_rows(self, j: int) -> np.ndarray: ...

    @abstractmethod
    def _needed(self, j: int, width: float, expected: float, rows: int) -> int: ...

    @abstractmethod
    def notes(self, whole: Sequence[Line], lines: Sequence[Line]) -> Iterator[str]:
        """What a reader has to know."""

    def _left_out(self) -> Iterator[str]:
        if self._sums.unjudged:
            yield f"{self._sums.unjudged:,} rows that the model did not judge are left out."


class ModelAlone(Answers):
    """What the model says, as if it never erred."""

    def _estimates(self, j: int) -> tuple[Estimate, Sequence[Estimate]]:
        sums = self._sums
        numbers = np.append(sums.rows, self._total).astype(np.float64)
        if self._is_share:
            share = _divided(np.append(sums.said[:, j], sums.said[:, j].sum()), numbers)
            low, high = wilson(share, numbers)
            found = np.stack([share, low, high], axis=1)
        else:
            found = _means(_with_total(sums.scores[:, j]), _with_total(sums.squares[:, j]), numbers)
        each = [Estimate(value, low, high, "model alone") for value, low, high in found.tolist()]
        return each[-1], each[:-1]

    def _gold_rows(self, j: int) -> np.ndarray:
        return np.zeros(len(self._sums.rows), dtype=np.intp)

    def _needed(self, j: int, width: float, expected: float, rows: int) -> int:
        if self._is_share:
            return rows_for_share(width, expected, rows)
        squares = float(self._sums.squares[:, j].sum()) / self._total
        mean = float(self._sums.scores[:, j].sum()) / self._total
        return rows_for_mean(width, max(squares - mean**2, 0.0), rows)

    def notes(self, whole: Sequence[Line], lines: Sequence[Line]) -> Iterator[str]:
        """See `Answers`."""
        what = "Shares" if self._is_share else "Means"
        if self._is_share and not self._sums.said.any():
            yield "No row has a label: if the scores are values on axes, ask for --means."
        yield (
            f"{what} are the model's own, and its errors are not in the intervals: those say only how far a figure "
            "may be off if the rows are a random sample of more such rows. Correct them with a labelled sample, --gold."
        )
        if self._question.width is not None:
            yield (
                "Rows to label are counted as if the model were of no help, and for about the share that it says: "
                "with a first labelled sample the number can be told better."
            )
        yield from self._left_out()


class Corrected(Answers):
    """What labelled rows say, with the help of the model."""

    def __init__(self, question: Question, sums: Tally, found: Found) -> None:
        super().__init__(question, sums)
        self._found = found
        self._group = np.array([sums.place.get(str(group), -1) for group in found.group], dtype=np.intp)
        self._usable = ~found.unjudged
        self.gold = int(self._usable.sum())
        if self.gold < FEWEST_ROWS:
            raise InputError(
                f"{found.sample.name} has {self.gold} rows that the model judged: label {FEWEST_ROWS} or more"
            )
        self._stratified = found.sample.groups is not None and len(sums.rows) > 1
        self._matrix: tuple[list[list[Estimate]], list[list[Estimate]]] | None = None
        if question.correction == "rates" and self._is_single():
            self._matrix = self._by_matrix()

    def _estimates(self, j: int) -> tuple[Estimate, Sequence[Estimate]]:
        groups = len(self._sums.rows)
        if self._matrix is not None:
            in_all, by_group = self._matrix
            return in_all[0][j], [row[j] for row in by_group]
        if self._gold_rows(j).sum() < FEWEST_ROWS:
            return UNDEFINED, [UNDEFINED] * groups
        if self._question.correction == "rates":
            sample = self._sample(j, self._found.said)
            rows = Rows(self._sums.rows, self._said[:, j])
            return rogan_gladen(sample.merged(), rows.merged())[0], rogan_gladen(sample, rows)
        sample = self._sample(j, self._found.values)
        rows = Rows(self._sums.rows, self._scores[:, j])
        measure = self._question.measure
        whole = estimate_whole(sample, rows, measure, stratified=self._stratified)
        return whole, estimate_groups(sample, rows, measure)

    def _gold_rows(self, j: int) -> np.ndarray:
        return np.bincount(self._group[self._known(j)], minlength=len(self._sums.rows))

    def _needed(self, j: int, width: float, expected: float, rows: int) -> int:
        sample = self._sample(j, self._found.values)
        if len(sample) < FEWEST_ROWS:
            return rows
        tuning = tune(sample)
        if not self._is_share:
            return rows_for_mean(width, tuning.residual, rows)
        ratio = 1.0 if sample.is_rare or math.isnan(tuning.ratio) else min(tuning.ratio, 1.0)
        return rows_for_share(width, expected, rows, ratio)

    def notes(self, whole: Sequence[Line], lines: Sequence[Line]) -> Iterator[str]:
        """See `Answers`."""
        sample = self._found.sample.name
        drawn = "within each group" if self._stratified else "from the whole file"
        yield (
            f"Corrected with {self.gold:,} labelled rows of {sample}, taken to be drawn at random {drawn}; "
            f"intervals are for the rows of the file, so that rows with gold are known."
        )
        if self._question.correction == "rates":
            yield (
                "The model's error rates are taken to be alike in every group"
                + (" (of the whole confusion matrix)." if self._matrix is not None else ".")
            )
        else:
            yield from self._about_groups(lines)
        rare = [line.label for line in whole if line.estimate.method == "exact"]
        if rare:
            yield (
                f"With fewer than {FEWEST_POSITIVES} labelled rows for or against, intervals are exact ones of the "
                f"labelled rows alone: {_listed(rare)}."
            )
        yield from self._left_out()

    def _about_groups(self, lines: Sequence[Line]) -> Iterator[str]:
        if not lines:
            return
        yield (
            "Prediction-powered inference: a group's estimate rests on its own labelled rows; how large the model's "
            "errors are it borrows in part from the other groups."
        )
        few = list(
            dict.fromkeys(
                line.group for line in lines if line.gold < FEWEST_IN_GROUP and line.gold < line.rows
            )
        )
        if few:
            yield (
                f"No estimate for groups with fewer than {FEWEST_IN_GROUP} labelled rows: {_listed(few)}; "
                "--correct rates gives one, if the model errs alike in every group."
                + (" For the whole file they count as one group." if self._stratified else "")
            )

    def _known(self, j: int) -> np.ndarray:
        return np.asarray(self._usable & np.isfinite(self._found.sample.gold[:, j]))

    def _sample(self, j: int, answers: np.ndarray) -> Sample:
        known = self._known(j)
        gold: Floats = self._found.sample.gold[known, j]
        return Sample(gold, answers[known, j].astype(np.float64), self._group[known])

    def _is_single(self) -> bool:
        """Whether each row of the file, and each labelled row, has exactly one label."""
        gold = self._found.sample.gold[self._usable]
        return bool(self._sums.single and (np.isfinite(gold).all() and (gold.sum(axis=1) == 1).all()))

    def _by_matrix(self) -> tuple[list[list[Estimate]], list[list[Estimate]]]:
        gold = self._found.sample.gold[self._usable].argmax(axis=1)
        said = self._found.said[self._usable].argmax(axis=1)
        group = self._group[self._usable]
        rows = self._sums.rows
        all_rows = np.array([self._total], dtype=np.intp)
        shares = self._sums.said.sum(axis=0, keepdims=True) / self._total
        whole = adjusted_counts(gold, said, np.zeros_like(group), all_rows, shares)
        return whole, adjusted_counts(gold, said, group, rows, np.nan_to_num(self._said))


def _means(sums: Floats, squares: Floats, numbers: Floats) -> Floats:
    """Mean, low and high of each group, `[groups, 3]`."""
    mean = _divided(sums, numbers)
    variance = np.maximum(_divided(squares, numbers) - mean**2, 0) * _divided(
        numbers, np.maximum(numbers - 1, 0)
    )
    quantiles = np.array([t_quantile(n - 1) for n in numbers.tolist()])
    half = quantiles * np.sqrt(_divided(variance, numbers))
    return np.stack([mean, mean - half, mean + half], axis=1)


def _with_total(sums: Floats) -> Floats:
    return np.append(sums, sums.sum())


def _divided(above: Floats, below: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
