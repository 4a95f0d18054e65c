"""How long it takes to explain a text, beside the time that it takes to label it.

    taskset -c 0 python benchmarks/explaining.py             # on one core
    taskset -c 0 python benchmarks/explaining.py --dry-run   # nothing is written

Texts of so many words are cut from GoEmotions' test split (tweets have about 20) and from ISEAR's, joined. Both are
timed in turn, after loading: seconds on the clock, and seconds of the processor, which other work on the machine
lengthens less. The runtime gets as many threads as the process may use cores.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from record import Record, Table, model_digest

import affekt
from affekt.corpora import load_corpus
from affekt.encoder import open_session
from affekt.models import Model, directory

WORDS = (5, 10, 20, 40, 100, 300)
TEXTS = 5
REPEATS = 3
AIM = 150


def texts_of(words: int) -> list[str]:
    """Texts of so many words, each from other sentences."""
    corpus = load_corpus("goemotions:test" if words <= 40 else "isear")
    stream = " ".join(item.text for item in corpus.items[:4000]).split()
    return [" ".join(stream[i * words : (i + 1) * words]) for i in range(TEXTS)]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def row(model: Model, words: int) -> tuple[list[str], dict[str, Any]]:
    """One length: parts, medians of explaining and labelling, and their ratio."""
    explained, labelled, parts = [], [], []
    for text in texts_of(words):
        for _ in range(REPEATS):
            labelled.append(timed(lambda text=text: model.predict([text])))
            explained.append(timed(lambda text=text: model.explain(text)))
        parts.append(len(model.explain(text).parts))
    clock, processor = (median(each[i] for each in explained) for i in (0, 1))
    ratio = median(a[1] / b[1] for a, b in zip(explained, labelled, strict=True))
    figures = {
        "words": words,
        "parts": median(parts),
        "clock_ms": clock,
        "processor_ms": processor,
        "ratio": ratio,
    }
    cells = [words, f"{median(parts):.0f}", f"{clock:.0f}", f"{processor:.0f}", f"{ratio:.1f}"]
    return list(map(str, cells)), figures


def main(arguments: Sequence[str] | None = None) -> None:
    """Time every length."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="small")
    parser.add_argument("--dry-run", action="store_true")
    asked = parser.parse_args(arguments)
    threads = len(os.sched_getaffinity(0))
    directory.open_session = lambda path: open_session(path, threads)
    model = affekt.load(asked.model)
    model.explain("This is only to warm up.")
    rows, figures = zip(*(row(model, words) for words in WORDS), strict=True)
    record = Record(
        f"Seconds to explain a text: model {model.name} ({model_digest(model)})",
        [f"Medians over {TEXTS} texts and {REPEATS} repetitions; aim: under {AIM} ms. {threads} threads."],
        [Table("", ("words", "parts", "ms", "ms of the processor", "times labelling"), rows)],
        {"lengths": figures},
    )
    if asked.dry_run:
        print(record.tables[0].markdown())
    else:
        record.write("explaining")


if __name__ == "__main__":
    main()
