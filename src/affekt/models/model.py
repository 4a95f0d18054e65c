"""A model: a scorer with its decision, its label space and its card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from affekt.core import (
    Decision,
    InputError,
    Item,
    Kind,
    Label,
    LabelSpace,
    Prediction,
    Scorer,
    Scores,
    named_space,
)
from affekt.decisions import SpaceDecisions, StoredDecision, apply_overrides

if TYPE_CHECKING:
    from affekt.wrappers import Explanation

# Texts judged at once: enough to batch equal lengths, few enough to hold in memory.
_CHUNK = 2048


@dataclass(frozen=True, eq=False)
class Model:
    """What `affekt.load` gives.

    Args:
        name: as the user spelt it, or the directory's.
        scorer: judges the texts.
        decision: turns scores into labels.
        default_space: used where the caller names neither labels nor a space.
        card: the manifest: languages, training corpora and licences, measured scores.
    """

    name: str
    scorer: Scorer
    decision: Decision
    default_space: LabelSpace
    card: Mapping[str, Any]

    def axes(self) -> tuple[str, ...]:
        """Axes that the model has a trained head for, such as `valence`."""
        return tuple(getattr(self.scorer, "axes", ()))

    def with_decision(self, decision: StoredDecision, space: str | LabelSpace | None = None) -> Model:
        """The same model under another decision.

        Args:
            decision: fitted on validation data of the model's scores.
            space: the label space, or the name of one, where it decides, with the model's own decision
                elsewhere; everywhere if None.

        Returns:
            A model that shares the scorer.

        Raises:
            LabelError: if the space is unknown.
        """
        if space is None:
            return replace(self, decision=decision)
        name = self._named(space).name
        own: Any = self.decision
        if isinstance(own, SpaceDecisions):
            return replace(self, decision=replace(own, by_space={**own.by_space, name: decision}))
        return replace(self, decision=SpaceDecisions({name: decision}, own))

    def describe(self) -> dict[str, Any]:
        """What tells the model from others: its name, scorer, decision, and the checksums of its files."""
        return {
            "name": self.name,
            "scorer": self.scorer.describe(),
            "decision": dict(self.decision.to_dict()),
            "files": dict(self.card.get("files", {})),
        }

    def scores(self, items: Iterable[str | Item], space: LabelSpace | str) -> Scores:
        """Scores of texts or items.

        Args:
            items: what to judge.
            space: a label space or the name of one.

        Returns:
            Scores, float32 `[items, labels]`, in the space's label order.

        Raises:
            InputError: if an item is neither a text nor an item.
            LabelError: if the space is unknown, or the scorer cannot judge in it.
        """
        return self.scorer.score(_as_items(items), self._named(space))

    def predict(
        self,
        texts: Iterable[str | Item],
        *,
        labels: Sequence[str | Label] | None = None,
        space: str | LabelSpace | None = None,
        kind: Kind = "multi",
        threshold: float | None = None,
        top: int | None = None,
    ) -> list[Prediction]:
        """Say which labels apply to each text, in order.

        Args:
            texts: texts or items.
            labels: names, `name=description`, or labels; in place of `space`.
            space: a label space or the name of one; the model's own if neither is given.
            kind: of the labels given by hand.
            threshold: a label applies from this score on, in place of the model's decision.
            top: at most so many labels a text.

        Returns:
            One prediction a text.

        Raises:
            InputError: if both labels and a space are given, or an option is out of range.
            LabelError: if a space is unknown, or the labels contradict themselves.
        """
        chosen = self._space(labels, space, kind)
        items = _as_items(texts)
        predictions: list[Prediction] = []
        for start in range(0, len(items), _CHUNK):
            scores = self.scorer.score(items[start : start + _CHUNK], chosen)
            predictions += apply_overrides(scores, self.decision, threshold, top)
        return predictions

    def explain(
        self,
        text: str | Item,
        *,
        labels: Sequence[str | Label] | None = None,
        space: str | LabelSpace | None = None,
        kind: Kind = "multi",
        parts: int | None = None,
    ) -> Explanation:
        """Say which words of a text move which label, by taking out each in turn.

        Args:
            text: a text or an item, whose history stays as it is.
            labels: names, `name=description`, or labels; in place of `space`.
            space: a label space or the name of one; the model's own if neither is given.
            kind: of the labels given by hand.
            parts: most parts that the text is taken apart into; see `wrappers.explain`.

        Returns:
            The prediction with the effect of each word on each label.

        Raises:
            InputError: if the text is none, both labels and a space are given, or `parts` is below 1.
            LabelError: if a space is unknown, or the labels contradict themselves.
        """
        from affekt import wrappers  # labelling needs none of it

        (item,) = _as_items([text])
        return wrappers.explain(
            self.scorer, item, self._space(labels, space, kind), self.decision, parts=parts
        )

    def _space(
        self, labels: Sequence[str | Label] | None, space: str | LabelSpace | None, kind: Kind
    ) -> LabelSpace:
        if labels is not None and space is not None:
            raise InputError("labels and a space are given: use one of them")
        if labels is not None:
            return LabelSpace.of([labels] if isinstance(labels, str) else labels, kind)
        return self.default_space if space is None else self._named(space)

    def _named(self, space: str | LabelSpace) -> LabelSpace:
        """The space of that name: the model's own, which others need not know, or one that is known."""
        if isinstance(space, LabelSpace):
            return space
        own = self.default_space
        return own if space.casefold() == own.name.casefold() else named_space(space)


def _as_items(texts: Iterable[str | Item]) -> list[Item]:
    if isinstance(texts, str | Item):
        texts = [texts]
    items: list[Item] = []
    for i, text in enumerate(texts):
        if not isinstance(text, str | Item):
            raise InputError(f"text {i} is {type(text).__name__}, not a string: give texts or items")
        items.append(Item(text) if isinstance(text, str) else text)
    return items
