"""Wordings of labels, chosen by labelled texts: which of many words tell apart the texts that people gave a label.

A dual encoder holds a text against the mean of a label's wordings, so that the label's score ranks texts as the mean of
its wordings' logits does. Greedy forward and backward selection of words for a linear score is that of stepwise regression
(Efroymson 1960), with the average precision of the ranking in the place of the fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import InputError, Label, LabelSpace, Scores
from affekt.decisions.validation import Bools, Floats, judged_rows

NEAREST: Final = 40
"""Candidates a label: those whose scores go most with its own."""
_GAIN: Final = 0.002  # of average precision; less is chance, even on thousands of texts
_FOLDS: Final = 4
_LEAST: Final = 2 * _FOLDS  # positives: fewer cannot be divided
_FAR: Final = 1e-12  # of probabilities, so that logits are finite


@dataclass(frozen=True, slots=True)
class ChosenWordings:
    """Labels with the wordings that were chosen.

    Args:
        given: the labels as they were.
        space: the labels with the wordings chosen.
        before: label → average precision under the wordings that it had.
        after: label → the same under chosen ones, each text judged by what was chosen without it. Labels whose
            wordings stay are in neither.
    """

    given: LabelSpace
    space: LabelSpace
    before: Mapping[str, float]
    after: Mapping[str, float]

    @property
    def changes(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Label → wordings that were added, and those that were dropped; labels that changed alone."""
        pairs = {
            old.name: (old.forms, new.forms)
            for old, new in zip(self.given.labels, self.space.labels, strict=True)
        }
        return {
            name: (_without(new, old), _without(old, new)) for name, (old, new) in pairs.items() if old != new
        }


def choose_wordings(
    space: LabelSpace, words: Scores, gold: NDArray[Any], *, nearest: int = NEAREST, seed: int = 0
) -> ChosenWordings:
    """Choose the wordings of each label by texts that have gold.

    From the label's own wordings on, the word is added or dropped that raises the average precision of the label's ranking most,
    while that is worth `.002`. A label's name always stays, and no wording of another label is added. That words fit the very texts that they were chosen
    by says nothing, so the choice is also made on three quarters of the texts and held to the fourth: a label for which
    that is no better than before keeps its wordings, and so does one with fewer than eight texts.

    Args:
        space: labels of kind `multi` or `single`.
        words: scores of the same texts, of kind `multi`, for every wording of the labels and for other words.
        gold: `[texts, labels]`, 0 or 1 (from 0.5 on, a label is true); NaN where it is not known.
        nearest: candidates a label.
        seed: of the folds.

    Returns:
        The labels with their new wordings, and what these are worth.

    Raises:
        InputError: if no text has both scores and gold, or no label has texts enough.
        LabelError: if the labels are of another kind.
        ValueError: if a wording has no scores.
    """
    column = {name.casefold(): i for i, name in enumerate(words.space.names)}
    if missing := [form for label in space.labels for form in label.forms if form.casefold() not in column]:
        raise ValueError(f"wording {missing[0]!r} has no scores")
    rows = [i for i, reason in enumerate(words.abstained) if reason is None]
    known = words.take(rows)
    told = np.asarray(gold, dtype=np.float64)[rows]
    _, true = judged_rows(Scores(np.zeros(told.shape, np.float32), space), told)
    logits = _logits(known.values[~np.isnan(told).any(axis=1)])
    folds = np.random.default_rng(seed).permutation(len(true)) % _FOLDS
    taken = {form.casefold() for label in space.labels for form in label.forms}
    others = [i for word, i in column.items() if word not in taken]
    labels: list[Label] = []
    before: dict[str, float] = {}
    after: dict[str, float] = {}
    tried = 0
    for label, positive in zip(space.labels, true.T, strict=True):
        new = label
        if _divisible(positive) and not label.is_no_emotion:
            tried += 1
            own = [column[form.casefold()] for form in label.forms]
            search = _Search(logits, positive, own, _near(logits, own, others, nearest))
            was, becomes = search.held_out(folds)
            if becomes > was:
                new = _worded(label, [words.space.names[i] for i in search.best()])
            if new.forms != label.forms:
                before[label.name], after[label.name] = was, becomes
        labels.append(new)
    if not tried:
        raise InputError(
            f"no label of space {space.name!r} has {_LEAST} texts with and without it: wordings are chosen on more "
            "labelled texts"
        )
    return ChosenWordings(space, replace(space, labels=tuple(labels)), before, after)


@dataclass(frozen=True, slots=True)
class _Search:
    """Of one label.

    Args:
        logits: of every word, `[texts, words]`.
        positive: texts that have the label.
        own: columns of its wordings, the name first.
        near: columns of candidates.
    """

    logits: Floats
    positive: Bools
    own: Sequence[int]
    near: Sequence[int]

    def best(self, rows: Bools | slice = slice(None)) -> list[int]:
        """Columns of the wordings that some texts choose."""
        logits, positive = self.logits[rows], self.positive[rows]
        chosen = list(self.own)
        reached = average_precisions(logits[:, chosen].mean(axis=1)[None], positive)[0]
        while True:
            total = logits[:, chosen].sum(axis=1)
            added = [word for word in self.near if word not in chosen]
            dropped = chosen[1:]
            scores = [(total + logits[:, word]) / (len(chosen) + 1) for word in added]
            scores += [(total - logits[:, word]) / (len(chosen) - 1) for word in dropped]
            if not scores:
                return chosen
            found = average_precisions(np.array(scores), positive)
            move = int(found.argmax())
            if found[move] < reached + _GAIN:
                return chosen
            reached = found[move]
            if move < len(added):
                chosen.append(added[move])
            else:
                chosen.remove(dropped[move - len(added)])

    def held_out(self, folds: NDArray[np.intp]) -> tuple[float, float]:
        """Average precision of the own wordings, and of those that the other folds choose."""
        own, chosen = np.empty(len(folds)), np.empty(len(folds))
        for fold in range(_FOLDS):
            test = folds == fold
            for scores, words in ((own, self.own), (chosen, self.best(~test))):
                # Means of different words have different sizes: folds are set on one scale.
                said = self.logits[:, list(words)].mean(axis=1)
                scores[test] = (said[test] - said[~test].mean()) / max(float(said[~test].std()), _FAR)
        was, becomes = average_precisions(np.stack([own, chosen]), self.positive)
        return float(was), float(becomes)


def average_precisions(scores: Floats, positive: Bools) -> Floats:
    """Average precision of several rankings of the same texts.

    Args:
        scores: `[rankings, texts]`.
        positive: `[texts]`, at least one.

    Returns:
        float64 `[rankings]`.
    """
    from affekt.metrics import ranking_areas  # labelling a text needs no metrics

    gold = np.broadcast_to(positive[:, None], scores.T.shape)
    return ranking_areas(gold, scores.T).average_precision


def _near(logits: Floats, own: Sequence[int], others: Sequence[int], most: int) -> list[int]:
    """Words whose logits go most with the mean of a label's own, the nearest first."""
    candidates = np.array(others, dtype=int)
    label = logits[:, list(own)].mean(axis=1)
    centred = logits[:, candidates] - logits[:, candidates].mean(axis=0)
    spread = np.maximum(np.linalg.norm(centred, axis=0), _FAR)
    nearest = np.argsort(-((label - label.mean()) @ centred) / spread, kind="stable")[:most]
    return [int(word) for word in candidates[nearest]]


def _worded(label: Label, forms: Sequence[str]) -> Label:
    """A label with some wordings, its name among them; its description stays one if it is among them."""
    kept = [form for form in forms if form.casefold() != label.name.casefold()]
    described = label.description if label.description in kept else ""
    return replace(
        label, description=described, paraphrases=tuple(form for form in kept if form != described)
    )


def _divisible(positive: Bools) -> bool:
    return min(int(positive.sum()), int((~positive).sum())) >= _LEAST


def _logits(values: NDArray[Any]) -> Floats:
    safe = np.clip(values.astype(np.float64), _FAR, 1 - _FAR)
    return np.asarray(np.log(safe) - np.log1p(-safe))


def _without(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(form for form in some if form not in others)
