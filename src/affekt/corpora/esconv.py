"""ESConv: chats of emotional support; the seeker's emotion and problem, the supporter's strategies (Liu et al. 2021).

Dev and test in the form of MultiESC, which joins messages into turns and re-tokenises; and the authors' chats
that failed, which are no part of ESConv, in their own form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from affekt.core import Conversation, Item, Label, LabelSpace, Turn
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile
from affekt.corpora.records import Record, elements, json_lines
from affekt.corpora.spaces import renamed

_FILES = published(
    "esconv",
    {
        "valid.txt": "bb0301e9bc3cd7d5f6cbfa4afd906ede4e57dca762a66b5573389a0f608f595e",
        "test.txt": "d3a34778f786d3441e131fdce267a4b9f3e59ac048f848c040d5611f44560860",
        "FailedESConv.json": "d21bad5409d88ecbca18abfee26a8c188d09c34b03962cb53a4c30d8de95b279",
    },
)
_EMOTIONS = LabelSpace(
    "esconv-emotion",
    renamed(
        {
            "anxiety": "anxiety",
            "depression": Label("depression", "lasting low spirits, without drive or hope", ("depressed",)),
            "sadness": "sadness",
            "anger": "anger",
            "fear": "fear",
            "shame": "shame",
            "disgust": "disgust",
            "nervousness": "nervousness",
        }
    ),
    "single",
)
_PROBLEMS = LabelSpace(
    "esconv-problem",
    (
        Label("ongoing depression", "low spirits that last"),
        Label("breakup with partner", "a relationship that ended or is ending"),
        Label("job crisis", "losing, lacking or suffering from work"),
        Label("problems with friends", "quarrels with friends, or the loss of them"),
        Label("academic pressure", "study, exams or school that are too much"),
        Label("sleep problems", "too little or bad sleep"),
        Label("procrastination", "putting off what must be done"),
        Label("alcohol abuse", "drinking too much"),
        Label("issues with parents", "trouble with one's parents"),
        Label("issues with children", "trouble with one's children"),
        Label("appearance anxiety", "worry about one's looks"),
        Label("conflict with parents", "a quarrel with one's parents"),
    ),
    "single",
)
_COMMON = (
    Label("Affirmation and Reassurance", "praising the seeker's strengths, giving courage"),
    Label("Self-disclosure", "telling of a like experience of one's own"),
    Label("Reflection of feelings", "putting the seeker's feelings into words"),
    Label("Restatement or Paraphrasing", "saying again, shorter, what the seeker said"),
)
_JOINED = (
    *_COMMON,
    Label("Question", "asking about the problem"),
    Label("Providing Suggestions or Information", "advising what to do, or giving facts"),
    Label("Greeting", "hello, goodbye, thanks"),
    Label("Others", "anything else"),
)
_OWN = (
    *_COMMON,
    Label("Questions", "asking about the problem"),
    Label("Providing Suggestions", "advising what to do"),
    Label("Information", "giving facts"),
    Label("Other", "pleasantries and anything else"),
)
_SPELLINGS = {"Greetings": "Greeting"}
# Rare names, taken to those of the published list that stand nearest.
_OWN_SPELLINGS = {
    "Question": "Questions",
    "Direct Guidance": "Providing Suggestions",
    "Approval and Reassurance": "Affirmation and Reassurance",
    "Restatement": "Restatement or Paraphrasing",
}
_SEEKER, _SUPPORTER = "seeker", "supporter"
_SPEAKERS = {"usr": _SEEKER, "sys": _SUPPORTER, "speaker": _SEEKER, "listener": _SUPPORTER}


def _splits(dev: int, test: int) -> dict[str, Split]:
    return {"dev": Split(dev, ("valid.txt",)), "test": Split(test, ("test.txt",))}


def _failed(items: int) -> dict[str, Split]:
    return {"all": Split(items, ("FailedESConv.json",))}


_PARTS = {
    "emotion": Part(_EMOTIONS, _splits(195, 195)),
    "problem": Part(_PROBLEMS, _splits(195, 195)),
    "strategy": Part(LabelSpace("esconv-strategy", _JOINED, "single"), _splits(2257, 2389)),
    "strategies": Part(LabelSpace("esconv-strategies", _JOINED, "multi"), _splits(2257, 2389)),
    "failed-emotion": Part(_EMOTIONS, _failed(196)),
    "failed-problem": Part(_PROBLEMS, _failed(196)),
    "failed-strategy": Part(LabelSpace("esconv-failed-strategy", _OWN, "single"), _failed(2377)),
}


@dataclass(frozen=True, slots=True)
class _Chat:
    """A chat; `strategies` has those of each turn, none of the seeker's."""

    record: Record
    conversation: Conversation
    strategies: tuple[tuple[str, ...], ...]


def read(data: DataFolder, part: str, split: str) -> Content:
    """Emotion and problem: one item a chat, what the seeker wrote of the situation, with the chat as following.

    Strategy: one item a turn of the supporter, with the turns around it; `strategy` is the first of a turn,
    `strategies` are all. Groups are chats.
    """
    file = data.text(_FILES[_PARTS[part].splits[split].files[0]])
    chats = _failed_chats(file) if part.startswith("failed") else _chats(file, split)
    space = _PARTS[part].space
    if part.endswith(("emotion", "problem")):
        return _of_chats(chats, part.removeprefix("failed-") + "_type", space)
    return _of_turns(chats, space)


def _chats(file: TextFile, split: str) -> Iterator[_Chat]:
    for record in json_lines(file):
        turns = record.records("dialog")
        yield _Chat(
            record,
            _conversation(f"{split}-{record.line - 1}", turns, "text"),
            tuple(_joined_strategies(turn) for turn in turns),
        )


def _joined_strategies(turn: Record) -> tuple[str, ...]:
    """The strategies of a turn, each once; the first also stands in a field of its own."""
    if _speaker(turn) == _SEEKER:
        return ()
    names = [_SPELLINGS.get(name, name) for name in turn.texts("all_strategy")]
    return tuple(dict.fromkeys([turn.text("strategy"), *names]))


def _failed_chats(file: TextFile) -> Iterator[_Chat]:
    for line, name, value in elements(file):
        record = Record.of(file, line, name, value)
        turns = record.records("dialog")
        yield _Chat(
            record,
            _conversation(name.replace("element ", "failed-"), turns, "content"),
            tuple(_own_strategies(turn) for turn in turns),
        )


def _own_strategies(turn: Record) -> tuple[str, ...]:
    if _speaker(turn) == _SEEKER:
        return ()
    name = turn.record("annotation").text("strategy")
    return (_OWN_SPELLINGS.get(name, name),)


def _speaker(turn: Record) -> str:
    name = turn.text("speaker")
    if name not in _SPEAKERS:
        turn.fail(f"speaker {name!r} is unknown (known: {', '.join(_SPEAKERS)})")
    return _SPEAKERS[name]


def _conversation(name: str, turns: Iterable[Record], key: str) -> Conversation:
    return Conversation(name, tuple(Turn(_speaker(turn), turn.text(key).strip()) for turn in turns))


def _of_chats(chats: Iterable[_Chat], key: str, space: LabelSpace) -> Content:
    items, labels = [], []
    for chat in chats:
        record, conversation = chat.record, chat.conversation
        text = record.text("situation").strip()
        items.append(Item(text, (), conversation.turns, _SEEKER, conversation.id))
        labels.append(gold.position(record.file, record.line, record.text(key), space))
    return Content(tuple(items), gold.one_hot(labels, space), tuple(str(item.id) for item in items))


def _of_turns(chats: Iterable[_Chat], space: LabelSpace) -> Content:
    items: list[Item] = []
    labels, groups = [], []
    for chat in chats:
        for turn, names in enumerate(chat.strategies):
            if not names:
                continue
            chosen = names[:1] if space.kind == "single" else names
            file, line = chat.record.file, chat.record.line
            labels.append([gold.position(file, line, name, space) for name in chosen])
            items.append(chat.conversation.item(turn))
            groups.append(chat.conversation.id)
    return Content(tuple(items), gold.many_hot(labels, space), tuple(groups))


PUBLICATION = Publication(
    name="esconv",
    what="English chats of emotional support: emotion and problem of the seeker, strategies of the supporter (no train file)",
    source="thu-coai/Emotional-Support-Conversation; dev and test: lwgkzl/MultiESC; Liu et al. 2021 (ACL)",
    licence="CC BY-NC 4.0 (academic research only; none for MultiESC's form)",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="emotion",
    read=read,
    caveats=(
        "strategies here join suggestions with information and add `Greeting`: map before comparing with papers",
        "dev and test are MultiESC's 195 chats each; other papers split otherwise",
    ),
)
