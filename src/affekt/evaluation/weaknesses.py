"""What a model knows poorly, in sentences: each follows from figures of the report by a rule written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from affekt.evaluation.curves import said_given
from affekt.evaluation.material import Material, headlines, space_of
from affekt.evaluation.report import Report
from affekt.evaluation.words import figure_name, is_error, percent, several, short
from affekt.pages import Sentence

FEW: Final = 50
"""Texts with a label below which its figures say little."""
_LEAN: Final = 2.0
_OFF: Final = 0.1
_TAKEN: Final = 0.3
_CORRELATED: Final = 0.3
_PAIRS: Final = 3
_NAMED: Final = 3
_PARTS: Final = 4
_ABSTAINED: Final = 0.05


def weaknesses(report: Report, material: Material | None) -> list[Sentence]:
    """Labels, pairs of labels and parts of the data that a model does badly on.

    A label is done badly where its F1 is not clearly above that of saying it of every text, `2p / (1 + p)` for
    a share p; where its probabilities are worse than always stating its share; where it is said twice as
    often as it is true, or half as often; and where it has too few texts to tell.

    Args:
        report: of any kind.
        material: its items, for pairs of labels; None without them.

    Returns:
        The sentences, the weightiest first; none where nothing is found.
    """
    found: list[Sentence] = []
    if report.abstained >= _ABSTAINED:
        found.append(Sentence("No answer", f"is given for {percent(report.abstained, 1)} of the texts."))
    if not report.says_labels:
        return found
    if space_of(report).kind in ("single", "multi"):
        found += [*_no_better_than_always(report), *_worse_than_share(report), *_leaning(report)]
        found += _taken_for(material) if material else ()
        found += _stated_wrongly(report)
    else:
        found += _uncorrelated(report)
    return _joined([*found, *_parts(report), *_few(report)])


def _joined(sentences: Sequence[Sentence]) -> list[Sentence]:
    """What is said of one label in one place, that of its weightiest sentence."""
    about: dict[str, list[str]] = {}
    for sentence in sentences:
        about.setdefault(sentence.subject, []).append(sentence.text)
    return [
        Sentence(subject, " ".join([texts[0], *map(_further, texts[1:])])) for subject, texts in about.items()
    ]


def _further(text: str) -> str:
    """What is said of a label after something else was."""
    bare = text.removeprefix("– ")
    return f"It {text}" if bare == text else f"{bare[:1].upper()}{bare[1:]}"


def _no_better_than_always(report: Report) -> Iterator[Sentence]:
    """Labels whose F1 is within reach of saying them always; those never hit are named apart."""
    items = int(report.data["items"])
    never, weak = [], []
    for name, label in report.labels.items():
        f1 = label.figures["f1"]
        share = label.support / items
        if not label.support or f1.value is None:
            continue
        always = 2 * share / (1 + share)
        low, high = (f1.value if x is None else x for x in (f1.low, f1.high))
        if f1.value == 0:
            never.append(name)
        elif low <= always:
            weak.append(
                (
                    f1.value - always,
                    name,
                    f1.value,
                    "worse than" if high < always else "not clearly above",
                    always,
                )
            )
    if never:
        yield Sentence(several(never), "– never recognised: not one text with it was given it.")
    for _, name, value, compared, always in sorted(weak):
        yield Sentence(
            name, f"has an F1 of {short(value)}, {compared} the {short(always)} of saying it of every text."
        )


def _worse_than_share(report: Report) -> Iterator[Sentence]:
    names = [
        name
        for name, label in report.labels.items()
        if (skill := label.figures.get("brier_skill")) is not None
        and skill.high is not None
        and skill.high < 0
    ]
    if names:
        yield Sentence(
            several(names),
            f"– {'its' if len(names) == 1 else 'their'} probabilities are worse than always stating the label's share "
            "(Brier skill below 0): do not read them as chances without calibrating.",
        )


def _leaning(report: Report) -> Iterator[Sentence]:
    """Labels said far more often, or less, than they are true: one by one where they are few."""
    times = {
        name: label.predicted / label.support
        for name, label in report.labels.items()
        if label.support >= FEW and label.predicted
    }
    much = sorted((name for name in times if times[name] >= _LEAN), key=lambda name: -times[name])
    little = sorted((name for name in times if times[name] <= 1 / _LEAN), key=times.__getitem__)
    if len(much) > _NAMED:
        named = [f"{name} ({times[name]:.1f} times)" for name in much]
        yield Sentence(several(named), "– said at least twice as often as they are true.")
    else:
        for name in much:
            yield Sentence(
                name, f"is said {times[name]:.1f} times as often as it is true ({_texts(report, name)})."
            )
    if len(little) > _NAMED:
        yield Sentence(
            several(little), "– said at most half as often as they are true: most of it goes unseen."
        )
    else:
        for name in little:
            yield Sentence(name, f"goes unseen for the most part: {_texts(report, name)}.")


def _texts(report: Report, name: str) -> str:
    label = report.labels[name]
    return f"said of {label.predicted:,} texts, true of {label.support:,}"


def _taken_for(material: Material) -> list[Sentence]:
    """Pairs where much of one label is given another that is not true of it."""
    names, support = material.space.names, material.gold.sum(axis=0)
    false = material.said & ~material.gold
    shares = said_given(material.gold, false)[:, :-1]
    shares[support < FEW] = np.nan
    np.fill_diagonal(shares, np.nan)
    # What is said too often everywhere is told elsewhere: a pair counts where it is more than that.
    shares = np.where(shares >= 2 * false.mean(axis=0), shares, np.nan)
    order = [
        i
        for i in np.argsort(-np.nan_to_num(shares), axis=None)[:_PAIRS]
        if np.nan_to_num(shares).flat[i] >= _TAKEN
    ]
    pairs = [np.unravel_index(i, shares.shape) for i in order]
    return [
        Sentence(
            names[a],
            f"is often taken for {names[b]}: {percent(float(shares[a, b]))} of its texts get that label wrongly.",
        )
        for a, b in pairs
    ]


def _stated_wrongly(report: Report) -> Iterator[Sentence]:
    off = [
        (figure.value, name)
        for name, label in report.labels.items()
        if (figure := label.figures.get("calibration_error")) is not None
        and figure.value is not None
        and figure.value >= _OFF
    ]
    if off:
        names = [f"{name} ({short(value)})" for value, name in sorted(off, reverse=True)]
        yield Sentence(several(names), f"– probabilities that are off by {short(_OFF)} or more on average.")


def _uncorrelated(report: Report) -> Iterator[Sentence]:
    missing = [name for name, label in report.labels.items() if not label.predicted]
    if missing:
        yield Sentence(several(missing), "– nothing is predicted.")
    for name, label in report.labels.items():
        figure = label.figures["pearson"]
        if figure.value is not None and figure.value < _CORRELATED:
            sure = " and may be none at all" if figure.low is not None and figure.low <= 0 else ""
            yield Sentence(name, f"hardly follows gold: the correlation is {short(figure.value)}{sure}.")


def _parts(report: Report) -> Iterator[Sentence]:
    """Parts of the data whose interval lies wholly on the bad side of the figure of the whole."""
    found: list[tuple[float, Sentence]] = []
    for sort, parts in (report.slices or {}).items():
        for part, row in parts.items():
            # Macro F1 of a part is over the labels that occur in it, so it is not compared with that of the whole.
            names = (
                n for n in (*headlines(report), "accuracy", "micro_f1", "mean_pearson") if n != "macro_f1"
            )
            name = next((n for n in names if n in row), None)
            if name is None or name not in report.metrics or not isinstance(row[name], Mapping):
                continue
            if (gap := _behind(row[name], report.metrics[name].value, is_error(name))) is not None:
                text = (
                    f"{figure_name(name)} is {short(row[name]['value'])} on the {row['items']:,} texts of this part, "
                    f"{short(report.metrics[name].value or 0.0)} on all."
                )
                found.append((gap, Sentence(f"{part} ({sort}):", text)))
    yield from (sentence for _, sentence in sorted(found, key=lambda x: -x[0])[:_PARTS])


def _behind(figure: Mapping[str, Any], whole: float | None, error: bool) -> float | None:
    """How far a part lies behind the whole, None where its interval does not show that."""
    value, edge = figure.get("value"), figure.get("low" if error else "high")
    if value is None or edge is None or whole is None:
        return None
    behind = edge > whole if error else edge < whole
    return abs(whole - value) if behind else None


def _few(report: Report) -> Iterator[Sentence]:
    few = [f"{name} ({label.support})" for name, label in report.labels.items() if label.support < FEW]
    if few:
        yield Sentence(
            several(few, 10), f"– fewer than {FEW} texts each: too few to say how well the model knows them."
        )
