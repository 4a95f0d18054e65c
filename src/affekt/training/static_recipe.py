"""Recipes of static students: which texts a model is asked about, and how what it says is learned."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from affekt.core import AffektError, RecipeError, named_space
from affekt.decisions import FixedThreshold
from affekt.training.recipe_file import build_recipe, read_table
from affekt.training.settings import Cuts, Texts

_AFTER_TRAINING: Final = ("name", "description", "default_space", "decision", "checkpoint_minutes")


@dataclass(frozen=True, slots=True)
class Student:
    """The shape of the static tower.

    Args:
        width: numbers a word vector has.
        sums: numbers a word and its neighbours are summed in.
        positions: words that one sum reads, itself in the middle; odd.
        hidden: width of a state.
        buckets: of the character n-grams that unknown words are read by.
        seen: a word has a row of its own if so many texts hold it, or the teacher's tokenizer knows it whole.
    """

    width: int = 64
    sums: int = 96
    positions: int = 5
    hidden: int = 192
    buckets: int = 8192
    seen: int = 2


@dataclass(frozen=True, slots=True)
class StaticLosses:
    """Weights of the parts of the loss: in each, what the student says is held against what the teacher says.

    Args:
        vectors: one less the cosine of the two vectors.
        closed: cross-entropy on the labels of `labels`, by name and by all wordings.
        descriptors: the same on descriptors, `drawn` of them a step.
        spaces: the same on the teacher's trained spaces.
        axes: squared error in units of two points of the scale 1–9.
        drawn: descriptors a step.
        phrases: weight of a word or phrase beside a text.
    """

    vectors: float = 5.0
    closed: float = 0.17
    descriptors: float = 0.1
    spaces: float = 0.5
    axes: float = 1.0
    drawn: int = 256
    phrases: float = 0.3


@dataclass(frozen=True, slots=True)
class StaticOptimizer:
    """AdamW with a linear warm-up and decay.

    Args:
        learning_rate: peak.
        table_factor: word vectors learn so many times faster.
        batch: texts a step.
        epochs: passes over texts and phrases.
        warmup: share of the steps.
        weight_decay: of all but the word vectors.
        clip: largest norm of the gradient.
        dropout: before the hidden layer.
        unknown: share of the words of a step that are read as if they had no row, so that n-grams learn.
        average: decay of the running mean of the weights, which is what is exported.
    """

    learning_rate: float = 2e-3
    table_factor: float = 2.0
    batch: int = 512
    epochs: int = 10
    warmup: float = 0.05
    weight_decay: float = 0.02
    clip: float = 5.0
    dropout: float = 0.1
    unknown: float = 0.05
    average: float = 0.995


@dataclass(frozen=True, slots=True)
class StaticRecipe:
    """A run that teaches a static tower what a dual encoder says.

    Args:
        name: of the model.
        teacher: a model, bundled or a directory; its label tower serves the student as it is.
        description: one sentence for its card.
        texts: what the teacher is asked about; nothing else of the corpora is read.
        labels: a corpus whose labels, a closed set, the student is to agree on.
        templates: phrases that every descriptor of the texts is put into, such as `I feel {}`.
        words: the teacher is also asked about single words, those of its tokenizer and those of the texts.
        sentences: and about each sentence of texts that have several, as if it were a text.
        spans: and about so many stretches of two to six words of the texts, which say what words change in company.
        student: shape.
        losses: weights of the loss.
        optimizer: settings of the optimiser.
        decision: from scores to labels.
        seed: of every draw.
        holdout: texts that are left out, for the card.
        checkpoint_minutes: between checkpoints.
        default_space: used where a user names no labels.

    Raises:
        RecipeError: if a value cannot be trained with.
    """

    name: str
    teacher: str
    description: str = ""
    texts: tuple[Texts, ...] = ()
    labels: str = "descriptors/closed-labels"
    templates: tuple[str, ...] = ("{}", "I feel {}")
    words: bool = True
    sentences: bool = False
    spans: int = 0
    student: Student = field(default_factory=Student)
    losses: StaticLosses = field(default_factory=StaticLosses)
    optimizer: StaticOptimizer = field(default_factory=StaticOptimizer)
    decision: Cuts = field(default_factory=Cuts)
    seed: int = 0
    holdout: int = 1500
    checkpoint_minutes: float = 2.0
    default_space: str = "goemotions"

    def __post_init__(self) -> None:
        if not self.texts:
            raise RecipeError(f"recipe {self.name!r} reads no texts: add a [[texts]] table with a corpus")
        if any(source.readings or not source.corpus for source in self.texts):
            raise RecipeError(
                f"recipe {self.name!r}: a static student learns what its teacher says of a corpus's texts: name a "
                "corpus, and no readings"
            )
        if self.student.positions % 2 == 0:
            raise RecipeError(
                f"recipe {self.name!r}: student.positions is {self.student.positions}: give an odd number"
            )
        if bad := [template for template in self.templates if template.count("{}") != 1]:
            raise RecipeError(
                f"recipe {self.name!r}: template {bad[0]!r} has no place for a descriptor: write {{}} there, once"
            )
        for key, value, least in self._least():
            if value < least:
                raise RecipeError(f"recipe {self.name!r}: {key} is {value}: give {least} or more")
        try:
            named_space(self.default_space)
            FixedThreshold(self.decision.threshold)
        except AffektError as error:
            raise RecipeError(f"recipe {self.name!r}: {error}") from None

    def _least(self) -> tuple[tuple[str, float, float], ...]:
        """Keys with their values and the least that they may be."""
        shape = dataclasses.asdict(self.student)
        return (
            *((f"student.{key}", value, 1) for key, value in shape.items()),
            ("optimizer.batch", self.optimizer.batch, 1),
            ("optimizer.epochs", self.optimizer.epochs, 1),
            ("losses.drawn", self.losses.drawn, 1),
            ("spans", self.spans, 0),
            ("seed", self.seed, 0),
            ("holdout", self.holdout, 0),
        )

    def digest(self) -> str:
        """A short checksum of everything that changes the weights."""
        facts = dataclasses.asdict(self)
        for key in _AFTER_TRAINING:
            facts.pop(key)
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def is_static(recipe: str | Path) -> bool:
    """Whether a recipe is one of a static student: it names a teacher.

    Args:
        recipe: a TOML file, or the name of one that affekt brings along.

    Returns:
        True if it does.

    Raises:
        RecipeError: if there is no such recipe, or it cannot be read.
    """
    return "teacher" in read_table(recipe)[1]


def read_static_recipe(recipe: str | Path, overrides: Mapping[str, Any] | None = None) -> StaticRecipe:
    """Read a recipe of a static student.

    Args:
        recipe: a TOML file, or the name of one that affekt brings along.
        overrides: dotted key → value, such as `optimizer.epochs` → 1.

    Returns:
        The recipe; its name is the file's where it names none.

    Raises:
        RecipeError: if there is no such recipe, or a key or value does not fit.
    """
    path, data = read_table(recipe, overrides)
    return build_recipe(StaticRecipe, {"name": path.stem, **data}, str(path))
