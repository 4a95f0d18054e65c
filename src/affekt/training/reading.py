"""From corpora to training texts: one row a text, with everything that any corpus says of it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from affekt.core import SPACES, FloatArray, LabelSpace, RecipeError, with_translations
from affekt.corpora import Corpus, corpora_from_file, load_corpus
from affekt.text import joined_digests, written_digests
from affekt.training.readings import read_readings
from affekt.training.recipe import Recipe
from affekt.training.settings import Supervision, Texts
from affekt.training.supervision import supervise

_LONGEST_DESCRIPTOR = 40  # characters; longer answers of crowd workers are sentences
_REFERENCES = 256  # where a recipe names none
_OWN = "not stated: a user's own texts"
_PRONOUNS = {"first": (("I", "my"),), "third": (("she", "her"), ("he", "his"), ("they", "their"))}


@dataclass(frozen=True, slots=True, eq=False)
class TrainingText:
    """A text and what is known of it.

    Args:
        text: normalised.
        descriptors: free-form emotions, the clearest first.
        readings: what several readers saw → the share of them who would name it; empty where nobody was asked.
        axes: valence and arousal on 1–9, or None.
        closed: float32 `[closed labels]`, 0…1, or None.
        inferred: whether `closed` was inferred from the descriptors.
        human: space name → float32 `[labels]`, 0…1; of a level, its share of the highest.
        source: position of the recipe's [[texts]] that it was read from, or None for a user's own.
    """

    text: str
    descriptors: tuple[str, ...] = ()
    axes: tuple[float, float] | None = None
    closed: FloatArray | None = None
    inferred: bool = False
    human: dict[str, FloatArray] = field(default_factory=dict)
    source: int | None = None
    readings: Mapping[str, float] = field(default_factory=dict)

    @property
    def named(self) -> Mapping[str, float]:
        """What the contrast holds the text to, 0…1: its readings, else its descriptors in full."""
        return self.readings or dict.fromkeys(self.descriptors, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """What a run reads.

    Args:
        texts: to train on.
        held_out: texts with descriptors that are not trained on.
        closed: the space of the closed-set labels, or None.
        spaces: spaces with human labels, by name.
        facts: corpus → its licence, for the card.
        own: name of the space of a user's own texts, or None.
        digests: name of a user's own texts → what they are known by again, see `text.written_digests`.
    """

    texts: tuple[TrainingText, ...]
    held_out: tuple[TrainingText, ...]
    closed: LabelSpace | None
    spaces: dict[str, LabelSpace]
    facts: dict[str, str]
    own: str | None = None
    digests: Mapping[str, str] = field(default_factory=dict)


def read_training_data(
    recipe: Recipe,
    normalize: Callable[[str], str],
    data: Path | None = None,
    own: Path | Corpus | None = None,
) -> TrainingData:
    """Read and join the recipe's corpora.

    Labels are joined by normalised text; a text that a corpus labels several times takes the mean. Texts
    of which nothing is known are left out, unless teachers will say something of them.

    Args:
        recipe: names the corpora.
        normalize: the model's own rewriting.
        data: folder of the corpora, or None for the environment's.
        own: a user's labelled texts, read beside the recipe's and given a space of their own; of a file with
            splits, those of `train`.

    Returns:
        The data; the same recipe and files give the same, in the same order.

    Raises:
        CorpusError: if a corpus is missing or damaged.
        InputError: if the user's own texts, or readings, cannot be read.
        RecipeError: if a corpus lacks what the recipe asks of it.
    """
    rng = np.random.default_rng(recipe.seed)
    if not recipe.texts and own is None:
        raise RecipeError(
            f"recipe {recipe.name!r} reads no texts: add a [[texts]] table with a corpus, or give labelled texts of your own"
        )
    facts: dict[str, str] = {}
    digests: dict[str, str] = {}
    rows: dict[str, TrainingText] = {}
    for number, source in enumerate(recipe.texts):
        read = (
            read_source(source, normalize, data, facts)
            if source.corpus
            else _own_rows(source, normalize, facts, digests)
        )
        _add(rows, _draw(read, source.limit, rng), number)
    closed_space = _join_closed(recipe, rows, normalize, data, facts)
    spaces: dict[str, LabelSpace] = {}
    for name in recipe.human:
        _join_human(_load(name, data, facts), rows, normalize, spaces)
    theirs = None if own is None else _named_apart(_own(own), spaces)
    if theirs is not None:
        facts[str(theirs)] = _OWN
        digests[str(theirs)] = written_digests(theirs.texts)
        _join_human(theirs, rows, normalize, spaces, add=True)
    if recipe.supervision != Supervision():
        _supervise(recipe.supervision, rows, normalize, data, facts)
    known = [row for row in rows.values() if recipe.teachers.models or _is_known(row)]
    if not known:
        raise RecipeError(
            f"recipe {recipe.name!r} has no text of which anything is known: add labels to read"
        )
    if closed_space is not None:
        closed_space = with_translations(closed_space, recipe.label_languages)
    spaces = {name: with_translations(space, recipe.label_languages) for name, space in spaces.items()}
    texts, held_out = _split(known, recipe.holdout, rng)
    own_space = None if theirs is None else theirs.space.name
    return TrainingData(tuple(texts), tuple(held_out), closed_space, spaces, facts, own_space, digests)


def _add(rows: dict[str, TrainingText], read: Iterable[TrainingText], source: int) -> None:
    """Add a source's texts to those of earlier ones, which stay as they are but for readings."""
    for row in read:
        earlier = rows.get(row.text)
        if earlier is None:
            rows[row.text] = replace(row, source=source)
        elif row.readings:
            rows[row.text] = replace(earlier, readings=row.readings, source=source)


def _is_known(row: TrainingText) -> bool:
    return bool(row.named or row.axes or row.closed is not None or row.human)


def _own(own: Path | Corpus) -> Corpus:
    if isinstance(own, Corpus):
        return own
    found = corpora_from_file(own)
    return found.get("train", found["all"])


def _named_apart(corpus: Corpus, spaces: Mapping[str, LabelSpace]) -> Corpus:
    """The corpus in a space whose name no other space has: a file may be called as it likes."""
    name = corpus.space.name
    while name in spaces or name.casefold() in SPACES:
        name = f"own-{name}"
    return replace(corpus, space=replace(corpus.space, name=name))


def _load(name: str, data: Path | None, facts: dict[str, str]) -> Corpus:
    corpus = load_corpus(name, data)
    facts[str(corpus)] = corpus.facts.licence
    return corpus


def _own_rows(
    source: Texts, normalize: Callable[[str], str], facts: dict[str, str], digests: dict[str, str]
) -> list[TrainingText]:
    """A user's own texts with what was seen in them; of texts that are one when normalised the last."""
    path = Path(source.readings)
    readings = read_readings(path, "text")
    facts[path.name] = _OWN
    new = written_digests(readings)
    digests[path.name] = joined_digests(digests[path.name], new) if path.name in digests else new
    by_text = {normalize(text): named for text, named in readings.items()}
    return [TrainingText(text, readings=named) for text, named in by_text.items() if text]


def _rows_read(corpus: Corpus, source: Texts, normalize: Callable[[str], str]) -> list[TrainingText]:
    """The texts of a corpus that have readings."""
    readings = read_readings(Path(source.readings), "id")
    places = {item.id: i for i, item in enumerate(corpus.items)}
    if unknown := next((id_ for id_ in readings if id_ not in places), None):
        raise RecipeError(
            f"readings {source.readings}: {corpus} has no text {unknown!r}: name the corpus and split that was read"
        )
    kept = sorted(places[id_] for id_ in readings)
    rows = _rows(corpus.take(kept), source, normalize)
    by_text = {normalize(corpus.items[places[id_]].text): named for id_, named in readings.items()}
    return [replace(row, readings=by_text[row.text]) for row in rows]


def _rows(corpus: Corpus, source: Texts, normalize: Callable[[str], str]) -> Iterable[TrainingText]:
    groups = corpus.groups or ("",) * len(corpus)
    if unknown := [
        name for name in source.leave_out if not any(_belongs(group, name) for group in set(groups))
    ]:
        raise RecipeError(f"{corpus} has no group {unknown[0]!r} to leave out: see its groups, or remove it")
    descriptors = corpus.descriptors or ((),) * len(corpus)
    axes = corpus.gold if corpus.space.name == "valence-arousal" else None
    if source.person:
        yield from _events(corpus, descriptors, normalize, source.person)
        return
    for i, item in enumerate(corpus.items):
        left_out = any(_belongs(groups[i], name) for name in source.leave_out)
        if not left_out and (text := normalize(item.text)):
            pair = None if axes is None else (float(axes[i, 0]), float(axes[i, 1]))
            yield TrainingText(text, tuple(descriptors[i]), pair)


def _belongs(group: str, name: str) -> bool:
    """Whether a group is the one of that name, or a part of it: `ml2 German` of `ml2`."""
    return group == name or group.startswith(f"{name} ")


def _events(
    corpus: Corpus,
    descriptors: Iterable[tuple[str, ...]],
    normalize: Callable[[str], str],
    person: str,
) -> Iterable[TrainingText]:
    """Event2Mind's events in the first or third person, the answers of all workers joined."""
    joined: dict[str, dict[str, None]] = {}
    for item, words in zip(corpus.items, descriptors, strict=True):
        answers = joined.setdefault(item.text, {})
        for word in words:
            clean = word.strip().strip(".").lower()
            if clean and clean != "none" and len(clean) < _LONGEST_DESCRIPTOR:
                answers[clean] = None
    for event, answers in joined.items():
        if answers:
            yield TrainingText(normalize(told(event, person)), tuple(answers)[:5])


def told(event: str, person: str) -> str:
    """An event as the person, or about them, would tell it; the same event always in the same words.

    Args:
        event: of Event2Mind, about `PersonX`.
        person: `first` or `third`.

    Returns:
        A sentence.
    """
    pronouns = _PRONOUNS[person]
    subject, possessive = pronouns[zlib.crc32(event.encode()) % len(pronouns)]
    text = re.sub(r"PersonX ?'s", possessive, event)
    text = re.sub(r"_{3,}", "something", re.sub(r"Person[YZ]", "someone", text.replace("PersonX", subject)))
    return text[:1].upper() + text[1:]


def _draw(rows: list[TrainingText], limit: int, rng: np.random.Generator) -> list[TrainingText]:
    if not limit or limit >= len(rows):
        return rows
    return [rows[i] for i in np.sort(rng.permutation(len(rows))[:limit])]


def _join_closed(
    recipe: Recipe,
    rows: dict[str, TrainingText],
    normalize: Callable[[str], str],
    data: Path | None,
    facts: dict[str, str],
) -> LabelSpace | None:
    if not recipe.closed.corpus:
        return None
    corpus = _load(recipe.closed.corpus, data, facts)
    if corpus.gold is None or corpus.space.kind != "multi":
        raise RecipeError(f"recipe {recipe.name!r}: {corpus} has no multi-label gold for [closed]")
    for text, gold in _by_text(corpus, corpus.gold, normalize).items():
        if text in rows:
            rows[text] = replace(rows[text], closed=gold)
    return corpus.space


def _by_text(corpus: Corpus, gold: FloatArray, normalize: Callable[[str], str]) -> dict[str, FloatArray]:
    """Mean gold of each normalised text, `[labels]`."""
    found: dict[str, list[FloatArray]] = {}
    for item, row in zip(corpus.items, gold, strict=True):
        found.setdefault(normalize(item.text), []).append(row)
    return {text: np.mean(rows, axis=0, dtype=np.float32) for text, rows in found.items()}


def _join_human(
    corpus: Corpus,
    rows: dict[str, TrainingText],
    normalize: Callable[[str], str],
    spaces: dict[str, LabelSpace],
    add: bool = False,
) -> None:
    if corpus.gold is None or corpus.space.kind not in ("single", "multi", "ordinal"):
        raise RecipeError(
            f"{corpus} has no labels of kind single, multi or ordinal: it cannot be read as human labels"
        )
    name = corpus.space.name
    spaces[name] = corpus.space
    # A level is learned as its share of the highest, so that every head gives probabilities.
    highest = (corpus.space.levels or 2) - 1
    for text, gold in _by_text(corpus, corpus.gold / np.float32(highest), normalize).items():
        if text in rows or (add and text):
            row = rows.get(text) or TrainingText(text)
            rows[text] = replace(row, human={**row.human, name: gold})


def _supervise(
    settings: Supervision,
    rows: dict[str, TrainingText],
    normalize: Callable[[str], str],
    data: Path | None,
    facts: dict[str, str],
) -> None:
    named = []
    for name in settings.names_of:
        corpus = _load(name, data, facts)
        if corpus.gold is None or corpus.space.kind not in ("single", "multi"):
            raise RecipeError(
                f"{corpus} has no labels of kind single or multi: their names cannot be read as descriptors"
            )
        named.append((corpus.space, _by_text(corpus, corpus.gold, normalize)))
    given = supervise({text: row.descriptors for text, row in rows.items()}, named, settings)
    for text, descriptors in given.items():
        rows[text] = replace(rows[text], descriptors=descriptors)


def _split(
    rows: list[TrainingText], held_out: int, rng: np.random.Generator
) -> tuple[list[TrainingText], list[TrainingText]]:
    # A text with readings teaches the most: it is never left out.
    eligible = [
        i for i, row in enumerate(rows) if row.descriptors and row.axes is not None and not row.readings
    ]
    chosen = set(rng.permutation(eligible)[:held_out].tolist())
    return [r for i, r in enumerate(rows) if i not in chosen], [rows[i] for i in sorted(chosen)]


def reference_texts(recipe: Recipe, texts: Sequence[TrainingText]) -> list[str]:
    """Texts that stand for texts in general: of each source as many as the recipe asks for.

    Args:
        recipe: says how many; where it asks for none, a few hundred are drawn from all texts.
        texts: that were trained on.

    Returns:
        Normalised texts, at least one.
    """
    rng = np.random.default_rng(recipe.seed)
    by_source: dict[int | None, list[str]] = {}
    for text in texts:
        by_source.setdefault(text.source, []).append(text.text)
    drawn: list[str] = []
    for number, source in enumerate(recipe.texts):
        own = by_source.get(number, [])
        drawn += [own[i] for i in rng.permutation(len(own))[: source.reference]]
    return drawn or [texts[i].text for i in rng.permutation(len(texts))[:_REFERENCES]]


def read_source(
    source: Texts, normalize: Callable[[str], str], data: Path | None, facts: dict[str, str]
) -> list[TrainingText]:
    """The texts of one source with their descriptors and axes, whether they have any or not.

    Args:
        source: names the corpus.
        normalize: the model's own rewriting.
        data: folder of the corpora, or None for the environment's.
        facts: corpus → its licence; this one's is added.

    Returns:
        Texts in the order of the corpus; `limit` and `repeat` are left to the caller.

    Raises:
        CorpusError: if the corpus is missing or damaged.
        InputError: if the readings cannot be read.
        RecipeError: if it lacks what the source asks of it.
    """
    corpus = _load(source.corpus, data, facts)
    return (
        _rows_read(corpus, source, normalize) if source.readings else list(_rows(corpus, source, normalize))
    )
