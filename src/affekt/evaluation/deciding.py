"""Decisions that are fitted on a dev split, and what a report shows of what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from affekt import metrics
from affekt.core import Decision, LabelSpace, Prediction
from affekt.corpora import Corpus
from affekt.decisions import DecisionRequest, StoredDecision, fit_decision, restated
from affekt.evaluation.judging import EvaluatedModel, Judgement
from affekt.evaluation.stored_answers import GivenLabels
from affekt.metrics import Statistic


def fitted_on_dev(
    request: DecisionRequest, model: EvaluatedModel, dev: Corpus, space: LabelSpace
) -> StoredDecision:
    """The decision asked for, fitted on a model's scores of a dev split.

    Args:
        request: what is wanted.
        model: to be asked for scores.
        dev: with gold.
        space: of the corpus that is evaluated on.

    Returns:
        The fitted decision.

    Raises:
        InputError: if the dev split does not suffice.
    """
    assert dev.gold is not None
    scores = model.scores(dev.items, space)
    return fit_decision(request, scores, dev.gold, groups=dev.groups, source=str(dev))


def as_stated(judgement: Judgement, decision: Decision, predictions: Sequence[Prediction]) -> Judgement:
    """A judgement as the decision states it: calibrated scores, and who abstained in the end.

    Args:
        judgement: as the model gave it.
        decision: that was made on it.
        predictions: that came of it.

    Returns:
        The judgement whose figures stand in a report.
    """
    if judgement.scores is None:
        return judgement
    values = restated(decision, judgement.scores).values.copy()
    values[judgement.silent] = np.nan
    if isinstance(decision, GivenLabels) and not decision.scored:
        values[:] = np.nan  # 1 and 0 repeat the labels, and state no probability
    return replace(judgement, values=values, abstained=tuple(p.abstained for p in predictions))


def set_figures(space: LabelSpace, gold: np.ndarray, predictions: Sequence[Prediction]) -> Statistic | None:
    """Coverage and size of predicted sets; None where predictions are no sets.

    Args:
        space: of the predictions.
        gold: `[items, labels]`; a label is true from 0.5 on.
        predictions: of the items.

    Returns:
        The statistic, see `metrics.label_sets`.
    """
    if not any("set" in (prediction.trace or {}) for prediction in predictions):
        return None
    inside = np.array([[name in set(p.labels) for name in space.names] for p in predictions], dtype=bool)
    return metrics.label_sets(gold >= 0.5, inside)
