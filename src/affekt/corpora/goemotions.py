"""GoEmotions: Reddit comments with 27 emotions and neutral, several a comment (Demszky et al. 2020)."""

from __future__ import annotations

from affekt.core import Item, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.mappings import EKMAN_NEUTRAL, SENTIMENT_AMBIGUOUS, mapping

_FILES = published(
    "goemotions",
    {
        "train.tsv": "1c254a142be5c00e80d819b9ae1bbd36d94b2eeb8f4b1271846508d57e57d9c5",
        "dev.tsv": "575489c079c9de1097062a01738f998590d6b7ead66dd1c9fd1d2ba01fd8bc62",
        "test.tsv": "0587b2dd8b27b97352adbfc3fb083d46005c8946657fdc2b1ca8b1cc7f1f8be4",
        "emotions.txt": "45c3ef86782d2a4d7fedcd6d8c111aa0d0e94720689bd164fac94fefb4495a89",
        "ekman_mapping.json": "d6b1fea382917c1685c42e1324a0344106be9390f52a3850ce032656d103a328",
        "sentiment_dict.json": "801f6f028082141bd38541a4b14d65b33bdc55d29c7b2aaa029fefecf206f76b",
    },
)
_SPACE = named_space("goemotions")
_SPLITS = {
    "train": Split(43410, ("train.tsv",)),
    "dev": Split(5426, ("dev.tsv",)),
    "test": Split(5427, ("test.tsv",)),
}
_PARTS = {
    "full": Part(_SPACE, _SPLITS),
    "ekman": Part(EKMAN_NEUTRAL, _SPLITS),
    "sentiment": Part(SENTIMENT_AMBIGUOUS, _SPLITS),
}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Texts as published; ids are comment ids. Label ids are positions in `emotions.txt`."""
    file = data.text(_FILES[f"{split}.tsv"])
    known = {str(i): i for i in range(len(_SPACE))}
    items, rows = [], []
    # Texts hold unbalanced quotation marks: the files are cut at tabs alone.
    for line, (text, labels, comment) in file.tab_rows(3):
        try:
            rows.append([known[x] for x in labels.split(",")])
        except KeyError as error:
            file.fail(line, f"label id {error.args[0]!r} is unknown (known: 0 to {len(_SPACE) - 1})")
        items.append(Item(text, id=comment))
    full = gold.many_hot(rows, _SPACE)
    space = _PARTS[part].space
    values = full if space is _SPACE else mapping(_SPACE, space.name).apply(full)
    return Content(tuple(items), values)


PUBLICATION = Publication(
    name="goemotions",
    what="English Reddit comments, labels that at least two raters chose: 27 emotions and neutral",
    source="google-research/google-research: goemotions; Demszky et al. 2020 (ACL)",
    licence="CC BY 4.0",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="full",
    read=read,
)
