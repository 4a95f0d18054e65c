"""Occlusion: a word matters as far as the scores change when it is taken out (Zeiler and Fergus 2014, section 2.1).

With logits for scores that is leave-one-out attribution of words (Li et al. 2016, "Understanding Neural Networks
through Representation Erasure", equation 2). All that is left over of a text is scored in one batch. Two words that say
the same stand in for each other: each alone then matters little. A negation is therefore also taken out with what it denies.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from affekt.core import Decision, FloatArray, InputError, Item, LabelSpace, Prediction, Scorer, Scores
from affekt.decisions import restated
from affekt.text import Span, is_empty, passage_spans, word_spans
from affekt.wrappers.by_language import ByLanguage
from affekt.wrappers.explanation import Explanation, Influence

BLANK: Final = "…"
"""Stands for a text of which nothing is left: it shows something, and says nothing."""

_MOST: Final = 40  # parts of a text, if the user does not say
_FEWEST: Final = 8
_EFFORT: Final = 6_000  # characters that are read in all, while there are more parts than the fewest
_LEAST: Final = 1e-6  # probabilities are kept this far from 0 and 1, where float32 has no digits left
_LONGEST_PHRASE: Final = 4  # words of a negation with what it denies

_NEGATION: Final = re.compile(
    r"(?:not|no|never|none|nothing|nobody|nor|neither|without|hardly|barely|scarcely|cannot|cant|dont|wont|isnt|aint"
    r"|\w*n['’]t)",
    re.IGNORECASE,
)
# What may stand between a negation and the word that it denies.
_LIGHT: Final = re.compile(
    r"a|all|an|any|anymore|as|at|be|been|being|ever|exactly|feel|feeling|get|getting|have|having|in|longer|more|much|of"
    r"|one|particularly|quite|real|really|so|such|that|the|this|to|too|very",
    re.IGNORECASE,
)


class _Removal(NamedTuple):
    """A span to take out, and what is left of the text."""

    span: Span
    rest: str


def explain(
    scorer: Scorer,
    item: Item,
    space: LabelSpace,
    decision: Decision | None = None,
    *,
    parts: int | None = None,
) -> Explanation:
    """Take out each word of a text in turn, and see which scores change.

    The effect of a word on a label is what the label's score loses without it: natural log-odds for kinds `multi` and
    `single`, levels for `ordinal`, the units of the axis for `dimensional`. The item's other turns stay as they are.
    A text of many words is taken apart into fewer passages, so that the effort stays bounded; the notes say so.

    Of an open space the descriptors that come nearest to the whole text are asked about; their scores are then among
    themselves, and so a little above those of a prediction.

    A scorer whose language guard could stop what is left of a readable text may offer `unguarded`, a scorer without it.

    Args:
        scorer: any.
        item: whose text is explained.
        space: the labels.
        decision: tells which labels apply; without one none is named.
        parts: most parts that the text is taken apart into. If not given, 40, and fewer in a long text: no more than
            6,000 characters are read in all, or 8 parts' worth.

    Returns:
        The explanation; without parts if the scorer abstains from the text.

    Raises:
        InputError: if `parts` is below 1.
        LabelError: if the scorer cannot judge in the space.
    """
    if parts is not None and parts < 1:
        raise InputError(f"a text cannot be taken apart into {parts} parts: give a number from 1 up")
    if isinstance(scorer, ByLanguage):
        scorer = scorer.held_to(item.text)
    if space.kind == "open":
        space = _listed(scorer, item, space)
    whole = scorer.score([item], space)
    prediction = _predicted(whole, decision)
    words = word_spans(item.text)
    if whole.abstained[0] is not None or not words:
        return Explanation(item.text, space, prediction, words=len(words))
    spans = passage_spans(item.text, words, parts or _bounded(item.text, len(words)))
    pairs = negations(item.text, words) if len(spans) == len(words) else []
    removals = [_Removal(span, left_over(item.text, *span)) for span in (*spans, *pairs)]
    without = _score_rests(scorer, item, removals, space)
    found = _influences(item.text, removals, _stated(whole, decision), _stated(without, decision))
    notes = _notes(removals[: len(spans)], found[: len(spans)], len(words))
    return Explanation(
        item.text, space, prediction, found[: len(spans)], found[len(spans) :], len(words), notes
    )


def _listed(scorer: Scorer, item: Item, space: LabelSpace) -> LabelSpace:
    """The descriptors of an open space that a text has scores of; the space itself if the scorer abstains."""
    scores = scorer.score([item], space)
    if scores.abstained[0] is not None:
        return space
    labels = tuple(
        label for label, score in zip(scores.space.labels, scores.values[0], strict=True) if score > 0
    )
    return replace(scores.space, labels=labels)


def left_over(text: str, start: int, end: int) -> str:
    """A text without a span.

    Args:
        text: any.
        start: first character of the span.
        end: one past the last.

    Returns:
        The rest, with one space where the span stood between two, and none where it stood at an end; `BLANK` if the rest shows nothing.
    """
    before, after = text[:start], text[end:]
    if after[:1] == " " and (not before or before[-1].isspace()):
        after = after[1:]
    if before[-1:] == " " and not after:
        before = before[:-1]
    rest = before + after
    return BLANK if is_empty(rest) else rest


def negations(text: str, words: Sequence[Span]) -> list[Span]:
    """English negations with what they deny.

    Args:
        text: that the words are of.
        words: spans in order.

    Returns:
        Spans from a negation to the next word that weighs something (`not very happy`), within the clause.
    """
    spans = []
    for first, (start, end) in enumerate(words):
        last = first
        while _reaches(text, words, first, last):
            last += 1
        if _NEGATION.fullmatch(text[start:end]) and last > first:
            spans.append((start, words[last][1]))
    return spans


def _reaches(text: str, words: Sequence[Span], first: int, last: int) -> bool:
    """Whether a negation at `first` that reaches to `last` reaches one word further."""
    if last + 1 == len(words) or last + 1 - first == _LONGEST_PHRASE:
        return False
    here, there = words[last], words[last + 1]
    light = last == first or bool(_LIGHT.fullmatch(text, *here))
    return light and not text[here[1] : there[0]].strip() and text[there[0]].isalnum()


def _bounded(text: str, words: int) -> int:
    """How many parts a text is taken apart into, so that the effort stays bounded."""
    return min(words, _MOST, max(_FEWEST, _EFFORT // len(text)))


def _predicted(whole: Scores, decision: Decision | None) -> Prediction:
    if decision is not None:
        return decision.apply(whole)[0]
    scores = dict(zip(whole.space.names, map(float, whole.values[0]), strict=True))
    return Prediction((), scores, flags=whole.flags[0], abstained=whole.abstained[0])


def _score_rests(scorer: Scorer, item: Item, removals: Sequence[_Removal], space: LabelSpace) -> Scores:
    """What is said of each rest, a row a removal; equal rests are scored once, all in one batch."""
    rests = {rest: row for row, rest in enumerate(dict.fromkeys(removal.rest for removal in removals))}
    reader: Scorer = getattr(scorer, "unguarded", scorer)
    scores = reader.score([replace(item, text=rest) for rest in rests], space)
    return scores.take([rests[removal.rest] for removal in removals])


def _stated(scores: Scores, decision: Decision | None) -> Scores:
    """The scores as predictions give them."""
    return scores if decision is None else restated(decision, scores)


def _influences(
    text: str, removals: Sequence[_Removal], whole: Scores, without: Scores
) -> tuple[Influence, ...]:
    names = whole.space.names
    effects = _additive(whole.values, whole.space) - _additive(without.values, whole.space)

    def named(row: NDArray[np.floating]) -> Mapping[str, float]:
        return dict(zip(names, map(float, row), strict=True))

    return tuple(
        Influence(*removal.span, text[slice(*removal.span)], named(effects[i]), named(without.values[i]))
        for i, removal in enumerate(removals)
    )


def _additive(values: FloatArray, space: LabelSpace) -> NDArray[np.float64]:
    """Scores on the scale where differences mean the same everywhere: log-odds of probabilities."""
    scores = values.astype(np.float64)
    if space.kind in ("ordinal", "dimensional"):
        return scores
    shares = np.clip(scores, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(shares) - np.log1p(-shares))


def _notes(removals: Sequence[_Removal], parts: Sequence[Influence], words: int) -> tuple[str, ...]:
    notes = []
    if len(parts) < words:
        notes.append(f"the text has {words:,} words: they are taken out in {len(parts)} passages")
    if any(removal.rest == BLANK for removal in removals):
        notes.append(f"nothing is left of the text without its one word: it is compared with {BLANK!r}")
    unknown = sum(any(map(math.isnan, part.effects.values())) for part in parts)
    if unknown:
        notes.append(
            f"without {unknown} of {len(parts)} parts the model says nothing: their effects are not known"
        )
    return tuple(notes)
