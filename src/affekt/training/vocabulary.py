"""The vocabulary that answers in free words are taken from: frequent descriptors that do not say the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import Final

import numpy as np

from affekt.core import NO_EMOTION, FloatArray, Label, MissingExtra, ModelError, RecipeError
from affekt.encoder import DualEncoder, Vocabulary
from affekt.models import SCORER, STATIC_SCORER, VOCABULARY, load_directory, read_manifest, store_file
from affekt.text import Normalizer
from affekt.training.reading import TrainingText, read_training_data
from affekt.training.recipe import read_recipe

LEAST_COUNT: Final = 3
"""Texts that a descriptor must have been said of."""
LARGEST: Final = 2500
"""Descriptors at most: of width 384 they fill 1 MB; rarer ones are often misspelt."""
SAME: Final = 0.85
"""Cosine from which on two descriptors are one: `mild annoyance` and `slight annoyance` are at 0.86."""
KIN: Final = 0.5
"""The same for two of one stem: `glad` and `gladness` are at 0.56."""

_WORD: Final = re.compile("[a-z']+")
_DESCRIPTOR: Final = re.compile(r"[a-z][a-z' -]*[a-z]")
_MOST_WORDS: Final = 3
_EMPTY: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "the",
        "of",
        "or",
        "to",
        "about",
        "at",
        "in",
        "with",
        "for",
        "very",
        "so",
        "really",
        "feeling",
        "feels",
        "felt",
        "be",
        "being",
        "is",
        "himself",
        "herself",
        "themselves",
        "myself",
        "his",
        "her",
        "their",
        "my",
    ]
)
_STRENGTHS: Final = {
    **dict.fromkeys(("slight", "light", "faint", "little", "somewhat"), "mild"),
    **dict.fromkeys(("strong", "extreme", "deep", "great", "heavy", "profound"), "intense"),
}
_BATCH: Final = 1024
# A word that English hardly writes (in Zipf's scale, log10 of the times in a billion words) beside one that it writes far
# more often and that is spelt nearly alike.
_KNOWN: Final = 2.0
_RARE: Final = 2.6
_RARER_BY: Final = 1.2
_ALIKE: Final = 0.9
_LEAST_ALIKE: Final = 0.86
# Such words share more than Porter's rules find: curious and curiosity, jealous and jealousy, bored and boredom, guilt and guilty.
_DERIVED: Final = re.compile("(?:ous|ousy|ousness|osity|dom|lty)$")
_ENDING: Final = re.compile("(?<=[a-z]{4})(?:o?u?si?|dom|(?<=lt)i)$")


def normal_form(descriptor: str) -> tuple[str, ...]:
    """What two spellings of one descriptor share: words in any order, less those that add nothing, grades alike.

    Args:
        descriptor: such as `slight annoyance` or `happy and excited`.

    Returns:
        Its words, sorted.
    """
    words = _WORD.findall(descriptor.casefold())
    kept = [word for word in words if word not in _EMPTY] or words
    return tuple(sorted(kept if len(kept) == 1 else [_STRENGTHS.get(word, word) for word in kept]))


def frequent_descriptors(texts: Iterable[TrainingText]) -> list[str]:
    """Descriptors that were said of several texts, one of each normal form.

    Args:
        texts: with descriptors.

    Returns:
        The most frequent spelling of each, the most frequent first, ties by name; those that English would not
        spell, misspellings, and whole sentences are left out.

    Raises:
        MissingExtra: if the package `wordfreq` is not installed.
    """
    counts = Counter(word for text in texts for word in text.named)
    forms: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for word, count in counts.items():
        if _DESCRIPTOR.fullmatch(word) and len(word.split()) <= _MOST_WORDS and word not in NO_EMOTION:
            forms.setdefault(normal_form(word), []).append((-count, word))
    groups = sorted((sum(count for count, _ in group), min(group)[1]) for group in forms.values())
    found = [word for count, word in groups if -count >= LEAST_COUNT]
    wrong = misspelt(found)
    return [word for word in found if word not in wrong]


def misspelt(descriptors: Collection[str]) -> set[str]:
    """Descriptors with a word that is another one's misspelling (`nervious`), by frequencies of the package `wordfreq`.

    Args:
        descriptors: right and wrong ones.

    Returns:
        Those that are wrong.

    Raises:
        MissingExtra: if the package is not installed.
    """
    try:
        from wordfreq import zipf_frequency
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "wordfreq", "train") from None
    spelt = {descriptor: _WORD.findall(descriptor) for descriptor in descriptors}
    words = {word for of in spelt.values() for word in of}
    often = {word: zipf_frequency(word, "en") for word in words}
    known = [word for word, frequency in often.items() if frequency >= _KNOWN]
    wrong = {
        word
        for word in words
        if often[word] < _RARE
        and any(
            often[other] >= often[word] + _RARER_BY and _spelt_alike(word, other)
            for other in get_close_matches(word, known, n=3, cutoff=_LEAST_ALIKE)
        )
    }
    return {descriptor for descriptor, of in spelt.items() if not wrong.isdisjoint(of)}


def _spelt_alike(word: str, other: str) -> bool:
    if word[0] != other[0]:
        return False
    return sorted(word) == sorted(other) or SequenceMatcher(None, word, other).ratio() >= _ALIKE


def stems(descriptor: str) -> tuple[str, ...]:
    """What inflected and derived forms of a descriptor share (Porter's second stemmer, by the package `snowballstemmer`).

    Args:
        descriptor: such as `gladness`.

    Returns:
        Stems of its words, sorted.

    Raises:
        MissingExtra: if the package is not installed.
    """
    try:
        from snowballstemmer import stemmer
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "snowballstemmer", "train") from None
    words = normal_form(descriptor)
    found = zip(words, stemmer("english").stemWords(words), strict=True)
    return tuple(sorted(_ENDING.sub("", stem) if _DERIVED.search(word) else stem for word, stem in found))


def apart(
    vectors: FloatArray, families: Sequence[Hashable], closeness: float = SAME, kin: float = KIN
) -> list[int]:
    """Positions of those that no earlier one is close to.

    Args:
        vectors: float32 `[descriptors, d]`, unit vectors, the most frequent first.
        families: of each descriptor; within one, less closeness is enough.
        closeness: cosine from which on the later one is left out.
        kin: the same within a family.

    Returns:
        Rising positions.
    """
    kept = np.zeros(len(vectors), dtype=bool)
    relatives: dict[Hashable, list[int]] = {}
    for i, vector in enumerate(vectors):
        earlier, own = vectors[:i][kept[:i]], relatives.setdefault(families[i], [])
        distinct = not earlier.size or float((earlier @ vector).max()) < closeness
        kept[i] = distinct and (not own or float((vectors[own] @ vector).max()) < kin)
        if kept[i]:
            own.append(i)
    return np.flatnonzero(kept).tolist()


def make_vocabulary(texts: Iterable[TrainingText], scorer: DualEncoder) -> Vocabulary | None:
    """The vocabulary of a model.

    Args:
        texts: that it was trained on.
        scorer: places descriptors.

    Returns:
        `neutral`, and the frequent descriptors that do not say the same; None where there are no descriptors.
    """
    words = [NO_EMOTION[0], *frequent_descriptors(texts)]
    if len(words) == 1:
        return None
    parts = [words[start : start + _BATCH] for start in range(0, len(words), _BATCH)]
    vectors = np.concatenate([scorer.embed_labels([Label(word) for word in part]) for part in parts])
    kept = apart(vectors, [stems(word) for word in words])[:LARGEST]
    return Vocabulary.of([words[i] for i in kept], vectors[kept])


def store_vocabulary(directory: Path, texts: Iterable[TrainingText]) -> int:
    """Give a model directory the vocabulary of its training texts.

    Args:
        directory: of a dual encoder; its file and its manifest are written.
        texts: that it was trained on.

    Returns:
        Number of descriptors; 0, and nothing is written, where the texts have none.

    Raises:
        ModelError: if the directory holds no model, or cannot be written.
    """
    from safetensors.numpy import save

    scorer = load_directory(directory).scorer
    assert isinstance(scorer, DualEncoder)
    vocabulary = make_vocabulary(texts, scorer)
    if vocabulary is None:
        return 0
    store_file(directory, VOCABULARY, save(vocabulary.tensors()))
    return len(vocabulary.words)


def add_vocabulary(directory: Path, recipe: str | Path, data: Path | None = None) -> int:
    """Give a model that is trained already the vocabulary of a recipe's texts; no weight changes.

    Args:
        directory: of the model.
        recipe: a TOML file, or the name of one that affekt brings along.
        data: folder of the corpora, or None for `AFFEKT_DATA`.

    Returns:
        Number of descriptors.

    Raises:
        CorpusError: if a corpus is missing or damaged.
        ModelError: if the directory holds no model, or cannot be written.
        RecipeError: if the recipe's texts have no descriptors.
    """
    settings = read_recipe(recipe)
    if (kind := read_manifest(directory)["scorer"]) not in (SCORER, STATIC_SCORER):
        raise ModelError(
            f"{directory} is of kind {kind}, and has the vocabulary of the models that it is made of: name one of them"
        )
    count = store_vocabulary(directory, read_training_data(settings, Normalizer(), data).texts)
    if not count:
        raise RecipeError(f"recipe {settings.name!r} has no text with descriptors: name one that has")
    return count
