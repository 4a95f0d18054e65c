"""From a taught student to a model directory of a few megabytes."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from affekt.core import RecipeError
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import FixedThreshold, LabelThresholds, SpaceDecisions, StoredDecision
from affekt.encoder import DualEncoder, Heads, SpaceHead, StaticTower, unit
from affekt.models import (
    BUNDLED,
    LABEL_TOWER,
    MANIFEST,
    SCHEMA,
    STATIC_SCORER,
    VOCABULARY,
    Model,
    find,
    label_tower_folder,
    write_whole,
)
from affekt.training.export import model_card
from affekt.training.lending import lent_tower
from affekt.training.network import AXIS_GAIN, AXIS_MIDDLE, AXIS_UNIT
from affekt.training.settings import AXES
from affekt.training.static_network import StaticNetwork, as_array, read_static
from affekt.training.static_recipe import StaticRecipe


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What a run made.

    Args:
        recipe: the settings.
        network: taught, with the values that the runtime reads.
        teacher: whose label tower the student reads labels with.
        reference: normalised texts that stand for texts in general.
        facts: for the manifest.
    """

    recipe: StaticRecipe
    network: StaticNetwork
    teacher: Model
    reference: Sequence[str]
    facts: Mapping[str, Any]


def export_static(taught: Taught, folder: Path, data: Path | None) -> None:
    """Write the model directory: every file under a temporary name first, the manifest last.

    Args:
        taught: what a run made.
        folder: made if missing; files of an earlier export are replaced.
        data: folder of the corpora that cuts are fitted on, or None for the environment's.

    Raises:
        CorpusError: if a corpus to fit on is missing or damaged.
        RecipeError: if a corpus to fit on has no trained head of kind `multi`.
    """
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    scorer = student(taught)
    known = list(scorer.known)
    tensors: dict[str, np.ndarray] = dict(scorer.heads.tensors())
    tensors["known.vectors"] = np.array([scorer.known[form] for form in known], np.float16)
    tensors["reference.vectors"] = scorer.heads.reference.astype(np.float16)
    files = {
        "static.safetensors": save(taught.network.weights().tensors()),
        "heads.safetensors": save(tensors),
        "lexicon.txt": "\n".join(taught.network.lexicon.words).encode(),
        "decision.json": _json(_decision(taught.recipe, scorer, data).to_dict()),
    }
    lent = _lent(taught)
    if lent is None:
        files |= _copied(taught)
    manifest = _manifest(taught, scorer, known, lent, files)
    for name, content in {**files, "README.md": model_card(manifest), MANIFEST: _json(manifest)}.items():
        write_whole(folder / name, content)


def student(taught: Taught) -> DualEncoder:
    """The student as it runs without torch: the teacher's labels, its own text tower and heads."""
    network, teacher = taught.network, taught.teacher.scorer
    assert isinstance(teacher, DualEncoder)
    return replace(
        teacher,
        text=StaticTower(network.lexicon.words, network.weights()),
        heads=_heads(taught, teacher.heads),
    )


def _heads(taught: Taught, teacher: Heads) -> Heads:
    network = taught.network
    reference, _ = read_static(network, taught.reference)
    return replace(
        teacher,
        text_weight=as_array(network.projection.weight.T),
        text_bias=as_array(network.projection.bias),
        axes=AXES,
        axis_weight=as_array(network.axes.weight.T) * AXIS_GAIN * AXIS_UNIT,
        axis_bias=as_array(network.axes.bias) * AXIS_UNIT + AXIS_MIDDLE,
        scale=math.exp(network.log_scale.item()),
        bias=network.label_bias.item(),
        reference=reference,
        spaces={name: _space_head(network, name, head) for name, head in teacher.spaces.items()},
    )


def _space_head(network: StaticNetwork, name: str, head: SpaceHead) -> SpaceHead:
    key = network.keys[name]
    return replace(
        head,
        vectors=unit(as_array(network.labels[key])),
        scale=math.exp(network.scales[key].item()),
        bias=as_array(network.biases[key]),
        ngrams=None,
    )


def validation_corpora(recipe: StaticRecipe, heads: Heads, data: Path | None) -> list[Corpus]:
    """The corpora that cuts are fitted on.

    Args:
        recipe: names them.
        heads: the teacher's, whose spaces the student has too.
        data: folder of the corpora, or None for the environment's.

    Returns:
        The corpora.

    Raises:
        CorpusError: if a corpus is missing or damaged.
        RecipeError: if a corpus has no trained head of kind `multi`.
    """
    corpora = [load_corpus(name, data) for name in recipe.decision.fitted_on]
    for corpus in corpora:
        if corpus.gold is None or heads.trained(corpus.space) is None or corpus.space.kind != "multi":
            raise RecipeError(
                f"recipe {recipe.name!r} fits cuts on {corpus}, whose space the teacher has no multi-label head "
                "for: leave it out of decision.fitted_on"
            )
    return corpora


def _decision(recipe: StaticRecipe, scorer: DualEncoder, data: Path | None) -> StoredDecision:
    """One cut for any label set, and cuts of their own for spaces whose corpora have a validation split."""
    by_space: dict[str, StoredDecision] = {}
    for corpus in validation_corpora(recipe, scorer.heads, data):
        assert corpus.gold is not None
        scores = scorer.score(corpus.items, corpus.space)
        by_space[corpus.space.name] = LabelThresholds.fit(scores, corpus.gold)
    return SpaceDecisions(by_space, FixedThreshold(recipe.decision.threshold))


def _lent(taught: Taught) -> dict[str, Any] | None:
    """Which bundled model lends its label tower; None where the student carries a copy of its teacher's."""
    directory = find(taught.recipe.teacher)
    return lent_tower(directory) if directory.parent.resolve() == BUNDLED.resolve() else None


def _copied(taught: Taught) -> dict[str, bytes]:
    """The teacher's files that serve the student as they are: its label tower, and its descriptors if it has any."""
    own, card = find(taught.recipe.teacher), taught.teacher.card
    tower = label_tower_folder(own, card)
    paths = [
        *(tower / name for name in LABEL_TOWER),
        *([own / VOCABULARY] if VOCABULARY in card["files"] else []),
    ]
    return {path.name: path.read_bytes() for path in paths}


def _manifest(
    taught: Taught,
    scorer: DualEncoder,
    known: Sequence[str],
    lent: Mapping[str, Any] | None,
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    recipe, card = taught.recipe, taught.teacher.card
    return {
        "schema": SCHEMA,
        "name": recipe.name,
        "description": recipe.description,
        "scorer": STATIC_SCORER,
        "space": "any",
        "default_space": recipe.default_space,
        "languages": card["languages"],
        "normalizer": card["normalizer"],
        "guard": card.get("guard"),
        "positions": card["positions"],
        **({} if lent is None else {"label_tower": lent}),
        "heads": scorer.heads.facts(),
        "known": list(known),
        "recipe": recipe.digest(),
        **taught.facts,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
