"""What labelled texts tell of how labels should be worded: `affekt wordings`, held to texts that it did not see.

    python benchmarks/wordings.py               # corpora that choices may be made on, and E-c's train split
    python benchmarks/wordings.py --targets     # E-c's test split with words of its dev split, ISEAR with enISEAR's; logged

Corpora are read from AFFEKT_DATA. *Calibrated*: cuts come from the texts that chose the words.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from distillation import Bools, drawn, figure, gold_of, labels_of, signed, stored
from record import RESULTS, Record, Table, shown
from zero_shot import Looks

from affekt.core import LabelSpace, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import ChosenWordings, LabelThresholds
from affekt.evaluation import worded_by
from affekt.models import Model, load

SEED = 0
MODELS = ("small", "multilingual", "fast", "ensemble")
UNSEEN = ("anticipation", "pessimism", "trust")
ROWS = (100, 200, 400)
HALVED = {"tec": 3000, "crowdflower": 3000, "enisear": 0}  # corpora without splits: a half each; most texts
PLAIN, WORDED = "as given", "words chosen"


@dataclass(frozen=True)
class Trial:
    """Texts that words are chosen by, and others that figures are about.

    Args:
        title: of the row.
        tuned_on: with gold.
        measured_on: with gold, in the same labels.
        own_cuts: whether cuts are taken from the first; else the decision is the model's.
    """

    title: str
    tuned_on: Corpus
    measured_on: Corpus
    own_cuts: bool = False


def few(corpus: Corpus, rows: int) -> Corpus:
    """So many texts, drawn at random; all for 0."""
    drawn_rows = np.random.default_rng(SEED).permutation(len(corpus))[: rows or None]
    return corpus.take(np.sort(drawn_rows).tolist())


def choices() -> Iterator[Trial]:
    """Nothing here is a test split of a target."""
    dev, train = load_corpus("semeval2018:dev"), load_corpus("semeval2018:train")
    for rows in (*ROWS, 0):
        for cuts in (False, True):
            told = "calibrated" if cuts else "strict"
            tuned = few(dev, rows)
            yield Trial(f"E-c, {len(tuned)} tweets of dev → train, {told}", tuned, train, cuts)
    covidet = [load_corpus(f"covidet/any:{split}") for split in ("train", "dev")]
    for cuts in (False, True):
        yield Trial(f"CovidET, train → dev, {'calibrated' if cuts else 'strict'}", *covidet, cuts)
    for name, most in HALVED.items():
        corpus = few(load_corpus(name), most)
        half = len(corpus) // 2
        parts = corpus.take(range(half)), corpus.take(range(half, len(corpus)))
        yield Trial(f"{name}, a half → the other, strict", *parts)


def targets() -> Iterator[Trial]:
    """The targets, each with words of texts that are none of it."""
    dev, test = load_corpus("semeval2018:dev"), load_corpus("semeval2018:test")
    yield Trial("E-c, dev → test, strict", dev, test)
    yield Trial("E-c, dev → test, calibrated", dev, test, own_cuts=True)
    yield Trial("ISEAR, words of enISEAR, strict", load_corpus("enisear"), load_corpus("isear"))


def decided(model: Model, trial: Trial, space: LabelSpace) -> Bools:
    """What is said of the measured texts under some wordings."""
    scores = [
        Scores(np.nan_to_num(model.scores(corpus.items, space).values), space)
        for corpus in (trial.tuned_on, trial.measured_on)
    ]
    if space.kind == "single":
        return np.eye(len(space), dtype=bool)[scores[1].values.argmax(axis=1)]
    decision: Any = model.decision
    if trial.own_cuts:
        decision = LabelThresholds.fit(scores[0], gold_of(trial.tuned_on).astype(np.float32))
    return labels_of(decision.apply(scores[1]), space)


def compared(model: Model, trial: Trial, chosen: ChosenWordings) -> dict[str, Any]:
    """Macro F1 under both wordings, and of E-c's unseen labels, on the same resamples."""
    own = trial.measured_on.space
    words = {label.name.casefold(): label for label in chosen.space.labels}
    worded = replace(own, labels=tuple(words[name.casefold()] for name in own.names))
    said = {PLAIN: decided(model, trial, own), WORDED: decided(model, trial, worded)}
    gold, found = gold_of(trial.measured_on), dict[str, Any]()
    columns = {"macro F1": None}
    if set(UNSEEN) <= set(own.names):
        columns["unseen"] = [own.index(name) for name in UNSEEN]
    for title, kept in columns.items():
        values = {way: drawn(gold, one, kept, seed=SEED) for way, one in said.items()}
        found[title] = {way: figure(value).to_dict() for way, value in values.items()}
        found[title]["difference"] = figure(values[WORDED] - values[PLAIN]).to_dict()
    return found


def measured(models: Sequence[str], trials: Sequence[Trial], logged: bool) -> dict[str, Any]:
    """Model → trial → figures; words are chosen once for the same texts."""
    made: dict[str, Any] = {}
    for name in models:
        model, kept = load(name), dict[tuple[str, int], ChosenWordings]()
        for trial in trials:
            key = str(trial.tuned_on), len(trial.tuned_on)
            if key not in kept:
                kept[key] = worded_by(model, trial.tuned_on, model.vocabulary())
            if logged:
                mode = "calibrated" if trial.own_cuts else "strict"
                Looks(model, "words chosen on other texts").note(trial.measured_on, mode)
            made.setdefault(name, {})[trial.title] = compared(model, trial, kept[key])
            print(name, trial.title, made[name][trial.title]["macro F1"], flush=True)
    return made


def tables(title: str, made: dict[str, Any]) -> Iterator[Table]:
    """A table of macro F1, and one of E-c's unseen labels."""
    for what in ("macro F1", "unseen"):
        rows = [
            (
                trial,
                name,
                *(shown(stored(of[what][way])) for way in (PLAIN, WORDED)),
                signed(stored(of[what]["difference"])),
            )
            for name, trials in made.items()
            for trial, of in trials.items()
            if what in of
        ]
        told = what if what == "macro F1" else f"mean F1 of {', '.join(UNSEEN)}"
        yield Table(f"{title}: {told}", ("texts", "model", PLAIN, WORDED, "difference"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", action="store_true", help="score the targets; it is logged")
    asked = parser.parse_args()
    file = RESULTS / "wordings.json"
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["made"] if file.is_file() else {}
    if asked.targets:
        made["targets"] = measured(MODELS, list(targets()), logged=True)
    else:
        made["choices"] = measured(("small", "fast"), list(choices()), logged=False)
    notes = (
        "Each model chooses from its own 2,500 descriptors. *Strict*: the model's own decision; cuts are then no one's, but the "
        "words are of the texts named. A label whose gain does not hold on other folds keeps its words.",
        "Intervals are 95 % percentile bootstraps over the measured texts; differences are on the same resamples.",
    )
    titles = {"choices": "Texts that choices may be made on", "targets": "Targets"}
    parts = [table for key, title in titles.items() if key in made for table in tables(title, made[key])]
    Record("Words for labels, chosen by labelled texts", notes, parts, {"made": made}, SEED).write("wordings")


if __name__ == "__main__":
    main()
