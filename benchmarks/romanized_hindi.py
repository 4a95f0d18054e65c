"""Hindi in Latin letters: fit what tells it from other languages and finds its words, and measure what that is worth.

    python benchmarks/romanized_hindi.py fit src/affekt/text
    python benchmarks/romanized_hindi.py measure

Words are those of BRIGHTER's Hindi train split and of synthetic Hindi texts. The n-gram table is fitted on synthetic texts
in romanised Hindi, on the Hindi ones written in Latin letters by rule, in several spellings, and against texts in other
languages (those of `measured_languages.py`). Shares are of held-out texts, a quarter by a hash of the text. EDiReF's
train and dev splits, sitcom dialogues in Hindi and English, tell what a reader of the restored text gains.
"""

from __future__ import annotations

import argparse
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import measured_languages
import numpy as np
from distillation import drawn, figure, gold_of, signed
from language_guard import halves, read, synthetic, wilson
from record import Record, Table, model_digest, shown

from affekt.core import LabelSpace
from affekt.corpora import Corpus, load_corpus
from affekt.models import load
from affekt.text import NgramOdds, restore_hindi
from affekt.text.romanized import spelling_key

SEED: Final = 0
ENGLISH: Final = ("goemotions:train", "brighter/a-eng:train", "xed/en")
LEAST_ENGLISH: Final = 5  # times that a word must stand in English texts to be one
SPELLINGS: Final = 3  # of each Hindi text
CONSONANTS: Final = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        [
            "k",
            "kh",
            "g",
            "gh",
            "n",
            "ch",
            "chh",
            "j",
            "jh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "p",
            "ph",
            "b",
            "bh",
            "m",
            "y",
            "r",
            "l",
            "v",
            "sh",
            "sh",
            "s",
            "h",
            "l",
        ],
        strict=True,
    )
)
VOWELS: Final = dict(
    zip("अआइईउऊऋएऐओऔऑ", ["a", "aa", "i", "ee", "u", "oo", "ri", "e", "ai", "o", "au", "o"], strict=True)
)
SIGNS: Final = dict(
    zip("ािीुूृेैोौॉॅ", ["aa", "i", "ee", "u", "oo", "ri", "e", "ai", "o", "au", "o", "e"], strict=True)
)
VARIANTS: Final = (("aa", "a"), ("ee", "i"), ("oo", "u"), ("v", "w"), ("ai", "e"), ("au", "o"), ("chh", "ch"), ("ph", "f"), ("sh", "s"), ("n ", " "))  # fmt: skip


def romanized(word: str) -> str | None:
    """A Hindi word in Latin letters by rule, without the vowels that are not spoken; None if a sign is unknown."""
    sounds: list[list[str]] = []
    for sign in word.replace("\u093c", ""):  # the dot that makes z of j
        if sign in CONSONANTS:
            sounds.append([CONSONANTS[sign], "a"])
        elif sign in VOWELS:
            sounds.append(["", VOWELS[sign]])
        elif sign in SIGNS and sounds:
            sounds[-1][1] = SIGNS[sign]
        elif sign == "\u094d" and sounds:
            sounds[-1][1] = ""
        elif sign in "\u0901\u0902":
            sounds.append(["n", ""])
        else:
            return None
    if len(sounds) > 1 and sounds[-1][1] == "a" and sounds[-1][0]:
        sounds[-1][1] = ""
    for i in range(len(sounds) - 2, 0, -1):
        spoken = sounds[i - 1][1] and sounds[i + 1][1]
        if sounds[i][1] == "a" and spoken and sounds[i][0] and sounds[i + 1][0]:
            sounds[i][1] = ""
    return "".join(map("".join, sounds))


def hindi_texts() -> list[str]:
    """Hindi in Devanagari, in composed letters."""
    texts = [*read("brighter/a-hin:train"), *synthetic()["Hindi (Devanagari)"]]
    return [unicodedata.normalize("NFC", text) for text in texts]


def hindi_words() -> list[tuple[str, str]]:
    """Keys and words, the most frequent first, one word a key."""
    counts = Counter(word for text in hindi_texts() for word in re.findall("[\u0900-\u0963]+", text))
    found: dict[str, str] = {}
    for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if latin := romanized(word):
            found.setdefault(spelling_key(latin), word)
    return list(found.items())


def english_too(keys: Sequence[str]) -> list[str]:
    """English words whose key is one of a Hindi word's."""
    known = set(keys)
    texts = [*synthetic()["English"], *(text for name in ENGLISH for text in read(name))]
    counts = Counter(word.strip("'") for text in texts for word in re.findall("[a-z']+", text.casefold()))
    return sorted(word for word, n in counts.items() if n >= LEAST_ENGLISH and spelling_key(word) in known)


def typed(text: str, rng: random.Random) -> str:
    """A Hindi text in Latin letters, each word in one of its spellings."""
    words = []
    for word in re.findall("[\u0900-\u0963]+|[A-Za-z]+", text):
        latin = romanized(word) or word
        for long, short in VARIANTS:
            if rng.random() < 0.5:
                latin = f"{latin} ".replace(long, short).strip()
        words.append(latin)
    return " ".join(words)


def in_latin_letters() -> dict[str, list[str]]:
    """Hindi in Latin letters, by source."""
    rng = random.Random(SEED)
    made = synthetic()
    spelt = [typed(text, rng) for text in hindi_texts() for _ in range(SPELLINGS)]
    return {
        "by rule": spelt,
        **{f"synthetic {name}": made[name] for name in ("Hinglish", "Hinglish (Latin letters)")},
    }


def others() -> dict[str, list[str]]:
    """Texts in other languages, English among them."""
    sources = measured_languages.measured_texts("Latin") | measured_languages.other_texts("Latin")
    return {name: rows for name, rows in sources.items() if "Hinglish" not in name}


def fit_table() -> NgramOdds:
    """The table that tells Hindi in Latin letters from other languages in them."""
    return measured_languages.fit_sides(others(), in_latin_letters(), "Latin")


def fit(folder: Path) -> None:
    """Write the list of words and the n-gram table."""
    words = hindi_words()
    lines = [f"{key}\t{word}" for key, word in words]
    english = english_too([key for key, _ in words])
    content = "\n".join([*lines, "", *english]) + "\n"
    (folder / "romanized-hindi.txt").write_text(content, encoding="utf-8")
    fit_table().save(folder / "ngrams-romanized-hindi.npz")


def share_rows() -> list[tuple[str, str, str]]:
    """For each source of held-out texts of three words or more: how many, and the share that is changed."""
    sources = halves(in_latin_letters())[1] | {"ediref (train)": read("ediref:train")} | halves(others())[1]
    rows = []
    for name, texts in sources.items():
        long = [text for text in texts[:3000] if len(text.split()) > 2]
        if len(long) >= 20:
            changed = sum(restore_hindi(text) != text for text in long)
            rows.append((name, f"{len(long):,}", wilson(changed, len(long))))
    return rows


def gain_rows(name: str, corpus: Corpus) -> tuple[tuple[str, ...], dict[str, object]]:
    """Macro F1 of the best label, of the texts as they are and restored; and of always saying every label."""
    scorer = load("multilingual").scorer
    plain = replace(scorer, normalizer=replace(scorer.normalizer, hindi=False))  # type: ignore[attr-defined, type-var]
    assert corpus.gold is not None
    space = LabelSpace.of(corpus.space.names, "single")
    found = {}
    for kind, judge in (("as it is", plain), ("restored", scorer)):
        scores = judge.score(list(corpus.items), space)
        best = np.nan_to_num(scores.values).argmax(axis=1)
        found[kind] = drawn(gold_of(corpus), np.eye(len(space), dtype=bool)[best])
    gain = figure(found["restored"] - found["as it is"])
    shares = corpus.gold.mean(axis=0)
    every = float((2 * shares / (1 + shares)).mean())
    row = (name, f"{len(corpus):,}", shown(figure(found["as it is"])), shown(figure(found["restored"])), signed(gain), f"{every:.3f}")  # fmt: skip
    return row, {kind: figure(values).to_dict() for kind, values in found.items()} | {"gain": gain.to_dict()}


def measure() -> None:
    """Write both tables."""
    shares = share_rows()
    gains = [gain_rows(name, load_corpus(name)) for name in ("ediref:train", "ediref:dev")]
    header = ("texts of", "texts", "as it is", "restored", "gain", "every label")
    notes = (
        f"`multilingual` ({model_digest(load('multilingual'))}). *Told*: held-out texts of three words or more that are taken for "
        "Hindi in Latin letters, per cent (95 % Wilson intervals). *Gain*: macro F1 of the best of EDiReF's eight labels, by their "
        "names; 95 % percentile bootstraps over utterances. The test split was not looked at.",
    )
    record = Record(
        "Hindi in Latin letters",
        notes,
        [
            Table("Gain", header, [row for row, _ in gains]),
            Table("Told", ("source", "texts", "taken for Hindi, %"), shares),
        ],
        {"gain": [found for _, found in gains], "told": [list(row) for row in shares]},
        SEED,
    )
    record.write("romanized_hindi")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("fit").add_argument("folder", type=Path)
    verbs.add_parser("measure")
    asked = parser.parse_args()
    if asked.verb == "fit":
        fit(asked.folder)
    else:
        measure()


if __name__ == "__main__":
    main()
