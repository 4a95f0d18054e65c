"""`affekt compare`: whether two evaluated models differ by more than chance."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affekt.cli.figures import UNDEFINED, number
from affekt.cli.output import Output, output
from affekt.cli.session import session_options

if TYPE_CHECKING:
    from affekt.evaluation import Comparison, Difference


@click.command("compare")
@click.argument("a", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("b", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--replicates",
    metavar="N",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Resamples for intervals, and random swaps for p-values.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of both.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@session_options
def command(a: Path, b: Path, replicates: int, seed: int, as_json: bool) -> None:
    """Say whether two evaluated models differ by more than chance.

    \b
    affekt compare reports/small reports/mine
    affekt compare reports/small reports/mine --replicates 10000 --json

    Each folder is what `affekt evaluate -o` wrote, for the same texts. Differences are the first less the
    second. Intervals: paired bootstrap; p: approximate randomisation, for labels corrected for their number
    (Holm). Dialogues are drawn whole.
    """
    from affekt.evaluation import compare

    comparison = compare(a, b, replicates=replicates, seed=seed)
    if as_json:
        sys.stdout.write(json.dumps(comparison.to_dict(), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        _write(output(), comparison)


def _write(out: Output, comparison: Comparison) -> None:
    names = _names(comparison)
    data = comparison.data
    part = f"/{data['part']}" if data.get("part") else ""
    out.heading(
        f"{names[0]} against {names[1]} on {data['name']}{part}:{data['split']}, {comparison.items:,} texts"
    )
    out.gap()
    header = ("figure", *names, "difference", "95 %", "p")
    out.table(header, (_row(x, d, d.p) for x, d in comparison.metrics.items()), right=header[1:])
    for figure, labels in comparison.labels.items():
        out.gap()
        header = (f"{figure} of", *names, "difference", "95 %", "p (Holm)")
        out.table(header, _label_rows(labels), right=header[1:])


def _names(comparison: Comparison) -> tuple[str, str]:
    """Names of the models, or of the folders where both models have one name."""
    names = comparison.a["name"], comparison.b["name"]
    if names[0] != names[1]:
        return names
    return comparison.a["folder"], comparison.b["folder"]


def _label_rows(labels: Mapping[str, Difference]) -> Iterator[tuple[str, ...]]:
    for label, difference in labels.items():
        yield _row(label, difference, difference.p_holm)


def _row(name: str, found: Difference, p: float | None) -> tuple[str, ...]:
    interval = "" if found.low is None or found.high is None else f"{found.low:+.3f}…{found.high:+.3f}"
    signed = UNDEFINED if found.difference is None else f"{found.difference:+.3f}"
    return name, number(found.a), number(found.b), signed, interval, number(p)
