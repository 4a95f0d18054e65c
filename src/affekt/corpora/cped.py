"""CPED: dialogues of Chinese TV series, one of thirteen emotions an utterance (Chen et al. 2022).

Dev and test only: the train file is not at hand, and no reader is written to a file that nobody saw.
"""

from __future__ import annotations

from collections.abc import Iterator

from affekt.core import Label, LabelSpace, Turn, named_space
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.dialogues import Row, labelled_turns
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.spaces import renamed

_FILES = published(
    "cped",
    {
        "valid_split.csv": "f434a04d21640bb38c849f3e9598c2b7b2fbdb49be6a7365b2ae016019bd389b",
        "test_split.csv": "a4bcde678438ba1f95224d8e772e40f1f1df7c72f348796b3fafd421c2443a53",
        "speakers.txt": "022c5f21416b3cbc593c38cd1c89464018d839d36e3d25ec3d48f0ddfcc62e53",
    },
)
# Names as in the data; where the README has others, these are paraphrases.
_SPACE = LabelSpace(
    "cped",
    renamed(
        {
            "happy": "joy",
            "grateful": "gratitude",
            "relaxed": "calm",
            "positive-other": Label("positive-other", "any other pleasant feeling", ("other-positive",)),
            "neutral": "neutral",
            "anger": "anger",
            "sadness": "sadness",
            "fear": "fear",
            "depress": Label("depress", "low spirits, being downcast", ("depressed", "gloom")),
            "disgust": "disgust",
            "astonished": "surprise",
            "worried": "worry",
            "negative-other": Label("negative-other", "any other unpleasant feeling", ("other-negative",)),
        }
    ),
    "single",
)
_SPLITS = {"dev": Split(11137, ("valid_split.csv",)), "test": Split(27438, ("test_split.csv",))}
_PARTS = {"emotion": Part(_SPACE, _SPLITS), "sentiment": Part(named_space("sentiment"), _SPLITS)}
_HEADER = (
    "\ufeffTV_ID",  # the files begin with a byte order mark
    "Dialogue_ID",
    "Utterance_ID",
    "Speaker",
    "Gender",
    "Age",
    "Neuroticism",
    "Extraversion",
    "Openness",
    "Agreeableness",
    "Conscientiousness",
    "Scene",
    "FacePosition_LU",
    "FacePosition_RD",
    "Sentiment",
    "Emotion",
    "DA",
    "Utterance",
)
_COLUMNS = {"sentiment": _HEADER.index("Sentiment"), "emotion": _HEADER.index("Emotion")}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Utterances in order, with the dialogue's other turns around them; groups are dialogues."""
    file = data.text(_FILES[_SPLITS[split].files[0]])
    return labelled_turns(file, _rows(file, _COLUMNS[part]), _PARTS[part].space)


def _rows(file: TextFile, column: int) -> Iterator[Row]:
    for line, fields in file.csv_rows(_HEADER):
        _, dialogue, _, speaker, *_, text = fields
        yield line, dialogue, Turn(speaker, text), fields[column]


PUBLICATION = Publication(
    name="cped",
    what="utterances of Chinese TV series in dialogues, one of thirteen emotions and a sentiment each (no train file)",
    source="scutcyr/CPED; Chen et al. 2022 (arXiv 2205.14727)",
    licence="Apache-2.0 (of the repository; the scripts' own copyright is not covered)",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="emotion",
    read=read,
    caveats=("1,057 of 11,137 dev texts also stand in test, short phrases mostly",),
)
