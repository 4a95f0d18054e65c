"""CovidET: Reddit posts on COVID-19, emotions marked by two annotators (Zhan, Sosea, Caragea and Li 2022).

The files hold no gold: part `any` takes what either annotator marks, `both` what both do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from affekt.core import FloatArray, Item
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.spaces import subset

_FILES = published(
    "covidet",
    {
        "train_anonymized-WITH_POSTS.json": "12058e8fed9659c2ed41300bd9aeb1b77912ee47e168d4d67cdf000d24ac64ac",
        "val_anonymized-WITH_POSTS.json": "9cbd21095c3c795fc7fb0c1fe40b2f07d7b1a0a6680faa5ded689f70165a7332",
        "test_anonymized-WITH_POSTS.json": "aea090f08e8805ea48af3b8cbd5f72a3ff9f8a61bea6994299cbb2780f04fb00",
        "CovidET_anonymized-WITH_POSTS.json": "adf74639760504b351dfe8242c5ef0ae9fee22136461b4983b2aa495e0f10b18",
    },
)
_SPACE = subset(
    "covidet", "plutchik", ("anger", "anticipation", "joy", "trust", "fear", "sadness", "disgust")
)
_SPLITS = {
    "train": Split(1200, ("train_anonymized-WITH_POSTS.json",)),
    "dev": Split(285, ("val_anonymized-WITH_POSTS.json",)),
    "test": Split(398, ("test_anonymized-WITH_POSTS.json",)),
}
_ANNOTATORS = 2
_NONE = "NA"
# The share of the two annotators that makes a label gold.
_NEEDED = {"any": 1 / _ANNOTATORS, "both": 1.0}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Posts as published; `raters` holds the share of the two annotators; ids are row numbers, not Reddit's."""
    file = data.text(_FILES[_SPLITS[split].files[0]])
    items: list[Item] = []
    marks: list[list[list[int]]] = [[] for _ in range(_ANNOTATORS)]
    for row, text, marked in _posts(file):
        items.append(Item(text, id=f"{split}:{row}"))
        for column, names in zip(marks, marked, strict=True):
            column.append(_positions(file, row, names))
    raters: FloatArray = np.stack([gold.many_hot(column, _SPACE) for column in marks]).mean(axis=0)
    return Content(tuple(items), (raters >= _NEEDED[part]).astype(np.float32), raters=raters)


def _posts(file: TextFile) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Row number, post, and the label names of each annotator."""
    document = file.as_json()
    if not isinstance(document, dict):
        file.fail(1, "a JSON object of posts expected")
    for row, post in document.items():
        try:
            text, answers = post["Reddit Post"], post["Annotations"].values()
            marked = [[str(entry["Emotion"]) for entry in entries] for entries in answers]
        except (KeyError, TypeError, AttributeError):
            file.fail(_line(file, row), f"post {row} is not of the published form")
        if len(marked) != _ANNOTATORS or not isinstance(text, str):
            file.fail(_line(file, row), f"post {row} needs a text and {_ANNOTATORS} annotations")
        yield row, text, marked


def _positions(file: TextFile, row: str, names: list[str]) -> list[int]:
    """Columns of the labels that one annotator marked; `NA` marks none."""
    for name in names:
        if name != _NONE and name not in _SPACE:
            # The line is looked for only now: finding it means reading the text again.
            gold.position(file, _line(file, row), name, _SPACE)
    return [_SPACE.index(name) for name in names if name != _NONE]


def _line(file: TextFile, row: str) -> int:
    """Line on which a post begins."""
    return file.text.count("\n", 0, max(file.text.find(f'"{row}": {{'), 0)) + 1


PUBLICATION = Publication(
    name="covidet",
    what="English Reddit posts on COVID-19, seven of Plutchik's emotions marked by two annotators each",
    source="honglizhan/CovidET; Zhan, Sosea, Caragea and Li 2022 (EMNLP)",
    licence="none stated",
    ship=False,
    files=_FILES,
    parts={part: Part(_SPACE, _SPLITS) for part in _NEEDED},
    default="any",
    read=read,
)
