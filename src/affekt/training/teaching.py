"""What a teacher says of many texts: asked once, kept beside the run under the teacher's checksums."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from affekt.core import FloatArray, RecipeError
from affekt.encoder import DualEncoder, read_tensors
from affekt.models import Model, write_whole
from affekt.text import split_words
from affekt.training.reading import TrainingText, read_source
from affekt.training.static_recipe import StaticRecipe

_CHUNK: Final = 4096  # texts that are asked about between two files
_PREFIX: Final = "teacher-"
_LONGEST_SPAN: Final = 6  # words
_SHORTEST_SENTENCE: Final = 4  # words
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_SPANS: Final = 1  # tells the draws of spans from the others


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """What a teacher is asked about.

    Args:
        texts: normalised, distinct: whole texts first, then phrases.
        whole: how many are whole texts.
        held_out: normalised texts that the student does not see.
        reference: texts that stand for texts in general.
        descriptors: of the texts, the commonest first.
        facts: corpus → its licence, for the card.
    """

    texts: tuple[str, ...]
    whole: int
    held_out: tuple[TrainingText, ...]
    reference: tuple[str, ...]
    descriptors: tuple[str, ...]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a teacher says.

    Args:
        vectors: float32 `[texts, d]`, unit length.
        axes: float32 `[texts, axes]`.
    """

    vectors: FloatArray
    axes: FloatArray


def read_questions(
    recipe: StaticRecipe, normalize: Callable[[str], str], known_words: Sequence[str], data: Path | None
) -> Questions:
    """Texts of the recipe's corpora, and phrases made of their words and descriptors.

    Args:
        recipe: names the corpora.
        normalize: the teacher's own rewriting.
        known_words: words that are asked about beside those of the texts.
        data: folder of the corpora, or None for the environment's.

    Returns:
        The questions; the same recipe and files give the same, in the same order.

    Raises:
        CorpusError: if a corpus is missing or damaged.
        RecipeError: if a corpus lacks what the recipe asks of it.
    """
    rng = np.random.default_rng(recipe.seed)
    facts: dict[str, str] = {}
    rows: dict[str, TrainingText] = {}
    reference: list[str] = []
    for source in recipe.texts:
        read = read_source(source, normalize, data, facts)
        if source.limit and source.limit < len(read):
            read = [read[i] for i in np.sort(rng.permutation(len(read))[: source.limit])]
        new = [row for row in read if row.text not in rows]
        rows.update((row.text, row) for row in new)
        reference += [new[i].text for i in rng.permutation(len(new))[: source.reference]]
    found = list(rows)
    order = [found[i] for i in rng.permutation(len(found))]
    candidates = [text for text in order if rows[text].descriptors and rows[text].axes is not None]
    held_out = tuple(rows[text] for text in candidates[: recipe.holdout])
    left_out = {row.text for row in held_out}
    texts = [text for text in order if text not in left_out]
    if not texts:
        raise RecipeError(f"recipe {recipe.name!r} leaves no text to learn from: lower holdout, or read more")
    counts = Counter(word for text in texts for word in dict.fromkeys(rows[text].descriptors))
    if recipe.sentences:
        texts = list(dict.fromkeys([*texts, *_sentences(texts)]))
    descriptors = tuple(word for word, _ in counts.most_common())
    phrases = [normalize(template.format(word)) for template in recipe.templates for word in descriptors]
    if recipe.words:
        seen = Counter(word for text in texts for word in split_words(text))
        phrases += [*known_words, *(word for word, n in seen.items() if n >= recipe.student.seen)]
    phrases += _spans(texts, recipe.spans, recipe.seed)
    whole = set(texts)
    distinct = [phrase for phrase in dict.fromkeys(phrases) if phrase.strip() and phrase not in whole]
    standing = tuple(text for text in dict.fromkeys(reference) if text in whole) or tuple(texts[:512])
    return Questions((*texts, *distinct), len(texts), held_out, standing, descriptors, facts)


def _sentences(texts: Sequence[str]) -> list[str]:
    """Sentences of texts that have several, each of some words."""
    parts = [part for part in map(_SENTENCE_END.split, texts) if len(part) > 1]
    return [sentence for part in parts for sentence in part if len(sentence.split()) >= _SHORTEST_SENTENCE]


def _spans(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """Stretches of a few words, each of a text drawn at random; fewer than asked for, as some come twice."""
    rng = np.random.default_rng((seed, _SPANS))
    found = []
    for i, length, place in zip(
        rng.integers(len(texts), size=count),
        rng.integers(2, _LONGEST_SPAN + 1, size=count),
        rng.random(count),
        strict=True,
    ):
        words = texts[i].split()
        start = int(place * (len(words) - length))
        if start >= 0:
            found.append(" ".join(words[start : start + length]))
    return found


def ask(
    teacher: Model,
    texts: Sequence[str],
    folder: Path,
    progress: Callable[[int], None] | None = None,
) -> Answers:
    """What a dual encoder says of texts; what is asked once is kept in the folder.

    The files' names tell the teacher's weights and the texts, so that no answers of others are ever read.

    Args:
        teacher: a model with a dual encoder.
        texts: normalised.
        folder: gets a file for every few thousand texts, until `forget`.
        progress: called with how many texts are done.

    Returns:
        Answers in the order of the texts; vectors in half precision, as they were kept.

    Raises:
        RecipeError: if the teacher is no dual encoder.
    """
    scorer = teacher.scorer
    if not isinstance(scorer, DualEncoder):
        raise RecipeError(f"teacher {teacher.name!r} is no dual encoder: name a model that embeds texts")
    chunks = []
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        path = folder / f"{_PREFIX}{_key(teacher.card, chunk)}.safetensors"
        if not path.is_file():
            _store(path, _answers(scorer, chunk))
        tensors = read_tensors(path)
        chunks.append((np.array(tensors["vectors"], np.float32), np.array(tensors["axes"], np.float32)))
        if progress is not None:
            progress(min(start + _CHUNK, len(texts)))
    return Answers(np.concatenate([v for v, _ in chunks]), np.concatenate([a for _, a in chunks]))


def forget(folder: Path) -> None:
    """Remove what `ask` has kept in a folder, of whichever teacher."""
    for path in folder.glob(f"{_PREFIX}*"):
        path.unlink()


def _answers(scorer: DualEncoder, texts: Sequence[str]) -> dict[str, np.ndarray]:
    states = scorer.text.encode(texts).states
    heads = scorer.heads
    return {"vectors": heads.project_texts(states).astype(np.float16), "axes": heads.read_axes(states)}


def _store(path: Path, tensors: dict[str, np.ndarray]) -> None:
    from safetensors.numpy import save

    write_whole(path, save(tensors))


def _key(card: Mapping[str, Any], texts: Sequence[str]) -> str:
    """A checksum of the teacher's files and the texts."""
    facts = [card.get("files"), card.get("heads"), card.get("normalizer"), list(texts)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:24]
