"""Labels and label spaces: values that can be compared, hashed and written as JSON or TOML."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from affekt.core.errors import LabelError
from affekt.core.poles import Poles

Kind = Literal["single", "multi", "ordinal", "dimensional", "open"]
KINDS: tuple[str, ...] = get_args(Kind)

NO_EMOTION: Final = ("neutral", "none", "no emotion")
"""Names of the label that says that no emotion is expressed; it never stands beside another one."""
AXIS_RANGE: Final = (1.0, 9.0)
"""Of axes that are named by hand: that of the space `valence-arousal`."""
LEVELS: Final = 4
"""Of labels that are named by hand: none, low, moderate, high (as in SemEval-2018 task 1)."""
_COMMAS: Final = re.compile("[,\u060c\uff0c\u3001]")  # of Latin, Arabic, and Chinese and Japanese letters
_MARKS: Final = (
    "\u200e\u200f\u061c\ufeff"  # of direction and of order of bytes: they come with what is pasted
)


def split_names(text: str) -> list[str]:
    """The names of a list as typed, divided by commas of any script; places may be empty."""
    return _COMMAS.split(text)


@dataclass(frozen=True, slots=True)
class Label:
    """One emotion (or axis): a name, and what may describe it to a scorer.

    Args:
        name: shown to people and used as key; not empty, no surrounding spaces, one line; kept in Unicode's NFC.
        description: a definition in a few words; scorers may read it beside the name.
        paraphrases: other names of the same emotion.
        poles: of an axis, the wordings of its ends: the axis is then read by them, even where a model has a
            trained head for it.

    Raises:
        LabelError: if the name is empty, has surrounding spaces or a line break.
    """

    name: str
    description: str = ""
    paraphrases: tuple[str, ...] = ()
    poles: Poles | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise LabelError("a label has an empty name: give each label a name")
        if self.name != self.name.strip() or not self.name.isprintable():
            raise LabelError(
                f"label {self.name!r} has surrounding spaces or unprintable characters: remove them"
            )
        object.__setattr__(self, "name", unicodedata.normalize("NFC", self.name))
        object.__setattr__(self, "paraphrases", tuple(self.paraphrases))

    @classmethod
    def parse(cls, text: str) -> Label:
        """Read `name` or `name=description` as typed on a command line."""
        name, _, description = text.partition("=")
        return cls(name.strip().strip(_MARKS).strip(), description.strip())

    @classmethod
    def parse_axis(cls, text: str) -> Label:
        """Read an axis: `name`, `name=HIGH|LOW` with its poles, or `name=description`."""
        name, _, said = text.partition("=")
        if "|" in said:
            return cls(name.strip(), poles=Poles.parse(said))
        return cls.parse(text)

    @property
    def is_no_emotion(self) -> bool:
        """Whether it says that no emotion is expressed, by its name."""
        return self.name.casefold() in NO_EMOTION

    @property
    def forms(self) -> tuple[str, ...]:
        """Every wording of the label: its name, its paraphrases, its description."""
        return (self.name, *self.paraphrases, *([self.description] if self.description else []))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form; empty fields are left out."""
        out: dict[str, Any] = {"name": self.name}
        if self.description:
            out["description"] = self.description
        if self.paraphrases:
            out["paraphrases"] = list(self.paraphrases)
        if self.poles is not None:
            out["poles"] = self.poles.to_dict()
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | str) -> Label:
        """Inverse of `to_dict`; a bare string is a name."""
        if isinstance(data, str):
            return cls(data)
        unknown = set(data) - {"name", "description", "paraphrases", "poles"}
        if unknown or "name" not in data:
            raise LabelError(
                f"a label needs `name` and may have `description`, `paraphrases` and `poles`, not {sorted(data)}"
            )
        paraphrases = data.get("paraphrases", ())
        if isinstance(paraphrases, str):
            raise LabelError(
                f"label {data['name']!r} has paraphrases that are no list: write [{paraphrases!r}]"
            )
        poles = data.get("poles")
        return cls(
            data["name"],
            data.get("description", ""),
            tuple(paraphrases),
            None if poles is None else Poles.from_dict(poles),
        )


@dataclass(frozen=True, slots=True)
class LabelSpace:
    """An ordered set of labels with a kind.

    Args:
        name: of the space.
        labels: in order; the order is part of the space. Names are unique after case folding.
        kind: `single` (exactly one label), `multi` (any number), `ordinal` (a level per label),
            `dimensional` (each label is a real axis), `open` (free descriptors, no fixed list).
        levels: number of levels 0…levels-1; `ordinal` only.
        range: lowest and highest value of every axis; `dimensional` only.

    Raises:
        LabelError: if two labels share a name, or the kind and its fields do not fit together.
    """

    name: str
    labels: tuple[Label, ...]
    kind: Kind
    levels: int | None = None
    range: tuple[float, float] | None = None
    _index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        if self.kind not in KINDS:
            raise LabelError(f"kind {self.kind!r} is unknown: use one of {', '.join(KINDS)}")
        self._check_fields()
        index: dict[str, int] = {}
        for i, label in enumerate(self.labels):
            key = name_key(label.name)
            if key in index:
                first = self.labels[index[key]].name
                raise LabelError(
                    f"labels {first!r} and {label.name!r} of space {self.name!r} are the same: give each label once"
                )
            index[key] = i
        object.__setattr__(self, "_index", index)

    def _check_fields(self) -> None:
        if not self.labels and self.kind != "open":
            raise LabelError(f"space {self.name!r} has no labels: name at least one")
        if self.kind == "single" and len(self.labels) < 2:
            raise LabelError(
                f"space {self.name!r} has one label and kind `single`: name at least two, or use kind `multi`"
            )
        if (self.levels is not None) != (self.kind == "ordinal") or (
            self.levels is not None and self.levels < 2
        ):
            raise LabelError(
                f"space {self.name!r}: `levels` (two or more) belongs to kind `ordinal`, and to it alone"
            )
        if (self.range is not None) != (self.kind == "dimensional"):
            raise LabelError(f"space {self.name!r}: `range` belongs to kind `dimensional`, and to it alone")
        if self.range is not None:
            low, high = (float(x) for x in self.range)
            if not low < high:
                raise LabelError(f"space {self.name!r}: range {self.range} is empty: give (low, high)")
            object.__setattr__(self, "range", (low, high))

    @classmethod
    def of(
        cls,
        labels: Iterable[str | Label],
        kind: Kind = "multi",
        name: str = "custom",
        levels: int | None = None,
        range: tuple[float, float] | None = None,
    ) -> LabelSpace:
        """A space from labels typed by hand.

        Args:
            labels: names, or `name=description`; of axes also `name=HIGH|LOW`, see `Poles.parse`.
            kind: of the space.
            name: of the space.
            levels: of kind `ordinal`; `LEVELS` if left out.
            range: of kind `dimensional`; `AXIS_RANGE` if left out.

        Returns:
            The space.

        Raises:
            LabelError: if the labels contradict themselves, or do not fit the kind.
        """
        parse = Label.parse_axis if kind == "dimensional" else Label.parse
        made = tuple(x if isinstance(x, Label) else parse(x) for x in labels)
        return cls(name, made, kind, *_bounds(kind, levels, range))

    def as_kind(
        self, kind: Kind, levels: int | None = None, range: tuple[float, float] | None = None
    ) -> LabelSpace:
        """The same labels used in another way; levels and range stay what they are where none are given.

        Args:
            kind: of the new space.
            levels: of kind `ordinal`; `LEVELS` where the space has none.
            range: of kind `dimensional`; `AXIS_RANGE` where the space has none.

        Returns:
            The space.

        Raises:
            LabelError: if the space does not fit the kind.
        """
        found = _bounds(
            kind, self.levels if levels is None else levels, self.range if range is None else range
        )
        return LabelSpace(self.name, self.labels, kind, *found)

    @property
    def names(self) -> tuple[str, ...]:
        """Label names in order."""
        return tuple(label.name for label in self.labels)

    def index(self, name: str) -> int:
        """Position of a label, ignoring case.

        Args:
            name: of the label.

        Returns:
            The column of its scores.

        Raises:
            LabelError: if the space has no such label.
        """
        try:
            return self._index[name_key(name)]
        except KeyError:
            raise LabelError(
                f"space {self.name!r} has no label {name!r}: it has {', '.join(self.names)}"
            ) from None

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name_key(name) in self._index

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form; fields that do not apply are left out."""
        out: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
            "labels": [label.to_dict() for label in self.labels],
        }
        if self.levels is not None:
            out["levels"] = self.levels
        if self.range is not None:
            out["range"] = list(self.range)
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LabelSpace:
        """Inverse of `to_dict`.

        Args:
            data: name, kind and labels; levels or range where the kind asks for them.

        Returns:
            The space.

        Raises:
            LabelError: if a field is missing or unknown, or the fields do not fit together.
        """
        missing = {"name", "kind", "labels"} - set(data)
        unknown = set(data) - {"name", "kind", "labels", "levels", "range"}
        if missing or unknown:
            what = f"lacks {sorted(missing)}" if missing else f"has unknown fields {sorted(unknown)}"
            raise LabelError(
                f"a label space {what}: it needs name, kind and labels, and may have levels or range"
            )
        bounds = data.get("range")
        return cls(
            data["name"],
            tuple(Label.from_dict(x) for x in data["labels"]),
            data["kind"],
            data.get("levels"),
            None if bounds is None else (bounds[0], bounds[1]),
        )

    def to_json(self) -> str:
        """The space as a JSON object."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> LabelSpace:
        """Inverse of `to_json`."""
        try:
            return cls.from_dict(json.loads(text))
        except json.JSONDecodeError as error:
            raise LabelError(f"a label space is not valid JSON: {error}") from None

    def to_toml(self) -> str:
        """The space as a TOML document."""
        lines = [f"name = {_quoted(self.name)}", f"kind = {_quoted(self.kind)}"]
        if self.levels is not None:
            lines.append(f"levels = {self.levels}")
        if self.range is not None:
            lines.append(f"range = [{self.range[0]!r}, {self.range[1]!r}]")
        for label in self.labels:
            lines += ["", "[[labels]]", f"name = {_quoted(label.name)}"]
            if label.description:
                lines.append(f"description = {_quoted(label.description)}")
            if label.paraphrases:
                lines.append(f"paraphrases = {_listed(label.paraphrases)}")
            if label.poles:
                lines.append(
                    f"poles = {{ high = {_listed(label.poles.high)}, low = {_listed(label.poles.low)} }}"
                )
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str) -> LabelSpace:
        """Inverse of `to_toml`."""
        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise LabelError(f"a label space is not valid TOML: {error}") from None


def _bounds(
    kind: Kind, levels: int | None, range: tuple[float, float] | None
) -> tuple[int | None, tuple[float, float] | None]:
    """Levels and range, with what is usual where the kind asks for one and there is none."""
    if kind == "ordinal" and levels is None:
        levels = LEVELS
    if kind == "dimensional" and range is None:
        range = AXIS_RANGE
    return levels, range


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    # A TOML basic string takes JSON's escapes, but forbids a raw DEL and lone surrogates.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def name_key(name: str) -> str:
    """What two spellings of one name share, whatever their case and Unicode's form."""
    return unicodedata.normalize("NFC", name).casefold()
