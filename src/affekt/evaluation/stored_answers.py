"""Answers of a file in the place of a model: those of another system, or of people, to the items of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from affekt.core import (
    Decision,
    Evidence,
    FloatArray,
    InputError,
    Item,
    LabelError,
    LabelSpace,
    Prediction,
    Scores,
    name_key,
)
from affekt.corpora import Corpus
from affekt.decisions import FixedThreshold
from affekt.evaluation.answer_lines import Answer, AnswerFile
from affekt.evaluation.items import item_keys

_Joined = tuple[tuple[Answer, ...], tuple[Answer | None, ...]]
_LABELS: Final = "labels"
# Two decimals, as people and language models write them, add up to 1 but for this much a label.
_ROUNDING: Final = 0.005


@dataclass(frozen=True, slots=True)
class GivenLabels:
    """The decision that repeats the labels which came with the scores, in their traces.

    Args:
        scored: whether scores came with them; those of labels alone, 0 and 1, state no probability.
    """

    scored: bool

    def apply(self, scores: Scores) -> list[Prediction]:
        """One prediction a row, of the labels that are in the space."""
        rows = zip(scores.values.tolist(), scores.traces or (), scores.abstained, scores.flags, strict=True)
        return [
            Prediction(
                () if reason is not None else (trace or {}).get(_LABELS, ()),
                dict(zip(scores.space.names, values, strict=True)),
                flags=flags,
                abstained=reason,
            )
            for values, trace, reason, flags in rows
        ]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"kind": "given", "scores": self.scored}


@dataclass(frozen=True, eq=False)
class StoredAnswers:
    """An `EvaluatedModel` that has answers to the items of one corpus; `answers_to` makes it.

    Args:
        file: that they come from.
        corpus: whose items they are.
        known: the labels that an answer may name; others than those asked for are passed over.
        own: the answer to each item.
        dev: another split, whose items may have answers too.
        of_dev: the answer to each of its items, or None where there is none.
    """

    file: AnswerFile
    corpus: Corpus
    known: LabelSpace
    own: tuple[Answer, ...]
    dev: Corpus | None = None
    of_dev: tuple[Answer | None, ...] = ()

    @property
    def name(self) -> str:
        """Of the file."""
        return self.file.name

    @property
    def card(self) -> Mapping[str, Any]:
        """Which file it is."""
        return {"description": "answers stored in a file", "files": {self.file.name: self.file.sha256}}

    @property
    def decision(self) -> Decision:
        """The labels given, where there are any: else the best label, those from 0.5 on, or the nearest level."""
        if "labels" in self.file.given and self.corpus.space.kind in ("single", "multi"):
            return GivenLabels("scores" in self.file.given)
        return FixedThreshold()

    @property
    def says_labels(self) -> bool:
        """Whether labels, levels or values are answered at all."""
        return bool(self.file.given & {"labels", "scores"}) or not self.file.given

    def axes(self) -> tuple[str, ...]:
        """The labels that any answer has a value of: all must have the same."""
        return tuple(dict.fromkeys(name_key(name) for answer in self.own for name in answer.scores or ()))

    def scores(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """The scores given; of labels without scores 1 and 0.

        Args:
            items: of the corpus, or of its dev split, all of them.
            space: some labels of the corpus; in an open one the rows are empty, and say who abstained.

        Returns:
            Scores with the labels given as traces.

        Raises:
            InputError: if an answer lacks a score, or has one that does not fit the kind of space; or if there
                are no answers to the items.
            LabelError: if an answer names an unknown label.
        """
        answers = self._answers(items)
        abstained = tuple(answer.abstained for answer in answers)
        values = np.full((len(answers), len(space)), np.nan, dtype=np.float32)
        if space.kind == "open":
            return Scores(values, space, abstained)
        for row, answer in zip(values, answers, strict=True):
            if answer.abstained is None:
                row[:] = self._row(answer, space)
        traces = tuple({_LABELS: self._labels(answer, space)} for answer in answers)
        return Scores(values, space, abstained, traces=traces)

    def descriptors(self, items: Sequence[Item]) -> list[tuple[str, ...]] | None:
        """The phrases given for each item, none where it abstained; None where the file has none at all."""
        if self.file.given and "descriptors" not in self.file.given:
            return None
        return [answer.descriptors or () for answer in self._answers(items)]

    def checked(self) -> Self:
        """These answers, all of whose labels are known; see `answers_to`."""
        if self.corpus.space.kind != "open":
            for answer in filter(None, (*self.own, *self.of_dev)):
                for name in (*(answer.labels or ()), *(answer.scores or ())):
                    self._named(answer, name)
        return self

    def _answers(self, items: Sequence[Item]) -> Sequence[Answer]:
        if tuple(items) == self.corpus.items:
            return self.own
        if self.dev is None or tuple(items) != self.dev.items:
            raise InputError(f"{self.name} answers {self.corpus} alone: ask it about that")
        if "scores" not in self.file.given:
            raise InputError(
                f"{self.name} has no scores, and thresholds are fitted on scores: add them, or use mode strict"
            )
        found = [answer for answer in self.of_dev if answer is not None]
        missing = len(self.of_dev) - len(found)
        if missing:
            raise InputError(
                f"{self.name} has no answer to {missing:,} of the {len(self.of_dev):,} items of {self.dev}, which "
                "mode calibrated takes thresholds from: add them under their ids, or use mode strict"
            )
        return found

    def _row(self, answer: Answer, space: LabelSpace) -> FloatArray | float:
        if answer.scores is not None:
            return self._stated(answer, answer.scores, space)
        if answer.labels is None:
            return 0.0
        if space.kind == "ordinal":
            raise InputError(f"{self.name} gives labels, and {self.corpus} has levels: give them as scores")
        chosen = self._labels(answer, space)
        return np.array([name in chosen for name in space.names], dtype=np.float32)

    def _stated(self, answer: Answer, scores: Mapping[str, float], space: LabelSpace) -> FloatArray:
        """Scores in the order of the space."""
        by_name = {self._named(answer, name): score for name, score in scores.items()}
        missing = [name for name in space.names if name_key(name) not in by_name]
        if missing:
            answer.fail(f"there is no score of {missing[0]!r}: give every label one")
        row = np.array([by_name[name_key(name)] for name in space.names])
        top = (space.levels or 2) - 1
        for name, score in zip(space.names, row.tolist(), strict=True):
            if space.kind != "dimensional" and not 0 <= score <= top:
                what = "levels" if space.levels else "probabilities"
                answer.fail(f"the score of {name!r} is {score:g}, outside 0…{top}: give {what}")
        added = sum(scores.values())
        if space.kind == "single" and abs(added - 1) > _ROUNDING * len(scores):
            answer.fail(f"the scores add up to {added:.3f}, and one label applies: give probabilities")
        return row.astype(np.float32)

    def _labels(self, answer: Answer, space: LabelSpace) -> tuple[str, ...]:
        """The labels given, as the space spells them; those that are not asked for are left out."""
        names = [self._named(answer, name) for name in answer.labels or ()]
        found = dict.fromkeys(space.labels[space.index(name)].name for name in names if name in space)
        if space.kind == "single" and answer.labels is not None and len(names) != 1:
            answer.fail(f"{len(names)} labels are given, and exactly one applies: give one, or abstain")
        return tuple(found)

    def _named(self, answer: Answer, name: str) -> str:
        folded = name_key(name)
        if folded not in self._known:
            near = get_close_matches(folded, self._known, n=1)
            hint = f" (did you mean {self._known[near[0]]!r}?)" if near else ""
            raise LabelError(
                f"{answer.place}: {name!r} is no label of {self.corpus}{hint}: use {', '.join(self._known.values())}"
            )
        return folded

    @cached_property
    def _known(self) -> dict[str, str]:
        return {name_key(name): name for name in (*self.known.names, *self.corpus.space.names)}


class LocatingAnswers(StoredAnswers):
    """Stored answers with evidence, a `Locator`."""

    def locate(self, items: Sequence[Item], labels: Sequence[Sequence[str]]) -> list[Evidence]:
        """The evidence given for each item, for the labels asked for or for none in particular.

        Args:
            items: of the corpus, all of them.
            labels: of each item, those that are asked for.

        Returns:
            Evidence in the order of the items.

        Raises:
            InputError: if it points at no turn, or at characters that are not there.
            LabelError: if it names an unknown label.
        """
        found = []
        for i, (item, answer, asked) in enumerate(zip(items, self._answers(items), labels, strict=True)):
            wanted = {name_key(name) for name in asked}
            for mark in answer.evidence or ():
                placed = _placed(answer, mark, i, item)
                if mark.label is None or self._named(answer, mark.label) in wanted:
                    found.append(placed)
        return found


def _placed(answer: Answer, mark: Evidence, position: int, item: Item) -> Evidence:
    own = len(item.history)
    turn = own if mark.turn is None else mark.turn
    if turn > own:
        answer.fail(f"evidence names turn {turn}, and the text itself is turn {own}: name no later one")
    length = len(item.turns[turn].text)
    if mark.start is not None and mark.end is not None and not mark.start < mark.end <= length:
        answer.fail(
            f"evidence names characters {mark.start} to {mark.end} of turn {turn}, which has {length}: "
            "give the first one, and the one after the last"
        )
    return replace(mark, item=position, turn=turn)


def is_answer_file(model: str | Path) -> bool:
    """Whether stored answers are meant by a model's name: a jsonl file, which no model is."""
    return Path(model).suffix.casefold() == ".jsonl"


def answers_to(
    file: AnswerFile, corpus: Corpus, dev: Corpus | None = None, known: LabelSpace | None = None
) -> StoredAnswers:
    """Join a file of answers with the items that it answers.

    By ids where the lines have them: every item of the corpus has one line, and other lines answer items of the
    dev split. An item without an id goes by its position, as in `items.parquet`. Without ids lines and items are
    taken in order: they must be as many, and a text that a line has must be the item's, but for spaces.

    Args:
        file: of answers.
        corpus: to be evaluated on.
        dev: its dev split, or None.
        known: labels that an answer may name beside the corpus's own, such as those before some were chosen.

    Returns:
        The answers, with `locate` where the file has evidence.

    Raises:
        InputError: if an id is unknown, twice there or missing, or a text is another.
    """
    made = LocatingAnswers if "evidence" in file.given else StoredAnswers
    own, of_dev = _in_order(file, corpus, dev) if file.answers[0].id is None else _by_id(file, corpus, dev)
    return made(file, corpus, corpus.space if known is None else known, own, dev, of_dev).checked()


def _in_order(file: AnswerFile, corpus: Corpus, dev: Corpus | None) -> _Joined:
    """The answer to each item of the corpus and of its dev split."""
    if len(file.answers) != len(corpus):
        raise InputError(
            f"{file.name} has {len(file.answers):,} lines without ids, and {corpus} has {len(corpus):,} items: "
            "give one line an item in their order, or ids"
        )
    _check_texts(corpus, file.answers)
    return file.answers, () if dev is None else (None,) * len(dev)


def _by_id(file: AnswerFile, corpus: Corpus, dev: Corpus | None) -> _Joined:
    """The answer to each item of the corpus and of its dev split."""
    answers = _once(file)
    keys = _keys(corpus, file)
    own = set(keys)
    others = () if dev is None else _keys(dev, file)
    known = own | set(others)
    for key, answer in answers.items():
        if key not in known:
            whose = f"{corpus}" if dev is None else f"{corpus} or {dev}"
            answer.fail(
                f"no item of {whose} has id {key!r}: leave the line out, or evaluate on its own corpus"
            )
    missing = [key for key in keys if key not in answers]
    if missing:
        raise InputError(
            f"{file.name} has no line for {len(missing):,} of the {len(corpus):,} items of {corpus}, the first of "
            f"them {missing[0]!r}: answer them, or say why not with `abstained`"
        )
    # An id of both splits, as of files whose rows are only counted, is that of the corpus.
    return tuple(answers[key] for key in keys), tuple(None if k in own else answers.get(k) for k in others)


def _once(file: AnswerFile) -> dict[str, Answer]:
    """Answers by id."""
    found: dict[str, Answer] = {}
    for answer in file.answers:
        assert answer.id is not None
        first = found.setdefault(answer.id, answer)
        if first is not answer:
            answer.fail(
                f"id {answer.id!r} stands in {first.place.rpartition(', ')[2]} too: answer an item once"
            )
    return found


def _keys(corpus: Corpus, file: AnswerFile) -> tuple[str, ...]:
    """What the items go by."""
    keys = item_keys(corpus)
    if len(set(keys)) < len(keys):
        twice = Counter(keys).most_common(1)[0][0]
        raise InputError(
            f"{corpus} has several items with id {twice!r}, by which {file.name} cannot be joined: give its lines in "
            "the order of the items, without ids"
        )
    return keys


def _check_texts(corpus: Corpus, answers: Sequence[Answer]) -> None:
    for item, answer in zip(corpus.items, answers, strict=True):
        if answer.text is not None and answer.text.split() != item.text.split():
            answer.fail(
                f"its text is not that of the item, which begins {item.text[:40]!r}: put the lines in the order of "
                f"{corpus}, or give ids"
            )
