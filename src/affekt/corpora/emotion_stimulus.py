"""Emotion-Stimulus: sentences with an emotion and the marked span of its cause (Ghazi et al. 2015)."""

from __future__ import annotations

import re

from affekt.core import Evidence, Item, LabelSpace
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import renamed

_FILES = published(
    "emotion-stimulus", {"data.txt": "1265694f977e55b01c55d43c257775185cc0d59d7a37b1338106246a6cde5537"}
)
_SPACE = LabelSpace(
    "emotion-stimulus",
    renamed(
        {
            "happy": "joy",
            "anger": "anger",
            "fear": "fear",
            "sad": "sadness",
            "shame": "shame",
            "surprise": "surprise",
            "disgust": "disgust",
        }
    ),
    "single",
)
_SPLITS = {"all": Split(820, ("data.txt",))}
_LINE = re.compile(r"<(\w+)>(.*)<\\\1>\s*")
_OPEN, _CLOSE = "<cause>", r"<\cause>"


def read(data: DataFolder, part: str, split: str) -> Content:
    """Sentences without their marks; evidence is the cause's span. Tokens are spaced, as published.

    One sentence opens its mark twice and closes it once: the inner mark counts.
    """
    file = data.text(_FILES["data.txt"])
    items: list[Item] = []
    labels, evidence = [], []
    for line, content in file.lines():
        found = _LINE.fullmatch(content)
        if found is None:
            file.fail(line, r"<emotion>…<\emotion> expected around the sentence")
        before, close, after = found[2].partition(_CLOSE)
        before, opened, cause = before.rpartition(_OPEN)
        before = before.replace(_OPEN, "").lstrip()
        text = (before + cause + after).rstrip()
        if not opened or not close or not cause.strip() or "<" in text:
            file.fail(line, r"one <cause>…<\cause> expected in the sentence")
        start = len(before) + len(cause) - len(cause.lstrip())
        labels.append(gold.position(file, line, found[1], _SPACE))
        evidence.append(Evidence(len(items), 0, start, start + len(cause.strip()), _SPACE.names[labels[-1]]))
        items.append(Item(text, id=f"{line}"))
    return Content(tuple(items), gold.one_hot(labels, _SPACE), evidence=tuple(evidence))


PUBLICATION = Publication(
    name="emotion-stimulus",
    what="English sentences with one of seven emotions and the span of its cause (the part with causes)",
    source="Ghazi, Inkpen and Szpakowicz 2015 (CICLing), mirror nazem-Aldroubi/emotion-cause-extraction-dl-final-proj",
    licence="none stated",
    ship=False,
    files=_FILES,
    parts={"": Part(_SPACE, _SPLITS)},
    default="",
    read=read,
    caveats=("emotion words stand in the text: a list of words scores high",),
)
