"""`affekt wordings`: words for labels, chosen by labelled texts, as a file that `--labels` reads."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from affekt.cli.figures import number
from affekt.cli.labelled import LabelledRequest, labelled_options
from affekt.cli.output import Output, output
from affekt.cli.session import Session, session_options
from affekt.core import InputError

if TYPE_CHECKING:
    from affekt.decisions import ChosenWordings


@dataclass(frozen=True)
class Request(LabelledRequest):
    """What the user asked for; the options of the command by their names."""

    def check(self) -> None:
        """Refuse what cannot be done, before anything is loaded."""
        if self.target is None:
            if self.overwrite:
                raise click.UsageError("--overwrite replaces a file of labels: name it with -o")
            return
        if self.target.suffix.casefold() not in (".toml", ".json"):
            raise InputError(
                f"{self.target} cannot be written: a file of labels is named FILE.toml or FILE.json"
            )
        if not self.target.absolute().parent.is_dir():
            raise InputError(
                f"{self.target} cannot be written: there is no folder {self.target.parent}, make it first"
            )
        if self.target.exists() and not self.overwrite:
            raise InputError(f"{self.target} exists: name another file, or replace it with --overwrite")


@click.command("wordings")
@click.argument("model")
@labelled_options
@click.option(
    "-o",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Keep the labels: toml or json, for --labels.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the labels and what their wordings are worth as JSON."
)
@session_options
@click.pass_obj
def command(session: Session, /, **given: object) -> None:
    """Choose wordings of labels by labelled texts.

    \b
    affekt wordings small --on semeval2018 -o tweets.toml
    affekt evaluate small --on semeval2018 --mode calibrated --labels tweets.toml
    affekt wordings small --on mine.csv --column label=topic -o mine.toml
    affekt label --labels mine.toml "They never called back."

    A label is judged by its wordings: its name, a description, paraphrases. From the model's vocabulary words are
    added, and wordings dropped, as they help to tell the label's texts from the others; a name stays. A gain is that
    of average precision on texts that the words were not chosen by; where there is none, a label stays as it is.
    The file is yours to read and to change.
    """
    options: dict[str, Any] = given
    request = Request(**options)
    request.check()
    from affekt.api import choose_wordings, load
    from affekt.evaluation import replacing

    model = load(request.model)
    chosen = choose_wordings(model, **request.texts(model.default_space))
    if request.target is not None:
        toml = request.target.suffix.casefold() == ".toml"
        with replacing(request.target) as path:
            path.write_text(
                chosen.space.to_toml() if toml else chosen.space.to_json() + "\n", encoding="utf-8"
            )
    if request.as_json:
        sys.stdout.write(json.dumps(_told(chosen), ensure_ascii=False) + "\n")
    else:
        _write(output(), chosen)


def _told(chosen: ChosenWordings) -> dict[str, Any]:
    changes = {
        name: {
            "before": chosen.before[name],
            "after": chosen.after[name],
            "added": list(added),
            "dropped": list(dropped),
        }
        for name, (added, dropped) in chosen.changes.items()
    }
    return {"space": chosen.space.to_dict(), "changes": changes}


def _write(out: Output, chosen: ChosenWordings) -> None:
    changes = chosen.changes
    rows = [
        (name, number(chosen.before[name]), number(chosen.after[name]), "; ".join(added), "; ".join(dropped))
        for name, (added, dropped) in changes.items()
    ]
    rows += [(name, "", "", "", "") for name in chosen.given.names if name not in changes]
    figures = ("precision", "with new words")
    out.table(("label", *figures, "added", "dropped"), rows, right=figures)
