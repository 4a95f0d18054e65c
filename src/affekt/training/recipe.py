"""Recipes: what a training run is repeated from. A TOML file, checked before anything is loaded."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from affekt.core import AffektError, RecipeError, named_space
from affekt.decisions import FixedThreshold
from affekt.encoder import LEAST_POSITIONS, Prior
from affekt.text import LanguageGuard
from affekt.training.graph import PRECISIONS

_BUNDLED: Final = Path(__file__).parents[1] / "recipes"
# Keys that a trained network can still be exported with in another way.
_AFTER_TRAINING: Final = (
    *("name", "description", "languages", "default_space", "heads", "decision", "prior"),
    *("positions", "precision", "checkpoint_minutes"),
)
PERSONS: Final = ("", "first", "third")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts to read: their descriptors, valence and arousal, as far as the corpus has them.

    Args:
        corpus: `NAME[/PART][:SPLIT]`.
        limit: at most so many, drawn with the recipe's seed; 0 for all.
        leave_out: groups that are not read, such as domains of synthetic texts.
        person: `first` (`PersonX` becomes `I`) or `third` (a pronoun), the rows of one event joined
            (Event2Mind); empty for texts as they are.
        repeat: how often they are read in an epoch.
        reference: so many of them stand, with others, for texts in general: they tell how often the model
            would see a label that it was never trained on.
    """

    corpus: str
    limit: int = 0
    leave_out: tuple[str, ...] = ()
    person: str = ""
    repeat: int = 1
    reference: int = 0


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed-set labels, whose omissions are a true "no".

    Args:
        corpus: multi-label, gold between 0 and 1.
        repeat: how often its texts are read in an epoch.
        infer: labels of the other texts are inferred from their descriptors by a small network that
            is fitted on the texts that have both.
    """

    corpus: str = ""
    repeat: int = 1
    infer: bool = False


@dataclass(frozen=True, slots=True)
class Losses:
    """Weights of the parts of the loss, and their settings.

    Args:
        descriptors: sigmoid contrast of texts and the batch's descriptors.
        closed: closed-set labels that were given.
        inferred: closed-set labels that were inferred.
        human: human labels, a head a corpus.
        axes: squared error of valence and arousal, in units of two points of the scale 1–9.
        synonym: descriptors at this cosine or nearer to a positive (in the frozen label tower) are
            neither positives nor negatives.
        wordings: share of closed-set labels that are read as another wording (paraphrase, definition).
    """

    descriptors: float = 1.0
    closed: float = 2.0
    inferred: float = 1.0
    human: float = 1.0
    axes: float = 1.0
    synonym: float = 0.6
    wordings: float = 0.4


@dataclass(frozen=True, slots=True)
class Optimizer:
    """AdamW with a linear warm-up and decay.

    Args:
        learning_rate: peak, of the text tower.
        head_factor: the heads learn so many times faster.
        batch: texts a step.
        epochs: passes over the texts.
        warmup: share of the steps.
        weight_decay: decoupled.
        clip: largest norm of the gradient.
        dropout: in the text tower.
        average: decay of the running mean of the weights, which is what is exported; 0 for the last weights.
        runs: independent runs, whose weights are averaged (a uniform soup, Wortsman et al. 2022).
    """

    learning_rate: float = 1.5e-4
    head_factor: float = 5.0
    batch: int = 64
    epochs: int = 3
    warmup: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    dropout: float = 0.0
    average: float = 0.0
    runs: int = 1


@dataclass(frozen=True, slots=True)
class Cuts:
    """The decision that is stored with the model.

    Args:
        threshold: a label of any set applies from this probability on.
        fitted_on: corpora whose validation split gives the labels of a trained space their own cuts.
    """

    threshold: float = 0.5
    fitted_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """A training run of the dual encoder.

    Args:
        name: of the model.
        description: one sentence for its card.
        languages: ISO 639-1 codes that the model will declare.
        backbone: `all-MiniLM-L6-v2` (from the package that carries it), or a folder in the Hub's layout.
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

    def __post_init__(self) -> None:
        if not self.texts:
            raise RecipeError(f"recipe {self.name!r} reads no texts: add a [[texts]] table with a corpus")
        if self.precision not in PRECISIONS:
            raise RecipeError(
                f"recipe {self.name!r}: precision {self.precision!r} is unknown: use one of {', '.join(PRECISIONS)}"
            )
        for key, value, least in self._least():
            if value < least:
                raise RecipeError(f"recipe {self.name!r}: {key} is {value}: give {least} or more")
        for i, source in enumerate(self.texts):
            if source.person not in PERSONS:
                raise RecipeError(
                    f"recipe {self.name!r}: texts[{i}].person is {source.person!r}: use first or third, or leave it out"
                )
        if not (self.prior.labels_per_text > 0 and 0 < self.prior.largest < 1):
            raise RecipeError(
                f"recipe {self.name!r}: [prior] needs labels_per_text above 0 and largest between 0 and 1"
            )
        try:
            named_space(self.default_space)
            LanguageGuard(self.languages)
            FixedThreshold(self.decision.threshold)
        except AffektError as error:
            raise RecipeError(f"recipe {self.name!r}: {error}") from None

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
        )

    def digest(self) -> str:
        """A short checksum of everything that changes the weights."""
        facts = dataclasses.asdict(self)
        for key in _AFTER_TRAINING:
            facts.pop(key)
        # A run does not depend on how many others it is averaged with.
        facts["optimizer"].pop("runs")
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


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
    return _build(Recipe, {"name": path.stem, **data}, str(path))


def read_table(recipe: str | Path, overrides: Mapping[str, Any] | None = None) -> tuple[Path, dict[str, Any]]:
    """The file of a recipe, and its table with what takes the place of some values; keys are not looked at.

    Args:
        recipe: a TOML file, or the name of one that affekt brings along.
        overrides: dotted key → value.

    Returns:
        Path and table.

    Raises:
        RecipeError: if there is no such recipe, or it is not TOML.
    """
    path = Path(recipe)
    if not path.is_file():
        path = _BUNDLED / f"{recipe}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in _BUNDLED.glob("*.toml")))
        raise RecipeError(f"recipe {str(recipe)!r} is neither a file nor known: use a TOML file or {known}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not valid TOML: {error}") from None
    for key, value in (overrides or {}).items():
        _set(data, key, value)
    return path, data


def _set(data: dict[str, Any], key: str, value: object) -> None:
    *tables, last = key.split(".")
    for table in tables:
        data = data.setdefault(table, {})
        if not isinstance(data, dict):
            raise RecipeError(f"--set {key}: {table!r} is not a table of the recipe")
    data[last] = value


def build_recipe(cls: type[_T], data: Mapping[str, Any], where: str) -> _T:
    """A recipe, or a table of one, from TOML; `where` begins the messages about keys and values that do not fit."""
    return _build(cls, data, where)


def _build(cls: type[_T], data: Mapping[str, Any], where: str) -> _T:
    hints = get_type_hints(cls)
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(data) - set(known)):
        raise RecipeError(f"{where}: {unknown[0]!r} is unknown: use {', '.join(sorted(known))}")
    for name, f in known.items():
        if name not in data and f.default is f.default_factory is dataclasses.MISSING:
            raise RecipeError(f"{where}: {name!r} is missing: add it")
    return cls(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in data.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise RecipeError(f"{where}: a list expected, {value!r} found")
        return tuple(_value(get_args(hint)[0], x, f"{where}[{i}]") for i, x in enumerate(value))
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise RecipeError(f"{where}: a table expected, {value!r} found")
        return _build(hint, value, where)  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, hint) or (hint is not bool and isinstance(value, bool)):
        raise RecipeError(f"{where}: {hint.__name__} expected, {value!r} found")
    return value
