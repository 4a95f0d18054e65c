"""DailyDialog: everyday dialogues, an emotion and a dialogue act an utterance (Li et al. 2017)."""

from __future__ import annotations

from collections.abc import Iterator

from affekt.core import Label, LabelSpace, Turn
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.dialogues import Row, labelled_turns
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.spaces import renamed

_FILES = published(
    "dailydialog",
    {
        "dialogues_train.txt": "71633bd5fdb0b09dd82215b131b56432cf7329a0fe50bc8adec168713d350d1a",
        "dialogues_emotion_train.txt": "5c94e57c6e6c6641f4b1386513085f9d9b934229e732a556424ca7dfae4b6c77",
        "dialogues_act_train.txt": "e910d5cfedc500d03dbedd3bcf8661ae8cf0e44d029e56a291f49a7b67042adf",
        "dialogues_validation.txt": "2ad64701fe3a4449e7a6ee7cdc6c2a71c80f77b8a34f708ac0532395f499081c",
        "dialogues_emotion_validation.txt": "3d4094299a995e998bbc3492ce1755c9abc1e7f56500c840e83b12dd16580596",
        "dialogues_act_validation.txt": "fbeee7a1b2927c9cb33d6fdc384bb3ea55abf040928d2de4dcea57ab4a669682",
        "dialogues_test.txt": "3c323651cdfb09f7b529f850eddf96a638fc6cc9b43330b77956ab248484a1a8",
        "dialogues_emotion_test.txt": "482b7235f91a1441055a09241b2d2709bb1702f4a08d7316c27fa807cba7d3c9",
        "dialogues_act_test.txt": "566649e92babfa528a77757b161deeee91e9c91fe0db71760063747e132d3f4c",
    },
)
_EMOTIONS = LabelSpace(
    "dailydialog",
    renamed(
        {
            "no emotion": "neutral",
            "anger": "anger",
            "disgust": "disgust",
            "fear": "fear",
            "happiness": "joy",
            "sadness": "sadness",
            "surprise": "surprise",
        }
    ),
    "single",
)
_ACTS = LabelSpace(
    "dailydialog-act",
    (
        Label("inform", "giving information, by statement or answer"),
        Label("question", "asking for information"),
        Label("directive", "asking, ordering or suggesting that somebody do something"),
        Label("commissive", "promising, accepting or refusing to do something"),
    ),
    "single",
)


def _splits(part: str) -> dict[str, Split]:
    counts = {"train": ("train", 87170), "dev": ("validation", 8069), "test": ("test", 7740)}
    return {
        split: Split(items, (f"dialogues_{part}_{name}.txt", f"dialogues_{name}.txt"))
        for split, (name, items) in counts.items()
    }


_PARTS = {"emotion": Part(_EMOTIONS, _splits("emotion")), "act": Part(_ACTS, _splits("act"))}
# The number that stands for each label in the files.
_NAMES = {
    "emotion": {str(i): name for i, name in enumerate(_EMOTIONS.names)},
    "act": {str(i): name for i, name in enumerate(_ACTS.names, start=1)},
}
# The dialogues' names in RECCON, which is annotated on some of them.
_PREFIXES = {"train": "tr", "dev": "va", "test": "te"}
_END = " __eou__"
# In one dialogue (split, line) the texts cut a speaker's utterance in two, where the labels do not; its first half.
_CUT = ("train", 7852)
_HALF = 4


def read(data: DataFolder, part: str, split: str) -> Content:
    """Utterances in order, with the dialogue's other turns around them; groups are dialogues.

    Speakers are not named in the files: they take turns, as A and B.
    """
    labels, texts = (data.text(_FILES[name]) for name in _PARTS[part].splits[split].files)
    return labelled_turns(labels, _rows(texts, labels, part, split), _PARTS[part].space)


def _rows(texts: TextFile, labels: TextFile, part: str, split: str) -> Iterator[Row]:
    dialogues, numbers = list(texts.lines()), list(labels.lines())
    if len(dialogues) != len(numbers):
        labels.fail(min(len(dialogues), len(numbers)) + 1, f"labels of {len(dialogues)} dialogues expected")
    for (line, dialogue), (_, found) in zip(dialogues, numbers, strict=True):
        names = [_name(labels, line, number, part) for number in found.split()]
        utterances = _utterances(texts, line, dialogue)
        if (split, line) == _CUT and len(utterances) == len(names) + 1:
            utterances[_HALF : _HALF + 2] = [" ".join(utterances[_HALF : _HALF + 2])]
        if len(names) != len(utterances):
            labels.fail(line, f"{len(utterances)} labels expected, one an utterance, {len(names)} found")
        for turn, (text, name) in enumerate(zip(utterances, names, strict=True)):
            yield line, f"{_PREFIXES[split]}_{line - 1}", Turn("AB"[turn % 2], text), name


def _utterances(file: TextFile, line: int, dialogue: str) -> list[str]:
    if not dialogue.endswith(_END):
        file.fail(line, f"{_END.strip()!r} expected at the end of the dialogue")
    return [text.strip() for text in dialogue.removesuffix(_END).split(_END)]


def _name(file: TextFile, line: int, number: str, part: str) -> str:
    if number not in _NAMES[part]:
        file.fail(line, f"label {number!r} is unknown (known: {', '.join(_NAMES[part])})")
    return _NAMES[part][number]


PUBLICATION = Publication(
    name="dailydialog",
    what="English everyday dialogues of two speakers, one of seven emotions and of four acts an utterance",
    source="Li et al. 2017 (IJCNLP); mirror Ls-Dai/Deep-Reinforcement-Learning-for-Dialogue-Generation-in-PyTorch",
    licence="CC BY-NC-SA 4.0 (by common citation)",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="emotion",
    read=read,
    caveats=(
        "93 of 1,000 test and 69 of 1,000 dev dialogues are identical to a train dialogue; all are kept, as published",
        "papers leave `no emotion`, 83 % of the utterances, out of their micro F1",
    ),
)
