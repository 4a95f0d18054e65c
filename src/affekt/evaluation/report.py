"""The stored outcome of an evaluation: `report.json`, `items.parquet` and `report.html`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from affekt import pages
from affekt.core import InputError, Item
from affekt.evaluation.items import ItemTable
from affekt.evaluation.writing import made, replacing
from affekt.metrics import Estimate

SCHEMA: Final = 1
"""Version of the layout of `report.json`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval; None where undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, value: float, low: float = math.nan, high: float = math.nan) -> Self:
        """From floats, NaN where undefined."""
        return cls(defined(value), defined(low), defined(high))

    @classmethod
    def at(cls, estimate: Estimate, place: int | tuple[()] = ()) -> Self:
        """The figure of the whole, or of the label at a place."""
        return cls.of(*(float(bound[place]) for bound in (estimate.value, estimate.low, estimate.high)))

    def to_dict(self) -> dict[str, float | None]:
        """JSON-ready form."""
        return {"value": self.value, "low": self.low, "high": self.high}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(data["value"], data["low"], data["high"])


@dataclass(frozen=True, slots=True)
class LabelReport:
    """The figures of one label or axis.

    Args:
        support: items with the label (above level 0; with a gold value).
        predicted: items of which it was said (above level 0; with a predicted value).
        figures: name → figure.
    """

    support: int
    predicted: int
    figures: Mapping[str, Figure]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        figures = {name: figure.to_dict() for name, figure in self.figures.items()}
        return {"support": self.support, "predicted": self.predicted, **figures}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        figures = {k: Figure.from_dict(v) for k, v in data.items() if k not in ("support", "predicted")}
        return cls(data["support"], data["predicted"], figures)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether the probabilities mean what they say, as means over labels; abstained items are left out.

    Args:
        error: expected calibration error with bins of equal mass.
        bins: their number.
        brier: Brier score.
        brier_skill: gain over always saying the prior; None without a prior.
        prior: the data that the prior is the label shares of, or None.
        error_low: lower end of the error's 95 % interval, see `metrics.calibration_estimates`; None without one.
        error_high: upper end.
    """

    error: float | None
    bins: int
    brier: Figure
    brier_skill: Figure | None = None
    prior: str | None = None
    error_low: float | None = None
    error_high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "calibration_error": self.error,
            "calibration_error_low": self.error_low,
            "calibration_error_high": self.error_high,
            "bins": self.bins,
            "brier": self.brier.to_dict(),
            "brier_skill": self.brier_skill and self.brier_skill.to_dict(),
            "prior": self.prior,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        skill = data["brier_skill"]
        return cls(
            data["calibration_error"],
            data["bins"],
            Figure.from_dict(data["brier"]),
            skill and Figure.from_dict(skill),
            data["prior"],
            data.get("calibration_error_low"),
            data.get("calibration_error_high"),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an evaluation, and enough to repeat it.

    Args:
        affekt: version that made it.
        model: name, and what its card says of its making.
        data: name, part, split, number of items, checksums of the files, label space; the dev split if given.
        decision: as stored; None for values on axes, and where nothing was said of labels.
        mode: `strict` or `calibrated`.
        intervals: resamples, seed, and what was resampled: `texts` or `groups`.
        metrics: name → figure.
        labels: label → its figures.
        rules: trivial rule → metric → value.
        abstained: share of items.
        calibration: None for levels and values on axes, and where no probability was stated.
        slices: sort → part of the data → its items and figures; see `slices`.
        contamination: overlap of test and training texts, if looked for; see `contamination`.
        breakdown: kinds of errors, levels collapsed, labels preferred; see `breakdown`.
        annotations: figures of evidence, raters' votes and earlier gold labels, where a corpus has them; see
            `annotation_figures`.
        axes: of values on axes, how the model reads each: `head`, `opposites`, or None where it cannot; None for
            other kinds, and in reports that do not say.
        seconds: wall time of the evaluation.
        made_with: versions of python and of the packages that figures depend on, and the machine; None in reports
            that do not say.
        request: what was asked for, see `repeating.requested`; None of texts at hand, and in reports that do not say.
        items: what was said of each item; not in `report.json`, None in a report read from there.
        texts: the items that were judged, for the page alone: neither in `report.json` nor in `items.parquet`.
    """

    affekt: str
    model: Mapping[str, Any]
    data: Mapping[str, Any]
    decision: Mapping[str, Any] | None
    mode: str
    intervals: Mapping[str, Any]
    metrics: Mapping[str, Figure]
    labels: Mapping[str, LabelReport]
    rules: Mapping[str, Mapping[str, float | None]]
    abstained: float
    calibration: Calibration | None = None
    slices: Mapping[str, Any] | None = None
    contamination: Mapping[str, Any] | None = None
    breakdown: Mapping[str, Any] | None = None
    annotations: Mapping[str, Any] | None = None
    axes: Mapping[str, str | None] | None = None
    seconds: float = 0.0
    made_with: Mapping[str, str] | None = None
    request: Mapping[str, Any] | None = None
    items: ItemTable | None = field(default=None, compare=False, repr=False)
    texts: tuple[Item, ...] | None = field(default=None, compare=False, repr=False)

    @property
    def says_labels(self) -> bool:
        """Whether the model was asked for labels, levels or values: it may have named evidence or descriptors alone."""
        return self.decision is not None or self.data["space"]["kind"] == "dimensional"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form, the content of `report.json`."""
        return {
            "schema": SCHEMA,
            "affekt": self.affekt,
            "model": dict(self.model),
            "data": dict(self.data),
            "decision": None if self.decision is None else dict(self.decision),
            "mode": self.mode,
            "intervals": dict(self.intervals),
            "metrics": {name: figure.to_dict() for name, figure in self.metrics.items()},
            "labels": {name: label.to_dict() for name, label in self.labels.items()},
            "rules": {rule: dict(values) for rule, values in self.rules.items()},
            "abstained": self.abstained,
            "calibration": self.calibration and self.calibration.to_dict(),
            "slices": self.slices,
            "contamination": self.contamination,
            "breakdown": self.breakdown,
            "annotations": self.annotations,
            "axes": self.axes and dict(self.axes),
            "seconds": self.seconds,
            "made_with": self.made_with and dict(self.made_with),
            "request": self.request and dict(self.request),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`, without the items.

        Args:
            data: the content of `report.json`.

        Returns:
            The report.

        Raises:
            InputError: if it is of another schema, or a field is missing or of another form.
        """
        if data.get("schema") != SCHEMA:
            raise InputError(
                f"a report has schema {data.get('schema')!r}, and this affekt reads {SCHEMA}: evaluate anew"
            )
        try:
            # Other rooms name a report by these.
            str(data["model"]["name"]), str(data["data"]["name"]), str(data["data"]["split"])
            return cls(
                metrics={name: Figure.from_dict(figure) for name, figure in data["metrics"].items()},
                labels={name: LabelReport.from_dict(label) for name, label in data["labels"].items()},
                calibration=data["calibration"] and Calibration.from_dict(data["calibration"]),
                breakdown=data.get("breakdown"),
                annotations=data.get("annotations"),
                axes=data.get("axes"),
                made_with=data.get("made_with"),
                request=data.get("request"),
                **{name: data[name] for name in _AS_THEY_ARE},
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise InputError(
                f"a report is damaged ({type(error).__name__}: {error}): evaluate anew"
            ) from None

    def to_json(self) -> str:
        """The content of `report.json`."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Inverse of `to_json`, without the items.

        Args:
            text: the content of `report.json`.

        Returns:
            The report.

        Raises:
            InputError: if it is no report.
        """
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise InputError(f"a report is not valid JSON ({error}): evaluate anew") from None
        if not isinstance(data, dict):
            raise InputError("a report is not a JSON object: evaluate anew")
        return cls.from_dict(data)

    @classmethod
    def load(cls, directory: Path | str) -> Self:
        """Inverse of `save`, with the items.

        Args:
            directory: that holds `report.json` and `items.parquet`.

        Returns:
            The report.

        Raises:
            InputError: if one of the files is missing or damaged.
        """
        path = Path(directory) / "report.json"
        try:
            report = cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{path} cannot be read ({getattr(error, 'strerror', None) or error}): name a folder that "
                "`affekt evaluate -o` wrote"
            ) from None
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
        return replace(report, items=ItemTable.read(path.with_name("items.parquet")))

    def page(self, *, texts: bool = True) -> str:
        """The report as one self-contained HTML page.

        Args:
            texts: whether the worst errors are shown with their texts.

        Returns:
            The content of `report.html`.

        Raises:
            MissingExtra: if the extra `report` is not installed.
        """
        from affekt.evaluation.presenting import present

        return pages.render(present(self, texts=texts))

    def save(self, directory: Path | str, *, texts: bool = True) -> Path:
        """Write `items.parquet`, then `report.json`, then `report.html`, each whole or not at all.

        The page needs the extra `report`; without it the other two are written, and an earlier page goes.

        Args:
            directory: made if it is missing; a report that is there is replaced.
            texts: whether the page shows the worst errors with their texts.

        Returns:
            The directory.

        Raises:
            InputError: if the files cannot be written.
        """
        folder = made(directory)
        if self.items is not None:
            with replacing(folder / "items.parquet") as path:
                self.items.write(path)
        with replacing(folder / "report.json") as path:
            path.write_text(self.to_json() + "\n", encoding="utf-8")
        self._save_page(folder / "report.html", texts)
        return folder

    def _save_page(self, file: Path, texts: bool) -> None:
        if not pages.available():
            file.unlink(missing_ok=True)  # it would tell of another report
            return
        content = self.page(texts=texts)
        with replacing(file) as path:
            path.write_text(content, encoding="utf-8")


_AS_THEY_ARE: Final = (
    "affekt",
    "model",
    "data",
    "decision",
    "mode",
    "intervals",
    "rules",
    "abstained",
    "slices",
    "contamination",
    "seconds",
)


def defined(value: float) -> float | None:
    """The value, or None for NaN."""
    return None if math.isnan(value) else float(value)
