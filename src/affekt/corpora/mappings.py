"""Mappings between label spaces: one table of emotion words, and what each counts as in coarser spaces.

Sources, column by column:

- ekman, sentiment: the groups published beside GoEmotions (`ekman_mapping.json`, `sentiment_dict.json`;
  Demszky et al. 2020), where `neutral` stands for itself; words that GoEmotions lacks follow their nearest
  relative there. EmoryNLP's sentiment is CoMPM's (Joyful, Peaceful, Powerful positive; Mad, Sad, Scared
  negative); CPED counts `astonished` as negative.
- plutchik: the eight primaries; mixtures that Plutchik (1980) names are both of their parts (love: joy and
  trust; optimism: anticipation and joy; remorse: sadness and disgust …), milder and stronger forms their
  primary, others the nearest primary.
- unified: the nine labels in which InstructERC trains on IEMOCAP, MELD and EmoryNLP together (Lei et al. 2023,
  as in its code). That frustration is fear there, and surprise powerful, is its authors' choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from affekt.core import CorpusError, FloatArray, Kind, Label, LabelError, LabelSpace, Scores, named_space
from affekt.corpora.corpus import Corpus

# `-`: counts as nothing; `.`: has no place in that space, which therefore has no mapping from it.
_NOTHING: Final = "-"
_ABSENT: Final = "."
_COLUMNS: Final = ("ekman", "sentiment", "plutchik", "unified")
_TABLE: Final = """
admiration      joy       positive   trust                .
affection       joy       positive   joy+trust            .
ambiguous       .         ambiguous  .                    .
amusement       joy       positive   joy                  .
anger           anger     negative   anger                mad
annoyance       anger     negative   anger                .
anticipation    -         ambiguous  anticipation         .
anxiety         fear      negative   anticipation+fear    .
approval        joy       positive   trust                .
astonished      surprise  negative   surprise             .
awe             surprise  ambiguous  fear+surprise        .
boredom         -         negative   disgust              .
calm            joy       positive   joy                  .
caring          joy       positive   joy+trust            .
compassion      joy       positive   joy+trust            .
confidence      joy       positive   trust                .
confusion       surprise  ambiguous  surprise             .
contempt        disgust   negative   anger+disgust        .
contentment     joy       positive   joy                  .
curiosity       surprise  ambiguous  surprise+trust       .
depression      sadness   negative   sadness              .
desire          joy       positive   anticipation         .
despair         sadness   negative   fear+sadness         .
determination   joy       positive   anticipation         .
disappointment  sadness   negative   sadness+surprise     .
disapproval     anger     negative   anger                .
disgust         disgust   negative   disgust              disgust
distrust        -         negative   disgust              .
embarrassment   sadness   negative   disgust+fear         .
empty           -         negative   .                    .
enthusiasm      joy       positive   anticipation+joy     .
envy            anger     negative   anger+sadness        .
excitement      joy       positive   anticipation+joy     excited
fear            fear      negative   fear                 fear
frustration     anger     negative   anger                fear
fun             joy       positive   joy                  .
gratitude       joy       positive   joy                  .
grief           sadness   negative   sadness              .
guilt           sadness   negative   sadness              .
hate            anger     negative   anger                .
hope            joy       positive   anticipation+trust   .
humiliation     sadness   negative   disgust+fear         .
hurt            sadness   negative   sadness              .
indignation     anger     negative   anger                .
jealousy        anger     negative   anger+sadness        .
joy             joy       positive   joy                  joyful
loneliness      sadness   negative   sadness              .
longing         sadness   ambiguous  sadness              .
love            joy       positive   joy+trust            .
negative        .         negative   .                    .
negative-other  -         negative   .                    .
nervousness     fear      negative   fear                 .
neutral         neutral   neutral    -                    neutral
nostalgia       -         ambiguous  joy+sadness          .
optimism        joy       positive   anticipation+joy     .
other           -         -          -                    -
pain            sadness   negative   .                    .
peaceful        joy       positive   joy                  peaceful
pessimism       sadness   negative   anticipation+sadness .
pity            sadness   negative   sadness              .
positive        .         positive   .                    .
positive-other  -         positive   .                    .
powerful        joy       positive   joy                  powerful
pride           joy       positive   joy                  .
realization     surprise  ambiguous  surprise             .
regret          sadness   negative   sadness              .
relief          joy       positive   joy                  .
remorse         sadness   negative   disgust+sadness      .
resignation     sadness   negative   sadness              .
sadness         sadness   negative   sadness              sad
satisfaction    joy       positive   joy                  .
shame           sadness   negative   disgust+fear         .
surprise        surprise  ambiguous  surprise             powerful
suspicion       fear      negative   fear                 .
sympathy        joy       positive   joy+trust            .
tenderness      joy       positive   joy+trust            .
tiredness       -         negative   -                    .
trust           -         positive   trust                .
worry           fear      negative   fear                 .
"""

# Other words for the same, as corpora call it.
_SYNONYMS: Final = {
    word: row
    for row, words in {
        "anger": "angry mad",
        "anxiety": "anxious",
        "contempt": "contemptuous",
        "depression": "depress depressed",
        "disgust": "disgusted",
        "excitement": "excited",
        "fear": "afraid fearful scared",
        "frustration": "frustrated",
        "gratitude": "grateful",
        "joy": "happy happiness joyful",
        "neutral": "no_emotion no-emotion none",
        "other": "others",
        "peaceful": "relaxed",
        "sadness": "sad",
        "surprise": "surprised",
        "worry": "worried",
    }.items()
    for word in words.split()
}


def _read_table() -> dict[str, dict[str, tuple[str, ...] | None]]:
    """Word → column → what it counts as, or None where it has no place."""
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {
        word: {
            column: None if cell == _ABSENT else tuple(x for x in cell.split("+") if x != _NOTHING)
            for column, cell in zip(_COLUMNS, cells, strict=True)
        }
        for word, *cells in rows
    }


_COUNTS_AS: Final = _read_table()
_EKMAN: Final = named_space("ekman")
_GOEMOTIONS: Final = named_space("goemotions")
_SENTIMENT: Final = named_space("sentiment")
_NEUTRAL: Final = _GOEMOTIONS.labels[_GOEMOTIONS.index("neutral")]

EKMAN_NEUTRAL: Final = LabelSpace("goemotions-ekman", (*_EKMAN.labels, _NEUTRAL), "multi")
"""Ekman's six and `neutral`; several may apply to a text."""

SENTIMENT_AMBIGUOUS: Final = LabelSpace(
    "goemotions-sentiment",
    (
        _SENTIMENT.labels[_SENTIMENT.index("positive")],
        _SENTIMENT.labels[_SENTIMENT.index("negative")],
        Label("ambiguous", "a feeling that is neither pleasant nor unpleasant, such as surprise"),
        _NEUTRAL,
    ),
    "multi",
)
"""GoEmotions' sentiment groups; several may apply to a text."""

UNIFIED: Final = LabelSpace(
    "unified",
    (
        Label("joyful", "full of joy, cheerful", ("happy", "joy")),
        Label("sad", "in emotional pain, sorrowful", ("sadness",)),
        replace(_NEUTRAL, name="neutral"),
        Label("mad", "angry, hurt, hateful, critical", ("angry", "anger")),
        Label("excited", "thrilled, full of eagerness", ("excitement",)),
        Label("powerful", "proud, confident, struck by something great", ("pride",)),
        Label("fear", "being afraid, anxious or insecure", ("scared", "afraid")),
        Label("peaceful", "calm, content, loving, thoughtful", ("calm",)),
        Label("disgust", "revulsion at something unpleasant or offensive", ("disgusted",)),
    ),
    "single",
)
"""Nine labels in which corpora of conversations are read together."""

_TARGETS: Final[Mapping[str, tuple[LabelSpace, str]]] = {
    space.name: (space, column)
    for space, column in (
        (_EKMAN, "ekman"),
        (EKMAN_NEUTRAL, "ekman"),
        (_SENTIMENT, "sentiment"),
        (SENTIMENT_AMBIGUOUS, "sentiment"),
        (named_space("plutchik"), "plutchik"),
        (UNIFIED, "unified"),
    )
}
TARGETS: Final[Mapping[str, LabelSpace]] = {name: space for name, (space, _) in _TARGETS.items()}
"""Spaces that others can be mapped to, by name."""


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """A total mapping: for each label of the source, what it counts as in the target.

    Args:
        source: label space that gold or scores are in.
        target: label space that they are taken to.
        table: label of the source → labels of the target; an empty tuple says that it counts as nothing.

    Raises:
        LabelError: if a source label is missing, or a name is in neither space.
    """

    source: LabelSpace
    target: LabelSpace
    table: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        missing = [name for name in self.source.names if name not in self.table]
        unknown = [name for name in self.table if name not in self.source]
        unknown += [name for names in self.table.values() for name in names if name not in self.target]
        if missing or unknown:
            raise LabelError(
                f"mapping {self.source.name!r} → {self.target.name!r} is not total: "
                f"missing {missing}, unknown {unknown}: give every label of the source once"
            )

    @property
    def matrix(self) -> FloatArray:
        """Float32 0/1 `[source labels, target labels]`."""
        matrix = np.zeros((len(self.source), len(self.target)), dtype=np.float32)
        for name, targets in self.table.items():
            for target in targets:
                matrix[self.source.index(name), self.target.index(target)] = 1
        return matrix

    @property
    def kind(self) -> Kind:
        """Kind of what comes out: that of the source, but `multi` where one of its labels counts as several."""
        several = any(len(names) > 1 for names in self.table.values())
        return "multi" if several and self.source.kind == "single" else self.source.kind

    @property
    def space(self) -> LabelSpace:
        """The target with the kind, and the levels, of what comes out."""
        return replace(self.target, kind=self.kind, levels=self.source.levels, range=None)

    def apply(self, values: FloatArray) -> FloatArray:
        """Gold `[items, source labels]` → `[items, target labels]`.

        A target label has the highest of the values that count as it: 1 where any of them is, the highest
        level, the highest of independent probabilities (which is the least that any-of-them can have).
        """
        return np.stack(
            [values[:, column > 0].max(axis=1, initial=0) for column in self.matrix.T], axis=1
        ).astype(np.float32)

    def scores(self, scores: Scores) -> Scores:
        """Scores in the source space as scores in the target.

        A distribution (`single`) is summed over the labels that count as a target, each divided evenly
        where it counts as several, and what counts as nothing is shared out in proportion; other kinds as
        `apply`. An item whose whole mass counts as nothing abstains.

        Args:
            scores: of the source's labels, in its order.

        Returns:
            Scores in the target space, of the scores' kind.

        Raises:
            LabelError: if the scores are of other labels.
        """
        if scores.space.names != self.source.names:
            raise LabelError(
                f"scores of {scores.space.name!r} are not of the labels of {self.source.name!r}: map them from "
                "their own space"
            )
        if scores.space.kind != "single":
            space = replace(self.target, kind=scores.space.kind, levels=scores.space.levels, range=None)
            values = self.apply(scores.values)
            values[np.isnan(scores.values).any(axis=1)] = np.nan
            return replace(scores, values=values, space=space)
        shares = self.matrix / np.maximum(self.matrix.sum(axis=1, keepdims=True), 1)
        summed = scores.values @ shares
        mass = summed.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            values = np.asarray(np.where(mass > 0, summed / mass, np.nan), dtype=np.float32)
        abstained = tuple(
            reason or (None if found > 0 else f"nothing of it counts in {self.target.name}")
            for reason, found in zip(scores.abstained, mass[:, 0], strict=True)
        )
        return replace(
            scores,
            values=values,
            space=replace(self.target, kind="single", levels=None, range=None),
            abstained=abstained,
        )


def mapping(source: LabelSpace, target: str) -> LabelMapping:
    """How labels of a space count in another one.

    Args:
        source: any space of emotion words, a user's own too; labels are looked up ignoring case.
        target: name of one of `TARGETS`.

    Returns:
        The mapping, total over the source.

    Raises:
        LabelError: if there is no such target, or a label of the source has no place in it.
    """
    if target.casefold() not in _TARGETS:
        raise LabelError(f"nothing is mapped to space {target!r}: use one of {', '.join(TARGETS)}")
    space, column = _TARGETS[target.casefold()]
    table = {}
    for name in source.names:
        word = name.casefold()
        counts_as = _COUNTS_AS.get(_SYNONYMS.get(word, word), {}).get(column)
        if counts_as is None and name in space:
            counts_as = (word,)
        if counts_as is None or source.kind == "dimensional":
            raise LabelError(
                f"label {name!r} of space {source.name!r} has no place in {space.name!r}: map to another "
                f"space ({', '.join(TARGETS)})"
            )
        table[name] = tuple(found for found in counts_as if found in space)
    return LabelMapping(source, space, table)


def mapped(corpus: Corpus, target: str) -> Corpus:
    """A corpus with its gold in another space.

    Of kind `single`, items whose label counts as nothing there are left out, as they have no gold.

    Args:
        corpus: with gold.
        target: name of one of `TARGETS`.

    Returns:
        The corpus; without rater distributions and evidence, which cannot be mapped.

    Raises:
        CorpusError: if it has no gold, or none of its items is left.
        LabelError: as `mapping`.
    """
    if corpus.gold is None:
        raise CorpusError(f"{corpus} has no gold labels that could be mapped: use another corpus or part")
    how = mapping(corpus.space, target)
    found = replace(corpus, gold=how.apply(corpus.gold), space=how.space, raters=None, evidence=None)
    if how.kind != "single" or found.gold is None:
        return found
    kept = np.flatnonzero(found.gold.sum(axis=1) > 0)
    if not len(kept):
        raise CorpusError(f"no label of {corpus} counts as anything in {target}: map it to another space")
    return found if len(kept) == len(found) else found.take(kept.tolist())
