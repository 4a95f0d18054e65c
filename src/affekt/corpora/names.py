"""Corpus names as typed: `NAME[/PART][:SPLIT]`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from affekt.core import CorpusError

_NAME = re.compile(r"(?P<name>[^/:\s]+)(?:/(?P<part>[^/:\s]+))?(?::(?P<split>[^/:\s]+))?")
_FEW = 16


@dataclass(frozen=True, slots=True)
class CorpusName:
    """A name taken apart; None where nothing was said.

    Args:
        name: of the corpus.
        part: one of its labellings.
        split: `train`, `dev`, `test` or `all`.
    """

    name: str
    part: str | None = None
    split: str | None = None

    @classmethod
    def parse(cls, text: str) -> CorpusName:
        """Read `NAME[/PART][:SPLIT]`, ignoring case.

        Args:
            text: as typed.

        Returns:
            The name, whether or not there is such a corpus.

        Raises:
            CorpusError: if the text has another form.
        """
        found = _NAME.fullmatch(text.strip().casefold())
        if found is None:
            raise CorpusError(
                f"{text!r} is not a corpus name: write NAME, NAME/PART, NAME:SPLIT or NAME/PART:SPLIT"
            )
        return cls(**found.groupdict())

    def __str__(self) -> str:
        part = f"/{self.part}" if self.part else ""
        return f"{self.name}{part}" + (f":{self.split}" if self.split else "")


def choose(what: str, name: str, known: Collection[str]) -> str:
    """The name itself if it is known.

    Args:
        what: what is named, for the message.
        name: as typed.
        known: names that exist.

    Returns:
        The name.

    Raises:
        CorpusError: if it is not known; the message offers near names, or all where they are few.
    """
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=3)
    if near:
        hint = f"did you mean {' or '.join(near)}?"
    elif not known or set(known) == {""}:
        hint = "leave it out"
    else:
        first = ", ".join(list(known)[:_FEW])
        hint = f"use one of {first}{', …' if len(known) > _FEW else ''}"
    raise CorpusError(f"{what} {name!r} is unknown: {hint}")
