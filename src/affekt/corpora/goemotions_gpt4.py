"""GPT-4's choice among GoEmotions' labels for its dev and test texts (Niu, Jaiswal and Mower Provost 2024).

Gold is what GPT-4 answered, not what people chose: for the agreement of people with a large language model.
"""

from __future__ import annotations

from affekt.core import Item, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder

_NAMES = {
    "dev": "goemotions_complete_val_annotations.csv",
    "test": "goemotions_complete_test_annotations.csv",
}
_FILES = published(
    "goemotions-gpt4-labels",
    {
        _NAMES["dev"]: "c29d2cb9421679b3e58acc75b9f857fb5e726fb5406cfcc267549765100981fe",
        _NAMES["test"]: "41daba8e94f1cae457e4453afa5a52e3705d7cdb3606336c82812e451c35a5bf",
    },
)
_SPACE = named_space("goemotions")


def _part(dev: int, test: int) -> Part:
    return Part(_SPACE, {"dev": Split(dev, (_NAMES["dev"],)), "test": Split(test, (_NAMES["test"],))})


_PARTS = {"full": _part(5426, 5427), "answered": _part(5289, 5283)}
_FAILED = "FAILED_ANNOTATION_"


def read(data: DataFolder, part: str, split: str) -> Content:
    """GoEmotions' texts and comment ids, in its order.

    Texts that GPT-4 gave no usable answer for have no label in part `full`, and are left out of `answered`.
    """
    file = data.text(_FILES[_NAMES[split]])
    items, rows = [], []
    for line, (_, text, key, _, _, answer) in file.csv_rows(
        ("", "text", "id", "label", "human_label", "gpt_label")
    ):
        failed = answer.startswith(_FAILED)
        if failed and part == "answered":
            continue
        names = [] if failed else answer.split(",")
        rows.append([gold.position(file, line, name, _SPACE) for name in names])
        items.append(Item(text, id=key))
    return Content(tuple(items), gold.many_hot(rows, _SPACE))


PUBLICATION = Publication(
    name="goemotions-gpt4-labels",
    what="GPT-4's zero-shot choice among the 28 labels for GoEmotions' dev and test comments",
    source="chailab-umich/GPT-4-Emotion-Annotation; Niu, Jaiswal and Mower Provost 2024",
    licence="none stated; texts as goemotions",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="full",
    read=read,
)
