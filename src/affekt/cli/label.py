"""`affekt label`: which emotions texts express; texts as arguments, from standard input or from a file."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from affekt.cli.options import AnswerRequest, answer_options, check_utf8, model_option, only_one
from affekt.cli.output import output, progress
from affekt.cli.session import Session, session_options
from affekt.core import OPEN, InputError, LabelSpace, Prediction

if TYPE_CHECKING:
    from affekt.bulk import Form, Summary
    from affekt.models import Model

STANDARD: Final = "-"
_COLUMN: Final = "text"
_LARGEST_PART: Final = 256
_WHAT_TO_DO: Final = (
    'nothing to label: give texts, as in affekt label "We won!", a file with -f FILE, '
    "or lines on standard input, as in cat texts.txt | affekt label"
)


class _Share(click.FloatRange):
    """A number in 0…1; `nan` is none."""

    name = "number"

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not in the range 0<=x<=1.", param, ctx)
        return number


@dataclass(frozen=True)
class Request(AnswerRequest):
    """What the user asked for; the options of the command by their names."""

    texts: tuple[str, ...]
    source: str | None
    target: Path | None
    column: str | None
    labels_column: str | None
    model: str
    threshold: float | None
    top: int | None
    as_json: bool
    resume: bool
    overwrite: bool

    def check(self) -> None:
        """Refuse options that contradict each other, before anything is loaded."""
        written = self.target is not None
        conflicts = {
            "texts are given, and -f as well: use one of them": self.texts and self.source is not None,
            "-o writes the rows of a file: give the file with -f": self.texts and written,
            "--column names the column of a file: give the file with -f": self.column and not self.in_file,
            "--labels-column names a column of a file: give the file with -f": self.labels_column is not None
            and not self.in_file,
            "--labels-column holds the labels of each row: leave out -l, --labels and --space": self.labels_column
            is not None
            and self.choice.named,
            "--labels-column holds the labels of each row: leave out --open": self.free
            and self.labels_column is not None,
            "--resume goes on with an output: name it with -o": self.resume and not written,
            "--overwrite replaces an output: name it with -o": self.overwrite and not written,
            "--json prints, and -o writes a file whose name tells its format: use one of them": self.as_json
            and written,
        }
        for sentence, applies in conflicts.items():
            if applies:
                raise click.UsageError(sentence)
        self.choice.check()

    @property
    def in_file(self) -> bool:
        """Whether the texts come from a file, and not from standard input or the command itself."""
        return self.source not in (None, STANDARD)

    @property
    def form(self) -> Form | None:
        """How labels of a column are meant, if there is one."""
        from affekt.bulk import Form

        return None if self.labels_column is None else Form(self.kind or "multi", self.levels, self.range)

    def space(self, own: LabelSpace) -> LabelSpace | None:
        """The labels asked for, or a model's own; None where a column holds those of each row."""
        return None if self.labels_column is not None else super().space(own)


@click.command("label")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option(
    "-f",
    "source",
    metavar="FILE",
    multiple=True,
    callback=only_one,
    help="Read csv, jsonl, parquet, xlsx or txt; - is standard input, a text a line.",
)
@click.option(
    "-o",
    "target",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Write the rows of FILE with their labels.",
)
@click.option("--column", metavar="NAME", help="The column that holds the text.  [text]")
@click.option(
    "--labels-column", metavar="NAME", help="The column that holds the labels of each row, divided by ; or |."
)
@answer_options
@model_option
@click.option(
    "--threshold", type=_Share(0, 1), metavar="X", help="A label applies from this score on, 0 to 1."
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most N labels a text, the best; with --open, N descriptors, up to 20.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped.")
@click.option("--overwrite", "--force", is_flag=True, help="Replace OUT if it exists.")
@session_options
@click.pass_obj
def command(session: Session, /, **given: object) -> None:
    """Say which emotions texts express.

    \b
    affekt label "We did it, finally!"
    affekt label -l joy,relief -l "overwhelmed=too much at once" "So many emails."
    affekt label --open "So many emails."
    affekt label -f reviews.csv --column review -o labelled.csv
    cat tweets.txt | affekt label --space ekman | cut -f1 | sort | uniq -c

    In a pipe a line is the labels, a tab, the text; `-` where no label applies, `?` and the reason where the
    text cannot be judged.
    """
    options: dict[str, Any] = given
    request = Request(**options)
    request.check()
    if request.target is None:
        _answer(session, request)
    else:
        _label_file(session, request)


class _Part(NamedTuple):
    """Texts to judge at once; a row of a file without a text has an error instead; `spaces` where they differ."""

    texts: Sequence[str | None]
    errors: Sequence[str | None]
    done: int = 0
    total: int | None = None
    spaces: Sequence[LabelSpace | None] | None = None


def _answer(session: Session, request: Request) -> None:
    """Print what is said of each text, part by part as they come."""
    from affekt.models import load

    model = load(request.model)
    parts = _parts(request, model)
    space = request.space(model.default_space)
    out = output(as_json=request.as_json)
    # There is no room for a bar where results are drawn, and no end to a stream.
    silent = session.quiet or not request.in_file or sys.stdout.isatty()
    rows = 0
    with progress(Session(quiet=silent), "labelling") as report:
        for part in parts:
            rows += len(part.texts)
            spaces = part.spaces or [space] * len(part.texts)
            answers = _answers(model, part, space, request)
            for text, error, answer, own in zip(part.texts, part.errors, answers, spaces, strict=True):
                out.prediction(
                    text, answer or Prediction((), {}, abstained=error), OPEN if own is None else own
                )
            out.flush()
            report(part.done, part.total)
    if not rows and not session.quiet:
        click.echo(f"0 rows in {request.source}", err=True)


def _answers(
    model: Model, part: _Part, space: LabelSpace | None, request: Request
) -> list[Prediction | None]:
    """What is said of each text of a part; None where there is none, or no labels."""
    if part.spaces is not None:
        from affekt.bulk import predict_rows  # labels of a column: rows of a file, which are read already

        return predict_rows(model, part.texts, part.spaces, request.threshold, request.top)
    texts = [text for text in part.texts if text is not None]
    said = iter(model.predict(texts, space=space, threshold=request.threshold, top=request.top))
    return [None if text is None else next(said) for text in part.texts]


def _label_file(session: Session, request: Request) -> None:
    """Write the rows of a file, or the lines of standard input, with their labels."""
    from affekt.bulk import label_table
    from affekt.models import load

    source = request.source or STANDARD
    target = str(request.target)
    model = load(request.model)
    with progress(session, "labelling") as report:
        summary = label_table(
            model,
            source,
            target,
            space=request.space(model.default_space),
            column=request.column or _COLUMN,
            labels_column=request.labels_column,
            form=request.form,
            resume=request.resume,
            overwrite=request.overwrite,
            threshold=request.threshold,
            top=request.top,
            progress=report,
        )
    if not session.quiet:
        click.echo(_sentence(summary), err=True)


def _sentence(summary: Summary) -> str:
    """What was done, for a person."""
    parts = (
        (f"{summary.rows:,} row{'' if summary.rows == 1 else 's'} in {summary.target}", True),
        (f"{summary.resumed:,} of them done before", summary.resumed),
        (f"{summary.abstained:,} not judged", summary.abstained),
        (f"{summary.errors:,} with errors", summary.errors),
        (f"{summary.seconds:.1f} s", True),
    )
    return ", ".join(text for text, said in parts if said)


def _parts(request: Request, model: Model) -> Iterator[_Part]:
    """The texts to judge, in parts; that there are none, or one cannot be read, is an error."""
    if request.texts:
        check_utf8(request.texts)
        return iter([_Part(request.texts, [None] * len(request.texts))])
    if request.in_file:
        return _file_parts(str(request.source), request, model)
    if request.source is None and sys.stdin.isatty():
        raise InputError(_WHAT_TO_DO)
    lines = _input_lines()
    first = next(lines, None)
    if first is None:
        raise InputError("standard input is empty: give it a text a line")
    return _growing_parts(chain((first,), lines))


def _file_parts(source: str, request: Request, model: Model) -> Iterator[_Part]:
    from affekt.bulk import LabelSets
    from affekt.tables import open_table

    table = open_table(source, request.column or _COLUMN, part_rows=_LARGEST_PART)
    form = request.form
    if request.labels_column is None or form is None:
        return (_Part(part.texts, part.errors, part.done, part.total) for part in table.parts())
    sets = LabelSets(table, request.labels_column, form, model)
    read = ((part, *sets.of(part)) for part in table.parts())
    return (_Part(part.texts, errors, part.done, part.total, spaces) for part, spaces, errors in read)


def _input_lines() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = f"byte 0x{error.object[error.start]:02x}"
            raise InputError(
                f"standard input line {number} is not UTF-8 ({byte}): save the text as UTF-8"
            ) from None
        yield text.removesuffix("\n").removesuffix("\r")


def _growing_parts(texts: Iterable[str]) -> Iterator[_Part]:
    """One text, then two, four and so on: the first answer comes at once, and many texts go fast."""
    remaining = iter(texts)
    size = 1
    while part := list(islice(remaining, size)):
        yield _Part(part, [None] * len(part))
        size = min(2 * size, _LARGEST_PART)
