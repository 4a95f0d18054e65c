"""The error tree: everything affekt raises on a user's mistake is an `AffektError`.

AffektError
├── LabelError      labels and label spaces that contradict themselves
├── InputError      a text, file, column, row or option that cannot be used
│   └── MissingColumn   a column that a table lacks
├── CorpusError     a corpus that is missing, damaged or not as published
├── ModelError      a model directory or name that cannot be used
├── RecipeError     a training recipe that cannot be run
└── MissingExtra    an optional dependency that is not installed

A message is one sentence: what is wrong, where, what to do. Bugs keep their own exceptions.
"""

from __future__ import annotations


class AffektError(Exception):
    """Base of all errors that a user can cause and mend."""


class LabelError(AffektError):
    """A label or label space contradicts itself or does not exist."""


class InputError(AffektError):
    """A text, file, column, row or option cannot be used."""


class MissingColumn(InputError):
    """A table lacks a column that is needed."""


class CorpusError(AffektError):
    """A corpus is missing, damaged or not as published."""


class ModelError(AffektError):
    """A model directory or model name cannot be used."""


class RecipeError(AffektError):
    """A training recipe cannot be run."""


class MissingExtra(AffektError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: run `pip install 'affekt[{extra}]'`")
