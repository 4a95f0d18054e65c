"""The verbs of `import affekt`: what the command line does, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from affekt import at_hand, models
from affekt.core import (
    InputError,
    Item,
    Kind,
    Label,
    LabelSpace,
    Prediction,
    named_space,
)
from affekt.models import Adapted, LabelList, Model

if TYPE_CHECKING:
    from affekt.corpora import Columns, Corpus
    from affekt.decisions import Asked, ChosenWordings, DecisionRequest
    from affekt.evaluation import Comparison, Correction, JudgedFile, Mode, Report, Summary
    from affekt.tables import Table
    from affekt.wrappers import Explanation

DEFAULT_MODEL = "auto"


def load(model: str | Path = DEFAULT_MODEL) -> Model:
    """Load a model.

    Args:
        model: a name of `affekt models`, or a model directory.

    Returns:
        The model: `predict` gives labels, `scores` gives numbers.

    Raises:
        ModelError: if there is no such model, or its directory is damaged.
    """
    return at_hand.load(model)


@overload
def label(  # type: ignore[overload-overlap]  # a text is also a sequence of texts
    texts: str | Item,
    *,
    labels: LabelList | Sequence[LabelList] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    open: bool = False,
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> Prediction: ...


@overload
def label(
    texts: Iterable[str | Item],
    *,
    labels: LabelList | Sequence[LabelList] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    open: bool = False,
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> list[Prediction]: ...


def label(
    texts: str | Item | Iterable[str | Item],
    *,
    labels: LabelList | Sequence[LabelList] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    open: bool = False,
    model: str | Path | Model = DEFAULT_MODEL,
    threshold: float | None = None,
    top: int | None = None,
) -> Prediction | list[Prediction]:
    """Say which emotions texts express.

    The model named last is kept in memory, so that a second call is fast; for more control, `load` one.

    Args:
        texts: one text, or many.
        labels: labels of your own: names, `name=description`, or `Label`s. A list of such lists gives each text
            its own; the answers are as if each text had been asked about alone.
        space: labels known by name (`goemotions`, `ekman`, `valence-arousal` …), or a `LabelSpace`. Without
            labels or space, the model's own.
        kind: of your own labels: `multi` for any number a text, `single` for exactly one, `ordinal` for a level
            0–3 each, `dimensional` for axes from 1 to 9, which may be given with their poles, `name=HIGH|LOW`.
        open: say in free words what is expressed, the nearest of some thousand descriptors, in place of labels.
        model: a name, a model directory, or a model at hand.
        threshold: a label applies from this score on, in 0…1; the model's own decision if left out.
        top: at most so many labels a text, the best; one or more. So many free descriptors.

    Returns:
        A prediction for one text, a list in the order of the texts for many.

    Raises:
        AffektError: if the labels, the space, the model or an option cannot be used.
    """
    judge = at_hand.at_hand(model)
    options: dict[str, Any] = {
        "labels": labels, "space": space, "kind": kind, "threshold": threshold, "top": top
    }  # fmt: skip
    if open:
        options["open"] = True
    if isinstance(texts, str | Item):
        if labels is not None and models.differ_by_text(labels):
            raise InputError("one text has one list of labels: give names, or a list of texts")
        return judge.predict([texts], **options)[0]
    return judge.predict(list(texts), **options)


def explain(
    text: str | Item,
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    open: bool = False,
    model: str | Path | Model = DEFAULT_MODEL,
    parts: int | None = None,
) -> Explanation:
    """Say which words of a text move which label.

    Args:
        text: a text or an item.
        labels: names, `name=description`, or labels; in place of `space`.
        space: a label space or the name of one; the model's own if neither is given.
        kind: of the labels given by hand: `multi` for any number a text, `single` for exactly one.
        open: explain an answer in free words, in place of labels.
        model: a name, a model directory, or a model at hand.
        parts: most parts that the text is taken apart into; its words, or passages if it is long, if left out.

    Returns:
        The explanation: `.prediction`, `.parts` with their `effects`, `.ranked(label)`, `.to_dict()`.

    Raises:
        AffektError: if the text, the labels, the space, the model or an option cannot be used.
    """
    return at_hand.at_hand(model).explain(text, labels=labels, space=space, kind=kind, open=open, parts=parts)


def evaluate(  # noqa: PLR0913 - each is an option of the command line, and may be left out
    model: str | Path | Model,
    on: str | Path,
    *,
    mode: Mode = "strict",
    decision: Asked | DecisionRequest | None = None,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind | None = None,
    as_: str | None = None,
    columns: Columns | None = None,
    separator: str | None = None,
    data: Path | str | None = None,
) -> Report:
    """Measure a model, or the stored answers of any system, on labelled texts.

    Args:
        model: a name, a model directory, a model at hand, or a jsonl file of answers that any system gave (see
            `evaluation.AnswerFile.read`).
        on: a corpus, `NAME[/PART][:SPLIT]` (no split means `test` where there is one, else everything), or a
            file of your own, `FILE[:SPLIT]`: csv, tsv, jsonl, parquet or xlsx with a row a text.
        mode: `strict`, where nothing is tuned on the corpus, or `calibrated`, where thresholds come from its
            dev split.
        decision: of mode `calibrated`: `thresholds` (if left out), `calibrated`, `sets`, `abstain`, or a
            `DecisionRequest` with the coverage or risk wanted.
        labels: only these labels of the corpus, or, for a file, labels that need not occur in it.
        space: the same, as a space.
        kind: how gold is read, `multi` or `single`; what the corpus says if left out, `multi` for labels by hand.
        as_: a space that gold is mapped to first, such as `ekman` (see `corpora.TARGETS`).
        columns: of a file of your own, role → column (see `corpora.corpora_from_file`); `text` and `labels` or
            `label` if left out.
        separator: between labels in a cell of such a file, in place of `;`, `|` and `,`.
        data: folder of published corpora; the environment variable AFFEKT_DATA if left out.

    Returns:
        The report: `metrics` with intervals, `save(dir)`, `to_json()`.

    Raises:
        AffektError: if the model, the corpus or the labels cannot be used, or there is no dev split to
            calibrate on.
    """
    from affekt import evaluation

    answers = isinstance(model, str | Path) and evaluation.is_answer_file(model)
    loaded = None if answers else at_hand.at_hand(model)
    wanted = _wanted(labels, space, kind, loaded)
    read: dict[str, Any] = {
        "labels": wanted, "kind": kind, "as_": as_, "columns": columns, "separator": separator, "data": data
    }  # fmt: skip
    own = None if loaded is None else loaded.default_space
    gold = evaluation.gold_texts(on, mode, **read, own=own)
    judge: evaluation.EvaluatedModel
    if loaded is None:
        file = evaluation.AnswerFile.read(cast(str | Path, model))
        judge = evaluation.answers_to(file, gold.corpus, gold.dev, gold.known)
    else:
        judge = loaded
    training = None if gold.corpus.gold is None else evaluation.training_data(judge.card, gold.corpus, data)
    request = _request(decision, mode)
    report = evaluation.evaluate(
        judge, gold.corpus, mode=mode, dev=gold.dev, training=training, request=request
    )
    asked = evaluation.requested(at_hand.loaded_by(model), on, mode, request, own, read)
    made_for = {"own_labels": list(own.names)} if own is not None and gold.part_of_own else {}
    return replace(report, request=asked, model={**report.model, **made_for})


def choose_wordings(  # noqa: PLR0913 - each is an option of the command line, and may be left out
    model: str | Path | Model,
    on: str | Path,
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind | None = None,
    as_: str | None = None,
    columns: Columns | None = None,
    separator: str | None = None,
    data: Path | str | None = None,
) -> ChosenWordings:
    """Choose wordings of labels by labelled texts: from the model's vocabulary, what tells a label's texts apart.

    Args:
        model: a name, a model directory, or a model at hand.
        on: a corpus, `NAME[/PART][:SPLIT]` (no split means `dev`), or a file of your own, `FILE[:SPLIT]`; a few hundred
            texts, none of which is measured on afterwards.
        labels: only these labels, with wordings to start from.
        space: the same, as a space.
        kind: how gold is read, `multi` or `single`; what the corpus says if left out.
        as_: a space that gold is mapped to first.
        columns: of a file of your own, role → column.
        separator: between labels in a cell of such a file.
        data: folder of published corpora; the environment variable AFFEKT_DATA if left out.

    Returns:
        The chosen wordings: `space` goes wherever labels do, `before` and `after` say what they are worth.

    Raises:
        AffektError: if the model, the texts or the labels cannot be used.
    """
    from affekt import evaluation

    judge = at_hand.at_hand(model)
    wanted = _wanted(labels, space, kind, judge)
    texts = _to_tune_on(
        on, labels=wanted, kind=kind, as_=as_, columns=columns, separator=separator, data=data
    )
    return evaluation.worded_by(judge, texts, judge.vocabulary())


def adapt(  # noqa: PLR0913 - each is an option of the command line, and may be left out
    model: str | Path,
    on: str | Path,
    *,
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind | None = None,
    as_: str | None = None,
    columns: Columns | None = None,
    separator: str | None = None,
    data: Path | str | None = None,
) -> Adapted:
    """Adapt a model to labelled texts: what it says of their labels, or on their axes, is corrected by them.

    Nothing is trained that was trained before: a linear map of the text's vector is added to the scores (see
    `decisions.fit_correction`), which takes seconds. Twenty texts help a little, some hundreds much.

    Args:
        model: a name, or a model directory.
        on: as in `choose_wordings`; ten texts or more.
        labels: as in `choose_wordings`.
        space: as in `choose_wordings`.
        kind: as in `choose_wordings`.
        as_: as in `choose_wordings`.
        columns: as in `choose_wordings`.
        separator: as in `choose_wordings`.
        data: as in `choose_wordings`.

    Returns:
        The adapted `model`, what it is worth (`before`, `after`), and `save(directory)`.

    Raises:
        AffektError: if the model, the texts or the labels cannot be used.
    """
    from affekt import evaluation

    wanted = _wanted(labels, space, kind)
    texts = _to_tune_on(
        on, labels=wanted, kind=kind, as_=as_, columns=columns, separator=separator, data=data
    )
    if texts.gold is None:
        raise InputError(f"{texts} has no labelled texts: name a corpus or a file that has")
    return models.adapt(
        models.find(model),
        models.LabelledTexts(
            str(texts),
            texts.items,
            texts.gold,
            texts.space,
            texts.groups,
            texts.facts.licence,
            sha256=next(iter(texts.facts.sha256.values()), "") if evaluation.is_file(on) else "",
            seen_range=evaluation.is_file(on),
        ),
    )


def compare(a: Path | str, b: Path | str, *, replicates: int = 1000, seed: int = 0) -> Comparison:
    """Whether two evaluated models differ by more than chance.

    Args:
        a: the folder of a saved report.
        b: the folder of another, on the same items.
        replicates: number of resamples, and of random swaps.
        seed: of both.

    Returns:
        Differences, the first less the second, with intervals and p-values.

    Raises:
        AffektError: if a folder holds no report with its items, or the two are of different items.
    """
    from affekt import evaluation

    return evaluation.compare(a, b, replicates=replicates, seed=seed)


def _to_tune_on(on: str | Path, **read: Any) -> Corpus:
    """Labelled texts that something is learned from; of a corpus its dev split, unless another is named."""
    from affekt import evaluation

    return evaluation.gold_texts(on, "strict", **read).to_tune_on


def _wanted(
    labels: Sequence[str | Label] | None,
    space: str | LabelSpace | None,
    kind: Kind | None,
    judge: Model | None = None,
) -> LabelSpace | None:
    """The labels that are asked for, in one of two ways, a space by a name that the model knows too; None for all."""
    if labels is not None and space is not None:
        raise InputError("labels are given twice, as `labels` and as `space`: use one of them")
    asked = LabelSpace.of(labels, kind or "multi") if labels is not None else space
    if not isinstance(asked, str):
        return asked
    return named_space(asked) if judge is None else judge.named(asked)


def _request(decision: Asked | DecisionRequest | None, mode: Mode) -> DecisionRequest:
    from affekt.decisions import DecisionRequest

    if decision is not None and mode == "strict":
        raise InputError(
            "mode strict keeps the model's own decision: use mode calibrated, or name no decision"
        )
    return decision if isinstance(decision, DecisionRequest) else DecisionRequest(decision or "thresholds")


def summarize(  # noqa: PLR0913 - each word is one of the command line's
    source: str | Path,
    by: str | None = None,
    gold: str | Path | None = None,
    *,
    means: bool | None = None,
    correct: Correction = "ppi",
    width: float | None = None,
    id: str | None = None,
    column: str = "text",
    labels: Sequence[str | Label] | None = None,
    space: str | LabelSpace | None = None,
    kind: Kind = "multi",
    model: str | Path | Model | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Summary:
    """How often each emotion occurs in a file, group by group, with 95 % intervals.

    With a labelled sample the model's errors are corrected and are in the intervals; without one they are neither.

    Args:
        source: a file that `affekt label` has labelled, in any of its formats; any other file is labelled as it is read.
        by: the column of groups, or `COLUMN:year`, `:quarter`, `:month`, `:week`, `:day` for dates; None for the
            whole file.
        gold: csv, tsv, jsonl, parquet or xlsx with gold for some rows, drawn at random from the file; drawn within
            groups, if it has the column of groups. Gold stands in a column `labels`, or in one a label, named so.
        means: mean scores in place of shares of labels; if left out, where the model gives values on axes or levels.
        correct: `ppi` (prediction-powered inference: each group by its own labelled rows) or `rates` (the
            confusion matrix: for groups without labelled rows, if the model errs alike in every group).
        width: of an interval; each line then says how many rows have to be labelled for it.
        id: the column that joins gold and file; `id`, else the text, if left out.
        column: the one that holds the texts.
        labels: of a labelled file, those to report; else labels to look for, as for `label`.
        space: the same, as a space or its name.
        kind: of labels to look for.
        model: labels a file that is not labelled; `auto` if left out.
        progress: called as the file is read.

    Returns:
        The summary: `.whole` and `.lines`, `.to_dict()`.

    Raises:
        AffektError: if a file, column, date, label or option cannot be used.
    """
    from affekt import evaluation

    file: JudgedFile | None = evaluation.open_labelled(source, column)
    if file is not None and model is not None:
        raise InputError(
            f"{source} is labelled already: leave out the model, or name the file as it was before"
        )
    if file is not None:
        shown = _wanted(labels, space, kind)
    else:
        judge, shown = at_hand.at_hand(model or DEFAULT_MODEL), None
        wanted = _wanted(labels, space, kind, judge)
        file = evaluation.FreshFile(_table(source, column), judge, wanted or judge.default_space)
    return evaluation.summarize(
        file,
        by,
        gold,
        labels=None if shown is None else shown.names,
        measure=None if means is None else "mean" if means else "share",
        correction=correct,
        width=width,
        join=id,
        progress=progress,
    )


def _table(source: str | Path, column: str) -> Table:
    from affekt.tables import open_table

    return open_table(source, column)
