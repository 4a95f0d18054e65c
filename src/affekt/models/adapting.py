"""A model adapted to labelled texts: what it says of one space is corrected by what they say."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, Item, LabelSpace, ModelError, Scores
from affekt.decisions import (
    LEAST_ROWS,
    MODEL,
    Correction,
    LabelThresholds,
    ModelDecisions,
    SpaceDecisions,
    StoredDecision,
    fit_correction,
)
from affekt.encoder import DualEncoder
from affekt.models.directory import (
    ADAPTED,
    BUNDLED,
    CORRECTION,
    MANIFEST,
    SCHEMA,
    corrected,
    load_directory,
    manifest_digest,
)
from affekt.models.model import Model

_CARD: Final = "README.md"


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTexts:
    """What a model is adapted to.

    Args:
        name: of the texts, as readers should know them.
        items: the texts.
        gold: `[items, labels]`, NaN where it is not known.
        space: of kind `multi`, `single` or `dimensional`.
        groups: dialogue or author of each item, or None.
        licence: of the texts.
    """

    name: str
    items: Sequence[Item]
    gold: NDArray[Any]
    space: LabelSpace
    groups: Sequence[str] | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Adapted:
    """A model adapted to labelled texts.

    Args:
        model: the adapted one; the texts' space is its own.
        before: label → average precision (of an axis Pearson's r) of the model as it was, on these texts; NaN where they
            do not tell.
        after: label → the same of the adapted one, each text judged by what other texts say.
        base: the folder of the model that was adapted.
        corrections: reader → its correction.
    """

    model: Model
    before: Mapping[str, float]
    after: Mapping[str, float]
    base: Path
    corrections: Mapping[str, Correction]

    def save(self, directory: Path | str, *, overwrite: bool = False) -> None:
        """Write the adapted model as a directory: some kilobytes, and a reference to the model that it corrects.

        Args:
            directory: of the new model, which is called as the folder.
            overwrite: replace an adapted model that is there.

        Raises:
            InputError: if something is there.
            ModelError: if it cannot be written.
        """
        target = Path(directory)
        check_target(target, overwrite=overwrite)
        name, card = target.absolute().name, self.model.card
        files = {
            "decision.json": _json(cast(StoredDecision, self.model.decision).to_dict()),
            CORRECTION: _json(
                {reader: each.to_dict() for reader, each in self.corrections.items()}, indent=None
            ),
            _CARD: self._readme(name).encode(),
        }
        manifest = {
            "schema": SCHEMA,
            "name": name,
            "description": card["description"],
            "scorer": ADAPTED,
            "adapts": {"model": _reference(self.base, target), "manifest": manifest_digest(self.base)},
            "space": card["space"],
            "default_space": self.model.default_space.to_dict(),
            "training": card["training"][-1:],
            "files": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        }
        try:
            target.mkdir(parents=True, exist_ok=True)
            for file, content in {
                **files,
                MANIFEST: _json(manifest),
            }.items():  # it names the others: the last
                partial = target / f".{file}.partial"
                partial.write_bytes(content)
                partial.replace(target / file)
        except OSError as error:
            raise ModelError(
                f"{target} cannot be written ({error.strerror or error}): name another folder"
            ) from None

    def _readme(self, name: str) -> str:
        kind = self.model.default_space.kind
        figure = "Pearson's r" if kind == "dimensional" else "average precision"
        rows = [f"| {label} | {self.before[label]:.3f} | {self.after[label]:.3f} |" for label in self.before]
        training = self.model.card["training"]
        told = [f"- `{entry['corpus']}`, licence: {entry['licence'] or 'not stated'}" for entry in training]
        lines = [
            f"# {name}",
            "",
            f"{self.model.card['description']}.",
            "",
            f"On the texts that it was adapted to, {figure} before and after, each text judged by what the others say:",
            "",
            "| label | before | after |",
            "| --- | --- | --- |",
            *rows,
            "",
            "## Trained on",
            "",
            *told,
        ]
        return "\n".join(lines) + "\n"


def check_target(directory: Path, *, overwrite: bool) -> None:
    """See that an adapted model can be written to a folder, before it is made.

    Args:
        directory: to be written to.
        overwrite: whether an adapted model that is there may be replaced.

    Raises:
        InputError: if something is there that would be lost.
    """
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return
    if not (directory / CORRECTION).is_file():
        raise InputError(
            f"{directory} exists, and is no adapted model that could be replaced: name another folder"
        )
    if not overwrite:
        raise InputError(f"{directory} exists: name another folder, or replace it with --overwrite")


def adapt(base: Path, texts: LabelledTexts) -> Adapted:
    """Correct what a model says of a space by labelled texts.

    Each reader of the model gets a correction of its own, fitted on the texts that it can read (see `fit_correction`). The
    cuts of kind `multi` come from held-out scores, so that no text decides on its own cut.

    Args:
        base: the folder of a model.
        texts: ten or more that the model can read.

    Returns:
        The adapted model.

    Raises:
        InputError: if there are too few texts, or none has a label.
        LabelError: if the model cannot judge in the space, or scores of its kind are not corrected.
        ModelError: if the folder holds no model, or an adapted one.
    """
    model = load_directory(base)
    if model.card["scorer"] == ADAPTED:
        raise ModelError(
            f"{base} is adapted already, and what it learned would be lost: adapt {model.card['adapts']['model']} to all "
            "labelled texts together"
        )
    heard = {name: _heard(reader, texts) for name, reader in _readers(model).items()}
    most = max(heard.values(), key=lambda one: one.usable)
    fitted = {
        name: fit_correction(one.said, one.vectors, texts.gold, groups=texts.groups)
        for name, one in heard.items()
        if one is most
        or one.usable >= LEAST_ROWS  # where all have too few, the sentence says how many there are
    }
    corrections = {name: each.correction for name, each in fitted.items()}
    held = {name: fitted[name].held_out if name in fitted else one.said for name, one in heard.items()}
    said = model.scores(texts.items, texts.space)
    judges = [_names(trace, tuple(held)) for trace in said.traces or (None,) * len(said)]
    entry = {"corpus": texts.name, "licence": texts.licence}
    card = {
        **model.card,
        "description": f"`{model.name}`, adapted to {len(texts.items)} texts of {texts.name}",
        "training": [*model.card.get("training", ()), entry],
    }
    adapted = replace(
        model,
        scorer=corrected(model, corrections),
        decision=_decision(cast(StoredDecision, model.decision), held, corrections, texts),
        default_space=texts.space,
        card=card,
    )
    return Adapted(
        adapted,
        _figures(said.values, texts),
        _figures(_judged(held, judges, texts.space), texts),
        base,
        corrections,
    )


class _Heard(NamedTuple):
    """What a reader says of labelled texts, their vectors, and how many have scores and gold."""

    said: Scores
    vectors: FloatArray
    usable: int


def _heard(reader: DualEncoder, texts: LabelledTexts) -> _Heard:
    said = reader.score(texts.items, texts.space)
    read = np.array([reason is None for reason in said.abstained], dtype=bool)
    known = ~np.isnan(np.asarray(texts.gold, np.float64)).any(axis=1)
    return _Heard(said, reader.embed([item.text for item in texts.items]), int((read & known).sum()))


def _readers(model: Model) -> dict[str, DualEncoder]:
    """The encoders of a model by their names."""
    from affekt.wrappers import ByLanguage  # a model by itself needs none of it

    if isinstance(model.scorer, ByLanguage):
        return {name: cast(DualEncoder, reader) for name, reader in model.scorer.readers.items()}
    return {str(model.card["name"]): cast(DualEncoder, model.scorer)}


def _names(trace: Mapping[str, Any] | None, readers: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the readers that judged a text."""
    from affekt.wrappers import BESIDE

    return readers if trace is None else tuple(str(trace[MODEL]).split(BESIDE))


def _judged(held: Mapping[str, Scores], judges: Sequence[tuple[str, ...]], space: LabelSpace) -> FloatArray:
    """Values of each text by the readers that judge it."""
    values = np.full((len(judges), len(space)), np.nan, np.float32)
    for names in dict.fromkeys(judges):
        rows = [i for i, own in enumerate(judges) if own == names]
        values[rows] = _together([held[name].take(rows) for name in names], space).values
    return values


def _together(said: Sequence[Scores], space: LabelSpace) -> Scores:
    """Scores of several readers of the same texts as one; abstained where one of them abstained."""
    from affekt.wrappers import joined

    reasons = [next(filter(None, row), None) for row in zip(*(each.abstained for each in said), strict=True)]
    return Scores(joined([each.values for each in said], space), space, tuple(reasons))


def _decision(
    own: StoredDecision,
    held: Mapping[str, Scores],
    corrections: Mapping[str, Correction],
    texts: LabelledTexts,
) -> StoredDecision:
    """The model's decision, with cuts for the texts' space where its readers were corrected."""
    from affekt.wrappers import BESIDE

    if texts.space.kind != "multi":
        return own
    known = np.flatnonzero(~np.isnan(texts.gold).any(axis=1))

    def cut(decision: StoredDecision, names: Sequence[str]) -> StoredDecision:
        if not set(names) <= set(corrections):
            return decision
        scores = _together([held[name] for name in names], texts.space)
        if sum(scores.abstained[i] is None for i in known) < LEAST_ROWS:
            return decision
        cuts = LabelThresholds.fit(scores.take(known.tolist()), np.asarray(texts.gold)[known])
        return SpaceDecisions.of(decision, texts.space.name, cuts)

    if isinstance(own, ModelDecisions):
        return ModelDecisions({names: cut(each, names.split(BESIDE)) for names, each in own.by_model.items()})
    return cut(own, tuple(held))


def _figures(values: FloatArray, texts: LabelledTexts) -> dict[str, float]:
    """Label → average precision, of an axis Pearson's r, over the texts that have values and gold."""
    from affekt.metrics import Moments, ranking_areas

    known = ~np.isnan(values).any(axis=1) & ~np.isnan(texts.gold).any(axis=1)
    gold, said = np.asarray(texts.gold)[known], values[known]
    if texts.space.kind == "dimensional":
        found = Moments.of(gold, said).pearson()
    else:
        found = ranking_areas(gold >= 0.5, said).average_precision
    return dict(zip(texts.space.names, np.asarray(found, float).ravel().tolist(), strict=True))


def _reference(base: Path, target: Path) -> str:
    """How an adapted model names the one that it corrects: a bundled one by its name, another as seen from its own folder."""
    if base.resolve().parent == BUNDLED.resolve():
        return base.name
    return Path(os.path.relpath(base.resolve(), target.resolve())).as_posix()


def _json(data: Mapping[str, Any], indent: int | None = 1) -> bytes:
    return (json.dumps(dict(data), ensure_ascii=False, indent=indent) + "\n").encode()
