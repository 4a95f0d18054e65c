"""MELD: dialogues of a sitcom, one of seven emotions and a sentiment an utterance (Poria et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator

from affekt.core import Turn, named_space
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.dialogues import Row, labelled_turns
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.spaces import subset

_FILES = published(
    "meld",
    {
        "train_sent_emo.csv": "d2fa2d6529cf03cac2989efec05c9b27d8fd2f4c8fc5974c7ae88aa537fa02db",
        "dev_sent_emo.csv": "2e89c6f8aa182d6f62f8c6331aece905ac7273ca4999660bfb5213e1d0370c1c",
        "test_sent_emo.csv": "8d37103938f7067600839fe29d5a114a6cd1bcdafb75bec101e06464c5006888",
    },
)
EMOTIONS = subset(
    "meld", "wide", ("neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger"), "single"
)
"""Also the space of EDiReF's English part, which is made from MELD."""
_SPLITS = {
    "train": Split(9989, ("train_sent_emo.csv",)),
    "dev": Split(1109, ("dev_sent_emo.csv",)),
    "test": Split(2610, ("test_sent_emo.csv",)),
}
_PARTS = {"emotion": Part(EMOTIONS, _SPLITS), "sentiment": Part(named_space("sentiment"), _SPLITS)}
_HEADER = (
    "Sr No.",
    "Utterance",
    "Speaker",
    "Emotion",
    "Sentiment",
    "Dialogue_ID",
    "Utterance_ID",
    "Season",
    "Episode",
    "StartTime",
    "EndTime",
)


def read(data: DataFolder, part: str, split: str) -> Content:
    """Utterances in order, with the dialogue's other turns around them; groups are dialogues."""
    file = data.text(_FILES[_SPLITS[split].files[0]])
    return labelled_turns(file, _rows(file, part, split), _PARTS[part].space)


def _rows(file: TextFile, part: str, split: str) -> Iterator[Row]:
    for line, fields in file.csv_rows(_HEADER):
        _, text, speaker, emotion, sentiment, dialogue, *_ = fields
        # Dialogue numbers begin again in each split; utterance numbers have gaps, but are in order.
        yield line, f"{split}-{dialogue}", Turn(speaker, text), emotion if part == "emotion" else sentiment


PUBLICATION = Publication(
    name="meld",
    what="utterances of the TV series Friends in dialogues, one of seven emotions and a sentiment each",
    source="declare-lab/MELD; Poria et al. 2019 (ACL), on EmotionLines (Chen et al. 2018)",
    licence="GPL-3.0 (of the repository; none for the data; the scripts' own copyright is not covered)",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="emotion",
    read=read,
    caveats=(
        "emorynlp and ediref/efr-en are the same TV show: 339 of EmoryNLP's 1,328 test texts equal a train text here",
    ),
)
