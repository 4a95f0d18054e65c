"""What a caller asks for: one label space for all texts, or one for each."""

from __future__ import annotations

from collections.abc import Sequence

from affekt.core import InputError, Kind, Label, LabelError, LabelSpace

LabelList = Sequence[str | Label]


def differ_by_text(labels: LabelList | Sequence[LabelList]) -> bool:
    """Whether labels are lists, one a text, and not names."""
    return not isinstance(labels, str) and any(not isinstance(label, str | Label) for label in labels)


def spaces_by_text(labels: Sequence[LabelList], kind: Kind, texts: int) -> list[LabelSpace]:
    """The label space of each text.

    Args:
        labels: a list of labels for each text.
        kind: of all of them.
        texts: how many there are.

    Returns:
        One space a text.

    Raises:
        InputError: if there are not as many lists as texts, or one is no list.
        LabelError: if the labels of a text contradict themselves; the message says of which.
    """
    if len(labels) != texts:
        raise InputError(f"{len(labels)} lists of labels are given for {texts} texts: give one for each")
    spaces = []
    for i, given in enumerate(labels):
        if isinstance(given, str | Label) or not isinstance(given, Sequence):
            raise InputError(f"the labels of text {i} are no list: give one for each text, or one for all")
        try:
            spaces.append(LabelSpace.of(given, kind))
        except LabelError as error:
            raise LabelError(f"the labels of text {i}: {error}") from None
    return spaces
