"""RECCON: what causes the emotions in DailyDialog's dialogues (Poria et al. 2021).

The other half of RECCON, on IEMOCAP, must not be passed on and has no reader.
"""

from __future__ import annotations

from collections.abc import Iterator

from affekt.core import Conversation, Evidence, Item, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.records import Record, elements
from affekt.corpora.spaces import renamed

_FILES = published(
    "reccon",
    {
        "dailydialog_train.json": "b05bdc8363a57ecb6f8e7ab5f9e0eba227f0fe24cb9eb70d9e78f96e4a45457a",
        "dailydialog_valid.json": "e2fdbec102c2463ee86ccc2088d50fdcfe2eba5c6129bf6071476908bf453b1e",
        "dailydialog_test.json": "0356f0bd2eb8097ff983ff23d9cab5dced525406f3e633d4b24f925f4507c800",
    },
)
_SPACE = LabelSpace(
    "reccon",
    renamed(
        {
            "anger": "anger",
            "disgust": "disgust",
            "fear": "fear",
            "happiness": "joy",
            "sadness": "sadness",
            "surprise": "surprise",
        }
    ),
    "single",
)
_SPLITS = {
    "train": Split(4562, ("dailydialog_train.json",)),
    "dev": Split(200, ("dailydialog_valid.json",)),
    "test": Split(1099, ("dailydialog_test.json",)),
}
_NEUTRAL = "neutral"
# Slips of the annotators, taken to the name that they mean; DailyDialog has `happiness` for the excited ones.
_SLIPS = {
    "happy": "happiness",
    "happines": "happiness",
    "excited": "happiness",
    "sad": "sadness",
    "surprised": "surprise",
    "angry": "anger",
}
_EVIDENCE, _SPAN = "expanded emotion cause evidence", "expanded emotion cause span"
_LATENT = "b"
_Cause = tuple[int, int, int]


def read(data: DataFolder, part: str, split: str) -> Content:
    """One item an utterance with an emotion, which is its gold and is given to a system; evidence are its causes.

    Part `entailment`: the turns that hold a cause, each once. The pairs of the paper's fold 1 are an item's
    history and its own turn; its file repeats a pair for each span. Part `spans`: the causal spans, as often
    as annotated. Causes that no turn names (`b`) and the two of later turns are left out, as in the paper.
    """
    file = data.text(_FILES[_SPLITS[split].files[0]])
    items: list[Item] = []
    labels: list[int] = []
    groups, evidence = [], []
    for line, dialogue, value in elements(file):
        turns = _turns(file, line, dialogue, value)
        conversation = Conversation(
            dialogue, tuple(Turn(turn.text("speaker"), turn.text("utterance")) for turn in turns)
        )
        for position, turn in enumerate(turns):
            emotion = turn.text("emotion")
            if emotion == _NEUTRAL:
                continue
            labels.append(gold.position(file, line, _SLIPS.get(emotion, emotion), _SPACE))
            name = _SPACE.names[labels[-1]]
            causes = _causes(turn, position, conversation)
            if part == "spans":
                evidence += [Evidence(len(items), *cause, name) for cause in causes]
            else:
                chosen = dict.fromkeys(cause for cause, _, _ in causes)
                evidence += [Evidence(len(items), cause, label=name) for cause in chosen]
            items.append(conversation.item(position))
            groups.append(dialogue)
    return Content(tuple(items), gold.one_hot(labels, _SPACE), tuple(groups), evidence=tuple(evidence))


def _turns(file: TextFile, line: int, dialogue: str, value: object) -> list[Record]:
    """The turns of a dialogue, which stand in a list in a list and are numbered from 1."""
    turns = value[0] if isinstance(value, list) and len(value) == 1 else None
    if not isinstance(turns, list):
        file.fail(line, f"dialogue {dialogue} is no list of one conversation")
    records = [Record.of(file, line, f"{dialogue}, turn {n}", turn) for n, turn in enumerate(turns, start=1)]
    for number, record in enumerate(records, start=1):
        record.whole("turn", number, number)
    return records


def _causes(record: Record, position: int, conversation: Conversation) -> Iterator[_Cause]:
    """Turn, start and end of each causal span of the utterance at a position."""
    spans = record.texts(_SPAN)
    for number, span in zip(record.array(_EVIDENCE, len(spans)), spans, strict=True):
        if number == _LATENT:
            continue
        if not isinstance(number, int) or not 1 <= number <= len(conversation.turns):
            record.fail(f"cause {number!r} is no turn of the dialogue")
        start = conversation.turns[number - 1].text.find(span)
        if start < 0 or not span:
            record.fail(f"a span does not stand in turn {number}, its cause")
        if number - 1 <= position:
            yield number - 1, start, start + len(span)


PUBLICATION = Publication(
    name="reccon",
    what="causes of emotions in DailyDialog's dialogues: the turns that hold them, and the spans in these",
    source="declare-lab/RECCON; Poria et al. 2021 (Cognitive Computation)",
    licence="none stated (the dialogues are DailyDialog's, CC BY-NC-SA 4.0)",
    ship=False,
    files=_FILES,
    parts={"entailment": Part(_SPACE, _SPLITS), "spans": Part(_SPACE, _SPLITS)},
    default="entailment",
    read=read,
    caveats=(
        "121 of the 225 test and 9 of the 47 dev dialogues stand in DailyDialog's train split (their names begin with tr_)",
    ),
)
