"""What annotators gave beside gold labels: causes, free descriptors, every rater's vote, labels of earlier turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import Evidence, Locator
from affekt.corpora import Corpus
from affekt.evaluation.describing import Described, descriptor_figures
from affekt.evaluation.judging import Describer, EvaluatedModel, Judgement
from affekt.evaluation.measuring import Intervals, wholes
from affekt.evaluation.outcome import no_emotion
from affekt.evaluation.rules import (
    CAUSE_POSITIONS,
    TRIGGER_POSITIONS,
    inertia_rules,
    nulled,
    position_rules,
    rater_rules,
)
from affekt.evaluation.spans import Questions
from affekt.metrics import Ratios, Statistic

Descriptors = Sequence[Sequence[str]]
"""Of each item."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotations:
    """Figures of what a corpus holds beside its gold labels.

    Args:
        told: as a report shows them; None if nothing applies.
        ratios: what each item adds to those of evidence and descriptors; None where the model gives neither.
        described: those of descriptors, or None.
    """

    told: dict[str, Any] | None
    ratios: Ratios | None
    described: Described | None


def annotation_figures(
    corpus: Corpus,
    model: EvaluatedModel,
    judgement: Judgement,
    dev: Corpus | None,
    intervals: Intervals,
    said: Descriptors | None,
) -> Annotations:
    """Figures of what a corpus holds beside its gold labels.

    `evidence`, where turns are marked as causes or triggers: the number of turns that may be named, `rules`
    that look at a turn's position alone, and the model's `metrics`, empty where it locates nothing; and `spans`,
    the same of questions, where parts of turns are marked. `descriptors`, where people and the model say in
    their own words what is expressed: how they were compared, and in a space with labels `metrics` and `rules`.
    `raters`, where votes are published: the model's scores against the distribution of votes, and the mean
    distribution as the rule. `oracles`, in dialogues: what the gold labels of earlier turns give away.

    Args:
        corpus: with gold, descriptors or evidence.
        model: that was judged.
        judgement: its scores.
        dev: another split in the same label space, or None.
        intervals: how they are made; of turns and questions, their items' groups are resampled.
        said: the model's own descriptors, see `free_descriptors`.

    Returns:
        What applies, by name.
    """
    evidence, ratios = _evidence(corpus, model, intervals)
    described = _described(corpus, said, dev, intervals)
    found = {
        "evidence": evidence,
        "descriptors": None if described is None else _told(described, corpus),
        "raters": _raters(corpus, judgement, dev, intervals),
        "oracles": _oracles(corpus),
    }
    parts = {**ratios, **({} if described is None else described.ratios.parts)}
    return Annotations(
        {name: part for name, part in found.items() if part is not None} or None,
        Ratios(parts) if parts else None,
        described,
    )


def _evidence(
    corpus: Corpus, model: EvaluatedModel, intervals: Intervals
) -> tuple[dict[str, Any] | None, dict[str, NDArray[np.float64]]]:
    """What a report shows, and what each item adds to the figures."""
    if corpus.evidence is None or all(mark.turn is None for mark in corpus.evidence):
        return None, {}
    turns = [len(item.history) + 1 for item in corpus.items]
    # Later turns are no candidates: a few published marks point there.
    marked = [m for m in corpus.evidence if m.turn is not None and m.turn < turns[m.item]]
    gold = metrics.named_turns(marked, turns)
    located = model.locate(corpus.items, _labels(corpus)) if isinstance(model, Locator) else None
    told: dict[str, Any] = {
        "turns": len(gold),
        "marked": int(gold.sum()),
        "metrics": {},
        "rules": nulled(position_rules(gold, turns, {**TRIGGER_POSITIONS, **CAUSE_POSITIONS})),
    }
    ratios: dict[str, NDArray[np.float64]] = {}
    if located is not None:
        said = metrics.named_turns(located, turns)
        groups = corpus.groups or tuple(map(str, range(len(corpus))))
        by_turn = Intervals(intervals.replicates, intervals.seed, np.repeat(groups, turns).tolist())
        told["metrics"] = _figures(metrics.pairs(gold, said), len(gold), by_turn)
        owner = np.repeat(np.arange(len(corpus)), turns)
        ratios |= metrics.pair_ratios(gold, said).within(owner, len(corpus)).named("turns_").parts
    if any(mark.start is not None for mark in marked):
        told["spans"], of_items = _spans(corpus, marked, located, intervals)
        ratios |= of_items
    return told, ratios


def _spans(
    corpus: Corpus, marked: Sequence[Evidence], located: Sequence[Evidence] | None, intervals: Intervals
) -> tuple[dict[str, Any], Mapping[str, NDArray[np.float64]]]:
    """What a report shows of spans, and what each item adds to the figures."""
    questions = Questions.of(corpus.items, marked)
    told = {
        "questions": len(questions),
        "marked": sum(bool(span) for span in questions.spans),
        "metrics": {},
        "rules": nulled(questions.rules()),
    }
    if located is None:
        return told, {}
    ratios = questions.figures(questions.answered(located))
    told["metrics"] = _figures(ratios, len(corpus), intervals)
    return told, ratios.named("spans_").parts


def free_descriptors(model: EvaluatedModel, corpus: Corpus) -> Descriptors | None:
    """What the model says in words of its own, asked only where people did too; None if it says nothing so."""
    if corpus.descriptors is None or not isinstance(model, Describer):
        return None
    return model.descriptors(corpus.items)


def _described(
    corpus: Corpus, said: Descriptors | None, dev: Corpus | None, intervals: Intervals
) -> Described | None:
    if corpus.descriptors is None or said is None:
        return None
    return descriptor_figures(corpus.descriptors, said, None if dev is None else dev.descriptors, intervals)


def _told(described: Described, corpus: Corpus) -> dict[str, Any]:
    """Figures too where the report itself is of labels."""
    if corpus.space.kind == "open":
        return described.told
    figures = {name: figure.to_dict() for name, figure in described.metrics.items()}
    return {**described.told, "metrics": figures, "rules": described.rules}


def _figures(statistic: Statistic, items: int, intervals: Intervals) -> dict[str, Any]:
    return {name: figure.to_dict() for name, figure in wholes(intervals.of(statistic, items)).items()}


def _labels(corpus: Corpus) -> list[list[str]]:
    if corpus.gold is None:
        return [[]] * len(corpus)
    return [[corpus.space.names[j] for j in np.flatnonzero(row >= 0.5)] for row in corpus.gold]


def _raters(
    corpus: Corpus, judgement: Judgement, dev: Corpus | None, intervals: Intervals
) -> dict[str, Any] | None:
    if corpus.raters is None or corpus.space.kind not in ("single", "multi"):
        return None
    statistic = metrics.against_raters(corpus.raters, judgement.values, judgement.silent)
    known: NDArray[Any] | None = None if dev is None else dev.raters
    return {
        "metrics": {} if judgement.unstated else _figures(statistic, len(corpus), intervals),
        "rules": nulled(rater_rules(corpus.raters, known)),
    }


def _oracles(corpus: Corpus) -> dict[str, Any] | None:
    """Only where turns of one dialogue are items of their own, in the order spoken."""
    groups: Sequence[str] | None = corpus.groups
    if corpus.space.kind != "single" or groups is None or len(set(groups)) == len(groups):
        return None
    if corpus.gold is None or not any(item.history for item in corpus.items):
        return None
    speakers = [item.speaker for item in corpus.items]
    return {"rules": nulled(inertia_rules(corpus.gold >= 0.5, groups, speakers, no_emotion(corpus.space)))}
