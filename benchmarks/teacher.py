"""What a large language model reads in the target's tweets itself: how far a student of its descriptors can come.

    python benchmarks/distillation.py --work DIR --only "Source of supervision, diverse and synthetic texts, 6,000 texts"
    python benchmarks/teacher.py --work DIR

`teacher.tsv` holds, for E-c's dev tweets and 1,514 drawn of its train split (names of tweets, no text), what a large
language model wrote that read each tweet and saw no label of it. Once it was asked for descriptors in its own words,
valence and arousal (1 to 9), as `descriptors` were; once, by itself, for how many of seven raters would mark each of the
eleven emotions, with the glosses that E-c's raters had. Beside them stand its readings (`readings/`): a dozen descriptors, each with how many
of seven readers would name it. Nothing is trained here. No test split is read. Corpora are read from AFFEKT_DATA.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from distillation import EVERY, Bools, drawn, figure, gold_of, labels_of, over, signed, slug, unseen
from numpy.typing import NDArray
from record import Record, Table, shown
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from affekt.core import Label, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import LabelThresholds
from affekt.encoder import DualEncoder, sigmoid, unit
from affekt.models import LabelledTexts, adapt, find, load
from affekt.models.directory import load_directory
from affekt.training import read_readings

READINGS = Path(__file__).with_name("teacher.tsv")
READ_BY_SEVEN = Path(__file__).with_name("readings")
SEED = 0
HUMAN, DESCRIPTORS = "human labels of 6,000", "diverse and synthetic"  # runs of distillation.toml
Floats = NDArray[np.floating[Any]]
THREE = "mean of the three"
RATERS, RULE = 7, 2  # a label is gold when so many of so many raters marked it
MODELS = ("small", "fast", "ensemble")
MIDDLE, MIDDLE_TO_END = 5, 4  # of the scales of valence and arousal
LENGTH = 3.0  # unit vectors are stretched to it, so that the regression's penalty of 1 is a mild one
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Read:
    """Tweets of one split, and what the language model wrote of each.

    Args:
        corpus: the tweets.
        descriptors: in its own words, the clearest first.
        readings: of several readers → the share of them who would name it.
        axes: valence and arousal, -1 to 1, `[tweets, 2]`.
        marks: the share of raters that it expects to mark each label, `[tweets, labels]`.
    """

    corpus: Corpus
    descriptors: list[list[str]]
    readings: list[Mapping[str, float]]
    axes: Floats
    marks: Floats


def read(split: str) -> Read:
    """The tweets of a split that were read."""
    whole = load_corpus(f"semeval2018/e-c-en:{split}")
    header, *lines = READINGS.read_text(encoding="utf-8").splitlines()
    names = header.split("\t")[5:]
    rows = {line.split("\t")[1]: line.split("\t") for line in lines if line.startswith(f"{split}\t")}
    readings = read_readings(READ_BY_SEVEN / f"semeval2018-{split}.tsv", "id")
    # Three tweets have no readings.
    places = [i for i, item in enumerate(whole.items) if item.id in rows and item.id in readings]
    corpus = whole.take(places)
    said = [rows[item.id] for item in corpus.items if item.id is not None]
    marks = np.array([row[5:] for row in said], dtype=float)[:, [names.index(x) for x in corpus.space.names]]
    axes = (np.array([row[2:4] for row in said], dtype=float) - MIDDLE) / MIDDLE_TO_END
    descriptors = [row[4].split("; ") for row in said]
    named = [readings[item.id] for item in corpus.items if item.id is not None]
    return Read(corpus, descriptors, named, axes, marks / RATERS)


@dataclass(frozen=True, eq=False)
class LabelSpaceOf:
    """Descriptors and labels as points of a model's label space."""

    scorer: DualEncoder

    def vectors(self, descriptors: Sequence[Iterable[str]]) -> list[Floats]:
        """Unit vectors of each tweet's descriptors."""
        words = list(dict.fromkeys(word for row in descriptors for word in row))
        found = dict(zip(words, self.scorer.embed_labels([Label(word) for word in words]), strict=True))
        return [np.stack([found[word] for word in row]) for row in descriptors]

    def nearest(self, tweets: Read) -> Floats:
        """For each label the cosine with that of a tweet's descriptors which is nearest to it, from 0 to 1."""
        labels = self.scorer.embed_labels(tweets.corpus.space.labels)
        return np.stack(
            [(1 + (rows @ labels.T).max(axis=0)) / 2 for rows in self.vectors(tweets.descriptors)]
        )

    def means(self, tweets: Read) -> Floats:
        """Where a student would put each tweet that guessed its descriptors without a fault."""
        means = np.stack([rows.mean(axis=0) for rows in self.vectors(tweets.descriptors)])
        return unit(means.astype(np.float32))

    def means_of_readings(self, tweets: Read) -> Floats:
        """The same of readings, each descriptor as far as readers agree."""
        shares = [np.array(list(row.values())) for row in tweets.readings]
        rows = self.vectors([list(row) for row in tweets.readings])
        return unit(np.stack([a @ b for a, b in zip(shares, rows, strict=True)]).astype(np.float32))

    def said(self, tweets: Read, means: Floats) -> Floats:
        """What a student of such a place would say of each label, from 0 to 1."""
        return (1 + means @ self.scorer.embed_labels(tweets.corpus.space.labels).T) / 2


Way = tuple[Floats, Floats]  # scores of dev's tweets and of the others


def on_one_scale(way: Way) -> Way:
    """Each label's scores with mean 0 and deviation 1 on dev, so that ways can be added up."""
    known, new = way
    mean, spread = known.mean(axis=0), known.std(axis=0)
    return (known - mean) / spread, (new - mean) / spread


def added(one: Way, other: Way) -> Way:
    """Two ways together, on one scale."""
    (a, b), (c, d) = on_one_scale(one), on_one_scale(other)
    return a + c, b + d


def of_model(scorer: object, dev: Read, tweets: Read) -> Way:
    """Logits of a model; a text that it cannot read gets the lowest of its label."""
    assert isinstance(scorer, DualEncoder)
    known, new = (scorer.score(x.corpus.items, x.corpus.space).values for x in (dev, tweets))
    return _logits(known), _logits(new)


def _logits(scores: Floats) -> Floats:
    held = np.clip(scores, 1e-6, 1 - 1e-6)
    logits = np.log(held / (1 - held))
    return np.asarray(np.where(np.isnan(logits), np.nanmin(logits, axis=0), logits))


def learned(of: LabelSpaceOf, dev: Read, tweets: Read) -> Way:
    """Regressions of dev's own labels on what the language model wrote; dev's scores are of tweets held out."""
    known, new = (LENGTH * np.hstack([of.means(x), x.axes]) for x in (dev, tweets))
    regression = LogisticRegression(max_iter=2000)
    held, said = [], []
    for column in gold_of(dev.corpus).T:
        held.append(cross_val_predict(regression, known, column, cv=FOLDS, method="decision_function"))
        said.append(regression.fit(known, column).decision_function(new))
    return np.stack(held, axis=1), np.stack(said, axis=1)


def ways(dev: Read, tweets: Read, work: Path) -> Iterator[tuple[str, Way]]:
    """What the table compares."""
    yield HUMAN, of_model(load_directory(work / slug(HUMAN)).scorer, dev, tweets)
    student = load_directory(work / slug(DESCRIPTORS)).scorer
    assert isinstance(student, DualEncoder)
    said = of_model(student, dev, tweets)
    space = LabelSpaceOf(student)
    read = space.said(dev, space.means(dev)), space.said(tweets, space.means(tweets))
    by_seven = tuple(space.said(x, space.means_of_readings(x)) for x in (dev, tweets))
    yield DESCRIPTORS, said
    yield "`small`, with labels that name the three", of_model(load("small").scorer, dev, tweets)
    yield "the teacher's descriptors, each label by the nearest", (space.nearest(dev), space.nearest(tweets))
    yield "the teacher's descriptors, their mean", read
    yield f"the teacher's descriptors, and {DESCRIPTORS}", added(said, read)
    yield "the teacher's readings, their mean", (by_seven[0], by_seven[1])
    yield f"the teacher's readings, and {DESCRIPTORS}", added(said, (by_seven[0], by_seven[1]))
    yield (
        "the teacher's descriptors, valence and arousal, by regressions on dev's labels",
        learned(space, dev, tweets),
    )
    yield "the teacher, asked for these eleven labels", (dev.marks, tweets.marks)


def decided(way: Way, dev: Read, tweets: Read) -> Bools:
    """Labels of the tweets under thresholds of dev."""
    space = dev.corpus.space
    known, new = (Scores(sigmoid(x.astype(np.float32)), space) for x in on_one_scale(way))
    thresholds = LabelThresholds.fit(known, gold_of(dev.corpus).astype(np.float32))
    return labels_of(thresholds.apply(new), space)


def students(dev: Read, tweets: Read, work: Path) -> tuple[Table, dict[str, Any]]:
    """Each way's figures on the tweets, thresholds of dev."""
    gold, space = gold_of(tweets.corpus), tweets.corpus.space
    said = {name: decided(way, dev, tweets) for name, way in ways(dev, tweets, work)}
    said[EVERY] = np.ones_like(gold)
    columns = unseen(space)
    parts: Mapping[str, Sequence[int] | None] = {
        "macro F1": None, **{space.names[j]: [j] for j in columns}, THREE: columns
    }  # fmt: skip
    rows, figures, base = [], {}, drawn(gold, said[HUMAN], columns, SEED)
    for name, labels in said.items():
        values = {part: drawn(gold, labels, kept, SEED) for part, kept in parts.items()}
        made = {part: figure(x) for part, x in values.items()} | {
            "over human labels": figure(values[THREE] - base),
            "relative": figure(over(values[THREE], base)),
        }
        figures[name] = {part: x.to_dict() for part, x in made.items()}
        relative = made["relative"].value
        assert relative is not None
        cells = [shown(made[part]) for part in parts]
        rows.append((name, *cells, signed(made["over human labels"]), f"{100 * relative:+.0f} %"))
    header = ("way", *parts, "over human labels", "relative")
    return Table("Three labels that human labels of GoEmotions lack", header, rows), figures


def adapted(dev: Read) -> tuple[Table, dict[str, Any]]:
    """Models corrected by the teacher's labels of dev's tweets and by people's, on the train split; strict."""
    test = load_corpus("semeval2018/e-c-en:train")
    gold, columns = gold_of(test), unseen(test.space)
    labellings = {
        "as it is": None,
        "adapted to the teacher's labels": (dev.marks * RATERS >= RULE).astype(np.float32),
        "adapted to people's labels": dev.corpus.gold,
    }
    rows, figures = [], dict[str, Any]()
    for name in MODELS:
        said = {}
        for way, labels in labellings.items():
            model = load(name)
            if labels is not None:
                model = adapt(find(name), LabelledTexts("dev", dev.corpus.items, labels, test.space)).model
            said[way] = labels_of(model.decision.apply(model.scores(test.items, test.space)), test.space)
        values = {
            way: (drawn(gold, one, None, SEED), drawn(gold, one, columns, SEED)) for way, one in said.items()
        }
        figures[name] = {
            way: {"macro F1": figure(every).to_dict(), THREE: figure(three).to_dict()}
            for way, (every, three) in values.items()
        }
        rows += [(name, way, *(shown(figure(x)) for x in both)) for way, both in values.items()]
    return Table("Adapted by 886 tweets", ("model", "", "macro F1", THREE), rows), figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs of distillation.py")
    asked = parser.parse_args()
    dev, tweets = read("dev"), read("train")
    (three, ways_of), (labelled, models) = students(dev, tweets, asked.work), adapted(dev)
    figures = {"ways": ways_of, "adapted": models}
    Record("What the teacher itself reads", NOTES, [three, labelled], figures, SEED).write("teacher")


NOTES = (
    "E-c's three labels that GoEmotions' human labels lack, and all eleven; 1,512 tweets of its train split, thresholds from its 886 "
    "dev tweets. First students, which read the tweet. The other rows are of a large language model that read each tweet (`teacher.tsv`): its free "
    "descriptors as points of the label space of the student of descriptors, that is what a student would say that guessed them "
    "without a fault; this beside what the student says; likewise its readings, a dozen descriptors, each as far as seven readers would agree; the descriptors with valence and arousal under logistic regressions on dev's "
    "human labels; and, asked once more by itself, how many of seven raters would mark each of the eleven labels. Each label's scores have one spread on dev. "
    "It need not be the language model that wrote the corpus `descriptors`.",
    "*Adapted*: `affekt adapt` on dev's 886 tweets, with the labels that the language model expects two of seven raters to mark, E-c's own rule, and with "
    "people's; the model's own decision on E-c's 6,838 training tweets.",
    "Intervals are 95 % percentile bootstraps over texts, differences on the same resamples.",
)


if __name__ == "__main__":
    main()
