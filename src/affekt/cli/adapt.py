"""`affekt adapt`: a model that labelled texts have corrected, without training."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from affekt.cli.figures import number
from affekt.cli.labelled import LabelledRequest, labelled_options
from affekt.cli.output import output
from affekt.cli.session import Session, session_options

if TYPE_CHECKING:
    from affekt.models import Adapted


@dataclass(frozen=True)
class Request(LabelledRequest):
    """What the user asked for; the options of the command by their names."""

    target: Path


@click.command("adapt")
@click.argument("model")
@labelled_options
@click.option(
    "-o",
    "target",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder of the adapted model, for -m.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what each label has gained as JSON.")
@session_options
@click.pass_obj
def command(session: Session, /, **given: object) -> None:
    """Adapt a model to labelled texts, in seconds.

    \b
    affekt adapt small --on mine.csv --column label=topic -o mine
    affekt label -m ./mine "They never called back."
    affekt adapt ensemble --on semeval2018:dev -o tweets
    affekt evaluate ./tweets --on semeval2018:test

    What the model says of these labels, or on these axes, stays, and a linear map of the text's vector is added that the labelled
    texts ask for. With twenty texts little is changed, with thousands all that a linear model can learn. Any other
    labels are judged as before. What is written is some kilobytes; MODEL has to stay where it is.

    The table tells how well each label's texts are ranked (average precision; of an axis Pearson's r) before and
    after, each text judged by what the others say.
    """
    options: dict[str, Any] = given
    request = Request(**options)
    from affekt.api import adapt, load
    from affekt.models import check_target

    check_target(request.target, overwrite=request.overwrite)
    adapted = adapt(request.model, **request.texts(load(request.model).default_space))
    adapted.save(request.target, overwrite=request.overwrite)
    if request.as_json:
        sys.stdout.write(json.dumps(_told(adapted), ensure_ascii=False) + "\n")
        return
    kind = adapted.model.default_space.kind
    figures = ("r" if kind == "dimensional" else "precision", "adapted")
    rows = [
        (name, number(_or_none(adapted.before[name])), number(_or_none(adapted.after[name])))
        for name in adapted.before
    ]
    output().table(("label", *figures), rows, right=figures)


def _told(adapted: Adapted) -> dict[str, Any]:
    space = adapted.model.default_space
    gained = {
        name: {"before": _or_none(adapted.before[name]), "after": _or_none(adapted.after[name])}
        for name in space.names
    }
    return {"space": space.to_dict(), "labels": gained}


def _or_none(figure: float) -> float | None:
    return None if figure != figure else figure  # noqa: PLR0124 - NaN is not itself, and JSON has none
