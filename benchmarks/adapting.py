"""What labelled texts are worth without training: `affekt adapt`, held to texts that it did not see.

    python benchmarks/adapting.py               # learning curves on texts that choices may be made on
    python benchmarks/adapting.py --targets     # E-c, EmoBank and GoEmotions adapted to their dev splits, ISEAR to enISEAR; logged

Corpora are read from AFFEKT_DATA.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
from distillation import labels_of, signed, stored
from record import RESULTS, Record, Table, shown
from zero_shot import Looks

from affekt.core import Decision, FloatArray, Scores
from affekt.corpora import Corpus, load_corpus
from affekt.decisions import LabelThresholds, fit_correction
from affekt.encoder import DualEncoder
from affekt.evaluation import compare, evaluate
from affekt.metrics import Moments
from affekt.models import LabelledTexts, Model, adapt, find, load

SEED = 0
ROWS = (20, 50, 100, 200, 400, 0)
DRAWS = 10
MEASURED = 3000  # texts of a corpus without splits that figures are about
ASIS, CUTS, ADAPTED, ALONE = "as it is", "cuts alone", "adapted", "the same texts, without the model's labels"
GROUPED = (
    ("semeval2018:dev", "semeval2018:train"),
    ("covidet/any:dev", "covidet/any:train"),
    ("enisear", None),
    ("tec", None),
    ("crowdflower", None),
    ("emobank:dev", "emobank:train"),
)
TARGETS = (
    ("semeval2018:dev", "semeval2018:test", ("small", "fast", "multilingual", "ensemble")),
    ("emobank:dev", "emobank:test", ("small", "fast", "multilingual", "ensemble")),
    ("enisear", "isear", ("small", "fast", "multilingual", "ensemble")),
    ("goemotions:dev", "goemotions:test", ("small", "ensemble")),
)


@dataclass(frozen=True, eq=False)
class Read:
    """What a model says of a corpus's texts, and their vectors; texts that it cannot read are left out."""

    said: Scores
    vectors: FloatArray
    gold: FloatArray

    @classmethod
    def by(cls, model: Model, corpus: Corpus) -> Read:
        """Ask a model once."""
        encoder = cast(DualEncoder, model.scorer)
        said = encoder.score(corpus.items, corpus.space)
        read = cls(said, encoder.embed(corpus.texts), np.asarray(corpus.gold, np.float32))
        kept = [i for i, reason in enumerate(said.abstained) if reason is None]
        return read.take(np.array([i for i in kept if not np.isnan(read.gold[i]).any()]))

    def take(self, rows: np.ndarray) -> Read:
        """Some of the texts."""
        return Read(self.said.take(rows.tolist()), self.vectors[rows], self.gold[rows])


def parts(tuned: str, measured: str | None) -> tuple[Corpus, Corpus]:
    """Texts to adapt to, and others; of one without splits a random part each."""
    corpus = load_corpus(tuned)
    if measured is not None:
        return corpus, load_corpus(measured)
    order = np.random.default_rng(SEED).permutation(len(corpus))
    cut = max(len(corpus) // 2, len(corpus) - MEASURED)
    rest = order[:cut][:MEASURED]
    return corpus.take(np.sort(rest).tolist()), corpus.take(np.sort(order[cut:]).tolist())


def score(decision: Decision, said: Scores, gold: FloatArray) -> float:
    """Macro F1 of what is decided; of axes the mean of Pearson's r over the first two."""
    if said.space.kind == "dimensional":
        return float(Moments.of(gold, said.values).pearson()[:2].mean())
    labels = labels_of(decision.apply(said), said.space)
    true = gold >= 0.5
    both = (labels & true).sum(axis=0)
    return float((2 * both / np.maximum(labels.sum(axis=0) + true.sum(axis=0), 1)).mean())


def ways(model: Model, few: Read, test: Read) -> dict[str, float]:
    """The figure of each way to use a few labelled texts."""
    space, own = few.said.space, model.decision
    nothing = {"multi": 0.5, "single": 1 / len(space), "dimensional": 0.0}[space.kind]
    found = {ASIS: score(own, test.said, test.gold)}
    multi = space.kind == "multi"
    if multi:
        found[CUTS] = score(LabelThresholds.fit(few.said, few.gold), test.said, test.gold)
    for way in (ADAPTED, ALONE):
        start, end = (
            read.said
            if way == ADAPTED
            else replace(read.said, values=np.full_like(read.said.values, nothing))
            for read in (few, test)
        )
        fitted = fit_correction(start, few.vectors, few.gold)
        values = fitted.correction.corrected(end.values, test.vectors, space)
        cuts = LabelThresholds.fit(fitted.held_out, few.gold) if multi else own
        found[way] = score(cuts, replace(end, values=values), test.gold)
    return found


def curves(models: Sequence[str]) -> dict[str, Any]:
    """Model → corpora → rows → way → figures of the draws."""
    made: dict[str, Any] = {}
    for name in models:
        model = load(name)
        for tuned, measured in GROUPED:
            pool, test = (Read.by(model, corpus) for corpus in parts(tuned, measured))
            title = f"{tuned} → {measured or 'other texts'}"
            for rows in ROWS:
                if rows >= len(pool.gold):
                    continue
                drawn = []
                for draw in range(DRAWS if rows else 1):
                    order = np.random.default_rng((SEED, draw)).permutation(len(pool.gold))
                    few = pool.take(np.sort(order[: rows or None]))
                    drawn.append(ways(model, few, test))
                key = str(rows or len(pool.gold))
                made.setdefault(name, {}).setdefault(title, {})[key] = {
                    way: [round(each[way], 4) for each in drawn] for way in drawn[0]
                }
                print(
                    name,
                    title,
                    key,
                    {w: round(float(np.mean([d[w] for d in drawn])), 3) for w in drawn[0]},
                    flush=True,
                )
    return made


def curve_table(made: Mapping[str, Any]) -> Table:
    """Means over the draws, and the standard deviation of the adapted one."""
    rows = []
    for name, corpora in made.items():
        for corpus, by_rows in corpora.items():
            for count, found in by_rows.items():
                means = [
                    f"{np.mean(found[way]):.3f}" if way in found else ""
                    for way in (ASIS, CUTS, ADAPTED, ALONE)
                ]
                apart = f"{np.std(found[ADAPTED]):.3f}" if len(found[ADAPTED]) > 1 else ""
                rows.append((name, corpus, count, *means, apart))
    title = "Texts that choices may be made on: macro F1, of EmoBank mean r of valence and arousal"
    return Table(title, ("model", "corpus", "labelled texts", ASIS, CUTS, ADAPTED, ALONE, "deviation"), rows)


def look(name: str, tuned: str, measured: str, folder: Path) -> dict[str, Any]:
    """Figures of a model and of its adapted one on a target, and their difference."""
    few, corpus = load_corpus(tuned), load_corpus(measured)
    texts = LabelledTexts(str(few), few.items, np.asarray(few.gold), few.space, few.groups, few.facts.licence)
    adapted = folder / f"{name}-{few.name}"
    adapt(find(name), texts).save(adapted)
    models = {ASIS: load(name), ADAPTED: load(adapted)}
    for way, model in models.items():
        Looks(model, f"adapted to {few}" if way == ADAPTED else "beside its adapted one").note(
            corpus, "strict"
        )
        evaluate(model, corpus, mode="strict").save(folder / way)
    apart = compare(folder / ADAPTED, folder / ASIS)
    stated = {
        way: json.loads((folder / way / "report.json").read_text(encoding="utf-8"))["metrics"]
        for way in models
    }
    if corpus.space.kind == "dimensional":
        differences = {f"pearson_{axis}": apart.labels["pearson"][axis] for axis in ("valence", "arousal")}
    else:
        differences = {"macro_f1": apart.metrics["macro_f1"]}
    return {
        metric: {**{way: stated[way][metric] for way in models}, "difference": difference_of(difference)}
        for metric, difference in differences.items()
    }


def difference_of(difference: Any) -> dict[str, Any]:
    """A difference as a figure."""
    return {"value": difference.difference, "low": difference.low, "high": difference.high}


def target_table(made: Mapping[str, Any]) -> Table:
    """Each target by each model."""
    rows = [
        (
            title,
            name,
            metric,
            *(shown(stored(of[way])) for way in (ASIS, ADAPTED)),
            signed(stored(of["difference"])),
        )
        for title, models in made.items()
        for name, metrics in models.items()
        for metric, of in metrics.items()
    ]
    return Table("Targets", ("texts", "model", "figure", ASIS, ADAPTED, "difference"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", action="store_true", help="score the targets; it is logged")
    asked = parser.parse_args()
    file = RESULTS / "adapting.json"
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["made"] if file.is_file() else {}
    if not asked.targets:
        made["curves"] = curves(("small", "fast", "multilingual"))
        write(made)
        return
    for tuned, measured, models in TARGETS:
        found = made.setdefault("targets", {}).setdefault(f"{tuned} → {measured}", {})
        for name in models:
            if name not in found:  # a target is looked at once
                with TemporaryDirectory() as folder:
                    found[name] = look(name, tuned, measured, Path(folder))
                write(made)


def write(made: Mapping[str, Any]) -> None:
    """Store all that was measured."""
    notes = (
        f"Means over {DRAWS} random draws of the labelled texts, *deviation* the standard deviation of *{ADAPTED}* over them; all texts of "
        f"the pool are one draw. *{ASIS}*: the model's own decision; *{CUTS}*: its scores under cuts fitted on the labelled texts; "
        f"*{ALONE}*: the same linear model over the same vectors, with no labels to begin with.",
        "Targets: intervals are 95 % bootstraps over the texts, differences are paired. The adapted model's own decision, whose cuts "
        "come from held-out scores of the labelled texts.",
    )
    kinds = {"curves": curve_table, "targets": target_table}
    tables = [make(made[key]) for key, make in kinds.items() if key in made]
    Record("A model adapted to labelled texts", notes, tables, {"made": made}, SEED).write("adapting")


if __name__ == "__main__":
    main()
