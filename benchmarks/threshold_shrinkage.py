"""How strongly a label's own threshold should be drawn towards the common one: `decisions.SHRINKAGE`.

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
from affekt.decisions import SHRINKAGE, LabelThresholds
from affekt.metrics import Tally

SEED = 0
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


def drawn(scores: Scores, gold: FloatArray, size: int, draws: int) -> NDArray[np.float64]:
    """Macro F1, `[draws, shrinkages]`."""
    rng = np.random.default_rng(SEED)
    found = np.zeros((draws, len(GRID)))
    for i in range(draws):
        order = rng.permutation(len(gold)).tolist()
        fit, rest = order[:size], order[size:]
        for j, shrinkage in enumerate(GRID):
            thresholds = LabelThresholds.fit(scores.take(fit), gold[fit], shrinkage=shrinkage)
            found[i, j] = macro_f1(scores.take(rest), gold[rest], thresholds)
    return found


def row(name: str, size: int, found: NDArray[np.float64]) -> list[str]:
    """Macro F1 without shrinkage, then the differences to it with twice their standard error."""
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
    rows: list[Sequence[str]] = []
    figures: dict[str, Any] = {}
    for corpus, scores in scored:
        assert corpus.gold is not None
        for size in (size for size in SIZES if size <= len(corpus) / 2):
            found = drawn(scores, corpus.gold, size, draws)
            rows.append(row(str(corpus), size, found))
            figures[f"{corpus} {size}"] = {"grid": GRID, "macro_f1": found.mean(axis=0).round(4).tolist()}
    header = ["scored texts", "fitted on", "none", *(f"{x:g}" for x in GRID[1:-1]), "common cut alone"]
    notes = (
        f"Macro F1 on the texts that thresholds were not fitted on, mean of {draws} draws; from the fourth column "
        "on, the difference to no shrinkage and twice its standard error over draws. Shrinkage is the number of "
        f"positives at which a label's own cut weighs as much as the common one; `LabelThresholds` uses {SHRINKAGE:g}.",
    )
    Record("Shrinkage of thresholds", notes, [Table("", header, rows)], figures, SEED).write(
        "threshold_shrinkage"
    )


if __name__ == "__main__":
    main()
