"""`affekt corpora`: which corpora there are, what is in one, and whether its files are as published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from affekt.cli.options import data_option
from affekt.cli.output import Bar, Output, output, progress
from affekt.cli.session import Session, session_options
from affekt.core import CorpusError, FloatArray, LabelSpace
from affekt.corpora import (
    Corpus,
    CorpusName,
    FileCheck,
    Publication,
    check,
    corpora,
    load_corpus,
    publication,
)

_ROWS_SHOWN = 3
_DESCRIPTORS_SHOWN = 20


@click.command("corpora")
@click.argument("name", required=False)
@click.option("--check", "prove", is_flag=True, help="Prove checksums and counts of the files at hand.")
@data_option
@session_options
@click.pass_obj
def command(session: Session, name: str | None, prove: bool, data: Path | None) -> None:
    """List the corpora, or show or check one.

    \b
    affekt corpora
    affekt corpora semeval2018/e-c-en:dev --data ~/corpora
    affekt corpora --check
    """
    out = output()
    if prove:
        _check(session, out, name, data)
    elif name is None:
        _list(out)
    else:
        _show(out, name, data)


def _list(out: Output) -> None:
    header = ("corpus", "parts", "labels", "kind", "items", "ship", "what")
    rows = []
    for entry in corpora():
        part = entry.parts[entry.default]
        items = sum(split.items or 0 for split in part.splits.values())
        rows.append(
            (
                entry.name,
                str(len(entry.parts)),
                str(len(part.space)),
                part.space.kind,
                f"{items:,}" if items else "",
                "yes" if entry.ship else "no",
                entry.what,
            )
        )
    out.table(header, rows, right=("parts", "labels", "items"))


def _show(out: Output, name: str, data: Path | None) -> None:
    entry = publication(CorpusName.parse(name).name)
    out.facts(_facts(entry))
    corpus = load_corpus(name, data)
    out.heading(f"{corpus}, {len(corpus):,} items, {corpus.space.kind}")
    out.bars(_distribution(corpus))
    for row in range(min(_ROWS_SHOWN, len(corpus))):
        out.heading(corpus.items[row].text)
        out.facts([("labels", _gold(corpus, row))])


def _facts(entry: Publication) -> Iterator[tuple[str, str]]:
    yield "corpus", entry.name
    yield "what", entry.what
    yield "source", entry.source
    yield "licence", entry.licence
    yield (
        "ship",
        "yes: trained weights may be given away" if entry.ship else "no: trained weights stay private",
    )
    for name, part in entry.parts.items():
        counts = ", ".join(
            split if facts.items is None else f"{split} {facts.items:,}"
            for split, facts in part.splits.items()
        )
        default = " (default)" if name == entry.default and len(entry.parts) > 1 else ""
        yield f"/{name}{default}" if name else "items", counts


def _distribution(corpus: Corpus) -> list[Bar]:
    """How often each label occurs, or how high it is; of free descriptors the most frequent."""
    if corpus.gold is None:
        counts = Counter(name for names in corpus.descriptors or () for name in names)
        return [Bar(name, n / len(corpus), f"{n:,}") for name, n in counts.most_common(_DESCRIPTORS_SHOWN)]
    return [_bar(corpus.space, label, corpus.gold[:, i]) for i, label in enumerate(corpus.space.names)]


def _bar(space: LabelSpace, label: str, gold: FloatArray) -> Bar:
    values = gold[~np.isnan(gold)]
    if not len(values):
        return Bar(label, 0.0, "no values")
    mean = float(values.mean())
    if space.range is not None:
        low, high = space.range
        return Bar(label, (mean - low) / (high - low), f"mean {mean:.2f}, deviation {values.std():.2f}")
    if space.levels is not None:
        return Bar(label, mean / (space.levels - 1), f"mean level {mean:.2f} of {space.levels - 1}")
    return Bar(label, mean, f"{100 * mean:.1f} %, {np.count_nonzero(values):,}")


def _gold(corpus: Corpus, row: int) -> str:
    """What people say of one item."""
    if corpus.gold is None:
        return "; ".join(corpus.descriptors[row]) if corpus.descriptors else "-"
    values = zip(corpus.space.names, corpus.gold[row], strict=True)
    if corpus.space.kind in ("dimensional", "ordinal"):
        return ", ".join(f"{name} {value:g}" for name, value in values)
    return ", ".join(name if value == 1 else f"{name} {value:.2f}" for name, value in values if value) or "-"


def _check(session: Session, out: Output, name: str | None, data: Path | None) -> None:
    """Prove every file at hand; a file that is not as published, or none at all, is an error."""
    names = [entry.name for entry in corpora()] if name is None else [CorpusName.parse(name).name]
    found: list[FileCheck] = []
    with progress(session, "checking") as report:
        for done, corpus in enumerate(names):
            report(done, len(names))
            found += check(corpus, data)
    out.table(
        ("corpus", "file", "items", "state"),
        ((x.corpus, x.file, f"{x.items:,}" if x.items else "", x.state) for x in found),
        right=("items",),
    )
    wrong = sum(x.problem is not None for x in found)
    if wrong:
        raise CorpusError(
            f"{wrong} of {len(found)} files are not as published: get them again from their source"
        )
    if all(x.path is None for x in found):
        raise CorpusError(
            f"no file of {', '.join(names)} is at hand: see `affekt corpora NAME` for its source"
        )
