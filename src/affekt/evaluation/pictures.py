"""The charts of a report's page: what is said instead, curves, calibration, and values against gold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from affekt import metrics
from affekt.evaluation.curves import own_confidence, precision_recall, reliability, risk_coverage, said_given
from affekt.evaluation.material import Material
from affekt.evaluation.words import percent, short
from affekt.pages import Cell, Dot, HeatMap, Line, Panel, Panels, Section

_GRID: Final = 24
_DIAGONAL: Final = Line(((0.0, 0.0), (1.0, 1.0)), "reference")


def pictures(material: Material) -> Iterator[Section]:
    """The sections with charts, by kind of label space."""
    if material.decided:
        yield _matrices(material)
        if material.scored:
            yield _precision_recall(material)
            yield _calibration(material)
            yield _risk_coverage(material)
    else:
        panels = [panel for j in range(len(material.space)) if (panel := _against(material, j)) is not None]
        if panels:
            lead = "Each square is as dark as it holds many texts; the line is where both agree."
            yield Section("values", "Said against gold", lead, (Panels(tuple(panels), "gold", "said"),))


def _matrices(material: Material) -> Section:
    names, counts = material.space.names, tuple(int(n) for n in material.gold.sum(axis=0))
    shares = said_given(material.gold, material.said)
    if material.space.kind == "single":
        silent = bool(shares[:, -1][np.array(counts) > 0].any())
        columns = (*names, "nothing") if silent else names
        said = _rows(shares[:, : len(columns)])
        caption = "Of the texts with the row's label, percent that got the column's"
        confusion = HeatMap(caption, names, columns, said, "true", "said", counts)
        lead = "Each row adds up to 100. On the diagonal are the texts judged rightly."
        return Section("confusion", "What is taken for what", lead, (confusion,))
    together = said_given(material.gold, material.gold)[:, :-1]
    np.fill_diagonal(together, np.nan)
    blocks = (
        HeatMap(
            "Said: of the texts with the row's label, percent that got the column's",
            names,
            names,
            _rows(shares[:, :-1]),
            "true",
            "said",
            counts,
        ),
        HeatMap(
            "True: of the texts with the row's label, percent that also have the column's",
            names,
            names,
            _rows(together),
            "true",
            "also true",
            counts,
        ),
    )
    lead = "A pair that is dark in the first map and pale in the second is a confusion; the other way round, a missed companion."
    return Section("co-occurrence", "What goes together", lead, blocks)


def _precision_recall(material: Material) -> Section:
    scores = np.where(material.kept[:, None], material.scores, -np.inf)
    panels = []
    for j, name in enumerate(material.space.names):
        share = float(material.gold[:, j].mean())
        points = precision_recall(material.gold[:, j], scores[:, j])
        if not points:
            continue
        figures = material.report.labels[name].figures
        area, precision, recall = (figures[x].value for x in ("average_precision", "precision", "recall"))
        dots: tuple[Dot, ...] = ()
        if precision is not None and recall is not None:
            dots = (
                Dot(recall, precision, f"as decided: precision {short(precision)}, recall {short(recall)}"),
            )
        remark = "" if area is None else short(area)
        lines = (Line(((0.0, share), (1.0, share)), "rule"), Line(tuple(points)))
        told = f"average precision {remark}; the label is true of {percent(share, 1)} of the texts"
        panels.append(Panel(name, remark, lines, dots, told=told))
    lead = "What other thresholds would give. The dot is the model's own decision, the dashed line the label's share, which saying it at random gets; beside the name stands average precision."
    return Section(
        "precision-recall", "Precision and recall", lead, (Panels(tuple(panels), "recall", "precision"),)
    )


def _calibration(material: Material) -> Section:
    gold, p = material.gold[material.kept], material.scores[material.kept]
    errors = metrics.calibration_error(gold, p)
    panels = []
    for j, name in enumerate(material.space.names):
        bins = reliability(gold[:, j], p[:, j])
        top = _round_up(max(max(b.stated, b.high) for b in bins))
        dots = tuple(
            Dot(
                b.stated,
                b.true,
                f"stated {short(b.stated)}, true {short(b.true)}, {b.items:,} texts",
                b.low,
                b.high,
            )
            for b in bins
        )
        line = Line(tuple((b.stated, b.true) for b in bins))
        scale, error = (0.0, top), f"{errors[j]:.3f}"
        lines = (Line(((0.0, 0.0), (top, top)), "reference"), line)
        panels.append(Panel(name, error, lines, dots, x=scale, y=scale, told=f"calibration error {error}"))
    lead = (
        "Points on the dotted line: what is stated is true so often. Above it the model is too timid, below it too sure. "
        "Bins hold equally many texts, lines are 95 % intervals, and scales differ; beside the name stands the calibration error."
    )
    return Section(
        "calibration",
        "Calibration",
        lead,
        (Panels(tuple(panels), "probability stated", "share that is true"),),
    )


def _risk_coverage(material: Material) -> Section:
    single = material.space.kind == "single"
    said = material.said & material.kept[:, None]
    right = metrics.hit(material.gold, said) if single else metrics.jaccard(material.gold, said)
    confidence = own_confidence(material.scores, material.said, single=single)
    points = tuple(risk_coverage(confidence, 1 - right))
    whole = points[-1][1]
    half = next(risk for coverage, risk in points if coverage >= 0.5)
    top = _round_up(max(risk for _, risk in points))
    lines = (Line(((0.0, whole), (1.0, whole)), "rule"), Line(points))
    told = f"{short(whole)} with all texts, {short(half)} with the surer half of them"
    panel = Panel("Risk by coverage", "", lines, y=(0.0, top), told=told)
    risk = "share of texts with the wrong label" if single else "1 − Jaccard accuracy"
    lead = (
        f"How wrong the model is when only the texts it is surest of are kept: {told}. Surest means that it gives the "
        "highest probability to its own answer. The dashed line is keeping texts by chance."
    )
    return Section(
        "risk", "Risk and coverage", lead, (Panels((panel,), "share of texts kept", risk, wide=True),)
    )


def _against(material: Material, j: int) -> Panel | None:
    """Gold and said values of an axis, or levels and expected levels, as a grid of counts."""
    gold, said = material.gold_values[:, j].astype(float), material.scores[:, j].astype(float)
    known = np.isfinite(gold) & np.isfinite(said)
    if not known.any():
        return None
    name, x, y = material.space.names[j], gold[known], said[known]
    low, high = _span(x, y)
    counts, edges, _ = np.histogram2d(x, y, bins=_GRID, range=((low, high), (low, high)))
    cells = tuple(
        Cell(
            (float(edges[a]), float(edges[b])),
            (float(edges[a + 1]), float(edges[b + 1])),
            math.sqrt(counts[a, b] / counts.max()),
            f"{int(counts[a, b]):,} texts",
        )
        for a, b in zip(*np.nonzero(counts), strict=True)
    )
    r = material.report.labels[name].figures["pearson"].value
    remark = "" if r is None else f"r {short(r)}"
    lines = (Line(((low, low), (high, high)), "reference"),)
    return Panel(name, remark, lines, cells=cells, x=(low, high), y=(low, high), told=f"correlation {remark}")


def _span(*values: NDArray[Any]) -> tuple[float, float]:
    low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _round_up(value: float) -> float:
    return next((top for top in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8) if value <= top), 1.0)


def _rows(matrix: NDArray[np.float64]) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(_known(x) for x in row) for row in matrix.tolist())


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)
