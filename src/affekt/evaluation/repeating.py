"""How to repeat a run: what was asked for, and the command, versions, decision and checksums that a report holds."""

from __future__ import annotations

import json
import platform
import shlex
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from affekt.core import SPACES, Kind, Label, LabelError, LabelSpace, split_names
from affekt.decisions import DecisionRequest, decision_from_dict, fits, same_question
from affekt.evaluation.material import space_of
from affekt.evaluation.report import Report
from affekt.pages import Block, Column, Facts, Listing, Number, Section, Sentence, Sentences, Table

_PACKAGES: Final = ("numpy", "onnxruntime")

# What stands in a command for what a command line cannot name.
_MODEL: Final = "MODEL"
_LABELS_FILE: Final = "labels.json"
# Options whose value a request holds under their own name, in the order of the command's help.
_OPTIONS: Final = ("separator", "as", "mode", "decision", "coverage", "risk")

_UNKNOWN: Final = (
    "The report does not hold what was asked for: an earlier affekt made it, or texts were evaluated that Python had "
    "at hand. So no command is known that makes it again."
)
_NAMELESS: Final = (
    "No command makes this report again: it is of a file with a column without a name, which Python alone can ask "
    "for. `request` in report.json holds what was asked for."
)


def requested(
    model: str | None,
    on: str | Path,
    mode: str,
    decision: DecisionRequest,
    own: LabelSpace | None,
    read: Mapping[str, Any],
) -> dict[str, Any]:
    """What was asked for, as a report holds it.

    Args:
        model: the name or the path that it was loaded by, or of a file of answers; None where neither is known.
        on: a corpus or a file, as in `gold_texts`.
        mode: `strict` or `calibrated`.
        decision: that mode `calibrated` fits.
        own: a space that the command line knows by name beside the usual ones: the model's.
        read: the options of `gold_texts`.

    Returns:
        JSON-ready, without what was left out: `model`, `on`, `mode`, `decision`, `coverage`, `risk`, `space` (a name,
        or the space where no name stands for it), `kind`, `as`, `columns` (role → names), `separator`, `data`.
    """
    labels, columns = read["labels"], read["columns"] or {}
    fitted = {"decision": decision.name, "coverage": decision.coverage, "risk": decision.risk}
    told = {
        "model": model,
        "on": str(on),
        "mode": mode,
        **(fitted if mode == "calibrated" else {}),
        "space": None if labels is None else _name_or_whole(labels, read["kind"], own),
        "kind": read["kind"],
        "as": read["as_"],
        "columns": {r: [names] if isinstance(names, str) else list(names) for r, names in columns.items()},
        "separator": read["separator"],
        "data": None if read["data"] is None else str(read["data"]),
    }
    return {name: value for name, value in told.items() if value is not None and value != {}}


def _name_or_whole(space: LabelSpace, kind: Kind | None, own: LabelSpace | None) -> str | dict[str, Any]:
    """The name of a space where `--space` takes it for the same one, else all of it."""
    folded = space.name.casefold()
    known = own if own is not None and own.name.casefold() == folded else SPACES.get(folded)
    if known is None or (known.name, known.labels) != (space.name, space.labels):
        return space.to_dict()
    return space.name if kind is not None or known.kind == space.kind else space.to_dict()


def made_with() -> dict[str, str]:
    """What figures are made with here.

    Returns:
        `python` and the packages whose versions may change a figure → version, as far as they are installed;
        `machine` → its processor.
    """
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # under another name, such as that of a build for graphics processors
            continue
    return found | {"machine": platform.machine()}


def repeating(report: Report) -> Section:
    """The section on how to repeat the run."""
    blocks: list[Block] = [*_how(report), Facts(tuple(_facts(report)))]
    thresholds = decision_of(report).get("thresholds")
    if isinstance(thresholds, Mapping):
        rows = tuple((str(name), Number(float(cut))) for name, cut in thresholds.items())
        blocks.append(
            Table("Thresholds", (Column("label"), Column("from score", "number")), rows, folded=True)
        )
    for name, sums in _checksums(report):
        rows_of_files = tuple((file, str(digest)) for file, digest in sums.items())
        blocks.append(Table(name, (Column("file"), Column("sha256")), rows_of_files, folded=True))
    return Section(
        "repeat", "How to repeat this", "The same files and versions give the same figures.", tuple(blocks)
    )


def _how(report: Report) -> Iterator[Block]:
    """The command that makes the report again, with what stands for names in it; or a sentence on why there is none."""
    request = report.request
    if request is None or any("" in names for names in request.get("columns", {}).values()):
        yield Sentences((Sentence("", _UNKNOWN if request is None else _NAMELESS),))
        return
    words = command(request)
    yield Listing(shlex.join(words))
    if "model" not in request:
        name = report.model["name"]
        told = (
            f"stands for {name} as Python had it at hand, not as it was loaded: save it, and name its folder."
        )
        yield Sentences((Sentence(_MODEL, told),))
    if _LABELS_FILE in words:
        yield Sentences((Sentence(_LABELS_FILE, "holds the labels asked for:"),))
        yield Listing(json.dumps(request["space"], ensure_ascii=False))


def command(request: Mapping[str, Any]) -> list[str]:
    """The words of the command that asks for the same.

    Args:
        request: from `requested`, its columns with names.

    Returns:
        The words; `MODEL` and `labels.json` where a command line has no name for the model or the labels.
    """
    words = ["affekt", "evaluate", request.get("model", _MODEL), "--on", request["on"]]
    for role, names in request.get("columns", {}).items():
        words += [word for name in names for word in ("--column", f"{role}={name}")]
    for option in _OPTIONS:
        if option in request:
            words += [f"--{option}", str(request[option])]
    words += _labels(request)
    if "data" in request:
        words += ["--data", request["data"]]
    return [*words, "-o", "DIR"]


def _labels(request: Mapping[str, Any]) -> list[str]:
    """The options that say which labels: a name, or as they are typed, or a file of them."""
    space, kind = request.get("space"), request.get("kind")
    words: list[str] = []
    if isinstance(space, str):
        words = ["--space", space]
    elif space is not None:
        asked = LabelSpace.from_dict(space)
        typed = _typed(asked, kind or asked.kind)
        words = ["--labels", _LABELS_FILE] if typed is None else [x for text in typed for x in ("-l", text)]
        if typed is not None and asked.kind != "multi":  # which labels by hand are where no kind is named
            kind = kind or asked.kind
    return words if kind is None else [*words, "--kind", kind]


def _typed(space: LabelSpace, kind: Kind) -> list[str] | None:
    """What each `-l` says where that gives the same space; None where nothing that can be typed does."""
    texts = [_text(label) for label in space.labels]
    try:
        made = LabelSpace.of(texts, kind)
    except LabelError:
        return None
    listed = any(len(split_names(name)) > 1 for name in space.names)  # a comma ends a name
    if listed or (made.name, made.labels) != (space.name, space.labels):
        return None
    return texts if any("=" in text for text in texts) else [",".join(texts)]


def _text(label: Label) -> str:
    """A label as an option names it; paraphrases cannot be typed."""
    if label.poles is not None:
        return f"{label.name}={', '.join(label.poles.high)}|{', '.join(label.poles.low)}"
    return f"{label.name}={label.description}" if label.description else label.name


def decision_of(report: Report) -> Mapping[str, Any]:
    """The decision that applied, where the model has one for each label space or question."""
    return _applied(report.decision or {}, space_of(report))


def _applied(decision: Mapping[str, Any], space: LabelSpace) -> Mapping[str, Any]:
    if decision.get("kind") == "by-space":
        own = decision["by_space"].get(space.name)
        its = own is not None and fits(decision_from_dict(own), space)
    elif decision.get("kind") == "one-question":
        own = decision["own"]
        its = same_question(LabelSpace.from_dict(decision["space"]), space)
    else:
        return decision
    return _applied(own if its else decision["otherwise"], space)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "affekt", report.affekt
    if report.made_with:
        yield "made with", ", ".join(_tool(name, which) for name, which in report.made_with.items())
    if decision := decision_of(report):
        extra = ", ".join(
            f"{k} {_plain(v)}" for k, v in decision.items() if k != "kind" and not isinstance(v, dict | list)
        )
        yield "decision", f"{decision.get('kind')}{', ' + extra if extra else ''}"
    intervals = report.intervals
    if intervals.get("replicates"):
        yield (
            "intervals",
            f"95 % percentile bootstrap, {intervals['replicates']:,} resamples of {intervals['units']}, seed {intervals['seed']}",
        )
    if told := (report.annotations or {}).get("descriptors"):
        where = f"the label tower of {told['embedder']}"
        yield "descriptors", f"synonyms from a cosine of {told['closeness']} on, by {where}"
    if dev := report.data.get("dev"):
        yield (
            "dev split",
            f"{dev['items']:,} texts, for the rules and Brier skill"
            + (", and for thresholds" if report.mode == "calibrated" else ""),
        )
    for key in ("description", "recipe", "licence"):
        if report.model.get(key):
            yield f"model, {key}", str(report.model[key])
    if trained := list(_trained_on(report)):
        yield "model, trained on", ", ".join(trained)
    yield "seconds", f"{report.seconds:.1f}"


def _tool(name: str, which: str) -> str:
    return which if name == "machine" else f"{name} {which}"


def _plain(value: object) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _trained_on(report: Report) -> Iterator[str]:
    training = report.model.get("training") or ()
    for entry in training if isinstance(training, list | tuple) else ():
        yield str(entry["corpus"]) if isinstance(entry, Mapping) and "corpus" in entry else str(entry)


def _checksums(report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if sums := report.data.get("sha256"):
        yield "Checksums of the data", sums
    if (report.data.get("dev") or {}).get("sha256"):
        yield "Checksums of the dev split", report.data["dev"]["sha256"]
    if files := report.model.get("files"):
        yield "Checksums of the model", files
