"""Going on from a model: its weights, as far as its files hold them, in a network that is to learn more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from affekt.core import FloatArray, LabelSpace, RecipeError
from affekt.encoder import Heads, SpaceHead
from affekt.models import read_manifest
from affekt.text import joined_digests
from affekt.training.graph import QUERIES
from affekt.training.network import AXIS_GAIN, AXIS_MIDDLE, AXIS_UNIT, DualNetwork, Scale
from affekt.training.qformer import QFormer
from affekt.training.settings import AXES
from affekt.training.trainer import Run
from affekt.training.wordings import Wordings

_PARTS: Final = ("query", "key", "value")
# Names of the graph's tensors → of the encoder's, where they differ.
_RENAMED: Final = (
    (re.compile(r"^words\.(gamma|beta)$"), r"embeddings.LayerNorm.\1"),
    (re.compile(r"(layer\.\d+\.intermediate)$"), r"\1.dense"),
    (re.compile(r"\.gamma$"), ".weight"),
    (re.compile(r"\.beta$"), ".bias"),
)


@torch.no_grad()
def start_projections(network: DualNetwork, wordings: Wordings, center: bool = False) -> None:
    """Let texts and labels start where the untrained encoder puts them, as far as there is room.

    In fewer dimensions than the backbone's both towers start with the directions in which the frozen
    vectors of the labels are largest (principal components about the origin): of all projections these
    keep most of the labels' dot products.

    Args:
        network: gets the projections.
        wordings: vectors of all label texts.
        center: take out the direction that all labels share, from texts and labels. Some encoders put everything into
            a narrow cone, where cosines tell little apart (Ethayarajh 2019).
    """
    source, d = network.label_projection.in_features, network.label_projection.out_features
    width = network.text_projection.in_features
    if d == source == width:
        if center:
            shared = wordings.shared_direction()
            for projection in (network.text_projection, network.label_projection):
                projection.weight.sub_(torch.outer(shared, shared))
        return
    directions = wordings.directions()
    labels = torch.eye(source) if d == source else directions[:d]
    if network.qformer is None:
        network.text_projection.weight.copy_(labels)
    else:
        through = torch.eye(width, source) if width >= source else directions[:width]
        network.qformer.hand_through(through)
        network.text_projection.weight.copy_(labels @ through.T)
    network.label_projection.weight.copy_(labels)


def start_at_random(network: DualNetwork) -> None:
    """Let the projections and the Q-Former start as noise: a text stands by no label that the encoder would put it by.

    Args:
        network: gets other weights, drawn from torch's generator.
    """
    network.text_projection.reset_parameters()
    network.label_projection.reset_parameters()
    if network.qformer is not None:
        network.qformer.start_at_random()


def start_from(network: DualNetwork, directory: Path, run: Run) -> None:
    """Give a network the weights of a model directory.

    Integer weights are taken at the values that they stand for. Spaces that the model has no head for stay
    at their start, and so does a Q-Former where the model has none. The temperature of free descriptors is
    that of unseen label sets, which is what a model stores.

    Args:
        network: of the same backbone; gets the weights.
        directory: of a model.
        run: vectors of the spaces' labels, and the settings.

    Raises:
        ModelError: if the directory holds no model, or a damaged one.
        RecipeError: if the model has another shape, or weights that cannot be learned from.
    """
    card = read_manifest(directory)
    heads = Heads.read(directory / "heads.safetensors", card["heads"])
    _check_shape(network, directory, card.get("pooling", "mean"), heads.text_weight.shape[1])
    try:
        tensors = _graph_tensors(directory / "text.onnx")
        pooler = {name.removeprefix(QUERIES): t for name, t in tensors.items() if name.startswith(QUERIES)}
        _put_encoder(network.encoder, {n: t for n, t in tensors.items() if not n.startswith(QUERIES)})
        if network.qformer is not None and pooler:
            _put_qformer(network.qformer, pooler)
        _put_heads(network, heads, run)
    except (RuntimeError, KeyError) as error:
        raise RecipeError(
            f"{directory} cannot be gone on from ({error}): use a model of this backbone in precision "
            "float32 or int8-rows"
        ) from None
    for name, space in run.spaces.items():
        head = heads.spaces.get(name)
        if head is not None and set(head.labels) == set(space.names):
            _put_space(network, name, space, head, run.wordings)


def _check_shape(network: DualNetwork, directory: Path, pooling: str, dimensions: int) -> None:
    """See that the model pools as the network does, or plainly, and that their spaces are of one size."""
    if pooling not in ("mean", network.pooling):
        raise RecipeError(f"{directory} pools by {pooling}, not {network.pooling}: set pooling = {pooling!r}")
    own = network.text_projection.out_features
    if dimensions != own:
        raise RecipeError(
            f"{directory} has {dimensions} dimensions, and the recipe {own}: set dimensions = {dimensions}"
        )


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
def _put_qformer(qformer: QFormer, tensors: Mapping[str, FloatArray]) -> None:
    own = qformer.state_dict()
    own["queries"].copy_(_tensor(tensors["queries"][0]))
    for name, value in own.items():
        layer, _, kind = name.rpartition(".")
        if layer.endswith("_norm"):
            value.copy_(_tensor(tensors[f"{layer}.{'gamma' if kind == 'weight' else 'beta'}"]))
        elif kind == "weight":
            value.copy_(_tensor(tensors[layer].T))
        elif kind == "bias":
            value.copy_(_tensor(_bias(tensors, layer)))


def _bias(tensors: Mapping[str, FloatArray], layer: str) -> FloatArray:
    """The bias of a layer; those of an attention's three projections are stored as one."""
    attention, _, part = layer.rpartition(".")
    if part in _PARTS:
        return np.split(tensors[f"{attention}.bias"], len(_PARTS))[_PARTS.index(part)]
    return tensors[f"{layer}.bias"]


@torch.no_grad()
def _put_heads(network: DualNetwork, heads: Heads, run: Run) -> None:
    network.text_projection.weight.copy_(_tensor(heads.text_weight.T))
    network.text_projection.bias.copy_(_tensor(heads.text_bias))
    network.label_projection.weight.copy_(_tensor(heads.label_weight.T))
    for scale in (network.closed, network.descriptors):
        if scale.log_scale.requires_grad:
            scale.log_scale.fill_(float(np.log(heads.scale)))
    network.closed.bias.fill_(heads.bias)
    if run.closed is None and network.descriptors.bias.requires_grad:
        network.descriptors.bias.fill_(heads.bias)
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


def corpora_of_all(
    earlier: Iterable[Mapping[str, Any]], facts: Mapping[str, str], digests: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """What a model was trained on, for its card: what goes on from others was trained on their corpora too.

    Args:
        earlier: cards of the models that it learned from.
        facts: corpus → licence, of what the run read.
        digests: corpus → what its texts are known by again, of a user's own.

    Returns:
        An entry a corpus, with `corpus` and `licence`; of a user's own texts also `digests`.
    """
    read = [{"corpus": name, "licence": licence} for name, licence in facts.items()]
    own = [{"corpus": name, "digests": written} for name, written in (digests or {}).items()]
    found: dict[str, dict[str, Any]] = {}
    for entry in (*(entry for card in earlier for entry in card.get("training", [])), *read, *own):
        kept = {key: entry[key] for key in ("corpus", "licence", "digests") if key in entry}
        before = found.get(entry["corpus"], {})
        if "digests" in before and "digests" in kept:  # two files of one name
            with suppress(TypeError, ValueError):  # a damaged card says nothing of its texts
                kept["digests"] = joined_digests(before["digests"], kept["digests"])
        found[entry["corpus"]] = before | kept
    return list(found.values())
