"""Fit and measure the n-gram tables that tell languages in which `multilingual` was measured from all others.

    python benchmarks/measured_languages.py fit src/affekt/text
    python benchmarks/measured_languages.py measure

Corpora are read from AFFEKT_DATA; of each only train splits are used, cut in two by a hash of the text: three quarters
fit, one quarter measures. For languages without a corpus, words are drawn by the frequencies of the package `wordfreq`, and
short sentences are read from the translations of the package `django` (`pip install django==5.2.19`); those of measured
languages stand on the other side, so that no table learns the tone of software. Random letters are in no language.
"""

from __future__ import annotations

import argparse
import gettext
import importlib.util
import random
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from language_guard import (
    MOST_OF_A_SOURCE,
    SEED,
    crop,
    halves,
    odds_of,
    print_table,
    read,
    synthetic,
    wilson,
)

from affekt.text import LanguageGuard, NgramOdds

# Where labels alone, without human ones, reach 1.25 times the macro F1 of all labels (`multilingual.py`).
MEASURED: Final = {
    "Latin": "afr deu eng esp hau ibo kin orm pcm ptbr ptmz ron som swa swe yor",
    "Cyrillic": "rus tat ukr",
    "Arabic": "ary",
    "Devanagari": "hin mar",
}
MEASURED_MADE: Final = {
    "Latin": ("English", "German", "Portuguese (Brazil)", "Romanian", "Spanish", "Swedish"),
    "Cyrillic": ("Russian", "Ukrainian"),
    "Arabic": ("Arabic",),
    "Devanagari": ("Hindi (Devanagari)",),
}
MEASURED_TRANSLATIONS: Final = {
    "Latin": "af de en es ig pt pt_BR ro sv sw",
    "Cyrillic": "ru tt uk",
    "Arabic": "ar",
    "Devanagari": "hi mr",
}
OTHER: Final = {
    "Latin": ("brighter/a-sun:train", "brighter/a-vmw:train", "xed/fi", "xed/fr"),
    "Arabic": ("brighter/a-arq:train",),
}
OTHER_MADE: Final = {
    "Latin": (
        *("Dutch", "Finnish", "French", "Hinglish", "Hinglish (Latin letters)", "Indonesian"),
        *("Italian", "Polish", "Turkish"),
    ),
}
WORDS: Final = {
    "Latin": "ca cs da fi fil fr hu id is it lt lv ms nb nl pl sh sk sl tr vi",
    "Cyrillic": "bg mk",
    "Arabic": "fa ur",
}
TRANSLATIONS: Final = {
    "Latin": "az br bs ca cs cy da eo et eu fi fr fy ga gd gl hr hu id is it kab lb lt lv nb nl pl sk sl sq tr uz vi",
    "Cyrillic": "be bg kk ky mk mn os sr tg udm",
    "Arabic": "ckb fa ug ur",
    "Devanagari": "ne",
}
LETTERS: Final = {
    "Latin": "abcdefghijklmnopqrstuvwxyz",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Devanagari": "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौ",
}
LEAST_OF_A_SOURCE: Final = 1500  # crops
SCRIPTS: Final = tuple(MEASURED)
Texts = dict[str, list[str]]


def measured_texts(script: str) -> Texts:
    """Texts in measured languages, by source."""
    made = synthetic()
    texts = {f"brighter {code}": read(f"brighter/a-{code}:train") for code in MEASURED[script].split()}
    if script == "Latin":
        texts["goemotions"] = read("goemotions:train")
    texts |= {f"synthetic {name}": made[name] for name in MEASURED_MADE[script]}
    return texts | {f"django {code}": translations(code) for code in MEASURED_TRANSLATIONS[script].split()}


def other_texts(script: str) -> Texts:
    """Texts in other languages of the script, by source; drawn words where there is no text."""
    made = synthetic()
    texts = {name: read(name) for name in OTHER.get(script, ())}
    texts |= {f"synthetic {name}": made[name] for name in OTHER_MADE.get(script, ())}
    texts |= {f"words {code}": drawn_words(code) for code in WORDS.get(script, "").split()}
    texts |= {f"django {code}": translations(code) for code in TRANSLATIONS[script].split()}
    return texts | {"random letters": random_letters(script)}


def translations(code: str) -> list[str]:
    """Sentences of three words and more that the package `django` translates into a language."""
    spec = importlib.util.find_spec("django")
    if spec is None or spec.origin is None:
        raise SystemExit("the translations of django are missing: pip install django==5.2.19")
    found: dict[str, None] = {}
    for path in sorted(Path(spec.origin).parent.glob(f"**/locale/{code}/LC_MESSAGES/django.po")):
        with path.with_suffix(".mo").open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
        english = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        for text in english:
            told = text if code == "en" else catalogue.gettext(text)
            cleaned = re.sub(r"%\(\w+\)[sd]|%[sd]|[“”«»\"]|\{\w*\}|https?://\S+", " ", told)
            if (code == "en" or told != text) and len(cleaned.split()) > 2:
                found[" ".join(cleaned.split())] = None
    return list(found)


def random_letters(script: str) -> list[str]:
    """Rows of 12 words of one to nine letters, each letter drawn by chance."""
    rng = random.Random(f"{SEED} {script}")
    return [
        " ".join("".join(rng.choices(LETTERS[script], k=rng.randint(1, 9))) for _ in range(12))
        for _ in range(2 * MOST_OF_A_SOURCE)
    ]


def drawn_words(code: str) -> list[str]:
    """Rows of 12 words of a language, each drawn by its frequency."""
    from wordfreq import get_frequency_dict

    words = {word: share for word, share in get_frequency_dict(code).items() if word.isalpha()}
    rng = random.Random(f"{SEED} {code}")
    drawn = rng.choices(list(words), list(words.values()), k=12 * 2 * MOST_OF_A_SOURCE)
    return [" ".join(drawn[i : i + 12]) for i in range(0, len(drawn), 12)]


def fit_sides(others: Texts, own: Texts, script: str) -> NgramOdds:
    """A table that tells one side's sources from the other's, on crops; a source weighs by the root of its size.

    Args:
        others: texts by source that are told by low odds.
        own: those that are told by high ones.
        script: whose words are counted.

    Returns:
        The table.
    """
    rng = random.Random(SEED)
    texts, sides, weights = list[str](), list[int](), list[float]()
    for side, sources in enumerate((halves(others)[0], halves(own)[0])):
        for rows in sources.values():
            chosen = rng.sample(rows, min(len(rows), 2 * MOST_OF_A_SOURCE))
            chosen += rng.choices(
                rows, k=max(0, LEAST_OF_A_SOURCE - len(rows))
            )  # other words of the same rows
            texts += [crop(text, rng) for text in chosen]
            sides += [side] * len(chosen)
            weights += [len(chosen) ** -0.5] * len(chosen)
    return odds_of(texts, sides, weights, script)


def fit_table(script: str) -> NgramOdds:
    """The table that tells a script's measured languages from its others."""
    return fit_sides(other_texts(script), measured_texts(script), script)


def shares(
    guard: LanguageGuard, sources: Mapping[str, list[str]], words: range
) -> Iterable[tuple[str, int, str]]:
    """For each source the share of texts of so many words that are told to be in an unmeasured language."""
    rng = random.Random(SEED)
    for name, rows in sources.items():
        cut = [" ".join(text.split()[: rng.choice(words)]) for text in rows[:3000]]
        usable = [text for text in cut if len(text.split()) >= words.start]
        if len(usable) >= 20:
            yield name, len(usable), wilson(sum(guard.unmeasured(usable)), len(usable))


def measure() -> None:
    """Shares told to be unmeasured, on held-out texts: few of measured languages, many of others."""
    guard = LanguageGuard(("en", "ru", "ar", "hi"), tell_unmeasured=True)
    for words in (range(5, 13), range(1, 4)):
        for script in SCRIPTS:
            for kind, texts in (("measured", measured_texts(script)), ("other", other_texts(script))):
                print(
                    f"{script}, {kind} languages, texts of {words.start} to {words.stop - 1} words: flagged, per cent"
                )
                print_table(("source", "texts", "flagged"), shares(guard, halves(texts)[1], words))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("fit").add_argument("folder", type=Path)
    verbs.add_parser("measure")
    asked = parser.parse_args()
    if asked.verb == "measure":
        measure()
        return
    for script in SCRIPTS:
        fit_table(script).save(asked.folder / f"ngrams-measured-{script.lower()}.npz")


if __name__ == "__main__":
    main()
