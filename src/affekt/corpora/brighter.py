"""BRIGHTER (SemEval-2025 task 11): perceived emotions in 32 languages (Muhammad et al. 2025, Belay et al. 2025).

Parts are `<track>-<language>`: track `a` labels, `b` intensities 0–3, `c` labels without a train split.
`<track>-<language>-raters` are the same with `raters`, in the languages whose raters' answers were published.
"""

from __future__ import annotations

import numpy as np

from affekt.core import FloatArray, Item, LabelSpace, named_space
from affekt.corpora import brighter_raters, gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import subset

_FILES = published(
    "brighter",
    {
        "track_a.tar": "23afaf9f40046bc254a7da1dfb789b750dba1d686cb1d96acbccc6b792261629",
        "track_b.tar": "ad654de09e3729ca6b8f5ae1de0659b0a6ef1de846a680890562f3b2966eabb0",
        "track_c.tar": "c456099fca230136c2a2a30015aa0ed1e467d16c9b86ed16b87766bb3d959319",
    },
)
_INTENSITIES = brighter_raters.RATINGS
_RATERS = "raters"
_MISSING = {"eng": "disgust", "afr": "surprise"}

# Items of train, dev and test by language; 0 where there is no such file.
_A = {
    "afr": (1222, 98, 1065),
    "amh": (3549, 592, 1774),
    "arq": (901, 100, 902),
    "ary": (1608, 267, 812),
    "chn": (2642, 200, 2642),
    "deu": (2603, 200, 2604),
    "eng": (2768, 116, 2767),
    "esp": (1996, 184, 1695),
    "hau": (2145, 356, 1080),
    "hin": (2556, 100, 1010),
    "ibo": (2880, 479, 1444),
    "kin": (2451, 407, 1231),
    "mar": (2415, 100, 1000),
    "orm": (3442, 574, 1721),
    "pcm": (3728, 620, 1870),
    "ptbr": (2226, 200, 2226),
    "ptmz": (1546, 257, 776),
    "ron": (1241, 123, 1119),
    "rus": (2679, 199, 1000),
    "som": (3392, 566, 1696),
    "sun": (924, 199, 926),
    "swa": (3307, 551, 1656),
    "swe": (1187, 200, 1188),
    "tat": (1000, 200, 1000),
    "tir": (3681, 614, 1840),
    "ukr": (2466, 249, 2234),
    "vmw": (1551, 258, 777),
    "yor": (2992, 497, 1500),
}
_B = {
    "amh": (3549, 592, 1774),
    "arq": (901, 100, 902),
    "chn": (2642, 200, 2642),
    "deu": (2603, 200, 2604),
    "eng": (2768, 116, 2767),
    "esp": (1996, 184, 1695),
    "hau": (2145, 356, 1080),
    "ptbr": (2226, 200, 2226),
    "ron": (0, 123, 1119),
    "rus": (2220, 343, 650),
    "ukr": (2466, 249, 2234),
}
_C = {
    **{language: (0, dev, test) for language, (_, dev, test) in _A.items()},
    "ind": (0, 156, 851),
    "jav": (0, 151, 837),
    "xho": (0, 682, 1594),
    "zul": (0, 875, 2047),
}


def _space(track: str, language: str) -> LabelSpace:
    missing = _MISSING.get(language)
    labels = [name for name in named_space("brighter").names if name != missing]
    name = f"brighter-{language}" if missing else "brighter"
    if track == "b":
        return subset(f"{name}-intensity", "brighter", labels, "ordinal", _INTENSITIES)
    return subset(name, "brighter", labels)


def _part(track: str, language: str, counts: tuple[int, int, int], *raters: str) -> Part:
    return Part(
        _space(track, language),
        {
            split: Split(items, (*raters, f"track_{track}.tar"))
            for split, items in zip(("train", "dev", "test"), counts, strict=True)
            if items
        },
    )


def _parts() -> dict[str, Part]:
    tracks = {"a": _A, "b": _B, "c": _C}
    languages = [
        (track, language, counts) for track, x in tracks.items() for language, counts in sorted(x.items())
    ]
    sources = brighter_raters.SOURCES
    return {f"{track}-{x}": _part(track, x, counts) for track, x, counts in languages} | {
        f"{track}-{x}-{_RATERS}": _part(track, x, counts, sources[x])
        for track, x, counts in languages
        if track != "c" and x in sources
    }


_PARTS = _parts()


def read(data: DataFolder, part: str, split: str) -> Content:
    """Texts as published; a row of zeros is a text without any of the emotions.

    `raters` are of track `a` the share who gave an intensity above 0, of track `b` the shares who gave 0, 1, 2
    and 3; NaN where a text is not in the raters' file. All raters of the file count, also those of Marathi and
    Ukrainian, where gold was made from fewer or from more (`brighter_gold`).
    """
    track, language, *with_raters = part.split("-")
    space = _PARTS[part].space
    file = data.member(_FILES[f"track_{track}.tar"], f"track_{track}/{split}/{language}.csv")
    top = (space.levels or 2) - 1
    items, rows = [], []
    for line, (key, text, *cells) in file.csv_rows(("id", "text", *space.names)):
        rows.append([gold.integer(file, line, cell, 0, top) for cell in cells])
        items.append(Item(text, id=key))
    raters = _raters(data, language, items, space) if with_raters else None
    return Content(tuple(items), gold.table(rows, space), raters=raters)


def _raters(data: DataFolder, language: str, items: list[Item], space: LabelSpace) -> FloatArray:
    counts = brighter_raters.ratings(data, language).of(item.text for item in items)
    columns = [named_space("brighter").index(name) for name in space.names]
    shares = brighter_raters.shares(counts[:, columns])
    # NaN stays NaN: the shares of a cell that nobody rated are all NaN.
    return shares if space.kind == "ordinal" else shares[..., 1:].sum(axis=-1, dtype=np.float32)


PUBLICATION = Publication(
    name="brighter",
    what="short texts in 32 languages, perceived emotions by at least three native speakers, also as intensities",
    source="emotion-analysis-project/SemEval2025-Task11; Muhammad et al. 2025, Belay et al. 2025",
    licence="CC BY 4.0",
    ship=True,
    files={**_FILES, **brighter_raters.FILES},
    parts=_PARTS,
    default="a-eng",
    read=read,
)
