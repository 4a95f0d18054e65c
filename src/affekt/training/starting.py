"""Going on from a model: its weights, as far as its files hold them, in a network that is to learn more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from affekt.core import FloatArray, LabelSpace, RecipeError
from affekt.encoder import Heads, SpaceHead
from affekt.models import read_manifest
from affekt.training.network import AXES, AXIS_GAIN, AXIS_MIDDLE, AXIS_UNIT, DualNetwork, Scale
from affekt.training.wordings import Wordings

_PARTS: Final = ("query", "key", "value")
# Names of the graph's tensors → of the encoder's, where they differ.
_RENAMED: Final = (
    (re.compile(r"^words\.(gamma|beta)$"), r"embeddings.LayerNorm.\1"),
    (re.compile(r"(layer\.\d+\.intermediate)$"), r"\1.dense"),
    (re.compile(r"\.gamma$"), ".weight"),
    (re.compile(r"\.beta$"), ".bias"),
)


def start_from(
    network: DualNetwork, directory: Path, wordings: Wordings, spaces: Mapping[str, LabelSpace]
) -> None:
    """Give a network the weights of a model directory.

    Integer weights are taken at the values that they stand for. Spaces that the model has no head for, and
    the temperature of free descriptors, which a model does not store, stay at their start.

    Args:
        network: of the same backbone; gets the weights.
        directory: of a model.
        wordings: vectors of the spaces' labels.
        spaces: spaces with human labels.

    Raises:
        ModelError: if the directory holds no model, or a damaged one.
        RecipeError: if the model has another shape, or weights that cannot be learned from.
    """
    heads = Heads.read(directory / "heads.safetensors", read_manifest(directory)["heads"])
    try:
        _put_encoder(network.encoder, _graph_tensors(directory / "text.onnx"))
        _put_heads(network, heads)
    except (RuntimeError, KeyError) as error:
        raise RecipeError(
            f"{directory} cannot be gone on from ({error}): use a model of this backbone in precision "
            "float32 or int8-rows"
        ) from None
    for name, space in spaces.items():
        head = heads.spaces.get(name)
        if head is not None and set(head.labels) == set(space.names):
            _put_space(network, name, space, head, wordings)


def _graph_tensors(path: Path) -> dict[str, FloatArray]:
    """Float tensors of a text tower, matrices `[in, out]`; integers with a scale a column multiplied out."""
    import onnx
    from onnx import numpy_helper

    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(str(path)).graph.initializer}
    tensors = {}
    for name, value in stored.items():
        if name.endswith(".int8"):
            plain = name.removesuffix(".int8")
            tensors[plain] = value.astype(np.float32) * stored[f"{plain}.scale"]
        elif value.dtype == np.float32 and not name.endswith(".scale"):
            tensors[name] = value
    return tensors


@torch.no_grad()
def _put_encoder(encoder: Any, tensors: Mapping[str, FloatArray]) -> None:
    weights = {}
    for name, value in tensors.items():
        if name.startswith("row.") or name == "positions":
            continue
        if ".attention.self.qkv" in name:
            ending = ".bias" if name.endswith(".bias") else ".weight"
            for part, third in zip(_PARTS, np.split(value, len(_PARTS), axis=-1), strict=True):
                weights[name.split("qkv")[0] + part + ending] = third.T
            continue
        own_name = name
        for pattern, new in _RENAMED:
            own_name = pattern.sub(new, own_name)
        weights[own_name if value.ndim == 1 else f"{own_name}.weight"] = value.T
    own = encoder.state_dict()
    for name in own:
        if name.startswith("encoder.") or name.startswith("embeddings.LayerNorm"):
            own[name].copy_(_tensor(weights[name]))
    # The graph adds the first type's embedding to every position.
    table = _tensor(tensors["positions"])
    kind = own["embeddings.token_type_embeddings.weight"][0]
    own["embeddings.position_embeddings.weight"][: len(table)] = table - kind


@torch.no_grad()
def _put_heads(network: DualNetwork, heads: Heads) -> None:
    network.text_projection.weight.copy_(_tensor(heads.text_weight.T))
    network.text_projection.bias.copy_(_tensor(heads.text_bias))
    network.label_projection.weight.copy_(_tensor(heads.label_weight.T))
    for scale in (network.closed, network.descriptors):
        scale.log_scale.fill_(float(np.log(heads.scale)))
    network.closed.bias.fill_(heads.bias)
    if heads.axes == AXES:
        network.axes.weight.copy_(_tensor(heads.axis_weight.T / (AXIS_GAIN * AXIS_UNIT)))
        network.axes.bias.copy_(torch.from_numpy((heads.axis_bias - AXIS_MIDDLE) / AXIS_UNIT))


@torch.no_grad()
def _put_space(
    network: DualNetwork, name: str, space: LabelSpace, head: SpaceHead, wordings: Wordings
) -> None:
    columns = [head.labels.index(label) for label in space.names]
    texts = network.labels(wordings.vectors(space.names))
    network.shifts[network.keys[name]].copy_(_tensor(head.vectors[columns]) - texts)
    scale: Scale = network.scale_of(name)
    scale.log_scale.fill_(float(np.log(head.scale)))
    scale.bias.copy_(_tensor(head.bias[columns]))


def _tensor(array: FloatArray) -> torch.Tensor:
    return torch.from_numpy(np.array(array))


def starting_corpora(directory: Path) -> dict[str, str]:
    """Corpora that a model was trained on, with their licences: what goes on from it was trained on them too.

    Args:
        directory: of a model.

    Returns:
        Corpus → licence.

    Raises:
        ModelError: if the directory holds no model.
    """
    return {entry["corpus"]: entry["licence"] for entry in read_manifest(directory).get("training", [])}
