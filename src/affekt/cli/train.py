"""`affekt train`: a model from a recipe."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from affekt.cli.options import column_options, data_option, named_columns, only_one, refuse_column_options
from affekt.cli.output import output, progress
from affekt.cli.session import Session, session_options
from affekt.core import MissingExtra, RecipeError

if TYPE_CHECKING:
    from affekt.corpora import Corpus


@click.command("train")
@click.argument("recipe")
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change a value of the recipe. Repeatable."
)
@click.option(
    "--on",
    "own",
    metavar="FILE",
    multiple=True,
    callback=only_one,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Train on labelled texts of your own: csv, tsv, jsonl, parquet or xlsx with `text` and `labels`.",
)
@column_options
@click.option(
    "-o",
    "target",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The model directory.  [the recipe's name]",
)
@click.option("--resume", is_flag=True, help="Go on after the last checkpoint in DIR.")
@click.option("--dry-run", is_flag=True, help="Read recipe and texts, say what would be done, and stop.")
@click.option(
    "--vocabulary-of",
    "trained",
    metavar="MODEL",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Train nothing: give a model directory the vocabulary of RECIPE's descriptors, for `affekt label --open`.",
)
@data_option
@session_options
@click.pass_obj
def command(  # noqa: PLR0913 - each is an option
    session: Session,
    /,
    *,
    recipe: str,
    settings: Sequence[str],
    own: Path | None,
    columns: Sequence[str],
    separator: str | None,
    target: Path | None,
    resume: bool,
    dry_run: bool,
    trained: Path | None,
    data: Path | None,
) -> None:
    """Train a model as a recipe says.

    RECIPE is a TOML file, or the name of one that affekt brings along.

    \b
    affekt train bundled --dry-run --data ~/corpora
    affekt train bundled --set optimizer.epochs=2 --set seed=7 -o my-model
    affekt train bundled --resume -o my-model
    affekt train bundled --on reviews.csv --column review --column label=emotion -o my-model
    """
    if trained is not None:
        if settings or own or target or resume or dry_run:
            raise click.UsageError(
                "--vocabulary-of trains nothing: give RECIPE and --data beside it, and no more"
            )
        with progress(session, "reading"):
            count = _training().add_vocabulary(trained, recipe, data)
        output().facts([("descriptors", str(count))])
        return
    overrides = dict(_setting(text) for text in settings)
    theirs = _own_texts(own, columns, separator)
    train = _training().train
    out = target or Path(Path(recipe).stem)
    try:
        with progress(session, "training") as report:
            facts = train(
                recipe,
                overrides=overrides,
                out=out,
                resume=resume,
                dry_run=dry_run,
                data=data,
                on=theirs,
                progress=report,
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted: run the same command with --resume to go on after the last checkpoint in {out}"
        ) from None
    output().facts((name, str(value)) for name, value in facts.items())


def _own_texts(own: Path | None, columns: Sequence[str], separator: str | None) -> Corpus | None:
    """The user's own texts; of a file with splits those of `train`."""
    from affekt.corpora import corpora_from_file

    if own is None:
        refuse_column_options(columns, separator)
        return None
    found = corpora_from_file(own, named_columns(columns), separator)
    return found.get("train", found["all"])


def _training() -> ModuleType:
    """The room that trains; that a package of the extra `train` is not installed is told with the cure."""
    try:
        return import_module("affekt.training")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "affekt":
            raise
        raise MissingExtra(error.name, "train") from None


def _setting(text: str) -> tuple[str, object]:
    """A key and its value as TOML would read it; what TOML cannot read is a string."""
    key, equals, value = text.partition("=")
    if not key.strip() or not equals:
        raise RecipeError(
            f"--set {text!r} has no key and value: write it as key=value, such as optimizer.epochs=2"
        )
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()
