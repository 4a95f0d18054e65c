"""The tables of a recipe: what is read, which losses, how it is optimised. Plain values with their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any, Final

AXES: Final = ("valence", "arousal")
"""What is learned beside labels, in this order."""
LATER: Final[Mapping[str, Any]] = {"later": True}
"""Metadata of settings that came later: at their defaults they do not enter a recipe's checksum, so that
runs and models from before keep theirs."""


def stated(table: Any) -> dict[str, Any]:
    """Settings of a table as plain values, without later ones that are at their defaults.

    Args:
        table: a dataclass; tables within it are treated alike.

    Returns:
        Values for JSON, by key.
    """
    return {
        f.name: _plain(getattr(table, f.name))
        for f in fields(table)
        if not (f.metadata.get("later") and getattr(table, f.name) == _default(f))
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return stated(value)
    return [_plain(x) for x in value] if isinstance(value, tuple) else value


def _default(entry: Field[Any]) -> Any:
    return entry.default if entry.default_factory is MISSING else entry.default_factory()


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts to read: their descriptors, valence and arousal, as far as the corpus has them.

    Args:
        corpus: `NAME[/PART][:SPLIT]`; empty for the texts that stand in `readings`.
        limit: at most so many, drawn with the recipe's seed; 0 for all.
        leave_out: groups that are not read, such as domains of synthetic texts (`ml2`), or one language of them
            (`ml2 German`).
        person: `first` (`PersonX` becomes `I`) or `third` (a pronoun), the rows of one event joined
            (Event2Mind); empty for texts as they are.
        repeat: how often they are read in an epoch.
        reference: so many of them stand, with others, for texts in general: they tell how often the model
            would see a label that it was never trained on.
        readings: a table of what several readers saw in the texts, by id where there is a corpus, see `read_readings`:
            the contrast takes these in the place of its descriptors, each as far as readers agree. Texts that the table
            lacks are not read; of a text that an earlier source has too, its readings are taken.
    """

    corpus: str = ""
    limit: int = 0
    leave_out: tuple[str, ...] = ()
    person: str = ""
    repeat: int = 1
    reference: int = 0
    readings: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class Trim:
    """A vocabulary cut to what is used, see `trimming`.

    Args:
        seen: a piece is kept that so many texts use; 0 keeps all.
        corpora: whose texts are looked at beside those of the run.
        words: so many of each language's most frequent words keep their pieces too, where `wordfreq` lists them: the
            run's texts need not use them.
        scripts: names of scripts (`Thai`) whose pieces all stay, for languages without such a list.
        model: a bundled model's name or a model directory: its pieces are kept instead, and no others, so that both
            models share tokenizer, word embeddings and label tower.
    """

    seen: int = 0
    corpora: tuple[str, ...] = ()
    words: int = field(default=0, metadata=LATER)
    scripts: tuple[str, ...] = field(default=(), metadata=LATER)
    model: str = field(default="", metadata=LATER)


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
class Teachers:
    """Trained models whose answers are part of what is learned, see `ensemble`.

    Args:
        models: bundled ones or directories, of any backbone.
        share: of their mean answer in axes, closed-set and human labels that are known otherwise; what is not known
            is theirs alone.
        human: whether they are asked about human labels; if not, heads learn from people alone.
    """

    models: tuple[str, ...] = ()
    share: float = 0.5
    human: bool = field(default=True, metadata=LATER)


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
        form: of the contrast with descriptors: `sigmoid`, each descriptor on its own (SigLIP), or
            `softmax`, a text's descriptors against the others (CLIP).
        negatives: `batch`, the descriptors of the other texts of a batch, or `vocabulary`, all that occur
            in training.
        tau: temperature of that contrast at the start; cosines are divided by it.
        learn_tau: whether it is learned.
        bias: of that contrast's logits: `learned`, `fixed` at its start, or `none`.
        positive: weight of a text's own descriptors beside that of the others.
        soft: near-synonyms are learned as far as they are near, `(cosine - synonym) / (1 - synonym)`,
            instead of being left out.
        hard_negatives: so many of the vocabulary's descriptors that are no near-synonyms are learned as
            negatives of each text besides: those that the network finds likeliest at that step.
        consistency: squared distance between the axes as they are read and as the closed-set labels imply them.
    """

    descriptors: float = 1.0
    closed: float = 2.0
    inferred: float = 1.0
    human: float = 1.0
    axes: float = 1.0
    synonym: float = 0.6
    wordings: float = 0.4
    form: str = field(default="sigmoid", metadata=LATER)
    negatives: str = field(default="batch", metadata=LATER)
    tau: float = field(default=1 / 12, metadata=LATER)
    learn_tau: bool = field(default=True, metadata=LATER)
    bias: str = field(default="learned", metadata=LATER)
    positive: float = field(default=1.0, metadata=LATER)
    soft: bool = field(default=False, metadata=LATER)
    hard_negatives: int = field(default=0, metadata=LATER)
    consistency: float = field(default=0.0, metadata=LATER)


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
        mixed: the text tower multiplies matrices in bfloat16 while it learns; weights and sums stay float32. Faster
            where the processor has instructions for it, much slower elsewhere.
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
    mixed: bool = field(default=False, metadata=LATER)


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
class Ngrams:
    """Linear models over n-grams of the texts, which judge beside trained heads, see `encoder.ngrams`.

    Args:
        spaces: whose heads they stand beside.
        seen: an n-gram counts that so many texts have.
        rows: so many n-grams are kept, those that move logits most; 0 for all.
        strength: inverse weight of the penalty (`C` of a logistic regression).
        share: of their logits in the mean with the encoder's.
        halved_at: a label that so many texts have gets half of that share, a rarer one less: of few texts n-grams
            learn little.
    """

    spaces: tuple[str, ...] = ()
    seen: int = 3
    rows: int = 60_000
    strength: float = 3.0
    share: float = 0.3
    halved_at: float = 100.0


@dataclass(frozen=True, slots=True)
class AxesByLabels:
    """A second reading of axes, from the labels of a trained head, see `implied_axes`.

    Args:
        space: whose head is read; empty for none.
        axes: that are read so.
        share: of it in the mean with the axes' own head.
    """

    space: str = ""
    axes: tuple[str, ...] = ("valence",)
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Queries:
    """The Q-Former that pools token states where `pooling = "qformer"` (Li et al. 2023, BLIP-2).

    Args:
        count: learned queries.
        layers: of self-attention, cross-attention and feed-forward.
        heads: of each attention; 0 for the backbone's.
        width: of the queries; 0 for the backbone's.
    """

    count: int = 8
    layers: int = 2
    heads: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class Masking:
    """A first stage: masked language modelling in which emotion words are masked more often (LEIA).

    Args:
        epochs: passes over the texts; 0 for no such stage.
        steps: at most so many; 0 for all.
        rate: share of the tokens that are masked.
        emotion_rate: share of the emotion words, which are the one-word descriptors and label wordings.
        learning_rate: peak.
    """

    epochs: int = 0
    steps: int = 0
    rate: float = 0.15
    emotion_rate: float = 0.5
    learning_rate: float = 1e-4


@dataclass(frozen=True, slots=True)
class Supervision:
    """What a text's descriptors are, where they are not simply those that it comes with.

    Args:
        names_of: corpora whose human labels' names are read as descriptors of their texts.
        free: whether texts keep the descriptors that they come with.
        most: at most so many descriptors a text, the first ones; 0 for all.
        vocabulary: so many different descriptors, those of most texts; 0 for all.
    """

    names_of: tuple[str, ...] = ()
    free: bool = True
    most: int = 0
    vocabulary: int = 0
