"""What each precision of the encoder's graph costs and gains: size, speed, agreement, independence of the batch.

    python benchmarks/quantisation.py
    python benchmarks/quantisation.py --texts 64 --repeats 1     # a trial; nothing is written

The encoder is plain MiniLM, texts are GoEmotions' dev split, ranges for `int8-static` come from its train split;
all from AFFEKT_DATA. Repetitions of all precisions and of the pipeline of `transformers_pipeline.py` are interleaved,
so that a busy machine favours none. Timed are tokens and states of all texts, in batches of equal length.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import transformers_pipeline
from record import Record, Table

from affekt.core import FloatArray
from affekt.corpora import load_corpus
from affekt.encoder import WordTable, open_session, unit
from affekt.training.backbone import MINILM, Backbone, embed_all, find_backbone
from affekt.training.calibration import calibrate
from affekt.training.graph import BertShape, Precision, bert_graph

SEED = 0
TEXTS, REPEATS = 2000, 5
CALIBRATION = 400
POSITIONS = 128
BATCH = 64
PRECISIONS: tuple[Precision, ...] = (
    "float32",
    "int8-dynamic",
    "int8-rows",
    "int8-static",
    "int8-blocks",
    "int4-blocks",
)
assert set(PRECISIONS) == set(get_args(Precision))


@dataclass(frozen=True, slots=True)
class Graph:
    """An encoder in one precision.

    Args:
        data: the serialised graph.
        session: that runs it.
        words: word embeddings.
    """

    data: bytes
    session: Any
    words: WordTable

    def states(self, ids: Sequence[Sequence[int]], batch: int = BATCH) -> FloatArray:
        """Unit means of token states, `[texts, width]`, batched by equal length."""
        lengths: dict[int, list[int]] = {}
        for i, text in enumerate(ids):
            lengths.setdefault(len(text), []).append(i)
        states = np.zeros((len(ids), self.words.codes.shape[1]), np.float32)
        for members in lengths.values():
            for start in range(0, len(members), batch):
                rows = members[start : start + batch]
                words = self.words.lookup(np.array([ids[i] for i in rows]))
                states[rows] = self.session.run(["state"], {"words": words})[0]
        return unit(states)


def word_table(table: FloatArray) -> WordTable:
    """Word embeddings as a model directory stores them, 8 bits each."""
    scale = (np.maximum(np.abs(table).max(axis=1), 1e-8) / 127).astype(np.float32)
    return WordTable(np.rint(table / scale[:, None]).astype(np.int8), scale)


def graphs(backbone: Backbone, encoder: Any) -> dict[str, Graph]:
    """The encoder in every precision, on one word table."""
    config = encoder.config
    shape = BertShape(
        config.num_hidden_layers,
        config.num_attention_heads,
        config.hidden_size,
        POSITIONS,
        config.layer_norm_eps,
    )
    weights = {name: t.numpy() for name, t in encoder.state_dict().items() if t.is_floating_point()}
    words = word_table(weights["embeddings.word_embeddings.weight"])
    rng = np.random.default_rng(SEED)
    train = load_corpus("goemotions:train").texts
    chosen = [train[i] for i in rng.permutation(len(train))[:CALIBRATION]]
    ranges = calibrate(encoder, backbone.token_ids(chosen, POSITIONS))
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        for precision in PRECISIONS:
            data = bert_graph(weights, shape, precision, ranges)
            path = Path(folder, f"{precision}.onnx")
            path.write_bytes(data)
            made[precision] = Graph(data, open_session(path), words)
    return made


def interleaved(runs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each run; every repetition runs all, in an order of its own."""
    rng = np.random.default_rng(SEED)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(repeats):
        for name in rng.permutation(list(runs)).tolist():
            began = time.perf_counter()
            runs[name]()
            seconds[name].append(time.perf_counter() - began)
    return seconds


def agreement(
    graph: Graph, ids: Sequence[Sequence[int]], exact: FloatArray, labels: FloatArray
) -> dict[str, float]:
    """Cosine to float32 states, and the largest change of a label cosine with the batch."""
    states = graph.states(ids)
    cosines = (states * exact).sum(axis=1)
    moved = np.abs(graph.states(ids, batch=1) @ labels.T - states @ labels.T).max()
    return {"cosine_min": float(cosines.min()), "cosine_mean": float(cosines.mean()), "batch": float(moved)}


def measure(texts: Sequence[str], repeats: int) -> dict[str, Any]:
    """All figures, by precision; `pipeline` has seconds alone."""
    backbone = find_backbone(MINILM)
    encoder = backbone.encoder()
    ids = backbone.token_ids(texts, POSITIONS)
    exact = embed_all(encoder, ids, BATCH).numpy()
    names = load_corpus("goemotions:dev").space.names
    labels = embed_all(encoder, backbone.token_ids(names, POSITIONS), BATCH).numpy()
    made = graphs(backbone, encoder)
    pipe = transformers_pipeline.build()

    def run(graph: Graph) -> Callable[[], object]:
        return lambda: graph.states(backbone.token_ids(texts, POSITIONS))

    runs = {name: run(graph) for name, graph in made.items()}
    seconds = interleaved({**runs, "pipeline": lambda: transformers_pipeline.label(pipe, texts)}, repeats)
    found: dict[str, Any] = {
        name: {
            "bytes": len(graph.data),
            "gzip_bytes": len(gzip.compress(graph.data, 9)),
            "seconds": seconds[name],
            **agreement(graph, ids, exact, labels),
        }
        for name, graph in made.items()
    }
    words = made["float32"].words
    table = words.codes.tobytes() + words.scale.tobytes()
    found["words"] = {"bytes": len(table), "gzip_bytes": len(gzip.compress(table, 9))}
    found["pipeline"] = {"seconds": seconds["pipeline"]}
    return found


def rows(found: Mapping[str, Any], texts: int) -> list[list[str]]:
    """The table, a line a precision; speeds are those of the fastest repetition, which other work disturbs least."""
    best = {name: min(figures["seconds"]) for name, figures in found.items() if "seconds" in figures}
    middle = {name: float(np.median(found[name]["seconds"])) for name in best}
    return [
        [
            name,
            f"{found[name]['bytes'] / 1e6:.1f}",
            f"{found[name]['gzip_bytes'] / 1e6:.1f}",
            f"{texts / best[name]:.0f} ({texts / middle[name]:.0f})",
            f"{best['float32'] / best[name]:.2f} ({middle['float32'] / middle[name]:.2f})",
            f"{best['pipeline'] / best[name]:.1f} ({middle['pipeline'] / middle[name]:.1f})",
            f"{found[name]['cosine_min']:.4f}",
            f"{found[name]['cosine_mean']:.4f}",
            f"{found[name]['batch']:.1e}",
        ]
        for name in PRECISIONS
    ]


HEADER = (
    "precision",
    "MB",
    "MB gzip",
    "texts/s",
    "× float32",
    "× pipeline",
    "cosine min",
    "cosine mean",
    "change with the batch",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=TEXTS, help="so many texts")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="so often")
    asked = parser.parse_args()
    texts = load_corpus("goemotions:dev").texts[: asked.texts]
    found = measure(texts, asked.repeats)
    words = found["words"]
    notes = (
        f"{len(texts):,} texts. Speed: of the fastest of {asked.repeats} interleaved repetitions, which other work "
        "on the machine disturbs least, and of the middle one; "
        "`pipeline` is transformers in float32, batches of 32. Cosine: of a text's state to that of torch in "
        "float32 with float32 word embeddings; every line here reads word embeddings of 8 bits, so `float32` shows "
        f"what these cost alone. They are stored once for both towers: {words['bytes'] / 1e6:.1f} MB, "
        f"{words['gzip_bytes'] / 1e6:.1f} MB with gzip, not counted here.",
        f"Change with the batch: the largest difference that any text's cosine with any of GoEmotions' 28 labels has "
        f"between the text alone and the text in a batch of up to {BATCH} of its length.",
    )
    record = Record(
        "Precisions of the encoder", notes, [Table("", HEADER, rows(found, len(texts)))], found, SEED
    )
    if asked.texts < TEXTS or asked.repeats < REPEATS:
        record.show()
    else:
        record.write("quantisation")


if __name__ == "__main__":
    main()
