"""A character map in the form that SentencePiece compiles it to, which tokenizer files hold as `Precompiled`.

The form: the size of a double-array trie in bytes (uint32), the trie, then the replacements, each ended by a zero
byte. The trie is that of Yata's Darts-clone: a unit of 32 bits has the label of the byte that leads to it (bits
0–7), whether a key ends there (bit 8), and the exclusive or of its own place and its children's base (bits 10–30);
the unit at the base itself is the key's value, with bit 31 set.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Final

_END: Final = 0  # the label of a key's end
_BLOCK: Final = 256
_HAS_VALUE: Final = 1 << 8
_VALUE: Final = 1 << 31
_OFFSET_BIT: Final = 10


def compile_map(replacements: Mapping[str, str]) -> bytes:
    """Compile a map from characters to what stands for them.

    Args:
        replacements: character → replacement, which may be empty.

    Returns:
        the compiled map, as it goes into a tokenizer file in base64.

    Raises:
        ValueError: if a zero character is mapped, or is in a replacement: it ends strings in this form.
    """
    if any("\0" in old + new for old, new in replacements.items()):
        raise ValueError("a zero character cannot be mapped, nor stand in a replacement")
    blob, places = bytearray(), dict[str, int]()
    for new in replacements.values():
        if new not in places:
            places[new] = len(blob)
            blob += new.encode() + b"\0"
    trie = _double_array(_nested((old.encode(), places[new]) for old, new in replacements.items()))
    return struct.pack("<I", 4 * len(trie)) + struct.pack(f"<{len(trie)}I", *trie) + bytes(blob)


_Node = dict[int, "_Node | int"]


def _nested(keys: Iterable[tuple[bytes, int]]) -> _Node:
    """Keys as nested tables, byte → what follows; under `_END` the value of the key that ends there."""
    root: _Node = {}
    for key, value in keys:
        node = root
        for byte in key:
            follows = node.setdefault(byte, {})
            assert isinstance(follows, dict)
            node = follows
        node[_END] = value
    return root


def _double_array(root: _Node) -> list[int]:
    units, taken, bases = [0] * _BLOCK, {0}, set[int]()
    waiting: list[tuple[int, _Node]] = [(0, root)] if root else []
    free = 1  # below it, everything is taken
    while waiting:
        place, node = waiting.pop()
        while free in taken:
            free += 1
        base = _base(node, taken, bases, free)
        bases.add(base)
        while base | (_BLOCK - 1) >= len(units):
            units += [0] * _BLOCK
        units[place] |= (place ^ base) << _OFFSET_BIT | (_HAS_VALUE if _END in node else 0)
        for label, child in node.items():
            taken.add(base ^ label)
            if isinstance(child, dict):
                units[base ^ label] = label
                waiting.append((base ^ label, child))
            else:
                units[base ^ label] = _VALUE | child
    return units


def _base(node: _Node, taken: set[int], bases: set[int], free: int) -> int:
    """A place from which every label of a node leads to a free unit.

    No other node's base: a unit tells the label that leads to it, not from where, so that from a shared one the
    children of either node would be found.
    """
    first = next(iter(node))
    place = free
    while True:
        base = place ^ first
        if base and base not in bases and all(base ^ label not in taken for label in node):
            return base
        place += 1
