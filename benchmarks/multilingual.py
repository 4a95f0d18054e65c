"""How well texts in 28 languages are read: BRIGHTER's labels and intensities, with and without human labels.

    python benchmarks/multilingual.py --work DIR                  # runs of multilingual.toml; tables on dev
    python benchmarks/multilingual.py --work DIR --only label-free
    python benchmarks/multilingual.py --work DIR --tables         # no run
    python benchmarks/multilingual.py --work DIR --card MODEL     # the stored figures by language, for `affekt models`
    python benchmarks/multilingual.py --work DIR --test           # the tables of the test splits; each look is logged

Corpora are read from AFFEKT_DATA. `DIR/<run>` holds a run's model; a run that was interrupted goes on. Macro F1 is
calibrated: thresholds come from the dev split of the same language; on dev itself, by cross-validation in four folds.
*All labels* is the rule that says every label of every text.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from distillation import Bools, cross_validated, drawn, figure, gold_of, labels_of, signed, slug
from record import Record, Table, put_on_card, shown
from zero_shot import Looks

from affekt.core import FloatArray, LabelSpace, Scores, translated
from affekt.corpora import Corpus, load_corpus, publication
from affekt.decisions import LabelThresholds
from affekt.encoder import DualEncoder, SpaceHead, sigmoid
from affekt.models import MANIFEST, Model, load
from affekt.models.directory import load_directory
from affekt.text import Normalizer
from affekt.training import read_recipe, train

HERE = Path(__file__).parent
SEED = 0
HELD_OUT = ("deu", "rus", "hin", "swa", "ukr")
NO_DESCRIPTORS = ("vmw",)
TRANSLATED = ("esp", "deu", "rus", "hin")
HEAD_STRENGTH = 0.3
NGRAM_STRENGTH = 10.0
NGRAM_SHARE = 0.3  # of the mean of logits; .2 to .5 were tried on dev
RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0)
HALVINGS = 10
JOINT, FREE, FIVE = "joint", "label-free", "five held out"
ABROAD, ALONE = "no English", "English alone"


def languages(track: str, *splits: str) -> list[str]:
    """Languages of a track of BRIGHTER that have these splits."""
    parts = publication("brighter").parts
    return [
        name.removeprefix(f"{track}-")
        for name, part in parts.items()
        if name.startswith(f"{track}-") and name.count("-") == 1 and set(splits) <= set(part.splits)
    ]


LANGUAGES = languages("a", "train", "dev", "test")


@dataclass(frozen=True)
class Run:
    """A run and what it reads in BRIGHTER's texts.

    Args:
        name: as in the plan.
        work: folder of the runs.
    """

    name: str
    work: Path

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return self.work / slug(self.name)

    @cached_property
    def model(self) -> Model:
        """The trained model."""
        return load_directory(self.folder)

    @property
    def scorer(self) -> DualEncoder:
        """Its towers and heads."""
        scorer = self.model.scorer
        assert isinstance(scorer, DualEncoder)
        return scorer

    def vectors(self, corpus: Corpus) -> FloatArray:
        """Unit vectors of a corpus's texts, `[texts, d]`, read once."""
        path = self.folder / "vectors" / f"{slug(str(corpus))}.npy"
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            np.save(path, self.scorer.embed(corpus.texts).astype(np.float16))
        return np.load(path).astype(np.float32)

    def by_names(self, corpus: Corpus) -> FloatArray:
        """Probabilities of labels by their names alone, `[texts, labels]`."""
        heads, labels = self.scorer.heads, self.scorer.embed_labels(corpus.space.labels)
        share = heads.prior.share(len(corpus.space))
        logits = heads.logits(self.vectors(corpus), labels) - heads.reference_logits(labels)
        return sigmoid(logits + np.float32(np.log(share / (1 - share))))

    def by_head(self, corpus: Corpus) -> FloatArray:
        """Probabilities as the model gives them in its trained space: encoder and n-grams, `[texts, labels]`."""
        return sigmoid(self._head_logits(corpus, self._head(corpus)))

    def by_encoder(self, corpus: Corpus) -> FloatArray:
        """Probabilities of the head over the encoder alone, `[texts, labels]`."""
        return sigmoid(self.encoder_logits(corpus))

    def encoder_logits(self, corpus: Corpus) -> FloatArray:
        """Logits of the head of all languages without n-grams, in this one's labels."""
        return self._head_logits(corpus, replace(self._head(corpus), ngrams=None))

    def _head(self, corpus: Corpus) -> SpaceHead:
        return self.scorer.heads.trained(corpus.space) or self.scorer.heads.spaces["brighter"]

    def _head_logits(self, corpus: Corpus, head: SpaceHead) -> FloatArray:
        logits = head.logits(
            self.vectors(corpus), Normalizer().many(corpus.texts), LabelSpace.of(head.labels)
        )
        return logits[:, [head.labels.index(name) for name in corpus.space.names]]

    def by_own_head(self, corpus: Corpus) -> FloatArray:
        """Probabilities of a head of the language, fitted on its train split over the common head's logits."""
        return self._fitted(
            corpus,
            lambda texts: np.concatenate([self.encoder_logits(texts), 4 * self.vectors(texts)], axis=1),
        )

    def by_lone_head(self, corpus: Corpus) -> FloatArray:
        """Probabilities of a head of the language, fitted on its train split over the vectors alone."""
        return self._fitted(corpus, lambda texts: 4 * self.vectors(texts))

    def by_small(self, corpus: Corpus) -> FloatArray:
        """Probabilities of `small`'s head for BRIGHTER English, beside which this run's is set."""
        return sigmoid(small_logits(str(corpus)))

    def beside_small(self, corpus: Corpus) -> FloatArray:
        """The mean of the logits of both models."""
        return sigmoid((small_logits(str(corpus)) + logits_of(self.by_head(corpus))) / 2)

    def by_ngrams(self, corpus: Corpus) -> FloatArray:
        """Probabilities of a head of the language over n-grams of characters and words, without the encoder."""
        return by_ngrams(str(corpus))

    def by_own_head_and_ngrams(self, corpus: Corpus) -> FloatArray:
        """Both heads of the language: the mean of their logits, in shares."""
        own, ngrams = logits_of(self.by_own_head(corpus)), logits_of(by_ngrams(str(corpus)))
        return sigmoid((1 - NGRAM_SHARE) * own + NGRAM_SHARE * ngrams)

    def _fitted(self, corpus: Corpus, features_of: Callable[[Corpus], FloatArray]) -> FloatArray:
        from sklearn.linear_model import LogisticRegression

        train_split = split_of(corpus, "train")
        features, gold = features_of(train_split), gold_of(train_split)
        asked = features_of(corpus)
        made = np.zeros((len(corpus), len(corpus.space)), np.float32)
        for j in range(len(corpus.space)):
            if gold[:, j].any() and not gold[:, j].all():
                fitted = LogisticRegression(C=HEAD_STRENGTH, max_iter=1000).fit(features, gold[:, j])
                made[:, j] = fitted.predict_proba(asked)[:, 1]
        return made


@cache
def small_logits(name: str) -> FloatArray:
    """Logits of the bundled English model's head in a corpus by name, `[texts, labels]`."""
    corpus, scorer = load_corpus(name), load("small").scorer
    assert isinstance(scorer, DualEncoder)
    head = scorer.heads.trained(corpus.space)
    assert head is not None
    return head.logits(scorer.embed(corpus.texts), Normalizer().many(corpus.texts), corpus.space)


@cache
def by_ngrams(name: str) -> FloatArray:
    """Of a corpus by name: probabilities of labels by n-grams of characters and words, learned from the train split, `[texts, labels]`.

    Languages that the encoder was hardly trained on still have words that recur.
    """
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    corpus = load_corpus(name)
    known = split_of(corpus, "train")
    gold, (train_texts, asked_texts) = gold_of(known), (Normalizer().many(x.texts) for x in (known, corpus))
    vectorizers = (
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), min_df=2, sublinear_tf=True),
        TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=2, sublinear_tf=True),
    )
    features = hstack([x.fit_transform(train_texts) for x in vectorizers]).tocsr()
    asked = hstack([x.transform(asked_texts) for x in vectorizers]).tocsr()
    made = np.zeros((len(corpus), len(corpus.space)), np.float32)
    for j in range(len(corpus.space)):
        if gold[:, j].any() and not gold[:, j].all():
            fitted = LogisticRegression(C=NGRAM_STRENGTH, max_iter=300, solver="liblinear").fit(
                features, gold[:, j]
            )
            made[:, j] = fitted.predict_proba(asked)[:, 1]
    return made


def logits_of(probabilities: FloatArray) -> FloatArray:
    """Logits; of certainty finite ones."""
    kept = np.clip(probabilities, 1e-4, 1 - 1e-4)
    return np.log(kept / (1 - kept))


def split_of(corpus: Corpus, split: str) -> Corpus:
    """Another split of the same language."""
    return load_corpus(f"{str(corpus).rpartition(':')[0]}:{split}")


def decided(values: FloatArray, corpus: Corpus, on_dev: FloatArray | None) -> Bools:
    """Labels under thresholds from dev: by cross-validation where the corpus is dev itself."""
    scores = Scores(values, corpus.space)
    if on_dev is None:
        return cross_validated(scores, gold_of(corpus))
    dev = split_of(corpus, "dev")
    thresholds = LabelThresholds.fit(Scores(on_dev, dev.space), gold_of(dev).astype(np.float32))
    return labels_of(thresholds.apply(scores), corpus.space)


@dataclass(frozen=True)
class Column:
    """A way of judging texts.

    Args:
        title: above its column.
        run: that judges.
        how: name of the method of `Run`.
        of: languages.
    """

    title: str
    run: str
    how: str
    of: Sequence[str] = tuple(LANGUAGES)


COLUMNS = (
    Column("label-free", FREE, "by_names"),
    Column("five held out", FIVE, "by_names", HELD_OUT),
    Column("a head alone", FREE, "by_lone_head"),
    Column("joint, encoder alone", JOINT, "by_encoder"),
    Column("joint", JOINT, "by_head"),
    Column("joint, a head a language", JOINT, "by_own_head"),
    Column("n-grams alone", JOINT, "by_ngrams"),
    Column("joint, a head and n-grams a language", JOINT, "by_own_head_and_ngrams"),
    Column("no English", ABROAD, "by_head", ("eng",)),
    Column("English alone", ALONE, "by_head", ("eng",)),
    Column("small", JOINT, "by_small", ("eng",)),
    Column("joint and small", JOINT, "beside_small", ("eng",)),
)


def judged(plan: Mapping[str, Run], split: str) -> dict[str, dict[str, FloatArray]]:
    """Column → language → macro F1 on the texts and on each resample; *all labels* among the columns."""
    found: dict[str, dict[str, FloatArray]] = {"all labels": {}}
    for seed, language in enumerate(LANGUAGES):
        corpus = load_corpus(f"brighter/a-{language}:{split}")
        gold = gold_of(corpus)
        found["all labels"][language] = drawn(gold, np.ones_like(gold), seed=seed)
        for column in COLUMNS:
            if column.run not in plan or language not in column.of:
                continue
            run = plan[column.run]
            if split == "test":
                Looks(run.model, f"languages: {column.title}").note(corpus, "calibrated")
            judge = getattr(run, column.how)
            on_dev = judge(split_of(corpus, "dev")) if split == "test" else None
            said = decided(judge(corpus), corpus, on_dev)
            found.setdefault(column.title, {})[language] = drawn(gold, said, seed=seed)
    return found


def language_table(found: Mapping[str, Mapping[str, FloatArray]], split: str) -> Table:
    """A row a language, a column a way of judging, the mean below."""
    rows = []
    for language in LANGUAGES:
        cells = [shown(figure(values[language])) if language in values else "" for values in found.values()]
        if FREE in found:
            ratio = found[FREE][language] / found["all labels"][language]
            cells.append(shown(figure(ratio)))
        mark = " (no descriptors)" if language in NO_DESCRIPTORS else ""
        rows.append((f"{language}{mark}", *cells))
    means = [np.mean(list(values.values()), axis=0) for values in found.values()]
    above = [f"≥ 1.25 in {sum(over_rule(found, 1.25))}"] if FREE in found else []
    rows.append(("mean", *(shown(figure(values)) for values in means), *above))
    header = ("language", *found, *(["label-free over all labels"] if FREE in found else []))
    return Table(f"Track A, {split}: macro F1, calibrated", header, rows)


def over_rule(found: Mapping[str, Mapping[str, FloatArray]], factor: float) -> list[bool]:
    """For each language whether the label-free figure is so many times that of all labels."""
    return [bool(found[FREE][name][0] >= factor * found["all labels"][name][0]) for name in LANGUAGES]


def differences(found: Mapping[str, Mapping[str, FloatArray]]) -> Table:
    """Columns against each other, mean over the languages that both have."""
    pairs = (
        ("five held out", FREE),
        ("joint", FREE),
        ("joint, a head and n-grams a language", "joint"),
        ("joint, encoder alone", "a head alone"),
        ("joint", "joint, encoder alone"),
        ("joint, a head a language", "joint, encoder alone"),
        ("joint, a head and n-grams a language", "joint, a head a language"),
        ("joint, encoder alone", "English alone"),
        ("joint, a head a language", "English alone"),
        ("no English", "joint, encoder alone"),
        ("joint, encoder alone", "small"),
        ("joint", "small"),
        ("joint and small", "small"),
    )
    rows = []
    for one, other in pairs:
        if one in found and other in found:
            shared = [name for name in found[one] if name in found[other]]
            a, b = (np.mean([found[x][name] for name in shared], axis=0) for x in (one, other))
            rows.append((f"{one} – {other}", len(shared), signed(figure(a - b)), shown(figure(a / b))))
    return Table("Differences of means", ("columns", "languages", "difference", "ratio"), rows)


def intensity_table(run: Run, split: str) -> tuple[Table, dict[str, Any]]:
    """Track B: a ridge regression a language on the run's vectors; mean r over emotions."""
    rows, figures = [], {}
    means = []
    for seed, language in enumerate(languages("b", "train", "dev", "test")):
        corpus = load_corpus(f"brighter/b-{language}:{split}")
        if split == "test":
            Looks(run.model, "languages: intensities").note(corpus, "calibrated")
        assert corpus.gold is not None
        said = intensities(run, corpus)
        rng = np.random.default_rng(seed)
        draws = [np.arange(len(corpus)), *(rng.integers(len(corpus), size=len(corpus)) for _ in range(300))]
        values = np.array([mean_r(corpus.gold[i], said[i]) for i in draws])
        means.append(values)
        figures[language] = figure(values).to_dict()
        rows.append((language, len(corpus), shown(figure(values))))
    mean = np.mean(means, axis=0)
    figures["mean"] = figure(mean).to_dict()
    rows.append(("mean", "", shown(figure(mean))))
    return Table(f"Track B, {split}: mean Pearson r over emotions", ("language", "texts", "r"), rows), figures


def intensities(run: Run, corpus: Corpus) -> FloatArray:
    """Intensities of a ridge regression whose strength is chosen by cross-validation within the train split."""
    from sklearn.linear_model import RidgeCV

    known = split_of(corpus, "train")
    assert known.gold is not None

    def features(texts: Corpus) -> FloatArray:
        return np.concatenate([run.encoder_logits(texts), 4 * run.vectors(texts)], axis=1)

    return np.asarray(RidgeCV(RIDGES).fit(features(known), known.gold).predict(features(corpus)), np.float32)


def mean_r(gold: FloatArray, said: FloatArray) -> float:
    """Mean Pearson r over labels whose gold varies."""
    rs = [np.corrcoef(gold[:, j], said[:, j])[0, 1] for j in range(gold.shape[1]) if gold[:, j].std() > 0]
    return float(np.mean(rs))


def transfer_table(run: Run) -> tuple[Table, dict[str, Any]]:
    """Which languages help which: a ridge head fitted on one language's train split, judged on another's dev."""
    from sklearn.linear_model import Ridge

    matrix = np.full((len(LANGUAGES), len(LANGUAGES)), np.nan)
    corpora = {x: load_corpus(f"brighter/a-{x}:dev") for x in LANGUAGES}
    for i, source in enumerate(LANGUAGES):
        known = load_corpus(f"brighter/a-{source}:train")
        fitted = Ridge(0.3).fit(run.vectors(known), gold_of(known).astype(np.float32))
        for j, (_, dev) in enumerate(corpora.items()):
            shared = [name for name in dev.space.names if name in known.space.names]
            said = fitted.predict(run.vectors(dev))[:, [known.space.names.index(x) for x in shared]]
            labels = tuple(label for label in dev.space.labels if label.name in shared)
            space = LabelSpace(dev.space.name, labels, dev.space.kind)
            gold = gold_of(dev)[:, [dev.space.names.index(x) for x in shared]]
            values = sigmoid(np.asarray(8 * (said - 0.5), np.float32))
            chosen = cross_validated(Scores(values, space), gold)
            matrix[i, j] = drawn(gold, chosen)[0]
    rows = []
    for j, target in enumerate(LANGUAGES):
        others = sorted((i for i in range(len(LANGUAGES)) if i != j), key=lambda i: -matrix[i, j])
        best = ", ".join(f"{LANGUAGES[i]} {matrix[i, j]:.3f}" for i in others[:3])
        worst = f"{LANGUAGES[others[-1]]} {matrix[others[-1], j]:.3f}"
        rows.append((target, f"{matrix[j, j]:.3f}", best, worst))
    header = ("judged on dev", "own head", "best other heads", "worst")
    return Table("Which languages help which: linear heads on label-free vectors", header, rows), {
        "languages": LANGUAGES, "macro_f1": np.round(matrix, 4).tolist()
    }  # fmt: skip


def further_table(run: Run) -> tuple[Table, dict[str, Any]]:
    """Corpora that nothing was trained on, labels by their names: Finnish subtitle lines, Arabic tweets."""
    rows, figures = [], {}
    for seed, name in enumerate(("xed/fi", "semeval2018/e-c-ar:dev")):
        corpus = load_corpus(name)
        gold, scores = gold_of(corpus), Scores(run.by_names(corpus), corpus.space)
        strict = labels_of(run.model.decision.apply(scores), corpus.space)
        halved = [drawn(gold, by_other_half(scores, gold, halving), seed=seed) for halving in range(HALVINGS)]
        rule = drawn(gold, np.ones_like(gold), seed=seed)
        for mode, values in (
            ("strict", drawn(gold, strict, seed=seed)),
            ("calibrated on the other half", np.mean(halved, axis=0)),
        ):
            cells = [shown(figure(x)) for x in (rule, values, values / rule)]
            rows.append((name, mode, len(corpus), *cells))
            figures[f"{name} {mode}"] = {
                "all labels": figure(rule).to_dict(),
                "model": figure(values).to_dict(),
                "ratio": figure(values / rule).to_dict(),
            }
    header = ("corpus", "mode", "texts", "all labels", "zero-shot", "ratio")
    title = f"Corpora that nothing was trained on: macro F1; calibrated, the mean of {HALVINGS} halvings"
    return Table(title, header, rows), figures


def by_other_half(scores: Scores, gold: Bools, seed: int) -> Bools:
    """Labels of each half of the texts under thresholds from the other half."""
    order = np.random.default_rng(seed).permutation(len(gold)).tolist()
    said = np.zeros_like(gold)
    for judged, known in ((order[::2], order[1::2]), (order[1::2], order[::2])):
        thresholds = LabelThresholds.fit(scores.take(known), gold[known].astype(np.float32))
        said[judged] = labels_of(thresholds.apply(scores.take(judged)), scores.space)
    return said


def translation_table(run: Run, split: str) -> tuple[Table, dict[str, Any]]:
    """Whether labels in a language's own words are decided on as their English names are."""
    rows, figures = [], {}
    for language in TRANSLATED:
        corpus = load_corpus(f"brighter/a-{language}:{split}")
        said = []
        for names in (corpus.space.names, [translated(name, [language])[0] for name in corpus.space.names]):
            space = LabelSpace.of(list(names))
            predictions = run.model.predict(corpus.items, space=space)
            said.append(labels_of(predictions, space))
        same = said[0] == said[1]
        figures[language] = {"texts": float(same.all(axis=1).mean()), "labels": float(same.mean())}
        rows.append((language, len(corpus), *(f"{100 * x:.1f} %" for x in figures[language].values())))
    header = ("language", "texts", "all labels decided alike", "a label decided alike")
    return Table(f"Labels in the language of the text and in English, {split}", header, rows), figures


def make(run: Run, file: Mapping[str, Any]) -> None:
    """Train a run, unless it is done."""
    settings = dict(file["runs"][run.name])
    if run.name != JOINT:
        settings = {**file["small"], **settings, "name": slug(run.name)}
    if not (run.folder / MANIFEST).is_file():
        print(f"{run.name}: training", flush=True)
        train(file["recipe"], overrides=settings, out=run.folder, resume=True)
    elif run.model.card["recipe"] != read_recipe(file["recipe"], settings).digest():
        raise SystemExit(f"{run.folder} holds a model with other settings: use another --work, or remove it")


NOTES = (
    "*label-free*: descriptors and closed-set labels of a language model, no human label of any corpus, 20,000 texts, "
    "one pass; labels by their English names. *five held out*: the same without any text in German, Russian, Hindi, "
    "Swahili or Ukrainian. *joint*: the model as it is bundled, one head for all languages with n-grams of all languages beside it, "
    "and *encoder alone*, the same head without them. *a head a language*: a logistic regression over "
    "that head's logits and the vectors; *n-grams a language*: one over TF-IDF of characters (1 to 5) and words (1 to 2), joined "
    "by the mean of logits at .3; *a head alone*: over label-free vectors, from the labels of one language. "
    "*no English*: without any English or Pidgin, judged by the head of the other languages; *English alone*: the same "
    "encoder trained on BRIGHTER's English alone; *small*: the English model's head, *joint and small* the mean of both models' "
    "logits. vmw has no descriptors in training.",
    "Intervals are 95 % percentile bootstraps over texts. One seed a run.",
)


def report(plan: Mapping[str, Run], split: str) -> None:
    """Write the tables of what is done."""
    found = judged(plan, split)
    tables = [language_table(found, split), differences(found)]
    figures: dict[str, Any] = {
        "macro_f1": {c: {x: figure(v).to_dict() for x, v in of.items()} for c, of in found.items()}
    }
    if JOINT in plan:
        table, figures["intensities"] = intensity_table(plan[JOINT], split)
        tables.append(table)
        table, figures["translations"] = translation_table(plan[JOINT], split)
        tables.append(table)
        table, figures["further"] = further_table(plan[JOINT])
        tables.append(table)
    if FREE in plan and split == "dev":
        table, figures["transfer"] = transfer_table(plan[FREE])
        tables.append(table)
    Record("Languages", NOTES, tables, figures, SEED).write(f"multilingual_{split}")


def put_languages_on_card(directory: Path) -> None:
    """Write the stored figures of the test splits into a model's manifest, by language and their mean."""
    stored = json.loads((HERE / "results" / "multilingual_test.json").read_text(encoding="utf-8"))["macro_f1"]
    columns = {"label_free": stored[FREE], "all_labels": stored["all labels"], "trained": stored[JOINT]}
    by_language = {
        language: {name: round(column[language]["value"], 3) for name, column in columns.items()}
        for language in LANGUAGES
    }
    mean = float(np.mean([figures["value"] for figures in stored[JOINT].values()]))
    put_on_card(
        directory,
        measured_languages=by_language,
        measured={f"BRIGHTER macro F1, {len(LANGUAGES)} languages": round(mean, 3)},
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs, outside the repository")
    parser.add_argument("--only", nargs="+", default=[], metavar="RUN", help="names of runs")
    parser.add_argument("--tables", action="store_true", help="no run; tables of what is done")
    parser.add_argument("--test", action="store_true", help="tables of the test splits; each look is logged")
    parser.add_argument(
        "--card", type=Path, metavar="MODEL", help="write stored figures by language into its manifest"
    )
    asked = parser.parse_args()
    if asked.card:
        put_languages_on_card(asked.card)
        return
    file = tomllib.loads((HERE / "multilingual.toml").read_text(encoding="utf-8"))
    if missing := [name for name in asked.only if name not in file["runs"]]:
        raise SystemExit(f"no run {missing[0]!r}: use {', '.join(file['runs'])}")
    runs = {name: Run(name, asked.work) for name in asked.only or file["runs"]}
    if not (asked.tables or asked.test):
        for run in runs.values():
            make(run, file)
    done = {name: run for name, run in runs.items() if (run.folder / MANIFEST).is_file()}
    report(done, "test" if asked.test else "dev")


if __name__ == "__main__":
    main()
