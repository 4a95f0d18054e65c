"""`affekt corpora`: which corpora there are, what is in one, and whether its files are as published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import numpy as np

from affekt.cli.options import data_option
from affekt.cli.output import Bar, output, print_json, progress
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
    resolve,
)

_ROWS_SHOWN = 3
_SHORT = 200
_DESCRIPTORS_SHOWN = 20


@click.command("corpora")
@click.argument("name", required=False)
@click.option("--check", "prove", is_flag=True, help="Prove checksums and counts of the files at hand.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@data_option
@session_options
@click.pass_obj
def command(session: Session, name: str | None, prove: bool, as_json: bool, data: Path | None) -> None:
    """List the corpora, or show or check one.

    \b
    affekt corpora
    affekt corpora semeval2018/e-c-en:dev --data ~/corpora
    affekt corpora --check
    """
    if prove:
        _check(session, name, data, as_json)
    elif name is None:
        _list(as_json)
    else:
        _show(name, data, as_json)


def _list(as_json: bool) -> None:
    rows = []
    for entry in corpora():
        part = entry.parts[entry.default]
        rows.append(
            {
                "corpus": entry.name,
                "parts": len(entry.parts),
                "labels": len(part.space),
                "kind": part.space.kind,
                "items": sum(split.items or 0 for split in part.splits.values()),
                "ship": entry.ship,
                "what": entry.what,
            }
        )
    if as_json:
        for row in rows:
            print_json(row)
        return
    output().table(tuple(rows[0]), (_cells(row) for row in rows), right=("parts", "labels", "items"))


def _cells(row: Mapping[str, object]) -> list[str]:
    """Values as a person reads them: a count that is not known is left out."""
    cells = []
    for value in row.values():
        if isinstance(value, bool):
            cells.append("yes" if value else "no")
        else:
            cells.append(f"{value:,}" if isinstance(value, int) and value else str(value or ""))
    return cells


def _show(name: str, data: Path | None, as_json: bool) -> None:
    entry = publication(CorpusName.parse(name).name)
    out = output()
    if not as_json:
        out.facts(_facts(entry))
    try:
        corpus = load_corpus(name, data)
    except CorpusError:
        if as_json:  # what is known without its files
            print_json({**_described(entry), "shown": None})
        raise
    if as_json:
        print_json({**_described(entry), "shown": _shown(corpus)})
        return
    out.heading(f"{corpus}, {len(corpus):,} items, {corpus.space.kind}")
    out.bars(_distribution(corpus))
    out.gap()
    for row in _examples(corpus):
        out.example(corpus.items[row].text, _gold(corpus, row))
        out.facts(_evidence(corpus, row))


def _examples(corpus: Corpus) -> list[int]:
    """Rows to show: short texts that differ in what is said of them, the first of each."""
    short = [i for i, item in enumerate(corpus.items) if item.text.strip() and len(item.text) <= _SHORT]
    rows = short or list(range(len(corpus)))
    different: dict[str, int] = {}
    for row in rows:
        different.setdefault(_gold(corpus, row), row)
        if len(different) == _ROWS_SHOWN:
            break
    chosen = dict.fromkeys([*different.values(), *rows[:_ROWS_SHOWN]])
    return list(chosen)[:_ROWS_SHOWN]


def _described(entry: Publication) -> dict[str, object]:
    return {
        "corpus": entry.name,
        "what": entry.what,
        "source": entry.source,
        "licence": entry.licence,
        "ship": entry.ship,
        "files": list(entry.files),
        "caveats": list(entry.caveats),
        "default": entry.default,
        "parts": {
            name: {split: facts.items for split, facts in part.splits.items()}
            for name, part in entry.parts.items()
        },
    }


def _shown(corpus: Corpus) -> dict[str, object]:
    labels = {bar.name: {"share": round(bar.share, 6), "said": bar.value} for bar in _distribution(corpus)}
    rows = [{"text": corpus.items[i].text, "labels": _gold(corpus, i)} for i in _examples(corpus)]
    return {
        "part": corpus.part,
        "split": corpus.split,
        "items": len(corpus),
        "kind": corpus.space.kind,
        "labels": labels,
        "rows": rows,
    }


def _facts(entry: Publication) -> Iterator[tuple[str, str]]:
    yield "corpus", entry.name
    yield "what", entry.what
    yield "source", entry.source
    yield "licence", entry.licence
    yield (
        "ship",
        "yes: trained weights may be given away" if entry.ship else "no: trained weights stay private",
    )
    yield "files", ", ".join(entry.files)
    for name, part in entry.parts.items():
        counts = ", ".join(
            split if facts.items is None else f"{split} {facts.items:,}"
            for split, facts in part.splits.items()
        )
        default = " (default)" if name == entry.default and len(entry.parts) > 1 else ""
        yield f"/{name}{default}" if name else "items", counts
    for caveat in entry.caveats:
        yield "caveat", caveat


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


def _evidence(corpus: Corpus, row: int) -> Iterator[tuple[str, str]]:
    """The turns and spans that are marked for one item."""
    for found in corpus.evidence or ():
        if found.item == row and found.turn is not None:
            yield "evidence", corpus.items[row].turns[found.turn].text[found.start : found.end]


def _check(session: Session, name: str | None, data: Path | None, as_json: bool) -> None:
    """Prove every file at hand; a file that is not as published, or none at all, is an error."""
    names = [entry.name for entry in corpora()] if name is None else [resolve(name).name]
    found: list[FileCheck] = []
    with progress(session, "checking") as report:
        for done, corpus in enumerate(names):
            report(done, len(names))
            found += check(corpus, data)
    rows = [
        {"corpus": x.corpus, "file": x.file, "items": x.items, "texts": x.texts, "state": x.state}
        for x in found
    ]
    if as_json:
        for row in rows:
            print_json(row)
    else:
        # Parts share texts: all of GoEmotions is in each of its three.
        header = ("corpus", "file", "items over parts", "texts", "state")
        output().table(header, map(_cells, rows), right=header[2:4])
    wrong = sum(x.problem is not None for x in found)
    if wrong:
        raise CorpusError(
            f"{wrong} of {len(found)} files are not as published: get them again from their source"
        )
    if all(x.path is None for x in found):
        raise CorpusError(
            f"no file of {', '.join(names)} is at hand: see `affekt corpora NAME` for its source"
        )
