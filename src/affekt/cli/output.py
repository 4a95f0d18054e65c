"""Where results go: a terminal that a person looks at, or a pipe or file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from affekt.cli.session import Session
from affekt.core import LabelSpace, Prediction

if TYPE_CHECKING:
    from affekt.wrappers import Explanation

Report = Callable[[int, int | None], None]
"""How far the work is: what is done, and of how much, or None where that is not known."""


class Bar(NamedTuple):
    """A bar with its name and what is written beside it; `share` in 0…1."""

    name: str
    share: float
    value: str


class Output(Protocol):
    """What a command may write as its result."""

    def prediction(self, text: str | None, prediction: Prediction, space: LabelSpace) -> None:
        """A text and what is said of it; None where a row of a file has no text, and an error instead."""
        ...

    def explanation(self, explanation: Explanation, labels: Sequence[str]) -> None:
        """A text, what is said of it, and which words speak for and against each of the labels."""
        ...

    def example(self, text: str, said: str) -> None:
        """A text of a corpus and what people say of it."""
        ...

    def heading(self, text: str) -> None:
        """A line above what follows."""
        ...

    def gap(self) -> None:
        """An empty line."""
        ...

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and their values, a line each."""
        ...

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        right: Sequence[str] = (),
        faint: Sequence[str] = (),
    ) -> None:
        """Rows under a header; the columns named in `right` are aligned to the right, those in `faint` are faint."""
        ...

    def bars(self, rows: Iterable[Bar]) -> None:
        """Shares as bars."""
        ...

    def document(self, markdown: str) -> None:
        """A text in Markdown."""
        ...

    def flush(self) -> None:
        """Hand over what was written so far."""
        ...


def output(*, as_json: bool = False) -> Output:
    """The terminal, or plain lines where standard output is none; predictions as JSON lines where asked for."""
    if sys.stdout.isatty() and not as_json:
        from affekt.cli.show import Screen

        return Screen()
    from affekt.cli.plain import JsonLines, Plain

    return JsonLines() if as_json else Plain()


def print_json(row: Mapping[str, object]) -> None:
    """One object on a line of its own."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def progress(session: Session, what: str) -> Iterator[Report]:
    """Show how far work is and how long it will take, where a person looks at standard error.

    Args:
        session: with `--quiet` nothing is shown.
        what: is done, as a participle.

    Yields:
        what to call as the work goes on.
    """
    if session.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from affekt.cli.show import progress_bar

    with progress_bar(what) as report:
        yield report
