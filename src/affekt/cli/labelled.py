"""What commands ask that learn something from labelled texts: which texts, which labels, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from affekt.cli.options import (
    LabelChoice,
    column_options,
    data_option,
    label_options,
    named_columns,
    only_one,
    refuse_column_options,
)
from affekt.cli.session import Function
from affekt.core import Kind, LabelSpace


def labelled_options(function: Function) -> Function:
    """Add `--on` and what says how its labels are read, `--overwrite` and `--data`: what a `LabelledRequest` holds."""
    on = click.option(
        "--on",
        required=True,
        multiple=True,
        callback=only_one,
        metavar="CORPUS|FILE",
        help="CORPUS[/PART][:SPLIT], `dev` (or all where there are no splits) if left out, or FILE[:SPLIT] with `text` and `labels`: texts that nothing is "
        "measured on afterwards.",
    )
    mapped = click.option(
        "--as", "as_", metavar="SPACE", help="Map gold to another space first: ekman, sentiment …"
    )
    overwrite = click.option(
        "--overwrite", "--force", is_flag=True, help="Replace what -o names if it exists."
    )
    return on(column_options(mapped(label_options(overwrite(data_option(function))))))


@dataclass(frozen=True)
class LabelledRequest:
    """What `labelled_options` ask; a command's own request adds to it."""

    model: str
    on: str
    columns: tuple[str, ...]
    separator: str | None
    as_: str | None
    label_lists: tuple[str, ...]
    labels_file: Path | None
    space_name: str | None
    kind: Kind | None
    target: Path | None
    overwrite: bool
    as_json: bool
    data: Path | None

    def texts(self, own: LabelSpace) -> dict[str, Any]:
        """The options by which the verbs of `affekt.api` name labelled texts.

        Args:
            own: a space that is known by name beside the usual ones: the model's.

        Returns:
            Keyword arguments beside the model.

        Raises:
            AffektError: if labels are asked for in two ways, or columns are named where no file is read.
        """
        from affekt.evaluation import is_file

        own_file = is_file(self.on)
        if not own_file:
            refuse_column_options(self.columns, self.separator)
        choice = LabelChoice(self.label_lists, self.labels_file, self.space_name, self.kind)
        return {
            "on": self.on,
            "space": choice.space(own) if choice.named else None,
            "kind": self.kind,
            "as_": self.as_,
            "columns": named_columns(self.columns) if own_file else None,
            "separator": self.separator,
            "data": self.data,
        }
