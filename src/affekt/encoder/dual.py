"""The dual encoder: texts and labels meet as points in one space (papers.md C), so any label set works."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from affekt.core import FloatArray, Item, Label, LabelError, LabelSpace, Scores, english_label, named_space
from affekt.encoder.heads import Heads, sigmoid, unit
from affekt.encoder.opposites import Reading, axis_readings, between, check_axes, pole_labels
from affekt.encoder.tower import Encoded, TextTower, Tower
from affekt.encoder.vocabulary import Vocabulary, open_scores
from affekt.text import LanguageGuard, Normalizer, is_empty, text_flags

_KEPT_SETS = 32  # label sets whose vectors are kept
_KEPT_OPEN = 4  # open spaces, each of which may have thousands of descriptors
_KEPT_WORDINGS = 4096  # wordings whose vectors are kept, for label sets that differ by text


class Correcting(Protocol):
    """What labelled texts say of the scores in one space."""

    @property
    def space(self) -> LabelSpace:
        """The space, with the wordings that scores were made with."""
        ...

    def fits(self, space: LabelSpace) -> bool:
        """Whether scores in a space are corrected."""
        ...

    def corrected(self, values: FloatArray, vectors: FloatArray, space: LabelSpace) -> FloatArray:
        """Other values in a space that fits, of those in `self.space` and of the texts' unit vectors."""
        ...


@dataclass(frozen=True, eq=False)
class DualEncoder:
    """Scores texts in any label space by the cosine of text and label.

    Args:
        text: the trained text tower; it is all that differs between the transformer and its static student.
        open_labels: opens the frozen label tower; called when a wording is met that is not `known`.
        heads: projections, scales and trained spaces.
        known: vectors of label wordings that were embedded beforehand; looked up in this case, then in any.
        normalizer: the rewriting that the model was trained with.
        guard: finds texts that the model cannot read; None judges every text.
        open_vocabulary: opens the descriptors that answers in free words are taken from; None where there are none.
        correction: changes the scores in one space; None where no labelled texts have been seen.
    """

    text: TextTower
    open_labels: Callable[[], Tower]
    heads: Heads
    known: Mapping[str, FloatArray]
    normalizer: Normalizer
    guard: LanguageGuard | None = None
    open_vocabulary: Callable[[], Vocabulary] | None = None
    correction: Correcting | None = None

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """Descriptors that answers in free words are taken from, if the model has any."""
        return self.open_vocabulary and self.open_vocabulary()

    @cached_property
    def _labels(self) -> Tower:
        return self.open_labels()

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the axes that have a trained head."""
        return self.heads.axes

    @cached_property
    def unguarded(self) -> DualEncoder:
        """The same without the guard, for what is left of a text that the guard has passed."""
        made = replace(self, guard=None)
        made.__dict__["_kept_labels"] = self._kept_labels  # labels are embedded once for both
        made.__dict__["_kept_open"] = self._kept_open
        return made

    def axis_readings(self, space: LabelSpace) -> dict[str, Reading | None]:
        """How each axis of a dimensional space is read: by a trained head or by opposites; None if it cannot be."""
        if self._corrects(space):
            return dict.fromkeys(space.names, "head")
        return axis_readings(space, self.axes)

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 `[texts, d]`."""
        return self.heads.project_texts(self.text.encode(self._normalized(texts)).states)

    def embed_labels(self, labels: Sequence[Label]) -> FloatArray:
        """Unit vectors of labels: the mean over each label's wordings, float32 `[labels, d]`."""
        return self._kept_labels(tuple(labels))

    @cached_property
    def _known_folded(self) -> Mapping[str, FloatArray]:
        return {form.casefold(): vector for form, vector in self.known.items()}

    def _known(self, form: str) -> FloatArray | None:
        """The vector of a wording that is known in this or another case: names of labels ignore it."""
        return self.known.get(form, self._known_folded.get(form.casefold()))

    @cached_property
    def _kept_labels(self) -> Callable[[tuple[Label, ...]], FloatArray]:
        """A table is labelled part by part: its labels are embedded once."""
        return lru_cache(_KEPT_SETS)(self._embed_labels)

    @cached_property
    def _met(self) -> dict[str, FloatArray]:
        """Vectors of wordings that were met before."""
        return {}

    def _embed_labels(self, labels: tuple[Label, ...]) -> FloatArray:
        forms = [_wordings(label) for label in labels]
        wordings = list(dict.fromkeys(form for row in forms for form in row))
        known = {form: self._known(form) for form in wordings}
        vectors = {form: vector for form, vector in known.items() if vector is not None}
        vectors |= self._embed_unknown([form for form in wordings if form not in vectors])
        means = [np.mean([vectors[form] for form in row], axis=0) for row in forms]
        made = unit(np.asarray(means, dtype=np.float32).reshape(len(labels), -1))
        made.setflags(write=False)
        return made

    def _embed_unknown(self, wordings: Sequence[str]) -> dict[str, FloatArray]:
        new = [form for form in wordings if form not in self._met]
        if len(self._met) + len(new) > _KEPT_WORDINGS:
            self._met.clear()
            new = list(wordings)
        if new:
            states = self._labels.encode([self.normalizer(form) for form in new]).states
            self._met.update(zip(new, self.heads.project_labels(states), strict=True))
        return {form: self._met[form] for form in wordings}

    def score(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items' own texts; their history is not read.

        Args:
            items: to judge.
            space: the labels. An axis of a dimensional space is read by its trained head, or by opposites where
                it has none, or where the space names its poles. An open space without labels stands for the
                model's vocabulary, which is then the space of the scores.

        Returns:
            One row an item, in order; a text that is empty, or that the guard stops, has NaN and a reason.

        Raises:
            LabelError: if an axis has neither head nor poles, or the space is open and the model has no vocabulary.
        """
        return self._scored(items, space)[0]

    def score_and_embed(self, items: Sequence[Item], space: LabelSpace) -> tuple[Scores, FloatArray]:
        """What `score` and `embed` say of the items' texts, which are read once.

        Args:
            items: see `score`.
            space: see `score`.

        Returns:
            Their scores, and float32 `[items, d]` unit vectors, of texts that the guard stops too.

        Raises:
            LabelError: see `score`.
        """
        scores, states = self._scored(items, space)
        return scores, self.heads.project_texts(states)

    def _scored(self, items: Sequence[Item], space: LabelSpace) -> tuple[Scores, FloatArray]:
        """Scores and states of the items' texts, each of which is read once."""
        space = self._checked(space)
        rows = {text: i for i, text in enumerate(dict.fromkeys(item.text for item in items))}
        scores, states = self._score_distinct(list(rows), space)
        if len(rows) == len(items):
            return scores, states
        places = [rows[item.text] for item in items]
        return scores.take(places), states[places]

    def unreadable(self, texts: Sequence[str]) -> list[str | None]:
        """For each text why the guard stops it, or None; an empty text is not stopped."""
        if self.guard is None:
            return [None] * len(texts)
        return self.guard.check_many(texts, self.text.pieces(self._normalized(texts)))

    def is_trained(self, space: LabelSpace) -> bool:
        """Whether a head was trained for the space; in any other labels are judged by their names."""
        return self.heads.trained(space) is not None

    def _corrects(self, space: LabelSpace) -> bool:
        return self.correction is not None and self.correction.fits(space)

    def describe(self) -> dict[str, Any]:
        """The kind of scorer, its axes and trained spaces."""
        told = {"scorer": "dual-encoder", "axes": list(self.axes), "spaces": sorted(self.heads.spaces)}
        return told if self.correction is None else {**told, "corrected": self.correction.space.name}

    def _normalized(self, texts: Sequence[str]) -> list[str]:
        return self.normalizer.many([_whole(text) for text in texts])

    def _score_distinct(self, texts: Sequence[str], space: LabelSpace) -> tuple[Scores, FloatArray]:
        normalized = self._normalized(texts)
        encoded = self.text.encode(normalized)
        reasons = self._reasons(texts, encoded)
        values = (
            self._values(encoded.states, normalized, space)
            if texts
            else np.zeros((0, len(space)), np.float32)
        )
        values[[reason is not None for reason in reasons]] = np.nan
        doubtful = [False] * len(texts) if self.guard is None else self.guard.unmeasured(texts)
        flags = tuple(
            ()
            if reason is None and count == 1 and not doubt
            else text_flags(
                text, unreadable=doubt or (reason is not None and not is_empty(text)), windows=count
            )
            for text, reason, count, doubt in zip(
                texts, reasons, encoded.windows.tolist(), doubtful, strict=True
            )
        )
        return Scores(values, space, tuple(reasons), flags=flags), encoded.states

    def _reasons(self, texts: Sequence[str], encoded: Encoded) -> list[str | None]:
        found = [None] * len(texts) if self.guard is None else self.guard.check_many(texts, encoded.pieces)
        return [
            "the text is empty" if is_empty(text) else reason
            for text, reason in zip(texts, found, strict=True)
        ]

    def _checked(self, space: LabelSpace) -> LabelSpace:
        """See that the space can be judged in, before any text is read; an open one gets its labels."""
        if space.kind == "dimensional" and not self._corrects(space):
            check_axes(space, self.axes)
        return self._vocabulary_space(space.name) if space.kind == "open" and not space.labels else space

    @cached_property
    def _vocabulary_space(self) -> Callable[[str], LabelSpace]:
        return lru_cache(_KEPT_OPEN)(self._open_space)

    def _open_space(self, name: str) -> LabelSpace:
        if self.vocabulary is None:
            raise LabelError(
                f"space {name!r} is open, and the model has no vocabulary of descriptors: name labels, or use a model "
                "that has one"
            )
        return self.vocabulary.space(name)

    def _values(self, states: FloatArray, texts: Sequence[str], space: LabelSpace) -> FloatArray:
        if self.correction is None or not self.correction.fits(space):
            return self._uncorrected(states, texts, space)
        values = self._uncorrected(states, texts, self.correction.space)
        return self.correction.corrected(values, self.heads.project_texts(states), space)

    def _uncorrected(self, states: FloatArray, texts: Sequence[str], space: LabelSpace) -> FloatArray:
        if space.kind == "dimensional":
            return self._axis_values(states, space)
        if space.kind == "open":
            return self._open_values(states, space)
        logits = self._logits(states, texts, space)
        if space.kind == "single":
            logits = np.exp(logits - logits.max(axis=1, keepdims=True))
            return np.asarray(logits / logits.sum(axis=1, keepdims=True), dtype=np.float32)
        probabilities = sigmoid(logits)
        return probabilities * (space.levels - 1) if space.levels else probabilities

    def _logits(self, states: FloatArray, texts: Sequence[str], space: LabelSpace) -> FloatArray:
        """Logits in a trained space, or in any other under the prior that is assumed of it."""
        vectors, heads = self.heads.project_texts(states), self.heads
        head = heads.trained(space)
        if head is not None:
            return head.logits(vectors, texts, space)
        labels = self.embed_labels(space.labels)
        logits, seen = heads.logits(vectors, labels), heads.reference_logits(labels)
        if space.kind == "single":
            return logits - heads.prior.single * seen
        share = heads.prior.share(len(space))
        return np.asarray(logits - seen + np.log(share / (1 - share)), dtype=np.float32)

    def _axis_values(self, states: FloatArray, space: LabelSpace) -> FloatArray:
        assert space.range is not None
        values = np.empty((len(states), len(space)), np.float32)
        read = list(axis_readings(space, self.axes).values())
        headed = [i for i, reading in enumerate(read) if reading == "head"]
        if headed:
            columns = [self.axes.index(space.names[i].casefold()) for i in headed]
            (low, high), (own_low, own_high) = space.range, self.heads.axis_range
            share = (self.heads.read_axes(states)[:, columns] - own_low) / (own_high - own_low)
            values[:, headed] = low + share * (high - low)
        opposed = [i for i, reading in enumerate(read) if reading == "opposites"]
        if opposed:
            poles = [pole_labels(space.labels[i]) for i in opposed]
            highs, lows = (self.embed_labels([ends[end] for ends in poles]) for end in (0, 1))
            texts = self.heads.project_texts(states)
            values[:, opposed] = between(texts, highs, lows, self.heads.reference, space.range)
        return values

    def _open_values(self, states: FloatArray, space: LabelSpace) -> FloatArray:
        labels, seen = self._kept_open(space)
        none = next((i for i, label in enumerate(space.labels) if label.is_no_emotion), None)
        return open_scores(self.heads.logits(self.heads.project_texts(states), labels), seen, labels, none)

    @cached_property
    def _kept_open(self) -> Callable[[LabelSpace], tuple[FloatArray, FloatArray]]:
        """Vectors of an open space's descriptors, and what the reference texts have of each."""

        def made(space: LabelSpace) -> tuple[FloatArray, FloatArray]:
            own = self.vocabulary is not None and space == self.vocabulary.space(space.name)
            labels = self.vocabulary.vectors if own and self.vocabulary else self.embed_labels(space.labels)
            return labels, self.heads.reference_logits(labels)

        return lru_cache(_KEPT_OPEN)(made)


def _wordings(label: Label) -> tuple[str, ...]:
    """What a label is embedded by.

    `none` alone says little, so that no emotion is meant has to be said. A name that is known in another language
    stands for the English one, so that a text gets the same answer whatever its labels are called.
    """
    if label.forms != (label.name,):
        return label.forms
    if label.is_no_emotion:
        return named_space("wide").labels[named_space("wide").index("neutral")].forms
    meant = english_label(label.name)
    return label.forms if meant is None else _wordings(Label(meant))


def _whole(text: str) -> str:
    """The text as UTF-8 can hold it: halves of surrogate pairs are joined, or replaced where one is alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
