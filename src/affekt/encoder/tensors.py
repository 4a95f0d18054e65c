"""Reading safetensors files with numpy alone, mapped into memory: only the rows that are used are read."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from affekt.core import ModelError

_DTYPES = {
    "F32": np.float32,
    "F16": np.float16,
    "I8": np.int8,
    "U8": np.uint8,
    "I32": np.int32,
    "I64": np.int64,
}


def read_tensors(path: Path) -> dict[str, NDArray[np.generic]]:
    """Tensors of a safetensors file.

    Args:
        path: the file; it is mapped, and must stay as long as the tensors do.

    Returns:
        Tensors by name, read-only views of the mapped file.

    Raises:
        ModelError: if the file is missing, cut off, or holds a type that affekt does not use.
    """
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        (header_length,) = struct.unpack("<Q", data[:8].tobytes())
        if header_length > len(data) - 8:
            raise ValueError("it ends within its header")
        header = json.loads(data[8 : 8 + header_length].tobytes())
        start = 8 + header_length
        tensors: dict[str, NDArray[np.generic]] = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            low, high = entry["data_offsets"]
            raw = data[start + low : start + high]
            tensors[name] = raw.view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: install the model again") from None
    except (
        OSError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        struct.error,
    ) as error:
        raise ModelError(
            f"{path} is not a readable safetensors file ({error}): install the model again"
        ) from None
    return tensors
