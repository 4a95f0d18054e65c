"""BRIGHTER's raters: how many of them gave which intensity to which emotion of a text, in ten languages.

The files know texts by their words, not by the ids of the tracks, and write emotions in several ways.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from affekt.core import CorpusError, MissingExtra, named_space
from affekt.corpora.corpus import published
from affekt.corpora.files import DataFolder, TextFile

RATINGS: Final = 4
"""Intensities 0 (none) to 3 (high)."""

FILES: Final = published(
    "brighter",
    {
        "individual_labels.tar": "7ea9f02f29482ed1771391087449876343274bbe8ec97ec329d57d617fe92150",
        "deu_individual_intensities.csv.zip": "0e600d539fbb1ae16959285b6ae212c7470d1db7eef900c7abd326ff9b7d7ee9",
        "ptbr_individual_intensities.csv.zip": "dfb84c76c0021f8e11671227d1c8fb30b9018d79fa9dc2a941568b0b93dd3a35",
        "chn-individual-annotations-updated.xlsx": "e7dc55cf6682308a89438bfb4149da196dfb2e4e97312a005d3e206b8fef0365",
    },
)
_TEXT: Final = ("text_id", "text", "emotion")


def _wide(raters: int) -> tuple[str, ...]:
    return (*_TEXT, *(f"Annotator-{i + 1}" for i in range(raters)))


# Members of the archive and their columns.
_TABLES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "afr": {
        "afr/afr_individuals.csv": (
            "", "text_content", "emotion", "annotator_1", "annotator_2", "annotator_3", "majority_vote",
        ),
    },
    "arq": {"arq/arq_individuals.csv": _wide(10)},
    "hin": {"hin/hin_train_dev.csv": _wide(5), "hin/hin_test_individuals.csv": _wide(4)},
    "mar": {"mar/mar_all_train-dev_individuals.csv": _wide(4), "mar/mar_all_test_individuals.csv": _wide(4)},
    "ron": {
        "ron/ron_individuals.csv": ("text", "emotion", *(f"annotator_{i}" for i in (1, 2, 3, 5, 6, 8, 9))),
    },
    "swe": {"swe/swe_individuals.csv": _wide(3)},
    "ukr": {"ukr/ukr_individuals.csv": _wide(3)},
}  # fmt: skip
_LISTS: Final = {
    "deu": "deu_individual_intensities.csv.zip",
    "ptbr": "ptbr_individual_intensities.csv.zip",
}
_WORKBOOK: Final = "chn-individual-annotations-updated.xlsx"
SOURCES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_TABLES, "individual_labels.tar"),
    **_LISTS,
    "chn": _WORKBOOK,
}
"""Language → the published file that holds its raters' answers."""

_NAMES: Final = named_space("brighter").names
_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "anger": ("anger", "furie"),
    "disgust": ("disgust", "dezgust"),
    "fear": ("fear", "frica"),
    "joy": ("joy", "happy", "bucurie"),
    "sadness": ("sadness", "sad", "tristete"),
    "surprise": ("surprise", "surpriza"),
}
_EMOTIONS: Final = {form: _NAMES.index(name) for name, forms in _SPELLINGS.items() for form in forms}
_NO_EMOTION: Final = "neutral"
_CELLS: Final = {form: rating for rating in range(RATINGS) for form in (f"{rating}", f"{rating}.0")}
_NOT_RATED: Final = ""

_Row = tuple[int, str, str, Sequence[str]]
"""Line, text, emotion, cells of the raters."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """What the raters of one language answered.

    Args:
        counts: int32 `[texts, emotions, ratings]`: how many raters gave each intensity, emotions in the order
            of space `brighter`.
        rows: text with single spaces → its row.
        letters: text as its letters and digits alone → its row, -1 where texts fall together.
    """

    counts: NDArray[np.int32]
    rows: Mapping[str, int]
    letters: Mapping[str, int]

    def of(self, texts: Iterable[str]) -> NDArray[np.int32]:
        """The counts of texts, by their words, or else by their letters; zeros where a text was not rated.

        Args:
            texts: as in the tracks, which now and then differ in spacing, punctuation and accents.

        Returns:
            Int32 `[texts, emotions, ratings]`.
        """
        found = [self._row(text) for text in texts]
        padded = np.concatenate([self.counts, np.zeros_like(self.counts, shape=(1, *self.counts.shape[1:]))])
        return padded[np.asarray(found, dtype=np.intp)]

    def _row(self, text: str) -> int:
        row = self.rows.get(_spaced(text))
        return self.letters.get(_letters(text), -1) if row is None else row


def ratings(data: DataFolder, language: str, first: int | None = None) -> Ratings:
    """Read the raters' answers.

    Args:
        data: the folder of corpora.
        language: one of `SOURCES`.
        first: count only so many of the columns of raters, from the left; all if None. The files of deu, ptbr and
            chn are always counted in full.

    Returns:
        The counts of every text that was rated.

    Raises:
        CorpusError: if a file is missing, damaged or not of the published form.
        MissingExtra: if the file is a workbook and openpyxl is not installed.
    """
    file = FILES[SOURCES[language]]
    if language in _TABLES:
        members = (
            (data.member(file, f"individual_labels/{name}"), header)
            for name, header in _TABLES[language].items()
        )
        return _tallied(
            (table, row) for table, header in members for row in _table_rows(table, header, first)
        )
    content = data.read(file)
    return _long(language, str(data.find(file)), content)


@lru_cache(maxsize=3)
def _long(language: str, path: str, content: bytes) -> Ratings:
    # These files take seconds, and each serves two tracks of three splits.
    source = TextFile(path, "")
    rows = _workbook_rows(source, content) if language == "chn" else _list_rows(source, content)
    return _tallied((source, row) for row in rows)


def _tallied(rows: Iterable[tuple[TextFile, _Row]]) -> Ratings:
    known: dict[str, int] = {}
    counts: list[list[list[int]]] = []
    for file, (line, text, emotion, cells) in rows:
        name = emotion.casefold()
        if name == _NO_EMOTION:
            continue
        if name not in _EMOTIONS:
            file.fail(line, f"emotion {emotion!r} is unknown (known: {', '.join(_EMOTIONS)})")
        row = known.setdefault(text, len(known))
        if row == len(counts):
            counts.append([[0] * RATINGS for _ in _NAMES])
        tally = counts[row][_EMOTIONS[name]]
        for cell in cells:
            if cell in _CELLS:
                tally[_CELLS[cell]] += 1
            elif cell != _NOT_RATED:
                file.fail(line, f"a rating from 0 to {RATINGS - 1} expected, {cell!r} found")
    # The same text with other spaces is the same text: its raters are counted together.
    merged: dict[str, int] = {}
    target = [merged.setdefault(_spaced(text), len(merged)) for text in known]
    table = np.zeros((len(merged), len(_NAMES), RATINGS), dtype=np.int32)
    np.add.at(table, target, np.asarray(counts, dtype=np.int32).reshape(-1, len(_NAMES), RATINGS))
    letters: dict[str, int] = {}
    for text, row in merged.items():
        if letters.setdefault(_letters(text), row) != row:
            letters[_letters(text)] = -1
    return Ratings(table, merged, letters)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def _table_rows(file: TextFile, header: tuple[str, ...], first: int | None) -> Iterator[_Row]:
    """A row a text and emotion, a column a rater."""
    text = next(i for i, name in enumerate(header) if name.startswith("text") and name != "text_id")
    raters = [i for i, name in enumerate(header) if name.casefold().startswith("annotator")][:first]
    for line, fields in file.csv_rows(header):
        yield line, fields[text], fields[text + 1], [fields[i] for i in raters]


def _list_rows(file: TextFile, content: bytes) -> Iterator[_Row]:
    """A row a text, emotion and rater, in a zipped file that is too large to be unpacked in memory."""
    name = file.path.replace("\\", "/").rpartition("/")[2].removesuffix(".zip")
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            io.TextIOWrapper(archive.open(name), "utf-8", newline="") as lines,
        ):
            for line, (_, text, emotion, _, cell) in file.csv_rows(
                ("id", "text", "emotion", "annotator", "intensity"), lines
            ):
                yield line, text, emotion, (cell,)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{file.path} is no zip archive of {name} ({error}): get the published file again"
        ) from None


def _workbook_rows(file: TextFile, content: bytes) -> Iterator[_Row]:
    """A row a text and emotion, a column a rater."""
    try:
        import openpyxl  # an extra
    except ImportError:
        raise MissingExtra("openpyxl", "excel") from None
    header = _wide(5)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            fields = ["" if cell is None else str(cell) for cell in cells]
            if line == 1 and fields != list(header):
                file.fail(1, f"header {','.join(header)!r} expected, {','.join(fields)!r} found")
            if len(fields) != len(header):
                file.fail(line, f"{len(header)} cells expected, {len(fields)} found")
            if line > 1:
                yield line, fields[1], fields[2], fields[len(_TEXT) :]
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, IndexError) as error:
        raise CorpusError(
            f"{file.path} is no xlsx workbook that can be read ({error}): get the published file again"
        ) from None


def shares(counts: NDArray[np.int32]) -> NDArray[np.float32]:
    """Float32 `[…, ratings]`: the share of raters who gave each intensity, NaN where nobody was asked."""
    asked = counts.sum(axis=-1, keepdims=True)
    return np.where(asked > 0, counts / np.maximum(asked, 1), np.nan).astype(np.float32)
