"""EmoContext: three-turn chats of a user and a bot, the third turn's emotion (Chatterjee et al. 2019)."""

from __future__ import annotations

from affekt.core import Item, Label, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import renamed

_FILES = published(
    "emocontext",
    {
        "train.txt": "5eff625f13e776b03545731507227b8199874c965b9dc7b58b32b51b6dc4099c",
        "dev.txt": "b5131ebf90a9772ea86db121d421cbe26b04a779947ad38239c91870b004b208",
        "test.txt": "926548fbcc83a8d1ac8e2329d1313724f35c51dae3d46b906dbbf7eb144e636e",
    },
)
_SPACE = LabelSpace(
    "emocontext",
    renamed(
        {
            "happy": "joy",
            "sad": "sadness",
            "angry": "anger",
            "others": Label("others", "any other emotion, or none", ("other",)),
        }
    ),
    "single",
)
_SPLITS = {
    "train": Split(30160, ("train.txt",)),
    "dev": Split(2755, ("dev.txt",)),
    "test": Split(5509, ("test.txt",)),
}
_HEADER = ("id", "turn1", "turn2", "turn3", "label")


def read(data: DataFolder, part: str, split: str) -> Content:
    """The user's second turn, with the user's first and the bot's answer as history. No groups: a row, a chat."""
    file = data.text(_FILES[_SPLITS[split].files[0]])
    items, labels = [], []
    # Texts hold unbalanced quotation marks: the files are cut at tabs alone.
    for line, (key, first, answer, text, label) in file.tab_rows(len(_HEADER), _HEADER):
        history = (Turn("user", first), Turn("bot", answer))
        items.append(Item(text, history, speaker="user", id=f"{split}-{key}"))
        labels.append(gold.position(file, line, label, _SPACE))
    return Content(tuple(items), gold.one_hot(labels, _SPACE))


PUBLICATION = Publication(
    name="emocontext",
    what="English three-turn chats of a user and a bot; the last turn is happy, sad, angry or none of these",
    source="SemEval-2019 task 3, mirror banutu98/EmoContext; Chatterjee et al. 2019 (SemEval)",
    licence="none stated",
    ship=False,
    files=_FILES,
    parts={"": Part(_SPACE, _SPLITS)},
    default="",
    read=read,
    caveats=(
        "the task scores micro F1 over happy, sad and angry alone",
        "`others` is 50 % of train, but 85 % of dev and test",
        "10 test and 5 dev chats also stand in train",
    ),
)
