"""Free descriptors of a model against those of crowd workers, on texts that it never saw.

    python benchmarks/open_vocabulary.py small

Event2Mind's dev part, each event told as the person would tell it, as in training. A descriptor is found if one of the
first five is at a cosine of .65 or more to it in the model's own label space. Beside it stands the rule that always
says the five most frequent descriptors of the training texts that are no synonyms.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from record import Record, Table, model_digest, shown

from affekt.core import Label
from affekt.corpora import load_corpus
from affekt.encoder import DualEncoder
from affekt.evaluation import Figure
from affekt.metrics import synonym_groups
from affekt.models import load
from affekt.text import Normalizer
from affekt.training import frequent_descriptors, read_recipe, read_training_data
from affekt.training.reading import told

CLOSE = 0.65
REPLICATES = 1000
SEED = 0
FIVE = 5


def found(scorer: DualEncoder, gold: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> np.ndarray:
    """Share of each text's descriptors that one of those said is close to."""
    words = list(dict.fromkeys(word for rows in (gold, said) for row in rows for word in row))
    vectors = scorer.embed_labels([Label(word) for word in words])
    place = {word: i for i, word in enumerate(words)}
    rows = []
    for true, given in zip(gold, said, strict=True):
        near = vectors[[place[x] for x in true]] @ vectors[[place[x] for x in given]].T
        rows.append((near >= CLOSE).any(axis=1).mean())
    return np.array(rows)


def share(shares: np.ndarray) -> Figure:
    """The mean, and its 95 % bootstrap interval over texts."""
    rng = np.random.default_rng(SEED)
    means = [shares[rng.integers(0, len(shares), len(shares))].mean() for _ in range(REPLICATES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(shares.mean()), float(low), float(high))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="small")
    parser.add_argument("--recipe", default="bundled", help="whose training texts the rule counts in")
    parser.add_argument("--limit", type=int, default=1500)
    given = parser.parse_args()
    model = load(given.model)
    frequent = frequent_descriptors(read_training_data(read_recipe(given.recipe), Normalizer()).texts)[:60]
    vectors = model.scorer.embed_labels([Label(word) for word in frequent])
    rule = list(dict.fromkeys(synonym_groups(frequent, vectors, CLOSE).values()))[:FIVE]
    events = load_corpus("event2mind:dev")
    pairs = zip(events.items, events.descriptors or (), strict=True)
    felt = [(told(item.text, "first"), words) for item, words in pairs if words and "none" not in words]
    order = np.random.default_rng(SEED).permutation(len(felt))[: given.limit]
    texts, gold = zip(*(felt[i] for i in order), strict=True)
    said = [p.labels or ("neutral",) for p in model.predict(list(texts), open=True, top=FIVE)]
    figures = {
        f"{model.name} ({model_digest(model)})": share(found(model.scorer, gold, said)),
        f"always: {', '.join(rule)}": share(found(model.scorer, gold, [rule] * len(gold))),
    }
    Record(
        "Answers in free words",
        [
            f"{len(gold):,} answers to events of Event2Mind's dev part, told in the first person: share of the crowd "
            f"workers' descriptors that one of five is close to (cosine {CLOSE} in the model's label space). 95 % "
            "bootstrap intervals over texts.",
        ],
        [Table("", ["what is said", "found"], [[name, shown(figure)] for name, figure in figures.items()])],
        {name: {"value": f.value, "low": f.low, "high": f.high} for name, f in figures.items()},
        SEED,
    ).write("open_vocabulary")


if __name__ == "__main__":
    main()
