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

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from affekt.core import InputError, LabelError, LabelSpace, ModelError, Scorer, named_space
from affekt.decisions import Correction, ModelDecisions, StoredDecision, decision_from_dict
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
from affekt.models.model import Model
from affekt.text import LanguageGuard, Normalizer

if TYPE_CHECKING:
    from affekt.wrappers import Reader

SCHEMA: Final = 1
SCORER: Final = "dual-encoder"
STATIC_SCORER: Final = "static"
BY_LANGUAGE: Final = "by-language"
ENSEMBLE: Final = "ensemble"
OF_SEVERAL: Final = (BY_LANGUAGE, ENSEMBLE)
"""Kinds of scorer that are made of bundled models."""
ADAPTED: Final = "adapted"
"""The kind of scorer that corrects another model's."""
CORRECTION: Final = "correction.json"
MANIFEST: Final = "affekt.json"
VOCABULARY: Final = "vocabulary.safetensors"
LABEL_TOWER: Final = ("labels.onnx", "tokenizer.json", "words.safetensors")
"""Files that a label tower consists of."""
_NOT_SCORING: Final = ("README.md", VOCABULARY, "decision.json")
BUNDLED: Final = Path(__file__).with_name("bundled")


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
        decision = decision_from_dict(_read_json(directory / "decision.json"))
        return Model(name or str(card["name"]), scorer, decision, default, card)
    except KeyError as error:
        raise ModelError(f"{manifest} lacks {error}: get the model again") from None
    except (AttributeError, InputError, LabelError, TypeError, ValueError) as error:
        raise ModelError(f"{manifest} is damaged ({error}): get the model again") from None


def read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest of a model directory.

    Args:
        directory: holds it as `affekt.json`.

    Returns:
        The manifest, as parsed from JSON.

    Raises:
        ModelError: if there is none, or its schema is newer than this affekt.
    """
    path = directory / MANIFEST
    if not path.is_file():
        raise ModelError(f"{directory} is not a model directory: it has no {MANIFEST}")
    card = _read_json(path)
    schema = card.get("schema")
    if schema != SCHEMA:
        cure = "update affekt" if isinstance(schema, int) and schema > SCHEMA else "get the model again"
        raise ModelError(f"{path} has schema {schema!r}, and this affekt reads {SCHEMA}: {cure}")
    return card


def read_card(directory: Path) -> dict[str, Any]:
    """The manifest of a model directory; of a model of several or an adapted one, with what theirs say.

    Args:
        directory: holds `affekt.json`.

    Returns:
        The manifest. Of several models the languages, training corpora and figures by language of all (where both have
        some, its own), and all files, by `model/file`.

    Raises:
        ModelError: if there is none, or a model that it names is not bundled, or its schema is newer.
    """
    card = read_manifest(directory)
    if "adapts" in card:
        return _adapted_card(card, read_card(adapted_folder(directory, card)))
    parts = {str(name): read_manifest(BUNDLED / str(name)) for name in card.get("models", [])}
    if not parts:
        return card
    languages = dict.fromkeys(code for part in parts.values() for code in part["languages"])
    training = {entry["corpus"]: entry for part in parts.values() for entry in part["training"]}
    files = dict(card.get("files", {})) | {
        f"{name}/{file}": digest for name, part in parts.items() for file, digest in part["files"].items()
    }
    measured = {
        language: figures
        for part in parts.values()
        for language, figures in part.get("measured_languages", {}).items()
    }
    return {
        **card,
        "languages": list(languages),
        "training": list(training.values()),
        "files": files,
        "measured_languages": measured | card.get("measured_languages", {}),
    }


def _adapted_card(card: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be known of an adapted model: its own, and of what it corrects languages, training corpora and files."""
    files = {f"{base['name']}/{file}": digest for file, digest in base["files"].items()}
    return {
        **card,
        "languages": base["languages"],
        "training": [*base.get("training", ()), *card["training"]],
        "files": {**card["files"], **files},
    }


def adapted_folder(directory: Path, card: Mapping[str, Any]) -> Path:
    """Where the model lies that an adapted one corrects.

    Args:
        directory: of the adapted model.
        card: its manifest.

    Returns:
        The folder.

    Raises:
        ModelError: if it is not there, or scores otherwise than it did, or the manifest is damaged.
    """
    try:
        name, scores, _ = (
            str(card["adapts"]["model"]),
            str(card["adapts"]["scores"]),
            card["training"][0]["corpus"],
        )
    except (IndexError, KeyError, TypeError):
        raise ModelError(f"{directory / MANIFEST} is damaged: adapt the model again") from None
    folder = directory / name if name.startswith(".") else BUNDLED / name
    if not (folder / MANIFEST).is_file():
        raise ModelError(f"{directory} corrects {folder}, which is no model directory: put that there again")
    if scoring_digest(folder) != scores:
        raise ModelError(f"{directory} corrects another version of {name}: adapt the model again")
    return folder


def scoring_digest(directory: Path) -> str:
    """A checksum of all that a model's scores depend on: weights, heads, what texts are turned into, and its parts.

    Args:
        directory: of the model.

    Returns:
        The sha256, as in a manifest.

    Raises:
        ModelError: if there is no model.
    """
    card = read_manifest(directory)
    files = {name: digest for name, digest in card.get("files", {}).items() if name not in _NOT_SCORING}
    parts = {str(part): scoring_digest(BUNDLED / str(part)) for part in card.get("models", [])}
    told = {key: card.get(key) for key in ("scorer", "heads", "known", "normalizer", "positions", "guards")}
    content = json.dumps([told, files, parts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _corrected(directory: Path, card: Mapping[str, Any]) -> Scorer:
    """The scorer that an adapted model corrects, with the correction of each of its readers."""
    entries = _read_json(directory / CORRECTION)
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
    decisions = {part: decision_from_dict(_read_json(BUNDLED / part / "decision.json")) for part in parts}
    readers = {part: opener(part) for part in parts}
    together = card["scorer"] == ENSEMBLE
    if together:
        own = decision_from_dict(_read_json(directory / "decision.json"))
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


def verify(directory: Path) -> None:
    """Hold every file against the manifest's checksums.

    Args:
        directory: of the model.

    Raises:
        ModelError: if a file is missing or differs, its own or of its label tower, or the manifest names none.
    """
    card = read_manifest(directory)
    for part in card.get("models", []):
        verify(BUNDLED / str(part))
    if "adapts" in card:
        verify(adapted_folder(directory, card))
    _lender(directory, card)
    files = card.get("files")
    if not isinstance(files, dict) or not (files or card.get("models")):
        raise ModelError(f"{directory / MANIFEST} names no files: get the model again")
    for name, expected in files.items():
        path = directory / name
        if not path.is_file():
            raise ModelError(f"{path} is missing: get the model again")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise ModelError(f"{path} is not the file that the manifest names: get the model again")


def store_decision(directory: Path, decision: StoredDecision) -> None:
    """Make a decision the one that a model directory is loaded with.

    Args:
        directory: of the model.
        decision: takes the place of the stored one.

    Raises:
        ModelError: if the directory holds no model, or cannot be written.
    """
    store_file(directory, "decision.json", _json(dict(decision.to_dict())))


def store_file(directory: Path, name: str, content: bytes) -> None:
    """Write a file into a model directory, then the manifest with its checksum.

    Args:
        directory: of the model.
        name: of the file; one that is there is replaced.
        content: of the file.

    Raises:
        ModelError: if the directory holds no model, or cannot be written.
    """
    card = read_manifest(directory)
    card.setdefault("files", {})[name] = hashlib.sha256(content).hexdigest()
    try:
        for file, data in ((name, content), (MANIFEST, _json(card))):
            partial = directory / f".{file}.partial"
            partial.write_bytes(data)
            partial.replace(directory / file)
    except OSError as error:
        raise ModelError(
            f"{directory} cannot be written ({error.strerror or error}): copy the model to a folder of your own"
        ) from None


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


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
    lender = _lender(directory, card)
    return None if lender is None else lender / VOCABULARY


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


def label_tower_folder(directory: Path, card: Mapping[str, Any]) -> Path:
    """Where a model's label tower lies.

    Args:
        directory: of the model.
        card: its manifest.

    Returns:
        The directory itself, or that of the bundled model that its manifest names, or of one that this one names.

    Raises:
        ModelError: if a named model is not bundled, or its files are others than the manifest's.
    """
    folder = _lender(directory, card)
    return directory if folder is None else label_tower_folder(folder, read_manifest(folder))


def _lender(directory: Path, card: Mapping[str, Any]) -> Path | None:
    """The bundled model that a model reads labels with the files of, if there is one."""
    lent = card.get("label_tower")
    if lent is None:
        return None
    folder = BUNDLED / str(lent["model"])
    files = read_manifest(folder).get("files", {})
    if any(files.get(name) != digest for name, digest in lent["files"].items()):
        raise ModelError(
            f"model {card['name']!r} reads new labels with the label tower of {lent['model']!r}, which is not the one "
            "that it was trained with: get both again"
        )
    return folder


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: get the model again") from None
    except (OSError, RecursionError, ValueError) as error:
        raise ModelError(f"{path} is not readable JSON ({error}): get the model again") from None
    if not isinstance(data, dict):
        raise ModelError(f"{path} holds no JSON object: get the model again")
    return data
