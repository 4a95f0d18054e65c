"""Whether intervals of `affekt summarize` cover what they should, and what the model is worth in labelled rows.

    python benchmarks/prevalence.py

The file is GoEmotions' test split, labelled by a bundled model; the truth is the share of each label in it. Samples of
labelled rows are drawn without replacement, many times; each gives an interval a label by prediction-powered
inference, by the confusion matrix, and by the labelled rows alone. Nothing is tuned on these texts.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import Record, Table, model_digest

import affekt
from affekt.corpora import load_corpus
from affekt.evaluation import (
    Estimate,
    Rows,
    Sample,
    estimate_whole,
    exact_share,
    rogan_gladen,
    sample_alone,
)

SEED = 0
COMMON = 0.05
"""Labels from this share on are pooled; the others are rare."""


@dataclass(frozen=True)
class Judged:
    """A file whose every row has gold: bool `[rows, labels]` gold and labels said, float scores."""

    names: tuple[str, ...]
    gold: NDArray[np.bool_]
    said: NDArray[np.bool_]
    scores: NDArray[np.float64]


def judged(model: affekt.models.Model, on: str) -> Judged:
    """A corpus and what a model says of it; rows on which it abstains are left out, as in `summarize`."""
    corpus = load_corpus(on)
    assert corpus.gold is not None
    predictions = model.predict(corpus.items, space=corpus.space)
    kept = [i for i, prediction in enumerate(predictions) if prediction.abstained is None]
    names = corpus.space.names
    said = np.array([[name in predictions[i].labels for name in names] for i in kept])
    scores = np.array([[predictions[i].scores[name] for name in names] for i in kept])
    return Judged(names, corpus.gold[kept] >= 0.5, said, scores)


def estimates(file: Judged, j: int, drawn: NDArray[np.intp]) -> Iterator[tuple[str, Estimate]]:
    """The intervals of one label from one sample, by method."""
    rows = np.array([len(file.gold)])
    gold = file.gold[drawn, j].astype(np.float64)
    group = np.zeros(len(drawn), dtype=np.intp)
    for name, answers in (("ppi", file.scores[:, j]), ("ppi of labels", file.said[:, j].astype(np.float64))):
        sample = Sample(gold, answers[drawn], group)
        yield name, estimate_whole(sample, Rows(rows, np.array([answers.mean()])), "share", stratified=False)
    said = Sample(gold, file.said[drawn, j].astype(np.float64), group)
    shares = Rows(rows, np.array([file.said[:, j].mean()]))
    yield "rates", rogan_gladen(said, shares)[0]
    yield "alone", sample_alone(said, shares, "share")
    exact = exact_share(float(gold.sum()), len(drawn), len(file.gold))
    yield "exact", Estimate(float(gold.mean()), *exact, "exact")


METHODS = ("ppi", "ppi of labels", "rates", "alone", "exact")


def simulate(file: Judged, samples: int, size: int) -> dict[str, NDArray[np.float64]]:
    """Covered, width, exact and undefined `[4, samples, labels]` of each method."""
    found = {name: np.full((4, samples, len(file.names)), np.nan) for name in METHODS}
    truth = file.gold.mean(axis=0)
    rng = np.random.default_rng(SEED)
    for i in range(samples):
        drawn = rng.choice(len(file.gold), size, replace=False)
        for j in range(len(file.names)):
            for name, (value, low, high, method) in estimates(file, j, drawn):
                known = not np.isnan(value)
                covers = float(low - 1e-12 <= truth[j] <= high + 1e-12) if known else np.nan
                found[name][:, i, j] = covers, high - low, method == "exact", not known
    return found


def row(label: str, share: str, found: dict[str, NDArray[np.float64]], where: NDArray[np.bool_]) -> list[str]:
    """Coverage and mean width of each method over some labels."""
    cells = [label, share]
    for name in METHODS:
        covered, width = (np.nanmean(found[name][k][:, where]) for k in (0, 1))
        cells.append(f"{100 * covered:.1f} % · {width:.4f}")
    return [*cells, f"{100 * found['ppi'][2][:, where].mean():.0f} %"]


def pooled(found: dict[str, NDArray[np.float64]], where: NDArray[np.bool_]) -> dict[str, Any]:
    """The same as figures; what the model is worth is the square of the ratio of widths, less one."""
    out: dict[str, Any] = {}
    for name in METHODS:
        covered, width, exact, undefined = found[name][:, :, where]
        out[name] = {
            "coverage": float(np.nanmean(covered)),
            "width": float(np.nanmean(width)),
            "exact": float(exact.mean()),
            "undefined": float(undefined.mean()),
        }
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="small")
    parser.add_argument("--on", default="goemotions:test")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--size", type=int, default=300, help="labelled rows a sample")
    parser.add_argument("--scores", type=Path, help="npz to keep what the model says in, and to read it from")
    given = parser.parse_args()
    model = affekt.load(given.model)
    if given.scores is not None and given.scores.exists():
        with np.load(given.scores) as kept:
            file = Judged(tuple(map(str, kept["names"])), kept["gold"], kept["said"], kept["scores"])
    else:
        file = judged(model, given.on)
        if given.scores is not None:
            np.savez(given.scores, names=file.names, gold=file.gold, said=file.said, scores=file.scores)
    found = simulate(file, given.samples, given.size)
    write(file, found, given, model_digest(model))


def write(
    file: Judged, found: dict[str, NDArray[np.float64]], given: argparse.Namespace, digest: str
) -> None:
    """Put tables and figures together."""
    truth = file.gold.mean(axis=0)
    common = truth >= COMMON
    header = ["label", "share in the file", *METHODS, "exact used"]
    order = np.argsort(-truth)
    rows = [
        row(f"≥ {100 * COMMON:g} %", f"{common.sum()} labels", found, common),
        row("rarer", f"{(~common).sum()} labels", found, ~common),
    ]
    single = [row(file.names[j], f"{100 * truth[j]:.2f} %", found, np.arange(len(truth)) == j) for j in order]
    figures = {
        "model": given.model,
        "model_files": digest,
        "on": given.on,
        "rows": len(file.gold),
        "samples": given.samples,
        "size": given.size,
        "common": pooled(found, common),
        "rare": pooled(found, ~common),
        "labels": {
            file.names[j]: {"share": float(truth[j]), **pooled(found, np.arange(len(truth)) == j)}
            for j in order
        },
    }
    ratio = figures["common"]["ppi"]["width"] / figures["common"]["alone"]["width"]
    notes = (
        f"{given.samples:,} samples of {given.size} labelled rows, drawn without replacement from the {len(file.gold):,} "
        f"rows of {given.on} that model `{given.model}` (files {digest}) judges. A cell is the share of 95 % intervals that hold the label's "
        "true share in the file, and their mean width. `ppi`: prediction-powered inference on the model's scores, the "
        "default; `ppi of labels`: on its labels; `rates`: by hits and false alarms (left out where undefined); `alone`: the "
        "labelled rows without the model, with the same kind of interval; `exact`: their exact interval. Last column: how often "
        "`ppi` gives the exact interval, as fewer than 10 of them are for or against.",
        f"On labels of {100 * COMMON:g} % and more the interval is {ratio:.3f} times as wide as without the model, which is "
        f"what {1 / ratio**2:.2f} times as many labelled rows would give.",
    )
    tables = [Table("Pooled", header, rows), Table("Label by label", header, single)]
    Record("Coverage of prevalence intervals", notes, tables, figures, SEED).write("prevalence")


if __name__ == "__main__":
    main()
