"""`affekt evaluate --probe`: what names, identities, noise and negation do to what a model says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from affekt.cli.output import Output, output, progress
from affekt.cli.session import Session
from affekt.core import LabelSpace

_UNDEFINED: Final = "–"


def probe_model(
    session: Session, name: str, space: LabelSpace | None, directory: Path | None, *, as_json: bool
) -> None:
    """Probe a model, keep the report if a folder is given, and show it."""
    from affekt.api import load
    from affekt.evaluation import probe

    with progress(session, "probing"):
        report = probe(load(name), space)
    if directory is not None:
        report.save(directory)
    if as_json:
        sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False) + "\n")
    else:
        _write(output(), report.to_dict())


def _write(out: Output, report: Mapping[str, Any]) -> None:
    out.heading(f"{report['model']}, probed with {report['texts']:,} sentences ({report['language']})")
    out.gap()
    header = ("swap", "group", "largest shift of", "shift", "95 %", "not judged")
    out.table(header, _swaps(report["swaps"]), right=header[3:])
    out.gap()
    header = ("change", "texts", "same labels", "95 %", "scores move by")
    out.table(header, _changes(report["robustness"]), right=header[1:])
    out.gap()
    header = ("negated", "sentences", "said of", "taken back", "95 %")
    out.table(header, _negations(report["negation"]), right=header[1:])


def _swaps(swaps: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for swap, groups in swaps.items():
        for group, found in groups.items():
            shifts = {label: shift for label, shift in found["shift"].items() if shift["value"] is not None}
            label = max(shifts, key=lambda name: abs(shifts[name]["value"]), default=None)
            shift = shifts[label] if label is not None else {"value": None, "low": None, "high": None}
            signed = _UNDEFINED if shift["value"] is None else f"{shift['value']:+.3f}"
            yield swap, group, label or _UNDEFINED, signed, _interval(shift), _percent(found["abstained"])


def _changes(changes: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for change, found in changes.items():
        same, moved = found["same_labels"], found["score_change"]["value"]
        by = _UNDEFINED if moved is None else f"{moved:.3f}"
        yield change, f"{found['texts']:,}", _percent(same["value"]), _interval(same), by


def _negations(labels: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for label, found in labels.items():
        back = found["taken_back"]
        yield label, str(found["pairs"]), str(found["said"]), _percent(back["value"]), _interval(back)


def _percent(value: float | None) -> str:
    return _UNDEFINED if value is None else f"{100 * value:.0f} %"


def _interval(figure: Mapping[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    return "" if low is None or high is None else f"{low:.3f}…{high:.3f}"
