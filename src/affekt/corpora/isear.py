"""ISEAR: students' reports of situations in which they felt one of seven emotions (Scherer and Wallbott)."""

from __future__ import annotations

import re

from affekt.core import Item, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder

_FILES = published("isear", {"isear.csv": "370110fff70a1e1d9e23b10cf6db1f64876120fa02276afe5916fbfeb038cdca"})
_SPACE = named_space("isear")
# Fields before the text and behind it (a state and an empty one); the text may hold the separator.
_BEFORE, _BEHIND = 40, 2
_PERSON, _NUMBER, _EMOTION, _KEY = 0, 11, 36, 39
_NO_ANSWER = {"[ No response.]", "NO RESPONSE.", "NO RESPONSE"}
_LINE_BREAK = re.compile(r" *á *")


def read(data: DataFolder, part: str, split: str) -> Content:
    """The 7,579 usable reports, groups are persons. Rows without an answer are left out.

    The data base's marks are undone: `á` and the separator inside a text stand for line breaks, `\\` and
    `\\"` for quotation marks.
    """
    file = data.text(_FILES["isear.csv"])
    items, groups, labels = [], [], []
    for line, content in file.lines():
        fields = content.split("|")
        if len(fields) <= _BEFORE + _BEHIND or fields[-1]:
            file.fail(line, f"43 or more |-separated fields expected, {len(fields)} found")
        if line == 1:
            continue
        text = _cleaned(" ".join(fields[_BEFORE:-_BEHIND]))
        label = gold.position(file, line, fields[_EMOTION], _SPACE)
        if str(label + 1) != fields[_NUMBER]:
            file.fail(line, f"emotion {fields[_EMOTION]!r} has number {fields[_NUMBER]!r}")
        if text in _NO_ANSWER:
            continue
        items.append(Item(text, id=fields[_KEY]))
        groups.append(fields[_PERSON])
        labels.append(label)
    return Content(tuple(items), gold.one_hot(labels, _SPACE), tuple(groups))


def _cleaned(text: str) -> str:
    text = _LINE_BREAK.sub(" ", text)
    # A text with quotation marks is wrapped in them; its opening mark is lost, its closing one is not.
    if "\\" in text:
        text = text.strip().strip('"').replace('\\"', '"').replace("\\", '"')
    return text.strip()


PUBLICATION = Publication(
    name="isear",
    what="students' reports of situations in which they felt the emotion asked for, one of seven",
    source="sinmaniphel/py_isear_dataset; Scherer and Wallbott 1994",
    licence="not stated for the data (free for research)",
    ship=False,
    files=_FILES,
    parts={"": Part(_SPACE, {"all": Split(7579, ("isear.csv",))})},
    default="",
    read=read,
)
