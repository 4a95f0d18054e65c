"""The model directory: a manifest, weights, a tokenizer, a decision, a card. No pickle, ever.

affekt.json           schema, kind of scorer, space, normalising, languages, training corpora, checksums
decision.json         from scores to labels
tokenizer.json        of both towers
words.safetensors     word embeddings of both towers: `codes` int8 [vocabulary, width], `scale` [vocabulary]
text.onnx             the text tower
labels.onnx           the label tower, opened only for wordings that are not known yet
heads.safetensors     projections, axes, trained spaces with their n-grams; `known.vectors` of wordings embedded beforehand
vocabulary.safetensors  descriptors for answers in free words: `codes`, `scale`, `words`; a model may have none
README.md             the card

A static student has `static.safetensors` and `lexicon.txt` (a word a line) in place of text.onnx. Any model may read labels
with the tower of a bundled one: then `label_tower` of its manifest names that and the checksums of its files.
A model of several has a manifest and a card: `models` names bundled ones, of which the first that reads a text judges it, or
in an ensemble all that read it, under a decision of its own; `guards` may change fields of their language guards, so that a
text of which one is not sure goes to the next.
An adapted model has a manifest, a card, a decision and `correction.json`, what labelled texts say of each reader's scores: `adapts`
names the model that it corrects, a bundled one or a folder as seen from its own, which begins with a dot, and a checksum of what its
scores depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from affekt.core import InputError, LabelError, LabelSpace, ModelError, Scorer, named_space
from affekt.decisions import Correction, ModelDecisions, decision_from_dict
from affekt.encoder import (
    DualEncoder,
    Heads,
    StaticTower,
    StaticWeights,
    TextTower,
    Tower,
    Vocabulary,
    open_session,
    read_tensors,
    read_tokenizer,
    read_words,
)
from affekt.models.manifest import (
    ADAPTED,
    BUNDLED,
    CORRECTION,
    DECISION,
    ENSEMBLE,
    MANIFEST,
    OF_SEVERAL,
    SCORER,
    STATIC_SCORER,
    VOCABULARY,
    adapted_folder,
    label_tower_folder,
    lender,
    read_card,
    read_json,
    verify_files,
)
from affekt.models.model import Model
from affekt.text import LanguageGuard, Normalizer

if TYPE_CHECKING:
    from affekt.wrappers import Reader


def load_directory(directory: Path, name: str | None = None) -> Model:
    """Open a model directory.

    Args:
        directory: holds the files named above.
        name: what to call the model; the manifest's name if None.

    Returns:
        The model; the label tower is not opened yet.

    Raises:
        ModelError: if a file is missing, damaged, or of a newer schema.
    """
    card = read_card(directory)
    manifest = directory / MANIFEST
    try:
        if card["scorer"] in OF_SEVERAL:
            return _of_several(directory, card, name)
        if card["scorer"] not in (SCORER, STATIC_SCORER, ADAPTED):
            raise ModelError(
                f"{manifest} names scorer {card['scorer']!r}, and this affekt knows "
                f"{', '.join((SCORER, STATIC_SCORER, *OF_SEVERAL, ADAPTED))}: update affekt"
            )
        scorer = (_corrected if card["scorer"] == ADAPTED else _dual_encoder)(directory, card)
        space = card["default_space"]
        default = named_space(space) if isinstance(space, str) else LabelSpace.from_dict(space)
        decision = decision_from_dict(read_json(directory / DECISION))
        return Model(name or str(card["name"]), scorer, decision, default, card)
    except KeyError as error:
        raise ModelError(f"{manifest} lacks {error}: get the model again") from None
    except (AttributeError, InputError, LabelError, TypeError, ValueError) as error:
        raise ModelError(f"{manifest} is damaged ({error}): get the model again") from None


def _corrected(directory: Path, card: Mapping[str, Any]) -> Scorer:
    """The scorer that an adapted model corrects, with the correction of each of its readers.

    Its files are small, and of two adaptations, where one was cut short over the other, they would be told apart by nothing else.
    """
    verify_files(directory, {name: card["files"][name] for name in (CORRECTION, DECISION)})
    entries = read_json(directory / CORRECTION)
    corrections = {str(name): Correction.from_dict(entry) for name, entry in entries.items()}
    return corrected(load_directory(adapted_folder(directory, card)), corrections)


def corrected(model: Model, corrections: Mapping[str, Correction]) -> Scorer:
    """A model's scorer with corrections of some of its readers.

    Args:
        model: one of several, or one by itself.
        corrections: reader → its correction; of a model by itself the reader is called as the model.

    Returns:
        The scorer, of the same kind.
    """
    from affekt.wrappers import ByLanguage, Reader

    def change(name: str, reader: Reader) -> Reader:
        return replace(cast(DualEncoder, reader), correction=corrections.get(name))

    if isinstance(model.scorer, ByLanguage):
        return model.scorer.changed(change)
    return change(str(model.card["name"]), cast(Reader, model.scorer))


def _of_several(directory: Path, card: Mapping[str, Any], name: str | None) -> Model:
    """Bundled models as one: each text by the first that reads it, or by all. Each is opened when a text needs it."""
    from affekt.wrappers import BESIDE, ByLanguage, Ensemble  # a model of its own needs none of it

    def opener(part: str) -> Callable[[], Reader]:
        changes = card.get("guards", {}).get(part, {})
        return lambda: _guarded(cast(DualEncoder, load_directory(BUNDLED / part).scorer), changes)

    parts = [str(part) for part in card["models"]]
    decisions = {part: decision_from_dict(read_json(BUNDLED / part / "decision.json")) for part in parts}
    readers = {part: opener(part) for part in parts}
    together = card["scorer"] == ENSEMBLE
    if together:
        own = decision_from_dict(read_json(directory / DECISION))
        decisions = {BESIDE.join(parts): own, **decisions}
    return Model(
        name or str(card["name"]),
        (Ensemble if together else ByLanguage)(readers),
        ModelDecisions(decisions),
        named_space(card["default_space"]),
        card,
    )


def _guarded(scorer: DualEncoder, changes: Mapping[str, Any]) -> DualEncoder:
    """The scorer with some fields of its guard changed."""
    if scorer.guard is None or not changes:
        return scorer
    return replace(scorer, guard=LanguageGuard.from_dict({**scorer.guard.to_dict(), **changes}))


def _dual_encoder(directory: Path, card: Mapping[str, Any]) -> DualEncoder:
    path = directory / "heads.safetensors"
    vocabulary = _vocabulary_file(directory, card)
    vectors = np.asarray(read_tensors(path)["known.vectors"], dtype=np.float32)
    text, open_labels = (_static if card["scorer"] == STATIC_SCORER else _transformer)(directory, card)
    return DualEncoder(
        text=text,
        open_labels=open_labels,
        heads=Heads.read(path, card["heads"]),
        known=dict(zip(card["known"], vectors, strict=True)),
        normalizer=Normalizer.from_dict(card["normalizer"]),
        guard=LanguageGuard.from_dict(card["guard"]) if card.get("guard") else None,
        open_vocabulary=None if vocabulary is None else lambda: Vocabulary.read(vocabulary),
    )


def _vocabulary_file(directory: Path, card: Mapping[str, Any]) -> Path | None:
    """Where a model's descriptors lie: beside it, or in the model that lends its label tower, if it lends them too."""
    if VOCABULARY in card.get("files", {}):
        return directory / VOCABULARY
    if VOCABULARY not in (card.get("label_tower") or {}).get("files", {}):
        return None
    folder = lender(directory, card)
    return None if folder is None else folder / VOCABULARY


def _transformer(directory: Path, card: Mapping[str, Any]) -> tuple[TextTower, Callable[[], Tower]]:
    """The text tower, and what opens the label tower: its own shares its tokenizer and word embeddings."""
    own = _Towers(directory, int(card["positions"]))

    def open_labels() -> Tower:
        folder = label_tower_folder(directory, card)
        return (own if folder == directory else _Towers(folder, own.positions)).tower("labels.onnx")

    return own.tower("text.onnx"), open_labels


def _static(directory: Path, card: Mapping[str, Any]) -> tuple[TextTower, Callable[[], Tower]]:
    """The static tower, and what opens a label tower."""
    path = directory / "lexicon.txt"
    try:
        lexicon = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}): get the model again") from None
    positions = int(card["positions"])

    def open_labels() -> Tower:
        return _Towers(label_tower_folder(directory, card), positions).tower("labels.onnx")

    return StaticTower(lexicon, StaticWeights.read(directory / "static.safetensors")), open_labels


class _Towers:
    """Towers of a folder, with the tokenizer and word embeddings that they share, which are read once."""

    def __init__(self, folder: Path, positions: int) -> None:
        self.positions = positions
        self._folder = folder

    @cached_property
    def _shared(self) -> tuple[Any, Any]:
        return read_tokenizer(self._folder / "tokenizer.json"), read_words(self._folder / "words.safetensors")

    def tower(self, file: str) -> Tower:
        tokenizer, words = self._shared
        return Tower(tokenizer, words, open_session(self._folder / file), self.positions)
