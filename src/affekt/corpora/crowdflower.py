"""CrowdFlower's Emotion in Text (2016): tweets with one of thirteen labels, noisy."""

from __future__ import annotations

from affekt.core import Item, Label, LabelSpace
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder

_FILES = published(
    "crowdflower",
    {"tweet_emotions.csv": "68d3b6671ac0c76de4cdc62f9334914cce0f634687535049045246f9b89b19bd"},
)
_SPACE = LabelSpace(
    "crowdflower",
    (
        Label("anger", "strong displeasure or hostility about a wrong", ("angry",)),
        Label("boredom", "having nothing interesting to do", ("bored",)),
        Label("empty", "feeling hollow, without any feeling or drive", ("emptiness",)),
        Label("enthusiasm", "lively interest and eagerness", ("enthusiastic",)),
        Label("fun", "enjoying oneself, being entertained", ("amusement",)),
        Label("happiness", "pleasure and contentment", ("happy", "joy")),
        Label("hate", "intense dislike of someone or something", ("hatred",)),
        Label("love", "strong affection or attachment", ("loving",)),
        Label("neutral", "no emotion is expressed", ("matter-of-fact",)),
        Label("relief", "reassurance after something unpleasant has ended", ("relieved",)),
        Label("sadness", "emotional pain, sorrow", ("sad",)),
        Label("surprise", "being astonished by something unexpected", ("surprised",)),
        Label("worry", "being uneasy about what may happen", ("worried", "anxiety")),
    ),
    "single",
)


def read(data: DataFolder, part: str, split: str) -> Content:
    """Tweets as published, HTML entities included; a stray last row without id and label is left out."""
    file = data.text(_FILES["tweet_emotions.csv"])
    items, labels = [], []
    for line, (key, label, text) in file.csv_rows(("tweet_id", "sentiment", "content")):
        if not key and not label:
            continue
        labels.append(gold.position(file, line, label, _SPACE))
        items.append(Item(text, id=key))
    return Content(tuple(items), gold.one_hot(labels, _SPACE))


PUBLICATION = Publication(
    name="crowdflower",
    what="English tweets, one of thirteen labels by crowd raters, noisy",
    source="CrowdFlower, Emotion in Text (2016), mirror ice-009/tweet-emotions",
    licence="not stated; tweets under Twitter's terms",
    ship=False,
    files=_FILES,
    parts={"": Part(_SPACE, {"all": Split(40000, ("tweet_emotions.csv",))})},
    default="",
    read=read,
)
