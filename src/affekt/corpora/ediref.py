"""EDiReF, SemEval-2024 task 10: emotions in Hindi-English dialogues; what triggers that they flip (Kumar et al. 2024)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby

from affekt.core import Conversation, Evidence, Item, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.dialogues import Row, labelled_turns
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.meld import EMOTIONS as MELD
from affekt.corpora.records import Record, elements
from affekt.corpora.spaces import subset

_FILES = published(
    "ediref",
    {
        "MaSaC_train_erc.json": "706389108fb623d38be766ffa8f2bec9717c4c0e2e7d25424a2a7b1b43ff830d",
        "MaSaC_val_erc.json": "0a72eb6f85ca8444d59ceb6f9c4bcde7e9048a75baeda43ae10c37d8d84d8d3a",
        "MaSaC_test_erc.json": "d175388bf47088afb6f7625e57b35cc9dabe12219b5ec14a525f220895cbab41",
        "MASAC_train_efr_hypo.csv": "2d606f98bc37ec26e799c42bcba1925bbae823515bdeb35b5b85e1aeb04d0f94",
        "MaSaC_val_efr.json": "2b5c08955734be930a6a1e5121bbfd61bb783147eb144bc4c861ee75cabe340f",
        "MaSaC_test_efr.json": "257fc3e5bc087dc351b799443b5fd73b1b793cb5d065a6f0fea26de20519bf16",
        "MELD_train_efr.json": "9029d884336dc1fb4f5b642f0f7896eea3ca9c68f288751d272e3a49647bee61",
        "MELD_val_efr.json": "fb0baf172f178e92843853189a48866438342c7f4740845627fdfe2f66ce5a63",
        "MELD_test_efr.json": "588aae058e0642ef8381dbc166c8d5d332e8ccd385307e7e8cc22fff93d915cb",
    },
)
_MASAC = subset(
    "masac",
    "wide",
    ("neutral", "joy", "sadness", "anger", "fear", "contempt", "surprise", "disgust"),
    "single",
)
_PARTS = {
    "erc": Part(
        _MASAC,
        {
            "train": Split(8506, ("MaSaC_train_erc.json",)),
            "dev": Split(1354, ("MaSaC_val_erc.json",)),
            "test": Split(1580, ("MaSaC_test_erc.json",)),
        },
    ),
    "efr-hi": Part(
        _MASAC,
        {
            "train": Split(4893, ("MASAC_train_efr_hypo.csv",)),
            "dev": Split(389, ("MaSaC_val_efr.json",)),
            "test": Split(385, ("MaSaC_test_efr.json",)),
        },
    ),
    "efr-en": Part(
        MELD,
        {
            "train": Split(4000, ("MELD_train_efr.json",)),
            "dev": Split(426, ("MELD_val_efr.json",)),
            "test": Split(1002, ("MELD_test_efr.json",)),
        },
    ),
}
_HEADER = ("Dialogue_Id", "Speaker", "Emotion", "Emotion_name", "Utterance", "Annotate(0/1)")
# Written as strings, whole or not, and as numbers; ten utterances of MELD-FR have NaN, which marks no trigger.
_TRIGGER = {"0": False, "0.0": False, "1": True, "1.0": True, "nan": False}
# Typographic characters of Windows-1252 that were read as Latin-1: MELD has them right.
_C1 = {ord(char.encode("cp1252").decode("latin-1")): char for char in "‘’“”…–—"}
_Flip = tuple[int, str, tuple[Turn, ...], str, list[bool]]
"""Line, group, the turns up to the flip, its emotion, which turns trigger it."""


def read(data: DataFolder, part: str, split: str) -> Content:
    """Part `erc`: utterances with the dialogue's other turns around them; groups are dialogues.

    Parts `efr-hi` and `efr-en`: one item a flip, that is an utterance whose speaker felt otherwise before; its
    gold is the new emotion. Evidence are the turns that trigger the flip, the flipped one among them. Groups
    are dialogues, as far as the files tell them: flips whose turns begin alike, in `efr-hi:train` windows
    that share a turn with the one before.
    """
    name = _PARTS[part].splits[split].files[0]
    file = data.text(_FILES[name])
    if part == "erc":
        return labelled_turns(file, _utterances(file, split), _MASAC)
    flips = _windows(file) if name.endswith(".csv") else _prefixes(file, split)
    return _flip_content(file, flips, _PARTS[part].space, split)


def _utterances(file: TextFile, split: str) -> Iterator[Row]:
    for line, name, value in elements(file):
        record = Record.of(file, line, name, value)
        turns = _turns(record)
        emotions = record.texts("labels" if split == "test" else "emotions", len(turns))
        dialogue = f"{split}-{name.removeprefix('element ')}"
        for turn, emotion in zip(turns, emotions, strict=True):
            yield line, dialogue, turn, emotion


def _prefixes(file: TextFile, split: str) -> Iterator[_Flip]:
    """The published form: each flip with all turns of its dialogue before it."""
    groups: dict[tuple[Turn, ...], str] = {}
    for line, name, value in elements(file):
        record = Record.of(file, line, name, value)
        turns = _turns(record)
        emotions = record.texts("emotions", len(turns))
        marks = record.array("labels" if split == "test" else "triggers", len(turns))
        begun = (groups.get(turns[:n]) for n in range(1, len(turns) + 1))
        group = next((x for x in begun if x is not None), f"{split}-{name.removeprefix('element ')}")
        groups[turns] = group
        yield line, group, turns, emotions[-1], [_trigger(file, line, mark) for mark in marks]


def _windows(file: TextFile) -> Iterator[_Flip]:
    """A participant's form: each flip with the turns since its speaker's last one; an empty row ends it."""
    group, before = "", frozenset[Turn]()
    for filled, found in groupby(file.csv_rows(_HEADER), key=lambda row: any(row[1])):
        if not filled:
            continue
        rows = list(found)
        line, (number, _, _, emotion, _, _) = rows[-1]
        turns = tuple(Turn(speaker.strip(), _clean(text)) for _, (_, speaker, _, _, text, _) in rows)
        if not before & set(turns):
            group = f"train-{number.removesuffix('.0')}"
        before = frozenset(turns)
        yield line, group, turns, emotion, [_trigger(file, at, fields[-1]) for at, fields in rows]


def _turns(record: Record) -> tuple[Turn, ...]:
    texts = record.texts("utterances")
    if not texts:
        record.fail("`utterances` is empty")
    speakers = record.array("speakers", len(texts))
    return tuple(
        Turn(_speaker(record, speaker), _clean(text)) for speaker, text in zip(speakers, texts, strict=True)
    )


def _speaker(record: Record, speaker: object) -> str | None:
    """The name; of one utterance it was lost, and NaN stands there."""
    if isinstance(speaker, float) and math.isnan(speaker):
        return None
    if not isinstance(speaker, str):
        record.fail(f"`speakers` holds {speaker!r}, which is no name")
    return speaker.strip()


def _clean(text: str) -> str:
    return text.translate(_C1).strip()


def _trigger(file: TextFile, line: int, mark: object) -> bool:
    if str(mark) not in _TRIGGER:
        file.fail(line, f"a trigger is marked 0 or 1, {mark!r} found")
    return _TRIGGER[str(mark)]


def _flip_content(file: TextFile, flips: Iterable[_Flip], space: LabelSpace, split: str) -> Content:
    items: list[Item] = []
    labels, groups, evidence = [], [], []
    for line, group, turns, emotion, triggers in flips:
        labels.append(gold.position(file, line, emotion, space))
        evidence += [
            Evidence(len(items), turn, label=space.names[labels[-1]])
            for turn, is_one in enumerate(triggers)
            if is_one
        ]
        items.append(Conversation(f"{split}-{len(items)}", turns).item(len(turns) - 1))
        groups.append(group)
    return Content(tuple(items), gold.one_hot(labels, space), tuple(groups), evidence=tuple(evidence))


PUBLICATION = Publication(
    name="ediref",
    what="emotions in Hindi-English sitcom dialogues, and the turns that trigger an emotion flip, there and in MELD",
    source="LCS2-IIITD/EDiReF-SemEval2024 (efr-en:train: LCS2-IIITD/Emotion-Flip-Reasoning); Kumar et al. 2024 (SemEval)",
    licence="none stated",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="erc",
    read=read,
    caveats=(
        "efr-hi:train is a participant's derived file (ritam21iitk/EDiReF) with turns since the speaker's last one only",
        "efr-en is MELD: its texts and emotions are those of meld",
        "dialogues are cut at the flip, so position says most: judge a system beside the rule `next to last`",
        "the task forbids data of its efr parts for erc",
    ),
)
