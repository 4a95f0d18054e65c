"""TEC, the Twitter Emotion Corpus: the author's own hashtag is the label (Mohammad 2012)."""

from __future__ import annotations

from affekt.core import Item
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import subset

_NAME = "Jan9-2012-tweets-clean.txt"
_FILES = published("tec", {_NAME: "dca42ec5b4c46ea76762df2935ca9ad1c62539febda8ea0a77e3d0cf746af14e"})
_SPACE = subset("tec", "ekman", ("anger", "disgust", "fear", "joy", "sadness", "surprise"), "single")
_MARK = ":: "


def read(data: DataFolder, part: str, split: str) -> Content:
    """Tweets without the label's hashtag (106 still hold it) and without the space behind them."""
    file = data.text(_FILES[_NAME])
    items, labels = [], []
    for line, content in file.lines():
        # Four tweets hold tabs: the id is before the first, the label behind the last.
        key, *text, label = content.split("\t")
        if not text or not key.endswith(":") or not label.startswith(_MARK):
            file.fail(line, "id with a colon, tab, text, tab, `:: label` expected")
        labels.append(gold.position(file, line, label.removeprefix(_MARK), _SPACE))
        items.append(Item(" ".join(text).strip(), id=key.removesuffix(":")))
    return Content(tuple(items), gold.one_hot(labels, _SPACE))


PUBLICATION = Publication(
    name="tec",
    what="English tweets that carried the hashtag of one of six emotions, which is the label",
    source="mirror vidhiJain/Deep-learning-for-sentiment-analysis; Mohammad 2012 (*SEM)",
    licence="free for research, not to be redistributed",
    ship=False,
    files=_FILES,
    parts={"": Part(_SPACE, {"all": Split(21051, (_NAME,))})},
    default="",
    read=read,
)
