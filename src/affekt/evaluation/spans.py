"""Causal spans: which words of each turn are named, as a question a turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import Evidence, Item
from affekt.evaluation.rules import CAUSE_POSITIONS
from affekt.metrics import Ratios

_CLAUSE_END: Final = re.compile(r"[,;:.!?]+(?=\s|$)")


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """What span each turn holds, as RECCON asks it (Poria et al. 2021): a question a gold span, one a turn without.

    Args:
        items: that are asked about.
        owner: intp `[questions]`, the item of each.
        turn: of each.
        spans: gold, empty where the turn holds none.
        rivals: how many questions are asked of the same turn.
    """

    items: Sequence[Item]
    owner: NDArray[np.intp]
    turn: tuple[int, ...]
    spans: tuple[str, ...]
    rivals: tuple[int, ...]

    @classmethod
    def of(cls, items: Sequence[Item], evidence: Iterable[Evidence]) -> Questions:
        """Of each item's own turn and all before it.

        Args:
            items: that are asked about.
            evidence: gold; one without characters is the whole turn.

        Returns:
            The questions, item by item and turn by turn.
        """
        gold = _by_turn(items, evidence)
        rows = [
            (i, turn, span, len(found))
            for i, item in enumerate(items)
            for turn in range(len(item.history) + 1)
            for found in [gold.get((i, turn)) or [""]]
            for span in found
        ]
        owner, turns, spans, rivals = zip(*rows, strict=True) if rows else ((), (), (), ())
        return cls(items, np.array(owner, dtype=np.intp), tuple(turns), tuple(spans), tuple(rivals))

    def __len__(self) -> int:
        return len(self.spans)

    def figures(self, answers: Sequence[str]) -> Ratios:
        """The figures of `metrics.spans`, with what each item adds to them.

        Args:
            answers: to each question, empty for none.

        Returns:
            Figures `[items]`.
        """
        return metrics.spans(self.spans, answers).within(self.owner, len(self.items))

    def answered(self, evidence: Iterable[Evidence]) -> list[str]:
        """What evidence answers.

        Of the spans named in a turn the surest count, as many as there are questions about it: the task's
        scorer takes one answer a question. Each question gets the one that shares most words with its gold.

        Args:
            evidence: of the items; one without characters is the whole turn.

        Returns:
            The answer to each question.
        """
        surest = sorted(evidence, key=lambda mark: -mark.score)  # of equals the first
        said = _by_turn(self.items, surest)
        answers = []
        for i, turn, span, rivals in zip(
            self.owner.tolist(), self.turn, self.spans, self.rivals, strict=True
        ):
            found = said.get((i, turn), [])[:rivals]
            answers.append(max(found, key=lambda text: metrics.word_f1(span, text), default=""))
        return answers

    def rules(self) -> dict[str, dict[str, float]]:
        """What answers reach that read no text, or punctuation alone.

        `none` for no answer at all; whole turns, `all` or by their position (`CAUSE_POSITIONS`); `last_clause`
        for the end of an item's own turn. Of rules that say the same of these items the first stands.

        Returns:
            Rule → figure → value, NaN where undefined.
        """
        near: dict[str, Callable[[int], bool]] = {
            "none": lambda distance: False,
            "all": lambda distance: True,
            **{rule: places.__contains__ for rule, places in CAUSE_POSITIONS.items()},
        }
        told = {rule: self._by_position(named, _whole) for rule, named in near.items()}
        told["last_clause"] = self._by_position((0,).__contains__, last_clause)
        ones = np.ones(len(self.items))
        distinct: dict[tuple[str, ...], str] = {}
        for rule, answers in told.items():
            distinct.setdefault(tuple(answers), rule)
        return {
            rule: {name: float(x) for name, x in self.figures(answers)(ones).items()}
            for answers, rule in distinct.items()
        }

    def _by_position(self, named: Callable[[int], bool], part: Callable[[str], str]) -> list[str]:
        """A part of the turns so many turns before their item's own."""
        places = zip(self.owner.tolist(), self.turn, strict=True)
        return [
            part(self.items[i].turns[turn].text) if named(len(self.items[i].history) - turn) else ""
            for i, turn in places
        ]


def last_clause(text: str) -> str:
    """The end of a text, from its last punctuation mark on that is followed by more."""
    bare = text.rstrip(" .,;:!?")
    ends = [found.end() for found in _CLAUSE_END.finditer(bare)]
    return bare[ends[-1] :].strip() if ends else bare


def _whole(text: str) -> str:
    return text


def _by_turn(items: Sequence[Item], evidence: Iterable[Evidence]) -> Mapping[tuple[int, int], list[str]]:
    """The spans of each turn, by item and turn."""
    found: dict[tuple[int, int], list[str]] = {}
    for mark in evidence:
        if mark.turn is not None:
            text = items[mark.item].turns[mark.turn].text
            span = text if mark.start is None else text[mark.start : mark.end]
            found.setdefault((mark.item, mark.turn), []).append(span)
    return found
