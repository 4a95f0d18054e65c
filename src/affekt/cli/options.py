"""What several commands ask in the same words: which model, and which labels."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from affekt.cli.session import Function
from affekt.core import (
    AXIS_RANGE,
    LEVELS,
    OPEN,
    InputError,
    Kind,
    Label,
    LabelError,
    LabelSpace,
    named_space,
    split_names,
)


def label_options(function: Function) -> Function:
    """Add `-l`, `--labels`, `--space` and `--kind`: what a `LabelChoice` is made from."""
    options = (
        click.option(
            "-l",
            "label_lists",
            metavar="LABELS",
            multiple=True,
            help="Labels of your own: `joy,anger`, or one described label, `name=what it means`; of an axis its poles, "
            "`name=HIGH|LOW`. Repeatable.",
        ),
        click.option(
            "--labels",
            "labels_file",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A file of labels: toml or json, or text with a label a line.",
        ),
        click.option(
            "--space",
            "space_name",
            metavar="NAME",
            help="Labels known by name: goemotions, ekman, plutchik, valence-arousal …",
        ),
        click.option(
            "--kind",
            type=click.Choice(("multi", "single", "ordinal", "dimensional")),
            help="Any number of labels a text, exactly one, a level of each, or values on axes.  [labels of your own: "
            "multi]",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def answer_options(function: Function) -> Function:
    """Add `--open`, the options of `label_options`, `--levels` and `--range`: every kind of answer."""
    free = click.option(
        "--open",
        "free",
        is_flag=True,
        help="Free words, the nearest of some thousand descriptors, in place of labels.",
    )
    levels = click.option(
        "--levels", type=click.IntRange(min=2), metavar="N", help="Levels 0 to N-1 of --kind ordinal.  [4]"
    )
    ends = click.option(
        "--range",
        type=float,
        nargs=2,
        metavar="LOW HIGH",
        help="Ends of the axes of --kind dimensional.  [1 9]",
    )
    return free(label_options(levels(ends(function))))


def model_option(function: Function) -> Function:
    """Add `-m MODEL`."""
    option = click.option(
        "-m",
        "model",
        metavar="MODEL",
        default="auto",
        show_default=True,
        help="A model of `affekt models`, or a model directory.",
    )
    return option(function)


def data_option(function: Function) -> Function:
    """Add `--data DIR`."""
    option = click.option(
        "--data",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The folder of published corpora.  [AFFEKT_DATA]",
    )
    return option(function)


def column_options(function: Function) -> Function:
    """Add `--column` and `--separator`: how a file of one's own is read."""
    from affekt.corpora import ROLES

    column = click.option(
        "--column",
        "columns",
        metavar="[ROLE=]NAME",
        multiple=True,
        help=f"What a column of FILE holds. ROLE: {', '.join(ROLES)}; text where none is said; label has names, or "
        "0 and 1 in a column a label. Repeatable.",
    )
    separator = click.option(
        "--separator", metavar="TEXT", help="Between labels in a cell of FILE.  [any of ; | ,]"
    )
    return column(separator(function))


def check_utf8(texts: Sequence[str]) -> None:
    """See that texts given on the command line are whole.

    Args:
        texts: as the shell handed them over.

    Raises:
        InputError: if one has bytes that are not UTF-8.
    """
    for place, text in enumerate(texts, 1):
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise InputError(f"text {place} is not UTF-8 ({text!r}): convert it to UTF-8")


def only_one(context: click.Context, parameter: click.Parameter, values: tuple[Any, ...]) -> Any:
    """Refuse a second source of texts, which would silently take the place of the first.

    Args:
        context: of the command.
        parameter: an option that is declared as repeatable.
        values: what was given.

    Returns:
        The value, or None where there is none.

    Raises:
        UsageError: if there are several.
    """
    if len(values) > 1:
        name = parameter.opts[0]
        raise click.UsageError(
            f"{name} is given {len(values)} times: join the files, or run once for each", context
        )
    return values[0] if values else None


def refuse_column_options(columns: Sequence[str], separator: str | None) -> None:
    """Say that `--column` and `--separator` have nothing to say where no file is read.

    Args:
        columns: what `--column` says.
        separator: what `--separator` says.

    Raises:
        InputError: if one of them is given.
    """
    if columns:
        raise InputError("--column names the columns of a file: give the file with --on")
    if separator is not None:
        raise InputError("--separator stands between the labels in a cell of a file: give the file with --on")


def named_columns(columns: Sequence[str]) -> dict[str, list[str]]:
    """What the `--column` options say.

    Args:
        columns: each `ROLE=NAME`, or the `NAME` of the column with the text.

    Returns:
        Role → names of columns.

    Raises:
        InputError: if one names no column.
    """
    named: dict[str, list[str]] = {}
    for text in columns:
        role, equals, name = text.partition("=")
        if not (name if equals else role):
            raise InputError(f"--column {text!r} names no column: write it as NAME or ROLE=NAME")
        named.setdefault(role if equals else "text", []).append(name if equals else role)
    return named


@dataclass(frozen=True)
class LabelChoice:
    """The labels that a user asks for, in one of three ways.

    Args:
        label_lists: what each `-l` says. Without `=` it is a list split at commas; with `=` it is one
            described label, and its commas belong to the description.
        labels_file: toml or json (a label space, whose name and kind may be left out; json also a bare list), or
            text with `name` or `name=description` a line, where blank lines and lines with `#` are passed over.
        space_name: a space known by name.
        kind: of the space; for labels by hand `multi` if not given, else what the space says.
        levels: of kind `ordinal`; `LEVELS` if not given.
        range: of kind `dimensional`; `AXIS_RANGE` if not given.
        free: free words in place of labels.
    """

    label_lists: tuple[str, ...] = ()
    labels_file: Path | None = None
    space_name: str | None = None
    kind: Kind | None = None
    levels: int | None = None
    range: tuple[float, float] | None = None
    free: bool = False

    def check(self) -> None:
        """Refuse what contradicts itself, before anything is loaded.

        Raises:
            UsageError: if an option has nothing to say beside another.
        """
        conflicts = {
            "--open says in free words what is expressed: leave out labels and --kind": self.free
            and (self.named or self.kind is not None),
            "--levels belongs to --kind ordinal": self.levels is not None
            and self.kind not in (None, "ordinal"),
            "--range belongs to --kind dimensional": self.range is not None
            and self.kind not in (None, "dimensional"),
        }
        for sentence, applies in conflicts.items():
            if applies:
                raise click.UsageError(sentence)

    @property
    def named(self) -> bool:
        """Whether labels are asked for, in any of the ways."""
        return bool(self.label_lists) or self.labels_file is not None or self.space_name is not None

    def space(self, own: LabelSpace | None = None) -> LabelSpace | None:
        """The label space asked for.

        Args:
            own: a space that is known by name beside the usual ones: the model's.

        Returns:
            the space, or None where nothing is asked.

        Raises:
            InputError: if labels are given in two ways, or a kind without labels.
            LabelError: if the labels do not make a space.
        """
        if self.free:
            return OPEN
        given = {"-l": self.label_lists, "--labels": self.labels_file, "--space": self.space_name is not None}
        ways = [name for name, value in given.items() if value]
        if len(ways) > 1:
            raise InputError(f"labels are given twice, with {' and '.join(ways)}: use one of them")
        if self.label_lists:
            labels = [label for text in self.label_lists for label in _listed(text, self.kind)]
            return LabelSpace.of(labels, self.kind or "multi", levels=self.levels, range=self.range)
        if self.labels_file is not None:
            return self._with_kind(_read_space(self.labels_file, self.kind))
        if self.space_name is not None:
            if own is not None and own.name.casefold() == self.space_name.casefold():
                return self._with_kind(own)
            return self._with_kind(named_space(self.space_name))
        said = {"--kind": self.kind, "--levels": self.levels, "--range": self.range}
        if lost := next((option for option, value in said.items() if value is not None), None):
            raise InputError(f"{lost} says how labels are used: give them with -l, --labels or --space")
        return None

    def _with_kind(self, space: LabelSpace) -> LabelSpace:
        return space.as_kind(self.kind or space.kind, self.levels, self.range)


@dataclass(frozen=True)
class AnswerRequest:
    """What `answer_options` ask; a command's own request adds to it."""

    label_lists: tuple[str, ...]
    labels_file: Path | None
    space_name: str | None
    kind: Kind | None
    levels: int | None
    range: tuple[float, float] | None
    free: bool

    @property
    def choice(self) -> LabelChoice:
        """The labels asked for."""
        return LabelChoice(
            self.label_lists,
            self.labels_file,
            self.space_name,
            self.kind,
            self.levels,
            self.range,
            self.free,
        )

    def space(self, own: LabelSpace) -> LabelSpace | None:
        """The labels asked for, or a model's own.

        Args:
            own: the model's.

        Returns:
            The space; a command may leave it to the rows of a file, and gives None then.
        """
        asked = self.choice.space(own)  # an open space has no labels yet
        return own if asked is None else asked


def _listed(text: str, kind: Kind | None) -> list[Label]:
    """The labels of one `-l`."""
    parts = [text] if "=" in text else split_names(text)
    if not all(part.partition("=")[0].strip() for part in parts):
        raise LabelError(
            f"label list {text!r} names no label, or has an empty place: give names, such as -l joy,anger"
        )
    parse = Label.parse_axis if kind == "dimensional" else Label.parse
    labels = [parse(part) for part in parts]
    if len(split_names(labels[0].name)) > 1:
        raise LabelError(
            f"label {labels[0].name!r} has a comma in its name: give a described label an -l of its own"
        )
    return labels


def _read_space(path: Path, kind: Kind | None) -> LabelSpace:
    try:
        content = _parsed(path.read_text(encoding="utf-8-sig"), path.suffix.lower(), kind)
        if not isinstance(content, dict) or not isinstance(content.get("labels"), list):
            raise LabelError('it has no `labels`: list them, such as labels = ["joy", "anger"]')
        if not all(isinstance(label, str | dict) for label in content["labels"]):
            raise LabelError("a label is neither a name nor a table with `name`: write each as one of them")
        usual: dict[str, dict[str, Any]] = {
            "ordinal": {"levels": LEVELS},
            "dimensional": {"range": AXIS_RANGE},
        }
        found: dict[str, Any] = {"name": path.stem, "kind": kind or "multi", **content}
        if found["kind"] != "dimensional" and any(
            isinstance(x, dict) and x.get("poles") for x in found["labels"]
        ):
            raise LabelError('`poles` belong to an axis: say kind = "dimensional"')
        return LabelSpace.from_dict({**usual.get(str(found["kind"]), {}), **found})
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"labels file {path} line {line} is not UTF-8: save it as UTF-8") from None
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"labels file {path} cannot be read: {error}") from None
    except LabelError as error:
        raise LabelError(f"labels file {path}: {error}") from None
    except (AttributeError, IndexError, TypeError, ValueError):
        raise LabelError(
            f"labels file {path} has a label or field of the wrong type: write names as text"
        ) from None


def _parsed(text: str, suffix: str, kind: Kind | None) -> object:
    """The fields of a label space written as toml, json or lines."""
    if suffix == ".toml":
        return tomllib.loads(text)
    if suffix == ".json":
        content = json.loads(text)
        return {"labels": content} if isinstance(content, list) else content
    parse = Label.parse_axis if kind == "dimensional" else Label.parse
    lines = [line.strip() for line in text.splitlines()]
    labels = [parse(line) for line in lines if line and not line.startswith("#")]
    if several := next((label.name for label in labels if "," in label.name), None):
        raise LabelError(f"label {several!r} has a comma in its name: give every label a line of its own")
    return {"labels": [label.to_dict() for label in labels]}
