"""Why BRIGHTER's Ukrainian gold does not follow from its raters' file: what was tried, by emotion.

`brighter_gold.py` writes it into its page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from affekt.corpora import load_corpus
from affekt.corpora.brighter_gold import PRESENCE, PUBLISHED, RULES
from affekt.corpora.brighter_raters import RATINGS, Ratings, ratings
from affekt.corpora.files import DataFolder

RATERS = 3
Table = NDArray[np.int64]
NOTES = """\
Ukrainian gold was made from more answers than the file has. BRIGHTER's Ukrainian is EmoBench-UA (Dementieva, Babakov and
Fraser 2025, arXiv 2505.23297), of which the project page (dardem.github.io/emobench-ua) says: five raters a text, labels
by Dawid and Skene's model, which weighs raters by their estimated quality, and only texts with a confidence of 90 % or
more kept. The file has three answers a text and does not say whose they are; neither the other two nor the weights
follow from it. That is documented, not verified: the page's words were read, not the paper's section on it, and
the data set `ukr-detect/ukr-emotions-per-annotator` was not at hand. The file agrees with it, and shows no fault that
could be set right:
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule and how often it gives the published gold: share of texts, of cells, and of each emotion's cells."""

    track: str
    rule: str
    texts: float
    cells: float
    emotions: dict[str, float]


@dataclass(frozen=True, slots=True)
class Ukrainian:
    """The texts of all splits whose answers are in the file.

    Args:
        names: emotions.
        splits: split of each text.
        answers: `[texts, emotions, raters]`.
        gold: track → `[texts, emotions]`.
        moved: rows by which answers were moved in the file → the counts that texts then have.
        unrated: texts of the tracks that are not in the file.
        unused: texts of the file that are not in the tracks.
    """

    names: tuple[str, ...]
    splits: NDArray[np.str_]
    answers: Table
    gold: dict[str, Table]
    moved: dict[int, NDArray[np.int32]]
    unrated: int
    unused: int

    @staticmethod
    def read(data: Path | None) -> Ukrainian:
        """Read both tracks and the raters' file."""
        folder = DataFolder.at(data)
        tracks = {track: load_corpus(f"brighter/{track}-ukr:all", data) for track in RULES}
        corpus = tracks["a"]
        if tracks["b"].texts != corpus.texts:
            raise SystemExit("brighter/b-ukr: other texts than a-ukr")
        upto = [ratings(folder, "ukr", first) for first in range(1, RATERS + 1)]
        counts = np.stack([x.of(corpus.texts) for x in upto])
        single = np.diff(counts, axis=0, prepend=0)
        # One answer each; one text is twice in the file, of which the columns cannot be told apart.
        rated = (counts[-1].sum(axis=-1) > 0).all(axis=1)
        kept = rated & (single.sum(axis=-1) <= 1).all(axis=(0, 2))
        if int(rated.sum() - kept.sum()) > 1:
            raise SystemExit("ukr_individuals.csv: more than one text with repeated answers")
        moved = {rows: _moved(upto[-1], rows).of(corpus.texts)[kept] for rows in (-2, -1, 1, 2)}
        return Ukrainian(
            corpus.space.names,
            np.asarray([str(item.id).split("_")[1] for item in corpus.items])[kept],
            np.moveaxis(single[:, kept].argmax(axis=-1), 0, -1),
            {track: np.asarray(x.gold)[kept].astype(np.int64) for track, x in tracks.items()},
            moved,
            len(corpus) - int(rated.sum()),
            len(upto[-1].rows) - int(rated.sum()),
        )

    def counts(self) -> NDArray[np.int32]:
        """How many raters gave each intensity, `[texts, emotions, ratings]`."""
        return (self.answers[..., None] == np.arange(RATINGS)).sum(axis=2).astype(np.int32)


def _moved(file: Ratings, rows: int) -> Ratings:
    return replace(file, counts=np.roll(file.counts, rows, axis=0))


def tried(data: Ukrainian) -> list[Tried]:
    """Every rule on every text."""
    return [
        Tried(
            track,
            rule,
            float((made == data.gold[track]).all(axis=1).mean()),
            float((made == data.gold[track]).mean()),
            dict(zip(data.names, (made == data.gold[track]).mean(axis=0).tolist(), strict=True)),
        )
        for track, rule, made in _made(data)
    ]


def _made(data: Ukrainian) -> Iterator[tuple[str, str, Table]]:
    answers, counts = data.answers, data.counts()
    seen = (answers > 0).sum(axis=2)
    mean = answers.mean(axis=2)
    for name, presence in PRESENCE.items():
        yield "a", name, presence(counts)
    yield "a", "any rater", seen >= 1
    yield "a", "two raters", seen >= 2
    yield "a", "all three raters", seen == RATERS
    yield "a", "mean ≥ 1", mean >= 1
    yield "a", "any rater gave 2 or 3", answers.max(axis=2) >= 2
    for column in range(RATERS):
        yield "a", f"column {column + 1} alone", answers[..., column] > 0
    for name, rule in RULES["b"].items():
        yield "b", name, rule.gold(counts)
    yield "b", "median", np.median(answers, axis=2)
    yield "b", "largest", answers.max(axis=2)
    for track, gold in data.gold.items():
        yield track, "*best of any, whoever answered*", _best(np.sort(answers, axis=2), gold)
        yield track, "*best of any, columns apart*", _best(answers, gold)


def _best(answers: Table, gold: Table) -> Table:
    """Each emotion's most frequent gold for these answers: no rule that sees only them does better in its cells."""
    made = np.zeros_like(gold)
    for emotion in range(gold.shape[1]):
        keys = [tuple(x) for x in answers[:, emotion].tolist()]
        found: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for key, value in zip(keys, gold[:, emotion].tolist(), strict=True):
            found[key][value] += 1
        made[:, emotion] = [found[key].most_common(1)[0][0] for key in keys]
    return made


def section(data: Ukrainian, rules: list[Tried]) -> str:
    """The section of the page."""
    gold, answers = data.gold["a"] > 0, data.answers
    seen = (answers > 0).sum(axis=2)
    made = PRESENCE[PUBLISHED](data.counts())
    off = made != gold
    return "\n".join(
        [
            f"## Ukrainian\n\n{NOTES}",
            *_facts(data, made, gold),
            f"- {int(off[(seen > 0) & (seen < RATERS)].sum())} of the {int(off.sum())} cells that are off are those where one or two of the three saw",
            "  the emotion, which two more answers can turn; where none or all saw it, gold is nearly always the same:\n",
            _line("saw it", "cells", "gold", "off the published rule"),
            _line(*["---"] * 4),
            *(
                _line(
                    str(n),
                    f"{(seen == n).sum():,}",
                    _share(gold[seen == n].mean()),
                    str((off & (seen == n)).sum()),
                )
                for n in range(RATERS + 1)
            ),
            "",
            "Rules tried, with the share of texts that have the published gold in every emotion, the share of cells, and",
            "that of each emotion's cells. None was chosen. *Best of any*: for each emotion and each three answers the most",
            "frequent gold, on these very texts. In cells no rule that sees the three answers to an emotion can do better,",
            "Dawid and Skene's model fitted to the three columns included.\n",
            *_rows(data, rules),
            "",
        ]
    )


def _facts(data: Ukrainian, made: Table, gold: Table) -> Iterator[str]:
    def texts(found: Table, chosen: NDArray[np.bool_] | slice = slice(None)) -> float:
        return float((found == gold)[chosen].all(axis=1).mean())

    splits = ", ".join(f"{x} {_share(texts(made, data.splits == x))}" for x in ("train", "dev", "test"))
    same = bool(((data.gold["b"] > 0) == gold).all())
    orders = [x for x in permutations(range(len(data.names))) if x != tuple(range(len(data.names)))]
    swapped = max(texts(made[:, list(order)]) for order in orders)
    moved = [texts(PRESENCE[PUBLISHED](counts)) for counts in data.moved.values()]
    only, lacking = int((gold & ~made).sum()), int((made & ~gold).sum())
    yield f"- Other texts: {data.unrated} texts of the tracks are not in the file, {data.unused} of the file not in the tracks."
    yield f"- By split the published rule gives {splits}: not one bad part."
    yield f"- Direction: {only} cells are gold without the rule, {lacking} the other way."
    yield f"- Track A is track B above 0 {'in every cell' if same else 'not in every cell'}: the tracks do not differ."
    yield f"- Emotions exchanged: the best of the {len(orders)} other orders gives {_share(swapped)}: no column is swapped."
    yield f"- Answers one or two texts before or after: {_share(max(moved))} at best: no rows are shifted."


def _rows(data: Ukrainian, rules: list[Tried]) -> Iterator[str]:
    yield _line("track", "rule", "texts", "cells", *data.names)
    yield _line(*["---"] * (4 + len(data.names)))
    for x in rules:
        yield _line(x.track.upper(), x.rule, *map(_share, (x.texts, x.cells, *x.emotions.values())))


def _share(value: float) -> str:
    return f"{100 * value:.2f} %"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
