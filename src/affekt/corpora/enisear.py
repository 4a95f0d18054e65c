"""enISEAR: one-sentence reports of events that made their writers feel one of seven emotions.

Troiano, Padó and Klinger 2019, with the appraisals of Hofmann et al. 2020: part `emotion` is what the writers were
asked for, `appraisals` which of seven statements about the event three readers hold true.
"""

from __future__ import annotations

import numpy as np

from affekt.core import FloatArray, Item, Label, LabelSpace
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder
from affekt.corpora.spaces import subset

_FILES = published(
    "enisear",
    {"enISEAR_appraisal.tsv": "689b5649730f2b8c083248ed7acda938eb0e533db2444ff95f308965c49d87ee"},
)
_SPACE = subset("enisear", "isear", ("anger", "disgust", "fear", "guilt", "joy", "sadness", "shame"))
_APPRAISALS = LabelSpace(
    "enisear-appraisals",
    (
        Label("attention", "the writer wanted to attend to the event", ("attentional activity",)),
        Label("certainty", "the writer knew for certain what was going on", ("certain",)),
        Label("effort", "the event took or would take effort to deal with", ("anticipated effort",)),
        Label("pleasantness", "the event was pleasant for the writer", ("pleasant",)),
        Label("responsibility", "the writer was responsible for the event", ("responsible",)),
        Label("control", "the writer could influence what happened", ("self control",)),
        Label("circumstance", "nobody could have influenced what happened", ("situational control",)),
    ),
    "multi",
)
_QUESTIONS = ("Attention", "Certainty", "Effort", "Pleasant", "Responsibility", "Control", "Circumstance")
_RATERS = 3
_ANSWERS = _RATERS + 1  # and the majority's
_HEADER = (
    *("Sentence_id", "Prior_Emotion", "Sentence"),
    *(f"{question}_{who}" for question in _QUESTIONS for who in ("a1", "a2", "a3", "majority")),
)
_SPLITS = {"all": Split(1001, ("enISEAR_appraisal.tsv",))}
_PARTS = {"emotion": Part(_SPACE, _SPLITS), "appraisals": Part(_APPRAISALS, _SPLITS)}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Sentences as published, the emotion word masked by three dots.

    Gold is the emotion asked for, or of part `appraisals` the majority of the raters, whose shares are `raters`.
    """
    file = data.text(_FILES["enISEAR_appraisal.tsv"])
    items, labels, answers = [], [], []
    for line, (key, emotion, text, *cells) in file.tab_rows(len(_HEADER), _HEADER[:-1]):
        labels.append(gold.position(file, line, emotion, _SPACE))
        # Lines end in a carriage return.
        answers.append([gold.integer(file, line, cell.strip(), 0, 1) for cell in cells])
        items.append(Item(text, id=key))
    if part == "emotion":
        return Content(tuple(items), gold.one_hot(labels, _SPACE))
    shape = (len(items), len(_APPRAISALS), _ANSWERS)
    table: FloatArray = np.asarray(answers, dtype=np.float32).reshape(shape)
    return Content(tuple(items), table[..., _RATERS], raters=table[..., :_RATERS].mean(axis=-1))


PUBLICATION = Publication(
    name="enisear",
    what="English one-sentence reports of events, written for one of seven emotions, and seven appraisals",
    source="bluzukk/appraisal-emotion-classification; Troiano, Padó and Klinger 2019, Hofmann et al. 2020",
    licence="not stated for the corpus (repository GPL-3.0)",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="emotion",
    read=read,
)
