"""One pass over a judged file: running sums of each group, and the rows that have gold."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, MissingColumn
from affekt.evaluation.gold_sample import GoldSample, as_key
from affekt.evaluation.grouping import Grouping
from affekt.evaluation.judged import JudgedFile, JudgedPart

MOST_GROUPS: Final = 20_000

Progress = Callable[[int, int | None], None]


class Tally:
    """Sums over the judged rows of each group.

    Args:
        labels: number of labels.
    """

    def __init__(self, labels: int) -> None:
        self.place: dict[str, int] = {}
        """The position of each group."""
        self.unjudged = 0
        """Rows that the model did not judge, in no group."""
        self.single = True
        """Whether each row has exactly one label."""
        self.rows = np.zeros(0, dtype=np.intp)
        self.said = np.zeros((0, labels))
        self.scores = np.zeros((0, labels))
        self.squares = np.zeros((0, labels))

    def add(self, part: JudgedPart, groups: Sequence[str]) -> None:
        """Take in the judged rows of a part, with the group of each of them."""
        where = np.array([self.place.setdefault(group, len(self.place)) for group in groups], dtype=np.intp)
        self._grow()
        judged = part.judged
        self.unjudged += int((~judged).sum())
        said, values = part.said[judged], part.values[judged]
        self.rows += np.bincount(where, minlength=len(self.rows))
        np.add.at(self.said, where, said)
        np.add.at(self.scores, where, values)
        np.add.at(self.squares, where, values**2)
        self.single = self.single and bool((said.sum(axis=1) == 1).all())

    def _grow(self) -> None:
        missing = len(self.place) - len(self.rows)
        if missing > 0:  # doubled, so that many groups cost no more than few
            more = max(missing, len(self.rows))
            self.rows = np.concatenate([self.rows, np.zeros(more, dtype=np.intp)])
            for name in ("said", "scores", "squares"):
                sums = getattr(self, name)
                setattr(self, name, np.concatenate([sums, np.zeros((more, sums.shape[1]))]))

    def ordered(self, names: Sequence[str]) -> None:
        """Put the groups in this order."""
        order = [self.place[name] for name in names]
        self.rows = self.rows[order]
        self.said, self.scores, self.squares = self.said[order], self.scores[order], self.squares[order]
        self.place = {name: i for i, name in enumerate(names)}


class Found:
    """The labelled rows as they were found in the file.

    Args:
        sample: the labelled rows.
        labels: number of labels.
    """

    def __init__(self, sample: GoldSample, labels: int) -> None:
        self.sample = sample
        rows = len(sample)
        self.group: list[str | None] = [None] * rows
        self.said = np.zeros((rows, labels), dtype=bool)
        self.values = np.full((rows, labels), np.nan)
        self.unjudged = np.zeros(rows, dtype=bool)
        self._times: dict[str, int] = {}
        self._wanted: dict[str, list[int]] = {}
        for i, key in enumerate(sample.keys):
            self._wanted.setdefault(key, []).append(i)

    def look(self, part: JudgedPart, row: int, key: str, group: str) -> None:
        """See whether a row of the file is one of those with gold, and keep what the model says of it."""
        rows = self._wanted.get(key)
        if rows is None:
            return
        self._times[key] = self._times.get(key, 0) + 1
        if self._times[key] > 1 and not self.sample.repeatable:
            raise InputError(
                f"{part.where(row)} repeats {self.sample.column} {key[:40]!r}, which has gold: give each row an id of its own"
            )
        for i in rows:
            if self._own(i, group, part.where(row)):
                self.group[i] = group
                self.said[i], self.values[i] = part.said[row], part.values[row]
                self.unjudged[i] = not np.isfinite(part.values[row]).all()

    def _own(self, i: int, group: str, where: str) -> bool:
        """Whether a row of the file may be the one that gold was given to."""
        sample = self.sample
        given = None if sample.groups is None else sample.groups[i]
        if given is not None and given != group:
            if sample.repeatable:
                return False
            raise InputError(
                f"{sample.where[i]} has group {given!r}, but {where} has {group!r}: check that the ids belong together"
            )
        if self.group[i] not in (None, group):
            raise InputError(
                f"{sample.where[i]} has a text that stands in groups {self.group[i]!r} and {group!r}: "
                "join by a column of ids, with --id"
            )
        return True

    def check(self, name: str) -> None:
        """See that each labelled row was found.

        Args:
            name: of the file.

        Raises:
            InputError: if some were not, or a text has gold more often than the file has it.
        """
        sample = self.sample
        missing = [i for i, group in enumerate(self.group) if group is None]
        if missing:
            first = missing[0]
            count = "no row" if len(missing) == len(sample) else f"all but {len(missing):,} rows"
            raise InputError(
                f"{name} has {count} of {sample.name} by {sample.column}, and lacks {sample.keys[first][:40]!r} "
                f"({sample.where[first].removeprefix(sample.name).strip()}): the sample must come from it"
            )
        for key, rows in self._wanted.items():
            if len(rows) > self._times[key]:
                raise InputError(
                    f"{sample.where[rows[-1]]} repeats a text more often than {name} has it: give each row its gold once"
                )


def tally(
    file: JudgedFile, grouping: Grouping, sample: GoldSample | None = None, progress: Progress | None = None
) -> tuple[Tally, Found | None]:
    """Read a judged file once.

    Args:
        file: the rows.
        grouping: what they are grouped by; without a column they are one group, named `""`.
        sample: rows with gold.
        progress: called after each part.

    Returns:
        The sums of each group, in the grouping's order, and the labelled rows.

    Raises:
        MissingColumn: if the file lacks the column of groups.
        InputError: if a date cannot be read, there are too many groups, or labelled rows do not match.
    """
    wanted = ([grouping.column] if grouping.column else []) + ([sample.column] if sample else [])
    sums = Tally(len(file.labels))
    found = None if sample is None else Found(sample, len(file.labels))
    for part in file.parts(wanted):
        sums.add(part, _groups(part, grouping, found))
        if len(sums.place) > MOST_GROUPS:
            raise InputError(
                f"{file.name} has over {MOST_GROUPS:,} groups by {grouping}: name a category, or a date with its period as in date:month"
            )
        if progress is not None:
            progress(part.done, part.total)
    if found is not None:
        found.check(file.name)
    sums.ordered(grouping.ordered(sums.place))
    return sums, found


def _groups(part: JudgedPart, grouping: Grouping, found: Found | None) -> list[str]:
    """The group of each judged row; rows with gold are noted by the way."""
    judged: NDArray[np.bool_] = part.judged
    groups: list[str] = []
    known: dict[object, str] = {}  # few values fill many rows
    for row, cells in enumerate(part.cells):
        value = _cell(cells[0]) if grouping.column else None
        group = known.get(value)
        if group is None:
            group = grouping.group(cells[0], part.where(row)) if grouping.column else ""
            known[value] = group
        if judged[row]:
            groups.append(group)
        if found is not None:
            found.look(part, row, as_key(cells[-1], is_text=found.sample.repeatable), group)
    return groups


def _cell(value: object) -> object:
    return value if isinstance(value, Hashable) else str(value)


def check_column(file: JudgedFile, column: str) -> None:
    """See that a file has a column.

    Args:
        file: of rows.
        column: wanted; none is always there.

    Raises:
        MissingColumn: if it is not there; it lists the columns.
    """
    if column and column not in file.columns:
        shown = ", ".join(repr(name) for name in file.columns if not name.startswith("affekt")) or "none"
        raise MissingColumn(f"{file.name} has no column {column!r}: name one of {shown}")
