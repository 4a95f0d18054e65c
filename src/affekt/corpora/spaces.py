"""Label spaces of single corpora, made from the labels of the spaces known by name."""

from __future__ import annotations

from collections.abc import Iterable

from affekt.core import Kind, LabelSpace, named_space


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
