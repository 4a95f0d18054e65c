"""What several readers saw in texts: a file of descriptors, each with how many readers would name it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from affekt.core import RecipeError

_HEADER: Final = "id\treaders\tdescriptors"
Readings = Mapping[str, Mapping[str, float]]
"""Id of a text → descriptor → share of the readers who would name it, above 0 and up to 1."""


def read_readings(path: Path) -> Readings:
    """Read a file of readings.

    Tab-separated UTF-8 with the header `id`, `readers`, `descriptors`: one text a line, how many readers it had, and
    what they saw, as `hopeful:6; tense:3`, each with the number of readers who would name it.

    Args:
        path: of the file.

    Returns:
        The readings, in the order of the file.

    Raises:
        RecipeError: if the file cannot be read, or a line is not of that form.
    """
    try:
        header, *lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise RecipeError(
            f"readings {path}: {_reason(error)}: name a file of UTF-8 text, its columns id, readers and descriptors"
        ) from None
    if header != _HEADER:
        raise RecipeError(
            f"{path}, line 1: {header!r} found: write the header `id`, `readers`, `descriptors`"
        )
    found: dict[str, Mapping[str, float]] = {}
    for number, line in enumerate(lines, 2):
        where = f"{path}, line {number}"
        id_, readers, descriptors = _cells(line, where)
        if id_ in found:
            raise RecipeError(f"{where}: text {id_!r} has readings already: keep one of them")
        found[id_] = {
            word: named / readers
            for word, named in (_named(part, readers, where) for part in descriptors.split(";"))
        }
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else "it is empty"


def _cells(line: str, where: str) -> tuple[str, int, str]:
    cells = line.split("\t")
    if len(cells) != 3 or not cells[1].isdecimal() or int(cells[1]) == 0:
        raise RecipeError(f"{where}: {line[:60]!r} found: give an id, a number of readers and descriptors")
    return cells[0], int(cells[1]), cells[2]


def _named(part: str, readers: int, where: str) -> tuple[str, int]:
    word, _, named = part.strip().rpartition(":")
    if not word or not named.strip().isdecimal() or not 1 <= int(named) <= readers:
        raise RecipeError(
            f"{where}: {part.strip()!r} found: write `descriptor:N`, with N from 1 to {readers}"
        )
    return word, int(named)
