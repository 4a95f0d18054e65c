"""Empathic Reactions: essays on news, rated by their writers for empathy and distress (Buechel et al. 2018)."""

from __future__ import annotations

from affekt.core import Item, Label, LabelSpace
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder

_FILES = published(
    "empathic-reactions",
    {"messages.csv": "380d2670254565629f81616df57cc0729de96ac87c056d05e39c370624ae8f64"},
)
_SPACE = LabelSpace(
    "empathic-reactions",
    (
        Label("empathy", "warm, tender concern for someone who suffers", ("empathic concern", "compassion")),
        Label("distress", "being upset and troubled oneself by what happens", ("personal distress",)),
    ),
    "dimensional",
    range=(1, 7),
)
_HEADER = (
    "message_id",
    "response_id",
    "article_id",
    "empathy",
    "distress",
    "empathy_bin",
    "distress_bin",
    "essay",
)


def read(data: DataFolder, part: str, split: str) -> Content:
    """Essays as published; groups are writers, who wrote up to five each."""
    file = data.text(_FILES["messages.csv"])
    items, groups, rows = [], [], []
    for line, (message, writer, _, empathy, distress, _, _, essay) in file.csv_rows(_HEADER):
        rows.append([gold.number(file, line, cell, 1, 7) for cell in (empathy, distress)])
        groups.append(writer)
        items.append(Item(essay, id=message))
    return Content(tuple(items), gold.table(rows, _SPACE), tuple(groups))


PUBLICATION = Publication(
    name="empathic-reactions",
    what="English essays in reaction to news articles, the writers' own empathy and distress from 1 to 7",
    source="wwbp/empathic_reactions; Buechel, Buffone, Slaff, Ungar and Sedoc 2018 (EMNLP)",
    licence="CC BY 4.0",
    ship=True,
    files=_FILES,
    parts={"": Part(_SPACE, {"all": Split(1860, ("messages.csv",))})},
    default="",
    read=read,
)
