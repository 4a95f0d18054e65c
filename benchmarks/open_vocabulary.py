"""Free descriptors of a bundled model against those of a language model and of crowd workers, on texts that it never saw.

    python benchmarks/open_vocabulary.py small --recipe bundled --data CORPORA

Held-out texts: those that the recipe leaves out, with the language model's descriptors. Events: Event2Mind's dev part, read as
the person would tell them, as in training. A descriptor is found if one of the first five is at a cosine of .65 or more
to it in the model's own label space. Beside it stands the rule that always says the five most frequent descriptors that
are no synonyms. Intervals: 95 %, 1,000 resamples of texts, seed 0.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from affekt.core import Label
from affekt.corpora import load_corpus
from affekt.encoder import DualEncoder
from affekt.metrics import synonym_groups
from affekt.models import load
from affekt.text import Normalizer
from affekt.training import frequent_descriptors, read_recipe, read_training_data
from affekt.training.reading import _told

CLOSE = 0.65
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


def told(name: str, shares: np.ndarray) -> str:
    rng = np.random.default_rng(0)
    means = [shares[rng.integers(0, len(shares), len(shares))].mean() for _ in range(1000)]
    low, high = np.percentile(means, [2.5, 97.5])
    return f"| {name} | {len(shares):,} | {shares.mean():.3f} ({low:.3f}–{high:.3f}) |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--recipe", default="bundled")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--limit", type=int, default=1500)
    given = parser.parse_args()
    model = load(given.model)
    read = read_training_data(read_recipe(given.recipe), Normalizer(), given.data)
    frequent = frequent_descriptors(read.texts)[:60]
    vectors = model.scorer.embed_labels([Label(word) for word in frequent])
    rule = list(dict.fromkeys(synonym_groups(frequent, vectors, CLOSE).values()))[:FIVE]
    held = [(row.text, row.descriptors) for row in read.held_out]
    events = load_corpus("event2mind:dev", given.data)
    pairs = zip(events.items, events.descriptors or (), strict=True)
    felt = [(_told(item.text, "first"), words) for item, words in pairs if words and "none" not in words]
    print("| texts | number | found in five |\n| --- | ---: | ---: |")
    for name, rows in (("held out", held), ("events", felt)):
        order = np.random.default_rng(0).permutation(len(rows))[: given.limit]
        texts, gold = zip(*(rows[i] for i in order), strict=True)
        said = [p.labels or ("neutral",) for p in model.predict(list(texts), open=True, top=FIVE)]
        print(told(name, found(model.scorer, gold, said)), flush=True)
        print(told(f"{name}, the rule", found(model.scorer, gold, [rule] * len(gold))), flush=True)


if __name__ == "__main__":
    main()
