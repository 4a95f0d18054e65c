"""GoEmotions' raters: who chose which of 28 labels for a comment (Demszky et al. 2020).

The three files of the full release, a row a comment and rater; part `published` needs goemotions beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from affekt.core import FloatArray, Item, named_space
from affekt.corpora import goemotions, gold
from affekt.corpora.corpus import Content, Part, Publication, PublishedFile, Split
from affekt.corpora.files import DataFolder

_NAMES = tuple(f"goemotions_{i}.csv" for i in (1, 2, 3))
_FILES = {name: PublishedFile("goemotions-raters", name) for name in _NAMES}
_SPACE = named_space("goemotions")
_PARTS = {
    "published": Part(
        _SPACE,
        {
            split: Split(made.items, _NAMES)
            for split, made in goemotions.PUBLICATION.parts["full"].splits.items()
        },
    ),
    "comments": Part(_SPACE, {"all": Split(None, _NAMES)}),
}
_ABOUT = (
    "text", "id", "author", "subreddit", "link_id", "parent_id", "created_utc", "rater_id", "example_very_unclear",
)  # fmt: skip
_CLEAR = {"false": True, "true": False}
# A label is gold when this many raters chose it (Demszky et al. 2020, section 3.3).
_NEEDED = 2


@dataclass(slots=True)
class _Votes:
    """A comment, how many raters answered, and how many of them chose each label."""

    text: str
    raters: int = 0
    chosen: list[int] = field(default_factory=lambda: [0] * len(_SPACE))

    def shares(self) -> list[float]:
        return [n / self.raters if self.raters else np.nan for n in self.chosen]


def read(data: DataFolder, part: str, split: str) -> Content:
    """Comments with the share of raters who chose each label; raters who found it very unclear do not count.

    Part `published`: GoEmotions' items and gold, `raters` NaN where a comment is not in the files. Part
    `comments`: every comment once, in order of first appearance, gold what two raters or more chose; a row of
    zeros is a comment on which no two agree.
    """
    votes = _votes(data)
    if part == "published":
        content = goemotions.PUBLICATION.read(data, "full", split)
        missing = _Votes("")
        raters = [votes.get(str(item.id), missing).shares() for item in content.items]
        return Content(content.items, content.gold, raters=gold.table(raters, _SPACE))
    items = tuple(Item(comment.text, id=key) for key, comment in votes.items())
    chosen: FloatArray = gold.table([comment.chosen for comment in votes.values()], _SPACE)
    shares = gold.table([comment.shares() for comment in votes.values()], _SPACE)
    return Content(items, (chosen >= _NEEDED).astype(np.float32), raters=shares)


def _votes(data: DataFolder) -> dict[str, _Votes]:
    """Comment id → votes, over the rows of all files, which need not be together."""
    votes: dict[str, _Votes] = {}
    for name in _NAMES:
        file = data.text(_FILES[name])
        for line, fields in file.csv_rows((*_ABOUT, *_SPACE.names)):
            text, key, unclear, cells = fields[0], fields[1], fields[len(_ABOUT) - 1], fields[len(_ABOUT) :]
            if cells.count("0") + cells.count("1") != len(cells):
                wrong = next(cell for cell in cells if cell not in {"0", "1"})
                file.fail(line, f"0 or 1 expected, {wrong!r} found")
            if unclear.casefold() not in _CLEAR:
                file.fail(line, f"True or False expected in example_very_unclear, {unclear!r} found")
            comment = votes.setdefault(key, _Votes(text))
            if not _CLEAR[unclear.casefold()]:
                continue
            comment.raters += 1
            for i, cell in enumerate(cells):
                if cell == "1":
                    comment.chosen[i] += 1
    return votes


PUBLICATION = Publication(
    name="goemotions-raters",
    what="English Reddit comments, the labels that each rater chose: 27 emotions and neutral",
    source="google-research/google-research: goemotions, full data set; Demszky et al. 2020 (ACL)",
    licence="CC BY 4.0 (its data card: Apache 2.0)",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="published",
    read=read,
)
