"""How to repeat a run: what it was made with, and the command, versions, decision and checksums that a report holds."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from affekt.core import Label
from affekt.evaluation.material import data_name, space_of
from affekt.evaluation.report import Report
from affekt.pages import Block, Column, Facts, Listing, Number, Section, Table

_PACKAGES: Final = ("numpy", "onnxruntime")


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
    blocks: list[Block] = [Listing(command(report)), Facts(tuple(_facts(report)))]
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


def command(report: Report) -> str:
    """The command that makes the report again; labels chosen by hand are named in it."""
    words = [
        "affekt",
        "evaluate",
        str(report.model["name"]),
        "--on",
        data_name(report),
        "--mode",
        report.mode,
    ]
    space = space_of(report)
    if space.name == "custom":
        typed = [_typed(label) for label in space.labels]
        lists = typed if any("=" in text for text in typed) else [",".join(typed)]
        words += [word for text in lists for word in ("-l", text)] + ["--kind", space.kind]
    return shlex.join([*words, "-o", "DIR"])


def _typed(label: Label) -> str:
    """A label as an option names it; paraphrases cannot be typed."""
    if label.poles is not None:
        return f"{label.name}={', '.join(label.poles.high)}|{', '.join(label.poles.low)}"
    return f"{label.name}={label.description}" if label.description else label.name


def decision_of(report: Report) -> Mapping[str, Any]:
    """The decision that applied, chosen by label space where the model has several."""
    decision = report.decision or {}
    if decision.get("kind") == "by-space":
        by_space = decision.get("by_space", {})
        return dict(by_space.get(space_of(report).name) or decision.get("otherwise") or {})
    return decision


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
