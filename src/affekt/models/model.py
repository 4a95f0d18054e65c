"""A model: a scorer with its decision, its label space and its card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast, runtime_checkable

from affekt.core import (
    OPEN,
    Decision,
    InputError,
    Item,
    Kind,
    LabelSpace,
    Prediction,
    Scorer,
    Scores,
    grouped_by_space,
    named_space,
    split_names,
)
from affekt.decisions import SpaceDecisions, StoredDecision, apply_overrides
from affekt.models.asked import LabelList, differ_by_text, spaces_by_text

if TYPE_CHECKING:
    from affekt.wrappers import Explanation

# Texts judged at once: enough to batch equal lengths, few enough to hold in memory.
_CHUNK = 2048


@runtime_checkable
class AxisReader(Protocol):
    """A scorer that says how it reads an axis."""

    def axis_readings(self, space: LabelSpace) -> Mapping[str, str | None]:
        """Axis → `head`, `opposites`, or None where it cannot be read."""
        ...


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

    def axis_readings(self, space: LabelSpace) -> Mapping[str, str | None]:
        """How each axis of a dimensional space is read.

        Args:
            space: of kind `dimensional`.

        Returns:
            Axis → `head`, `opposites`, or None where the model cannot read it.
        """
        if isinstance(self.scorer, AxisReader):
            return self.scorer.axis_readings(space)
        heads = {name.casefold() for name in self.axes()}
        return {name: "head" if name.casefold() in heads else None for name in space.names}

    says_labels: ClassVar[bool] = True
    """Labels of any space, and free descriptors beside."""

    def descriptors(self, items: Sequence[str | Item]) -> list[tuple[str, ...]] | None:
        """Free descriptors of each item, the best first.

        Args:
            items: what to judge.

        Returns:
            One tuple an item, empty where the model abstains; None if the model has no vocabulary of them.
        """
        if getattr(self.scorer, "vocabulary", None) is None:
            return None
        return [prediction.labels for prediction in self.predict(items, space=OPEN)]

    def vocabulary(self) -> tuple[str, ...]:
        """The descriptors that answers in free words are taken from, the most frequent first; none if it has none."""
        known = getattr(self.scorer, "vocabulary", None)
        return () if known is None else tuple(known.words)

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
        name = self.named(space).name
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
        return self.scorer.score(_as_items(items), self.named(space))

    def predict(
        self,
        texts: Iterable[str | Item],
        *,
        labels: LabelList | Sequence[LabelList] | None = None,
        space: str | LabelSpace | None = None,
        kind: Kind = "multi",
        open: bool = False,
        threshold: float | None = None,
        top: int | None = None,
    ) -> list[Prediction]:
        """Say which labels apply to each text, in order.

        Args:
            texts: texts or items.
            labels: names, `name=description`, or labels; in place of `space`. A list of such lists gives each
                text its own.
            space: a label space or the name of one; the model's own if neither is given.
            kind: of the labels given by hand.
            open: say in free words what is expressed, in place of labels.
            threshold: a label applies from this score on, in place of the model's decision.
            top: at most so many labels a text; so many free descriptors.

        Returns:
            One prediction a text.

        Raises:
            InputError: if labels are asked for in two ways, or an option is out of range.
            LabelError: if a space is unknown or cannot be judged in, or the labels contradict themselves.
        """
        items = _as_items(texts)
        _asked_once({"labels": labels is not None, "a space": space is not None, "open": open})
        if labels is not None and differ_by_text(labels):
            spaces = spaces_by_text(cast(Sequence[LabelList], labels), kind, len(items))
            return self._predict_each(items, spaces, threshold, top)
        chosen = OPEN if open else self._space(cast(LabelList | None, labels), space, kind)
        return self._predict(items, chosen, threshold, top)

    def _predict(
        self, items: Sequence[Item], space: LabelSpace, threshold: float | None, top: int | None
    ) -> list[Prediction]:
        predictions: list[Prediction] = []
        # Of no text too it is said whether the space can be judged in.
        for start in range(0, max(len(items), 1), _CHUNK):
            scores = self.scorer.score(items[start : start + _CHUNK], space)
            predictions += apply_overrides(scores, self.decision, threshold, top)
        return predictions

    def explain(
        self,
        text: str | Item,
        *,
        labels: LabelList | None = None,
        space: str | LabelSpace | None = None,
        kind: Kind = "multi",
        open: bool = False,
        parts: int | None = None,
    ) -> Explanation:
        """Say which words of a text move which label, by taking out each in turn.

        Args:
            text: a text or an item, whose history stays as it is.
            labels: names, `name=description`, or labels; in place of `space`.
            space: a label space or the name of one; the model's own if neither is given.
            kind: of the labels given by hand.
            open: explain an answer in free words, in place of labels.
            parts: most parts that the text is taken apart into; see `wrappers.explain`.

        Returns:
            The prediction with the effect of each word on each label.

        Raises:
            InputError: if the text is none, both labels and a space are given, or `parts` is below 1.
            LabelError: if a space is unknown, or the labels contradict themselves.
        """
        from affekt import wrappers  # labelling needs none of it

        _asked_once({"labels": labels is not None, "a space": space is not None, "open": open})
        (item,) = _as_items([text])
        chosen = OPEN if open else self._space(labels, space, kind)
        return wrappers.explain(self.scorer, item, chosen, self.decision, parts=parts)

    def _predict_each(
        self, items: Sequence[Item], spaces: Sequence[LabelSpace], threshold: float | None, top: int | None
    ) -> list[Prediction]:
        """Each item in a space of its own."""
        found: dict[int, Prediction] = {}
        for space, rows in grouped_by_space(spaces).items():
            said = self._predict([items[i] for i in rows], space, threshold, top)
            found.update(zip(rows, said, strict=True))
        return [found[i] for i in range(len(items))]

    def _space(self, labels: LabelList | None, space: str | LabelSpace | None, kind: Kind) -> LabelSpace:
        if isinstance(labels, str):
            names = [name.strip() for name in split_names(labels)]
            if len(names) > 1 and "=" not in labels:
                raise InputError(f"labels are one text, {labels!r}: give a list, such as {names}")
            labels = [labels]
        if labels is not None:
            return LabelSpace.of(labels, kind)
        return self.default_space if space is None else self.named(space)

    def named(self, space: str | LabelSpace) -> LabelSpace:
        """The space of a name: the model's own, which others need not know, or one that all know.

        Args:
            space: its name; a space is returned as it is.

        Returns:
            The space.

        Raises:
            LabelError: if no space is called so.
        """
        if isinstance(space, LabelSpace):
            return space
        own = self.default_space
        return own if space.casefold() == own.name.casefold() else named_space(space)


def _asked_once(given: Mapping[str, bool]) -> None:
    """See that labels are asked for in one way."""
    if sum(given.values()) > 1:
        told = " and ".join(name for name, is_given in given.items() if is_given)
        raise InputError(f"{told} are given: use one of them")


def _as_items(texts: Iterable[str | Item]) -> list[Item]:
    if isinstance(texts, str | Item):
        texts = [texts]
    items: list[Item] = []
    for i, text in enumerate(texts):
        if not isinstance(text, str | Item):
            raise InputError(f"text {i} is {type(text).__name__}, not a string: give texts or items")
        items.append(Item(text) if isinstance(text, str) else text)
    return items
