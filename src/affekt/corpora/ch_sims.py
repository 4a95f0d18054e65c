"""CH-SIMS and CH-SIMS v2: clips of Chinese films and shows, sentiment by text, sound, picture and all (Yu et al. 2020).

Only the table is read: `label.csv` of the first version, `meta.csv` of the second, in folders of their own.
"""

from __future__ import annotations

from affekt.core import Item, Label, LabelSpace
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, PublishedFile, Split
from affekt.corpora.files import DataFolder

# Version → file; the unlabelled clips of the second version are a release of their own.
_NAMES = {"v1": "label.csv", "v2": "v2s/meta.csv", "v2u": "v2u/meta.csv"}
_FILES = {name: PublishedFile("ch-sims", name) for name in _NAMES.values()}
_HEADER = ("video_id", "clip_id", "text", "label", "label_T", "label_A", "label_V", "annotation", "mode")
_COLUMNS = {"text": 4, "all": 3, "audio": 5, "visual": 6}
_SPLITS = {"train": "train", "valid": "dev", "test": "test"}
_SPACE = LabelSpace(
    "ch-sims",
    (Label("sentiment", "how pleasant what is expressed is, from negative to positive"),),
    "dimensional",
    range=(-1, 1),
)
_CLIP_DIGITS = {"v1": 4, "v2": 5, "v2u": 5}


def _parts() -> dict[str, Part]:
    labelled = {
        f"{version}-{view}": Part(
            _SPACE, {split: Split(None, (_NAMES[version],)) for split in _SPLITS.values()}
        )
        for version in ("v1", "v2")
        for view in _COLUMNS
    }
    return {**labelled, "v2-unlabelled": Part(_SPACE, {"all": Split(None, (_NAMES["v2u"],))})}


def read(data: DataFolder, part: str, split: str) -> Content:
    """Transcripts with sentiment from -1 to 1 in steps of 0.2; groups are videos.

    Parts are `<version>-<what the raters saw>`: `text` alone is a text model's target, `all` the benchmark's.
    The gold of `v2-unlabelled` is NaN.
    """
    version, view = part.split("-")
    unlabelled = view not in _COLUMNS
    file_of = "v2u" if unlabelled else version
    file = data.text(_FILES[_NAMES[file_of]])
    items, groups, rows = [], [], []
    for line, fields in file.csv_rows(_HEADER):
        video, clip, text = fields[:3]
        mode = fields[-1]
        if not unlabelled:
            if mode not in _SPLITS:
                file.fail(line, f"mode {mode!r} is unknown (known: {', '.join(_SPLITS)})")
            if _SPLITS[mode] != split:
                continue
            rows.append([gold.number(file, line, fields[_COLUMNS[view]], -1, 1)])
        else:
            rows.append([float("nan")])
        # Spreadsheets drop the zeros in front of a clip's number.
        items.append(Item(text, id=f"{video}/{clip.zfill(_CLIP_DIGITS[file_of])}"))
        groups.append(video)
    return Content(tuple(items), gold.table(rows, _SPACE), tuple(groups))


PUBLICATION = Publication(
    name="ch-sims",
    what="transcripts of Chinese video clips, sentiment from -1 to 1 by text, sound, picture, and all together",
    source="thuiar/MMSA; Yu et al. 2020 (ACL), Liu et al. 2022 (ICMI)",
    licence="on request",
    ship=False,
    files=_FILES,
    parts=_parts(),
    default="v1-text",
    read=read,
)
