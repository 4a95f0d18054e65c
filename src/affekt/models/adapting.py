"""A model adapted to labelled texts: what it says of one space is corrected by what they say."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from affekt.core import FloatArray, InputError, Item, Kind, LabelSpace, ModelError, Scores
from affekt.decisions import (
    LEAST_ROWS,
    Correction,
    LabelThresholds,
    ModelDecisions,
    QuestionDecision,
    StoredDecision,
    fit_correction,
)
from affekt.encoder import DualEncoder
from affekt.models.directory import corrected, load_directory
from affekt.models.manifest import ADAPTED, BUNDLED, CORRECTION, SCHEMA, as_json, scoring_digest, store_files
from affekt.models.model import Model
from affekt.text import written_digests

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
        sha256: of a file of one's own, so that it is known again; empty for others.
        seen_range: whether the range of axes is only what these texts happen to span.
    """

    name: str
    items: Sequence[Item]
    gold: NDArray[Any]
    space: LabelSpace
    groups: Sequence[str] | None = None
    licence: str = ""
    sha256: str = ""
    seen_range: bool = False


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
            "decision.json": as_json(cast(StoredDecision, self.model.decision).to_dict()),
            CORRECTION: _correction_file(self.corrections),
            _CARD: self._readme(name).encode(),
        }
        manifest = {
            "schema": SCHEMA,
            "name": name,
            "description": card["description"],
            "scorer": ADAPTED,
            "adapts": {"model": _reference(self.base, target), "scores": scoring_digest(self.base)},
            "space": card["space"],
            "default_space": self.model.default_space.to_dict(),
            "training": card["training"][-1:],
        }
        store_files(target, files, manifest)

    def _readme(self, name: str) -> str:
        """The card, in the Hub's form."""
        card = self.model.card
        figure = "Pearson's r" if self.model.default_space.kind == "dimensional" else "average precision"
        rows = [
            f"| {label.replace('|', '&#124;')} | {_shown(self.before[label])} | {_shown(self.after[label])} |"
            for label in self.before
        ]
        told = [
            f"- `{entry['corpus']}`, licence: {entry['licence'] or 'not stated'}"
            for entry in card["training"]
        ]
        lines = [
            "---",
            "library_name: affekt",
            "pipeline_tag: text-classification",
            f"language: [{', '.join(card['languages'])}]",
            "---",
            "",
            f"# {name}",
            "",
            f"{card['description']}.",
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
            f"{base} is adapted already, and what it learned would be lost: adapt the model that it was made from to all "
            "labelled texts together"
        )
    readers = _readers(model)
    heard = {name: reader.score_and_embed(texts.items, texts.space) for name, reader in readers.items()}
    usable = {name: _usable(said, texts.gold) for name, (said, _) in heard.items()}
    learning = [name for name, gold in usable.items() if _suffices(gold, texts.space.kind)]
    most = max(usable, key=lambda name: len(usable[name]))  # where all have too few, it says what is missing
    together = _kept_together(texts)
    fitted = {
        name: fit_correction(said, vectors, texts.gold, groups=together, seen_range=texts.seen_range)
        for name, (said, vectors) in heard.items()
        if name in (learning or [most])
    }
    corrections = {name: each.correction for name, each in fitted.items()}
    before = {name: said for name, (said, _) in heard.items()}
    held = {name: fitted[name].held_out if name in fitted else said for name, said in before.items()}
    judges = _judges(model, texts)
    return Adapted(
        _adapted(
            model,
            corrections,
            _decision(cast(StoredDecision, model.decision), held, corrections, texts),
            texts,
        ),
        _figures(_judged(before, judges, texts.space), texts),
        _figures(_judged(held, judges, texts.space), texts),
        base,
        corrections,
    )


def _adapted(
    model: Model, corrections: Mapping[str, Correction], decision: StoredDecision, texts: LabelledTexts
) -> Model:
    """The model with corrections, under a name and a card that are not the old one's."""
    content = _correction_file(corrections)
    entry = {"corpus": texts.name, "licence": texts.licence}
    if texts.sha256:  # nobody else can tell what is in a file of one's own
        entry |= {"sha256": texts.sha256, "digests": written_digests(item.text for item in texts.items)}
    card = {
        **model.card,
        "name": f"{model.name}, adapted",
        "description": f"`{model.name}`, adapted to {len(texts.items)} texts of {texts.name}",
        "scorer": ADAPTED,
        "training": [
            *model.card.get("training", ()),
            entry,
        ],
        "files": {**model.card["files"], CORRECTION: hashlib.sha256(content).hexdigest()},
    }
    return replace(
        model,
        name=card["name"],
        scorer=corrected(model, corrections),
        decision=decision,
        default_space=texts.space,
        card=card,
    )


def _kept_together(texts: LabelledTexts) -> list[str]:
    """What must not be divided when some texts are held out: a dialogue or an author, or where none is known equal texts."""
    if texts.groups is not None:
        return list(texts.groups)
    return [" ".join(item.text.casefold().split()) for item in texts.items]


def _usable(said: Scores, gold: NDArray[Any]) -> NDArray[np.float64]:
    """Gold of the texts that a reader can learn from."""
    read = np.array([reason is None for reason in said.abstained], dtype=bool)
    known = np.asarray(gold, np.float64)[read]
    return np.asarray(known[~np.isnan(known).any(axis=1)])


def _suffices(gold: NDArray[np.float64], kind: Kind) -> bool:
    """Whether there are enough texts to learn from; of several labels none tells anything, where no text has one."""
    return len(gold) >= LEAST_ROWS and (kind != "multi" or bool((gold >= 0.5).any()))


def _readers(model: Model) -> dict[str, DualEncoder]:
    """The encoders of a model by their names."""
    from affekt.wrappers import ByLanguage  # a model by itself needs none of it

    if isinstance(model.scorer, ByLanguage):
        return {name: cast(DualEncoder, reader) for name, reader in model.scorer.readers.items()}
    return {str(model.card["name"]): cast(DualEncoder, model.scorer)}


def _judges(model: Model, texts: LabelledTexts) -> list[tuple[str, ...]]:
    """Names of the readers that judge each text."""
    from affekt.wrappers import ByLanguage

    if isinstance(model.scorer, ByLanguage):
        return model.scorer.judges_of([item.text for item in texts.items], texts.space)
    return [(str(model.card["name"]),)] * len(texts.items)


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
        return QuestionDecision(texts.space, cuts, decision)

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


def _shown(figure: float) -> str:
    return "–" if math.isnan(figure) else f"{figure:.3f}"


def _reference(base: Path, target: Path) -> str:
    """How an adapted model names the one that it corrects: a bundled one by its name, another as seen from its own folder."""
    if base.resolve().parent == BUNDLED.resolve():
        return base.name
    path = Path(os.path.relpath(base.resolve(), target.resolve())).as_posix()
    return path if path.startswith(".") else f"./{path}"


def _correction_file(corrections: Mapping[str, Correction]) -> bytes:
    return as_json({reader: each.to_dict() for reader, each in corrections.items()}, indent=None)
