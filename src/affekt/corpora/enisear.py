"""enISEAR: one-sentence reports of events that made their writers feel one of seven emotions.

Troiano, Padó and Klinger 2019; this file with the appraisals of Hofmann et al. 2020, which are not read.
"""

from __future__ import annotations

from affekt.core import Item
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import subset

_FILES = published(
    "enisear",
    {"enISEAR_appraisal.tsv": "689b5649730f2b8c083248ed7acda938eb0e533db2444ff95f308965c49d87ee"},
)
_SPACE = subset("enisear", "isear", ("anger", "disgust", "fear", "guilt", "joy", "sadness", "shame"))
_APPRAISALS = 7 * 4  # seven questions, three raters and the majority


def read(data: DataFolder, part: str, split: str) -> Content:
    """Sentences as published, the emotion word masked by three dots; gold is the emotion asked for."""
    file = data.text(_FILES["enISEAR_appraisal.tsv"])
    items, labels = [], []
    header = ("Sentence_id", "Prior_Emotion", "Sentence")
    for line, (key, emotion, text, *_) in file.tab_rows(len(header) + _APPRAISALS, header):
        labels.append(gold.position(file, line, emotion, _SPACE))
        items.append(Item(text, id=key))
    return Content(tuple(items), gold.one_hot(labels, _SPACE))


PUBLICATION = Publication(
    name="enisear",
    what="English one-sentence reports of events, written for one of seven emotions, the emotion word masked",
    source="bluzukk/appraisal-emotion-classification; Troiano, Padó and Klinger 2019, Hofmann et al. 2020",
    licence="not stated for the corpus (repository GPL-3.0)",
    ship=False,
    files=_FILES,
    parts={"": Part(_SPACE, {"all": Split(1001, ("enISEAR_appraisal.tsv",))})},
    default="",
    read=read,
)
