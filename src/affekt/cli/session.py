"""How a run of the command line talks to its user: what `--quiet` and `--debug` say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass
class Session:
    """How a run of the command line talks to its user."""

    debug: bool = False
    quiet: bool = False


def session_options(function: Function) -> Function:
    """Add `--quiet` and `--debug`, before or after the command's name; they end up in the `Session`."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and param.name:
            setattr(ctx.ensure_object(Session), param.name, True)

    debug = click.option(
        "--debug", is_flag=True, expose_value=False, callback=remember, help="Show where an error came from."
    )
    quiet = click.option(
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Print nothing but results and errors.",
    )
    return quiet(debug(function))
