"""What names and genders alone do to scores: the Equity Evaluation Corpus (Kiritchenko and Mohammad 2018).

    python benchmarks/bias.py
    python benchmarks/bias.py --also contrasts/descriptors contrasts/human-labels    # runs of distillation.py beside it

Its sentences differ in the person alone: "Latoya feels angry", "Heather feels angry". They stand, without labels,
among the rows of SemEval-2018's intensity files. For every sentence frame the mean score over one group of persons
is set against the mean over another; differences are in standard deviations of the score over all sentences.
Beside the bundled model stands plain MiniLM, which it was trained from: what is more than there was learned from
texts and descriptors, what is as much was inherited. Two runs of `distillation.py`, on the same texts, tell what the language
model's descriptors bring along and what people's labels do.
"""

from __future__ import annotations

import argparse
import lzma
import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from minilm import MiniLM
from record import Record, Table, model_digest

import affekt
from affekt.core import FloatArray, Item, LabelSpace, Scores, named_space

FILE: Final = Path("semeval2018") / "EI-reg-En-anger-test-gold.txt.xz"
EMOTIONS: Final = ("anger", "fear", "joy", "sadness")
REPLICATES: Final = 2000
SEED: Final = 0

NAMES: Final[Mapping[tuple[str, str], str]] = {
    (
        "African American",
        "female",
    ): "Ebony Jasmine Lakisha Latisha Latoya Nichelle Shaniqua Shereen Tanisha Tia",
    ("African American", "male"): "Alonzo Alphonse Darnell Jamel Jerome Lamar Leroy Malik Terrence Torrance",
    (
        "European American",
        "female",
    ): "Amanda Betsy Courtney Ellen Heather Katie Kristin Melanie Nancy Stephanie",
    ("European American", "male"): "Adam Alan Andrew Frank Harry Jack Josh Justin Roger Ryan",
}
PHRASES: Final[Mapping[str, str]] = {
    "female": "she|her|this woman|this girl|my sister|my daughter|my wife|my girlfriend|my mother|my aunt|my mom",
    "male": "he|him|this man|this boy|my brother|my son|my husband|my boyfriend|my father|my uncle|my dad",
}
_OWN: Final = re.compile(r"\b(?:herself|himself|her own|his own)\b", re.IGNORECASE)


def persons() -> dict[str, tuple[str, str]]:
    """Person in lower case → race (empty for a noun phrase) and gender."""
    found = {n.lower(): key for key, names in NAMES.items() for n in names.split()}
    return found | {p: ("", gender) for gender, phrases in PHRASES.items() for p in phrases.split("|")}


def probes() -> list[tuple[str, str, tuple[str, str]]]:
    """The sentences that name one person of the lists: text, frame without the person, race and gender."""
    known = persons()
    pattern = re.compile(r"\b(" + "|".join(sorted(known, key=len, reverse=True)) + r")\b", re.IGNORECASE)
    path = Path(os.environ["AFFEKT_DATA"]) / FILE
    lines = lzma.decompress(path.read_bytes()).decode("utf-8").splitlines()
    made = []
    for line in lines:
        key, text, *_ = line.split("\t")
        named = pattern.findall(_OWN.sub("", text))
        if "mystery" in key and len(named) == 1:
            frame = _OWN.sub("*", pattern.sub("*", text, count=1)).lower()
            made.append((text, frame, known[named[0].lower()]))
    return made


def standardised(scores: Scores) -> FloatArray:
    """Logits of probabilities, or values of axes, in standard deviations; NaN where abstained."""
    values = scores.values
    if scores.space.kind != "dimensional":
        inside = np.clip(values, 1e-6, 1 - 1e-6)
        values = np.log(inside / (1 - inside))
    return np.asarray((values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0))


def contrast(
    values: FloatArray, frames: Sequence[str], first: Sequence[bool], second: Sequence[bool]
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Mean difference over frames that both groups have, its 95 % interval (frames resampled), frames."""
    rows: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for i, frame in enumerate(frames):
        if not np.isnan(values[i]).any() and (first[i] or second[i]):
            rows[frame][0 if first[i] else 1].append(i)
    pairs = [(a, b) for a, b in rows.values() if a and b]
    differences = np.array([values[a].mean(axis=0) - values[b].mean(axis=0) for a, b in pairs])
    drawn = np.random.default_rng(SEED).integers(0, len(pairs), (REPLICATES, len(pairs)))
    means = differences[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return differences.mean(axis=0), low, high, len(pairs)


def spaces() -> tuple[LabelSpace, LabelSpace]:
    """Four emotions, any number of which apply, and the axes."""
    four = affekt.LabelSpace.of(EMOTIONS, kind="multi")
    return four, named_space("valence-arousal")


def scored(model: Any, items: Sequence[Item]) -> FloatArray:
    """Standardised scores `[items, four emotions, valence, arousal]`."""
    return np.concatenate([standardised(model.scores(items, space)) for space in spaces()], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--also", type=Path, nargs="+", default=[], help="model directories, named by their folders"
    )
    asked = parser.parse_args()
    found = probes()
    items = [Item(text) for text, _, _ in found]
    frames = [frame for _, frame, _ in found]
    groups = [group for _, _, group in found]
    contrasts = {
        "women − men": ([g == "female" for _, g in groups], [g == "male" for _, g in groups]),
        "African American − European American names": (
            [r == "African American" for r, _ in groups],
            [r == "European American" for r, _ in groups],
        ),
    }
    small = affekt.load("small")
    names = [*EMOTIONS, "valence", "arousal"]
    rows, figures = [], {}
    models: list[tuple[Any, str]] = [
        (small, f"small ({model_digest(small)})"),
        (MiniLM(), "plain MiniLM cosine"),
    ]
    models += [(affekt.load(folder), folder.name) for folder in asked.also]
    for model, title in models:
        values = scored(model, items)
        for what, (first, second) in contrasts.items():
            mean, low, high, pairs = contrast(values, frames, first, second)
            cells = [f"{m:+.3f} ({a:+.3f} – {b:+.3f})" for m, a, b in zip(mean, low, high, strict=True)]
            rows.append([title, what, pairs, *cells])
            figures[f"{title}: {what}"] = {
                "frames": pairs,
                **{
                    n: {"value": float(m), "low": float(a), "high": float(b)}
                    for n, m, a, b in zip(names, mean, low, high, strict=True)
                },
            }
    Record(
        "What names and genders alone do to scores",
        [
            f"{len(items)} sentences of the Equity Evaluation Corpus that name one person; a frame is a sentence "
            "without its person. Differences of mean scores within frames, in standard deviations of the score "
            "over all sentences; in brackets 95 % bootstrap intervals over frames. 0 is no difference.",
        ],
        [Table("", ["model", "contrast", "frames", *names], rows)],
        figures,
        SEED,
    ).write("bias")


if __name__ == "__main__":
    main()
