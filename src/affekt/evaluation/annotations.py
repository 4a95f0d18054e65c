"""What annotators gave beside gold labels: causes and triggers, every rater's vote, the labels of earlier turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.core import Locator
from affekt.corpora import Corpus
from affekt.evaluation.judging import EvaluatedModel, Judgement
from affekt.evaluation.measuring import Intervals, wholes
from affekt.evaluation.outcome import no_emotion
from affekt.evaluation.report import defined
from affekt.evaluation.rules import (
    CAUSE_POSITIONS,
    TRIGGER_POSITIONS,
    Rules,
    inertia_rules,
    position_rules,
    rater_rules,
)


def annotation_figures(
    corpus: Corpus, model: EvaluatedModel, judgement: Judgement, dev: Corpus | None, intervals: Intervals
) -> dict[str, Any] | None:
    """Figures of what a corpus holds beside its gold labels, as a report shows them.

    `evidence`, where turns are marked as causes or triggers: the number of turns that may be named, `rules`
    that look at a turn's position alone, and the model's `metrics`, empty where it locates nothing.
    `raters`, where votes are published: the model's scores against the distribution of votes, and the mean
    distribution as the rule. `oracles`, in dialogues: what the gold labels of earlier turns give away.

    Args:
        corpus: with gold.
        model: that was judged.
        judgement: its scores.
        dev: another split in the same label space, or None.
        intervals: how they are made; of turns, their items' groups are resampled.

    Returns:
        What applies, by name; None if nothing does.
    """
    found = {
        "evidence": _evidence(corpus, model, intervals),
        "raters": _raters(corpus, judgement, dev, intervals),
        "oracles": _oracles(corpus),
    }
    return {name: part for name, part in found.items() if part is not None} or None


def _evidence(corpus: Corpus, model: EvaluatedModel, intervals: Intervals) -> dict[str, Any] | None:
    if corpus.evidence is None or all(mark.turn is None for mark in corpus.evidence):
        return None
    turns = [len(item.history) + 1 for item in corpus.items]
    # Later turns are no candidates: a few published marks point there.
    marked = [m for m in corpus.evidence if m.turn is not None and m.turn < turns[m.item]]
    gold = metrics.named_turns(marked, turns)
    rules = position_rules(gold, turns, {**TRIGGER_POSITIONS, **CAUSE_POSITIONS})
    figures: dict[str, Any] = {}
    if isinstance(model, Locator):
        said = metrics.named_turns(model.locate(corpus.items, _labels(corpus)), turns)
        groups = corpus.groups or tuple(map(str, range(len(corpus))))
        by_turn = Intervals(intervals.replicates, intervals.seed, np.repeat(groups, turns).tolist())
        estimates = by_turn.of(metrics.pairs(gold, said), len(gold))
        figures = {name: figure.to_dict() for name, figure in wholes(estimates).items()}
    return {
        "turns": len(gold),
        "marked": int(gold.sum()),
        "metrics": figures,
        "rules": _nulled(rules),
    }


def _labels(corpus: Corpus) -> list[list[str]]:
    assert corpus.gold is not None
    return [[corpus.space.names[j] for j in np.flatnonzero(row >= 0.5)] for row in corpus.gold]


def _raters(
    corpus: Corpus, judgement: Judgement, dev: Corpus | None, intervals: Intervals
) -> dict[str, Any] | None:
    if corpus.raters is None or corpus.space.kind not in ("single", "multi"):
        return None
    statistic = metrics.against_raters(corpus.raters, judgement.values, judgement.silent)
    known: NDArray[Any] | None = None if dev is None else dev.raters
    return {
        "metrics": {
            name: figure.to_dict() for name, figure in wholes(intervals.of(statistic, len(corpus))).items()
        },
        "rules": _nulled(rater_rules(corpus.raters, known)),
    }


def _oracles(corpus: Corpus) -> dict[str, Any] | None:
    """Only where turns of one dialogue are items of their own, in the order spoken."""
    groups: Sequence[str] | None = corpus.groups
    if corpus.space.kind != "single" or groups is None or len(set(groups)) == len(groups):
        return None
    if corpus.gold is None or not any(item.history for item in corpus.items):
        return None
    speakers = [item.speaker for item in corpus.items]
    return {"rules": _nulled(inertia_rules(corpus.gold >= 0.5, groups, speakers, no_emotion(corpus.space)))}


def _nulled(rules: Rules) -> dict[str, Mapping[str, float | None]]:
    return {rule: {name: defined(x) for name, x in values.items()} for rule, values in rules.items()}
