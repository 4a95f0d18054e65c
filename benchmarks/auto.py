"""`auto` beside `small`: that English loses nothing, how fast other languages are, how soon the first answer comes.

    python benchmarks/auto.py                       # all; each look at a target is written to looks.md
    python benchmarks/auto.py --speed               # speed alone; shown, not written
    python benchmarks/auto.py --rehearse 50         # the same code; gold is permuted, nothing is written

Corpora are read from AFFEKT_DATA. Differences are on the same resamples of the same texts. Speed is measured in pairs,
one after the other, so that what else the machine does weighs on both.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from distillation import signed
from record import Record, Table, model_digest, shown, spread
from student import reports, statistic_of
from zero_shot import REPLICATES, SEED, TARGETS, Trial

import affekt
from affekt.corpora import load_corpus
from affekt.evaluation import Figure
from affekt.metrics import bootstrap
from affekt.metrics.arrays import Floats, Weights
from affekt.models import Model

ENGLISH = ("semeval2018/e-c-en:test", "isear:all")
LANGUAGES = tuple(
    f"brighter/a-{code}:dev"
    for code in [
        "afr",
        "amh",
        "arq",
        "ary",
        "chn",
        "deu",
        "eng",
        "esp",
        "hau",
        "hin",
        "ibo",
        "kin",
        "mar",
        "orm",
        "pcm",
        "ptbr",
        "ptmz",
        "ron",
        "rus",
        "som",
        "sun",
        "swa",
        "swe",
        "tat",
        "tir",
        "ukr",
        "vmw",
        "yor",
    ]
)
SPEED = ("goemotions:dev", 1500)
PAIRS = 3
COLD = {"English": "We won!", "German": "Wir haben gewonnen!", "Hindi": "हम जीत गए!"}


def difference(one: Any, other: Any, metric: str) -> Figure:
    """One report's figure less the other's, with its interval."""
    mine, theirs = statistic_of(one, metric), statistic_of(other, metric)

    def statistic(weights: Weights) -> dict[str, Floats]:
        return {"difference": mine(weights) - theirs(weights)}

    found = bootstrap(statistic, len(one.items.id), replicates=REPLICATES, seed=SEED)["difference"]
    return Figure.of(float(found.value), float(found.low), float(found.high))


def english(models: Sequence[Model], rehearse: int) -> tuple[Table, dict[str, Any]]:
    """What both get where every text is English."""
    rows, figures = [], {}
    for target in (target for target in TARGETS if target.corpus in ENGLISH):
        trial = Trial(rehearse, permuted=bool(rehearse))
        for mode in target.modes:
            auto, small = reports(models, trial, mode, target, log=not rehearse)
            for metric in target.metrics:
                gain = difference(auto, small, metric)
                cells = (shown(auto.metrics[metric]), shown(small.metrics[metric]), signed(gain))
                rows.append((target.corpus, f"{metric}, {mode}", *cells))
                figures[f"{target.corpus} {metric} {mode}"] = gain.to_dict()
    header = ("corpus", "figure", "auto", "small", "difference")
    return Table("English", header, rows), figures


def choices(auto: Model) -> tuple[Table, dict[str, Any]]:
    """Which model reads the texts of each language, and how many none reads."""
    rows, figures = [], {}
    names = list(auto.describe()["scorer"]["readers"])
    for corpus in map(load_corpus, LANGUAGES):
        said = auto.predict(corpus.items, labels=["joy"])
        read = [None if p.abstained else (p.trace or {})["model"] for p in said]
        shares = {str(name): read.count(name) / len(read) for name in (*names, None)}
        figures[str(corpus)] = shares
        rows.append((corpus, len(read), *(f"{100 * share:.1f} %" for share in shares.values())))
    return Table("Who reads what", ("corpus", "texts", *names, "nobody"), rows), figures


def speed() -> tuple[Table, dict[str, Any]]:
    """Texts a second of the model of many languages and of `small`, on the same English texts."""
    name, most = SPEED
    texts = [item.text for item in load_corpus(name).items][:most]
    models = [affekt.load("multilingual"), affekt.load("small")]
    rates: list[list[float]] = [[], []]
    for model in models:
        model.predict(texts[:64])
    for _ in range(PAIRS):
        for model, found in zip(models, rates, strict=True):
            started = time.perf_counter()
            model.predict(texts)
            found.append(len(texts) / (time.perf_counter() - started))
    ratios = [one / other for one, other in zip(*rates, strict=True)]
    rows = [("texts a second", f"{median(rates[0]):.0f}", f"{median(rates[1]):.0f}", spread(ratios))]
    figures: dict[str, Any] = {"multilingual": rates[0], "small": rates[1]}
    for language, text in COLD.items():
        seconds = [cold(text) for _ in range(PAIRS)]
        figures[f"cold {language}"] = seconds
        rows.append((f"seconds of `affekt label -m auto`, {language}", f"{median(seconds):.2f}", "", ""))
    return Table("Speed", ("", "multilingual or auto", "small", "ratio"), rows), figures


def cold(text: str) -> float:
    """Seconds of a whole process that labels one text."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "affekt", "label", "-m", "auto", text], check=True, capture_output=True
    )
    return time.perf_counter() - started


NOTES = (
    "*English*: `auto` gives an English text to `small`, and one that only may be English to `multilingual`. "
    "*Who reads what*: dev splits of BRIGHTER. *Speed*: the same English texts to both.",
    "Intervals are 95 % percentile bootstraps over texts.",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--speed", action="store_true", help="speed alone")
    parser.add_argument("--rehearse", type=int, default=0, metavar="N", help="N permuted texts a corpus")
    asked = parser.parse_args()
    models = [affekt.load("auto"), affekt.load("small")]
    parts = {"speed": speed()}
    if not asked.speed:
        parts = {"english": english(models, asked.rehearse), "readers": choices(models[0]), **parts}
    digests = " and ".join(f"{model.card['name']} ({model_digest(model)})" for model in models)
    notes = (*NOTES, f"Models: {digests}.")
    figures = {name: found for name, (_, found) in parts.items()}
    record = Record("auto", notes, [table for table, _ in parts.values()], figures, SEED)
    if asked.rehearse or asked.speed:
        record.show()
    else:
        record.write("auto")


if __name__ == "__main__":
    main()
