"""`affekt evaluate --probe`: what names, identities, noise and negation do to what a model says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from affekt.cli.figures import UNDEFINED, percent
from affekt.cli.options import LabelChoice
from affekt.cli.output import Output, output, progress
from affekt.cli.session import Session


def probe_model(
    session: Session, name: str, labels: LabelChoice, directory: Path | None, *, as_json: bool
) -> None:
    """Probe a model, keep the report if a folder is given, and show it."""
    from affekt.api import load
    from affekt.evaluation import probe

    model = load(name)
    space = labels.space(model.default_space) if labels.named else None
    with progress(session, "probing"):
        report = probe(model, space)
    if directory is not None:
        report.save(directory)
    if as_json:
        sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False) + "\n")
    else:
        _write(output(), report.to_dict())


def _write(out: Output, report: Mapping[str, Any]) -> None:
    out.heading(f"{report['model']}, probed with {report['texts']:,} sentences ({report['language']})")
    out.gap()
    axis = next(iter(report["axes"]), None)
    header: tuple[str, ...] = ("swap", "group", "label", "largest shift", "95 %")
    header += (f"{axis} shifts by", "95 %") if axis else ()
    out.table(header, _swaps(report["swaps"], report["labels"], axis), right=header[3:])
    out.gap()
    header = ("change", "texts", "same labels", "95 %", "scores move by")
    out.table(header, _changes(report["robustness"]), right=header[1:])
    out.gap()
    header = ("negated", "sentences", "said of", "taken back", "95 %")
    out.table(header, _negations(report["negation"]), right=header[1:])


def _swaps(swaps: Mapping[str, Any], labels: Sequence[str], axis: str | None) -> Iterator[tuple[str, ...]]:
    """The label that shifts most and the first axis, whose unit is another; what was not judged where there is any."""
    for swap, groups in swaps.items():
        for group, found in groups.items():
            known = [label for label in labels if found["shift"][label]["value"] is not None]
            label = max(known, key=lambda name: abs(found["shift"][name]["value"]), default=None)
            shifted = (*_shift(found, label), *(_shift(found, axis) if axis else ()))
            silent = f"{group} ({percent(found['abstained'])} not judged)" if found["abstained"] else group
            yield swap, silent, label or UNDEFINED, *shifted


def _shift(found: Mapping[str, Any], name: str | None) -> tuple[str, str]:
    shift = {} if name is None else found["shift"][name]
    value, low, high = (shift.get(key) for key in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return UNDEFINED, ""
    return f"{value:+.3f}", f"{low:+.3f}…{high:+.3f}"


def _changes(changes: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for change, found in changes.items():
        same, moved = found["same_labels"], found["score_change"]["value"]
        by = UNDEFINED if moved is None else f"{moved:.3f}"
        yield change, f"{found['texts']:,}", percent(same["value"]), _interval(same), by


def _negations(labels: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for label, found in labels.items():
        back = found["taken_back"]
        yield label, str(found["pairs"]), str(found["said"]), percent(back["value"]), _interval(back)


def _interval(figure: Mapping[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    return "" if low is None or high is None else f"{low:.3f}…{high:.3f}"
