"""Values of one format as another can hold them."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

Json = str | int | float | bool | None | list[Any] | dict[str, Any]


def as_text(value: object) -> str:
    """A value as the text of a cell: None is empty, nested values are JSON, times ISO 8601."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | list | tuple | dict | bytes):
        plain = as_json(value)
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return str(value)


def as_json(value: object) -> Json:
    """A value as JSON can hold it: bytes in base 64, times in ISO 8601, no number as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): as_json(x) for key, x in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(x) for x in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return as_text(value)
