"""How a label's own threshold is best found: `decisions.SHRINKAGE` and `decisions.RESAMPLES`.

    python benchmarks/threshold_shrinkage.py

The choice is made off every test split and without affekt's model, on scores of a TF-IDF logistic regression:
GoEmotions (fitted on train, scores of dev), BRIGHTER English and CovidET (each text of train scored by the fold
that did not see it). Thresholds are fitted on a random sample of the scored texts and judged by macro F1 on the
rest, many times for each size of sample; what counts is the difference to no shrinkage on the same draws.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import Record, Table

from affekt.core import FloatArray, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import RESAMPLES, SHRINKAGE, LabelThresholds
from affekt.metrics import Tally

SEED = 0
RESAMPLED = (0, 10, 60, 200)
GRID = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 1e12)
SIZES = (100, 300, 1000, 2500)
FOLDS = 5
STRENGTH = 5.0


def scorer() -> Any:
    """TF-IDF of words and pairs of words, a logistic regression a label."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED)),
    )


def scored_apart(train: Corpus, other: Corpus) -> Scores:
    """Scores of one corpus by a regression fitted on the other."""
    fitted = scorer().fit(train.texts, train.gold)
    return Scores(fitted.predict_proba(other.texts).astype(np.float32), other.space)


def scored_across(corpus: Corpus) -> Scores:
    """Scores of each text by the fold that did not see it."""
    from sklearn.model_selection import KFold, cross_val_predict

    folds = KFold(FOLDS, shuffle=True, random_state=SEED)
    values = cross_val_predict(scorer(), corpus.texts, corpus.gold, cv=folds, method="predict_proba")
    return Scores(values.astype(np.float32), corpus.space)


def macro_f1(scores: Scores, gold: FloatArray, fitted: LabelThresholds) -> float:
    """Macro F1 of what `LabelThresholds.apply` says, without making predictions of it."""
    cuts = np.array([fitted.thresholds[name] for name in scores.space.names], dtype=np.float32)
    said = scores.values >= cuts
    if fitted.at_least_one:
        silent = np.flatnonzero(~said.any(axis=1))
        said[silent, scores.values[silent].argmax(axis=1)] = True
    return float(Tally.of(gold >= 0.5, said).macro_f1())


def drawn(
    scores: Scores, gold: FloatArray, size: int, draws: int, settings: Sequence[dict[str, Any]]
) -> NDArray[np.float64]:
    """Macro F1, `[draws, settings]`."""
    rng = np.random.default_rng(SEED)
    found = np.zeros((draws, len(settings)))
    for i in range(draws):
        order = rng.permutation(len(gold)).tolist()
        fit, rest = order[:size], order[size:]
        for j, setting in enumerate(settings):
            thresholds = LabelThresholds.fit(scores.take(fit), gold[fit], **setting)
            found[i, j] = macro_f1(scores.take(rest), gold[rest], thresholds)
    return found


def row(name: str, size: int, found: NDArray[np.float64]) -> list[str]:
    """Macro F1 under the first setting, then the differences to it with twice their standard error."""
    gain = found - found[:, :1]
    error = 2 * gain.std(axis=0, ddof=1) / np.sqrt(len(found))
    cells = [f"{mean:+.3f} ± {half:.3f}" for mean, half in zip(gain.mean(axis=0), error, strict=True)]
    return [name, str(size), f"{found[:, 0].mean():.3f}", *cells[1:]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=50, help="samples for each corpus and size")
    draws = parser.parse_args().draws
    goemotions = load_corpus("goemotions:dev")
    scored: list[tuple[Corpus, Scores]] = [
        (goemotions, scored_apart(load_corpus("goemotions:train"), goemotions)),
        *(
            (corpus, scored_across(corpus))
            for corpus in map(load_corpus, ("brighter/a-eng:train", "covidet:train"))
        ),
    ]
    rows: tuple[list[Sequence[str]], list[Sequence[str]]] = ([], [])
    figures: dict[str, Any] = {}
    shrunk = [{"shrinkage": x, "resamples": 0} for x in GRID]
    resampled = [{"resamples": x} for x in RESAMPLED]
    for corpus, scores in scored:
        assert corpus.gold is not None
        for size in (size for size in SIZES if size <= len(corpus) / 2):
            for table, settings in zip(rows, (shrunk, resampled), strict=True):
                found = drawn(scores, corpus.gold, size, draws, settings)
                table.append(row(str(corpus), size, found))
                named = [
                    {**setting, "macro_f1": x}
                    for setting, x in zip(settings, found.mean(axis=0).round(4).tolist(), strict=True)
                ]
                figures.setdefault(f"{corpus} {size}", []).extend(named)
    start = ["scored texts", "fitted on"]
    tables = [
        Table("Shrinkage", [*start, "none", *(f"{x:g}" for x in GRID[1:-1]), "common cut alone"], rows[0]),
        Table("Resamples", [*start, "none", *map(str, RESAMPLED[1:])], rows[1]),
    ]
    notes = (
        f"Macro F1 on the texts that thresholds were not fitted on, mean of {draws} draws; from the fourth column "
        "on, the difference to the third and twice its standard error over draws.",
        "Shrinkage is the number of positives at which a label's own cut weighs as much as the common one; "
        f"`LabelThresholds` uses {SHRINKAGE:g}. The label's own cut is the best of the sample in the first table, and in the "
        f"second the mean of the best cuts of so many resamples of it, at that shrinkage; `LabelThresholds` uses {RESAMPLES}.",
    )
    Record("Fitting of thresholds", notes, tables, figures, SEED).write("threshold_shrinkage")


if __name__ == "__main__":
    main()
