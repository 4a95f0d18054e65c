"""`affekt evaluate`: how good a model is on labelled texts, beside what trivial rules reach."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from affekt.cli.figures import interval, number
from affekt.cli.options import (
    LabelChoice,
    column_options,
    data_option,
    label_options,
    named_columns,
    refuse_column_options,
)
from affekt.cli.output import Output, output, progress
from affekt.cli.parts import write_annotations, write_breakdown, write_slices
from affekt.cli.probes import probe_model
from affekt.cli.session import Session, session_options
from affekt.core import InputError, Kind

if TYPE_CHECKING:
    from affekt.decisions import Asked, DecisionRequest
    from affekt.evaluation import Mode, Report


@click.command("evaluate")
@click.argument("model")
@click.option(
    "--on",
    "targets",
    metavar="CORPUS|FILE",
    multiple=True,
    help="CORPUS[/PART][:SPLIT], or FILE[:SPLIT]: csv, tsv, jsonl, parquet or xlsx with `text` and `labels`. "
    "Repeatable.",
)
@column_options
@click.option("--as", "as_", metavar="SPACE", help="Map gold to another space first: ekman, sentiment …")
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
@click.option(
    "--probe",
    is_flag=True,
    help="Swap names and identities, add noise, negate: does what is said change as it should? No --on needed.",
)
@label_options
@click.option(
    "-o",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep the report and a page about it; of several, each in a folder of its own, and one table over all.",
)
@click.option("--overwrite", "--force", is_flag=True, help="Replace a report that DIR holds.")
@click.option(
    "--no-texts", "no_texts", is_flag=True, help="Keep texts out of the page that is written to DIR."
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
    affekt evaluate small --on reviews.csv --column review --column label=emotion
    affekt evaluate answers.jsonl --on reccon/spans
    affekt evaluate small --probe

    In the place of MODEL, a .jsonl file holds the answers of any system, or of people: an object a line with `id`
    (or the lines in the order of the items) and `labels`, `scores`, `descriptors` or `evidence`, or with
    `abstained`, a reason; such as `affekt label --json` prints.

    Figures come with 95 % intervals, and beside what trivial rules reach that read no text.
    """
    options: dict[str, Any] = given
    request = Request(**options)
    if not request.targets and not request.probe:
        raise click.UsageError("Missing option '--on'", click.get_current_context())
    request.check_probe()
    folders = request.folders()
    done: dict[str, Report] = {}
    try:
        with progress(session, "evaluating") as tell:
            for on, report in _reports(request):
                if request.as_json:
                    sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False) + "\n")
                    sys.stdout.flush()
                done[on] = replace(report, items=None, texts=None)
                if folders:
                    report.save(folders[on], texts=not request.no_texts)
                tell(len(done), len(request.targets))
    finally:  # what was measured before something went wrong is shown
        if done and not request.as_json:
            _write(output(), [report.to_dict() for report in done.values()])
        if done and request.directory is not None and all(folders[on].is_dir() for on in done):
            _write_index(request.directory, {on: folders[on] for on in done}, list(done.values()))
            _tell_of_page(session, request.directory)
    if request.probe:
        probe_model(session, request.model, request.labels, request.directory, as_json=request.as_json)


@dataclass(frozen=True)
class Request:
    """What the user asked for; the options of the command by their names."""

    model: str
    targets: tuple[str, ...]
    columns: tuple[str, ...]
    separator: str | None
    as_: str | None
    mode: Mode | None
    probe: bool
    decision: Asked | None
    coverage: float | None
    risk: float | None
    label_lists: tuple[str, ...]
    labels_file: Path | None
    space_name: str | None
    kind: Kind | None
    directory: Path | None
    overwrite: bool
    no_texts: bool
    as_json: bool
    data: Path | None

    @property
    def labels(self) -> LabelChoice:
        """The labels asked for."""
        return LabelChoice(self.label_lists, self.labels_file, self.space_name, self.kind)

    def check_probe(self) -> None:
        """See that there is a model to be probed.

        Raises:
            InputError: if there are answers in its place.
        """
        from affekt.evaluation import is_answer_file

        if self.probe and is_answer_file(self.model):
            raise InputError(
                f"--probe asks about new sentences, which {self.model} has no answers to: name a model"
            )

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
            InputError: if a target is named twice, two would share a folder, or one holds a report.
        """
        twice = [on for on, times in Counter(self.targets).items() if times > 1]
        if twice:
            raise InputError(f"--on {twice[0]} is given twice: give it once")
        if self.directory is None:
            if self.overwrite:
                raise InputError("--overwrite replaces a report: name its folder with -o")
            return {}
        found = self._folders(self.directory)
        written = [folder / "report.json" for folder in found.values()]
        written += [self.directory / "index.html"] if len(found) > 1 else []
        written += [self.directory / "probe.json"] if self.probe else []
        held = [path.parent for path in written if path.exists()]
        if held and not self.overwrite:
            raise InputError(f"{held[0]} holds a report: name another folder, or replace it with --overwrite")
        return found

    def _folders(self, directory: Path) -> dict[str, Path]:
        if len(self.targets) < 2:
            return dict.fromkeys(self.targets, directory)
        names = {on: _folder_name(on) for on in self.targets}
        if len(set(names.values())) < len(names):
            raise InputError(
                f"the reports of {', '.join(names)} would be kept in one folder: evaluate them one by one"
            )
        return {on: directory / name for on, name in names.items()}


def _folder_name(on: str) -> str:
    """`emobank/reader:test` is kept in `emobank-reader-test`, `some/where/mine.csv:dev` in `mine-dev`."""
    if "." not in on:
        return on.replace("/", "-").replace(":", "-")
    name = Path(on)
    _, colon, split = name.suffix.partition(":")
    return f"{name.stem}-{split}" if colon else name.stem


def _reports(request: Request) -> Iterator[tuple[str, Report]]:
    from affekt.api import evaluate, load
    from affekt.evaluation import is_answer_file, is_file

    if not any(map(is_file, request.targets)):
        refuse_column_options(request.columns, request.separator)
    columns = named_columns(request.columns)
    fitted = request.fitted()
    mode: Mode = request.mode or ("strict" if fitted is None else "calibrated")
    model = request.model if is_answer_file(request.model) else load(request.model)
    own = None if isinstance(model, str) else model.default_space
    options: dict[str, Any] = {
        "mode": mode,
        "decision": fitted,
        "space": request.labels.space(own) if request.labels.named else None,
        "kind": request.kind,
        "as_": request.as_,
        "data": request.data,
    }
    for on in request.targets:
        read: dict[str, Any] = {"columns": columns, "separator": request.separator} if is_file(on) else {}
        yield on, evaluate(model, on, **read, **options)


def _write_index(directory: Path, folders: Mapping[str, Path], reports: Sequence[Report]) -> None:
    """One page with a table over several corpora, which leads to the page of each."""
    from affekt import pages
    from affekt.evaluation import present_several, replacing

    if len(folders) < 2 or not pages.available():
        return
    linked = [
        (report, f"{quote(folder.name)}/report.html")
        for folder, report in zip(folders.values(), reports, strict=True)
    ]
    page = present_several(linked, f"{reports[0].model['name']} on {len(reports)} corpora")
    with replacing(directory / "index.html") as path:
        path.write_text(pages.render(page), encoding="utf-8")


def _tell_of_page(session: Session, directory: Path) -> None:
    """Say what is missing where no page could be made."""
    from affekt import pages

    if not pages.available() and not session.quiet:
        click.echo(
            f"no page is written to {directory}: it needs jinja2, run `pip install 'affekt[report]'`",
            err=True,
        )


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
        if _says_labels(reports[0]):
            out.gap()
            _write_labels(out, reports[0]["labels"])
        write_slices(out, reports[0]["slices"])
        write_breakdown(out, reports[0]["breakdown"])
        write_annotations(out, reports[0]["annotations"])


def _data(report: Mapping[str, Any]) -> str:
    data = report["data"]
    part = f"/{data['part']}" if data["part"] else ""
    return f"{data['name']}{part}:{data['split']}"


def _facts(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if report["abstained"] or (report["decision"] or {}).get("kind") == "abstention":
        yield "not judged", f"{100 * report['abstained']:.1f} %"
    calibration = report["calibration"]
    if calibration:
        names = {"low": "calibration_error_low", "high": "calibration_error_high"}
        within = interval({end: calibration[name] for end, name in names.items()})
        yield "calibration error", number(calibration["calibration_error"]) + (within and f" ({within})")
    yield from _of_its_labels(report)
    yield from _opposites(report)
    yield from _seen_in_training(report)
    yield "seconds", f"{report['seconds']:.1f}"


def _of_its_labels(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A warning where a file lacks labels that the model was made for, which makes the rest another question."""
    own = report["model"].get("own_labels")
    if own:
        yield (
            "warning",
            f"the model was made for {', '.join(own)}, of which some do not occur here: it answers as if it had not learned "
            "them; ask for all of them with -l",
        )


def _opposites(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Axes that are not read by a trained head."""
    names = [axis for axis, reading in (report["axes"] or {}).items() if reading == "opposites"]
    if names:
        yield "read by opposites", f"{', '.join(names)}: the model has no head for it, or poles were named"


def _seen_in_training(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A warning where the model was trained on texts that it is tested on, or where that cannot be told."""
    found = report["contamination"]
    if not found:
        return
    exact, near = found["exact"], found["near"]
    if exact and (exact["items"] or (near or {}).get("items")):
        told = f"in the training texts word for word: {_share(exact)}"
        told += f", nearly: {_share(near)}" if near else ""
        if found["metrics"]:
            name, value = next(iter(found["metrics"].items()))
            told += f"; {name} without them: {number(value)}"
            if within := interval(found["intervals"][name]):
                told += f" ({within})"
        yield "warning", told
    if not found["stated"]:
        yield "training texts", "not named by the model, so overlap is unknown"
    missing = [name for name in found["missing"] if name not in found["corpora"]]
    if missing:
        yield "not looked at", f"{', '.join(missing)}: training texts not at hand"
    by_checksum = [name for name, row in found["corpora"].items() if row["near"] is None]
    if by_checksum:
        yield (
            "word for word alone",
            f"{', '.join(by_checksum)}: known by checksums, so texts that are nearly the same are not found",
        )


def _share(found: Mapping[str, Any]) -> str:
    return f"{found['items']:,} ({100 * found['share']:.1f} %)"


def _rows(report: Mapping[str, Any], rules: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for name, figure in report["metrics"].items():
        beside = (report["rules"].get(rule, {}).get(name) for rule in rules)
        yield (name, number(figure["value"]), interval(figure), *map(number, beside))


def _says_labels(report: Mapping[str, Any]) -> bool:
    """Whether labels were asked for: a file of answers may have evidence or descriptors alone."""
    return report["decision"] is not None or report["data"]["space"]["kind"] == "dimensional"


def _write_labels(out: Output, labels: Mapping[str, Any]) -> None:
    first = next(iter(labels.values()))
    figures = [name for name, figure in first.items() if isinstance(figure, Mapping)]
    header = ("label", "texts", "said", *figures)
    rows = [
        (name, f"{row['support']:,}", f"{row['predicted']:,}", *(number(row[x]["value"]) for x in figures))
        for name, row in labels.items()
    ]
    out.table(header, rows, right=header[1:])
