"""The dual encoder: texts and labels meet as points in one space (papers.md C), so any label set works."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from affekt.core import FloatArray, Item, Label, LabelError, LabelSpace, Scores
from affekt.encoder.heads import Heads, sigmoid, unit
from affekt.encoder.tower import Encoded, TextTower, Tower
from affekt.text import LanguageGuard, Normalizer, is_empty, text_flags

_KEPT_SETS = 32  # label sets whose vectors are kept


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
    """

    text: TextTower
    open_labels: Callable[[], Tower]
    heads: Heads
    known: Mapping[str, FloatArray]
    normalizer: Normalizer
    guard: LanguageGuard | None = None

    @cached_property
    def _labels(self) -> Tower:
        return self.open_labels()

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the axes that have a trained head."""
        return self.heads.axes

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 `[texts, d]`."""
        return self.heads.project_texts(self._read(texts).states)

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

    def _embed_labels(self, labels: tuple[Label, ...]) -> FloatArray:
        wordings = list(dict.fromkeys(form for label in labels for form in label.forms))
        known = {form: self._known(form) for form in wordings}
        vectors = {form: vector for form, vector in known.items() if vector is not None}
        unknown = [form for form in wordings if form not in vectors]
        if unknown:
            states = self._labels.encode([self.normalizer(form) for form in unknown]).states
            vectors.update(zip(unknown, self.heads.project_labels(states), strict=True))
        means = [np.mean([vectors[form] for form in label.forms], axis=0) for label in labels]
        made = unit(np.asarray(means, dtype=np.float32))
        made.setflags(write=False)
        return made

    def score(self, items: Sequence[Item], space: LabelSpace) -> Scores:
        """Scores of the items' own texts; their history is not read.

        Args:
            items: to judge.
            space: the labels, of any kind but `open`.

        Returns:
            One row an item, in order; a text that is empty, or that the guard stops, has NaN and a reason.

        Raises:
            LabelError: if an axis of a dimensional space has no head, or the space is open.
        """
        self._check(space)
        rows = {text: i for i, text in enumerate(dict.fromkeys(item.text for item in items))}
        scores = self._score_distinct(list(rows), space)
        return scores if len(rows) == len(items) else scores.take([rows[item.text] for item in items])

    def describe(self) -> dict[str, Any]:
        """The kind of scorer, its axes and trained spaces."""
        return {"scorer": "dual-encoder", "axes": list(self.axes), "spaces": sorted(self.heads.spaces)}

    def _read(self, texts: Sequence[str]) -> Encoded:
        return self.text.encode(self.normalizer.many([_whole(text) for text in texts]))

    def _score_distinct(self, texts: Sequence[str], space: LabelSpace) -> Scores:
        encoded = self._read(texts)
        reasons = self._reasons(texts, encoded)
        values = self._values(encoded.states, space) if texts else np.zeros((0, len(space)), np.float32)
        values[[reason is not None for reason in reasons]] = np.nan
        flags = tuple(
            ()
            if reason is None and count == 1
            else text_flags(text, unreadable=reason is not None and not is_empty(text), windows=count)
            for text, reason, count in zip(texts, reasons, encoded.windows.tolist(), strict=True)
        )
        return Scores(values, space, tuple(reasons), flags=flags)

    def _reasons(self, texts: Sequence[str], encoded: Encoded) -> list[str | None]:
        found = [None] * len(texts) if self.guard is None else self.guard.check_many(texts, encoded.pieces)
        return [
            "the text is empty" if is_empty(text) else reason
            for text, reason in zip(texts, found, strict=True)
        ]

    def _check(self, space: LabelSpace) -> None:
        """See that the space can be judged in, before any text is read."""
        if space.kind == "open":
            raise LabelError(f"space {space.name!r} is open: name labels, or use a space with a list of them")
        missing = [name for name in space.names if name.casefold() not in self.axes]
        if space.kind == "dimensional" and missing:
            raise LabelError(
                f"the model has no head for axis {missing[0]!r}: it has {', '.join(self.axes) or 'none'}"
            )

    def _values(self, states: FloatArray, space: LabelSpace) -> FloatArray:
        if space.kind == "dimensional":
            return self._axis_values(states, space)
        logits = self._logits(states, space)
        if space.kind == "single":
            logits = np.exp(logits - logits.max(axis=1, keepdims=True))
            return np.asarray(logits / logits.sum(axis=1, keepdims=True), dtype=np.float32)
        probabilities = sigmoid(logits)
        return probabilities * (space.levels - 1) if space.levels else probabilities

    def _logits(self, states: FloatArray, space: LabelSpace) -> FloatArray:
        """Logits in a trained space, or in any other under the prior that is assumed of it."""
        texts, heads = self.heads.project_texts(states), self.heads
        head = heads.trained(space)
        if head is not None:
            return head.logits(texts, space)
        labels = self.embed_labels(space.labels)
        logits, seen = heads.logits(texts, labels), heads.reference_logits(labels)
        if space.kind == "single":
            return logits - heads.prior.single * seen
        share = heads.prior.share(len(space))
        return np.asarray(logits - seen + np.log(share / (1 - share)), dtype=np.float32)

    def _axis_values(self, states: FloatArray, space: LabelSpace) -> FloatArray:
        assert space.range is not None
        columns = [self.axes.index(name.casefold()) for name in space.names]
        (low, high), (own_low, own_high) = space.range, self.heads.axis_range
        share = (self.heads.read_axes(states)[:, columns] - own_low) / (own_high - own_low)
        return np.asarray(low + share * (high - low), dtype=np.float32)


def _whole(text: str) -> str:
    """The text as UTF-8 can hold it: halves of surrogate pairs are joined, or replaced where one is alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
