"""The `affekt` command: finds the command asked for, and turns what goes wrong into a sentence and an exit code.

Exit codes: 0 done; 1 a bug, or nobody reads our output any more; 2 a mistake that the user can mend; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from affekt import __version__
from affekt.cli.session import Session, session_options

_SUMMARIES = {
    "label": "Say which emotions texts express.",
    "explain": "Say which words of a text move which label.",
    "train": "Train a model as a recipe says.",
    "evaluate": "Measure a model on a corpus or a file of labelled texts.",
    "adapt": "Adapt a model to labelled texts, in seconds.",
    "wordings": "Choose wordings of labels by labelled texts.",
    "compare": "Say whether two evaluated models differ by more than chance.",
    "summarize": "Say how often labels occur in a file, by group or over time.",
    "models": "List the models, or show the card of one.",
    "corpora": "List the corpora, or show or check one.",
}


class _Affekt(click.Group):
    """Imports a command's file when that command is asked for, and ends each run in one way."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _SUMMARIES:
            from difflib import get_close_matches

            near = get_close_matches(cmd_name, _SUMMARIES, n=1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"there is no command {cmd_name!r}{hint}")
        command: click.Command = import_module(f"affekt.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # From the table above, so that `affekt --help` imports no command.
        with formatter.section("Commands"):
            formatter.write_dl(list(_SUMMARIES.items()))

    def main(  # type: ignore[override]  # it never returns, whatever the mode
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: object
    ) -> NoReturn:
        session = Session()
        settings: dict[str, Any] = {**extra, "standalone_mode": False, "obj": session}
        _prepare_streams()
        try:
            code = super().main(args, prog_name or "affekt", **settings)
            sys.stdout.flush()
        except Exception as error:
            code = _explain(error, session)
        sys.exit(code if isinstance(code, int) else 0)


def _prepare_streams() -> None:
    """Make writing safe: a closed stream swallows, and what a terminal cannot show becomes `?`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - stays open
        elif isinstance(stream, TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(errors="replace" if mode == "w" else None)


def _explain(error: Exception, session: Session) -> int:
    """Tell the user what went wrong, and return the exit code; bugs are raised again."""
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return 1
    sentence, code = _sentence(error)
    if session.debug:
        import traceback

        traceback.print_exception(error)
    elif sentence:
        color = False if os.environ.get("NO_COLOR") else None
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {sentence}", err=True, color=color)
    return code


def _sentence(error: Exception) -> tuple[str, int]:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{_one_line(error.format_message())} (see `{error.ctx.command_path} --help`)", 2
    if isinstance(error, click.ClickException):
        return _one_line(error.format_message()), max(error.exit_code, 2)
    if isinstance(error, click.Abort):
        return str(error.__cause__ or "") or "stopped", 130
    if isinstance(error, OSError):
        return f"{error.filename or 'reading or writing'} failed: {error.strerror or error}", 2
    from affekt.core import AffektError

    if isinstance(error, AffektError):
        return str(error), 2
    raise error


def _one_line(message: str) -> str:
    return " ".join(message.split()).removesuffix(".")


@click.group(
    "affekt",
    cls=_Affekt,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "color": False if os.environ.get("NO_COLOR") else None,
        "max_content_width": 100,
    },
    invoke_without_command=True,
)
@click.version_option(__version__, message="affekt %(version)s")
@session_options
@click.pass_context
def app(context: click.Context) -> None:
    """Which emotions a text expresses, and how sure that is.

    \b
    affekt label "We did it, finally!"
    affekt label -l relieved,proud,bored "We did it, finally!"
    affekt label -f reviews.csv -o labelled.csv
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> NoReturn:
    """Run the command line with the arguments of the process; ends the process."""
    app.main()
