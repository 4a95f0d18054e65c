"""XED: movie subtitle lines with Plutchik's eight emotions (Öhman, Pàmies, Kajava and Tiedemann 2020).

English and Finnish were labelled by people; German, Spanish and French labels are projected.
"""

from __future__ import annotations

from collections.abc import Iterator

from affekt.core import Item, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile

_FILES = published(
    "xed",
    {
        "en-annotated.tsv": "26ac0254fbdb8b09cf2b00d44041d9084ece31bd200ae7c0e0662fbd8b037d98",
        "fi-annotated.tsv": "0b5ba26b2636c3a773b77a12b1b6a86a0b6ad49c6a50572ac43868d443992392",
        "neu_en.txt": "6e8b38af83b80fb64ec1139007973b1f09ec16d48549e82de22423cdba259f08",
        "neu_fi.txt": "05634a802d7ceb34b17a78c04bf240714b8b814524892cef85ffe67223e4c777",
        "de-projections.tsv": "9043be088b835643bb752a9f252809ac4d029ae5edbfee8fe45eae2c19e1443b",
        "es-projections.tsv": "5e857aa6e4a09e5dd7e2029439fac60d555a452d8b5ead099f1be7ee7ea3c38e",
        "fr-projections.tsv": "261c9ed2de974d8e38882699825bd2905ae0482c620dd15200bc5f43055b04b6",
    },
)
_SPACE = named_space("plutchik")
_SOURCES = {
    "en": ("en-annotated.tsv", 17528),
    "fi": ("fi-annotated.tsv", 14449),
    "de": ("de-projections.tsv", 5500),
    "es": ("es-projections.tsv", 11302),
    "fr": ("fr-projections.tsv", 7303),
    "neutral-en": ("neu_en.txt", 9674),
    "neutral-fi": ("neu_fi.txt", 10794),
}
_PROJECTED = {"de", "es", "fr"}
_PARTS = {part: Part(_SPACE, {"all": Split(items, (name,))}) for part, (name, items) in _SOURCES.items()}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Texts as published; ids are line numbers from 0. The `neutral-…` parts hold lines without emotion."""
    file = data.text(_FILES[_SOURCES[part][0]])
    lines = _neutral(file) if part.startswith("neutral-") else _labelled(file, part in _PROJECTED)
    items, rows = [], []
    for line, text, labels in lines:
        items.append(Item(text, id=str(line - 1)))
        rows.append(labels)
    return Content(tuple(items), gold.many_hot(rows, _SPACE))


def _labelled(file: TextFile, projected: bool) -> Iterator[tuple[int, str, list[int]]]:
    """Line number, text, positions of its labels, which are numbered from 1."""
    for line, content in file.lines():
        fields = content.split("\t")
        if len(fields) == 2:
            # The published lists have a space behind the comma.
            numbers = [x.strip() for x in fields[1].split(",")]
            yield line, fields[0], [gold.integer(file, line, x, 1, len(_SPACE)) - 1 for x in numbers]
        elif not projected:
            file.fail(line, f"2 tab-separated fields expected, {len(fields)} found")
        # Projected files have rests of subtitle files between their rows, which are not counted as texts.


def _neutral(file: TextFile) -> Iterator[tuple[int, str, list[int]]]:
    """Line number, text, no labels; the text is the second of two or five fields."""
    for line, content in file.lines():
        fields = content.split("\t")
        if len(fields) < 2:
            file.fail(line, "two or more tab-separated fields expected, one found")
        if fields[1]:
            yield line, fields[1], []


PUBLICATION = Publication(
    name="xed",
    what="movie subtitle lines with Plutchik's eight emotions, English and Finnish by hand, others projected",
    source="Helsinki-NLP/XED; Öhman, Pàmies, Kajava and Tiedemann 2020 (COLING)",
    licence="CC BY 4.0",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="en",
    read=read,
)
