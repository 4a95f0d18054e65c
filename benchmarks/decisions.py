"""What decisions fitted on validation data are worth: thresholds, calibration, sets, abstention, label shift.

    python benchmarks/decisions.py

The model's scores of GoEmotions' dev and test splits and of enISEAR are made once and kept in a temporary folder;
every decision is fitted on dev alone. The sets of BRIGHTER English come from a logistic regression a label on plain
MiniLM vectors, which have not seen BRIGHTER (`--vectors` gives others): cross-conformal on train and dev, measured
on test. A look at a test split that is scored anew is written to `looks.md`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import Record, Table, model_digest, today

import affekt
from affekt import metrics
from affekt.core import Decision, FloatArray, Prediction, Scores, named_space
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import (
    Calibrated,
    Calibration,
    DecisionRequest,
    FixedThreshold,
    LabelThresholds,
    PredictionSets,
    confidence,
    fit_decision,
)
from affekt.metrics import Tally
from affekt.metrics.arrays import Bools, Floats, Weights
from affekt.models import Model

SEED = 0
REPLICATES = 1000
COVERAGES = (0.8, 0.9, 0.95)
FOLDS = 5
STRENGTH = 5.0
FREQUENT = 50
LOSSES = ("sadness", "grief", "remorse", "disappointment", "fear", "nervousness", "caring", "relief")
KEPT_OF_OTHERS = 0.2
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of a corpus and its gold."""

    scores: Scores
    gold: FloatArray

    @property
    def true(self) -> Bools:
        return self.gold >= 0.5

    def take(self, rows: Sequence[int]) -> Scored:
        return Scored(self.scores.take(rows), self.gold[rows])

    def halves(self) -> tuple[Scored, Scored]:
        n = len(self.scores)
        return self.take(list(range(0, n, 2))), self.take(list(range(1, n, 2)))


def kept(path: Path, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Arrays of a file, made and written if it is not there."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays = make()
        partial = path.with_name(f".{path.name}")
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        partial.replace(path)
    with np.load(path) as loaded:
        return dict(loaded)


def look(what: str, corpus: str) -> None:
    """Log a look at a test split, before it happens."""
    with (HERE / "looks.md").open("a", encoding="utf-8") as log:
        log.write(f"| {today()} | {what} | {corpus} | the table of decisions |\n")


def scored(model: Model, name: str, cache: Path, space: str = "goemotions") -> tuple[Corpus, Scores]:
    """A corpus and the model's scores of it, kept by the model's checksum."""
    corpus = load_corpus(name)

    def make() -> Mapping[str, Any]:
        if corpus.split == "test":
            look(f"{model.card['name']}, files {model_digest(model)}", str(corpus))
        scores = model.scores(corpus.items, space)
        return {"values": scores.values, "abstained": np.array([reason or "" for reason in scores.abstained])}

    found = kept(cache / f"{model_digest(model)}-{str(corpus).replace('/', '-').replace(':', '-')}.npz", make)
    reasons = tuple(reason or None for reason in found["abstained"].tolist())
    return corpus, Scores(found["values"], named_space(space), reasons)


def said(predictions: Iterable[Prediction], names: Sequence[str]) -> Bools:
    """Labels of predictions, bool `[items, labels]`."""
    return np.array([[name in set(p.labels) for name in names] for p in predictions], dtype=bool)


def decided(decision: Decision, part: Scored) -> Bools:
    return said(decision.apply(part.scores), part.scores.space.names)


def estimated(statistic: metrics.Statistic, items: int) -> dict[str, metrics.Estimate]:
    return metrics.bootstrap(statistic, items, replicates=REPLICATES, seed=SEED)


def shown(estimate: metrics.Estimate, digits: int = 3) -> str:
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f}–{estimate.high:.{digits}f})"


def plain(estimate: metrics.Estimate) -> dict[str, float]:
    return {"value": float(estimate.value), "low": float(estimate.low), "high": float(estimate.high)}


def thresholds(dev: Scored, test: Scored) -> tuple[Table, dict[str, Any]]:
    """Macro F1 of one cut at .5 and of cuts a label."""
    fixed = decided(FixedThreshold(0.5), test)
    fitted = decided(LabelThresholds.fit(dev.scores, dev.gold), test)

    def statistic(weights: Weights) -> dict[str, Floats]:
        low, high = (Tally.of(test.true, x, weights).macro_f1() for x in (fixed, fitted))
        return {"fixed": low, "fitted": high, "gain": high / low - 1}

    found = estimated(statistic, len(test.gold))
    row = [shown(found["fixed"]), shown(found["fitted"]), shown(found["gain"])]
    table = Table(
        "Thresholds: macro F1 on GoEmotions' test",
        ("one cut at .5", "a cut a label, from dev", "relative gain"),
        [row],
    )
    return table, {name: plain(estimate) for name, estimate in found.items()}


def calibration(dev: Scored, test: Scored) -> tuple[list[Table], dict[str, Any]]:
    """Calibration error and Brier skill before and after; Platt beside isotonic on halves of dev."""
    fitted = Calibration.fit(dev.scores, dev.gold)
    prior = dev.true.mean(axis=0)
    frequent = test.true.sum(axis=0) >= FREQUENT
    names = test.scores.space.names
    rows, figures = [], {}
    nobody = np.zeros(len(test.gold), dtype=bool)
    for name, scores in (("as scored", test.scores), ("calibrated on dev", fitted.restate(test.scores))):
        errors = metrics.calibration_error(test.true, scores.values)
        found = estimated(metrics.probabilistic(test.true, scores.values, nobody, prior), len(test.gold))
        skill = found["brier_skill"]
        below = [names[j] for j in np.flatnonzero(frequent & (skill.high < 0))]
        rows.append(
            [
                name,
                f"{errors.mean():.4f}",
                f"{errors.max():.4f} ({names[errors.argmax()]})",
                shown(found["mean_brier_skill"]),
                f"{np.nanmin(skill.high[frequent]):.3f}",
                ", ".join(below) or "none",
            ]
        )
        figures[name] = {
            "mean_error": float(errors.mean()),
            "errors": dict(zip(names, errors.tolist(), strict=True)),
            "mean_brier_skill": plain(found["mean_brier_skill"]),
            "brier_skill": {
                n: [float(skill.value[j]), float(skill.low[j]), float(skill.high[j])]
                for j, n in enumerate(names)
            },
            "frequent_labels_below_0": below,
        }
    header = ("scores", "mean ECE", "largest", "mean Brier skill")
    header += (f"least upper end, labels of ≥ {FREQUENT}", "labels whose upper end is below 0")
    first = Table("Calibration on GoEmotions' test, 15 bins of equal mass, prior from dev", header, rows)
    second, curves = curves_on_dev(dev)
    return [first, second], {"test": figures, "dev_halves": curves}


def curves_on_dev(dev: Scored) -> tuple[Table, dict[str, Any]]:
    """Kinds of curves, fitted on one half of dev and measured on the other, both ways."""
    figures: dict[str, list[list[float]]] = {"as scored": [], "Platt": [], "isotonic": []}
    for fit, rest in (dev.halves(), dev.halves()[::-1]):
        restated = {
            "as scored": rest.scores.values,
            "Platt": Calibration.fit(fit.scores, fit.gold).restate(rest.scores).values,
            "isotonic": isotonic(fit, rest),
        }
        for name, values in restated.items():
            error = metrics.calibration_error(rest.true, values).mean()
            figures[name].append([float(error), float(metrics.brier(rest.true, values).mean())])
    means = {name: np.mean(pairs, axis=0).tolist() for name, pairs in figures.items()}
    rows = [[name, f"{error:.4f}", f"{brier:.5f}"] for name, (error, brier) in means.items()]
    return Table("Curves on halves of GoEmotions' dev", ("curve", "mean ECE", "mean Brier"), rows), means


def isotonic(fit: Scored, rest: Scored) -> NDArray[Any]:
    from sklearn.isotonic import IsotonicRegression

    columns = [
        IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        .fit(fit.scores.values[:, j], fit.true[:, j])
        .predict(rest.scores.values[:, j])
        for j in range(fit.gold.shape[1])
    ]
    return np.stack(columns, axis=1)


def sets(dev: Scored, test: Scored) -> tuple[Table, dict[str, Any]]:
    """Coverage and size on test, on calibrated scores and on scores as they are."""
    rows, figures = [], {}
    for coverage in COVERAGES:
        kinds = {
            "calibrated on half of dev": fit_decision(
                DecisionRequest("sets", coverage), dev.scores, dev.gold
            ),
            "as scored": PredictionSets.fit(dev.scores, dev.gold, coverage=coverage),
        }
        for name, decision in kinds.items():
            found = estimated(metrics.label_sets(test.true, decided(decision, test)), len(test.gold))
            rows.append(
                [f"{coverage:g}", name, shown(found["set_coverage"]), shown(found["mean_set_size"], 1)]
            )
            figures[f"{coverage:g}, {name}"] = {key: plain(estimate) for key, estimate in found.items()}
    header = ("coverage asked", "scores", "mean share of gold labels inside", "mean size")
    return Table("Sets on GoEmotions' test (28 labels)", header, rows), figures


def abstention(dev: Scored, test: Scored) -> tuple[list[Table], dict[str, Any]]:
    """What is kept of test and how good it is; ways to be sure compared on halves of dev."""
    rows: list[list[str]] = []
    figures: dict[str, Any] = {}
    wishes = [{"coverage": c} for c in (0.9, 0.7, 0.5)] + [{"risk": r} for r in (0.5, 0.4, 0.3)]
    for wish in wishes:
        text = ", ".join(f"{key} {value:g}" for key, value in wish.items())
        try:
            decision = fit_decision(DecisionRequest("abstain", **wish), dev.scores, dev.gold)
        except affekt.core.InputError as error:
            rows.append([text, "–", str(error), "–"])
            continue
        predictions = decision.apply(test.scores)
        sure = np.array([p.abstained is None for p in predictions])
        labels = said(predictions, test.scores.space.names)
        risk = 1 - metrics.jaccard(test.true[sure], labels[sure]).mean()
        f1 = float(Tally.of(test.true[sure], labels[sure]).macro_f1())
        rows.append([text, f"{sure.mean():.3f}", f"{risk:.3f}", f"{f1:.3f}"])
        figures[text] = {"kept": float(sure.mean()), "risk": float(risk), "macro_f1": f1}
    header = ("asked", "share kept", "risk of the kept, 1 − Jaccard", "macro F1 of the kept")
    ways, areas = ways_to_be_sure(dev)
    return [Table("Abstention on GoEmotions' test", header, rows), ways], {"test": figures, "areas": areas}


def ways_to_be_sure(dev: Scored) -> tuple[Table, dict[str, float]]:
    """Area under the risk-coverage curve on one half of dev, decided by the other."""
    fit, rest = dev.halves()
    decision = fit_decision(DecisionRequest("calibrated"), fit.scores, fit.gold)
    predictions = decision.apply(rest.scores)
    loss = 1 - metrics.jaccard(rest.true, said(predictions, rest.scores.space.names))
    values = np.array([list(p.scores.values()) for p in predictions])
    ways = {
        "expected Jaccard index": confidence(predictions, rest.scores.space),
        "best score": values.max(axis=1),
        "distance of scores from one half": np.abs(values - 0.5).mean(axis=1),
        "none: a random order": np.random.default_rng(SEED).random(len(loss)),
        "perfect order": -loss,
    }
    areas = {name: float(metrics.risk_coverage_area(sure, loss)) for name, sure in ways.items()}
    rows = [[name, f"{area:.4f}"] for name, area in areas.items()]
    return Table(
        "Ways to be sure, on half of GoEmotions' dev", ("confidence", "area under risk-coverage"), rows
    ), areas


def shift(dev: Scored, test: Scored, other: Scored | None) -> tuple[Table, dict[str, Any]]:
    """Figures before and after the shares of labels are estimated without gold."""
    calibrated = Calibrated(Calibration.fit(dev.scores, dev.gold), FixedThreshold())
    rows: list[list[str]] = []
    figures: dict[str, Any] = {}
    names = dev.scores.space.names
    sad = test.true[:, [names.index(name) for name in LOSSES]].any(axis=1)
    drawn = sad | (np.random.default_rng(SEED).random(len(sad)) < KEPT_OF_OTHERS)
    targets = [
        ("GoEmotions' test, unchanged", test, names),
        (
            "the same, a fifth of texts without a label of loss",
            test.take(np.flatnonzero(drawn).tolist()),
            names,
        ),
    ]
    if other is not None:
        shared = tuple(name for name in names if other.true[:, names.index(name)].any())
        targets.append(("enISEAR, the labels that it shares", other, shared))
    for title, target, judged in targets:
        moved = calibrated.for_domain(target.scores)
        assert moved.shift is not None
        before = calibrated.calibration.restate(target.scores)
        columns = [names.index(name) for name in judged]
        stages = {
            "before": before,
            "after": moved.shift.restate(before),
            "each label by itself": by_label(before, calibrated.calibration.prior),
        }
        cuts = LabelThresholds.fit(calibrated.calibration.restate(dev.scores), dev.gold)
        figures[title] = {
            stage: stated(replace(target, scores=scores), columns, cuts) for stage, scores in stages.items()
        }
        for stage, found in figures[title].items():
            cells = (f"{found[key]:.4f}" for key in ("share_error", "brier", "error", "macro_f1"))
            rows.append([title, stage, *cells])
    header = ("texts", "EM", "mean error of shares", "mean Brier", "mean ECE", "macro F1, cuts from dev")
    return Table("Label shift: EM on the scores, calibrated on GoEmotions' dev", header, rows), figures


def by_label(scores: Scores, prior: Mapping[str, float]) -> Scores:
    """EM for each label as present or absent, without regard to the others."""
    values = scores.values.astype(np.float64)
    source = np.array([prior[name] for name in scores.space.names])
    judged = ~np.isnan(values).any(axis=1)

    def corrected(target: Floats) -> Floats:
        present = values * target / source
        return np.asarray(present / (present + (1 - values) * (1 - target) / (1 - source)))

    target = source
    for _ in range(1000):
        target = np.clip(corrected(target)[judged].mean(axis=0), 1e-4, 1 - 1e-4)
    return replace(scores, values=corrected(target).astype(np.float32))


def stated(part: Scored, columns: Sequence[int], cuts: LabelThresholds) -> dict[str, float]:
    """Figures of probabilities of some labels, abstained items apart."""
    judged = np.array([reason is None for reason in part.scores.abstained])
    true, values = part.true[judged][:, columns], part.scores.values[judged][:, columns]
    labels = decided(cuts, part)[judged][:, columns]
    return {
        "share_error": float(np.abs(values.mean(axis=0) - true.mean(axis=0)).mean()),
        "brier": float(metrics.brier(true, values).mean()),
        "error": float(metrics.calibration_error(true, values).mean()),
        "macro_f1": float(Tally.of(true, labels).macro_f1()),
    }


def vectors_of(cache: Path, given: Path | None) -> Mapping[str, NDArray[Any]]:
    """Text vectors of BRIGHTER English, by split."""
    if given is not None:
        with np.load(given) as loaded:
            return dict(loaded)

    def make() -> Mapping[str, Any]:
        from minilm import MiniLM

        look("logistic heads on plain MiniLM vectors, sets", "brighter/a-eng:test")
        encoder = MiniLM()
        return {s: encoder.embed(load_corpus(f"brighter/a-eng:{s}").texts) for s in ("train", "dev", "test")}

    return kept(cache / "minilm-brighter-eng.npz", make)


def head(vectors: NDArray[Any], gold: FloatArray) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """A logistic regression a label."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    fitted = OneVsRestClassifier(LogisticRegression(C=STRENGTH, max_iter=1000)).fit(vectors, gold)
    return lambda x: np.asarray(fitted.predict_proba(x), dtype=np.float32)


def cross_conformal(cache: Path, given: Path | None) -> tuple[Table, dict[str, Any]]:
    """Sets from folds of BRIGHTER English's train and dev, measured on its test."""
    vectors = vectors_of(cache, given)
    parts = {split: load_corpus(f"brighter/a-eng:{split}") for split in ("train", "dev", "test")}
    space = parts["test"].space
    x = np.concatenate([vectors["train"], vectors["dev"]])
    gold = np.concatenate([parts[split].gold for split in ("train", "dev")])  # type: ignore[arg-type]
    fold = np.random.default_rng(SEED).permutation(len(x)) % FOLDS
    heads = [head(x[fold != k], gold[fold != k]) for k in range(FOLDS)]
    apart = [Scores(heads[k](x[fold == k]), space) for k in range(FOLDS)]
    true = [gold[fold == k] for k in range(FOLDS)]
    ways = {
        "head refitted on all": head(x, gold)(vectors["test"]),
        "mean of the folds' heads": np.mean([one(vectors["test"]) for one in heads], axis=0),
    }
    rows, figures = [], {}
    for coverage in COVERAGES:
        fitted = PredictionSets.fit_folds(apart, true, coverage=coverage)
        own = np.concatenate([shares(fitted, Scored(s, g)) for s, g in zip(apart, true, strict=True)])
        for name, values in ways.items():
            test = Scored(Scores(values, space), parts["test"].gold)  # type: ignore[arg-type]
            inside = shares(fitted, test)
            error = inside.std() / np.sqrt(len(inside))
            both = float(np.hypot(error, own.std() / np.sqrt(len(own))))
            size = decided(fitted, test).sum(axis=1).mean()
            distance = (inside.mean() - coverage) / error
            rows.append(
                [
                    f"{coverage:g}",
                    name,
                    f"{inside.mean():.4f}",
                    f"{error:.4f}",
                    f"{distance:+.1f}",
                    f"{size:.2f}",
                ]
            )
            figures[f"{coverage:g}, {name}"] = {
                "coverage": float(inside.mean()),
                "standard_error": float(error),
                "standard_error_with_that_of_the_cut": both,
                "size": float(size),
                "items": len(inside),
            }
    header = (
        "coverage asked",
        "sets by",
        "mean share inside",
        "standard error",
        "distance in errors",
        "mean size",
    )
    title = f"BRIGHTER English ({len(space)} labels), cross-conformal over {FOLDS} folds, on test"
    return Table(title, header, rows), figures


def shares(decision: Decision, part: Scored) -> Floats:
    """Share of each item's gold labels inside its set, items with a gold label alone."""
    inside, true = decided(decision, part), part.true
    carried = true.any(axis=1)
    return np.asarray((inside & true)[carried].sum(axis=1) / true[carried].sum(axis=1), dtype=np.float64)


def outside_space(model: Model, cache: Path) -> Scored:
    """enISEAR in the label space of GoEmotions: gold of the labels that both have."""
    corpus, scores = scored(model, "enisear", cache)
    assert corpus.gold is not None
    gold = np.zeros(scores.values.shape, dtype=np.float32)
    for j, name in enumerate(scores.space.names):
        if name in corpus.space:
            gold[:, j] = corpus.gold[:, corpus.space.index(name)]
    return Scored(scores, gold)


def goemotions(model: Model, cache: Path) -> tuple[list[Table], dict[str, Any]]:
    """All that is fitted on GoEmotions' dev."""
    (dev_corpus, dev_scores), (test_corpus, test_scores) = (
        scored(model, f"goemotions:{split}", cache) for split in ("dev", "test")
    )
    assert dev_corpus.gold is not None
    assert test_corpus.gold is not None
    dev, test = Scored(dev_scores, dev_corpus.gold), Scored(test_scores, test_corpus.gold)
    judged = [i for i, reason in enumerate(test_scores.abstained) if reason is None]
    figures: dict[str, Any] = {"abstained": {"test": 1 - len(judged) / len(test.gold)}}
    tables: list[Table] = []
    told = test.take(judged)
    parts: dict[str, tuple[Table | list[Table], dict[str, Any]]] = {
        "thresholds": thresholds(dev, test),
        "calibration": calibration(
            dev.take([i for i, r in enumerate(dev.scores.abstained) if r is None]), told
        ),
        "sets": sets(dev, told),
        "abstention": abstention(dev, told),
        "shift": shift(dev, told, outside_space(model, cache)),
    }
    for name, (made, found) in parts.items():
        tables += made if isinstance(made, list) else [made]
        figures[name] = found
    return tables, figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="small", help="a model of `affekt models`, or a directory")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "affekt-decisions")
    parser.add_argument(
        "--vectors", type=Path, help="npz of BRIGHTER English: `train`, `dev`, `test`, [texts, d]"
    )
    parser.add_argument("--fill", action="store_true", help="score and embed what is missing, and stop")
    given = parser.parse_args()
    model = affekt.load(given.model)
    if given.fill:
        for name in ("goemotions:dev", "goemotions:test", "enisear"):
            scored(model, name, given.cache)
        vectors_of(given.cache, given.vectors)
        return
    tables, figures = goemotions(model, given.cache)
    table, brighter = cross_conformal(given.cache, given.vectors)
    notes = [
        f"Model `{model.card['name']}`, files {model_digest(model)}. Intervals: {REPLICATES} bootstrap resamples of the "
        "test texts. All decisions are fitted on GoEmotions' dev; texts that the model abstains from are left out of "
        f"calibration, sets, abstention and shift ({figures['abstained']['test']:.4f} of test).",
        "Label shift: *after* is what affekt does; EM for each label by itself is here for comparison. The second group of "
        "texts is drawn so that nothing but the shares of labels changes; enISEAR differs in all respects.",
        f"BRIGHTER: {'plain MiniLM vectors' if given.vectors is None else given.vectors.name}, logistic regression, "
        f"C = {STRENGTH:g}, not tuned; dev and train together make the folds.",
    ]
    everything = {"model": model_digest(model), "goemotions": figures, "brighter": brighter}
    Record("Decisions", notes, [*tables, table], everything, SEED).write("decisions")


if __name__ == "__main__":
    main()
