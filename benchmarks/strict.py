"""How to decide on a label set that nobody tuned for: rules side by side, each for sets of 5 to 66 labels.

    python benchmarks/strict.py
    python benchmarks/strict.py --most 50     # so many texts a corpus; nothing is written

`small` reads corpora that choices may be made on, labels by their names, and each rule says which apply. Numbers in rules (a
cut, a quantile) are the best of a few for the mean of these corpora, so that a rule is not judged by a bad number; the
bundled one has the numbers that it is bundled with. *own cuts* are tuned on the corpus, by cross-validation: what there is
to win.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from distillation import SEED, cross_validated, drawn, figure, gold_of, labels_of, scores_of, signed, wide
from record import Record, Table, model_digest, shown
from zero_shot import Trial

from affekt.core import FloatArray, LabelSpace
from affekt.corpora import Corpus
from affekt.encoder import sigmoid
from affekt.models import Model, load
from affekt.text import Normalizer

# Corpus → most texts of it, drawn at random.
CORPORA = {"covidet/any:train": 700, "covidet/any:dev": 0, "brighter/a-eng:dev": 0, "goemotions:dev": 2500}
WIDE_MOST = 1200
CUTS = (0.03, 0.05, 0.1, 0.2, 0.3, 0.5)
ODDS = (-0.5, 0.0, 0.5, 1.0, 1.5)
QUANTILES = (0.5, 0.6, 0.7, 0.8, 0.9)
BUNDLED = "reference out, a share assumed (bundled)"
Bools = np.ndarray


@dataclass(frozen=True, slots=True)
class Read:
    """What a model makes of a corpus.

    Args:
        gold: bool `[texts, labels]`.
        logits: `[texts, labels]`, before anything is assumed.
        seen: `[labels]`, logit of the mean probability over the reference texts.
        reference: `[reference texts, labels]`, logits of those.
        bundled: bool `[texts, labels]`, the model's own decision.
        own: bool `[texts, labels]`, by cuts of the corpus, cross-validated.
    """

    gold: Bools
    logits: FloatArray
    seen: FloatArray
    reference: FloatArray
    bundled: Bools
    own: Bools


def read(model: Model, corpus: Corpus) -> Read:
    """A corpus, its labels by their names alone: no trained head has them."""
    space = LabelSpace(f"{corpus.space.name} by name", corpus.space.labels, "multi")
    scorer = model.scorer
    texts = [Normalizer()(item.text) for item in corpus.items]
    vectors = scorer.heads.project_texts(scorer.text.encode(texts).states)  # type: ignore[attr-defined]
    labels = scorer.embed_labels(space.labels)  # type: ignore[attr-defined]
    heads = scorer.heads  # type: ignore[attr-defined]
    logits = heads.logits(vectors, labels)
    scores, gold = scores_of(model, replace(corpus, space=space)), gold_of(corpus)
    return Read(
        gold,
        logits,
        heads.reference_logits(labels),
        heads.logits(heads.reference, labels),
        labels_of(model.decision.apply(scores), space),
        cross_validated(scores, gold),
    )


def best_labels(of: Read, most: int) -> Bools:
    """The highest labels of each text, the reference's logit taken out."""
    ranks = np.argsort(np.argsort(-(of.logits - of.seen), axis=1), axis=1)
    return ranks < most


Rule = Callable[[Read, float], Bools]
# Rule → the numbers that are tried for it.
RULES: Mapping[str, tuple[Rule, Sequence[float]]] = {
    "one cut on probabilities": (lambda of, cut: sigmoid(of.logits) >= cut, CUTS),
    "reference out, one cut": (lambda of, odds: of.logits - of.seen >= odds, ODDS),
    "a quantile of the reference texts": (
        lambda of, share: of.logits >= np.quantile(of.reference, share, axis=0),
        QUANTILES,
    ),
    "the best label alone": (lambda of, _: best_labels(of, 1), (1.0,)),
    "the best two labels": (lambda of, _: best_labels(of, 2), (2.0,)),
    BUNDLED: (lambda of, _: of.bundled, (0.0,)),
    "own cuts": (lambda of, _: of.own, (0.0,)),
    "all labels, always": (lambda of, _: np.ones_like(of.gold), (0.0,)),
}


def columns(corpora: Mapping[str, Read], rule: Rule, number: float) -> dict[str, FloatArray]:
    """Macro F1 of a rule on each corpus and their mean, with resamples."""
    found = {
        name: drawn(of.gold, rule(of, number), seed=seed) for seed, (name, of) in enumerate(corpora.items())
    }
    return {**found, "mean": np.mean(list(found.values()), axis=0)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=0, help="a trial: at most so many texts a corpus")
    asked = parser.parse_args()
    model = load("small")
    loaded = {name: Trial(asked.most or most).read(name) for name, most in CORPORA.items()}
    loaded["descriptors/closed-labels"] = wide(asked.most or WIDE_MOST)
    corpora = {name: read(model, corpus) for name, corpus in loaded.items()}
    found = {}
    for title, (rule, numbers) in RULES.items():
        tried = {number: columns(corpora, rule, number) for number in numbers}
        best = max(tried, key=lambda number: float(tried[number]["mean"][0]))
        found[f"{title}: {best:g}" if len(numbers) > 1 else title] = tried[best]
    own = found[BUNDLED]
    rows = [
        (
            title,
            shown(figure(of["mean"])),
            "" if title == BUNDLED else signed(figure(of["mean"] - own["mean"])),
            *(shown(figure(of[name])) for name in corpora),
        )
        for title, of in found.items()
    ]
    header = (
        "rule",
        "mean",
        "over the bundled",
        *(f"{name} ({of.gold.shape[1]})" for name, of in corpora.items()),
    )
    notes = (
        "Macro F1, labels by their names; in brackets the number of labels. Numbers behind rules are the best of a few for the "
        "mean. *reference*: a sample of the training texts: how often a label seems to apply to texts at large. The bundled rule takes "
        "that out and puts min(2 / K, .4) for K labels in its place, with a cut at .2.",
        "Intervals are 95 % percentile bootstraps over texts, differences on the same resamples.",
    )
    figures = {
        title: {name: figure(values).to_dict() for name, values in of.items()} for title, of in found.items()
    }
    record = Record(
        f"Decisions without tuning: small ({model_digest(model)})",
        notes,
        [Table("", header, rows)],
        figures,
        SEED,
    )
    if asked.most:
        record.show()
    else:
        record.write("strict")


if __name__ == "__main__":
    main()
