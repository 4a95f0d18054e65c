"""Recipes: what a training run is repeated from, checked before anything is loaded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from affekt.core import AffektError, RecipeError, named_space, translated
from affekt.decisions import FixedThreshold
from affekt.encoder import LEAST_POSITIONS, Prior
from affekt.text import LanguageGuard
from affekt.training.graph import POOLINGS, PRECISIONS
from affekt.training.recipe_file import build_recipe, read_table
from affekt.training.settings import (
    AXES,
    LATER,
    AxesByLabels,
    Closed,
    Cuts,
    Losses,
    Masking,
    Ngrams,
    Optimizer,
    Queries,
    Supervision,
    Teachers,
    Texts,
    Trim,
    stated,
)

# Keys that a trained network can still be exported with in another way.
_AFTER_TRAINING: Final = (
    *("name", "description", "languages", "default_space", "heads", "decision", "prior"),
    *(
        "positions",
        "precision",
        "label_precision",
        "label_tower",
        "checkpoint_minutes",
        "pieces_per_word",
        "tell_unmeasured",
        "hindi",
        "axes_by_labels",
    ),
)
FORMS: Final = ("sigmoid", "softmax")
NEGATIVES: Final = ("batch", "vocabulary")
BIASES: Final = ("learned", "fixed", "none")
PERSONS: Final = ("", "first", "third")
PROJECTIONS: Final = ("backbone", "random")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A training run of the dual encoder.

    Args:
        name: of the model.
        description: one sentence for its card.
        languages: ISO 639-1 codes that the model will declare.
        backbone: `all-MiniLM-L6-v2` or `multilingual-e5-small` (from the packages that carry them), or a folder in
            the Hub's layout, or a model of the Hub that is on this machine: BERT, RoBERTa, XLM-R, CamemBERT, DistilBERT, MPNet.
        start: a model, bundled or a directory, whose weights the run goes on from; empty for the backbone's.
        texts: what is read.
        human: corpora with human labels; joined by text with what is read.
        heads: spaces with human labels whose heads are stored; the others serve training alone.
        closed: closed-set labels.
        infer_axes: texts with descriptors alone get valence and arousal that are inferred from those.
        losses: weights of the loss.
        optimizer: settings of the optimiser.
        decision: from scores to labels.
        prior: what is assumed of label sets that were not seen in training.
        seed: of every draw.
        max_tokens: longer training texts are cut to this; use reads texts whole.
        positions: longest window in use.
        holdout: texts with descriptors that are left out, for the log.
        checkpoint_minutes: between checkpoints.
        default_space: used where a user names no labels; a run on a user's own texts takes theirs.
        precision: of the exported text tower, see `bert_graph`.
        pooling: how the text tower's token states become one: `mean`, `cls` (the first token's), or `qformer`.
        qformer: its sizes.
        projections: what the Q-Former and both projections start as. `backbone`: texts and labels stand where the
            untrained encoder puts them, so that what it knows of unseen labels is kept; `random`: drawn by `seed`.
        center: take out what all label texts share at the start, where the backbone's vectors lie in a narrow cone.
        dimensions: of the space that texts and labels share; 0 for the backbone's width.
        supervision: what a text's descriptors are.
        masking: a first stage of masked language modelling.
        teachers: models that are learned from beside the corpora.
        trim: a smaller vocabulary.
        ngrams: linear models beside trained heads.
        axes_by_labels: a second reading of axes, from the labels of a trained head.
        layers: of the text tower, the backbone's first; 0 for all.
        word_bits: of the numbers of word embeddings, 8 or 4.
        label_precision: of the exported label tower. A label is embedded once and decides over every text, so that this
            is an exact one, not a fast one.
        label_tower: a bundled model of the same backbone that lends its label tower; empty for one of its own.
        pieces_per_word: a text whose words fall into more pieces on average is not read, see `LanguageGuard`.
        label_languages: languages (ISO 639-3) in which labels are called by name beside English.
        hindi: read Hindi in Latin letters as Hindi, see `text.restore_hindi`.
        tell_unmeasured: flag texts in languages in which `multilingual` was not measured, see `LanguageGuard`.

    Raises:
        RecipeError: if a value cannot be trained with; what is wrong shows before hours of training, not after.
    """

    name: str
    description: str = ""
    languages: tuple[str, ...] = ("en",)
    backbone: str = "all-MiniLM-L6-v2"
    start: str = ""
    texts: tuple[Texts, ...] = ()
    human: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    closed: Closed = field(default_factory=Closed)
    infer_axes: bool = False
    losses: Losses = field(default_factory=Losses)
    optimizer: Optimizer = field(default_factory=Optimizer)
    decision: Cuts = field(default_factory=Cuts)
    prior: Prior = field(default_factory=Prior)
    seed: int = 0
    max_tokens: int = 80
    positions: int = 128
    holdout: int = 0
    checkpoint_minutes: float = 5.0
    default_space: str = "goemotions"
    precision: str = "int8-rows"
    pooling: str = field(default="mean", metadata=LATER)
    qformer: Queries = field(default_factory=Queries, metadata=LATER)
    projections: str = field(default="backbone", metadata=LATER)
    dimensions: int = field(default=0, metadata=LATER)
    center: bool = field(default=False, metadata=LATER)
    supervision: Supervision = field(default_factory=Supervision, metadata=LATER)
    masking: Masking = field(default_factory=Masking, metadata=LATER)
    teachers: Teachers = field(default_factory=Teachers, metadata=LATER)
    trim: Trim = field(default_factory=Trim, metadata=LATER)
    ngrams: Ngrams = field(default_factory=Ngrams, metadata=LATER)
    axes_by_labels: AxesByLabels = field(default_factory=AxesByLabels, metadata=LATER)
    layers: int = field(default=0, metadata=LATER)
    word_bits: int = field(default=8, metadata=LATER)
    label_precision: str = field(default="int8-blocks", metadata=LATER)
    label_tower: str = field(default="", metadata=LATER)
    pieces_per_word: float = field(default=3.0, metadata=LATER)
    label_languages: tuple[str, ...] = field(default=(), metadata=LATER)
    tell_unmeasured: bool = field(default=False, metadata=LATER)
    hindi: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        for key, word, known in self._words():
            if word not in known:
                raise RecipeError(
                    f"recipe {self.name!r}: {key} {word!r} is unknown: use one of {', '.join(known)}"
                )
        for key, value, least in self._least():
            if value < least:
                raise RecipeError(f"recipe {self.name!r}: {key} is {value}: give {least} or more")
        for wrong, remark in self._contradictions():
            if wrong:
                raise RecipeError(f"recipe {self.name!r}: {remark}")
        try:
            named_space(self.default_space)
            translated("", self.label_languages)
            LanguageGuard(self.languages)
            FixedThreshold(self.decision.threshold)
        except AffektError as error:
            raise RecipeError(f"recipe {self.name!r}: {error}") from None

    def _words(self) -> tuple[tuple[str, str, Sequence[str]], ...]:
        """Keys that take one of a few words, with their values."""
        return (
            ("precision", self.precision, PRECISIONS),
            ("label_precision", self.label_precision, PRECISIONS),
            ("pooling", self.pooling, POOLINGS),
            ("projections", self.projections, PROJECTIONS),
            ("losses.form", self.losses.form, FORMS),
            ("losses.negatives", self.losses.negatives, NEGATIVES),
            ("losses.bias", self.losses.bias, BIASES),
        )

    def _contradictions(self) -> tuple[tuple[bool, str], ...]:
        """Settings that do not go together, each with what to do."""
        losses, masking = self.losses, self.masking
        softmax = losses.form == "softmax"
        return (
            (
                not (self.prior.labels_per_text > 0 and 0 < self.prior.largest < 1),
                "[prior] needs labels_per_text above 0 and largest between 0 and 1",
            ),
            (
                losses.hard_negatives > 0 and (softmax or losses.negatives == "vocabulary"),
                "losses.hard_negatives goes with form sigmoid and negatives batch: the others hold all of them",
            ),
            *(wrong for i, source in enumerate(self.texts) for wrong in _of_source(f"texts[{i}]", source)),
            (
                self.supervision != Supervision() and any(source.readings for source in self.texts),
                "[supervision] chooses among a corpus's descriptors, which readings take the place of: leave one of them out",
            ),
            (not 0 <= self.teachers.share <= 1, f"teachers.share is {self.teachers.share}: give 0 to 1"),
            (
                self.center and (self.dimensions > 0 or self.pooling == "qformer"),
                "center goes with the backbone's own dimensions and plain pooling: leave one of them out",
            ),
            (
                self.center and self.projections == "random",
                "center goes with projections that start from the backbone: leave one of them out",
            ),
            (
                bool(self.start) and self.projections == "random",
                "start brings projections along: leave it out, or projections = 'random'",
            ),
            (
                self.optimizer.runs > 1 and self.projections == "random",
                "optimizer.runs averages weights, which goes with runs of one start: set projections = 'backbone'",
            ),
            (not 0 <= self.ngrams.share <= 1, f"ngrams.share is {self.ngrams.share}: give 0 to 1"),
            (
                not 0 <= self.axes_by_labels.share <= 1,
                f"axes_by_labels.share is {self.axes_by_labels.share}: give 0 to 1",
            ),
            (
                not set(self.axes_by_labels.axes) <= set(AXES),
                f"axes_by_labels.axes names {', '.join(map(repr, sorted(set(self.axes_by_labels.axes) - set(AXES))))}: "
                f"use {' and '.join(AXES)}",
            ),
            (
                bool(self.axes_by_labels.space)
                and (self.axes_by_labels.space not in self.heads or not self.losses.axes),
                f"axes_by_labels.space is {self.axes_by_labels.space!r}: it needs a head in `heads`, and losses.axes",
            ),
            (not self.ngrams.strength > 0, f"ngrams.strength is {self.ngrams.strength}: give more than 0"),
            (
                not set(self.ngrams.spaces) <= set(self.heads),
                f"ngrams.spaces names {', '.join(sorted(set(self.ngrams.spaces) - set(self.heads)))}: add it to "
                "`heads`, which n-grams stand beside",
            ),
            (self.word_bits not in (4, 8), f"word_bits is {self.word_bits}: give 4 or 8"),
            (softmax and losses.soft, "losses.soft goes with form sigmoid: set soft = false"),
            (
                losses.consistency > 0 and not (self.closed.corpus and losses.axes),
                "losses.consistency needs [closed] labels and losses.axes: give both, or set consistency = 0",
            ),
            (
                not (0 < masking.rate < 1 and 0 <= masking.emotion_rate <= 1),
                "[masking] needs a rate between 0 and 1: give shares of the tokens",
            ),
        )

    def _least(self) -> tuple[tuple[str, float, float], ...]:
        """Keys with their values and the least that they may be."""
        return (
            ("optimizer.batch", self.optimizer.batch, 1),
            ("optimizer.epochs", self.optimizer.epochs, 1),
            ("optimizer.runs", self.optimizer.runs, 1),
            *((f"texts[{i}].repeat", source.repeat, 1) for i, source in enumerate(self.texts)),
            ("optimizer.warmup", self.optimizer.warmup, 0),
            ("optimizer.average", self.optimizer.average, 0),
            ("closed.repeat", self.closed.repeat, 1),
            ("max_tokens", self.max_tokens, 3),
            ("positions", self.positions, LEAST_POSITIONS),
            ("seed", self.seed, 0),
            ("holdout", self.holdout, 0),
            ("qformer.count", self.qformer.count, 1),
            ("qformer.layers", self.qformer.layers, 1),
            ("qformer.heads", self.qformer.heads, 0),
            ("qformer.width", self.qformer.width, 0),
            ("dimensions", self.dimensions, 0),
            ("losses.tau", self.losses.tau, 1e-3),
            ("losses.positive", self.losses.positive, 0),
            ("losses.hard_negatives", self.losses.hard_negatives, 0),
            ("losses.consistency", self.losses.consistency, 0),
            ("supervision.most", self.supervision.most, 0),
            ("supervision.vocabulary", self.supervision.vocabulary, 0),
            ("trim.seen", self.trim.seen, 0),
            ("trim.words", self.trim.words, 0),
            ("ngrams.seen", self.ngrams.seen, 1),
            ("ngrams.rows", self.ngrams.rows, 0),
            ("ngrams.halved_at", self.ngrams.halved_at, 0),
            ("pieces_per_word", self.pieces_per_word, 1),
            ("layers", self.layers, 0),
            ("masking.epochs", self.masking.epochs, 0),
            ("masking.steps", self.masking.steps, 0),
        )

    def digest(self) -> str:
        """A short checksum of everything that changes the weights."""
        facts = stated(self)
        for key in _AFTER_TRAINING:
            facts.pop(key, None)
        # A run does not depend on how many others it is averaged with.
        facts["optimizer"].pop("runs")
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _of_source(where: str, source: Texts) -> tuple[tuple[bool, str], ...]:
    """Settings of one source that do not go together, each with what to do."""
    return (
        (
            source.person not in PERSONS,
            f"{where}.person is {source.person!r}: use first or third, or leave it out",
        ),
        (
            not source.corpus and not source.readings,
            f"{where} names no corpus: name one, or the `readings` of your own texts",
        ),
        (
            bool(source.readings and (source.person or source.leave_out)),
            f"{where}.readings say themselves which texts are read, as they are: leave out person and leave_out",
        ),
    )


def read_recipe(recipe: str | Path, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """Read a recipe.

    Args:
        recipe: a TOML file, or the name of one that affekt brings along.
        overrides: dotted key → value, such as `optimizer.epochs` → 1.

    Returns:
        The recipe; its name is the file's where it names none.

    Raises:
        RecipeError: if there is no such recipe, or a key or value does not fit.
    """
    path, data = read_table(recipe, overrides)
    return build_recipe(Recipe, {"name": path.stem, **data}, str(path))
