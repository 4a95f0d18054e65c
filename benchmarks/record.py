"""What every benchmark writes beside its figures: how they were made, on what, with which versions.

A result is two files of one name in `results/`: a table to read (`.md`) and all figures (`.json`).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import affekt
from affekt.evaluation import Figure
from affekt.models import MANIFEST, VOCABULARY, Model, read_manifest

RESULTS = Path(__file__).with_name("results")
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "torch", "transformers", "scikit-learn")


def today() -> str:
    """The date, UTC."""
    return datetime.now(UTC).date().isoformat()


def processor() -> str:
    """Name of the processor and the cores that this process may use."""
    name = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).is_file():
        names = (
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        )
        name = next(names, name)
    return f"{name}, {len(os.sched_getaffinity(0))} cores"


def versions() -> dict[str, str]:
    """Versions of Python, affekt, and the packages that figures depend on."""
    found = {"python": platform.python_version(), "affekt": affekt.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def command() -> str:
    """The command that runs, with the last names of paths alone."""
    words = [Path(word).name if os.sep in word else word for word in sys.argv[1:]]
    return shlex.join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *words])


def put_on_card(directory: Path, **fields: Any) -> None:
    """Set fields of a model's manifest, such as `measured`."""
    card = dict(read_manifest(directory)) | fields
    (directory / MANIFEST).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def model_digest(model: Model) -> str:
    """First digits of a checksum over the checksums of the files that scores of labels come from."""
    files = {name: digest for name, digest in model.card["files"].items() if name != VOCABULARY}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what stands above it, its header, its rows."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]

    def markdown(self) -> str:
        """The table in Markdown."""
        lines = [self.header, ["---"] * len(self.header), *self.rows]
        body = "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
        return f"## {self.title}\n\n{body}\n" if self.title else f"{body}\n"


@dataclass(frozen=True, slots=True)
class Record:
    """A result on its way to the disk.

    Args:
        title: heading of the readable file.
        notes: what a reader has to know, a paragraph each.
        tables: to read.
        figures: all of them, ready for JSON.
        seed: of whatever is drawn.
    """

    title: str
    notes: Sequence[str]
    tables: Sequence[Table]
    figures: Mapping[str, Any]
    seed: int = 0

    def markdown(self, made: Mapping[str, Any]) -> str:
        """The readable file."""
        packages = ", ".join(f"{name} {number}" for name, number in made["versions"].items())
        origin = f"`{made['command']}`, {made['date']}, {made['processor']}, seed {made['seed']}; {packages}."
        parts = [f"# {self.title}\n", f"{origin}\n", *(f"{note}\n" for note in self.notes)]
        return "\n".join([*parts, *(table.markdown() for table in self.tables)])

    def write(self, name: str) -> None:
        """Write `results/<name>.md` and `.json`, and print the first.

        Args:
            name: of both files.
        """
        made = {
            "command": command(),
            "date": today(),
            "processor": processor(),
            "load": [round(x, 2) for x in os.getloadavg()],
            "versions": versions(),
            "seed": self.seed,
        }
        text = self.markdown(made)
        RESULTS.mkdir(exist_ok=True)
        content = json.dumps({**made, **self.figures}, ensure_ascii=False, indent=1)
        for path, data in ((RESULTS / f"{name}.md", text), (RESULTS / f"{name}.json", content + "\n")):
            partial = path.with_name(f".{path.name}.partial")
            partial.write_text(data, encoding="utf-8")
            partial.replace(path)
        print(text)

    def show(self) -> None:
        """Print the tables alone: for trials whose figures say nothing."""
        print("\n".join(table.markdown() for table in self.tables))


def shown(figure: Figure) -> str:
    """A figure with its interval, three digits; a dash where it is undefined."""
    if figure.value is None:
        return "–"
    interval = "" if figure.low is None or figure.high is None else f" ({figure.low:.3f}–{figure.high:.3f})"
    return f"{figure.value:.3f}{interval}"


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Median of some measurements, with the lowest and highest."""
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return f"{middle:.{digits}f} ({ordered[0]:.{digits}f}–{ordered[-1]:.{digits}f})"
