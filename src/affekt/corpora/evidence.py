"""Gold causes, triggers and spans of a corpus, kept in step with its items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from affekt.core import Evidence, Item


def points_into(item: Item, found: Evidence) -> bool:
    """Whether the turn and the characters that evidence points at are there.

    Args:
        item: the item that the evidence belongs to.
        found: a turn, or a span of a turn that is not empty; neither is allowed too.

    Returns:
        Whether they are.
    """
    turns = len(item.history) + 1 + len(item.following)
    if found.turn is None or found.start is None or found.end is None:
        return found.start is found.end is None and (found.turn is None or 0 <= found.turn < turns)
    return 0 <= found.turn < turns and 0 <= found.start < found.end <= len(item.turns[found.turn].text)


def taken(evidence: Iterable[Evidence], rows: Sequence[int], items: int) -> tuple[Evidence, ...]:
    """The evidence of the given rows of so many items, numbered and ordered as they are."""
    of_item: dict[int, list[Evidence]] = {}
    for found in evidence:
        of_item.setdefault(found.item, []).append(found)
    positions = range(items)  # counts negative rows from the end, as sequences do
    return tuple(
        replace(found, item=new) for new, old in enumerate(rows) for found in of_item.get(positions[old], ())
    )


def counted_on(evidence: Iterable[Evidence], before: int) -> tuple[Evidence, ...]:
    """The evidence with so many items before its own."""
    return tuple(replace(found, item=found.item + before) for found in evidence)
