"""EmoBank: sentences of seven genres with valence, arousal and dominance (Buechel and Hahn 2017).

Parts: `mean` of both perspectives weighted by raters, `reader` and `writer`. The split is that of `mean`.
"""

from __future__ import annotations

import numpy as np

from affekt.core import FloatArray, Item, Label, LabelSpace, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder

_FILES = published(
    "emobank",
    {
        "emobank.csv": "1ade4a4a453e880c0f39d0536d2b355e8a716e0cf88236c64cdb4d438cf9605b",
        "reader.csv": "d5398f14afde4f02d3a335393b60fc4a45d03dc5ab65b6909c7c31a633dec175",
        "writer.csv": "311d895d21b1047cc875a9b082e1c3e17df548011d2dec8227cf3a53b0c34e0a",
        "individual_reader_ratings.csv": "059bdadbdc1179b29c168b96f1e0c0a31fc2b0bab5e4103bf6cf3b3e6d53e7bf",
        "individual_writer_ratings.csv": "b6bf5a793b4ecd668b521155fdfa9dcb1920d21a8a1b608024e96a755bb3f706",
        "raw.csv": "27e5218df8e6fd8c66ec997accf467889be5b7c18948d649a21f718c7f53215c",
        "meta.tsv": "c848266476711a3fb68395b9907ef574e60289ad916c8db79b7ea2e62ab62e0e",
        "raw.tsv": "56d35c63f00aab782cccf20f315092c574b3dd05b5e09a6417781eecbf6d48ed",
        "reader.tsv": "e83282d28eaa13ce4d851c0a759e6635b9ac83c3d1ac5d2a2f0abec6cab98157",
        "writer.tsv": "914b7426ccdd49c7f31683ab1641a9eff732b0b9984cb605404853ee3e25620e",
    },
)
_SPACE = LabelSpace(
    "emobank",
    (
        *named_space("valence-arousal").labels,
        Label("dominance", "how much in control the expressed feeling is, from overpowered to in control"),
    ),
    "dimensional",
    range=(1, 5),
)
_COUNTS = {"train": 8062, "dev": 1000, "test": 1000}
_RATINGS = 5
# The published means leave ratings of 1 on all three axes out: without them every mean and number of raters of
# both perspectives comes out as published, with them only four in five do.
_LEFT_OUT = [1, 1, 1]
# Part → files of single ratings; the mean is that of both perspectives.
_RATERS = {
    "mean": ("individual_reader_ratings.csv", "individual_writer_ratings.csv"),
    "reader": ("individual_reader_ratings.csv",),
    "writer": ("individual_writer_ratings.csv",),
}


def _part(*files: str) -> Part:
    return Part(_SPACE, {split: Split(items, files) for split, items in _COUNTS.items()})


_PARTS = {
    "mean": _part("emobank.csv", *_RATERS["mean"]),
    "reader": _part("reader.csv", "emobank.csv", *_RATERS["reader"]),
    "writer": _part("writer.csv", "emobank.csv", *_RATERS["writer"]),
}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Sentences as published, values 1–5, ids of the corpus.

    `raters` are the shares of 1, 2, 3, 4 and 5, None unless the files of single ratings are at hand. Their means are
    the published ones.
    """
    file = data.text(_FILES["emobank.csv"])
    perspective = None if part == "mean" else _perspective(data, part)
    items, rows = [], []
    for line, (key, where, *cells, text) in file.csv_rows(("id", "split", "V", "A", "D", "text")):
        if where not in _COUNTS:
            file.fail(line, f"split {where!r} is unknown (known: {', '.join(_COUNTS)})")
        if where != split:
            continue
        if perspective is None:
            rows.append([gold.number(file, line, cell, 1, 5) for cell in cells])
        elif key in perspective:
            rows.append(perspective[key])
        else:
            file.fail(line, f"id {key!r} is not in {part}.csv")
        items.append(Item(text, id=key))
    raters = _raters(data, part, [str(item.id) for item in items])
    return Content(tuple(items), gold.table(rows, _SPACE), raters=raters)


def _raters(data: DataFolder, part: str, keys: list[str]) -> FloatArray | None:
    """Float32 `[items, labels, ratings]`, NaN where a sentence was not rated."""
    if any(data.find(_FILES[name]) is None for name in _RATERS[part]):
        return None
    row_of = {key: row for row, key in enumerate(keys)}
    counts = np.zeros((len(keys), len(_SPACE), _RATINGS), dtype=np.float32)
    rows: list[int] = []
    levels: list[list[int]] = []
    for name in _RATERS[part]:
        file = data.text(_FILES[name])
        for line, (key, *cells) in file.csv_rows(("id", "V", "A", "D")):
            row = row_of.get(key)
            if row is None:  # of another split
                continue
            ratings = [gold.integer(file, line, cell, 1, _RATINGS) for cell in cells]
            if ratings != _LEFT_OUT:
                rows.append(row)
                levels.append(ratings)
    if rows:
        axes = np.arange(len(_SPACE))
        np.add.at(counts, (np.asarray(rows)[:, None], axes, np.asarray(levels) - 1), 1)
    asked = counts.sum(axis=-1, keepdims=True)
    return np.where(asked > 0, counts / np.maximum(asked, 1), np.nan).astype(np.float32)


def _perspective(data: DataFolder, part: str) -> dict[str, list[float]]:
    """Id → valence, arousal, dominance of one perspective."""
    file = data.text(_FILES[f"{part}.csv"])
    rows = file.csv_rows(("id", "V", "A", "D", "stdV", "stdA", "stdD", "N"))
    return {fields[0]: [gold.number(file, line, cell, 1, 5) for cell in fields[1:4]] for line, fields in rows}


PUBLICATION = Publication(
    name="emobank",
    what="English sentences of seven genres, valence, arousal and dominance from 1 to 5 by readers and writers",
    source="JULIELab/EmoBank; Buechel and Hahn 2017 (EACL)",
    licence="CC BY-SA 4.0",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="mean",
    read=read,
)
