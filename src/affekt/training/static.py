"""A static student of a dual encoder, from a recipe to a model directory: `affekt train fast`."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from tokenizers import Tokenizer

from affekt.core import FloatArray, Label, RecipeError
from affekt.corpora import load_corpus
from affekt.encoder import DualEncoder
from affekt.models import SCORER, Model, find, load
from affekt.text import split_words
from affekt.training.checkpoint import CHECKPOINT, check_target
from affekt.training.loop import Progress
from affekt.training.settings import AXES
from affekt.training.starting import corpora_of_all
from affekt.training.static_export import Taught, export_static, validation_corpora
from affekt.training.static_network import Lexicon, StaticNetwork, read_static
from affekt.training.static_recipe import StaticRecipe, read_static_recipe
from affekt.training.static_trainer import Lesson, fit_static
from affekt.training.teaching import Answers, Questions, ask, forget, read_questions

_COMMONEST: Final = 2000  # descriptors that are held against: the commonest


def distil(
    recipe: str | Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    out: Path,
    resume: bool = False,
    dry_run: bool = False,
    data: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Teach a static tower what a model says.

    Args:
        recipe: a TOML file with a `teacher`, or the name of one that affekt brings along.
        overrides: dotted key → value, in place of the recipe's.
        out: the model directory to write; also holds `log.jsonl`, and meanwhile answers and checkpoint.
        resume: go on from the answers and the checkpoint in `out`.
        dry_run: read everything, say what would be done, and stop.
        data: folder of the corpora, or None for `AFFEKT_DATA`.
        progress: called with what is done and what there is: answers and trained texts together.

    Returns:
        Facts of the run: texts, words, steps, last losses, agreement on held-out texts.

    Raises:
        RecipeError: if the recipe or its teacher cannot be used, or `out` holds a run or a model.
        CorpusError: if a corpus is missing or damaged.
    """
    settings = read_static_recipe(recipe, overrides)
    if not dry_run:
        check_target(out, resume)
    teacher = load(settings.teacher)
    scorer = _scorer(teacher)
    validation_corpora(settings, scorer.heads, data)  # what comes after training will find what it needs
    questions = read_questions(settings, scorer.normalizer, _tokenizer_words(find(settings.teacher)), data)
    lexicon = Lexicon(_lexicon(settings, questions), settings.student.buckets)
    steps = settings.optimizer.epochs * -(-len(questions.texts) // settings.optimizer.batch)
    facts: dict[str, Any] = {
        "texts": questions.whole,
        "phrases": len(questions.texts) - questions.whole,
        "words": len(lexicon),
        "steps": steps,
    }
    if dry_run:
        return facts
    out.mkdir(parents=True, exist_ok=True)
    teaching = _Meter(progress, len(questions.texts) + len(questions.held_out), steps)
    answers = ask(teacher, questions.texts, out, teaching.answered)
    held_out = ask(teacher, [row.text for row in questions.held_out], out)
    lesson = _lesson(settings, scorer, questions, answers, lexicon, data)
    torch.manual_seed(settings.seed)
    network = StaticNetwork(settings.student, lexicon, scorer.heads, settings.optimizer.dropout)
    facts["losses"] = fit_static(lesson, network, out, resume, teaching.learned)
    network.eval()
    network.quantize()
    facts["held_out"] = _agreement(network, scorer, questions, held_out)
    taught = Taught(settings, network, teacher, questions.reference, _manifest(teacher, questions, facts))
    export_static(taught, out, data)
    forget(out)
    (out / CHECKPOINT).unlink()
    return facts


@dataclass(slots=True)
class _Meter:
    """Answers and steps as one count; a step of training counts as so many answers as its texts are."""

    progress: Progress | None
    questions: int
    steps: int

    def answered(self, done: int) -> None:
        self._tell(done)

    def learned(self, done: int, steps: int) -> None:
        self._tell(self.questions + round(done / steps * self.questions))

    def _tell(self, done: int) -> None:
        if self.progress is not None:
            self.progress(done, 2 * self.questions)


def _scorer(teacher: Model) -> DualEncoder:
    if (
        teacher.card["scorer"] != SCORER
        or not isinstance(teacher.scorer, DualEncoder)
        or teacher.scorer.axes != AXES
    ):
        raise RecipeError(
            f"teacher {teacher.name!r} is of kind {teacher.card['scorer']}, and a dual encoder with {' and '.join(AXES)} is needed: name one, such as small"
        )
    return teacher.scorer


def _tokenizer_words(directory: Path) -> list[str]:
    """Whole words of a teacher's tokenizer; other pieces are met within words only."""
    ids = Tokenizer.from_file(str(directory / "tokenizer.json")).get_vocab()
    pieces = sorted(ids, key=ids.__getitem__)
    begun = [
        piece[1:].lower() for piece in pieces if piece.startswith("▁")
    ]  # SentencePiece marks where a word begins
    return [word for word in dict.fromkeys(begun or pieces) if word.isascii() and split_words(word) == [word]]


def _lexicon(recipe: StaticRecipe, questions: Questions) -> list[str]:
    """Words that get a row: those that enough texts hold, and those that were asked about alone."""
    texts = questions.texts[: questions.whole]
    counts = Counter(word for text in texts for word in set(split_words(text)))
    alone = [
        text for text in questions.texts[questions.whole :] if recipe.words and split_words(text) == [text]
    ]
    seen = [word for word, n in counts.items() if n >= recipe.student.seen]
    return sorted(dict.fromkeys([*seen, *alone]))


def _lesson(
    recipe: StaticRecipe,
    scorer: DualEncoder,
    questions: Questions,
    answers: Answers,
    lexicon: Lexicon,
    data: Path | None,
) -> Lesson:
    closed = load_corpus(recipe.labels, data).space.labels
    names = [Label(label.name) for label in closed]
    descriptors = [Label(word) for word in questions.descriptors[:_COMMONEST]]
    return Lesson(
        recipe,
        [lexicon.read(text) for text in questions.texts],
        answers,
        np.where(np.arange(len(questions.texts)) < questions.whole, 1, recipe.losses.phrases).astype(
            np.float32
        ),
        scorer.heads,
        scorer.embed_labels([*names, *closed]),
        scorer.embed_labels(descriptors or names),
        hashlib.sha256("\n".join(questions.texts).encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _agreement(
    network: StaticNetwork, scorer: DualEncoder, questions: Questions, answers: Answers
) -> dict[str, float]:
    """On held-out texts: mean cosine with the teacher's vectors; Pearson r of the axes with the descriptors' own."""
    if not questions.held_out:
        return {}
    vectors, states = read_static(network, [row.text for row in questions.held_out])
    found = {"cosine_teacher": float((vectors * answers.vectors).sum(axis=1).mean())}
    gold = np.array([row.axes for row in questions.held_out])
    read = _axes(network, states)
    for k, name in enumerate(AXES):
        if np.ptp(read[:, k]) and np.ptp(gold[:, k]):
            found[f"pearson_{name}"] = float(np.corrcoef(read[:, k], gold[:, k])[0, 1])
    return {name: round(value, 4) for name, value in found.items()}


@torch.no_grad()
def _axes(network: StaticNetwork, states: FloatArray) -> FloatArray:
    return network.read_axes(torch.from_numpy(states)).numpy()


def _manifest(teacher: Model, questions: Questions, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "training": corpora_of_all([teacher.card], questions.facts),
        "teacher": {"name": teacher.card["name"], "files": dict(teacher.card.get("files", {}))},
        "measured": facts["held_out"],
        "trained_with": {
            "torch": torch.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
    }
