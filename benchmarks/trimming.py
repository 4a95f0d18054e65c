"""How much of the vocabulary a multilingual model needs: size against agreement with the whole one.

    python benchmarks/trimming.py
    python benchmarks/trimming.py --most 5       # so many texts a language; nothing is written

Word embeddings are frozen, so one text tower reads with any vocabulary: `multilingual` is loaded with vocabularies that
are cut in several ways, and with numbers of 8 and 4 bits, and compared with itself over the whole one. Texts are BRIGHTER's
test texts, which no vocabulary was cut by, and Finnish subtitle lines, a language without training texts but synthetic ones.
No labels are read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from multilingual import LANGUAGES
from record import Record, Table, put_on_card
from safetensors.numpy import save_file

from affekt.core import LabelSpace
from affekt.corpora import load_corpus
from affekt.models import find, load, read_manifest
from affekt.text import Normalizer
from affekt.training import (
    Backbone,
    find_backbone,
    frequent_words,
    read_recipe,
    read_training_data,
    trim,
    trim_like,
)

BASIC: Final = LabelSpace.of(("anger", "disgust", "fear", "joy", "sadness", "surprise"))
MEGABYTE: Final = 1e6
TEXTS: Final = 100  # of a language
SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Read:
    """What a model makes of the texts: vectors `[texts, width]`, decisions `[texts, labels]`, pieces of each text."""

    vectors: np.ndarray
    decided: np.ndarray
    pieces: list[tuple[str, ...]]


def texts_to_read(most: int) -> list[str]:
    """Different texts of each language, drawn by chance, one language after another."""
    rng = np.random.default_rng(SEED)
    found: list[str] = []
    for name in [*(f"brighter/a-{language}:test" for language in LANGUAGES), "xed/fi"]:
        texts = list(dict.fromkeys(item.text for item in load_corpus(name).items))
        found += [texts[i] for i in rng.choice(len(texts), min(most, len(texts)), replace=False)]
    return found


def vocabularies() -> list[tuple[str, Backbone]]:
    """Backbones by how their vocabulary was cut, the whole one first."""
    whole = find_backbone("multilingual-e5-small")
    recipe, normalizer = read_recipe("multilingual", {}), Normalizer()
    read = read_training_data(recipe, normalizer, None, None)
    texts = [text.text for text in (*read.texts, *read.held_out)]
    cache = Path(tempfile.mkdtemp())
    found = [("all", whole)]
    for seen in (3, 1):
        found.append((f"what {seen} or more of the training texts use", trim(whole, texts, cache, seen)))
    for count in (2000, 5000, 10_000):
        words = frequent_words(recipe.languages, count) * 3
        found.append(
            (f"the first of these, and {count:,} words a language", trim(whole, [*texts, *words], cache, 3))
        )
    found.append(
        (
            "bundled: the same with 5,000, names of labels, dev texts",
            trim_like(whole, find("multilingual"), cache),
        )
    )
    return found


def model_with(backbone: Backbone, folder: Path) -> Path:
    """`multilingual` over the vocabulary of a backbone."""
    shutil.copytree(find("multilingual"), folder)
    (folder / "tokenizer.json").write_bytes((backbone.folder / "tokenizer.json").read_bytes())
    save_file(backbone.words(backbone.encoder()).tensors(), folder / "words.safetensors")
    unchecked = {
        name: digest for name, digest in read_manifest(folder)["files"].items() if name not in CHANGED
    }
    put_on_card(folder, files=unchecked)
    return folder


CHANGED: Final = ("tokenizer.json", "words.safetensors")


def read(folder: Path, texts: Sequence[str]) -> Read:
    """The texts as a model directory reads them."""
    model = load(folder)
    normal = [Normalizer()(text) for text in texts]
    encoded = model.scorer.text.encode(normal)  # type: ignore[attr-defined]
    said = model.predict(list(texts), space=BASIC)
    decided = np.array([[name in p.labels for name in BASIC.names] for p in said])
    assert encoded.pieces is not None
    return Read(encoded.states, decided, [tuple(row) for row in encoded.pieces])


def megabytes(folder: Path, name: str) -> float:
    """Size of a file, compressed as in a wheel."""
    return len(gzip.compress((folder / name).read_bytes())) / MEGABYTE


def agreement(one: Read, whole: Read) -> dict[str, float]:
    """Share of texts in the same pieces, cosine of vectors, share of decisions that are the same."""
    norms = np.linalg.norm(one.vectors, axis=1) * np.linalg.norm(whole.vectors, axis=1)
    cosine = (one.vectors * whole.vectors).sum(axis=1) / norms
    return {
        "same pieces": float(np.mean([a == b for a, b in zip(one.pieces, whole.pieces, strict=True)])),
        "cosine, mean": float(cosine.mean()),
        "cosine, 1st percentile": float(np.percentile(cosine, 1)),
        "same decisions": float((one.decided == whole.decided).mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=0, help="texts a language; nothing is written")
    asked = parser.parse_args()
    texts = texts_to_read(asked.most or TEXTS)
    figures: dict[str, Any] = {}
    whole: Read | None = None
    with tempfile.TemporaryDirectory() as temporary:
        for number, (name, backbone) in enumerate(vocabularies()):
            for bits in (4, 8):
                folder = model_with(replace(backbone, word_bits=bits), Path(temporary) / f"{number}-{bits}")
                told = read(folder, texts)
                whole = told if whole is None else whole
                figures[f"{name}, {bits} bits"] = {
                    "pieces": backbone.tokenizer.get_vocab_size(),
                    "bits": bits,
                    "words, MB": megabytes(folder, "words.safetensors"),
                    "tokenizer, MB": megabytes(folder, "tokenizer.json"),
                    **agreement(told, whole),
                }
                print(name, bits, json.dumps(figures[f"{name}, {bits} bits"]), flush=True)
                shutil.rmtree(folder)
    rows = [
        (
            name.rsplit(",", 1)[0],
            f"{figure['pieces']:,}",
            figure["bits"],
            f"{figure['words, MB'] + figure['tokenizer, MB']:.1f}",
            f"{100 * figure['same pieces']:.1f} %",
            f"{figure['cosine, mean']:.4f}",
            f"{figure['cosine, 1st percentile']:.3f}",
            f"{100 * figure['same decisions']:.2f} %",
        )
        for name, figure in figures.items()
    ]
    notes = (
        f"`multilingual` with other vocabularies, {len(texts):,} texts. Beside the whole vocabulary at 4 bits, which is what the "
        "backbone's package has: texts that fall into the same pieces, cosine of the text tower's states, and decisions on six "
        "labels by their names that are the same. Sizes are of `words.safetensors` and `tokenizer.json`, compressed as in a wheel.",
    )
    header = (
        "pieces kept",
        "pieces",
        "bits",
        "MB",
        "same pieces",
        "cosine, mean",
        "1st percentile",
        "same decisions",
    )
    record = Record(
        "Size of the vocabulary against agreement",
        notes,
        [Table("", header, rows)],
        {"vocabularies": figures},
    )
    if asked.most:
        record.show()
    else:
        record.write("trimming")


if __name__ == "__main__":
    main()
