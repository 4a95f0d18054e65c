"""EmoryNLP: scenes of a sitcom, one of seven emotions an utterance (Zahiri and Choi 2018).

Two versions circulate, whose figures must not be compared: `full` (1,328 test utterances, the original
release) and `reduced` (984, with times for audio; used by most papers on conversations). `json` is the original
release's dev and test as its authors publish them, with all speakers of a turn; its train file is not at hand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from affekt.core import Turn, named_space
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.dialogues import Row, labelled_turns
from affekt.corpora.files import DataFolder, TextFile

_FILES = published(
    "emorynlp",
    {
        "EMORY_train.txt": "b686aba4a7feb151346327ac7a9a55a09da810c529a7485c556f4be392a512c7",
        "EMORY_dev.txt": "1059dea45b362559646f3216cba08a519a6ee7eddaa87808ad44c9e4ff5d916e",
        "EMORY_test.txt": "a4c0ca8ae410e3a8a1bb2aec371cdf925ad486eae064cedc53f5749a2e654b72",
        "emorynlp_train_final.csv": "462c66c333783adb801836d12d1424f48489bef4fb8ddfec7fbb2f08ce8211d5",
        "emorynlp_dev_final.csv": "20edc9d5917fe705b17b849f7f288e495d4132a60353a6247c3800445bdf8734",
        "emorynlp_test_final.csv": "dbc4b5638acd12c92a5f48def829e04f1c765cddffb4eedbe34216312e0d2d78",
        "emotion-detection-dev.json": "177f0b8ae5442045ea60e6f7940e14b1a8c15c704201f01da1ba74943f99086e",
        "emotion-detection-tst.json": "2da84b0bffbc9da2f3b9de8016c2d3ae5478e6ccb26d473313368373b427dedc",
    },
)
_SPACE = named_space("emorynlp")
_PARTS = {
    "full": Part(
        _SPACE,
        {
            "train": Split(9934, ("EMORY_train.txt",)),
            "dev": Split(1344, ("EMORY_dev.txt",)),
            "test": Split(1328, ("EMORY_test.txt",)),
        },
    ),
    "reduced": Part(
        _SPACE,
        {
            "train": Split(7551, ("emorynlp_train_final.csv",)),
            "dev": Split(954, ("emorynlp_dev_final.csv",)),
            "test": Split(984, ("emorynlp_test_final.csv",)),
        },
    ),
    "json": Part(
        _SPACE,
        {
            "dev": Split(1344, ("emotion-detection-dev.json",)),
            "test": Split(1328, ("emotion-detection-tst.json",)),
        },
    ),
}
_HEADER = (
    "Utterance",
    "Speaker",
    "Emotion",
    "Scene_ID",
    "Utterance_ID",
    "Season",
    "Episode",
    "Start_Time",
    "End_Time",
)


def read(data: DataFolder, part: str, split: str) -> Content:
    """Utterances in order, with the scene's other turns around them; groups are scenes."""
    file = data.text(_FILES[_PARTS[part].splits[split].files[0]])
    rows = {"full": _full_rows, "reduced": _reduced_rows, "json": _json_rows}[part](file, split)
    return labelled_turns(file, rows, _SPACE)


def _full_rows(file: TextFile, split: str) -> Iterator[Row]:
    """Line number, scene, turn, emotion; an empty line ends a scene."""
    scene = 0
    for line, content in file.lines():
        if not content:
            scene += 1
            continue
        fields = content.split("\t")
        if len(fields) != 3:
            file.fail(line, f"3 tab-separated fields expected, {len(fields)} found")
        speaker, text, emotion = fields
        yield line, f"{split}-{scene}", Turn(speaker, text), emotion


def _json_rows(file: TextFile, _: str) -> Iterator[Row]:
    """Line number, scene, turn, emotion, from episodes of scenes of utterances."""
    document = file.as_json()
    try:
        episodes = document["episodes"]  # type: ignore[index]
        scenes = [scene for episode in episodes for scene in episode["scenes"]]
        utterances = [(str(scene["scene_id"]), x) for scene in scenes for x in scene["utterances"]]
    except (KeyError, TypeError):
        file.fail(1, "episodes of scenes of utterances expected")
    line, end = 1, 0
    for scene, utterance in utterances:
        # Utterances are in the order of the file: each is looked for behind the one before.
        key = utterance.get("utterance_id") if isinstance(utterance, dict) else None
        before, end = end, max(file.text.find(f'"{key}"', end), end)
        line += file.text.count("\n", before, end)
        try:
            names, text, emotion = utterance["speakers"], utterance["transcript"], utterance["emotion"]
        except (KeyError, TypeError):
            file.fail(line, f"an utterance of scene {scene} is not of the published form")
        if not isinstance(text, str) or not isinstance(emotion, str) or not isinstance(names, list):
            file.fail(line, f"utterance {key} needs a list of speakers, a transcript and an emotion")
        yield line, scene, Turn(", ".join(map(str, names)), text), emotion


def _reduced_rows(file: TextFile, _: str) -> Iterator[Row]:
    """Line number, scene, turn, emotion; the speakers are a Python list in a cell."""
    for line, fields in file.csv_rows(_HEADER):
        text, speakers, emotion, scene, _, season, episode, _, _ = fields
        try:
            names = [str(name) for name in ast.literal_eval(speakers)]
        except (ValueError, SyntaxError, TypeError):
            file.fail(line, f"a list of speakers expected, {speakers!r} found")
        yield line, f"s{season}_e{episode}_c{scene}", Turn(", ".join(names), text), emotion


PUBLICATION = Publication(
    name="emorynlp",
    what="utterances of the TV series Friends in scenes, one of seven emotions each",
    source="emorynlp/emotion-detection, mirror rungjoo/CoMPM; reduced: declare-lab/MELD; Zahiri and Choi 2018",
    licence="Apache-2.0 (Emory's grant; the scripts' own copyright is not covered)",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="full",
    read=read,
)
