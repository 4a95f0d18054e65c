"""`affekt explain`: which words of a text move which label, on the terminal, as JSON and as a page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from affekt.cli.options import AnswerRequest, answer_options, check_utf8, model_option
from affekt.cli.output import output
from affekt.cli.session import Session, session_options
from affekt.core import InputError, MissingExtra

if TYPE_CHECKING:
    from affekt.models import Model
    from affekt.wrappers import Explanation

_WHAT_TO_DO: Final = (
    'nothing to explain: give a text, as in affekt explain "We won!", or one on standard input, '
    "as in affekt explain < letter.txt"
)


@dataclass(frozen=True)
class Request(AnswerRequest):
    """What the user asked for; the options of the command by their names."""

    texts: tuple[str, ...]
    model: str
    top: int | None
    parts: int | None
    target: Path | None
    overwrite: bool
    as_json: bool

    def check(self) -> None:
        """Refuse what cannot be done, before anything is loaded."""
        self.choice.check()
        if self.target is None:
            if self.overwrite:
                raise click.UsageError("--overwrite replaces a page: name it with -o")
            return
        from affekt.pages import available

        if self.target.suffix.casefold() not in (".html", ".htm"):
            raise InputError(f"{self.target} cannot be written: a page is named PAGE.html")
        if self.target.exists() and not self.overwrite:
            raise InputError(f"{self.target} exists: name another page, or replace it with --overwrite")
        if not available():
            raise MissingExtra("jinja2", "report")


@click.command("explain")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@answer_options
@model_option
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help="Show N labels, the best.  [those that apply and two more]",
)
@click.option(
    "--parts",
    type=click.IntRange(min=1),
    metavar="N",
    help="Take a text apart into at most N words or passages.  [40, fewer in a long text]",
)
@click.option(
    "-o", "target", metavar="PAGE", type=click.Path(path_type=Path), help="Write a page: a name in .html."
)
@click.option("--overwrite", "--force", is_flag=True, help="Replace PAGE if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a text, with all labels.")
@session_options
@click.pass_obj
def command(session: Session, /, **given: object) -> None:
    """Say which words of a text move which label.

    \b
    affekt explain "I am not happy with the new phone."
    affekt explain -l relief,pride "We did it, finally!" -o finally.html
    affekt explain --open "I can't believe it!"
    affekt explain --space valence-arousal < letter.txt

    Each word is taken out in turn; its effect is what the score of a label loses by that. A negation is also taken
    out with what it denies. Of a long text passages are taken out in place of words. Standard input is one text.

    In a pipe the first line is the labels, a tab, the text; then come label, score, effect, score without the words,
    and the words, the strongest first.
    """
    options: dict[str, Any] = given
    request = Request(**options)
    request.check()
    texts = request.texts or (_standard_input(),)
    check_utf8(texts)
    from affekt.models import load

    model = load(request.model)
    space = request.space(model.default_space)
    out = output(as_json=request.as_json)
    explanations = []
    for text in texts:
        explanation = model.explain(text, space=space, parts=request.parts)
        out.explanation(explanation, explanation.labels(request.top))
        out.flush()
        explanations.append(explanation)
    if request.target is not None:
        _write(explanations, model, request)


def _standard_input() -> str:
    """All of standard input as one text, without the line's end that closes it."""
    if sys.stdin.isatty():
        raise InputError(_WHAT_TO_DO)
    content = sys.stdin.buffer.read()
    if not content.strip():
        raise InputError("standard input is empty: give it a text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"standard input is not UTF-8 (byte 0x{content[error.start]:02x} at {error.start}): save the text as UTF-8"
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def _write(explanations: Sequence[Explanation], model: Model, request: Request) -> None:
    from affekt.evaluation import replacing
    from affekt.pages import render
    from affekt.wrappers import present

    assert request.target is not None
    with replacing(request.target) as path:
        path.write_text(render(present(explanations, model.name, request.top)), encoding="utf-8")
