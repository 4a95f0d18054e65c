"""SemEval-2018 task 1, Affect in Tweets (Mohammad, Bravo-Marquez, Salameh and Kiritchenko 2018).

Parts: `e-c-<language>` emotions; `ei-reg-en-<emotion>` and `v-reg-en` intensity and valence as a number 0–1;
`ei-oc-en-<emotion>` and `v-oc-en` the same as classes.
"""

from __future__ import annotations

import re

from affekt.core import Item, Label, LabelSpace, named_space
from affekt.corpora import gold
from affekt.corpora.corpus import Content, Part, Publication, Split, published
from affekt.corpora.files import DataFolder, TextFile

_FILES = published(
    "semeval2018",
    {
        "E-c-En-train.txt": "498893ef1ecc5698d44ba9fd815d3ee88278f24fc549b202ddf36a4452f96675",
        "E-c-En-dev.txt": "1124cf56bd255fadea9e734a13133a9bd2202022f6d8a0ea560f076d8562517f",
        "E-c-En-test-gold.txt": "e2e1d2af0aeb381cd37c7c4fbbd833eed929cab610a7a027c80b8e4f7aa07df5",
        "EI-reg-En-anger-train.txt": "401b871be92c09adf178ffdf6f5f39a27dba61e434874ea9fc9cd3b3fb4b318a",
        "EI-reg-En-anger-dev.txt": "bbce220a30bf3b89ef9d9615da68c88c96060fa167bb8dd93f913a8e336b6031",
        "EI-reg-En-anger-test-gold.txt": "e3ba54b5e6cc6b2058014f16f4119420b11efc2149ed575cd2494ecccf998718",
        "EI-reg-En-fear-train.txt": "86b2b01b99bf8b4a8bb5f201d3d05c812a5aa6e23edeb981ac582003203cbc06",
        "EI-reg-En-fear-dev.txt": "f9b523a310a1d612c4a8880035fd48c4b5533e2b4150c774ef57e7e454cb8a61",
        "EI-reg-En-fear-test-gold.txt": "d1de0036a38b9052155846dd53a5f2f04fb37720472aa9578ee935f3fdcad69a",
        "EI-reg-En-joy-train.txt": "e58aa9ed0f5669716c8946cafd67469718a6201de7640677d3d69e9d3ad79aaf",
        "EI-reg-En-joy-dev.txt": "06fa31326139113566ea3bb02948117ce3b32fc6e869ff2f207caee822a9017e",
        "EI-reg-En-joy-test-gold.txt": "3b4c2d8827c7531676a0432d6630d173cfe9b51d300d46284cd53c0219a00e42",
        "EI-reg-En-sadness-train.txt": "ddd81a4f8a33b28fd6e64d8dd4a9fa7adfd773b7709b55a80e62840bbda2aaf3",
        "EI-reg-En-sadness-dev.txt": "a83e6f7197e2085e3a68e79a746396d35caefd9f3b8994bdb763197fc21ba169",
        "EI-reg-En-sadness-test-gold.txt": "62e167d8fc128d64dfc262f40dad4e65ac48f6fbd1289940717da873f7bfb133",
        "EI-oc-En-anger-train.txt": "37f63fa252dc167b2ae54a3f3f5da8e646f05c7d49fcba9f61e73a5be6ea9793",
        "EI-oc-En-anger-dev.txt": "3818584e0249f4fcfbf0e88c88ea9d6b815e4b56eaa94b32738a2021e3ce6e45",
        "EI-oc-En-anger-test-gold.txt": "973bb2ad894035d93d277750a01526ee812287f876c6bdc410e6a69a156ada07",
        "EI-oc-En-fear-train.txt": "533f84a327ce8455d462ce354fe7dba34152549237bf6048dcc114b18e6e41f2",
        "EI-oc-En-fear-dev.txt": "0c56ceb6ab89adaa35785b23d0321cac2f1b4db46f0f7a607a79e6266d41459c",
        "EI-oc-En-fear-test-gold.txt": "f5f0ab4d3da3fb7ec3f4cca84e8edb7417e4c5bb6f523c6e7feffdc1f01abd9b",
        "EI-oc-En-joy-train.txt": "1a03aec594e776e570c25bad1555b8aee48f10f43910cabeb16a39485ab19b5a",
        "EI-oc-En-joy-dev.txt": "a74e7d6d681b305f9fa965b93bf381ee30cb571871b002ac8b4664c21d4e8305",
        "EI-oc-En-joy-test-gold.txt": "2c324c06ea0dae34d2dcab14ad103a12307efa429dee9b10ec4828c06af812bb",
        "EI-oc-En-sadness-train.txt": "d99010812adf7f6bf0333f143366968b2e3923f2f9e22b2ba5365be455b1bd13",
        "EI-oc-En-sadness-dev.txt": "4aee17c6a64daaaec760b8503763f7b2cefa8a0be1eec43c7534a5b325045179",
        "EI-oc-En-sadness-test-gold.txt": "ba68f72f5f7e3a5ca31d1752fe95ba090acc4e57c4c043f12001784e67a4cbe8",
        "Valence-reg-En-train.txt": "7181e15f017e09ec78f4e609a6c46a124dbe2136a914e6d49a27644c0d6e4c21",
        "Valence-reg-En-dev.txt": "859f6443b4e11f6eb49a624c061c082a5d1a27c646b038a86aaa067f175fa3b5",
        "Valence-reg-En-test-gold.txt": "dfec193a248d63a27ebe33ce2e4d1b6ecbf7a60e07f0faa6d06f4055fa5a5dcb",
        "Valence-oc-En-train.txt": "b1fc2cdce6b8e05c30c5f4b16ebb0e3b739ef721c699ecf8e83f81fdabc7f888",
        "Valence-oc-En-dev.txt": "2ac84765921dd409023573b7075972ea79072fe8df76ebf555996bf1be191928",
        "Valence-oc-En-test-gold.txt": "3a02a4d264c7b54373a7169e189c0982d71eb3781657f7f6a0c12ed6a4695477",
        "2018-E-c-Ar-train.txt": "205671fe5d46ae6f962deda2968f25441ccd562ff8064ce9bc91b6f2f7cf4916",
        "2018-E-c-Ar-dev.txt": "5af7340a803a863c32001376282ea9e81da7b5a93ac0b02461c9474c8e2a867f",
    },
)
_EMOTIONS = named_space("semeval2018")
_FELT = named_space("ekman")  # how strongly one emotion is felt: raters were not told what else it includes
_VALENCE = named_space("valence-arousal").labels[0]
_INTENSITY_COUNTS = {
    "anger": (1701, 388, 1002),
    "fear": (2252, 389, 986),
    "joy": (1616, 290, 1105),
    "sadness": (1533, 397, 975),
}
_VALENCE_COUNTS = (1181, 449, 937)
# Line breaks inside tweets are written as escapes.
_LINE_BREAK = re.compile(r"\\r\\n|\\[rn]")
_CLASS = re.compile(r"(-?\d+): ")


def _splits(stem: str, train: int, dev: int, test: int) -> dict[str, Split]:
    return {
        "train": Split(train, (f"{stem}-train.txt",)),
        "dev": Split(dev, (f"{stem}-dev.txt",)),
        "test": Split(test, (f"{stem}-test-gold.txt",)),
    }


def _regression(name: str, label: Label) -> LabelSpace:
    return LabelSpace(f"semeval2018-{name}", (label,), "dimensional", range=(0, 1))


def _classes(name: str, label: Label, levels: int) -> LabelSpace:
    return LabelSpace(f"semeval2018-{name}", (label,), "ordinal", levels=levels)


def _parts() -> dict[str, Part]:
    arabic = {
        "train": Split(2278, ("2018-E-c-Ar-train.txt",)),
        "dev": Split(585, ("2018-E-c-Ar-dev.txt",)),
    }
    parts = {
        "e-c-en": Part(_EMOTIONS, _splits("E-c-En", 6838, 886, 3259)),
        "e-c-ar": Part(_EMOTIONS, arabic),
        "v-reg-en": Part(_regression("v-reg", _VALENCE), _splits("Valence-reg-En", *_VALENCE_COUNTS)),
        "v-oc-en": Part(_classes("v-oc", _VALENCE, 7), _splits("Valence-oc-En", *_VALENCE_COUNTS)),
    }
    for emotion, counts in _INTENSITY_COUNTS.items():
        label = _FELT.labels[_FELT.index(emotion)]
        for kind, space in (
            ("reg", _regression(f"ei-reg-{emotion}", label)),
            ("oc", _classes(f"ei-oc-{emotion}", label, 4)),
        ):
            parts[f"ei-{kind}-en-{emotion}"] = Part(space, _splits(f"EI-{kind}-En-{emotion}", *counts))
    return parts


_PARTS = _parts()


def read(data: DataFolder, part: str, split: str) -> Content:
    """Tweets as published, with their line breaks restored; a row of zeros is a tweet without emotion.

    Valence classes -3…3 are levels 0…6. The bias probes in the test files (ids with `mystery`, gold 0) are
    left out.
    """
    space = _PARTS[part].space
    file = data.text(_FILES[_PARTS[part].splits[split].files[0]])
    return _emotions(file) if space is _EMOTIONS else _affect(file, space)


def _tweet(text: str, key: str) -> Item:
    return Item(_LINE_BREAK.sub("\n", text), id=key)


def _emotions(file: TextFile) -> Content:
    items, rows = [], []
    header = ("ID", "Tweet", *_EMOTIONS.names)
    for line, (key, text, *cells) in file.tab_rows(len(header), header):
        rows.append([gold.integer(file, line, cell, 0, 1) for cell in cells])
        items.append(_tweet(text, key))
    return Content(tuple(items), gold.table(rows, _EMOTIONS))


def _affect(file: TextFile, space: LabelSpace) -> Content:
    """One emotion's intensity, or valence: a number, or a class in front of its wording."""
    label = space.names[0]
    column = "Intensity Score" if space.kind == "dimensional" else "Intensity Class"
    lowest = -3 if label == "valence" else 0
    items, rows = [], []
    for line, (key, text, name, cell) in file.tab_rows(4, ("ID", "Tweet", "Affect Dimension", column)):
        if "mystery" in key:
            continue
        if name != label:
            file.fail(line, f"affect dimension {label!r} expected, {name!r} found")
        if space.levels is None:
            value = gold.number(file, line, cell, 0, 1)
        else:
            found = _CLASS.match(cell)
            class_ = found[1] if found else cell
            value = gold.integer(file, line, class_, lowest, lowest + space.levels - 1) - lowest
        rows.append([value])
        items.append(_tweet(text, key))
    return Content(tuple(items), gold.table(rows, space))


PUBLICATION = Publication(
    name="semeval2018",
    what="tweets with 11 emotions, intensities of four of them, and valence; English, and Arabic emotions",
    source="SemEval-2018 task 1, mirrors cbaziotis/ntua-slp-semeval2018 and ObeidaElJundi/SemEval-2018-Affect-in-Tweets; Mohammad et al. 2018",
    licence="for research; tweets under Twitter's terms",
    ship=False,
    files=_FILES,
    parts=_PARTS,
    default="e-c-en",
    read=read,
)
