"""From a trained network to a model directory that runs without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from affekt.core import SPACES, FloatArray, LabelSpace
from affekt.decisions import StoredDecision
from affekt.encoder import Heads, NgramHead, SpaceHead, pole_wordings
from affekt.models import BUNDLED, MANIFEST, SCHEMA, SCORER, find, read_manifest, write_whole
from affekt.text import LanguageGuard, Normalizer
from affekt.training.backbone import Backbone
from affekt.training.calibration import calibrate
from affekt.training.graph import QUERIES, BertShape, Precision, bert_graph
from affekt.training.lending import lent_tower
from affekt.training.network import AXIS_GAIN, AXIS_MIDDLE, AXIS_RANGE, AXIS_UNIT, DualNetwork
from affekt.training.recipe import Recipe
from affekt.training.settings import AXES
from affekt.training.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run made.

    Args:
        recipe: the settings.
        network: trained.
        backbone: where it started from; its frozen encoder is the label tower.
        frozen: the label tower.
        wordings: vectors of label texts, every named space's among them.
        spaces: spaces with a trained head.
        normalizer: the rewriting of the texts.
        reference: unit vectors of a sample of training texts, float32 `[reference texts, d]`.
        calibration: framed token ids of some training texts.
        facts: for the manifest: training corpora, what was measured on held-out texts.
        own: name of the space of a user's own texts, or None.
        ngrams: space → what stands beside its head.
    """

    recipe: Recipe
    network: DualNetwork
    backbone: Backbone
    frozen: Any
    wordings: Wordings
    spaces: Mapping[str, LabelSpace]
    normalizer: Normalizer
    reference: FloatArray
    calibration: Sequence[Sequence[int]]
    facts: Mapping[str, Any]
    own: str | None = None
    ngrams: Mapping[str, NgramHead] = field(default_factory=dict)


def named_wordings() -> list[str]:
    """Every wording of every named space and pole: embedded beforehand, so that they need no label tower."""
    named = (form for s in SPACES.values() for label in s.labels for form in label.forms)
    return list(dict.fromkeys((*named, *pole_wordings())))


def export(trained: Trained, decision: StoredDecision, folder: Path) -> None:
    """Write the model directory: every file under a temporary name first, the manifest last.

    Args:
        trained: what a run made.
        decision: from scores to labels.
        folder: made if missing; files of an earlier export are replaced.
    """
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    recipe, network = trained.recipe, trained.network
    precision = cast(Precision, recipe.precision)
    shape = encoder_shape(network.encoder, recipe.positions)
    ranges = calibrate(network.encoder, trained.calibration) if precision == "int8-static" else None
    known = named_wordings()
    heads = _heads(trained)
    tensors: dict[str, np.ndarray] = dict(heads.tensors())
    tensors["known.vectors"] = _numpy(network.labels(trained.wordings.vectors(known))).astype(np.float16)
    tensors["reference.vectors"] = heads.reference.astype(np.float16)
    lent = lent_tower(BUNDLED / recipe.label_tower) if recipe.label_tower else None
    files = {
        "text.onnx": bert_graph(
            _tower(network),
            shape,
            precision,
            ranges,
            network.pooling,
            network.qformer.shape if network.qformer else None,
        ),
        "words.safetensors": save(trained.backbone.words(trained.frozen).tensors()),
        "heads.safetensors": save(tensors),
        "tokenizer.json": (trained.backbone.folder / "tokenizer.json").read_bytes(),
        "decision.json": _json(decision.to_dict()),
    }
    if lent is None:
        files["labels.onnx"] = bert_graph(
            encoder_weights(trained.frozen),
            encoder_shape(trained.frozen, recipe.positions),
            cast(Precision, recipe.label_precision),
        )
    manifest = _manifest(trained, heads, known, lent, files)
    for name, data in {**files, "README.md": model_card(manifest), MANIFEST: _json(manifest)}.items():
        write_whole(folder / name, data)


def _manifest(
    trained: Trained,
    heads: Heads,
    known: Sequence[str],
    lent: Mapping[str, Any] | None,
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    recipe = trained.recipe
    return {
        "schema": SCHEMA,
        "name": recipe.name,
        "description": recipe.description,
        "scorer": SCORER,
        "space": "any",
        "default_space": trained.spaces[trained.own].to_dict() if trained.own else recipe.default_space,
        "languages": list(recipe.languages),
        "normalizer": trained.normalizer.to_dict(),
        "guard": LanguageGuard(
            recipe.languages,
            pieces_per_word=recipe.pieces_per_word,
            tell_unmeasured=recipe.tell_unmeasured,
            unknown_piece=trained.backbone.unknown_piece,
        ).to_dict(),
        "positions": recipe.positions,
        "pooling": recipe.pooling,
        "dimensions": trained.network.text_projection.out_features,
        "precision": recipe.precision,
        **({} if lent is None else {"label_tower": lent}),
        "heads": heads.facts(),
        "known": known,
        "recipe": recipe.digest(),
        **trained.facts,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }


def encoder_shape(encoder: Any, positions: int) -> BertShape:
    """Sizes of an encoder that reads windows of so many tokens."""
    config = encoder.config
    return BertShape(
        config.num_hidden_layers,
        config.num_attention_heads,
        config.hidden_size,
        positions,
        config.layer_norm_eps,
    )


def encoder_weights(encoder: Any) -> dict[str, FloatArray]:
    """Weights of an encoder by name, float32."""
    return {
        name: _numpy(tensor) for name, tensor in encoder.state_dict().items() if tensor.is_floating_point()
    }


def _tower(network: DualNetwork) -> dict[str, FloatArray]:
    """Weights of the text tower, with the Q-Former's where there is one."""
    pooler = encoder_weights(network.qformer) if network.qformer else {}
    return encoder_weights(network.encoder) | {f"{QUERIES}{name}": tensor for name, tensor in pooler.items()}


def space_head(trained: Trained, name: str) -> SpaceHead:
    """What was learned of a space with human labels, as the runtime reads it."""
    network, space = trained.network, trained.spaces[name]
    scale = network.scale_of(name)
    return SpaceHead(
        space.names,
        _numpy(network.space_labels(name, trained.wordings.vectors(space.names))),
        scale.log_scale.exp().item(),
        _numpy(scale.bias),
        space.kind,
        name == trained.own,
        trained.ngrams.get(name),
    )


def _axes(recipe: Recipe) -> tuple[str, ...]:
    """Axes that were learned, in this run or before it."""
    if recipe.losses.axes or not recipe.start:
        return AXES if recipe.losses.axes else ()
    return tuple(read_manifest(find(recipe.start))["heads"]["axes"])


def _heads(trained: Trained) -> Heads:
    network = trained.network
    stored = [*trained.recipe.heads, *([trained.own] if trained.own else [])]
    # What judges label sets without a head: closed-set labels say best how sure to be, where there were any.
    scale = network.closed if trained.recipe.closed.corpus else network.descriptors
    axes = _axes(trained.recipe)
    kept = len(axes)
    return Heads(
        _numpy(network.text_projection.weight.T),
        _numpy(network.text_projection.bias),
        _numpy(network.label_projection.weight.T),
        axes,
        _numpy(network.axes.weight.T)[:, :kept] * AXIS_GAIN * AXIS_UNIT,
        _numpy(network.axes.bias)[:kept] * AXIS_UNIT + AXIS_MIDDLE,
        AXIS_RANGE,
        scale.log_scale.exp().item(),
        scale.bias.item(),
        trained.reference,
        trained.recipe.prior,
        {name: space_head(trained, name) for name in stored},
    )


def _numpy(tensor: torch.Tensor) -> FloatArray:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype=np.float32)


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def model_card(manifest: Mapping[str, Any]) -> bytes:
    """The model card, in the Hub's form."""
    lines = [
        "---",
        "library_name: affekt",
        "license: apache-2.0",
        "pipeline_tag: text-classification",
        f"language: [{', '.join(manifest['languages'])}]",
        "---",
        "",
        f"# {manifest['name']}",
        "",
        manifest["description"] or "An affekt model.",
        "",
        "## Trained on",
        "",
        *_corpus_lines(manifest.get("training", [])),
        "",
        "## Use",
        "",
        "    import affekt",
        f'    affekt.load("{manifest["name"]}").predict(["We won!"], labels=["joy", "anger"])',
        "",
    ]
    return "\n".join(lines).encode()


def _corpus_lines(training: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"- `{entry['corpus']}`, licence: {entry['licence']}" for entry in training]
