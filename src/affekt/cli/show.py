"""All that draws on a terminal: bars, scales, tables, cards, and progress.

Knows predictions and rows. It is imported only where a person looks at a terminal, for it brings rich along.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from affekt.cli.output import Bar
from affekt.cli.plain import one_line
from affekt.core import LabelSpace, Prediction

if TYPE_CHECKING:
    from affekt.wrappers import Explanation

_LINES_OF_TEXT: Final = 3
_RUNNERS_UP: Final = 3
_WORDS: Final = 6
_WIDE: Final = 60
_STRONG: Final = 0.6
_MEDIUM: Final = 0.3
_FAINTEST: Final = 0.05
_LONGEST_BAR: Final = 40
_SHORTEST_BAR: Final = 5
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_COLUMNS: Final = "▁▂▃▄▅▆▇█"
_COLUMNS_ASCII: Final = "_.-=+*#"

_FLAGS: Final = {
    "empty": "the text is empty",
    "language": "the model does not read this language",
    "long": "a long text, read whole in windows",
}

# One colour for a family of emotions, so that a column of texts can be read at a glance.
_FAMILIES: Final = {
    "yellow": "joy joyful amusement excitement enthusiasm satisfaction contentment pride relief optimism hope positive",
    "bright_magenta": "love affection caring tenderness gratitude admiration compassion sympathy desire longing",
    "green": "trust approval confidence calm peaceful determination powerful",
    "cyan": "surprise anticipation curiosity realization awe confusion arousal",
    "blue": "sadness sad grief disappointment loneliness despair pessimism regret remorse hurt nostalgia negative",
    "magenta": "fear scared nervousness anxiety worry distrust suspicion shame guilt embarrassment humiliation",
    "red": "anger mad annoyance frustration hate indignation disapproval envy jealousy",
    "bright_green": "disgust contempt valence",
}
_COLOURS: Final = {name: colour for colour, names in _FAMILIES.items() for name in names.split()}


class Screen:
    """`Output` on a terminal of any width.

    Args:
        console: where to draw; standard output if left out.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, markup=False, emoji=False)
        self._width = self._console.width
        self._unicode = self._console.encoding.lower().startswith("utf")

    def prediction(self, text: str | None, prediction: Prediction, space: LabelSpace) -> None:
        """The text, then labels with bars, best first and runners-up faint; or axes as scales."""
        self._console.print(_excerpt(text, self._width))
        if prediction.abstained is not None:
            reason = _FLAGS.get(prediction.abstained, one_line(prediction.abstained))
            self._remark(f"not judged: {reason}")
        elif space.range is not None:
            self._scales(prediction, space, space.range)
        else:
            self._label_bars(prediction, space)
        for flag in prediction.flags:
            if flag != prediction.abstained:
                self._remark(_FLAGS.get(flag, flag))
        self._console.print()

    def explanation(self, explanation: Explanation, labels: Sequence[str]) -> None:
        """The text in the colours of the labels that its words speak for; then each label with its strongest words."""
        colours = _distinct(labels)
        self._console.print(
            _painted(explanation, labels, colours)
            if explanation.parts
            else _excerpt(explanation.text, self._width)
        )
        if explanation.prediction.abstained is not None:
            reason = _FLAGS.get(explanation.prediction.abstained, one_line(explanation.prediction.abstained))
            self._remark(f"not judged: {reason}")
        for label in labels if explanation.parts else ():
            self._console.print()
            self._console.print(
                _said_of(explanation, label, f"bold {colours[label]}"), no_wrap=True, overflow="ellipsis"
            )
            self._effects(explanation, label, colours[label], explanation.scale(labels))
        self._console.print()
        for note in explanation.notes:
            self._remark(note)
        if explanation.parts:
            self._remark(f"effects are what a score loses without the word, {explanation.meaning}")
            self._console.print()

    def _effects(self, explanation: Explanation, label: str, colour: str, scale: float) -> None:
        """The strongest effects on a label as bars; those against it are faint."""
        ranked = explanation.ranked(label)
        shown = [each for each in ranked[:_WORDS] if abs(each.effects[label]) >= _FAINTEST * scale] or ranked[
            :1
        ]
        words = [" ".join(one_line(each.text).split()) for each in shown]
        name_width = self._name_width(words)
        for name, each in zip(words, shown, strict=True):
            effect = each.effects[label]
            without = f"   {_score(explanation.space, each.without[label]):>8} without"
            value = f"{effect:+6.2f}{without if self._width >= _WIDE else ''}"
            bar = Bar(name, abs(effect) / scale, value)
            self._bar(bar, name_width, len(bar.value), colour if effect > 0 else "dim")
        if len(ranked) > len(shown):
            self._console.print(Text(f"  {len(ranked) - len(shown):,} weaker", style="dim"))

    def example(self, text: str, said: str) -> None:
        """The text on one line, a long one cut with an ellipsis, and below it what is said."""
        line = " ".join(one_line(text).split()) or "(empty)"
        self._console.print(Text(_fit(line, self._width), style="bold"))
        self._console.print(Text(f"  {one_line(said)}", style="dim"), no_wrap=True, overflow="ellipsis")

    def heading(self, text: str) -> None:
        """A line in bold, after an empty one."""
        self._console.print()
        self._console.print(Text(one_line(text), style="bold"))

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names, faint, and their values beside them."""
        table = Table.grid(padding=(0, 2, 0, 0))
        for name, value in rows:
            table.add_row(Text(name, style="dim"), Text(one_line(value)))
        self._console.print(table)

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        right: Sequence[str] = (),
        faint: Sequence[str] = (),
    ) -> None:
        """Rows under a header in bold."""
        table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
        for name in header:
            table.add_column(
                name, justify="right" if name in right else "left", style="dim" if name in faint else ""
            )
        for row in rows:
            table.add_row(*(Text(one_line(cell)) for cell in row))
        self._console.print(table)

    def bars(self, rows: Iterable[Bar]) -> None:
        """A coloured bar a row."""
        rows = list(rows)
        name_width = self._name_width([bar.name for bar in rows])
        value_width = max((cell_len(bar.value) for bar in rows), default=0)
        for bar in rows:
            self._bar(bar, name_width, value_width, _colour(bar.name))

    def document(self, markdown: str) -> None:
        """The text, set for the terminal."""
        from rich.markdown import Markdown

        self._console.print(Markdown(markdown))

    def flush(self) -> None:
        """Hand over what was drawn so far."""
        self._console.file.flush()

    def _remark(self, sentence: str) -> None:
        self._console.print(Text(f"  {sentence}", style="italic"))

    def _label_bars(self, prediction: Prediction, space: LabelSpace) -> None:
        if not prediction.labels:
            self._remark("no label applies")
        name_width = self._name_width(list(prediction.scores) if space.kind == "open" else space.names)
        top = (space.levels or 2) - 1
        for label, applies in _ranked(prediction):
            score = prediction.scores[label]
            value = f"{score:.1f} of {top}" if space.levels else f"{100 * score:.0f} %"
            style = f"bold {_colour(label)}" if applies else "dim"
            self._bar(Bar(label, score / top, value), name_width, len("100 %"), style)

    def _name_width(self, names: Sequence[str]) -> int:
        """One width for every row, so that bars stand below each other; at most a third of the screen."""
        return min(max(map(cell_len, names), default=0), max(8, self._width // 3))

    def _bar(self, bar: Bar, name_width: int, value_width: int, style: str) -> None:
        length = min(_LONGEST_BAR, self._width - name_width - value_width - 6)
        row = Text(f"  {_fit(bar.name, name_width)}  ", style=style)
        if length >= _SHORTEST_BAR:
            row.append(self._filled(bar.share, length) + " ")
        self._console.print(row.append(bar.value.rjust(value_width)), no_wrap=True, overflow="ellipsis")

    def _filled(self, share: float, length: int) -> str:
        """A bar of `length` cells, filled to a share in 0…1."""
        eighths = round(8 * length * min(max(share, 0.0), 1.0))
        if not self._unicode:
            return ("#" * (eighths // 8)).ljust(length)
        return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(length)

    def _scales(self, prediction: Prediction, space: LabelSpace, bounds: tuple[float, float]) -> None:
        """A line an axis, with a mark where the text lies between the lowest and the highest value."""
        low, high = bounds
        left, right = f"{low:g}", f"{high:g}"
        line, mark = ("─", "●") if self._unicode else ("-", "o")
        name_width = self._name_width(space.names)
        length = min(_LONGEST_BAR, self._width - name_width - len(left) - len(right) - 14)
        for axis in space.names:
            value = prediction.scores[axis]
            row = Text(f"  {_fit(axis, name_width)}  ", style=f"bold {_colour(axis)}")
            if length >= _SHORTEST_BAR:
                at = round((length - 1) * min(max((value - low) / (high - low), 0.0), 1.0))
                row.append(f"{left} {line * at}{mark}{line * (length - 1 - at)} {right}  ")
            self._console.print(row.append(f"{value:.2f}"), no_wrap=True, overflow="ellipsis")


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error with the time left; it goes away when the work is done."""
    columns = (TextColumn(what), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _excerpt(text: str | None, width: int) -> Text:
    """The text in bold; of a long one the first lines, and how long it is."""
    if text is None:
        return Text("(no text)", style="dim")
    line = " ".join(one_line(text).split())
    if not line:
        return Text("(empty)", style="dim")
    room = _LINES_OF_TEXT * width
    if cell_len(line[: room + 1]) > room:
        note = f" … ({len(text):,} characters)"
        return Text.assemble(
            (set_cell_size(line[:room], room - cell_len(note)).rstrip(), "bold"), (note, "dim")
        )
    return Text(line, style="bold")


def _painted(explanation: Explanation, labels: Sequence[str], colours: Mapping[str, str]) -> Text:
    """The whole text: what speaks strongly for a label on its colour, what does less in it."""
    text, end = Text(), 0
    for part in explanation.parts:
        label, strength = explanation.supported(part, labels)
        style = "" if label is None else f"{_strength(strength)}{colours[label]}"
        text.append(one_line(explanation.text[end : part.start]))
        text.append(one_line(part.text), style=style)
        end = part.end
    return text.append(one_line(explanation.text[end:]))


def _strength(share: float) -> str:
    return "bold reverse " if share >= _STRONG else "bold " if share >= _MEDIUM else ""


def _distinct(labels: Sequence[str]) -> dict[str, str]:
    """A colour a label: its family's, or another where that is taken already, as long as there are some."""
    colours: dict[str, str] = {}
    for label in labels:
        free = [colour for colour in (_colour(label), *_FAMILIES) if colour not in colours.values()]
        colours[label] = free[0] if free else _colour(label)
    return colours


def _said_of(explanation: Explanation, label: str, style: str) -> Text:
    said = Text(label, style=style).append(
        f"  {_score(explanation.space, explanation.prediction.scores[label])}"
    )
    return said.append(", applies", style="not bold dim") if label in explanation.prediction.labels else said


def _score(space: LabelSpace, score: float) -> str:
    if space.kind == "dimensional":
        return f"{score:.2f}"
    return f"{score:.1f} of {space.levels - 1}" if space.levels else f"{100 * score:.0f} %"


def _ranked(prediction: Prediction) -> list[tuple[str, bool]]:
    """Labels to show and whether they apply: those that do, best first, then the nearest of the others."""
    score = prediction.scores
    applying = sorted(prediction.labels, key=lambda label: -score[label])
    others = sorted((x for x in score if x not in prediction.labels), key=lambda label: -score[label])
    near = [x for x in others[:_RUNNERS_UP] if score[x] >= _FAINTEST or not applying]
    return [(x, True) for x in applying] + [(x, False) for x in near]


def _colour(label: str) -> str:
    return _COLOURS.get(label.casefold(), "bright_cyan")


def _fit(text: str, cells: int) -> str:
    return set_cell_size(text, cells) if cell_len(text) <= cells else set_cell_size(text, cells - 1) + "…"


def sparkline(values: Iterable[float], low: float, high: float, *, unicode: bool = True) -> str:
    """Values as columns from `low` to `high`, a character each; a dot where there is none."""
    steps = _COLUMNS if unicode else _COLUMNS_ASCII
    spread = high - low
    line = ""
    for value in values:
        if math.isnan(value):
            line += "·" if unicode else "?"
        else:
            share = (value - low) / spread if spread > 0 else 0.0
            line += steps[round((len(steps) - 1) * min(max(share, 0.0), 1.0))]
    return line
