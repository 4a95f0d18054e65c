"""Event2Mind: short events with free-text reactions (Rashkin, Sap, Allaway, Smith and Choi 2018)."""

from __future__ import annotations

import json

from affekt.core import Item, LabelSpace
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile

_FILES = published(
    "event2mind",
    {
        "train.csv": "d0dee8ed1ef617b44939fed45822cdaa694bb6b7f1dad6318d9c73938055ec08",
        "dev.csv": "bad89e5b961d0b24d837429c1f32e81a95fc8b545b06ab9e9684261b73fe0ba1",
        "test.csv": "7e850992d05bd2dbd9899cb141624d85bdbf606f25472b1ac9b8fde9fb4281b8",
    },
)
_SPLITS = {
    "train": Split(46472, ("train.csv",)),
    "dev": Split(5401, ("dev.csv",)),
    "test": Split(5221, ("test.csv",)),
}
_COLUMNS = {"person-x": 3, "others": 4}
_PARTS = {part: Part(LabelSpace("event2mind", (), "open"), _SPLITS) for part in _COLUMNS}
_HEADER = ("Source", "Event", "Xintent", "Xemotion", "Otheremotion", "Xsent", "Osent")


def read(data: DataFolder, part: str, split: str) -> Content:
    """One item a row, that is a worker's answer; groups are events. No gold: descriptors as published.

    Part `person-x`: what the person who acts feels; `others`: what other people feel. `none` is an answer.
    """
    file = data.text(_FILES[f"{split}.csv"])
    items: list[Item] = []
    groups, descriptors = [], []
    for line, fields in file.csv_rows(_HEADER):
        items.append(Item(fields[1], id=f"{split}:{len(items)}"))
        groups.append(fields[1])
        descriptors.append(_strings(file, line, fields[_COLUMNS[part]]))
    return Content(tuple(items), groups=tuple(groups), descriptors=tuple(descriptors))


def _strings(file: TextFile, line: int, cell: str) -> tuple[str, ...]:
    try:
        values = json.loads(cell)
    except json.JSONDecodeError:
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        file.fail(line, f"a JSON list of strings expected, {cell!r} found")
    return tuple(values)


PUBLICATION = Publication(
    name="event2mind",
    what="short English events with free-text emotions of the person who acts and of others, a row a worker",
    source="uwnlp/event2mind; Rashkin, Sap, Allaway, Smith and Choi 2018 (ACL)",
    licence="MIT (with its name fields not filled in)",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="person-x",
    read=read,
)
