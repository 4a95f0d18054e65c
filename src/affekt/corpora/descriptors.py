"""Descriptors: free-form emotions, valence, arousal and closed-set labels of texts of other corpora.

A large language model read each text and wrote them. The files hold ids; the texts are looked up in the
corpora that they belong to, which must be in the same data folder. Synthetic texts are in their file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from affekt.core import Item, named_space
from affekt.corpora import brighter, emorynlp, goemotions, gold, xed
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile

_FILES = published(
    "descriptors",
    {
        "goemotions.tsv": "2217f5fca8e633ac0714b2f52076d51c3b7968640d92a3a7c85f23ce07147ec3",
        "brighter-eng.tsv": "a7a88dcb106fd50df016c7ce5a3f28c3f3fa5250792d6d005fb47a066e529064",
        "brighter-multi.tsv": "95dbfea05633d9e879fd037c0458ae0c94b303e6498693901a7b8e80fe17ed58",
        "xed-en.tsv": "7f76abf2d9cb05a26cb36c3241770c9ed90ba3a2a1e102cafe193088e02c8df3",
        "emorynlp.tsv": "cb9b56984f369c92abc49a32325aa582777ca8f412734ecfcf0d99483d297fdf",
        "synthetic.tsv": "74df8813e00bc3842553ced6d54e08405f354c6a2630ed8e3d57253c7e72e1c5",
        "closed-labels.tsv": "b7cb92908a0c51daa15c8af114d2a4d1c2a1abe72e74c382498b81ec39db082d",
    },
)
_FEELING = named_space("valence-arousal")
_CLOSED = named_space("wide")
_COUNTS = {
    "goemotions": 43410,
    "brighter-eng": 2768,
    "brighter-multi": 11200,
    "xed-en": 3000,
    "emorynlp": 3000,
    "synthetic": 14600,
}
_PARTS = {
    **{part: Part(_FEELING, {"all": Split(n, (f"{part}.tsv",))}) for part, n in _COUNTS.items()},
    "closed-labels": Part(_CLOSED, {"all": Split(10800, ("closed-labels.tsv",))}),
}
_HEADER = ("id", "valence", "arousal", "descriptors")
_SYNTHETIC_HEADER = (*_HEADER, "domain", "style", "text")
POSSIBLE = 0.5
"""Gold of a label that only some readers would add, in part `closed-labels`."""

Lookup = Mapping[str, tuple[Item, str]]


def read(data: DataFolder, part: str, split: str) -> Content:
    """Items with descriptors and gold valence and arousal, 1–9; or gold labels for `closed-labels`.

    Groups are what should not be split: the domain of synthetic texts (with the language, where it is another than
    English: `ml2 German`), the language of `brighter-multi`,
    the scene of `emorynlp`, and the other files' own name. In `closed-labels` ids are `<part>:<id>` and groups
    parts; gold is 1 where a typical reader would see the label, `POSSIBLE` where only some would, else 0.
    """
    return _read_closed(data) if part == "closed-labels" else _read_feeling(data, part)


def _read_feeling(data: DataFolder, part: str) -> Content:
    file = data.text(_FILES[f"{part}.tsv"])
    header = _SYNTHETIC_HEADER if part == "synthetic" else _HEADER
    rows = list(file.tab_rows(len(header), header))
    lookup = _LOOKUPS[part](data, [fields[0] for _, fields in rows])
    items, groups, feelings, descriptors = [], [], [], []
    for line, (key, valence, arousal, words, *_) in rows:
        item, group = _found(file, line, key, lookup)
        items.append(item)
        groups.append(group)
        feelings.append([gold.number(file, line, cell, 1, 9) for cell in (valence, arousal)])
        descriptors.append(_listed(words))
    return Content(
        tuple(items), gold.table(feelings, _FEELING), tuple(groups), descriptors=tuple(descriptors)
    )


def _read_closed(data: DataFolder) -> Content:
    file = data.text(_FILES["closed-labels.tsv"])
    rows = list(file.tab_rows(4, ("file", "id", "labels", "possible")))
    keys: dict[str, list[str]] = {}
    for line, (part, key, _, _) in rows:
        if part not in _LOOKUPS:
            file.fail(line, f"file {part!r} is unknown (known: {', '.join(_LOOKUPS)})")
        keys.setdefault(part, []).append(key)
    lookups = {part: _LOOKUPS[part](data, ids) for part, ids in keys.items()}
    values = np.zeros((len(rows), len(_CLOSED)), dtype=np.float32)
    items = []
    for row, (line, (part, key, labels, possible)) in enumerate(rows):
        item, _ = _found(file, line, key, lookups[part])
        items.append(replace(item, id=f"{part}:{key}"))
        for value, cell in ((POSSIBLE, possible), (1.0, labels)):
            for name in _listed(cell):
                values[row, gold.position(file, line, name, _CLOSED)] = value
    return Content(tuple(items), values, tuple(fields[0] for _, fields in rows))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in cell.split(";")) if word)


def _found(file: TextFile, line: int, key: str, lookup: Lookup) -> tuple[Item, str]:
    try:
        return lookup[key]
    except KeyError:
        file.fail(line, f"no text has id {key!r}")


def _goemotions(data: DataFolder, _: Sequence[str]) -> Lookup:
    items = goemotions.PUBLICATION.read(data, "full", "train").items
    return {str(item.id): (item, "goemotions") for item in items}


def _brighter_english(data: DataFolder, _: Sequence[str]) -> Lookup:
    items = brighter.PUBLICATION.read(data, "a-eng", "train").items
    return {str(item.id): (item, "eng") for item in items}


def _brighter_multi(data: DataFolder, keys: Sequence[str]) -> Lookup:
    languages = sorted({key.partition(":")[0] for key in keys})
    return {
        f"{language}:{item.id}": (replace(item, id=f"{language}:{item.id}"), language)
        for language in languages
        if f"a-{language}" in brighter.PUBLICATION.parts
        for item in brighter.PUBLICATION.read(data, f"a-{language}", "train").items
    }


def _xed_english(data: DataFolder, _: Sequence[str]) -> Lookup:
    items = xed.PUBLICATION.read(data, "en", "all").items
    return {str(item.id): (item, "xed-en") for item in items}


def _emorynlp(data: DataFolder, _: Sequence[str]) -> Lookup:
    train = emorynlp.PUBLICATION.read(data, "full", "train")
    assert train.groups is not None
    pairs = zip(train.items, train.groups, strict=True)
    return {str(i): (replace(item, id=str(i)), scene) for i, (item, scene) in enumerate(pairs)}


def _synthetic(data: DataFolder, _: Sequence[str]) -> Lookup:
    file = data.text(_FILES["synthetic.tsv"])
    rows = file.tab_rows(len(_SYNTHETIC_HEADER), _SYNTHETIC_HEADER)
    return {
        fields[0]: (Item(fields[6], id=fields[0]), _synthetic_group(fields[4], fields[5]))
        for _, fields in rows
    }


def _synthetic_group(domain: str, style: str) -> str:
    """The domain; with the language, where the style names one."""
    return f"{domain} {style.partition(':')[0]}" if domain.startswith("ml") else domain


_LOOKUPS: Mapping[str, Callable[[DataFolder, Sequence[str]], Lookup]] = {
    "goemotions": _goemotions,
    "brighter-eng": _brighter_english,
    "brighter-multi": _brighter_multi,
    "xed-en": _xed_english,
    "emorynlp": _emorynlp,
    "synthetic": _synthetic,
}

PUBLICATION = Publication(
    name="descriptors",
    what="free-form emotions, valence, arousal and closed-set labels of texts, written by a large language model",
    source="made for this project in November 2026; texts from goemotions, brighter, xed and emorynlp",
    licence="CC0 (annotations and synthetic texts); the other texts keep their corpora's licences",
    ship=True,
    files=_FILES,
    parts=_PARTS,
    default="synthetic",
    read=read,
)
