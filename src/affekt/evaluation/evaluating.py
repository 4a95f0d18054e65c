"""From a model and a corpus to a report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

from numpy.typing import NDArray

from affekt import __version__
from affekt.core import Decision, InputError, Locator, Prediction
from affekt.corpora import Corpus
from affekt.decisions import DecisionRequest
from affekt.evaluation.annotations import Annotations, Descriptors, annotation_figures, free_descriptors
from affekt.evaluation.breakdown import breakdown
from affekt.evaluation.contamination import TrainingData, contamination
from affekt.evaluation.deciding import as_stated, fitted_on_dev, set_figures
from affekt.evaluation.items import ItemTable
from affekt.evaluation.judging import EvaluatedModel, Judgement, judge
from affekt.evaluation.measuring import Intervals, Prior, measure, wholes
from affekt.evaluation.outcome import Outcome
from affekt.evaluation.repeating import made_with
from affekt.evaluation.report import Figure, Report
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
    it is given. An axis that the model cannot read has null figures (`axes` says how each is read: by a trained
    head, or by opposites), and so have labels of which it says nothing, and what scores alone tell where labels came without them. Intervals resample the corpus's
    groups (dialogues, authors) where it has any, else its texts.

    Args:
        model: to be measured.
        corpus: with gold, or, for a `Describer` or a `Locator`, with descriptors or evidence.
        mode: `strict` or `calibrated`.
        dev: another split in the same label space.
        training: what the model was trained on, from `training_data`; overlap is not looked for without it.
        bootstrap: number of resamples; 0 for no intervals.
        seed: of the resamples.
        request: the decision of mode `calibrated`.

    Returns:
        The report, with its items.

    Raises:
        InputError: if the corpus has no items or nothing to compare with what the model says, the mode is unknown or
            does not fit the corpus, or the dev split is missing, is the corpus itself, or has other labels.
        LabelError: if the model's decision does not know the corpus's labels.
    """
    started = time.perf_counter()
    said = free_descriptors(model, corpus)
    _check(corpus, model, mode, dev, bootstrap, request, said)
    judgement = judge(model, corpus)
    decision = model.decision
    if mode == "calibrated" and dev is not None:
        decision = fitted_on_dev(request, model, dev, corpus.space)
    predictions = _decided(decision, judgement, said if corpus.gold is None else None)
    judgement = as_stated(judgement, decision, predictions)
    intervals = Intervals(bootstrap, seed, corpus.groups)
    annotations = annotation_figures(corpus, model, judgement, dev, intervals, said)
    if corpus.gold is None:
        parts = _of_annotations(annotations)
    else:
        prior = None if dev is None or dev.gold is None else Prior(dev.gold, str(dev))
        parts = _of_gold(corpus, corpus.gold, judgement, predictions, prior, intervals, training)
    return Report(
        affekt=__version__,
        model={"name": model.name, **_origin(model.card)},
        data=_described(corpus) | {"dev": None if dev is None else _described(dev)},
        decision=None if judgement.scores is None else decision.to_dict(),
        mode=mode,
        intervals={
            "replicates": bootstrap,
            "seed": seed,
            "units": "texts" if corpus.groups is None else "groups",
        },
        **parts,
        abstained=float(judgement.silent.mean()),
        annotations=annotations.told,
        axes=judgement.readings and dict(judgement.readings),
        seconds=round(time.perf_counter() - started, 3),
        made_with=made_with(),
        items=ItemTable.of(corpus, predictions, judgement.values, annotations.ratios),
        texts=corpus.items,
    )


def _of_gold(
    corpus: Corpus,
    gold: NDArray[Any],
    judgement: Judgement,
    predictions: Sequence[Prediction],
    prior: Prior | None,
    intervals: Intervals,
    training: TrainingData | None,
) -> dict[str, Any]:
    """The fields of a report that gold labels are needed for; of parts and errors where anything was said of them."""
    measured = measure(corpus.space, gold, judgement, predictions, prior, intervals)
    sets = set_figures(corpus.space, gold, predictions)
    if sets is not None:
        measured.metrics.update(wholes(intervals.of(sets, len(corpus))))
    found: dict[str, Any] = {
        "metrics": measured.metrics,
        "labels": measured.labels,
        "rules": measured.rules,
        "calibration": measured.calibration,
    }
    if judgement.scores is None and corpus.space.kind != "dimensional":
        return found
    outcome = Outcome.of(corpus, judgement, predictions)
    return found | {
        "slices": slices(corpus, outcome, None if prior is None else prior.gold, intervals),
        "contamination": None if training is None else contamination(corpus, outcome, training, intervals),
        "breakdown": breakdown(outcome, intervals),
    }


def _of_annotations(found: Annotations) -> dict[str, Any]:
    """The same fields where there are no gold labels: figures of descriptors, or else of evidence."""
    if found.described is not None:
        return {"metrics": found.described.metrics, "labels": {}, "rules": found.described.rules}
    evidence = (found.told or {})["evidence"]
    figures = {name: Figure.from_dict(figure) for name, figure in evidence["metrics"].items()}
    return {"metrics": figures, "labels": {}, "rules": evidence["rules"]}


def _check(
    corpus: Corpus,
    model: EvaluatedModel,
    mode: str,
    dev: Corpus | None,
    bootstrap: int,
    request: DecisionRequest,
    said: Descriptors | None,
) -> None:
    if mode not in get_args(Mode):
        raise InputError(f"mode {mode!r} is unknown: use strict or calibrated")
    if bootstrap < 0:
        raise InputError(f"{bootstrap} resamples cannot be drawn: give a number from 0 up")
    if not corpus.items:
        raise InputError(f"{corpus} has no items: evaluate on another split")
    if corpus.gold is None:
        _check_open(corpus, model, said)
    if dev is not None:
        _check_dev(corpus, dev)
    if mode == "calibrated":
        if dev is None:
            raise InputError(
                f"mode calibrated takes thresholds from a dev split, and {corpus} has none: use strict"
            )
        _check_kind(corpus, request)


def _check_open(corpus: Corpus, model: EvaluatedModel, said: Descriptors | None) -> None:
    """See that there is anything to compare where no labels are listed."""
    if corpus.descriptors is None and corpus.evidence is None:
        raise InputError(f"{corpus} has no gold labels of a fixed list: evaluate on another corpus or part")
    if corpus.descriptors is None and not isinstance(model, Locator):
        raise InputError(
            f"{corpus} asks which turn it is, and {model.name} names none: evaluate a file of answers with `evidence`"
        )
    if corpus.descriptors is not None and said is None:
        raise InputError(
            f"{corpus} asks for free descriptors, and {model.name} gives none: evaluate a file of answers with "
            "`descriptors`, or on another corpus"
        )


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
    if (dev.gold is None and corpus.gold is not None) or not dev.items:
        raise InputError(f"the dev split {dev} has no labelled items: give another one, or none")
    if dev.space.names != corpus.space.names:
        raise InputError(
            f"the dev split {dev} has labels {', '.join(dev.space.names)}, and {corpus} has "
            f"{', '.join(corpus.space.names)}: give one with the same labels"
        )


def _decided(decision: Decision, judgement: Judgement, descriptors: Descriptors | None) -> list[Prediction]:
    """Predictions: where nothing is decided, who abstained, and the descriptors given if there are any."""
    if judgement.scores is not None:
        return decision.apply(judgement.scores)
    said = descriptors or ((),) * len(judgement.abstained)
    return [
        Prediction(tuple(names), {}, abstained=reason)
        for names, reason in zip(said, judgement.abstained, strict=True)
    ]


def _origin(card: Mapping[str, Any]) -> dict[str, Any]:
    """What a card says of the model's making, less the checksums of its texts: a report may be published."""
    told = {key: card[key] for key in _ORIGIN if key in card}
    if isinstance(told.get("training"), list):
        told["training"] = [_without_digests(entry) for entry in told["training"]]
    return told


def _without_digests(entry: object) -> object:
    if not isinstance(entry, Mapping):
        return entry  # whoever made the model says it in a way of their own
    return {key: value for key, value in entry.items() if key != "digests"}


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
