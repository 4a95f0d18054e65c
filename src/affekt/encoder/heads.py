"""What stands on the towers: projections, scales, axes, and the heads of spaces that were trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, Kind, LabelSpace, ModelError
from affekt.encoder.ngrams import NgramHead
from affekt.encoder.tensors import read_tensors

_LARGEST_LOGIT = 80.0  # its exponential is still a float32
_LEAST_SHARE = (
    1e-6  # of the reference texts; a label that none or all of them seem to carry has finite logits
)


@dataclass(frozen=True, slots=True, eq=False)
class SpaceHead:
    """Labels of one space as points learned from its human labels.

    Args:
        labels: names in order.
        vectors: float32 `[labels, d]`, unit length.
        scale: of the cosines.
        bias: float32 `[labels]`.
        kind: that it was trained in.
        own: whether a user trained it on texts of their own, whose space has no name that others know.
        ngrams: what the words say by themselves, in the order of `labels`; None where the encoder judges alone.
    """

    labels: tuple[str, ...]
    vectors: FloatArray
    scale: float
    bias: FloatArray
    kind: Kind
    own: bool = False
    ngrams: NgramHead | None = None

    def __post_init__(self) -> None:
        beside = len(self.ngrams.bias) if self.ngrams else len(self.labels)
        if {len(self.vectors), len(self.bias), beside} != {len(self.labels)}:
            raise ValueError(f"{len(self.labels)} labels of a space do not fit what was learned of them")

    def fits(self, space: LabelSpace) -> bool:
        """Whether the space has these labels, whatever their case, and a kind in which the logits mean something.

        Logits trained as independent can be compared with each other; those trained against each other
        say nothing about one label alone.
        """
        return _folded(self.labels) == _folded(space.names) and self.kind in ("multi", space.kind)

    def logits(self, vectors: FloatArray, texts: Sequence[str], space: LabelSpace) -> FloatArray:
        """Logits of texts in the order of a space that fits.

        Args:
            vectors: float32 `[texts, d]`, unit length.
            texts: the same ones, normalised.
            space: that fits.

        Returns:
            float32 `[texts, labels]`.
        """
        logits = self.scale * (vectors @ self.vectors.T) + self.bias
        if self.ngrams is not None:
            logits = self.ngrams.beside(logits, texts)
        places = {name.casefold(): i for i, name in enumerate(self.labels)}
        return np.asarray(logits[:, [places[name.casefold()] for name in space.names]], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ImpliedAxes:
    """What trained labels imply of the axes: a second reading beside the axes' own head.

    Args:
        weight: float32 `[d, axes]`, for unit vectors of texts.
        bias: float32 `[axes]`.
        share: float32 `[axes]`, of it in the mean with the head, 0…1.
    """

    weight: FloatArray
    bias: FloatArray
    share: FloatArray

    def beside(self, values: FloatArray, vectors: FloatArray) -> FloatArray:
        """The mean of axis values `[texts, axes]` and of those that unit vectors of the texts imply."""
        implied = vectors @ self.weight + self.bias
        return np.asarray((1 - self.share) * values + self.share * implied, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is assumed of a label set that was not seen in training.

    Args:
        labels_per_text: how many of several labels apply to a text on average; each is assumed equally
            frequent, since nothing of the target is known.
        largest: no label of kind `multi` is assumed more frequent than this.
        single: how much of a label's frequency in the reference texts is taken away before the best label
            of kind `single` is chosen: 0 nothing, 1 all.
    """

    labels_per_text: float = 2.0
    largest: float = 0.4
    single: float = 0.75

    def share(self, labels: int) -> float:
        """Assumed share of texts that one of so many labels applies to."""
        return min(self.labels_per_text / labels, self.largest)


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Projections into the shared space and what is read there.

    A label's logit is `scale · cos(text, label) + bias`; an axis is linear in the unit state.

    Args:
        text_weight: float32 `[width, d]`.
        text_bias: float32 `[d]`.
        label_weight: float32 `[width, d]`.
        axes: names of the axes.
        axis_weight: float32 `[width, axes]`, for states of unit length.
        axis_bias: float32 `[axes]`.
        axis_range: lowest and highest value of the axes.
        scale: of the cosines, for labels without a trained head.
        bias: of their logits.
        reference: float32 `[reference texts, d]`, unit vectors of training texts: they tell how often the
            model would see a label that it was never trained on.
        prior: assumptions about label sets.
        spaces: trained heads by the name of their space.
        implied: what trained labels say of the axes, or None.
    """

    text_weight: FloatArray
    text_bias: FloatArray
    label_weight: FloatArray
    axes: tuple[str, ...]
    axis_weight: FloatArray
    axis_bias: FloatArray
    axis_range: tuple[float, float]
    scale: float
    bias: float
    reference: FloatArray
    prior: Prior = Prior()
    spaces: Mapping[str, SpaceHead] = field(default_factory=dict)
    implied: ImpliedAxes | None = None

    def project_texts(self, states: FloatArray) -> FloatArray:
        """Unit vectors of texts, `[texts, d]`."""
        return unit(states @ self.text_weight + self.text_bias)

    def project_labels(self, states: FloatArray) -> FloatArray:
        """Unit vectors of label wordings, `[wordings, d]`."""
        return unit(unit(states) @ self.label_weight)

    def read_axes(self, states: FloatArray) -> FloatArray:
        """Axis values in `axis_range`, `[texts, axes]`."""
        low, high = self.axis_range
        values = unit(states) @ self.axis_weight + self.axis_bias
        if self.implied is not None:
            values = self.implied.beside(values, self.project_texts(states))
        return np.asarray(np.clip(values, low, high), dtype=np.float32)

    def trained(self, space: LabelSpace) -> SpaceHead | None:
        """The head that was trained for the space, if there is one; a user's own knows it by its labels."""
        heads = (head for name, head in self.spaces.items() if name == space.name or head.own)
        return next((head for head in heads if head.fits(space)), None)

    def logits(self, texts: FloatArray, labels: FloatArray) -> FloatArray:
        """Logits as trained, `[texts, labels]`, of unit vectors."""
        return self.scale * (texts @ labels.T) + self.bias

    def reference_logits(self, labels: FloatArray) -> FloatArray:
        """Logit of each label's mean probability over the reference texts, `[labels]`.

        Label sets differ in how often each label applies, and training says nothing of a set that it
        never saw: what the model would say anyway is taken out before a new frequency is put in.
        """
        share = sigmoid(self.logits(self.reference, labels)).mean(axis=0)
        share = np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)
        return np.asarray(np.log(share / (1 - share)), dtype=np.float32)

    @classmethod
    def read(cls, path: Path, facts: Mapping[str, Any]) -> Heads:
        """Inverse of `tensors` and `facts`.

        Args:
            path: of `heads.safetensors`.
            facts: the manifest's `heads` table.

        Returns:
            The heads, in float32.

        Raises:
            ModelError: if a tensor or fact is missing or unusable.
        """
        tensors = read_tensors(path)
        try:
            spaces = {
                name: SpaceHead(
                    tuple(entry["labels"]),
                    _floats(tensors[f"space.{name}.vectors"]),
                    float(entry["scale"]),
                    _floats(tensors[f"space.{name}.bias"]),
                    entry["kind"],
                    entry["own"],
                    _ngrams(tensors, name, entry),
                )
                for name, entry in facts["spaces"].items()
            }
            low, high = facts["axis_range"]
            return cls(
                _floats(tensors["text.weight"]),
                _floats(tensors["text.bias"]),
                _floats(tensors["label.weight"]),
                tuple(facts["axes"]),
                _floats(tensors["axis.weight"]),
                _floats(tensors["axis.bias"]),
                (float(low), float(high)),
                float(facts["scale"]),
                float(facts["bias"]),
                _floats(tensors["reference.vectors"]),
                Prior(**facts["prior"]),
                spaces,
                _implied(tensors),
            )
        except KeyError as error:
            raise ModelError(f"{path} or its manifest lacks {error}: install the model again") from None
        except (AttributeError, TypeError, ValueError) as error:
            raise ModelError(
                f"{path} or the heads of its manifest are damaged ({error}): install the model again"
            ) from None

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that `read` expects."""
        out: dict[str, NDArray[Any]] = {
            "text.weight": self.text_weight,
            "text.bias": self.text_bias,
            "label.weight": self.label_weight,
            "axis.weight": self.axis_weight,
            "axis.bias": self.axis_bias,
            "reference.vectors": self.reference,
        }
        if self.implied is not None:
            out["axis.implied.weight"] = self.implied.weight
            out["axis.implied.bias"] = self.implied.bias
            out["axis.implied.share"] = self.implied.share
        for name, head in self.spaces.items():
            out[f"space.{name}.vectors"] = head.vectors
            out[f"space.{name}.bias"] = head.bias
            if head.ngrams is not None:
                out[f"space.{name}.ngrams.hashes"] = head.ngrams.hashes.view(np.int32)
                out[f"space.{name}.ngrams.codes"] = head.ngrams.codes
                out[f"space.{name}.ngrams.unit"] = head.ngrams.unit
                out[f"space.{name}.ngrams.bias"] = head.ngrams.bias
                out[f"space.{name}.ngrams.share"] = head.ngrams.share
        return out

    def facts(self) -> dict[str, Any]:
        """The rest, as the manifest's `heads` table."""
        return {
            "scale": self.scale,
            "bias": self.bias,
            "prior": asdict(self.prior),
            "axes": list(self.axes),
            "axis_range": list(self.axis_range),
            "spaces": {
                name: {
                    "labels": list(head.labels),
                    "scale": head.scale,
                    "kind": head.kind,
                    "own": head.own,
                    **({"ngrams": len(head.ngrams.hashes)} if head.ngrams else {}),
                }
                for name, head in self.spaces.items()
            },
        }


def unit(rows: FloatArray) -> FloatArray:
    """Rows at unit length; a zero row stays zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Probabilities of logits, the same shape; no logit is too large."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_LARGEST_LOGIT, _LARGEST_LOGIT))), dtype=np.float32)


def _ngrams(
    tensors: Mapping[str, NDArray[np.generic]], name: str, entry: Mapping[str, Any]
) -> NgramHead | None:
    if "ngrams" not in entry:
        return None
    hashes, codes = (tensors[f"space.{name}.ngrams.{part}"] for part in ("hashes", "codes"))
    if hashes.dtype != np.int32 or codes.dtype != np.int8:
        raise ValueError(f"n-grams of {name} are {hashes.dtype} and {codes.dtype}")
    unit, bias, share = (_floats(tensors[f"space.{name}.ngrams.{x}"]) for x in ("unit", "bias", "share"))
    return NgramHead(hashes.view(np.uint32), codes.view(np.int8), unit, bias, share)


def _implied(tensors: Mapping[str, NDArray[np.generic]]) -> ImpliedAxes | None:
    if "axis.implied.weight" not in tensors:
        return None
    weight, bias, share = (_floats(tensors[f"axis.implied.{x}"]) for x in ("weight", "bias", "share"))
    if weight.shape != (len(tensors["text.bias"]), len(bias)) or share.shape != bias.shape:
        raise ValueError("what labels imply of axes does not fit")
    return ImpliedAxes(weight, bias, share)


def _folded(names: tuple[str, ...]) -> set[str]:
    return {name.casefold() for name in names}


def _floats(tensor: NDArray[np.generic]) -> FloatArray:
    return np.ascontiguousarray(tensor, dtype=np.float32)
