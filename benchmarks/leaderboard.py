"""A leaderboard from stored reports, beside what trivial rules reach and figures that others published.

    python benchmarks/leaderboard.py

Nothing is measured here. Reports are read from `results/reports/*.json`, each the `report.json` of
`affekt evaluate MODEL --on CORPUS -o DIR`, and from the figures of `zero_shot.py` in `results/zero_shot.json`; of two
of one model, corpus and mode, the first. Published figures come from `published.toml`, which holds verified ones only.
Written: `leaderboard.md`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from record import RESULTS, Table

from affekt import models

HERE = Path(__file__).parent
FIRST = {
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
    "micro_f1": "micro F1",
    "jaccard": "Jaccard accuracy",
    "accuracy": "accuracy",
    "micro_f1_without_neutral": "micro F1 without neutral",
}
NOTES = """\
Written by `python benchmarks/leaderboard.py` from [`results/`](results) and [`published.toml`](published.toml): do not
edit. Intervals are 95 % percentile bootstraps. *Strict*: nothing was tuned on the corpus; *calibrated*: thresholds come
from its dev split. *Trained on it*: texts of the corpus's train split were used, with or without their labels. Trivial
rules read no text. Published figures are as their sources give them, on splits and subsets that may differ (said where
known); those that could not be verified are left out.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A system on one corpus by one figure."""

    system: str
    value: float
    interval: str = ""
    how: str = ""
    source: str = ""

    def cells(self) -> list[str]:
        """The row as text."""
        return [self.system, f"{self.value:.3f}{self.interval}", self.how, self.source]


@dataclass(slots=True)
class Board:
    """Corpus and figure → rows."""

    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def add(self, corpus: str, metric: str, row: Row) -> None:
        """One more row; the same again is left out."""
        known = self.rows.setdefault((corpus, metric), [])
        if row not in known:
            known.append(row)

    def markdown(self) -> str:
        """All tables, the best row of each first."""
        parts = ["# Leaderboard\n", NOTES]
        corpus_before = ""
        corpora = list(dict.fromkeys(corpus for corpus, _ in self.rows))
        metrics = [*FIRST, *dict.fromkeys(metric for _, metric in self.rows if metric not in FIRST)]
        for corpus, metric in sorted(
            self.rows, key=lambda key: (corpora.index(key[0]), metrics.index(key[1]))
        ):
            rows = self.rows[corpus, metric]
            if corpus != corpus_before:
                parts.append(f"## {corpus}\n")
                corpus_before = corpus
            header = ("system", FIRST.get(metric, metric.replace("_", " ")), "how", "source")
            ordered = sorted(rows, key=lambda row: -row.value)
            parts.append(Table("", header, [row.cells() for row in ordered]).markdown())
        return "\n".join(parts)


def stored() -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Every report at hand: name of the model, the report, where it is stored."""
    for path in sorted((RESULTS / "reports").glob("*.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        yield f"**affekt {report['model']['name']}**", report, f"[report](results/reports/{path.name})"
    path = RESULTS / "zero_shot.json"
    if path.is_file():
        run = json.loads(path.read_text(encoding="utf-8"))
        for pair in run["reports"].values():
            yield f"**affekt {run['model']}**", pair["model"], "[zero-shot](results/zero_shot.md)"
            if pair["model"]["mode"] == "calibrated":
                # Strict, plain MiniLM had the better of two decisions, seen on the test: no entry of a leaderboard.
                yield "MiniLM cosine", pair["minilm"], "[zero-shot](results/zero_shot.md)"


def fill(
    board: Board,
    reports: Iterable[tuple[str, Mapping[str, Any], str]],
    known: set[str],
    published: Iterable[str],
) -> None:
    """The rows of the reports, and of the trivial rules in them.

    Args:
        board: to fill.
        reports: name of the model, report, where it is stored.
        known: corpora that the bundled model was trained on, for reports that do not say.
        published: corpus, figure and mode of what others published.
    """
    seen = set()
    for name, report, source in reports:
        corpus, mode = corpus_of(report), report["mode"]
        if (name, corpus, mode) in seen:
            continue
        seen.add((name, corpus, mode))
        training = report.get("model", {}).get("training")
        trained = known if training is None else names_of(training)
        how = f"{mode}; {'trained on it' if report['data']['name'] in trained and 'affekt' in name else 'zero-shot'}"
        for metric, figure in report["metrics"].items():
            if figure["value"] is None or not shown(corpus, metric, published):
                continue
            interval = "" if figure["low"] is None else f" ({figure['low']:.3f}–{figure['high']:.3f})"
            board.add(corpus, metric, Row(name, figure["value"], interval, how, source))
            for rule, values in report["rules"].items():
                if values.get(metric) is not None:
                    words = f"*{rule.replace('_', ' ')}*"
                    board.add(corpus, metric, Row(words, values[metric], "", "trivial rule", source))


def shown(corpus: str, metric: str, published: Iterable[str]) -> bool:
    """Whether a figure has a table of its own: macro F1, Pearson of an axis, and what others published."""
    if metric == "macro_f1" or any(key.startswith(f"{corpus} {metric} ") for key in published):
        return True
    return metric.startswith("pearson_") and metric.count("_") == 1


def corpus_of(report: Mapping[str, Any]) -> str:
    """The name of a report's corpus, without the part where that is the corpus's first."""
    data = report["data"]
    part = (
        f"/{data['part']}" if data["part"] and data["name"] not in ("emobank", "isear", "goemotions") else ""
    )
    return f"{data['name']}{part}:{data['split']}"


def names_of(training: Iterable[Mapping[str, str]]) -> set[str]:
    """Names of the corpora that a card lists: `descriptors/brighter-eng:all` is `brighter`."""
    names = [entry["corpus"].split(":")[0].removeprefix("descriptors/") for entry in training]
    return {name.split("/")[0].split("-")[0] for name in names}


def publish(board: Board, published: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """The published figures, whatever mode of ours they stand beside."""
    for key, entries in published.items():
        corpus, metric, _ = key.split(" ")
        for entry in entries:
            source = entry["source"] + (f", known from a {entry['known']} of it" if "known" in entry else "")
            board.add(corpus, metric, Row(entry["system"], entry["value"], "", entry.get("note", ""), source))


def main() -> None:
    board = Board()
    published = tomllib.loads((HERE / "published.toml").read_text(encoding="utf-8"))
    fill(board, stored(), names_of(models.load("small").card["training"]), published)
    publish(board, published)
    (HERE / "leaderboard.md").write_text(board.markdown(), encoding="utf-8")
    print(HERE / "leaderboard.md")


if __name__ == "__main__":
    main()
