"""Read txt: a line a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from affekt.tables.columns import find_column
from affekt.tables.parts import CellRows, Part, Table, batched
from affekt.tables.source import TextSource

TEXT_COLUMN: Final = "text"


class TextTable(Table):
    """Texts in lines; a blank line is an empty text, so that lines and rows stay in step."""

    def __init__(self, source: TextSource, column: str, part_rows: int) -> None:
        super().__init__(source.name, source.path, "txt", column, part_rows)
        self._source = source
        source.head()
        find_column(column, self.columns, self.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column, `text`."""
        return (TEXT_COLUMN,)

    def parts(self, skip: int = 0) -> Iterator[Part]:
        """See `Table`."""
        with self._source.lines() as lines:
            rows = 0
            for number, batch in enumerate(batched(lines, self.part_rows)):
                rows += len(batch)
                if number < skip:
                    continue
                texts: list[str | None] = [line.rstrip("\r\n") for line in batch]
                read = lines.bytes_read
                yield Part(
                    number,
                    CellRows(
                        [(text,) for text in texts],
                        [f"line {line}" for line in range(rows - len(batch) + 1, rows + 1)],
                    ),
                    texts,
                    [None] * len(texts),
                    rows if read is None else read,
                    self._source.size,
                )

    def sha256(self) -> str | None:
        """See `Table`."""
        return None if self._source.is_stream else self._source.sha256()
