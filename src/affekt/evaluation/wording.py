"""Labels worded by labelled texts: words that a model knows, chosen by what they tell apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from affekt.core import InputError, Item, Label, LabelError, LabelSpace
from affekt.corpora import Corpus
from affekt.decisions import ChosenWordings, choose_wordings
from affekt.evaluation.judging import EvaluatedModel

_MOST: Final = 5000  # texts: each is held against thousands of words, and more change nothing
_FEW: Final = 50  # texts that show whether wordings matter: some may not be readable
_SEED: Final = 0


def worded_by(model: EvaluatedModel, corpus: Corpus, candidates: Iterable[str]) -> ChosenWordings:
    """Choose wordings of a corpus's labels by its texts.

    Args:
        model: reads labels by their wordings.
        corpus: with gold, of kind `multi` or `single`; not what is to be measured afterwards. Of more than 5,000 texts
            so many are drawn.
        candidates: words beside the labels' own wordings.

    Returns:
        The labels with the wordings chosen, see `choose_wordings`.

    Raises:
        InputError: if the corpus has no gold, or too few texts of each label.
        LabelError: if the labels are of another kind, or the model has a trained head for them.
    """
    space = replace(corpus.space, labels=tuple(map(_written_evenly, corpus.space.labels)))
    if corpus.gold is None or not len(corpus):
        raise InputError(f"{corpus} has no labelled texts: name a corpus or a file that has")
    if space.kind not in ("multi", "single"):
        raise LabelError(
            f"labels of {corpus} are of kind {space.kind!r}, and wordings are chosen for kinds 'multi' and 'single'"
        )
    if not _reads_wordings(model, corpus.items[:_FEW], space):
        raise LabelError(
            f"{model.name} judges space {space.name!r} by a trained head, whatever its labels are called: name other "
            "labels, or another model"
        )
    if len(corpus) > _MOST:
        drawn = np.random.default_rng(_SEED).permutation(len(corpus))[:_MOST]
        corpus = corpus.take(np.sort(drawn).tolist())
    own = (form for label in space.labels for form in label.forms)
    words = {word.casefold(): word for word in (*candidates, *own)}
    asked = LabelSpace("words", tuple(map(Label, words.values())), "multi")
    return choose_wordings(space, model.scores(corpus.items, asked), np.asarray(corpus.gold))


def _written_evenly(label: Label) -> Label:
    """The label with wordings that could be names of labels: on one line, in Unicode's NFC, each once."""
    evenly = {form: " ".join(unicodedata.normalize("NFC", form).split()) for form in label.forms}
    described = evenly.get(label.description, "")
    said = {label.name.casefold(), described.casefold(), ""}
    rest = {evenly[form].casefold(): evenly[form] for form in label.paraphrases}
    return replace(
        label, description=described, paraphrases=tuple(form for key, form in rest.items() if key not in said)
    )


def _reads_wordings(model: EvaluatedModel, items: Sequence[Item], space: LabelSpace) -> bool:
    """Whether a label with one more wording gets another score; true where no item can be read."""
    more = replace(
        space, labels=tuple(replace(x, paraphrases=(*x.paraphrases, "neutral")) for x in space.labels)
    )
    plain, changed = (model.scores(items, each).values for each in (space, more))
    return bool(np.isnan(plain).all()) or not np.array_equal(plain, changed, equal_nan=True)
