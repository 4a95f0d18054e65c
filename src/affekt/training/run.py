"""A training run from a recipe to a model directory."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from affekt.core import FloatArray, RecipeError
from affekt.corpora import Corpus, load_corpus
from affekt.models import SCORER, STATIC_SCORER, find, load, read_manifest
from affekt.text import Normalizer
from affekt.training.backbone import Backbone, cache_folder, embed_all, find_backbone, multiply_in_bfloat16
from affekt.training.checkpoint import CHECKPOINT, MASKING_CHECKPOINT, check_target
from affekt.training.consistency import Implied
from affekt.training.contrast import DescriptorTable, start_bias
from affekt.training.decide import fit_decision, validation_corpora
from affekt.training.ensemble import mixed, opinion
from affekt.training.export import Trained, export, named_wordings
from affekt.training.frozen import read_frozen
from affekt.training.holding_out import held_out_figures
from affekt.training.implied_axes import imply_axes
from affekt.training.inference import Inference, infer_axes, infer_closed_labels
from affekt.training.inferred import INFERRED, kept
from affekt.training.lending import check_lent
from affekt.training.loop import Progress
from affekt.training.masking import Masker, emotion_words
from affekt.training.network import DualNetwork, Shape, read_texts
from affekt.training.ngrams import check_ngrams, ngram_heads
from affekt.training.reading import TrainingData, TrainingText, read_training_data, reference_texts
from affekt.training.recipe import Recipe, read_recipe
from affekt.training.starting import corpora_of_all, start_at_random, start_from, start_projections
from affekt.training.static import distil
from affekt.training.static_recipe import is_static
from affekt.training.teaching import forget
from affekt.training.trainer import Run, fit, masking_steps
from affekt.training.trimming import frequent_words, trim, trim_like
from affekt.training.vocabulary import store_vocabulary
from affekt.training.wordings import Wordings

_LABEL_TOKENS = 32


def train(
    recipe: str | Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    out: Path,
    resume: bool = False,
    dry_run: bool = False,
    data: Path | None = None,
    on: Path | Corpus | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train a model.

    Args:
        recipe: a TOML file, or the name of one that affekt brings along.
        overrides: dotted key → value, in place of the recipe's.
        out: the model directory to write; also holds `log.jsonl`, and meanwhile the checkpoint.
        resume: go on from the checkpoint in `out`, if there is one.
        dry_run: read everything, say what would be done, and stop.
        data: folder of the corpora, or None for `AFFEKT_DATA`.
        on: a user's labelled texts, which get a head of their own; their labels are the model's own space.
        progress: called with steps done and steps in all.

    Returns:
        Facts of the run: texts by kind, steps, last losses, held-out correlations.

    Raises:
        RecipeError: if the recipe cannot be run, or `out` holds a checkpoint and `resume` is not asked for,
            or a finished model.
        CorpusError: if a corpus is missing or damaged.
        InputError: if the user's own texts cannot be read.
    """
    if is_static(recipe):
        if on is not None:
            raise RecipeError(
                f"recipe {str(recipe)!r} teaches a static student, which learns from its teacher alone: train the "
                "teacher on your texts, and name it as `teacher`"
            )
        return distil(
            recipe, overrides=overrides, out=out, resume=resume, dry_run=dry_run, data=data, progress=progress
        )
    settings = read_recipe(recipe, overrides)
    if not dry_run:
        check_target(out, resume)
    torch.manual_seed(settings.seed)
    backbone = find_backbone(settings.backbone)
    normalizer = Normalizer(hindi=settings.hindi)
    read = read_training_data(settings, normalizer, data, on)
    backbone = replace(_trimmed(settings, backbone, read, normalizer, data), word_bits=settings.word_bits)
    _check_settings(settings, backbone, read, data)
    facts = _count(_repeated(read, settings), settings)
    if dry_run:
        return facts
    out.mkdir(parents=True, exist_ok=True)
    frozen = backbone.encoder()
    inferred = _inferred(settings, read, backbone, frozen, out)
    read = replace(read, texts=_taught(settings, replace(read, texts=inferred.texts), out))
    settings = _without_axes(settings, read.texts)
    run = _prepare(settings, _repeated(read, settings), backbone, frozen)
    network, losses = _fit_all(run, backbone, out, resume, progress)
    network.eval()
    held_out = _held_out(network, backbone, settings, read.held_out, frozen)
    facts |= {
        "losses": losses,
        "inferred_average_precision": inferred.average_precision,
        "held_out": held_out,
    }
    standing = reference_texts(settings, read.texts)
    trained = Trained(
        recipe=settings,
        network=network,
        backbone=backbone,
        frozen=frozen,
        wordings=run.wordings,
        spaces=read.spaces,
        normalizer=normalizer,
        reference=_vectors(network, backbone, settings, standing),
        calibration=backbone.token_ids(standing, settings.positions),
        facts=_manifest(settings, read, facts),
        own=read.own,
        ngrams=ngram_heads(settings.ngrams, read.texts, read.spaces),
    )
    export(trained, fit_decision(trained, data), out)
    if settings.axes_by_labels.space:
        imply_axes(out, read.texts, settings.axes_by_labels, settings.seed)
    store_vocabulary(out, read.texts)
    (out / INFERRED).unlink(missing_ok=True)
    forget(out)
    for folder in _run_folders(settings, out):
        (folder / CHECKPOINT).unlink()
        (folder / MASKING_CHECKPOINT).unlink(missing_ok=True)
    return facts


def _trimmed(
    recipe: Recipe, backbone: Backbone, read: TrainingData, normalizer: Normalizer, data: Path | None
) -> Backbone:
    """The backbone with the pieces that the run's texts and labels use, where the recipe asks for that."""
    if recipe.trim.model:
        return trim_like(backbone, find(recipe.trim.model), cache_folder())
    if not recipe.trim.seen:
        return backbone
    texts = [text.text for text in (*read.texts, *read.held_out)]
    texts += [normalizer(item.text) for name in recipe.trim.corpora for item in load_corpus(name, data).items]
    spaces = [*([read.closed] if read.closed else []), *read.spaces.values()]
    wordings = [form for space in spaces for label in space.labels for form in label.forms] + named_wordings()
    # A wording is read by every model, a frequent word by its users: their pieces stay, however few texts use them.
    always = wordings + (frequent_words(recipe.languages, recipe.trim.words) if recipe.trim.words else [])
    read_here = [*texts, *always * recipe.trim.seen]
    return trim(backbone, read_here, cache_folder(), recipe.trim.seen, recipe.trim.scripts)


def _run_folders(recipe: Recipe, out: Path) -> list[Path]:
    """Where each of the recipe's runs keeps its checkpoint and log."""
    runs = recipe.optimizer.runs
    return [out] if runs == 1 else [out / f"run{number + 1}" for number in range(runs)]


def _fit_all(
    run: Run, backbone: Backbone, out: Path, resume: bool, progress: Progress | None
) -> tuple[DualNetwork, dict[str, float]]:
    """The network after one run, or the mean of the weights of several that differ in their draws."""
    spaces = {name: len(space) for name, space in run.spaces.items()}
    folders = _run_folders(run.recipe, out)
    summed: DualNetwork | None = None
    losses: dict[str, float] = {}
    for number, folder in enumerate(folders):
        folder.mkdir(exist_ok=True)
        recipe = replace(run.recipe, seed=run.recipe.seed + number)
        torch.manual_seed(recipe.seed)
        network = _start(replace(run, recipe=recipe), backbone, spaces)

        def tell(done: int, steps: int, before: int = number) -> None:
            if progress is not None:
                progress(before * steps + done, len(folders) * steps)

        losses = fit(replace(run, recipe=recipe), network, folder, resume, tell)
        summed = network if summed is None else _add(summed, network)
    assert summed is not None
    with torch.no_grad():
        for weight in summed.parameters():
            weight.div_(len(folders))
    return summed, losses


def _start(run: Run, backbone: Backbone, spaces: Mapping[str, int]) -> DualNetwork:
    """A network before its first step."""
    recipe = run.recipe
    encoder = backbone.encoder(recipe.optimizer.dropout, recipe.layers)
    if recipe.optimizer.mixed:
        multiply_in_bfloat16(encoder)
    network = DualNetwork(encoder, spaces, Shape.of(recipe, backbone))
    if recipe.projections == "random":
        start_at_random(network)
    else:
        start_projections(network, run.wordings, recipe.center)
    if recipe.start:
        start_from(network, find(recipe.start), run)
    if run.vocabulary is not None:
        start_bias(network, run.vocabulary, recipe.losses)
    return network


@torch.no_grad()
def _add(total: DualNetwork, network: DualNetwork) -> DualNetwork:
    for weight, other in zip(total.parameters(), network.parameters(), strict=True):
        weight.add_(other)
    return total


def _check_settings(recipe: Recipe, backbone: Backbone, read: TrainingData, data: Path | None) -> None:
    """See that what comes after training will find what it needs."""
    for name in recipe.heads:
        if name not in read.spaces:
            known = ", ".join(read.spaces) or "none"
            raise RecipeError(
                f"recipe {recipe.name!r}: head {name!r} is no space of its human labels: use one of {known}"
            )
    longest = max(recipe.positions, recipe.max_tokens)
    if longest > backbone.positions:
        raise RecipeError(
            f"recipe {recipe.name!r} reads {longest} tokens, and backbone {recipe.backbone!r} "
            f"{backbone.positions}: lower positions or max_tokens"
        )
    Shape.of(recipe, backbone)
    check_ngrams(recipe.ngrams, read.spaces)
    validation_corpora(recipe, read.spaces, data)
    for name in _earlier_models(recipe):
        kind = read_manifest(find(name))["scorer"]
        if kind not in (SCORER, STATIC_SCORER) or (name == recipe.start and kind != SCORER):
            raise RecipeError(
                f"recipe {recipe.name!r} learns from {name!r}, which is of kind {kind}: name a model that has an "
                "encoder of its own, such as small"
            )


def _without_axes(recipe: Recipe, texts: Sequence[TrainingText]) -> Recipe:
    """The recipe as it is, or where no text has axes one that learns none: a head that learned nothing is none."""
    if any(text.axes is not None for text in texts):
        return recipe
    return replace(
        recipe,
        losses=replace(recipe.losses, axes=0.0),
        axes_by_labels=replace(recipe.axes_by_labels, space=""),
    )


def _count(read: TrainingData, recipe: Recipe) -> dict[str, Any]:
    kinds = Counter[str]()
    for text in read.texts:
        kinds["descriptors"] += bool(text.named)
        if text.readings:
            kinds["readings"] += 1
        kinds["closed"] += text.closed is not None
        kinds["axes"] += text.axes is not None
        kinds.update(text.human.keys())
    per_epoch = -(-len(read.texts) // recipe.optimizer.batch)
    steps = per_epoch * recipe.optimizer.epochs * recipe.optimizer.runs
    first = masking_steps(recipe, len(read.texts)) * recipe.optimizer.runs
    return {"texts": len(read.texts), **kinds, **({"masking_steps": first} if first else {}), "steps": steps}


def _inferred(recipe: Recipe, read: TrainingData, backbone: Backbone, frozen: Any, folder: Path) -> Inference:
    """The texts as they are trained on; what had to be inferred is kept in the folder meanwhile."""
    if not (recipe.infer_axes or recipe.closed.infer):
        return Inference(read.texts, None)
    return kept(folder, recipe.digest(), read.texts, lambda: _infer(recipe, read, backbone, frozen))


def _taught(recipe: Recipe, read: TrainingData, folder: Path) -> tuple[TrainingText, ...]:
    """The texts with the opinion of the recipe's teachers, if it has any."""
    if not recipe.teachers.models:
        return read.texts
    teachers = [load(name) for name in recipe.teachers.models]
    texts = [text.text for text in read.texts]
    spaces = read.spaces if recipe.teachers.human else {}
    return mixed(read.texts, opinion(teachers, texts, read.closed, spaces, folder), recipe.teachers.share)


def _infer(recipe: Recipe, read: TrainingData, backbone: Backbone, frozen: Any) -> Inference:
    """Axes and closed-set labels of the texts that lack them, where the recipe asks for it."""
    vectors: dict[str, torch.Tensor] = {}

    def embed(texts: list[str]) -> torch.Tensor:
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new:
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.optimizer.mixed):
                made = embed_all(frozen, backbone.token_ids(new, 2 * _LABEL_TOKENS))
            vectors.update(zip(new, made, strict=True))
        return torch.stack([vectors[text] for text in texts])

    texts = infer_axes(read.texts, embed, recipe.seed) if recipe.infer_axes else read.texts
    if not (recipe.closed.infer and read.closed):
        return Inference(texts, None)
    read_text = embed if recipe.optimizer.mixed else partial(read_frozen, backbone, frozen)
    return infer_closed_labels(texts, embed, read_text, recipe.seed)


def _repeated(read: TrainingData, recipe: Recipe) -> TrainingData:
    """The data with every text as often as its source says, and again where its closed labels were given."""
    texts = list(read.texts)
    for number, source in enumerate(recipe.texts):
        texts += [text for text in read.texts if text.source == number] * (source.repeat - 1)
    given = [text for text in read.texts if text.closed is not None and not text.inferred]
    return replace(read, texts=(*texts, *given * (recipe.closed.repeat - 1)))


def _prepare(recipe: Recipe, read: TrainingData, backbone: Backbone, frozen: Any) -> Run:
    named = [text.named for text in read.texts]
    spaces = [*([read.closed] if read.closed else []), *read.spaces.values()]
    texts = [word for own in named for word in own]
    texts += [form for space in spaces for label in space.labels for form in label.forms]
    texts += named_wordings()
    wordings = Wordings(texts, _embedder(backbone, frozen))
    if recipe.label_tower:
        check_lent(recipe.label_tower, wordings, named_wordings())
    losses, masker = recipe.losses, None
    if recipe.masking.epochs:
        words = emotion_words((word for own in named for word in own), spaces)
        masker = Masker(backbone.tokenizer, words, recipe.masking)
    return Run(
        recipe,
        read.texts,
        backbone.token_ids([text.text for text in read.texts], recipe.max_tokens),
        wordings,
        read.closed,
        read.spaces,
        DescriptorTable.of(named, wordings) if DescriptorTable.needed(losses) else None,
        Implied.fit(read.texts) if losses.consistency else None,
        masker,
    )


def _embedder(backbone: Backbone, frozen: Any) -> Callable[[list[str]], torch.Tensor]:
    """Unit vectors of wordings, by the frozen label tower."""
    return lambda texts: embed_all(frozen, backbone.token_ids(texts, _LABEL_TOKENS))


def _vectors(network: DualNetwork, backbone: Backbone, recipe: Recipe, texts: list[str]) -> FloatArray:
    """Unit vectors of texts, float32 `[texts, d]`."""
    return read_texts(network, backbone.token_ids(texts, recipe.max_tokens))[0]


def _held_out(
    network: DualNetwork, backbone: Backbone, recipe: Recipe, texts: tuple[TrainingText, ...], frozen: Any
) -> dict[str, float]:
    """Figures on texts that were left out; none of axes that were not learned."""
    if not texts:
        return {}
    ids = backbone.token_ids([text.text for text in texts], recipe.max_tokens)
    figures = held_out_figures(network, texts, *read_texts(network, ids), _embedder(backbone, frozen))
    learned = recipe.losses.axes > 0
    return {name: value for name, value in figures.items() if learned or not name.startswith("pearson")}


def _earlier_models(recipe: Recipe) -> tuple[str, ...]:
    """Models that the run learns from: what they were trained on, it was trained on too."""
    return tuple(filter(None, (recipe.start, *recipe.teachers.models)))


def _manifest(recipe: Recipe, read: TrainingData, facts: Mapping[str, Any]) -> dict[str, Any]:
    models = _earlier_models(recipe)
    return {
        "training": corpora_of_all((read_manifest(find(name)) for name in models), read.facts, read.digests),
        **({"start": recipe.start} if recipe.start else {}),
        # What was left out here may have been read before: then the figure would say nothing.
        "measured": {} if models else facts["held_out"],
        "trained_with": {
            "torch": torch.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
    }
