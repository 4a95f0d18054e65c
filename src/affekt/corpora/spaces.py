"""Label spaces of single corpora, made from the labels of the spaces known by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from affekt.core import Kind, Label, LabelSpace, named_space


def subset(
    name: str, source: str, labels: Iterable[str], kind: Kind | None = None, levels: int | None = None
) -> LabelSpace:
    """A space of some labels of a named space, with their descriptions, in the order given.

    Args:
        name: of the new space.
        source: the named space that holds the labels.
        labels: their names, in the new order.
        kind: of the new space; that of the source if left out.
        levels: number of levels, for kind `ordinal`.

    Returns:
        The new space.
    """
    space = named_space(source)
    return LabelSpace(name, tuple(space.labels[space.index(x)] for x in labels), kind or space.kind, levels)


def renamed(labels: Mapping[str, str | Label]) -> tuple[Label, ...]:
    """Labels under a corpus' own names, with the descriptions of labels of the space `wide`.

    Args:
        labels: own name → name of the label of `wide` that it stands for, or a label of its own.

    Returns:
        The labels, in order.
    """
    wide = named_space("wide")
    return tuple(
        _under(name, wide.labels[wide.index(x)] if isinstance(x, str) else x) for name, x in labels.items()
    )


def _under(name: str, label: Label) -> Label:
    others = tuple(x for x in (label.name, *label.paraphrases) if x.casefold() != name.casefold())
    return Label(name, label.description, others)
