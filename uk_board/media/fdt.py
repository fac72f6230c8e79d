# SPDX-License-Identifier: BSD-3-Clause
"""Flattened device trees as such: what a FIT is made of.

(What the tree of a board means is in uk_board/facts/devicetree.py.)
Source: Devicetree Specification 0.4, chapter 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from construct import Const, ConstructError, Int32ub, Struct

from uk_board.errors import UkBoardError

HEADER = Struct(
    "magic" / Const(0xD00DFEED, Int32ub),
    "total_size" / Int32ub,
    "struct_offset" / Int32ub,
    "strings_offset" / Int32ub,
    "reserve_offset" / Int32ub,
    "version" / Int32ub,
    "last_compatible" / Int32ub,
    "boot_cpu" / Int32ub,
    "strings_size" / Int32ub,
    "struct_size" / Int32ub,
)
MAGIC = b"\xd0\x0d\xfe\xed"
_VERSION, _COMPATIBLE = 17, 16
_BEGIN, _END, _PROPERTY, _NOP, _FINISH = 1, 2, 3, 4, 9
_DEEPEST = 64


@dataclass
class Node:
    """A node: properties as bytes, and the nodes in it."""

    properties: dict[str, bytes] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a property as text, "" when there is none."""
        return self.properties.get(name, b"").partition(b"\0")[0].decode("utf-8", "replace")

    def number(self, name: str) -> int | None:
        """Return a property of one or two cells, None when there is none."""
        raw = self.properties.get(name, b"")
        return int.from_bytes(raw, "big") if len(raw) in (4, 8) else None


def _aligned(size: int) -> int:
    return -(-size // 4) * 4


def build(root: Node) -> bytes:
    """Return the blob of a tree."""
    strings: dict[str, int] = {}
    body = b"".join((_node("", root, strings), cells(_FINISH)))
    names = b"".join(name.encode() + b"\0" for name in strings)
    head = HEADER.sizeof()
    reserve = bytes(16)
    start = head + len(reserve)
    fields = {
        "total_size": start + len(body) + len(names),
        "struct_offset": start,
        "strings_offset": start + len(body),
        "reserve_offset": head,
        "version": _VERSION,
        "last_compatible": _COMPATIBLE,
        "boot_cpu": 0,
        "strings_size": len(names),
        "struct_size": len(body),
    }
    header: bytes = HEADER.build(fields)
    return header + reserve + body + names


def _node(name: str, node: Node, strings: dict[str, int]) -> bytes:
    raw = name.encode() + b"\0"
    parts = [Int32ub.build(_BEGIN), raw.ljust(_aligned(len(raw)), b"\0")]
    for key, value in node.properties.items():
        place = strings.setdefault(key, sum(len(other.encode()) + 1 for other in strings))
        parts += [Int32ub.build(_PROPERTY), Int32ub.build(len(value)), Int32ub.build(place)]
        parts.append(value.ljust(_aligned(len(value)), b"\0"))
    parts += [_node(key, below, strings) for key, below in node.nodes.items()]
    parts.append(Int32ub.build(_END))
    return b"".join(parts)


def size_of(raw: bytes, where: str) -> int:
    """Return how many bytes the blob at the start of `raw` says it has. Raises: UkBoardError."""
    try:
        size: int = HEADER.parse(raw[: HEADER.sizeof()]).total_size
    except ConstructError:
        raise UkBoardError(where, "is no device tree; d0 0d fe ed is expected at 0") from None
    if size < HEADER.sizeof():
        raise UkBoardError(where, f"is a corrupt device tree: it says it has {size} bytes")
    return size


def parse(raw: bytes, where: str) -> Node:
    """Return the tree in a blob. Raises: UkBoardError when it is none, cut off or corrupt."""
    size = size_of(raw, where)
    if size > len(raw):
        raise UkBoardError(where, f"is cut off: {len(raw)} bytes of {size}")
    return _Parser(raw[:size], where).tree()


class _Parser:
    def __init__(self, raw: bytes, where: str) -> None:
        fields = HEADER.parse(raw)
        self._where = where
        self._body = raw[fields.struct_offset : fields.struct_offset + fields.struct_size]
        end = fields.strings_offset + fields.strings_size
        self._names = raw[fields.strings_offset : end]
        self._at = 0

    def tree(self) -> Node:
        """Return the root."""
        if self._token() != _BEGIN:
            raise self._error("no root")
        return self._node(0)

    def _error(self, problem: str) -> UkBoardError:
        return UkBoardError(self._where, f"is a corrupt device tree: {problem} at {self._at}")

    def _cell(self) -> int:
        cell = self._body[self._at : self._at + 4]
        if len(cell) < 4:
            raise self._error("it ends early")
        self._at += 4
        return int.from_bytes(cell, "big")

    def _token(self) -> int:
        while (token := self._cell()) == _NOP:
            pass
        return token

    def _text(self, raw: bytes, at: int) -> bytes:
        end = raw.find(b"\0", at)
        if not 0 <= at < len(raw) or end < 0:
            raise self._error("a name without end")
        return raw[at:end]

    def _node(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self._error("nodes nest too deep")
        name = self._text(self._body, self._at)
        self._at = _aligned(self._at + len(name) + 1)
        node = Node()
        while (token := self._token()) != _END:
            if token == _PROPERTY:
                size, place = self._cell(), self._cell()
                value = self._body[self._at : self._at + size]
                if len(value) < size:
                    raise self._error(f"a property of {size} bytes")
                self._at = _aligned(self._at + size)
                node.properties[self._text(self._names, place).decode("utf-8", "replace")] = value
            elif token == _BEGIN:
                below = self._text(self._body, self._at).decode("utf-8", "replace")
                node.nodes[below] = self._node(depth + 1)
            else:
                raise self._error(f"token {token}")
        return node


def cells(*values: int) -> bytes:
    """Return numbers as a property of 32-bit cells."""
    return b"".join(Int32ub.build(value) for value in values)


def texts(properties: Mapping[str, str]) -> dict[str, bytes]:
    """Return properties that are texts."""
    return {name: value.encode() + b"\0" for name, value in properties.items()}
