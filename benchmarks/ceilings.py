"""What the targets' own human labels teach the same vectors: how far zero-shot is from full supervision.

    python benchmarks/ceilings.py

Each bundled encoder stays as it is; a linear model is fitted on its vectors and the target's train split (ISEAR and
XED have none: four folds of the whole), thresholds from the dev split, and scored on the test split beside the model's own zero-shot figures.
Corpora are read from AFFEKT_DATA. Each look at a test split is logged.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from distillation import Bools, drawn, figure, gold_of, labels_of
from multilingual import by_other_half
from numpy.typing import NDArray
from record import Record, Table, shown
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import cross_val_predict
from zero_shot import Looks

from affekt.core import FloatArray, Scores, named_space
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import LabelThresholds
from affekt.encoder import DualEncoder, sigmoid, unit
from affekt.models import Model, load

SEED = 0
MODELS = ("small", "multilingual")
UNSEEN = ("anticipation", "pessimism", "trust")  # of E-c's labels those that GoEmotions' lack
STRENGTH = 1.0
RIDGES = tuple(np.geomspace(1.0, 1e4, 9))
LENGTH = 4.0  # unit vectors are stretched to it, so that a penalty of STRENGTH is a mild one
FOLDS = 4
AXES = ("valence", "arousal")
Floats = NDArray[np.floating[Any]]


def scorer_of(model: Model) -> DualEncoder:
    """The model's towers and heads."""
    assert isinstance(model.scorer, DualEncoder)
    return model.scorer


def decided(values: FloatArray, corpus: Corpus, on_dev: FloatArray, dev: Corpus) -> Bools:
    """Labels under thresholds from the dev split; a text without scores has none."""
    thresholds = LabelThresholds.fit(
        Scores(np.nan_to_num(on_dev), dev.space), gold_of(dev).astype(np.float32)
    )
    return labels_of(thresholds.apply(Scores(np.nan_to_num(values), corpus.space)), corpus.space)


def of_many_labels(model: Model, name: str) -> dict[str, list[FloatArray]]:
    """Figure → zero-shot and supervised values, each on the texts and their resamples; several labels a text."""
    train_split, dev, test = (load_corpus(f"{name}:{split}") for split in ("train", "dev", "test"))
    Looks(model, "ceilings: a linear model on its own train split").note(test, "calibrated")
    scorer, gold = scorer_of(model), gold_of(test)
    vectors = {x.split: LENGTH * scorer.embed(x.texts) for x in (train_split, dev, test)}
    known = gold_of(train_split)
    fitted = [
        LogisticRegression(C=STRENGTH, max_iter=1000).fit(vectors["train"], column) for column in known.T
    ]
    taught = {
        split: sigmoid(np.stack([one.decision_function(vectors[split]) for one in fitted], axis=1))
        for split in ("dev", "test")
    }
    named = {x.split: scorer.score(x.items, x.space).values for x in (dev, test)}
    said = [decided(way["test"], test, way["dev"], dev) for way in (named, taught)]
    columns = [test.space.index(label) for label in UNSEEN]
    return {
        "macro F1, calibrated": [drawn(gold, one, seed=SEED) for one in said],
        f"mean F1 of {', '.join(UNSEEN)}": [drawn(gold, one, columns, seed=SEED) for one in said],
    }


def of_one_label(model: Model, name: str) -> dict[str, list[FloatArray]]:
    """The same for a corpus of one label a text that has no splits."""
    corpus = load_corpus(name)
    Looks(model, f"ceilings: a linear model, {FOLDS} folds").note(corpus, "strict")
    scorer, gold = scorer_of(model), gold_of(corpus)
    vectors = LENGTH * scorer.embed(corpus.texts)
    asked = LogisticRegression(C=STRENGTH, max_iter=1000)
    best = cross_val_predict(asked, vectors, gold.argmax(axis=1), cv=FOLDS)
    named = np.nan_to_num(scorer.score(corpus.items, corpus.space).values).argmax(axis=1)
    labels = np.arange(len(corpus.space))
    return {"macro F1": [drawn(gold, one[:, None] == labels, seed=SEED) for one in (named, best)]}


def of_many_labels_without_splits(model: Model, name: str) -> dict[str, list[FloatArray]]:
    """The same for a corpus of several labels a text that has no splits; thresholds from the other half of its texts."""
    corpus = load_corpus(name)
    Looks(model, f"ceilings: a linear model, {FOLDS} folds").note(corpus, "calibrated")
    scorer, gold = scorer_of(model), gold_of(corpus)
    vectors = LENGTH * scorer.embed(corpus.texts)
    asked = LogisticRegression(C=STRENGTH, max_iter=1000)
    fitted = [
        cross_val_predict(asked, vectors, column, cv=FOLDS, method="decision_function") for column in gold.T
    ]
    named = np.nan_to_num(scorer.score(corpus.items, corpus.space).values)
    taught = sigmoid(np.stack(fitted, axis=1).astype(np.float32))
    said = [by_other_half(Scores(way, corpus.space), gold, SEED) for way in (named, taught)]
    return {"macro F1, calibrated": [drawn(gold, one, seed=SEED) for one in said]}


def of_axes(model: Model, name: str) -> dict[str, list[FloatArray]]:
    """The same for valence and arousal, Pearson r."""
    known, test = load_corpus(f"{name}:train"), load_corpus(f"{name}:test")
    Looks(model, "ceilings: a linear model on its own train split").note(test, "strict")
    scorer = scorer_of(model)
    states = [
        unit(scorer.text.encode([scorer.normalizer(text) for text in x.texts]).states) for x in (known, test)
    ]
    assert known.gold is not None
    assert test.gold is not None
    taught = RidgeCV(RIDGES).fit(20 * states[0], known.gold).predict(20 * states[1])
    named = scorer.score(test.items, named_space("valence-arousal")).values
    rng = np.random.default_rng(SEED)
    draws = [np.arange(len(test)), *(rng.integers(len(test), size=len(test)) for _ in range(1000))]
    found = {}
    for axis in AXES:
        j, k = test.space.index(axis), named_space("valence-arousal").index(axis)
        pairs = (named[:, k], taught[:, j])
        found[f"{axis}, r"] = [np.array([_r(test.gold[i, j], one[i]) for i in draws]) for one in pairs]
    return found


def _r(gold: Floats, said: Floats) -> float:
    kept = ~np.isnan(said)  # texts that the model abstains on
    return float(np.corrcoef(gold[kept], said[kept])[0, 1])


def rows_of(model: Model) -> list[tuple[str, str, str, Sequence[FloatArray]]]:
    """Model, corpus, figure, and its zero-shot and supervised values."""
    judged = [
        ("semeval2018/e-c-en", of_many_labels),
        ("isear", of_one_label),
        ("emobank", of_axes),
    ]
    name = str(model.card["name"])
    if "fi" in model.card["languages"]:
        judged.append(("xed/fi", of_many_labels_without_splits))
    return [
        (name, corpus, key, pair) for corpus, judge in judged for key, pair in judge(model, corpus).items()
    ]


NOTES = (
    "*Zero-shot*: the model as it is bundled, labels by their names, axes by its head. *Supervised*: the same vectors, and a "
    "logistic regression a label (ridge regression an axis) on the target's own human labels: 6,838 tweets, 7,579 self-reports and "
    "14,449 Finnish subtitle lines in four folds, 8,062 sentences. Encoders that learn with it reach more (`distillation_targets.md`, E-c).",
    "Intervals are 95 % percentile bootstraps over texts, ratios on the same resamples.",
)


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    rows, figures = [], {}
    for model in map(load, MODELS):
        for name, corpus, key, (zero_shot, supervised) in rows_of(model):
            values = {
                "zero-shot": zero_shot, "supervised": supervised, "zero-shot over supervised": zero_shot / supervised
            }  # fmt: skip
            rows.append((name, corpus, key, *(shown(figure(x)) for x in values.values())))
            figures[f"{name} {corpus} {key}"] = {x: figure(v).to_dict() for x, v in values.items()}
    header = ("model", "corpus", "figure", "zero-shot", "supervised", "zero-shot over supervised")
    table = Table("Zero-shot and supervised, the same vectors", header, rows)
    Record("Ceilings", NOTES, [table], figures, SEED).write("ceilings")


if __name__ == "__main__":
    main()
