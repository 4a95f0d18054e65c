"""Where reports are written: a directory, and files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from affekt import models
from affekt.core import InputError


def made(directory: Path | str) -> Path:
    """A directory for a report, made if it is missing.

    Args:
        directory: where it is to be.

    Returns:
        Its path.

    Raises:
        InputError: if it cannot be made.
    """
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be made ({error.strerror}): name a directory for the report"
        ) from None
    return folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to, which takes the place of `path` when the block ends well, see `models.replacing`.

    Args:
        path: of the file; its directory exists.

    Yields:
        A path in the same directory.

    Raises:
        InputError: if the system does not let it be written.
    """
    try:
        with models.replacing(path, f".{os.getpid()}") as partial:
            yield partial
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}): make room or name another directory"
        ) from None
