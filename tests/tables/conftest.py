"""What the tests of this room add to tables, and how they run one through."""

from collections.abc import Callable
from pathlib import Path

import pytest

from affekt.tables import AddedColumns, Column, WriteOptions, open_sink, open_table

ADDED = AddedColumns(
    (Column("x_words", "texts"), Column("x_share", "number"), Column("x_note", "text")),
    "x",
)


class Added:
    """Words, a third of the length, and the error of each row."""

    def __init__(self, part):
        self._rows = [
            ([], None, error) if text is None else (text.split(), len(text) / 3, None)
            for text, error in zip(part.texts, part.errors, strict=True)
        ]

    def values(self):
        return [list(column) for column in zip(*self._rows, strict=True)]

    def objects(self):
        return [{"words": words, "share": share, "note": note} for words, share, note in self._rows]


@pytest.fixture
def run() -> Callable:
    """Copy a table with what is added; stop, if told to, with an error after some parts."""

    def run(source, target, *, column="text", part_rows=4, reads=None, stop_after=None, **options):
        table = open_table(source, column, reads, part_rows)
        with open_sink(table, target, ADDED, WriteOptions(**options)) as sink:
            for part in table.parts(sink.finished):
                if part.number == stop_after:
                    raise InterruptedError
                sink.append(part, Added(part), {"errors": sum(e is not None for e in part.errors)})
            sink.commit()
        return sink.counts

    return run


@pytest.fixture
def leftovers(tmp_path: Path) -> Callable[[], list[str]]:
    """Names of unfinished files."""
    return lambda: sorted(
        p.name for p in tmp_path.iterdir() if p.suffix in (".partial", ".journal", ".assembled")
    )
