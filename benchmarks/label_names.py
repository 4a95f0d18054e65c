"""What speaks for the names of emotions in languages that few can check: labelled texts, and names of emoji.

    npm pack cldr-annotations-full && tar xzf cldr-annotations-full-*.tgz
    python benchmarks/label_names.py --cldr package/annotations

Two sources, neither of which the names were taken from by rule. *Texts*: a name that stands in three texts or more of
BRIGHTER's train and dev splits is borne out where the basic emotion that it belongs to is marked more often in them than in
all texts of the language. *Emoji*: Unicode's CLDR names emoji in many languages; a name is borne out where most of its letters
(consonants in Ethiopic script) stand in a row in what an emoji is called whose English keywords name the emotion. How often
that is so by chance is told by the names of other emotions, held against the same emoji and texts.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

import numpy as np
from distillation import gold_of
from record import Record, Table

from affekt.core import CorpusError, label_languages, named_space, translated
from affekt.corpora import Corpus, load_corpus

# ISO 639-3 → CLDR's code.
CLDR: Final = {
    "afr": "af", "amh": "am", "hau": "ha", "ibo": "ig", "jav": "jv", "kin": "rw", "mar": "mr", "orm": "om", "pcm": "pcm",
    "ben": "bn", "ell": "el", "fas": "fa", "heb": "he", "tam": "ta", "tha": "th", "urd": "ur", "som": "so", "sun": "su", "swa": "sw", "tat": "tt", "tir": "ti", "vmw": "vmw", "xho": "xh", "yor": "yo", "zul": "zu",
}  # fmt: skip
BASIC: Final = {
    "joy": "admiration affection amusement anticipation approval awe calm caring compassion confidence contentment curiosity "
    "desire determination enthusiasm excitement gratitude hope joy love optimism pride relief satisfaction tenderness trust",
    "anger": "anger annoyance contempt disapproval envy frustration hate humiliation indignation jealousy",
    "sadness": "boredom despair disappointment embarrassment grief guilt hurt loneliness longing nostalgia pessimism pity regret "
    "remorse resignation sadness shame sympathy tiredness",
    "fear": "anxiety distrust fear nervousness suspicion worry",
    "surprise": "confusion realization surprise",
    "disgust": "disgust",
}  # fmt: skip
GROUP: Final = {label: group for group, labels in BASIC.items() for label in labels.split()}
SPLITS: Final = ("a-{}:train", "a-{}:dev", "c-{}:dev")
LEAST_TEXTS: Final = 3
LEAST_LETTERS: Final = 4
SHARE: Final = 0.7
LEAST_CONSONANTS: Final = 3
ETHIOPIC: Final = range(0x1200, 0x1358)
SEED: Final = 0


def bare(text: str) -> str:
    """Text without case and accents, which people leave out; Ethiopic syllables as their consonants."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    letters = (char for char in decomposed if unicodedata.category(char) != "Mn")
    return "".join(chr(ord(c) - ord(c) % 8) if ord(c) in ETHIOPIC else c for c in letters)


def alike(name: str, other: str) -> bool:
    """Whether most letters of a name stand in a row in another text; both bare."""
    longest = SequenceMatcher(None, name, other, autojunk=False).find_longest_match().size
    if ord(name[0]) in ETHIOPIC:
        return longest >= min(LEAST_CONSONANTS, len(name))
    return longest >= min(len(name), max(LEAST_LETTERS, round(SHARE * len(name))))


def by_emoji(folder: Path, language: str, names: Mapping[str, str]) -> dict[str, bool]:
    """Whether emoji that English keywords give a label are called by the name that is given for it."""
    native, english = annotations(folder, CLDR[language]), annotations(folder, "en")
    forms = {label.name: {f.casefold() for f in label.forms} for label in named_space("wide").labels}
    found = {}
    for label, name in names.items():
        called = [c for e, words in english.items() if forms[label] & set(words) for c in native.get(e, ())]
        if called:
            found[label] = any(alike(bare(name), bare(other)) for other in called)
    return found


def annotations(folder: Path, code: str) -> dict[str, list[str]]:
    """Emoji → what it is called, as far as CLDR has the language."""
    file = folder / code / "annotations.json"
    if not file.is_file():
        return {}
    entries = json.loads(file.read_text(encoding="utf-8"))["annotations"]["annotations"]
    return {emoji: [*entry.get("default", []), *entry.get("tts", [])] for emoji, entry in entries.items()}


def by_texts(corpora: Sequence[Corpus], names: Mapping[str, str]) -> dict[str, bool]:
    """Whether texts with a name are marked with its basic emotion more often than the language's texts are."""
    read = [
        (bare(item.text), row)
        for corpus in corpora
        for item, row in zip(corpus.items, gold_of(corpus), strict=True)
    ]
    found: dict[str, bool] = {}
    for label, name in names.items():
        if not corpora or GROUP[label] not in corpora[0].space.names:
            continue
        column = corpora[0].space.index(GROUP[label])
        # Endings vary; a short name is taken whole, since its beginning says little.
        stem = bare(name) if len(bare(name)) < 7 else bare(name)[:-1]
        marked = [row[column] for text, row in read if re.search(rf"(?<!\w){re.escape(stem)}", text)]
        if len(marked) >= LEAST_TEXTS:
            found[label] = bool(np.mean(marked) > np.mean([row[column] for _, row in read]))
    return found


def brighter(language: str) -> list[Corpus]:
    """BRIGHTER's train and dev splits of a language."""

    def splits() -> Iterator[Corpus]:
        for split in SPLITS:
            try:
                yield load_corpus(f"brighter/{split.format(language)}")
            except CorpusError:
                continue

    return list(splits())


def exchanged(names: Mapping[str, str]) -> dict[str, str]:
    """Each label with the name of one of another basic emotion: what is borne out then is chance."""
    rng = np.random.default_rng(SEED)
    labels = list(names)
    others = {a: [b for b in labels if GROUP[b] != GROUP[a]] for a in labels}
    return {label: names[others[label][rng.integers(len(others[label]))]] for label in labels}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--cldr", type=Path, required=True, help="folder `annotations` of cldr-annotations-full"
    )
    asked = parser.parse_args()
    if not annotations(asked.cldr, "en"):
        raise SystemExit(
            f"{asked.cldr} holds no en/annotations.json: unpack the package cldr-annotations-full"
        )
    rows, figures = [], {}
    for language in CLDR:
        if language not in label_languages():
            continue
        names = {label: name[0] for label in GROUP if (name := translated(label, [language]))}
        corpora = brighter(language)
        told = {}
        for key, given in (("own", names), ("exchanged", exchanged(names))):
            told[key] = (by_emoji(asked.cldr, language, given), by_texts(corpora, given))
        (emoji, texts), (other_emoji, other_texts) = told["own"], told["exchanged"]
        either = {label for source in (emoji, texts) for label, yes in source.items() if yes}
        rows.append(
            (
                language,
                len(names),
                of(emoji),
                of(other_emoji),
                of(texts),
                of(other_texts),
                len(either),
                len(names) - len(either),
            )
        )
        figures[language] = {
            "names": names,
            "borne out by emoji": sorted(k for k, v in emoji.items() if v),
            "not by emoji": sorted(k for k, v in emoji.items() if not v),
            "borne out by texts": sorted(k for k, v in texts.items() if v),
            "not by texts": sorted(k for k, v in texts.items() if not v),
        }
    header = ("language", "names", "emoji", "exchanged", "texts", "exchanged", "borne out by one", "by none")
    notes = (
        "Names of the 65 emotions of the space `wide` (without `neutral`). *emoji*: names borne out, of those of emotions that "
        "some emoji has among its English keywords; *texts*: of those that stand in three texts or more; *exchanged*: the same "
        "for names of other basic emotions. What nothing bears out is as the writer of the table knows it.",
    )
    Record(
        "Names of emotions in languages that few can check", notes, [Table("", header, rows)], figures, SEED
    ).write("label_names")


def of(found: Mapping[str, bool]) -> str:
    """How many of how many."""
    return f"{sum(found.values())} of {len(found)}"


if __name__ == "__main__":
    main()
