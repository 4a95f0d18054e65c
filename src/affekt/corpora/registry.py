"""The table of corpora, and the three things that are done with it: list, load, check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from affekt.core import CorpusError
from affekt.corpora import (
    brighter,
    ch_sims,
    covidet,
    cped,
    crowdflower,
    dailydialog,
    descriptors,
    ediref,
    emobank,
    emocontext,
    emorynlp,
    emotion_stimulus,
    empathic_reactions,
    enisear,
    esconv,
    event2mind,
    goemotions,
    goemotions_gpt4,
    goemotions_raters,
    iemocap,
    isear,
    longemotion,
    meld,
    reccon,
    semeval2018,
    tec,
    wassa2022,
    xed,
)
from affekt.corpora.corpus import Content, Corpus, Facts, Part, Publication
from affekt.corpora.files import DataFolder
from affekt.corpora.names import CorpusName, choose

_PUBLICATIONS: Final[Mapping[str, Publication]] = {
    module.PUBLICATION.name: module.PUBLICATION
    for module in (
        brighter,
        covidet,
        crowdflower,
        descriptors,
        emobank,
        emorynlp,
        empathic_reactions,
        enisear,
        event2mind,
        goemotions,
        isear,
        semeval2018,
        tec,
        xed,
        meld,
        dailydialog,
        ediref,
        reccon,
        cped,
        emocontext,
        esconv,
        longemotion,
        emotion_stimulus,
        ch_sims,
        goemotions_gpt4,
        goemotions_raters,
        iemocap,
        wassa2022,
    )
}


def corpora() -> tuple[Publication, ...]:
    """All corpora that can be loaded, by name."""
    return tuple(_PUBLICATIONS[name] for name in sorted(_PUBLICATIONS))


def publication(name: str) -> Publication:
    """The corpus of that name, as published.

    Args:
        name: of the corpus alone, ignoring case.

    Returns:
        Its files, parts and facts.

    Raises:
        CorpusError: if there is none.
    """
    return _PUBLICATIONS[choose("corpus", name.casefold(), sorted(_PUBLICATIONS))]


def resolve(name: str) -> CorpusName:
    """What a name means: corpus, part and split, with the defaults filled in.

    Args:
        name: `NAME[/PART][:SPLIT]`; without a part the corpus' default one, without a split `test` where
            there is one, else `all`, which is every split in order.

    Returns:
        The name in full; the part is empty where a corpus has one only.

    Raises:
        CorpusError: if there is no such corpus, part or split.
    """
    asked = CorpusName.parse(name)
    entry = publication(asked.name)
    part = entry.default if asked.part is None else choose(f"part of {entry.name}", asked.part, entry.parts)
    splits = entry.parts[part].splits
    if asked.split is None:
        return CorpusName(entry.name, part, "test" if "test" in splits else "all")
    known = dict.fromkeys([*splits, "all"])
    return CorpusName(
        entry.name, part, choose(f"split of {CorpusName(entry.name, part)}", asked.split, known)
    )


def load_corpus(name: str, data: Path | str | None = None, *, verify: bool = True) -> Corpus:
    """Load a corpus from its published files.

    Args:
        name: `NAME[/PART][:SPLIT]`, read as `resolve` does.
        data: folder that holds `<corpus>/<published name>[.xz|.gz]`; the environment variable AFFEKT_DATA
            if left out.
        verify: refuse files whose checksum is not the published one, and other numbers of items.

    Returns:
        The corpus; nothing is written to disk.

    Raises:
        CorpusError: if the name is unknown, or a file is missing, damaged or not as published.
    """
    chosen = resolve(name)
    entry, part, split = publication(chosen.name), str(chosen.part), str(chosen.split)
    made = entry.parts[part]
    folder = DataFolder.at(data)
    splits = made.splits if split == "all" else [split]
    contents = [_read(entry, part, x, folder, verify) for x in splits]
    content = contents[0] if len(contents) == 1 else Content.joined(contents)
    return Corpus(
        entry.name,
        part,
        split,
        content.items,
        content.gold,
        made.space,
        content.groups,
        content.raters,
        content.descriptors,
        content.evidence,
        _facts(entry, made, folder),
    )


def _read(entry: Publication, part: str, split: str, folder: DataFolder, verify: bool) -> Content:
    content = entry.read(folder, part, split)
    if not verify:
        return content
    # A fault of a line is told first, by the reader: it says more than a wrong checksum.
    damage = folder.damage()
    if damage:
        raise CorpusError(damage)
    expected = entry.parts[part].splits[split].items
    if expected is not None and len(content.items) != expected:
        raise CorpusError(
            f"{CorpusName(entry.name, part, split)} in {folder.root} has {len(content.items)} items, but "
            f"{expected} were published: get the published files again"
        )
    return content


def _facts(entry: Publication, part: Part, folder: DataFolder) -> Facts:
    return Facts(
        entry.what,
        entry.source,
        entry.licence,
        entry.ship,
        {name: split.items for name, split in part.splits.items() if split.items is not None},
        dict(folder.sha256),
        entry.caveats,
    )


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What was found out about one published file.

    Args:
        corpus: the corpus that it belongs to.
        file: its published name.
        path: where it is, or None if it is not at hand.
        items: items of all parts and splits read from it, summed: those that several parts share count in each.
        texts: the same items, but those that several parts share count once: a text counts as often as in the part
            that has it most often.
        splits: how many parts and splits these are.
        problem: what is wrong with it, or None.
        provable: whether its checksum is known.
    """

    corpus: str
    file: str
    path: Path | None
    items: int = 0
    texts: int = 0
    splits: int = 0
    problem: str | None = None
    provable: bool = True

    @property
    def ok(self) -> bool:
        """Whether the file is at hand and as published, as far as that is known."""
        return self.path is not None and self.problem is None

    @property
    def state(self) -> str:
        """What was found out, in words."""
        if self.path is None:
            return "not here"
        return self.problem or ("as published" if self.provable else "readable, no checksum is known")


def check(name: str, data: Path | str | None = None) -> list[FileCheck]:
    """Prove checksums and counts of the files of a corpus that are at hand.

    Every part and split is read and counted, and reported with the first file that it is read from.

    Args:
        name: of the corpus.
        data: folder as for `load_corpus`.

    Returns:
        One record a published file, in the order of publication.

    Raises:
        CorpusError: if the corpus is unknown or there is no data folder.
    """
    entry = publication(name)
    root = DataFolder.at(data).root
    return [_check_file(entry, file, root) for file in entry.files]


def _check_file(entry: Publication, name: str, root: Path) -> FileCheck:
    folder = DataFolder(root)
    file = entry.files[name]
    path = folder.find(file)
    if path is None:
        return FileCheck(entry.name, name, None)
    texts: Counter[str] = Counter()
    items = splits = 0
    known = file.sha256 is not None
    try:
        if known or not path.is_dir():
            folder.read(file)
        if folder.damage():
            raise CorpusError(str(folder.damage()))
        for part, made in entry.parts.items():
            own: Counter[str] = Counter()
            for split, facts in made.splits.items():
                if facts.files[0] == name:
                    own.update(item.text for item in _read(entry, part, split, folder, verify=True).items)
                    splits += 1
            items += own.total()
            texts |= own
    except CorpusError as error:
        return FileCheck(entry.name, name, path, items, texts.total(), splits, str(error), known)
    return FileCheck(entry.name, name, path, items, texts.total(), splits, None, known)
