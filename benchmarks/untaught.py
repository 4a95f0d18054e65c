"""BRIGHTER's track C languages that nothing was trained on, neither text nor label: Indonesian, Javanese, Xhosa and Zulu.

    python benchmarks/untaught.py          # dev, thresholds by cross-validation
    python benchmarks/untaught.py --test   # the table of the test splits, thresholds from dev; each look is logged

`multilingual` judges them by its head, which human labels of 27 other languages taught, and by the labels' names. Indonesian
alone is among the languages of its synthetic texts (300 of them).
"""

from __future__ import annotations

import argparse

import numpy as np
from distillation import SEED, cross_validated, drawn, figure, gold_of, labels_of
from record import Record, Table, model_digest, shown
from zero_shot import Looks

from affekt.core import FloatArray, LabelSpace, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import LabelThresholds
from affekt.models import Model, load

LANGUAGES = ("ind", "jav", "xho", "zul")
WAYS = ("all labels, always", "names, strict", "names, calibrated", "head, calibrated")


def scores_by(model: Model, corpus: Corpus, kind: str) -> Scores:
    """Scores by the trained head, or by names; a text that the model says nothing of scores lowest."""
    space = corpus.space if kind == "head" else LabelSpace("by name", corpus.space.labels, "multi")
    scores = model.scores(corpus.items, space)
    return Scores(np.nan_to_num(scores.values), space)


def judged(model: Model, language: str, split: str) -> dict[str, FloatArray]:
    """Way → macro F1 on the texts and on each resample."""
    corpus, dev = (load_corpus(f"brighter/c-{language}:{part}") for part in (split, "dev"))
    gold, seed = gold_of(corpus), LANGUAGES.index(language)
    found = {WAYS[0]: drawn(gold, np.ones_like(gold), seed=seed)}
    scored = {kind: scores_by(model, corpus, kind) for kind in ("names", "head")}
    for way in WAYS[1:]:
        kind = way.partition(",")[0]
        scores = scored[kind]
        if split == "test":
            Looks(model, f"untaught: {way}").note(corpus, way.rpartition(" ")[2])
        if way.endswith("strict"):
            said = labels_of(model.decision.apply(scores), scores.space)
        elif split == "dev":
            said = cross_validated(scores, gold)
        else:
            cuts = LabelThresholds.fit(scores_by(model, dev, kind), gold_of(dev))
            said = labels_of(cuts.apply(scores), scores.space)
        found[way] = drawn(gold, said, seed=seed)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", action="store_true", help="the test splits; each look is logged")
    asked = parser.parse_args()
    model, split = load("multilingual"), "test" if asked.test else "dev"
    found = {language: judged(model, language, split) for language in LANGUAGES}
    found["mean"] = {way: np.mean([of[way] for of in found.values()], axis=0) for way in WAYS}
    rows = [
        (
            language,
            *(shown(figure(of[way])) for way in WAYS),
            *(shown(figure(of[way] / of[WAYS[0]])) for way in WAYS[2:]),
        )
        for language, of in found.items()
    ]
    header = ("language", *WAYS, *(f"{way}, over all labels" for way in WAYS[2:]))
    notes = (
        "Macro F1 over six emotions. *head*: taught by human labels of 27 other languages. *names*: as for any label set. "
        + ("Thresholds from dev." if asked.test else "Thresholds by cross-validation."),
        "Intervals are 95 % percentile bootstraps over texts, ratios on the same resamples.",
    )
    figures = {
        language: {way: figure(values).to_dict() for way, values in of.items()}
        for language, of in found.items()
    }
    title = f"Languages without training texts, {split}: multilingual ({model_digest(model)})"
    Record(title, notes, [Table("", header, rows)], figures, SEED).write(f"untaught_{split}")


if __name__ == "__main__":
    main()
