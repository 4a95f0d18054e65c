"""Names of emotions in other languages: `label_names.csv`, a row a label, a column a language (ISO 639-3)."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from affekt.core.errors import LabelError
from affekt.core.labels import Label, LabelSpace, name_key

# A cell is empty where no name could be vouched for: Makhuwa (vmw) has seven names.
_TABLE: Final = Path(__file__).with_name("label_names.csv")

_ENGLISH_CREOLES: Final = ("pcm",)  # their names of emotions are English words
_ENGLISH_TOO: Final = ("ennui", "fatigue", "irritation", "solitude")


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """English name → language → name; a language lacks the names that nobody has given it."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    languages = header[1:]
    return {
        row[0]: {language: name for language, name in zip(languages, row[1:], strict=True) if name}
        for row in rows
    }


def label_languages() -> tuple[str, ...]:
    """Languages that labels have names in, ISO 639-3, English left out."""
    return tuple(dict.fromkeys(language for names in _names().values() for language in names))


def translated(label: str, languages: Collection[str] = ()) -> tuple[str, ...]:
    """What a label is called in other languages.

    Args:
        label: its English name, in any case.
        languages: ISO 639-3 codes; all that are known if empty.

    Returns:
        Different names, none of them for a label that is not known.

    Raises:
        LabelError: if no label has a name in a language.
    """
    known = label_languages()
    if unknown := [language for language in languages if language not in known]:
        raise LabelError(f"labels have no names in language {unknown[0]!r}: use some of {', '.join(known)}")
    names = _names().get(label.casefold(), {})
    wanted = [name for language, name in names.items() if not languages or language in languages]
    return tuple(dict.fromkeys(wanted))


def english_label(name: str) -> str | None:
    """The label that is called so in another language.

    Args:
        name: in any case, such as `alegría`.

    Returns:
        Its English name; that of the larger language where several know the word (`Angst`). None for a name that is an
        English word, or that is not known.
    """
    return _english().get(name_key(name))


@cache
def _english() -> Mapping[str, str]:
    """Name in another language → English name."""
    kept = (*_names(), *_ENGLISH_TOO)
    found: dict[str, str] = {}
    for language in label_languages():
        for label, names in _names().items():
            name = name_key(names.get(language, ""))
            if name and name not in kept and language not in _ENGLISH_CREOLES:
                found.setdefault(name, label)
    return found


def with_translations(space: LabelSpace, languages: Collection[str]) -> LabelSpace:
    """A space whose labels have their names in other languages as further paraphrases.

    Args:
        space: any; labels that are not known stay as they are.
        languages: ISO 639-3 codes; none adds nothing.

    Returns:
        the space.

    Raises:
        LabelError: if no label has a name in a language.
    """
    if not languages:
        return space
    return replace(space, labels=tuple(_extended(label, languages) for label in space.labels))


def _extended(label: Label, languages: Collection[str]) -> Label:
    known = {form.casefold() for form in label.forms}
    new = [name for name in translated(label.name, languages) if name.casefold() not in known]
    return replace(label, paraphrases=(*label.paraphrases, *new))
