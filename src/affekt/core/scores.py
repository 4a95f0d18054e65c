"""Scores: what a scorer says of items in a label space; predictions and evidence made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.core.labels import LabelSpace

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Usage:
    """What scoring cost: tokens read and written, calls, and money in US dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    cost: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.calls + other.calls,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of items in a label space.

    Args:
        values: float32 `[items, labels]`. `single`: a distribution over labels; `multi`: independent
            probabilities; `ordinal`: expected levels; `dimensional`: values in the space's range.
        space: the label space; its order is the order of the columns.
        abstained: a reason or None for each item; NaN is allowed only in rows with a reason.
        traces: for each item what a person may ask to see, or None.
        usage: cost of the scoring, or None.
        flags: for each item what a reader should know: `empty`, `language`, `long`.

    Raises:
        ValueError: if the shapes disagree, or a row without a reason holds NaN.
    """

    values: FloatArray
    space: LabelSpace
    abstained: tuple[str | None, ...] = ()
    traces: tuple[Mapping[str, Any] | None, ...] | None = None
    usage: Usage | None = None
    flags: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float32)
        object.__setattr__(self, "values", values)
        if values.ndim != 2 or values.shape[1] != len(self.space):
            raise ValueError(
                f"scores have shape {values.shape}, but space {self.space.name!r} has {len(self.space)} labels"
            )
        n = len(values)
        object.__setattr__(self, "abstained", tuple(self.abstained) or (None,) * n)
        object.__setattr__(self, "flags", tuple(self.flags) or ((),) * n)
        for name, column in (("abstained", self.abstained), ("flags", self.flags), ("traces", self.traces)):
            if column is not None and len(column) != n:
                raise ValueError(f"scores have {n} rows, but {len(column)} entries of `{name}`")
        judged = np.array([reason is None for reason in self.abstained], dtype=bool)
        if np.isnan(values[judged]).any():
            raise ValueError("scores hold NaN in a row that did not abstain")

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Sequence[int]) -> Scores:
        """The scores of the given rows, in that order."""
        return Scores(
            self.values[np.asarray(rows, dtype=np.intp)],
            self.space,
            tuple(self.abstained[i] for i in rows),
            None if self.traces is None else tuple(self.traces[i] for i in rows),
            self.usage,
            tuple(self.flags[i] for i in rows),
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is said of one text.

    Args:
        labels: those that apply, best first for `multi`; exactly one for `single`, or several
            where a decision makes sets; none if abstained.
        scores: label → score, in label order.
        levels: label → level, for `ordinal` spaces.
        flags: `empty`, `language`, `long`: what a reader should know; text is never cut in silence.
        abstained: why nothing is said, or None.
        trace: what a person may ask to see, or None.
    """

    labels: tuple[str, ...]
    scores: Mapping[str, float]
    levels: Mapping[str, int] | None = None
    flags: tuple[str, ...] = ()
    abstained: str | None = None
    trace: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A turn or span that causes, triggers or carries a label.

    Args:
        item: position of the item that it belongs to.
        turn: position in the item's `turns` (the item's own: `len(history)`), or None.
        start: first character of the span in the turn's text, or None for the whole turn.
        end: one past the last character, or None.
        label: the label that it carries, or None.
        score: how sure, 0…1.
    """

    item: int
    turn: int | None = None
    start: int | None = None
    end: int | None = None
    label: str | None = None
    score: float = 1.0
