"""From a recipe's TOML file to the dataclasses of its settings."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from affekt.core import RecipeError

_BUNDLED: Final = Path(__file__).parents[1] / "recipes"
_T = TypeVar("_T")


def read_table(recipe: str | Path, overrides: Mapping[str, Any] | None = None) -> tuple[Path, dict[str, Any]]:
    """The file of a recipe, and its table with what takes the place of some values; keys are not looked at.

    Args:
        recipe: a TOML file, or the name of one that affekt brings along.
        overrides: dotted key → value.

    Returns:
        Path and table.

    Raises:
        RecipeError: if there is no such recipe, or it is not TOML.
    """
    path = Path(recipe)
    if not path.is_file():
        path = _BUNDLED / f"{recipe}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in _BUNDLED.glob("*.toml")))
        raise RecipeError(f"recipe {str(recipe)!r} is neither a file nor known: use a TOML file or {known}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not valid TOML: {error}") from None
    for key, value in (overrides or {}).items():
        _set(data, key, value)
    return path, data


def _set(data: dict[str, Any], key: str, value: object) -> None:
    *tables, last = key.split(".")
    for table in tables:
        data = data.setdefault(table, {})
        if not isinstance(data, dict):
            raise RecipeError(f"--set {key}: {table!r} is not a table of the recipe")
    data[last] = value


def build_recipe(cls: type[_T], data: Mapping[str, Any], where: str) -> _T:
    """A recipe, or a table of one, from TOML; `where` begins the messages about keys and values that do not fit."""
    hints = get_type_hints(cls)
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(data) - set(known)):
        raise RecipeError(f"{where}: {unknown[0]!r} is unknown: use {', '.join(sorted(known))}")
    for name, f in known.items():
        if name not in data and f.default is f.default_factory is dataclasses.MISSING:
            raise RecipeError(f"{where}: {name!r} is missing: add it")
    return cls(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in data.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise RecipeError(f"{where}: a list expected, {value!r} found")
        return tuple(_value(get_args(hint)[0], x, f"{where}[{i}]") for i, x in enumerate(value))
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise RecipeError(f"{where}: a table expected, {value!r} found")
        return build_recipe(hint, value, where)  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, hint) or (hint is not bool and isinstance(value, bool)):
        raise RecipeError(f"{where}: {hint.__name__} expected, {value!r} found")
    return value
