"""The ensemble of both encoders beside `small`: every figure of `zero_shot.py`, corpora that choices may be made on, and speed.

    python benchmarks/ensemble.py            # figures and speed
    python benchmarks/ensemble.py --speed    # speed alone
    python benchmarks/ensemble.py --card     # the stored figures into both manifests, for `affekt models`

Corpora are read from AFFEKT_DATA. Ratios are on the same resamples of the same texts. Each look at a test split is logged.
Speed is measured on one core, in pairs.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from record import Record, Table, model_digest, put_on_card, shown, spread
from student import kept, rate
from zero_shot import SEED, TARGETS, Looks, Target, Trial, measured

import affekt
from affekt.core import FloatArray
from affekt.corpora import load_corpus
from affekt.models import Model, find, read_manifest

HERE = Path(__file__).parent
NAME, BESIDE = "ensemble", "small"
CHOICES = (
    Target("tec:all", {"macro_f1": None}),
    Target("covidet:train", {"macro_f1": None}),
    Target("covidet:dev", {"macro_f1": None}),
    Target("goemotions:dev", {"macro_f1": None}),
    Target("brighter/a-eng:dev", {"macro_f1": None}),
)
MOST = 10_000  # texts of a corpus that is no target
SPEED_ON, SPACE, TEXTS, PAIRS = "goemotions:test", "ekman", 1000, 3


def figures(models: tuple[Model, Model]) -> tuple[Table, dict[str, Any]]:
    """Every figure of both."""
    rows, found = [], {}
    for target in (*CHOICES, *TARGETS):
        trial = Trial(MOST if target in CHOICES else 0)
        corpus = trial.read(target.corpus)
        for mode in target.modes:
            dev = trial.dev(target.corpus) if target in TARGETS else None
            for model in models if target in TARGETS else ():
                Looks(model, "the ensemble beside small").note(corpus, mode)
            own, other = (measured(model, corpus, mode, dev) for model in models)
            for metric in target.metrics:
                share = kept(own, other, metric)
                aim = target.aims.get(mode, target.metrics[metric])
                cells = (*(shown(each.metrics[metric]) for each in (own, other)), shown(share))
                rows.append(
                    (target.corpus, f"{metric}, {mode}", *cells, "–" if aim is None else f"≥ {aim:g}")
                )
                found[f"{target.corpus} {metric} {mode}"] = {
                    NAME: own.metrics[metric].to_dict(),
                    BESIDE: other.metrics[metric].to_dict(),
                    "ratio": share.to_dict(),
                }
                print(*rows[-1], sep=" | ", flush=True)
    header = ("corpus", "figure", NAME, BESIDE, f"{NAME} over {BESIDE}", "aim")
    return Table("Figures", header, rows), found


def speed(models: tuple[Model, Model]) -> tuple[Table, dict[str, Any]]:
    """Texts a second on one core, in a space that nobody trained."""
    texts = load_corpus(SPEED_ON).texts[:TEXTS]
    for model in models:
        model.predict(texts[:100], space=SPACE)
    pairs: FloatArray = np.array([[rate(model, texts, SPACE) for model in models] for _ in range(PAIRS)])
    ratios = (pairs[:, 0] / pairs[:, 1]).tolist()
    row = (
        f"`model.predict`, {SPEED_ON}, {SPACE}",
        *(f"{x:,.0f}" for x in np.median(pairs, axis=0)),
        spread(ratios),
    )
    header = ("how", NAME, BESIDE, "ratio")
    return Table("Texts a second, one core", header, [row]), {"pairs": pairs.tolist()}


ON_CARD = {
    "semeval2018/e-c-en:test macro_f1 strict": "E-c macro F1",
    "isear:all macro_f1 strict": "ISEAR macro F1",
    "emobank:test pearson_valence strict": "EmoBank valence r",
    "emobank:test pearson_arousal strict": "arousal r",
}


def put_on_cards() -> None:
    """Write the stored zero-shot figures, nothing tuned, into the manifests of both models."""
    stored = json.loads((HERE / "results" / "ensemble.json").read_text(encoding="utf-8"))["figures"]
    for name in (NAME, BESIDE):
        measured = {title: round(stored[key][name]["value"], 3) for key, title in ON_CARD.items()}
        put_on_card(find(name), measured=measured)


NOTES = (
    "The ensemble is the mean of the logits of `small` and `multilingual`. It was "
    "chosen on the corpora of the first rows.",
    "Ratios have 95 % percentile bootstrap intervals over texts.",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--speed", action="store_true", help="speed alone")
    parser.add_argument("--card", action="store_true", help="write stored figures into both manifests")
    asked = parser.parse_args()
    if asked.card:
        put_on_cards()
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
    models = affekt.load(NAME), affekt.load(BESIDE)
    pace, seconds = speed(models)
    Record("Speed of the ensemble", NOTES[:1], [pace], seconds, SEED).write("ensemble_speed")
    if asked.speed:
        return
    table, found = figures(models)
    parts = ", ".join(
        f"{part} {model_digest(affekt.load(part))}" for part in read_manifest(find(NAME))["models"]
    )
    title = f"The ensemble ({parts}) beside small"
    Record(title, NOTES, [table], {"figures": found}, SEED).write("ensemble")


if __name__ == "__main__":
    main()
