"""`affekt evaluate`: how good a model is on labelled texts, beside what trivial rules reach."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from affekt.cli.options import LabelChoice, data_option, label_options
from affekt.cli.output import Output, output, progress
from affekt.cli.session import Session, session_options
from affekt.core import InputError, Kind, LabelSpace

if TYPE_CHECKING:
    from affekt.decisions import Asked, DecisionRequest
    from affekt.evaluation import Mode, Report

_UNDEFINED: Final = "–"


@click.command("evaluate")
@click.argument("model")
@click.option(
    "--on",
    "targets",
    metavar="CORPUS|FILE",
    multiple=True,
    required=True,
    help="CORPUS[/PART][:SPLIT], or a .jsonl file with `text` and `labels` a line. Repeatable.",
)
@click.option(
    "--mode",
    type=click.Choice(("strict", "calibrated")),
    help="Tune nothing on the target, or take thresholds from its dev split.  [strict; calibrated with --decision]",
)
@click.option(
    "--decision",
    type=click.Choice(("thresholds", "calibrated", "sets", "abstain")),
    help="What to fit on the dev split: cuts for the best F1, also on calibrated scores; sets that hold a share of "
    "the gold labels; silence where unsure.",
)
@click.option(
    "--coverage",
    type=float,
    metavar="X",
    help="Of sets, the share of gold labels inside; of abstain, the share of texts kept.  [0.9]",
)
@click.option("--risk", type=float, metavar="X", help="Of abstain, the mean loss of the texts kept.")
@label_options
@click.option(
    "-o",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep the report; of several, each in a folder of its own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one report a line, as JSON.")
@data_option
@session_options
@click.pass_obj
def command(session: Session, /, **given: object) -> None:
    """Measure a model on a corpus or a file of labelled texts.

    \b
    affekt evaluate small --on semeval2018 --mode calibrated
    affekt evaluate small --on goemotions --decision sets --coverage 0.9
    affekt evaluate small --on isear --on emobank/reader:test -o reports
    affekt evaluate ./my-model --on mine.jsonl --kind single --json

    Figures come with 95 % intervals, and beside what trivial rules reach that read no text.
    """
    options: dict[str, Any] = given
    request = Request(**options)
    folders = request.folders()
    space = request.labels.space() if request.labels.named else None
    done: list[dict[str, Any]] = []
    try:
        with progress(session, "evaluating") as tell:
            for on, report in _reports(request, space):
                if folders:
                    report.save(folders[on])
                if request.as_json:
                    sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False) + "\n")
                    sys.stdout.flush()
                done.append(report.to_dict())
                tell(len(done), len(request.targets))
    finally:  # what was measured before something went wrong is shown
        if done and not request.as_json:
            _write(output(), done)


@dataclass(frozen=True)
class Request:
    """What the user asked for; the options of the command by their names."""

    model: str
    targets: tuple[str, ...]
    mode: Mode | None
    decision: Asked | None
    coverage: float | None
    risk: float | None
    label_lists: tuple[str, ...]
    labels_file: Path | None
    space_name: str | None
    kind: Kind | None
    directory: Path | None
    as_json: bool
    data: Path | None

    @property
    def labels(self) -> LabelChoice:
        """The labels asked for."""
        return LabelChoice(self.label_lists, self.labels_file, self.space_name, self.kind)

    def fitted(self) -> DecisionRequest | None:
        """The decision to be fitted.

        Returns:
            What is wanted of it, or None where none is named.

        Raises:
            InputError: if an option belongs to another decision.
        """
        from affekt.decisions import DecisionRequest

        if self.decision is None and (self.coverage is not None or self.risk is not None):
            raise InputError("--coverage and --risk say what a decision promises: name one with --decision")
        return self.decision and DecisionRequest(self.decision, self.coverage, self.risk)

    def folders(self) -> dict[str, Path]:
        """Where the report of each target is kept.

        Returns:
            target → folder; empty if no folder was asked for.

        Raises:
            InputError: if a target is named twice, or two would share a folder.
        """
        twice = [on for on, times in Counter(self.targets).items() if times > 1]
        if twice:
            raise InputError(f"--on {twice[0]} is given twice: give it once")
        if self.directory is None:
            return {}
        if len(self.targets) == 1:
            return {self.targets[0]: self.directory}
        names = {on: _folder_name(on) for on in self.targets}
        if len(set(names.values())) < len(names):
            raise InputError(
                f"the reports of {', '.join(names)} would be kept in one folder: evaluate them one by one"
            )
        return {on: self.directory / name for on, name in names.items()}


def _folder_name(on: str) -> str:
    """`emobank/reader:test` is kept in `emobank-reader-test`, `some/where/mine.jsonl` in `mine`."""
    return Path(on).stem if on.endswith(".jsonl") else on.replace("/", "-").replace(":", "-")


def _reports(request: Request, space: LabelSpace | None) -> Iterator[tuple[str, Report]]:
    from affekt.api import evaluate, load

    fitted = request.fitted()
    mode: Mode = request.mode or ("strict" if fitted is None else "calibrated")
    options: dict[str, Any] = {
        "mode": mode, "decision": fitted, "space": space, "kind": request.kind, "data": request.data
    }  # fmt: skip
    model = load(request.model)
    for on in request.targets:
        yield on, evaluate(model, on, **options)


def _write(out: Output, reports: Sequence[Mapping[str, Any]]) -> None:
    """Figures with intervals, the model's beside those of trivial rules; labels one by one if there is one report."""
    for report in reports:
        out.heading(f"{_data(report)}, {report['data']['items']:,} texts, {report['mode']}")
        out.facts(_facts(report))
    rules = tuple(dict.fromkeys(rule for report in reports for rule in report["rules"]))
    where = ("data",) if len(reports) > 1 else ()
    header = (*where, "figure", reports[0]["model"]["name"], "95 %", *rules)
    rows = [
        (*((_data(report),) if where else ()), *row) for report in reports for row in _rows(report, rules)
    ]
    out.gap()
    out.table(header, rows, right=header[len(where) + 1 :], faint=rules)
    if len(reports) == 1:
        out.gap()
        _write_labels(out, reports[0]["labels"])


def _data(report: Mapping[str, Any]) -> str:
    data = report["data"]
    part = f"/{data['part']}" if data["part"] else ""
    return f"{data['name']}{part}:{data['split']}"


def _facts(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if report["abstained"]:
        yield "not judged", f"{100 * report['abstained']:.1f} %"
    calibration = report["calibration"]
    if calibration:
        yield "calibration error", _number(calibration["calibration_error"])
    yield "seconds", f"{report['seconds']:.1f}"


def _rows(report: Mapping[str, Any], rules: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for name, figure in report["metrics"].items():
        beside = (report["rules"].get(rule, {}).get(name) for rule in rules)
        yield (name, _number(figure["value"]), _interval(figure), *map(_number, beside))


def _write_labels(out: Output, labels: Mapping[str, Any]) -> None:
    first = next(iter(labels.values()))
    figures = [name for name, figure in first.items() if isinstance(figure, Mapping)]
    header = ("label", "texts", "said", *figures)
    rows = [
        (name, f"{row['support']:,}", f"{row['predicted']:,}", *(_number(row[x]["value"]) for x in figures))
        for name, row in labels.items()
    ]
    out.table(header, rows, right=header[1:])


def _number(value: float | None) -> str:
    return _UNDEFINED if value is None else f"{value:.3f}"


def _interval(figure: Mapping[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    return "" if low is None or high is None else f"{low:.3f}–{high:.3f}"
