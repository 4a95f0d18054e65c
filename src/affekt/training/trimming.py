"""A vocabulary cut to the pieces that some texts use: most rows of a multilingual embedding table are never read."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from affekt.core import MissingExtra, RecipeError
from affekt.text import script_of
from affekt.training.backbone import Backbone, find_backbone

_WORDS: Final = "embeddings.word_embeddings.weight"
_SPACE: Final = "▁"


def trim(
    backbone: Backbone, texts: Iterable[str], cache: Path, seen: int = 1, scripts: Collection[str] = ()
) -> Backbone:
    """A backbone with the pieces that texts use, and every single character, so that any text still has pieces.

    If every piece that is seen is kept, the texts themselves keep theirs: a unigram tokenizer takes the likeliest way
    through a text, and taking away pieces that are not on it opens no likelier one.

    Args:
        backbone: with a unigram tokenizer.
        texts: normalised.
        cache: holds a folder for each trimmed backbone, named by what was kept of which.
        seen: a piece is kept that so many of the texts use.
        scripts: names of scripts (`Thai`), every piece with a letter of which is kept.

    Returns:
        the trimmed backbone.

    Raises:
        RecipeError: if its tokenizer is of another kind.
    """
    told = _unigram(backbone)
    kept = _kept(told, backbone, texts, seen)
    if scripts:
        vocabulary = enumerate(told["model"]["vocab"])
        kept |= {i for i, (piece, _) in vocabulary if not {*map(script_of, piece)}.isdisjoint(scripts)}
    return _trimmed_to(sorted(kept), told, backbone, cache)


def trim_like(backbone: Backbone, model: Path, cache: Path) -> Backbone:
    """A backbone with the pieces that a model has, and no others.

    Args:
        backbone: with a unigram tokenizer.
        model: directory of a model whose tokenizer was trimmed from this backbone's.
        cache: holds a folder for each trimmed backbone, named by what was kept of which.

    Returns:
        the trimmed backbone.

    Raises:
        RecipeError: if its tokenizer is of another kind, or lacks pieces of the model's.
    """
    told, tokenizer = _unigram(backbone), model / "tokenizer.json"
    wanted = json.loads(tokenizer.read_text(encoding="utf-8"))["model"] if tokenizer.is_file() else {}
    pieces = [piece[0] for piece in wanted["vocab"]] if wanted.get("type") == "Unigram" else []
    if not pieces or not set(pieces) <= {piece for piece, _ in told["model"]["vocab"]}:
        raise RecipeError(
            f"{backbone.folder.name} cannot be trimmed like {model.name}: give a model of this backbone to trim.model"
        )
    return _with_pieces(set(pieces), told, backbone, cache)


def trim_to(backbone: Backbone, pieces: Iterable[str], cache: Path) -> Backbone:
    """A backbone with some of its pieces.

    Args:
        backbone: with a unigram tokenizer.
        pieces: of it, special tokens among them.
        cache: holds a folder for each trimmed backbone, named by what was kept of which.

    Returns:
        the trimmed backbone.

    Raises:
        RecipeError: if its tokenizer is of another kind.
    """
    return _with_pieces(set(pieces), _unigram(backbone), backbone, cache)


def pieces_of(backbone: Backbone) -> list[str]:
    """Every piece of a backbone, the likeliest first.

    Args:
        backbone: with a unigram tokenizer.

    Returns:
        Pieces in the order of their ids.

    Raises:
        RecipeError: if its tokenizer is of another kind.
    """
    return [piece for piece, _ in _unigram(backbone)["model"]["vocab"]]


def _unigram(backbone: Backbone) -> dict[str, Any]:
    """The backbone's tokenizer.json."""
    told: dict[str, Any] = json.loads((backbone.folder / "tokenizer.json").read_text(encoding="utf-8"))
    if told["model"]["type"] != "Unigram":
        raise RecipeError(
            f"the vocabulary of {backbone.folder.name} cannot be trimmed: its tokenizer is {told['model']['type']}, "
            "not Unigram"
        )
    return told


def _with_pieces(pieces: Collection[str], told: dict[str, Any], backbone: Backbone, cache: Path) -> Backbone:
    kept = [i for i, (piece, _) in enumerate(told["model"]["vocab"]) if piece in pieces]
    return _trimmed_to(kept, told, backbone, cache)


def _trimmed_to(kept: Sequence[int], told: dict[str, Any], backbone: Backbone, cache: Path) -> Backbone:
    """The backbone with the pieces of these ids."""
    folder = cache / f"{backbone.folder.name}-{len(kept)}-{_digest(backbone, kept)}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            made = Path(temporary) / "trimmed"
            made.mkdir()
            _write(backbone.folder, told, kept, made)
            os.replace(made, folder)
    return find_backbone(str(folder))


def frequent_words(languages: Sequence[str], count: int) -> list[str]:
    """The most frequent words of languages, by the lists of the package `wordfreq` (Speer 2022).

    Args:
        languages: ISO 639-1 codes; one without a list has no words here.
        count: words a language.

    Returns:
        Words, those of the first language first.

    Raises:
        MissingExtra: if the package is not installed.
    """
    try:
        from wordfreq import available_languages, top_n_list
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "wordfreq", "train") from None
    listed = available_languages()
    return [word for language in languages if language in listed for word in top_n_list(language, count)]


def _kept(told: Mapping[str, Any], backbone: Backbone, texts: Iterable[str], seen: int) -> set[int]:
    """Ids of the single characters, and of the pieces that so many texts use."""
    vocabulary = told["model"]["vocab"]
    kept = {token["id"] for token in told["added_tokens"]} | {told["model"]["unk_id"]}
    kept |= {i for i, (piece, _) in enumerate(vocabulary) if len(piece.removeprefix(_SPACE)) <= 1}
    used = Counter[int]()
    for encoding in backbone.tokenizer.encode_batch(list(texts), add_special_tokens=False):
        used.update(set(encoding.ids))
    return kept | {i for i, count in used.items() if count >= seen}


def _digest(backbone: Backbone, kept: Sequence[int]) -> str:
    told = hashlib.sha256((backbone.folder / "tokenizer.json").read_bytes())
    told.update((backbone.folder / "config.json").read_bytes())
    told.update(",".join(map(str, kept)).encode())
    return told.hexdigest()[:12]


def _write(source: Path, told: dict[str, Any], kept: Sequence[int], folder: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    new = {old: i for i, old in enumerate(kept)}
    vocabulary = told["model"]["vocab"]
    model = told["model"] | {"vocab": [vocabulary[i] for i in kept], "unk_id": new[told["model"]["unk_id"]]}
    frame = told["post_processor"]
    special = {
        name: token | {"ids": [new[i] for i in token["ids"]]}
        for name, token in frame["special_tokens"].items()
    }
    tokenizer = told | {
        "model": model,
        "added_tokens": [token | {"id": new[token["id"]]} for token in told["added_tokens"]],
        "post_processor": frame | {"special_tokens": special},
    }
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    config |= {"vocab_size": len(kept), "pad_token_id": new.get(config.get("pad_token_id"), 0)}
    tensors = load_file(str(source / "model.safetensors"))
    tensors[_WORDS] = tensors[_WORDS][torch.tensor(kept)].contiguous()
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    save_file(tensors, str(folder / "model.safetensors"), {"format": "pt"})
