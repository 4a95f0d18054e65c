"""What `affekt evaluate` shows below the figures: scores by part, sorts of errors on levels, other annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from affekt.cli.figures import interval, number, percent
from affekt.cli.output import Output

# More parts than these are read in the report, not on a screen.
_FEW: Final = 8


def write_slices(out: Output, slices: Mapping[str, Any] | None) -> None:
    """The first figure of each part, and macro F1 of labels; sorts with many parts are left to the report."""
    short = {sort: parts for sort, parts in (slices or {}).items() if len(parts) <= _FEW}
    if not short:
        return
    first = next(iter(next(iter(short.values())).values()))
    names = [name for name, value in first.items() if isinstance(value, Mapping)]
    figures = [name for name in names if name in (names[0], "macro_f1")]
    header = ("by", "part", "texts", *(column for name in figures for column in (name, "95 %")))
    out.gap()
    out.table(header, _slices(short, figures), right=header[2:])


def write_breakdown(out: Output, breakdown: Mapping[str, Any] | None) -> None:
    """On levels: the sorts of errors by label, and what is lost by telling levels apart."""
    if not breakdown or "collapsed" not in breakdown:
        return
    shares = ("one_level", "missed", "added", "nothing")
    header: tuple[str, ...] = ("errors on", "texts", "one level off", "missed", "added", "nothing said")
    rows = (
        (label, f"{found['errors']:,}", *(percent(found[share]) for share in shares))
        for label, found in breakdown["errors"]["labels"].items()
    )
    out.gap()
    out.table(header, rows, right=header[1:])
    figures = ("mean_pearson", "mean_kappa", "mean_mae")
    header = ("levels", *figures)
    out.gap()
    out.table(
        header,
        (
            (levels, *(number(found[name]["value"]) for name in figures))
            for levels, found in breakdown["collapsed"].items()
        ),
        right=header[1:],
    )


_ANNOTATIONS: Final = {
    "evidence": ("causes and triggers by", ("positive_f1", "precision", "recall", "macro_f1")),
    "spans": ("causal spans by", ("positive_em", "positive_f1", "negative_f1", "f1")),
    "descriptors": ("free descriptors by", ("set_f1", "match_f1", "match_precision", "match_recall")),
    "raters": ("votes of raters by", ("cross_entropy", "jensen_shannon", "inclusive_macro_f1")),
    "oracles": ("earlier gold labels, no baseline", ("accuracy", "weighted_f1", "macro_f1")),
}


def write_annotations(out: Output, annotations: Mapping[str, Any] | None) -> None:
    """Causes and triggers, descriptors, votes, labels of earlier turns: a table for each that the corpus has."""
    shown = dict(annotations or {})
    if spans := shown.get("evidence", {}).get("spans"):
        shown["spans"] = spans
    for sort, found in shown.items():
        if "rules" not in found:
            continue
        title, figures = _ANNOTATIONS[sort]
        said = found.get("metrics")
        rows = [("the model", *(number(said[name]["value"]) for name in figures))] if said else []
        rows += [
            (rule.replace("_", " "), *(number(values[name]) for name in figures))
            for rule, values in found["rules"].items()
        ]
        out.gap()
        out.table((title, *figures), rows, right=figures)


def _slices(slices: Mapping[str, Any], figures: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for sort, parts in slices.items():
        for part, found in parts.items():
            cells = (
                cell for name in figures for cell in (number(found[name]["value"]), interval(found[name]))
            )
            yield sort, part, f"{found['items']:,}", *cells
