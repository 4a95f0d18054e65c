"""How fast affekt is beside transformers with the same architecture, and how much memory a large file takes.

    python benchmarks/speed.py                 # all four, a quarter of an hour
    python benchmarks/speed.py --quick         # small versions; nothing is written
    python benchmarks/speed.py --only cold bulk      # shown; written only where all that is paired was run

cold      a whole process that labels one text: `affekt label "We won!"` against `transformers_pipeline.py`
bulk      texts a second in a process that has all loaded: `model.predict` against a pipeline, batch size 32
file      a whole process that labels a csv: `affekt label -f … -o …` against `transformers_pipeline.py`
memory    resident memory of `affekt label` over a csv of 1,000,000 rows

Both sides run in pairs, one after the other on the same machine, so what else the machine does weighs on both:
the ratio of each pair is what counts. Texts are GoEmotions' test split, from AFFEKT_DATA.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import transformers_pipeline
from record import Record, Table, model_digest, spread

import affekt
from affekt.corpora import load_corpus

HERE = Path(__file__).parent
TEXT = "We won!"
SPACE = "goemotions"
# A part of `affekt label` is 2,048 rows: within one, equal texts are read once.
PART = 2048
DISTINCT = 2000
REPEATED = 64
ALL_DISTINCT_EVERY = 16
LIMIT = 600e6
RISE = 1.05


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Args:
        cold: pairs of cold starts.
        bulk: pairs of runs over the texts, in a process and over a file.
        texts: so many of the texts.
        rows: of the large file.
    """

    cold: int = 7
    bulk: int = 3
    texts: int = 5427
    rows: int = 1_000_000


QUICK = Size(cold=1, bulk=1, texts=128, rows=3 * PART)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Seconds of both sides, pair by pair."""

    affekt: Sequence[float]
    transformers: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """How many times faster affekt is, pair by pair."""
        return [b / a for a, b in zip(self.affekt, self.transformers, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"affekt": list(self.affekt), "transformers": list(self.transformers), "ratios": self.ratios}


def in_pairs(pairs: int, ours: Callable[[], object], theirs: Callable[[], object]) -> Pairs:
    """Run both sides alternately; every other pair begins with the other side."""
    seconds: dict[Callable[[], object], list[float]] = {ours: [], theirs: []}
    for i in range(pairs):
        for side in (ours, theirs) if i % 2 == 0 else (theirs, ours):
            began = time.perf_counter()
            side()
            seconds[side].append(time.perf_counter() - began)
    return Pairs(seconds[ours], seconds[theirs])


def process(*words: str) -> Callable[[], object]:
    """A whole Python process, whose output is not shown."""
    # Compiled modules are kept, as they are wherever a package is installed.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "HF_HUB_OFFLINE": "1"}

    def run() -> object:
        return subprocess.run(
            [sys.executable, *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )

    return run


def labelling(model: str, *words: str) -> list[str]:
    """Arguments of Python for `affekt label`."""
    return ["-m", "affekt", "label", "-m", model, *words]


def cold(model: str, size: Size) -> Pairs:
    """Whole processes that label one text; the first of each side only warms the disk."""
    ours = process(*labelling(model, TEXT))
    theirs = process(str(HERE / "transformers_pipeline.py"), TEXT)
    ours(), theirs()
    return in_pairs(size.cold, ours, theirs)


def open_affekt(model: str, texts: Sequence[str]) -> Callable[[], object]:
    """A run of a loaded model over the texts."""
    loaded = affekt.load(model)
    loaded.predict(texts[:64], space=SPACE)
    return lambda: loaded.predict(texts, space=SPACE)


def open_pipeline(_model: str, texts: Sequence[str]) -> Callable[[], object]:
    """The same of a pipeline."""
    pipe = transformers_pipeline.build()
    transformers_pipeline.label(pipe, texts[:64])
    return lambda: transformers_pipeline.label(pipe, texts)


# What a worker process has opened.
_OPENED: list[Callable[[], object]] = []


def open_worker(
    side: Callable[[str, Sequence[str]], Callable[[], object]], model: str, texts: Sequence[str]
) -> None:
    _OPENED.append(side(model, texts))


def run_worker() -> None:
    _OPENED[0]()


def bulk(model: str, size: Size) -> Pairs:
    """Many texts in a process that has all loaded: one process a side, so that no library's threads wait beside the other's."""
    texts = load_corpus("goemotions:test").texts[: size.texts]
    context = get_context("spawn")

    def worker(side: Callable[[str, Sequence[str]], Callable[[], object]]) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, context, open_worker, (side, model, texts))

    with worker(open_affekt) as ours, worker(open_pipeline) as theirs:
        for side in (ours, theirs):
            side.submit(os.getpid).result()
        return in_pairs(
            size.bulk,
            lambda: ours.submit(run_worker).result(),
            lambda: theirs.submit(run_worker).result(),
        )


def whole_file(model: str, size: Size) -> Pairs:
    """Whole processes that label a csv."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "test.csv"), Path(folder, "out.csv")
        write_rows(source, load_corpus("goemotions:test").texts[: size.texts])
        files = ["-f", str(source), "-o", str(target)]
        return in_pairs(
            size.bulk,
            process(*labelling(model, *files, "--space", SPACE, "--overwrite", "--quiet")),
            process(str(HERE / "transformers_pipeline.py"), *files),
        )


def write_rows(path: Path, texts: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process over time.

    Args:
        rows: that it labelled.
        seconds: that it took.
        peak: highest resident size, in bytes, as the system counts it.
        samples: (seconds, bytes).
    """

    rows: int
    seconds: float
    peak: int
    samples: Sequence[tuple[float, int]]

    @property
    def halves(self) -> tuple[int, int]:
        """The highest sample of the first and the last half."""
        middle = self.seconds / 2
        first = max(size for at, size in self.samples if at <= middle)
        return first, max(size for at, size in self.samples if at > middle)

    @property
    def flat(self) -> bool:
        """Whether the last half stays within 5 % of the first."""
        first, last = self.halves
        return last <= first * RISE

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form, with some sixty of the samples."""
        step = max(1, len(self.samples) // 60)
        samples = [(round(at, 1), size) for at, size in self.samples[::step]]
        first, last = self.halves
        return {
            "rows": self.rows,
            "seconds": round(self.seconds, 1),
            "peak": self.peak,
            "first_half": first,
            "last_half": last,
            "flat": self.flat,
            "samples": samples,
        }


def large_texts(rows: int) -> list[str]:
    """Texts that repeat: every sixteenth part has 2,000 different ones, the others 64.

    The full parts set the peak, from the first to the last; the others let the run end in minutes.
    """
    texts = load_corpus("goemotions:test").texts[:DISTINCT]
    made: list[str] = []
    while len(made) < rows:
        part = len(made) // PART
        if part % ALL_DISTINCT_EVERY == 0:
            chosen = texts
        else:
            begin = part * REPEATED % DISTINCT
            chosen = (texts + texts)[begin : begin + REPEATED]
        made += (list(chosen) * (PART // len(chosen) + 1))[:PART]
    return made[:rows]


def memory(model: str, size: Size) -> Memory:
    """`affekt label` over a large csv, watched from outside."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "large.csv"), Path(folder, "out.csv")
        write_rows(source, large_texts(size.rows))
        files = ("-f", str(source), "-o", str(target), "--space", SPACE, "--quiet")
        return watched([sys.executable, *labelling(model, *files)], size.rows)


def watched(words: Sequence[str], rows: int) -> Memory:
    """Run a process and read its resident size ten times a second."""
    began = time.perf_counter()
    samples: list[tuple[float, int]] = []
    peak = 0
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:
            if sizes := resident(child.pid):
                samples.append((time.perf_counter() - began, sizes["VmRSS"]))
                peak = sizes["VmHWM"]
            time.sleep(0.1)
    if child.returncode:
        raise SystemExit(f"affekt label ended with {child.returncode}")
    return Memory(rows, time.perf_counter() - began, peak, samples)


def resident(pid: int) -> dict[str, int]:
    """Bytes that a process holds in memory now, and its most so far; empty when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    sizes = dict(line.split(":", 1) for line in lines)
    return {name: int(sizes[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM") if name in sizes}


def pair_row(name: str, pairs: Pairs, texts: int, aim: str) -> list[str]:
    """A line of the table of speed: seconds for one text, texts a second for many."""

    def side(seconds: Sequence[float]) -> str:
        if texts == 1:
            return f"{spread(seconds)} s"
        return f"{spread([texts / each for each in seconds], 0)} texts/s"

    return [
        name,
        side(pairs.affekt),
        side(pairs.transformers),
        spread(pairs.ratios, 1),
        aim,
        str(len(pairs.ratios)),
    ]


def memory_row(found: Memory) -> list[str]:
    first, last = found.halves
    return [
        f"{found.rows:,}",
        f"{found.seconds:.0f} s, {found.rows / found.seconds:,.0f} rows/s",
        f"{found.peak / 1e6:.0f} MB",
        f"< {LIMIT / 1e6:.0f} MB",
        f"{first / 1e6:.0f} and {last / 1e6:.0f} MB",
        "yes" if found.flat else "no",
    ]


SPEED_HEADER = ("what", "affekt", "transformers", "times faster", "aim", "pairs")
MEMORY_HEADER = ("rows", "time", "peak", "aim", "highest of first and last half", "flat")
NOTES = (
    "Median, lowest and highest. One text: seconds of a whole process. Many: GoEmotions' test texts, 28 labels; "
    "transformers in batches of 32 in the order of the corpus, float32, threads left to each library.",
    "Memory: resident size of the process, its highest as counted by the system; flat means that the last half "
    f"of the time stays within {100 * (RISE - 1):.0f} % of the first. Every sixteenth part of 2,048 rows has "
    f"{DISTINCT:,} different texts, the others {REPEATED}.",
)


def timed(model: str, size: Size, parts: Sequence[str]) -> tuple[Table, dict[str, Any]]:
    """Table and figures of the parts that are run in pairs."""
    rows: list[list[str]] = []
    figures: dict[str, Any] = {}
    for name, title, run, texts, aim in (
        ("cold", "one text, whole process", cold, 1, "≥ 8"),
        ("file", "csv to csv, whole process", whole_file, size.texts, "–"),
        ("bulk", "many texts, all loaded", bulk, size.texts, "≥ 3, better 5"),
    ):
        if name in parts:
            pairs = run(model, size)
            rows.append(pair_row(title, pairs, texts, aim))
            figures[name] = pairs.to_dict()
    return Table("", SPEED_HEADER, rows), figures


PAIRED = ("cold", "file", "bulk")
PARTS = (*PAIRED, "memory")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="small", help="a name or a model directory")
    parser.add_argument("--quick", action="store_true", help="small versions; nothing is written")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    asked = parser.parse_args()
    loaded = affekt.load(asked.model)
    facts = {"model": loaded.card["name"], "files": model_digest(loaded)}
    heading = f"model {facts['model']} ({facts['files']})"
    size = QUICK if asked.quick else Size()
    paired = [part for part in PAIRED if part in asked.only]
    if paired:
        table, figures = timed(asked.model, size, paired)
        record = Record(f"Speed beside transformers: {heading}", NOTES[:1], [table], {**facts, **figures})
        publish(record, "speed", written=len(paired) == len(PAIRED) and not asked.quick)
    if "memory" in asked.only:
        found = memory(asked.model, size)
        table = Table("", MEMORY_HEADER, [memory_row(found)])
        record = Record(
            f"Memory over a large file: {heading}", NOTES[1:], [table], {**facts, **found.to_dict()}
        )
        publish(record, "memory", written=not asked.quick)


def publish(record: Record, name: str, *, written: bool) -> None:
    """Write a result that is whole; show one that is not."""
    if written:
        record.write(name)
    else:
        record.show()


if __name__ == "__main__":
    main()
