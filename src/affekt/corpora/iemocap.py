"""IEMOCAP: acted and improvised dialogues of ten actors, emotion and valence, arousal, dominance of each turn.

Busso et al. 2008. Read from the folders of the original release; its sound and pictures are not needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from affekt.core import Conversation, FloatArray, Item, Label, LabelSpace, Turn, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, PublishedFile, Split
from affekt.corpora.files import DataFolder, TextFile

_SESSIONS = {"train": (1, 2, 3, 4), "test": (5,)}


def _folders(session: int) -> tuple[str, str]:
    """Transcriptions and emotion evaluations of a session."""
    return (f"Session{session}/dialog/transcriptions", f"Session{session}/dialog/EmoEvaluation")


_FILES = {name: PublishedFile("iemocap", name) for i in range(1, 6) for name in _folders(i)}
_LABELS = {
    "hap": Label("happy", "pleasure and contentment", ("happiness", "joy")),
    "sad": Label("sad", "emotional pain, sorrow", ("sadness",)),
    "neu": Label("neutral", "no emotion is expressed", ("matter-of-fact",)),
    "ang": Label("angry", "strong displeasure or hostility about a wrong", ("anger",)),
    "exc": Label("excited", "lively, eager, thrilled", ("excitement",)),
    "fru": Label("frustrated", "annoyed that something does not work out", ("frustration",)),
}
_CODES = (*_LABELS, "fea", "sur", "dis", "oth")
_NO_MAJORITY = "xxx"
_SIX = LabelSpace("iemocap", tuple(_LABELS.values()), "single")
_FOUR = LabelSpace("iemocap-4", tuple(_LABELS[x] for x in ("hap", "sad", "neu", "ang")), "single")
_FEELING = LabelSpace(
    "iemocap-vad",
    (
        *named_space("valence-arousal").labels,
        Label("dominance", "how much in control the expressed feeling is, from overpowered to in control"),
    ),
    "dimensional",
    range=(1, 5),
)
_RATINGS = 5
_AXES = ("val", "act", "dom")
# Code → column; the four classes count excitement as happiness.
_COLUMNS: Mapping[str, Mapping[str, int]] = {
    "six": {code: i for i, code in enumerate(_LABELS)},
    "four": {"hap": 0, "exc": 0, "sad": 1, "neu": 2, "ang": 3},
}
_PARTS = {
    part: Part(
        space,
        {
            split: Split(None, tuple(name for i in sessions for name in _folders(i)))
            for split, sessions in _SESSIONS.items()
        },
    )
    for part, space in (("six", _SIX), ("four", _FOUR), ("vad", _FEELING))
}
_SPOKEN = re.compile(r"(\S+_([FM])\w{3})\s+\[[\d.]+-[\d.]+\]:\s*(.+)")
_JUDGED = re.compile(r"\[([-\d.]+), ([-\d.]+), ([-\d.]+)\]")
_CHOICE = re.compile(r"C-E\d+:\t([^\t]*)")
_RATED = re.compile(r"A-E\d+:\t([^\t]*)")
_AXIS = re.compile(r"(val|act|dom)\s+([1-5])\b")


@dataclass(slots=True)
class _Judgement:
    """What was said of a turn: majority's code, means, each rater's codes and numbers."""

    code: str
    means: list[float]
    choices: list[set[str]] = field(default_factory=list)
    ratings: FloatArray = field(default_factory=lambda: np.zeros((len(_AXES), _RATINGS), dtype=np.float32))


def read(data: DataFolder, part: str, split: str) -> Content:
    """Turns with the whole dialogue around them; groups are dialogues. Test is the fifth session.

    Parts `six` and `four` hold the turns whose majority is one of these labels, `vad` every turn that was judged.
    `raters` are the raters' own choices and ratings; the actors' judgement of themselves is not counted.
    """
    items: list[Item] = []
    groups: list[str] = []
    judged: list[_Judgement] = []
    for session in _SESSIONS[split]:
        spoken, emotions = (_FILES[name] for name in _folders(session))
        for file in data.inside(spoken, ".txt"):
            name = file.name.rpartition("/")[2]
            judgements = _judgements(data.text(PublishedFile(emotions.corpus, f"{emotions.name}/{name}")))
            for item in _turns(data.text(file), name.removesuffix(".txt")):
                found = judgements.get(str(item.id))
                if found is not None and (part == "vad" or found.code in _COLUMNS[part]):
                    items.append(item)
                    groups.append(name.removesuffix(".txt"))
                    judged.append(found)
    if part == "vad":
        values, raters = gold.table([x.means for x in judged], _FEELING), _shares(judged)
    else:
        space, columns = _PARTS[part].space, _COLUMNS[part]
        values = gold.one_hot([columns[x.code] for x in judged], space)
        raters = gold.table([_chosen(x, columns, len(space)) for x in judged], space)
    return Content(tuple(items), values, tuple(groups), raters)


def _turns(file: TextFile, dialogue: str) -> Iterator[Item]:
    """The turns of a transcription in the order spoken; what is no turn of an actor is skipped."""
    names: list[str] = []
    turns: list[Turn] = []
    for _, line in file.lines():
        spoken = _SPOKEN.match(line.strip())
        if spoken:
            names.append(spoken[1])
            turns.append(Turn(spoken[2], spoken[3]))
    for name, item in zip(names, Conversation(dialogue, tuple(turns)).items(), strict=True):
        yield replace(item, id=name)


def _judgements(file: TextFile) -> dict[str, _Judgement]:
    """Turn → judgement; a block a turn, its first line in brackets, a line a rater below."""
    found: dict[str, _Judgement] = {}
    current: _Judgement | None = None
    for line, content in file.lines():
        if content.startswith("["):
            fields = content.split("\t")
            if len(fields) != 4:
                file.fail(line, f"4 tab-separated fields expected, {len(fields)} found")
            current = found[fields[1]] = _Judgement(
                _code(file, line, fields[2]), _means(file, line, fields[3])
            )
        elif current is not None:
            _add_rater(file, line, content, current)
    return found


def _code(file: TextFile, line: int, code: str) -> str:
    if code not in (*_CODES, _NO_MAJORITY):
        file.fail(line, f"label {code!r} is unknown (known: {', '.join(_CODES)}, {_NO_MAJORITY})")
    return code


def _means(file: TextFile, line: int, cell: str) -> list[float]:
    numbers = _JUDGED.fullmatch(cell.strip())
    if numbers is None:
        file.fail(line, f"[valence, activation, dominance] expected, {cell!r} found")
    # Means just outside the scale are not refused: the release could not be seen when this was written.
    return [min(max(gold.number(file, line, x, 0, 6), 1), _RATINGS) for x in numbers.groups()]


def _add_rater(file: TextFile, line: int, content: str, judgement: _Judgement) -> None:
    choice, rated = _CHOICE.match(content), _RATED.match(content)
    if choice:
        # The first three letters of a name are its code.
        codes = {name.strip()[:3].casefold() for name in choice[1].split(";") if name.strip()}
        judgement.choices.append({_code(file, line, code) for code in codes})
    if rated:
        for axis, rating in _AXIS.findall(rated[1]):
            judgement.ratings[_AXES.index(axis), int(rating) - 1] += 1


def _chosen(judgement: _Judgement, columns: Mapping[str, int], width: int) -> list[float]:
    """The share of raters who chose each label; NaN where no rater is named."""
    if not judgement.choices:
        return [np.nan] * width
    sets = [{columns[code] for code in codes if code in columns} for codes in judgement.choices]
    return [sum(i in chosen for chosen in sets) / len(sets) for i in range(width)]


def _shares(judged: Sequence[_Judgement]) -> FloatArray:
    """Float32 `[items, axes, ratings]`."""
    counts = np.asarray([x.ratings for x in judged], dtype=np.float32).reshape(-1, len(_AXES), _RATINGS)
    asked = counts.sum(axis=-1, keepdims=True)
    return np.where(asked > 0, counts / np.maximum(asked, 1), np.nan).astype(np.float32)


PUBLICATION = Publication(
    name="iemocap",
    what="turns of acted and improvised English dialogues, one emotion each, and valence, arousal, dominance",
    source="University of Southern California, on request; Busso et al. 2008",
    licence="on request, for research",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="six",
    read=read,
)
