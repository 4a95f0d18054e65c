"""BRIGHTER's labels in 28 languages with all that its human labels teach: the recipe `brighter-a`, alone and beside bundled models.

    python benchmarks/supervised.py --work DIR          # trains what is not done (an hour or two); tables on dev
    python benchmarks/supervised.py --work DIR --test   # the tables of the test splits; each look is logged

Corpora are read from AFFEKT_DATA. `DIR/brighter-a` holds the run; one that was interrupted goes on. Macro F1 is calibrated:
thresholds come from the dev split of the same language; on dev itself, by cross-validation in four folds.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from distillation import drawn, figure, gold_of, signed
from multilingual import (
    LANGUAGES,
    NGRAM_SHARE,
    SEED,
    Run,
    by_ngrams,
    decided,
    logits_of,
    small_logits,
    split_of,
)
from record import Record, Table, shown
from zero_shot import Looks

from affekt.core import FloatArray
from affekt.corpora import Corpus, load_corpus
from affekt.encoder import sigmoid
from affekt.models import BUNDLED, MANIFEST
from affekt.training import train

OWN, BUNDLED_RUN = "brighter-a", "multilingual"
PUBLISHED = {"eng": 0.708, "deu": 0.642, "esp": 0.774, "rus": 0.838}  # RemBERT, 576 M (Muhammad et al. 2025)
Judge = Callable[[Corpus], FloatArray]


def together(*runs: Run) -> Judge:
    """The mean of the logits of several encoders' heads, in English `small` among them."""

    def judge(corpus: Corpus) -> FloatArray:
        logits = [run.encoder_logits(corpus) for run in runs]
        if corpus.space.name == "brighter-eng":
            logits.append(small_logits(str(corpus)))
        return sigmoid(np.mean(logits, axis=0, dtype=np.float32))

    return judge


def with_ngrams(judge: Judge) -> Judge:
    """A judge beside a head of the language over n-grams: the mean of logits, in shares."""

    def both(corpus: Corpus) -> FloatArray:
        own, ngrams = logits_of(judge(corpus)), logits_of(by_ngrams(str(corpus)))
        return sigmoid((1 - NGRAM_SHARE) * own + NGRAM_SHARE * ngrams)

    return both


def judges(own: Run, bundled: Run) -> dict[str, Judge]:
    """Ways of judging by title."""
    return {
        "multilingual": bundled.by_head,
        "brighter-a, encoder alone": own.by_encoder,
        "brighter-a": own.by_head,
        "encoders together": together(own, bundled),
        "together, n-grams a language": with_ngrams(together(own, bundled)),
    }


def judged(ways: Mapping[str, Judge], own: Run, split: str) -> dict[str, dict[str, FloatArray]]:
    """Way → language → macro F1 on the texts and on each resample."""
    found: dict[str, dict[str, FloatArray]] = {title: {} for title in ways}
    for seed, language in enumerate(LANGUAGES):
        corpus = load_corpus(f"brighter/a-{language}:{split}")
        for title, judge in ways.items():
            if split == "test":
                Looks(own.model, f"supervised: {title}").note(corpus, "calibrated")
            on_dev = judge(split_of(corpus, "dev")) if split == "test" else None
            said = decided(judge(corpus), corpus, on_dev)
            found[title][language] = drawn(gold_of(corpus), said, seed=seed)
    return found


def language_table(found: Mapping[str, Mapping[str, FloatArray]], split: str) -> Table:
    """A row a language, a column a way of judging, the mean below."""
    rows = [
        (
            language,
            *(shown(figure(values[language])) for values in found.values()),
            f"{PUBLISHED[language]:.3f}" if language in PUBLISHED else "",
        )
        for language in LANGUAGES
    ]
    means = [np.mean(list(values.values()), axis=0) for values in found.values()]
    rows.append(("mean", *(shown(figure(values)) for values in means), ""))
    return Table(f"Track A, {split}: macro F1, calibrated", ("language", *found, "RemBERT, published"), rows)


def differences(found: Mapping[str, Mapping[str, FloatArray]]) -> Table:
    """Each way over the one before it, mean of the languages."""
    means = {title: np.mean(list(values.values()), axis=0) for title, values in found.items()}
    titles = list(means)
    rows = [
        (f"{one} – {other}", signed(figure(means[one] - means[other])))
        for other, one in itertools.pairwise(titles)
    ]
    return Table("Differences of means", ("ways", "difference"), rows)


NOTES = (
    "*multilingual*: the bundled model's head with its n-grams. *brighter-a*: the recipe, twelve layers, one head for all "
    "languages, with n-grams of all languages beside it, and *encoder alone* the same head without them. *Together*: the mean of "
    "the logits of both encoders' heads, in English of `small` too; *n-grams a language*: a logistic regression over TF-IDF of "
    f"characters (1 to 5) and words (1 to 2), joined by the mean of logits at {NGRAM_SHARE}.",
    "Intervals are 95 % percentile bootstraps over texts. One seed a run.",
)


def report(own: Run, bundled: Run, split: str) -> None:
    """Write the tables."""
    found = judged(judges(own, bundled), own, split)
    figures: dict[str, Any] = {
        "macro_f1": {c: {x: figure(v).to_dict() for x, v in of.items()} for c, of in found.items()}
    }
    tables = [language_table(found, split), differences(found)]
    Record("Supervised, 28 languages", NOTES, tables, figures, SEED).write(f"supervised_{split}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs, outside the repository")
    parser.add_argument("--test", action="store_true", help="tables of the test splits; each look is logged")
    asked = parser.parse_args()
    own, bundled = Run(OWN, asked.work), Run(BUNDLED_RUN, asked.work)
    if not (own.folder / MANIFEST).is_file():
        train(OWN, overrides={"optimizer.mixed": True}, out=own.folder, resume=True)
    if not bundled.folder.is_dir():
        shutil.copytree(BUNDLED / BUNDLED_RUN, bundled.folder)  # its vectors are kept beside it
    report(own, bundled, "test" if asked.test else "dev")


if __name__ == "__main__":
    main()
