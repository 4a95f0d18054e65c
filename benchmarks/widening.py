"""Languages that no training text is in: give `multilingual` the pieces of their words, and see what that changes.

    python benchmarks/widening.py                  # the table
    python benchmarks/widening.py --into DIR       # a copy of the bundled model with these pieces, in DIR

Word embeddings are frozen, so a piece that was trimmed away can come back without training: the backbone has learned these
languages, and the text tower what to do with its words. Only pieces with a letter that no measured language writes are added, so
that measured languages fall into the same pieces as before; the script counts where they do not. No labels are read: what there is
in these languages are plain sentences, five each, that say an emotion.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from multilingual import LANGUAGES
from record import Record, Table, put_on_card
from trimming import CHANGED, megabytes, model_with

from affekt.core import LabelSpace
from affekt.corpora import load_corpus
from affekt.models import Model, find, load, read_manifest
from affekt.text import LanguageGuard, Normalizer, script_of
from affekt.training import (
    Backbone,
    find_backbone,
    frequent_words,
    pieces_of,
    read_recipe,
    trim_like,
    trim_to,
)

# ISO 639-1 → the script that tells it from measured languages.
SCRIPTS: Final = {"el": "Greek", "he": "Hebrew", "bn": "Bengali", "ta": "Tamil"}
LETTERS: Final = {"fa": "یکگپچژ", "ur": "یکگپچژٹڈڑےںہھۃۓ"}  # Arabic has none of these
WHOLE: Final = {"th": "Thai"}  # nobody counts words that no space divides
WORDS: Final = 3000
BASIC: Final = LabelSpace.of(("anger", "disgust", "fear", "joy", "sadness", "surprise"), "single")
SENTENCES: Final = Path(__file__).with_name("sentences.toml")
DIALECT: Final = ("گا", "پان")  # pieces of Arabic texts, which write such letters at times
BEFORE: Final = "bundled before"


def pieces_to_add(whole: Backbone, bundled: Backbone) -> dict[str, set[str]]:
    """Language → pieces that the bundled vocabulary lacks."""
    every = pieces_of(whole)
    lacking = set(every) - set(pieces_of(bundled))
    found = {}
    for language in (*SCRIPTS, *LETTERS):
        encoded = whole.tokenizer.encode_batch(frequent_words([language], WORDS), add_special_tokens=False)
        used = {every[i] for encoding in encoded for i in encoding.ids} & lacking
        found[language] = {piece for piece in used if any(told_by(letter, language) for letter in piece)}
    for language, script in WHOLE.items():
        found[language] = {piece for piece in lacking if script in map(script_of, piece)}
    return found


def told_by(letter: str, language: str) -> bool:
    """Whether a letter is one that no measured language writes."""
    return letter in LETTERS[language] if language in LETTERS else script_of(letter) == SCRIPTS[language]


def widened(backbone: Backbone, folder: Path) -> Path:
    """A copy of the bundled model with the vocabulary of a backbone, and the languages of the recipe."""
    card = read_manifest(model_with(backbone, folder))
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in CHANGED}
    languages = read_recipe("multilingual").languages
    guard = LanguageGuard.from_dict(
        card["guard"] | {"languages": languages, "scripts": LanguageGuard(languages).scripts}
    )
    put_on_card(folder, languages=list(languages), guard=guard.to_dict(), files=card["files"] | digests)
    return folder


def sentences() -> dict[str, list[tuple[str, str]]]:
    """Language → sentences with the emotion that each says."""
    told = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    return {language: [(text, label) for label, text in of.items()] for language, of in told.items()}


def right(model: Model, told: Sequence[tuple[str, str]]) -> str:
    """How many of some sentences get their emotion as the best one; what is not judged is wrong."""
    said = model.predict([text for text, _ in told], space=BASIC)
    return f"{sum(p.labels == (label,) for p, (_, label) in zip(said, told, strict=True))} of {len(told)}"


def changed(before: Backbone, after: Backbone) -> dict[str, tuple[int, int]]:
    """Language → test texts of BRIGHTER that fall into other pieces, and all."""
    normal, found = Normalizer(), {}
    for language in LANGUAGES:
        texts = [normal(item.text) for item in load_corpus(f"brighter/a-{language}:test").items]
        cut = [b.tokenizer.encode_batch(texts, add_special_tokens=False) for b in (before, after)]
        found[language] = (sum(a.tokens != b.tokens for a, b in zip(*cut, strict=True)), len(texts))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, help="folder of the copy")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        cache = Path(temporary)
        whole = find_backbone("multilingual-e5-small")
        bundled = trim_like(whole, find("multilingual"), cache)
        old = {piece for piece in pieces_of(bundled) if not is_added(piece)}
        before = trim_to(whole, old, cache)
        added = pieces_to_add(whole, before)
        after = replace(trim_to(whole, old.union(*added.values()), cache), word_bits=4)
        if asked.into is not None:
            widened(after, asked.into)
            return
        models = {
            BEFORE: load(str(widened(replace(before, word_bits=4), cache / "before"))),
            "now": load(str(widened(after, cache / "after"))),
        }
        told, moved = sentences(), changed(before, after)
        rows = [
            (language, len(added.get(language, ())), *(right(model, of) for model in models.values()))
            for language, of in told.items()
        ]
        files = ("words.safetensors", "tokenizer.json")
        sizes = [
            (
                name,
                *(
                    f"{sum(megabytes(cache / folder, file) for file in files):.1f} MB"
                    for folder in ("before", "after")
                ),
            )
            for name in (" and ".join(files),)
        ]
        several = {language: f"{n} of {all_of}" for language, (n, all_of) in moved.items() if n}
        figures = {
            "pieces": {k: len(v) for k, v in added.items()},
            "moved": moved,
            "right": {row[0]: row[2:] for row in rows},
        }
    notes = (
        f"Pieces of the {WORDS:,} most frequent words of Greek, Hebrew, Bengali, Tamil, Persian and Urdu (`wordfreq`), and every "
        "Thai piece. *Right*: plain sentences (`sentences.toml`) whose best of six labels is the one they say; a text that is refused is "
        "not right. Hungarian, Korean and Japanese have got nothing and stand beside them.",
        "Test texts of BRIGHTER that fall into other pieces than before: "
        + (", ".join(f"{k} {v}" for k, v in several.items()) or "none")
        + f", of {sum(n for _, n in moved.values()):,} in 28 languages.",
    )
    header = ("language", "pieces added", f"right, {BEFORE}", "right, now")
    tables = [Table("", header, rows), Table("Compressed", ("files", BEFORE, "now"), sizes)]
    Record("More languages for multilingual", notes, tables, figures).write("widening")


def is_added(piece: str) -> bool:
    """Whether a piece can be one that was added: several letters, one of which no measured language writes."""
    letters = piece.removeprefix("▁")
    scripts = {*SCRIPTS.values(), *WHOLE.values()}
    return (
        len(letters) > 1
        and piece not in DIALECT
        and any(script_of(x) in scripts or x in LETTERS["ur"] for x in letters)
    )


if __name__ == "__main__":
    main()
