"""The manifest of a model directory: what it says, of which files it vouches for, and which other models it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from affekt.core import ModelError
from affekt.decisions import StoredDecision
from affekt.models.files import write_whole

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
DECISION: Final = "decision.json"
MANIFEST: Final = "affekt.json"
VOCABULARY: Final = "vocabulary.safetensors"
LABEL_TOWER: Final = ("labels.onnx", "tokenizer.json", "words.safetensors")
"""Files that a label tower consists of."""
_NOT_SCORING: Final = ("README.md", VOCABULARY, DECISION)
BUNDLED: Final = Path(__file__).with_name("bundled")


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
    card = read_json(path)
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
    lender(directory, card)
    files = card.get("files")
    if not isinstance(files, dict) or not (files or card.get("models")):
        raise ModelError(f"{directory / MANIFEST} names no files: get the model again")
    verify_files(directory, files)


def verify_files(directory: Path, files: Mapping[str, str]) -> None:
    """Hold files against checksums.

    Args:
        directory: they lie in.
        files: name → sha256.

    Raises:
        ModelError: if a file is missing or differs.
    """
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
    store_file(directory, DECISION, as_json(decision.to_dict()))


def store_file(directory: Path, name: str, content: bytes) -> None:
    """Write a file into a model directory, then the manifest with its checksum.

    Args:
        directory: of the model.
        name: of the file; one that is there is replaced.
        content: of the file.

    Raises:
        ModelError: if the directory holds no model, or cannot be written.
    """
    store_files(directory, {name: content}, read_manifest(directory))


def store_files(directory: Path, files: Mapping[str, bytes], card: Mapping[str, Any]) -> None:
    """Write files into a model directory, which is made if it is not there, then a manifest that vouches for them.

    Args:
        directory: of the model.
        files: name → content; files that are there are replaced.
        card: the manifest, with the checksums of other files.

    Raises:
        ModelError: if the directory cannot be written.
    """
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = as_json({**card, "files": {**card.get("files", {}), **checksums}})
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in {**files, MANIFEST: manifest}.items():
            write_whole(directory / name, content)
    except OSError as error:
        raise ModelError(
            f"{directory} cannot be written ({error.strerror or error}): name a folder of your own"
        ) from None


def as_json(data: Mapping[str, Any], indent: int | None = 1) -> bytes:
    """An object as it is stored: JSON in UTF-8."""
    return (json.dumps(dict(data), ensure_ascii=False, indent=indent) + "\n").encode()


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
    folder = lender(directory, card)
    return directory if folder is None else label_tower_folder(folder, read_manifest(folder))


def lender(directory: Path, card: Mapping[str, Any]) -> Path | None:
    """The bundled model that a model reads labels with the files of, if there is one.

    Args:
        directory: of the model.
        card: its manifest.

    Returns:
        The folder of the other model.

    Raises:
        ModelError: if the files of that one are others than the manifest's.
    """
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


def read_json(path: Path) -> dict[str, Any]:
    """The object that a file of a model directory holds.

    Args:
        path: of a JSON file.

    Returns:
        The object.

    Raises:
        ModelError: if the file is missing, or holds anything else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: get the model again") from None
    except (OSError, RecursionError, ValueError) as error:
        raise ModelError(f"{path} is not readable JSON ({error}): get the model again") from None
    if not isinstance(data, dict):
        raise ModelError(f"{path} holds no JSON object: get the model again")
    return data
