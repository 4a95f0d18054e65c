"""LongEmotion: long documents and counselling chats (2025); what is at hand of it.

Part `detection` is the task of the odd segment out; `segments` and `situations` have an emotion a text;
`conversations` and `summaries` are long texts without labels.
"""

from __future__ import annotations

from affekt.core import Conversation, Evidence, Item, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.records import Record, json_lines
from affekt.corpora.spaces import renamed

_FILES = published(
    "longemotion",
    {
        "Emotion_Detection.jsonl": "9e9f5ce96450c637bf40f9a05947d5cd872fa68bca15afd569ad3bd5846a3a59",
        "Emotion_Conversations.jsonl": "957ca87cdf4bd81899bb05a79f58f690b5fab16e5060241cd492477732d97ffc",
        "Emotion_Summary_origin.jsonl": "4f1e16f5a2fcfbac30ef0c69e0199889666c4bad78d8493486e93d8a4ef925c2",
        "Emotion_Expression_Situations.json": "3b4ef2ea1e5452814064bb480ec89feb83228f151a51ff9472134c3d68152b35",
        "Emotion_Expression_Questionnaires.json": "f8f1a41a3a8530b6f8d9abfa8caabdcec73c040a45be3308152a9d8304fbb5ea",
    },
)
_SEGMENTS = LabelSpace(
    "longemotion-segments",
    renamed(
        {
            "Anxiety": "anxiety",
            "Relaxation": "calm",
            "Sadness": "sadness",
            "Fear": "fear",
            "Anger": "anger",
            "Happiness": "joy",
            "Desire": "desire",
            "Disgust": "disgust",
        }
    ),
    "single",
)
_SITUATIONS = LabelSpace(
    "longemotion-situations",
    renamed(
        {
            "Anger": "anger",
            "Anxiety": "anxiety",
            "Depression": "despair",
            "Frustration": "frustration",
            "Jealousy": "jealousy",
            "Guilt": "guilt",
            "Fear": "fear",
            "Embarrassment": "embarrassment",
        }
    ),
    "single",
)
_UNLABELLED = LabelSpace("longemotion", (), "open")


def _part(space: LabelSpace, items: int, file: str) -> Part:
    return Part(space, {"all": Split(items, (file,))})


_PARTS = {
    "detection": _part(_UNLABELLED, 136, "Emotion_Detection.jsonl"),
    "segments": _part(_SEGMENTS, 4206, "Emotion_Detection.jsonl"),
    "situations": _part(_SITUATIONS, 428, "Emotion_Expression_Situations.json"),
    "conversations": _part(_UNLABELLED, 13262, "Emotion_Conversations.jsonl"),
    "summaries": _part(_UNLABELLED, 150, "Emotion_Summary_origin.jsonl"),
}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Part `detection`: a document's segments as turns without speakers, evidence is the odd one; no gold.

    `segments`: an item a segment, groups are documents. `situations`: groups are what brings them about.
    `conversations`: an item an utterance, with its chat around it. `summaries`: a case and its consultation.
    """
    file = data.text(_FILES[_PARTS[part].splits[split].files[0]])
    return _READERS[part](file)


def _detection(file: TextFile) -> Content:
    items: list[Item] = []
    evidence = []
    for record in json_lines(file):
        segments = tuple(Turn(None, text) for text in _segments(record))
        odd = record.whole("ground_truth", 0, len(segments) - 1)
        evidence.append(Evidence(len(items), odd))
        items.append(Conversation(_document(record), segments).item(len(segments) - 1))
    return Content(tuple(items), groups=tuple(map(str, range(len(items)))), evidence=tuple(evidence))


def _labelled_segments(file: TextFile) -> Content:
    items: list[Item] = []
    labels, groups = [], []
    for record in json_lines(file):
        segments = _segments(record)
        for position, (text, name) in enumerate(
            zip(segments, record.texts("label", len(segments)), strict=True)
        ):
            labels.append(gold.position(file, record.line, name, _SEGMENTS))
            items.append(Item(text, id=f"{_document(record)}:{position}"))
            groups.append(_document(record))
    return Content(tuple(items), gold.one_hot(labels, _SEGMENTS), tuple(groups))


def _document(record: Record) -> str:
    return str(record.line - 1)


def _segments(record: Record) -> list[str]:
    """The texts of a document's segments, which are numbered from 0."""
    segments = record.records("text")
    if not segments:
        record.fail("`text` is empty")
    for position, segment in enumerate(segments):
        segment.whole("index", position, position)
    return [segment.text("context") for segment in segments]


def _situations(file: TextFile) -> Content:
    root = Record.of(file, 1, "the document", file.as_json())
    items: list[Item] = []
    labels, groups = [], []
    for emotion in root.records("emotions"):
        name = emotion.text("name")
        for factor in emotion.records("factors"):
            group = f"{name}: {factor.text('name')}"
            for text in factor.texts("scenarios"):
                labels.append(gold.position(file, 1, name, _SITUATIONS))
                items.append(Item(text, id=str(len(items))))
                groups.append(group)
    return Content(tuple(items), gold.one_hot(labels, _SITUATIONS), tuple(groups))


def _conversations(file: TextFile) -> Content:
    items: list[Item] = []
    groups: list[str] = []
    for record in json_lines(file):
        turns = tuple(
            Turn(turn.text("role"), turn.text("context"))
            for stage in record.records("stages")
            for turn in stage.records("conversations")
        )
        chat = Conversation(str(record.whole("id", 1, 10**6)), turns)
        items += chat.items()
        groups += [chat.id] * len(turns)
    return Content(tuple(items), groups=tuple(groups))


def _summaries(file: TextFile) -> Content:
    return Content(
        tuple(
            Item(
                "\n".join(record.texts("case_description") + record.texts("consultation_process")),
                id=str(record.whole("id", 1, 10**6)),
            )
            for record in json_lines(file)
        )
    )


_READERS = {
    "detection": _detection,
    "segments": _labelled_segments,
    "situations": _situations,
    "conversations": _conversations,
    "summaries": _summaries,
}

PUBLICATION = Publication(
    name="longemotion",
    what="long English documents with one segment of another emotion, counselling chats and cases, situations",
    source="LongEmotion/LongEmotion; LongEmotion 2025 (arXiv 2509.07403)",
    licence="none stated",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="detection",
    read=read,
    caveats=("in part segments a document's labels give the odd one away: detect from texts alone",),
)
