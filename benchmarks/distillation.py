"""Contrasts of contrastive distillation: one setting changed at a time, each run small, all scored alike.

    python benchmarks/distillation.py --work DIR                     # every run of distillation.toml that is not done
    python benchmarks/distillation.py --work DIR --only Dimensions   # the runs of some contrasts
    python benchmarks/distillation.py --work DIR --tables            # tables of what is done, no run; others stay as stored
    python benchmarks/distillation.py --work DIR --targets           # chosen runs on SemEval-2018 E-c's test, logged
    python benchmarks/distillation.py --work DIR --texts 64 --most 60 --epochs 1   # a trial; nothing is written

Corpora are read from AFFEKT_DATA. A run leaves its model and what it said in `DIR/<run>`; runs that are there are not
made again, and one that was interrupted goes on. Scores are on dev splits and on corpora that choices may be made on.
*Strict*: the model's own decision. *Calibrated*: thresholds by cross-validation on the same texts, four folds. For
single-label corpora the best label counts. Labels that GoEmotions' human labels lack are *unseen* by those. Beside them
stands a label space of 66 (`WIDE`).
"""

from __future__ import annotations

import argparse
import json
import re
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import RESULTS, Record, Table, shown
from zero_shot import Looks, Trial

from affekt.core import FloatArray, LabelSpace, Scores, named_space
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import LabelThresholds
from affekt.evaluation import Figure
from affekt.metrics import Tally, resamples
from affekt.models import MANIFEST, Model
from affekt.models.directory import load_directory
from affekt.training import read_recipe, train

HERE = Path(__file__).parent
SEED = 0
REPLICATES = 1000
FOLDS = 4
# Corpus → most texts of it, drawn at random.
CORPORA = {
    "enisear": 0,
    "tec": 700,
    "crowdflower": 700,
    "emocontext:dev": 700,
    "covidet/any:train": 700,
    "covidet/any:dev": 0,
    "brighter/a-eng:dev": 0,
    "goemotions:dev": 2500,
}
# Their labels are other words for GoEmotions' own (`happy`, `worry`): which of them is unseen cannot be told by name.
OTHER_WORDS = ("crowdflower", "emocontext:dev")
# A label space of 66: what the language model that wrote the descriptors says of texts of other corpora.
WIDE, WIDE_OF, WIDE_MOST = "descriptors/closed-labels", ("brighter-eng", "emorynlp", "xed-en"), 1200
TARGET = "semeval2018/e-c-en:test"
SAID, RUN = "said.npz", "run.json"
EVERY = "all labels, always"
MEANS = {"mean": "mean", "unseen": "unseen", "seen": "seen", f"{WIDE} calibrated": "66 labels"}
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """The runs and contrasts, and where runs are kept.

    Args:
        file: the parsed TOML file.
        work: folder of the runs.
        texts: at most so many a source; 0 for what the file says.
        epochs: in place of the file's; 0 for those.
        most: at most so many texts of a scored corpus; 0 for all.
    """

    file: Mapping[str, Any]
    work: Path
    texts: int = 0
    epochs: int = 0
    most: int = 0

    @property
    def trial(self) -> bool:
        """Whether the runs are smaller than meant, so that their figures say nothing."""
        return bool(self.texts or self.epochs or self.most)

    def settings(self, run: str) -> dict[str, Any]:
        """What a run changes of the recipe; a run that it starts from is named as its folder."""
        made = {**self.file["base"], **self.file["runs"][run], "name": slug(run)}
        if "start" in made:
            made["start"] = str(self.folder(made["start"]))
        if self.texts:
            capped = [{**x, "limit": min(self.texts, x.get("limit") or self.texts)} for x in made["texts"]]
            made |= {"texts": capped, "holdout": min(made["holdout"], self.texts // 4)}
        return made | ({"optimizer.epochs": self.epochs} if self.epochs else {})

    def folder(self, run: str) -> Path:
        """Where a run is kept."""
        return self.work / slug(run)

    @cached_property
    def corpora(self) -> dict[str, Corpus]:
        """What is scored."""
        read = {name: Trial(self._most(most)).read(name) for name, most in CORPORA.items()}
        return read | {WIDE: wide(self._most(WIDE_MOST))}

    def _most(self, most: int) -> int:
        return min(filter(None, (most, self.most)), default=0)


def wide(most: int) -> Corpus:
    """Texts with 66 labels, of corpora that most runs read nothing of."""
    corpus = load_corpus(WIDE)
    assert corpus.groups is not None
    rows = [i for i, group in enumerate(corpus.groups) if group in WIDE_OF]
    drawn_rows = np.random.default_rng(SEED).permutation(rows)[:most]
    return corpus.take(np.sort(drawn_rows).tolist())


def slug(run: str) -> str:
    """A run's name as that of a folder."""
    return re.sub(r"[^a-z0-9]+", "-", run.lower().replace("×", "x")).strip("-")


def make(plan: Plan, run: str) -> None:
    """Train a run and keep what it says, unless that is done."""
    folder, settings = plan.folder(run), plan.settings(run)
    digest = read_recipe(plan.file["recipe"], settings).digest()
    if not (folder / RUN).is_file():
        facts: dict[str, Any] = {}
        started = time.monotonic()
        if not (folder / MANIFEST).is_file():
            print(f"{run}: training", flush=True)
            facts = train(plan.file["recipe"], overrides=settings, out=folder, resume=True)
        minutes = (time.monotonic() - started) / 60
        if "start" in settings:  # another run, which need not lie where it did here
            settings["start"] = Path(settings["start"]).name
        told = {
            "run": run,
            "digest": digest,
            "settings": settings,
            "minutes": round(minutes, 1),
            "facts": facts,
        }
        (folder / RUN).write_text(json.dumps(told, indent=1) + "\n")
    if json.loads((folder / RUN).read_text())["digest"] != digest:
        raise SystemExit(f"{folder} holds a run with other settings: use another --work, or remove it")
    said = dict(np.load(folder / SAID)) if (folder / SAID).is_file() else {}
    missing = {name: corpus for name, corpus in plan.corpora.items() if f"{name} strict" not in said}
    if not missing:
        return
    model = load_directory(folder)
    if model.card["recipe"] != digest:
        raise SystemExit(f"{folder} holds a model with other settings: use another --work, or remove it")
    for name, corpus in missing.items():
        said |= {f"{name} {mode}": decided for mode, decided in judged(model, corpus).items()}
    np.savez_compressed(folder / SAID, **said)


def scores_of(model: Model, corpus: Corpus) -> Scores:
    """Scores by the labels' names; a text that the model says nothing of scores lowest everywhere."""
    scores = model.scores(corpus.items, corpus.space)
    return replace(scores, values=np.nan_to_num(scores.values), abstained=(None,) * len(corpus))


def judged(model: Model, corpus: Corpus) -> dict[str, Bools]:
    """What is said of each text, bool `[texts, labels]`, by mode."""
    scores, gold = scores_of(model, corpus), gold_of(corpus)
    if corpus.space.kind == "single":
        return {"strict": np.eye(len(corpus.space), dtype=bool)[scores.values.argmax(axis=1)]}
    strict = labels_of(model.decision.apply(scores), corpus.space)
    return {"strict": strict, "calibrated": cross_validated(scores, gold)}


def cross_validated(scores: Scores, gold: Bools) -> Bools:
    """Decisions with thresholds from the other folds."""
    order = np.random.default_rng(SEED).permutation(len(gold))
    decided = np.zeros(gold.shape, bool)
    for fold in range(FOLDS):
        test = order[fold::FOLDS]
        rest = np.setdiff1d(order, test)
        thresholds = LabelThresholds.fit(scores.take(rest.tolist()), gold[rest].astype(np.float32))
        decided[test] = labels_of(thresholds.apply(scores.take(test.tolist())), scores.space)
    return decided


def labels_of(predictions: Sequence[Any], space: LabelSpace) -> Bools:
    """Predictions as a table, bool `[texts, labels]`."""
    return np.array([[name in p.labels for name in space.names] for p in predictions])


def gold_of(corpus: Corpus) -> Bools:
    """Gold labels, bool `[texts, labels]`."""
    assert corpus.gold is not None
    return np.asarray(corpus.gold >= 0.5)


def unseen(space: LabelSpace) -> list[int]:
    """Labels that GoEmotions' human labels lack."""
    known = {name.casefold() for name in named_space("goemotions").names}
    return [j for j, name in enumerate(space.names) if name.casefold() not in known]


# Figures: drawn on the same resamples for every run, so that differences are paired.


def drawn(gold: Bools, said: Bools, columns: Sequence[int] | None = None, seed: int = SEED) -> FloatArray:
    """Mean F1 of labels: on the texts as they are, then on each resample, `[1 + replicates]`."""
    kept = slice(None) if columns is None else list(columns)
    blocks = resamples(len(gold), replicates=REPLICATES, seed=seed)
    parts = [Tally.of(gold, said).f1(), *(Tally.of(gold, said, weights).f1() for weights in blocks)]
    return np.concatenate([np.nan_to_num(np.atleast_2d(part))[:, kept].mean(axis=1) for part in parts])


def figure(values: FloatArray) -> Figure:
    """A figure with its 95 % interval."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Figure.of(float(values[0]), float(low), float(high))


def columns_of(plan: Plan, run: str | None) -> dict[str, FloatArray]:
    """Every figure of a run, or of the rule that says yes to everything, with its resamples."""
    said = None if run is None else np.load(plan.folder(run) / SAID)
    found: dict[str, FloatArray] = {}
    overall, by_kind = [], dict[str, list[FloatArray]](unseen=[], seen=[])
    for seed, (name, corpus) in enumerate(plan.corpora.items()):
        gold = gold_of(corpus)
        single = corpus.space.kind == "single"
        for mode in ("strict",) if single else ("strict", "calibrated"):
            decided = np.ones_like(gold) if said is None else said[f"{name} {mode}"]
            found[f"{name} {mode}"] = drawn(gold, decided, seed=seed)
        # The last mode is the calibrated one where there is one.
        new = unseen(corpus.space)
        if new and name not in (WIDE, *OTHER_WORDS):
            known = [j for j in range(len(corpus.space)) if j not in new]
            by_kind["unseen"].append(drawn(gold, decided, new, seed))
            by_kind["seen"].append(drawn(gold, decided, known, seed))
        if name != WIDE:
            overall.append(found[f"{name} {mode}"])
    kinds = {kind: np.mean(values, axis=0) for kind, values in by_kind.items()}
    return {"mean": np.mean(overall, axis=0), **kinds, **found}


def contrast(plan: Plan, runs: Sequence[str], stored: bool) -> dict[str, Any] | None:
    """Figures of a contrast's runs that are done; None if the first is not, or one that is stored would lose some."""
    done = [run for run in runs if (plan.folder(run) / SAID).is_file()]
    if runs[0] not in done or (stored and done != list(runs)):
        return None
    first = columns_of(plan, runs[0])
    made = {}
    for run in [*done, None]:
        columns = columns_of(plan, run)
        made[EVERY if run is None else run] = {
            "figures": {name: figure(values).to_dict() for name, values in columns.items()},
            "differences": {name: figure(columns[name] - first[name]).to_dict() for name in columns},
            **({} if run is None else {"run": json.loads((plan.folder(run) / RUN).read_text())}),
        }
    return made


def contrast_tables(title: str, made: Mapping[str, Any]) -> Iterator[Table]:
    """The means of a contrast's runs, each beside its difference to the first, then their figures by corpus."""
    compared = list(made)[1:-1]
    rows = []
    for run, of in made.items():
        cells = []
        for name in MEANS:
            cells.append(shown(stored(of["figures"].get(name))))
            cells.append(signed(stored(of["differences"].get(name))) if run in compared else "")
        rows.append((run, *cells))
    header = [x for name in MEANS.values() for x in (name, "over the first")]
    yield Table(title, ("run", *header), rows)
    corpora = [name for name in next(iter(made.values()))["figures"] if name not in MEANS]
    yield Table(
        f"{title}, by corpus",
        ("corpus", *made),
        [(name, *(shown(stored(of["figures"][name])) for of in made.values())) for name in corpora],
    )


def stored(entry: Mapping[str, Any] | None) -> Figure:
    """A figure as it is stored; an undefined one where it was not made."""
    return Figure(entry["value"], entry["low"], entry["high"]) if entry else Figure(None)


def signed(difference: Figure) -> str:
    """A difference with its interval; a dash where it is undefined."""
    if difference.value is None:
        return "–"
    return f"{difference.value:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"


NOTES = (
    "Each run changes one setting of the recipe; texts and steps are few, so that runs can be compared with each "
    "other and with nothing else. *mean*: of the corpora's macro F1, calibrated where several labels may "
    "apply. *unseen*: mean F1 of the labels that GoEmotions' human labels do not name (shame, guilt, "
    "trust, anticipation), by corpus, calibrated likewise, and *seen* of the others of these corpora. *66 labels*: what a language "
    "model said of texts of BRIGHTER, EmoryNLP and XED (`descriptors/closed-labels`), what it thought possible included; in no "
    "mean. *all labels, always* is the rule that says yes to everything. The runs of *Sources of texts* and those with diverse "
    "texts have read descriptors of such texts, those with readings of other texts half of the texts with 66 labels.",
    "Intervals are 95 % percentile bootstraps over texts; differences are on the same resamples. One seed a run: "
    "the spread between seeds is not in them. A dash: not measured in that run.",
)


def report(plan: Plan, contrasts: Mapping[str, Sequence[str]]) -> None:
    """Write the tables of what is done beside those that are stored, or in a trial show them."""
    file, before = RESULTS / "distillation.json", dict[str, Any]()
    if file.is_file() and not plan.trial:
        before = json.loads(file.read_text(encoding="utf-8"))["contrasts"]
    made = {title: contrast(plan, runs, title in before) for title, runs in contrasts.items()}
    kept = {title: made.get(title) or before.get(title) for title in plan.file["contrasts"]}
    made = {title: figures for title, figures in kept.items() if figures}
    tables = [table for title, figures in made.items() for table in contrast_tables(title, figures)]
    record = Record("Contrasts of contrastive distillation", NOTES, tables, {"contrasts": made}, SEED)
    if plan.trial:
        record.show()
    else:
        record.write("distillation")


# The target's test split, once, when nothing is to be chosen any more.


def target_group(plan: Plan, runs: Sequence[str], rehearse: int) -> dict[str, Any]:
    """Figures of some runs on the target's test split, thresholds from its dev split, and of saying yes to everything.

    Returns:
        Run → figures, and by how much the first run is over it.
    """
    trial = Trial(rehearse, permuted=bool(rehearse))
    corpus, dev = trial.read(TARGET), trial.dev(TARGET)
    assert dev is not None
    assert dev.gold is not None
    gold = gold_of(corpus)
    columns = unseen(corpus.space)
    made: dict[str, Any] = {}
    first: dict[str, FloatArray] = {}
    for run in (*runs, None):
        said = np.ones_like(gold)
        if run is not None:
            model = load_directory(plan.folder(run))
            if not rehearse:
                Looks(model, f"contrasts of distillation: {run}").note(corpus, "calibrated")
            thresholds = LabelThresholds.fit(scores_of(model, dev), dev.gold)
            said = labels_of(thresholds.apply(scores_of(model, corpus)), corpus.space)
        drawn_of = {"macro F1": drawn(gold, said), "unseen labels": drawn(gold, said, columns)}
        first = first or drawn_of
        made[EVERY if run is None else run] = {
            **{name: figure(values).to_dict() for name, values in drawn_of.items()},
            "the first over it": {name: figure(first[name] - x).to_dict() for name, x in drawn_of.items()},
            "relative": {name: figure(over(first[name], x)).to_dict() for name, x in drawn_of.items()},
        }
    return made


def over(first: FloatArray, other: FloatArray) -> FloatArray:
    """By which share the first is over the other; -1 where there is nothing to divide by."""
    return np.divide(first, other, out=np.zeros_like(first), where=other > 0) - 1


def target_table(title: str, made: Mapping[str, Any]) -> Table:
    """A group's figures, and by how much its first run is over each."""
    rows = []
    for run, of in made.items():
        cells = []
        for name in ("macro F1", "unseen labels"):
            cells += [shown(stored(of[name])), signed(stored(of["the first over it"][name]))]
            cells.append(f"{100 * of['relative'][name]['value']:+.0f} %")
        rows.append((run, *cells))
    gains = ("the first over it", "relative")
    return Table(title, ("run", "macro F1", *gains, "unseen labels", *gains), rows)


def targets(plan: Plan, rehearse: int, groups: Mapping[str, Sequence[str]]) -> None:
    """Decisive contrasts on the target's test split: those whose runs are done, beside what is stored of others."""
    file, trial = RESULTS / "distillation_targets.json", plan.trial or bool(rehearse)
    made = {} if trial or not file.is_file() else json.loads(file.read_text(encoding="utf-8"))["targets"]
    done = {
        title: runs
        for title, runs in groups.items()
        if all((plan.folder(run) / MANIFEST).is_file() for run in runs)
    }
    if not done:
        raise SystemExit(
            f"no contrast of `targets` has all of its runs in {plan.work}: make them first, without --targets"
        )
    made |= {title: target_group(plan, runs, rehearse) for title, runs in done.items()}
    note = (
        "Thresholds from the dev split. Unseen: anticipation, pessimism, trust, which GoEmotions' labels lack. *the first "
        "over it*: the first run of the table less this one; *relative*: as a share of this one."
    )
    tables = [target_table(title, made[title]) for title in plan.file["targets"] if title in made]
    record = Record(f"Distillation on {TARGET}", (note, NOTES[1]), tables, {"targets": made}, SEED)
    if trial:
        record.show()
    else:
        record.write("distillation_targets")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs, outside the repository")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="CONTRAST", help="titles of contrasts, or of target groups"
    )
    parser.add_argument("--tables", action="store_true", help="no run; tables of what is done")
    parser.add_argument("--targets", action="store_true", help="score the target's test split; it is logged")
    parser.add_argument(
        "--rehearse", type=int, default=0, metavar="N", help="with --targets: N permuted texts"
    )
    parser.add_argument("--texts", type=int, default=0, help="a trial: at most so many texts a source")
    parser.add_argument("--epochs", type=int, default=0, help="a trial: so many epochs")
    parser.add_argument("--most", type=int, default=0, help="a trial: at most so many texts a scored corpus")
    asked = parser.parse_args()
    file = tomllib.loads((HERE / "distillation.toml").read_text(encoding="utf-8"))
    plan = Plan(file, asked.work, asked.texts, asked.epochs, asked.most)
    known = file["targets" if asked.targets else "contrasts"]
    if missing := [title for title in asked.only if title not in known]:
        raise SystemExit(f"no contrast {missing[0]!r}: use {', '.join(known)}")
    contrasts = {k: v for k, v in known.items() if not asked.only or k in asked.only}
    if asked.targets:
        targets(plan, asked.rehearse, contrasts)
        return
    if not asked.tables:
        for run in dict.fromkeys(run for runs in contrasts.values() for run in runs):
            make(plan, run)
            if not plan.trial:
                report(plan, contrasts)
    report(plan, contrasts)


if __name__ == "__main__":
    main()
