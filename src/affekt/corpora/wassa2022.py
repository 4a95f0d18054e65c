"""WASSA 2022's shared task: essays on news, the writers' empathy and distress, and one emotion (Barriere et al. 2022).

The train split holds the essays of Empathic Reactions. The writers' personal data are not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from affekt.core import Item, LabelSpace
from affekt.corpora import empathic_reactions, gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import subset

_TRAIN = "messages_train_ready_for_WS.tsv"
_DEV = "messages_dev_features_ready_for_WS_2022.tsv"
_DEV_GOLD = "goldstandard_dev_2022.tsv"
_FILES = published(
    "wassa2022",
    {
        _TRAIN: "19ddcea4511efe302e900b4d803317bb5a881a45ffc58342d7113af22c2f69da",
        _DEV: "31600817aaf7077f94bac1acc462b97760204b007e45b77fc9ef0006b29e1202",
        _DEV_GOLD: "e52c27be3c85ab20f8a3670013c7f788042edea10143803e586c6b43a33b7eef",
        "messages_test_features_ready_for_WS_2022.tsv": "b5858a51ae37035610d9c0ddf764085e15df05ffe97e9980014fb3d6e48356ce",
    },
)
_FEELING = empathic_reactions.PUBLICATION.parts[""].space
_EMOTION = subset(
    "wassa2022", "goemotions", ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"), "single"
)
_SPLITS = {"train": Split(1860, (_TRAIN,)), "dev": Split(270, (_DEV_GOLD, _DEV))}
_PARTS = {
    "empathy": Part(LabelSpace("wassa2022-empathy", _FEELING.labels, "dimensional", range=(1, 7)), _SPLITS),
    "emotion": Part(_EMOTION, _SPLITS),
}
_HEADER = ("message_id", "response_id", "article_id")
_TRAIN_HEADER = (*_HEADER, "empathy", "distress", "empathy_bin", "distress_bin", "essay", "emotion")
_TRAIN_COLUMNS, _DEV_COLUMNS, _GOLD_COLUMNS = 23, 9, 12
_Row = tuple[int, str, str, str, tuple[str, ...]]


def read(data: DataFolder, part: str, split: str) -> Content:
    """Essays as published; groups are writers. Part `empathy`: empathy and distress, 1–7; `emotion`: one of 7.

    The test split's gold was not published.
    """
    file = data.text(_FILES[_TRAIN if split == "train" else _DEV_GOLD])
    items, groups, cells = [], [], []
    for line, message, writer, essay, answers in _train(data) if split == "train" else _dev(data):
        items.append(Item(essay, id=message))
        groups.append(writer)
        cells.append((line, answers))
    if part == "emotion":
        values = gold.one_hot([gold.position(file, line, x[2], _EMOTION) for line, x in cells], _EMOTION)
    else:
        rows = [[gold.number(file, line, cell, 1, 7) for cell in x[:2]] for line, x in cells]
        values = gold.table(rows, _FEELING)
    return Content(tuple(items), values, tuple(groups))


def _train(data: DataFolder) -> Iterator[_Row]:
    """Line, message, writer, essay; empathy, distress and emotion."""
    for line, fields in data.text(_FILES[_TRAIN]).tab_rows(_TRAIN_COLUMNS, _TRAIN_HEADER):
        yield line, fields[0], fields[1], fields[7], (fields[3], fields[4], fields[8])


def _dev(data: DataFolder) -> Iterator[_Row]:
    """As `_train`; the answers are in a file of their own, a line an essay, and the line is theirs."""
    essays = list(data.text(_FILES[_DEV]).tab_rows(_DEV_COLUMNS, (*_HEADER, "essay")))
    file = data.text(_FILES[_DEV_GOLD])
    answers = list(file.tab_rows(_GOLD_COLUMNS))
    if len(answers) != len(essays):
        file.fail(len(answers), f"{len(essays)} lines expected, one an essay of {_DEV}")
    for (_, fields), (line, values) in zip(essays, answers, strict=True):
        yield line, fields[0], fields[1], fields[3], (values[0], values[1], values[2])


PUBLICATION = Publication(
    name="wassa2022",
    what="English essays in reaction to news articles, the writers' empathy and distress from 1 to 7, one of seven emotions",
    source="mirror shenbinqian/WASSA_SharedTask; Barriere, Tafreshi, Sedoc and Alqahtani 2022 (WASSA)",
    licence="not stated for emotions and new essays; the train essays are CC BY 4.0",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="empathy",
    read=read,
)
