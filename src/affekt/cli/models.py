"""`affekt models`: which models come with affekt, and what is known of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from affekt.cli.output import output
from affekt.cli.session import session_options
from affekt.core import ModelError

_CARD = "README.md"
_MEASURES = ("label_free", "trained", "all_labels")
_FIGURES = ("without human labels", "with them", "all labels, always")


@click.command("models")
@click.argument("name", required=False)
@session_options
def command(name: str | None) -> None:
    """List the models, or show the card of one.

    \b
    affekt models
    affekt models small
    affekt models ./my-model
    """
    from affekt.models import available, find

    out = output()
    if name is not None:
        directory = find(name)
        card, rows = _card(directory), _language_rows(directory)
        out.document(card)
        if rows:
            out.table(("language", *_FIGURES), rows, right=_FIGURES)
        return
    out.table(
        ("model", "languages", "size", "measured", "what"),
        [
            (
                model.name,
                ", ".join(model.languages),
                f"{model.size / 1e6:.1f} MB",
                "; ".join(_figures(model.measured)),
                model.description,
            )
            for model in available()
        ],
        right=("size",),
    )


def _card(directory: Path) -> str:
    """The card of a model, in Markdown."""
    try:
        return (directory / _CARD).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ModelError(f"{directory} has no card: a model directory has a {_CARD}") from None


def _language_rows(directory: Path) -> list[tuple[str, ...]]:
    """Languages that the model was measured in, with macro F1 on BRIGHTER's six emotions."""
    from affekt.models import read_card

    measured = read_card(directory).get("measured_languages", {})
    return [
        (language, *(f"{figures[key]:.3f}" if key in figures else "" for key in _MEASURES))
        for language, figures in measured.items()
    ]


def _figures(measured: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    """Each figure with its name, those of an inner table after the table's name."""
    for name, value in measured.items():
        if isinstance(value, Mapping):
            yield from _figures(value, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name} {value:.3f}" if isinstance(value, float) else f"{prefix}{name} {value}"
