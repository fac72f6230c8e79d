# SPDX-License-Identifier: BSD-3-Clause
"""FIT, U-Boot's image with several parts: a device tree with the parts in it.

Source: Flattened Image Tree Specification 0.8 (flattened image tree format).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from uk_board.errors import UkBoardError
from uk_board.media import fdt

_SUMS: Mapping[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
}


@dataclass(frozen=True)
class Part:
    """One part of a FIT; `sums` names those that were found right."""

    name: str
    kind: str
    description: str
    data: bytes
    load: int | None = None
    entry: int | None = None
    architecture: str = ""
    sums: tuple[str, ...] = ()


@dataclass(frozen=True)
class Configuration:
    """Parts that belong together, by their names."""

    name: str
    description: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """A FIT and all its parts."""

    description: str
    parts: tuple[Part, ...]
    configurations: tuple[Configuration, ...]
    default: str = ""


def parse(raw: bytes, where: str) -> Fit:
    """Return the FIT in `raw`. Raises: UkBoardError when it is none, or a sum is wrong."""
    root = fdt.parse(raw, where)
    if "images" not in root.nodes:
        raise UkBoardError(where, "is a device tree but no FIT; a node /images is expected")
    total = fdt.size_of(raw, where)
    # Parts outside the tree are counted from its end, at a multiple of 4 (3.4, data-offset).
    outside = raw[-(-total // 4) * 4 :]
    images = root.nodes["images"].nodes
    parts = tuple(_part(name, node, outside, where) for name, node in images.items())
    configurations = root.nodes.get("configurations", fdt.Node())
    return Fit(
        root.text("description"),
        parts,
        tuple(_configuration(name, node) for name, node in configurations.nodes.items()),
        configurations.text("default"),
    )


def _part(name: str, node: fdt.Node, outside: bytes, where: str) -> Part:
    data = node.properties.get("data")
    if data is None:
        offset, size = node.number("data-offset"), node.number("data-size")
        if offset is None or size is None or offset + size > len(outside):
            raise UkBoardError(where, f"/images/{name}: has no data, or is cut off")
        data = outside[offset : offset + size]
    return Part(
        name,
        node.text("type"),
        node.text("description"),
        data,
        node.number("load"),
        node.number("entry"),
        node.text("arch"),
        tuple(_sums(name, node, data, where)),
    )


def _sums(name: str, node: fdt.Node, data: bytes, where: str) -> Iterable[str]:
    for below in node.nodes.values():
        algorithm = below.text("algo")
        if algorithm not in _SUMS or "value" not in below.properties:
            continue
        found, expected = _SUMS[algorithm](data), below.properties["value"]
        if found != expected:
            raise UkBoardError(
                where,
                f"/images/{name}: is corrupt: {algorithm} is {found.hex()};"
                f" {expected.hex()} is expected",
            )
        yield algorithm


def _configuration(name: str, node: fdt.Node) -> Configuration:
    parts = []
    for key in ("firmware", "kernel", "fdt", "ramdisk", "loadables"):
        raw = node.properties.get(key, b"").rstrip(b"\0")
        parts += [part.decode("utf-8", "replace") for part in raw.split(b"\0") if part]
    return Configuration(name, node.text("description"), tuple(parts))


def build(fit: Fit, *, time: int = 0) -> bytes:
    """Return the blob of a FIT, each part with its SHA-256; `time` is in seconds since 1970."""
    images = {part.name: _part_node(part) for part in fit.parts}
    configurations = fdt.Node(fdt.texts({"default": fit.default}) if fit.default else {})
    kinds = {part.name: part.kind for part in fit.parts}
    for configuration in fit.configurations:
        configurations.nodes[configuration.name] = _configuration_node(configuration, kinds)
    root = fdt.Node(
        {**fdt.texts({"description": fit.description}), "timestamp": fdt.cells(time)},
        {"images": fdt.Node({}, images), "configurations": configurations},
    )
    return fdt.build(root)


def _part_node(part: Part) -> fdt.Node:
    said = {"description": part.description, "type": part.kind, "compression": "none"}
    said |= {"arch": part.architecture} if part.architecture else {}
    numbers = {"load": part.load, "entry": part.entry}
    properties = fdt.texts(said) | {
        name: fdt.cells(value) for name, value in numbers.items() if value is not None
    }
    properties["data"] = part.data
    hashed = {**fdt.texts({"algo": "sha256"}), "value": _SUMS["sha256"](part.data)}
    return fdt.Node(properties, {"hash-1": fdt.Node(hashed)})


def _configuration_node(configuration: Configuration, kinds: Mapping[str, str]) -> fdt.Node:
    names = {"kernel": "kernel", "firmware": "firmware", "flat_dt": "fdt", "ramdisk": "ramdisk"}
    properties = fdt.texts({"description": configuration.description})
    for part in configuration.parts:
        key = names.get(kinds[part], "loadables")
        properties[key] = properties.get(key, b"") + part.encode() + b"\0"
    return fdt.Node(properties)
