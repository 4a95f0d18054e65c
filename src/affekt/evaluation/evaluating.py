"""From a model and a corpus to a report."""

from __future__ import annotations

import time
from typing import Any, Final, Literal, get_args

from affekt import __version__
from affekt.core import Decision, InputError, Prediction
from affekt.corpora import Corpus
from affekt.decisions import DecisionRequest
from affekt.evaluation.annotations import annotation_figures
from affekt.evaluation.breakdown import breakdown
from affekt.evaluation.contamination import TrainingData, contamination
from affekt.evaluation.deciding import as_stated, fitted_on_dev, set_figures
from affekt.evaluation.items import ItemTable
from affekt.evaluation.judging import EvaluatedModel, Judgement, judge
from affekt.evaluation.measuring import Intervals, Prior, measure, wholes
from affekt.evaluation.outcome import Outcome
from affekt.evaluation.repeating import made_with
from affekt.evaluation.report import Report
from affekt.evaluation.slicing import slices

Mode = Literal["strict", "calibrated"]
"""`strict`: nothing was tuned on the target; `calibrated`: thresholds came from its dev split."""
_THRESHOLDS: Final = DecisionRequest()

# What a card says of the model's making; the rest of a manifest serves to run it.
_ORIGIN: Final = ("description", "scorer", "languages", "training", "licence", "recipe", "files")


def evaluate(
    model: EvaluatedModel,
    corpus: Corpus,
    *,
    mode: Mode = "strict",
    dev: Corpus | None = None,
    training: TrainingData | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
    request: DecisionRequest = _THRESHOLDS,
) -> Report:
    """Measure a model on a corpus.

    Strict, the model's own decision is used as it is. Calibrated, one is fitted on its scores of the dev split:
    `LabelThresholds`, or what is asked for. Figures are those of the scores as the decision states them. Either
    way, label shares for trivial rules and Brier skill come from the dev split where
    it is given. An axis that the model has no head for has null figures. Intervals resample the corpus's
    groups (dialogues, authors) where it has any, else its texts.

    Args:
        model: to be measured.
        corpus: with gold.
        mode: `strict` or `calibrated`.
        dev: another split in the same label space.
        training: what the model was trained on, from `training_data`; overlap is not looked for without it.
        bootstrap: number of resamples; 0 for no intervals.
        seed: of the resamples.
        request: the decision of mode `calibrated`.

    Returns:
        The report, with its items.

    Raises:
        InputError: if the corpus has no items or no gold, the mode is unknown or does not fit the corpus, or
            the dev split is missing, is the corpus itself, or has other labels.
        LabelError: if the model's decision does not know the corpus's labels.
    """
    started = time.perf_counter()
    _check(corpus, mode, dev, bootstrap, request)
    assert corpus.gold is not None
    prior = None if dev is None or dev.gold is None else Prior(dev.gold, str(dev))
    judgement = judge(model, corpus)
    decision = model.decision
    if mode == "calibrated" and dev is not None:
        decision = fitted_on_dev(request, model, dev, corpus.space)
    predictions = _decided(decision, judgement)
    judgement = as_stated(judgement, decision, predictions)
    intervals = Intervals(bootstrap, seed, corpus.groups)
    measured = measure(corpus.space, corpus.gold, judgement, predictions, prior, intervals)
    sets = set_figures(corpus.space, corpus.gold, predictions)
    if sets is not None:
        measured.metrics.update(wholes(intervals.of(sets, len(corpus))))
    outcome = Outcome.of(corpus, judgement, predictions)
    return Report(
        affekt=__version__,
        model={"name": model.name, **{key: model.card[key] for key in _ORIGIN if key in model.card}},
        data=_described(corpus) | {"dev": None if dev is None else _described(dev)},
        decision=None if judgement.scores is None else decision.to_dict(),
        mode=mode,
        intervals={
            "replicates": bootstrap,
            "seed": seed,
            "units": "texts" if corpus.groups is None else "groups",
        },
        metrics=measured.metrics,
        labels=measured.labels,
        rules=measured.rules,
        abstained=float(judgement.silent.mean()),
        calibration=measured.calibration,
        slices=slices(corpus, outcome, None if prior is None else prior.gold, intervals),
        contamination=None if training is None else contamination(corpus, outcome, training, intervals),
        breakdown=breakdown(outcome, intervals),
        annotations=annotation_figures(corpus, model, judgement, dev, intervals),
        seconds=round(time.perf_counter() - started, 3),
        made_with=made_with(),
        items=ItemTable.of(corpus, predictions, judgement.values),
        texts=corpus.items,
    )


def _check(corpus: Corpus, mode: str, dev: Corpus | None, bootstrap: int, request: DecisionRequest) -> None:
    if mode not in get_args(Mode):
        raise InputError(f"mode {mode!r} is unknown: use strict or calibrated")
    if bootstrap < 0:
        raise InputError(f"{bootstrap} resamples cannot be drawn: give a number from 0 up")
    if not corpus.items:
        raise InputError(f"{corpus} has no items: evaluate on another split")
    if corpus.gold is None or corpus.space.kind == "open":
        raise InputError(f"{corpus} has no gold labels of a fixed list: evaluate on another corpus or part")
    if dev is not None:
        _check_dev(corpus, dev)
    if mode == "calibrated":
        if dev is None:
            raise InputError(
                f"mode calibrated takes thresholds from a dev split, and {corpus} has none: use strict"
            )
        _check_kind(corpus, request)


def _check_kind(corpus: Corpus, request: DecisionRequest) -> None:
    kind = corpus.space.kind
    if kind == "multi" or (kind == "single" and request.name != "thresholds"):
        return
    cure = "ask for decision calibrated, sets or abstain, or use strict" if kind == "single" else "use strict"
    raise InputError(
        f"mode calibrated fits {request.name}, and {corpus} is of kind {kind!r}, where none are used: {cure}"
    )


def _check_dev(corpus: Corpus, dev: Corpus) -> None:
    if dev is corpus or str(dev) == str(corpus):
        raise InputError(f"the dev split is {corpus} itself: give texts that are not evaluated on")
    if dev.gold is None or not dev.items:
        raise InputError(f"the dev split {dev} has no labelled items: give another one, or none")
    if dev.space.names != corpus.space.names:
        raise InputError(
            f"the dev split {dev} has labels {', '.join(dev.space.names)}, and {corpus} has "
            f"{', '.join(corpus.space.names)}: give one with the same labels"
        )


def _decided(decision: Decision, judgement: Judgement) -> list[Prediction]:
    """Predictions; of values on axes nothing but who abstained."""
    if judgement.scores is not None:
        return decision.apply(judgement.scores)
    return [Prediction((), {}, abstained=reason) for reason in judgement.abstained]


def _described(corpus: Corpus) -> dict[str, Any]:
    """Which data these are: enough to find and prove them."""
    return {
        "name": corpus.name,
        "part": corpus.part,
        "split": corpus.split,
        "items": len(corpus.items),
        "sha256": dict(corpus.facts.sha256),
        "space": corpus.space.to_dict(),
    }
