# SPDX-License-Identifier: BSD-3-Clause
"""A device-tree blob as nodes: addresses and interrupts as the processor sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from uk_board.errors import DescriptorError, MissingError

# The header alone (Devicetree Specification 0.4, 5.2).
_SMALLEST = 40
_MAGIC = 0xD00DFEED
# Devicetree Specification 0.4, 2.3.5: what holds where a node does not say.
_ADDRESS_CELLS = 2
_SIZE_CELLS = 1
# More cells than any binding has; a corrupt tree may say billions.
_WIDEST = 16

_GIC = ("arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a9-gic", "arm,cortex-a7-gic")
_LOCAL = "brcm,bcm2836-l1-intc"
_ARMCTRL = ("brcm,bcm2836-armctrl-ic", "brcm,bcm2835-armctrl-ic")
# Where an interrupt's first cell puts it in our numbering (uk_board/facts/board_checks.py):
# GIC: SPI, PPI; armctrl: ARM, GPU 0-31, GPU 32-63.
_GIC_BASES = {0: 32, 1: 16}
_ARMCTRL_BASES = {0: 96, 1: 32, 2: 64}


@dataclass(frozen=True, eq=False)
class Node:
    """A node of the tree. Raises: DescriptorError for a property of a wrong form."""

    file: Path
    path: str
    parent: Node | None
    properties: Mapping[str, bytes]

    def error(self, problem: str) -> DescriptorError:
        """Return the error of this node."""
        return DescriptorError(f"{self.file}: {self.path or '/'}", problem)

    @property
    def generic_name(self) -> str:
        """The name without its address."""
        return self.path.rpartition("/")[2].partition("@")[0]

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty when there is no such property."""
        value = self.properties.get(name, b"").rstrip(b"\0")
        return [part.decode(errors="replace") for part in value.split(b"\0")] if value else []

    def text(self, name: str) -> str | None:
        """Return a text."""
        return next(iter(self.texts(name)), None)

    def cells(self, name: str) -> list[int]:
        """Return 32-bit numbers, none when there is no such property."""
        value = self.properties.get(name, b"")
        if len(value) % 4:
            raise self.error(f"{name} has {len(value)} bytes; a multiple of 4 is expected")
        return [int.from_bytes(value[at : at + 4], "big") for at in range(0, len(value), 4)]

    def number(self, name: str) -> int | None:
        """Return a number of one cell or two."""
        cells = self.cells(name)
        return _joined(cells) if 1 <= len(cells) <= 2 else None

    def width(self, name: str, default: int) -> int:
        """Return how many cells something has, such as `#address-cells`."""
        width = self.number(name)
        if width is not None and width > _WIDEST:
            raise self.error(f"{name} is {width}; at most {_WIDEST} is expected")
        return default if width is None else width

    def rows(self, name: str, *widths: int) -> list[tuple[int, ...]]:
        """Return a property as rows of numbers that are `widths` cells wide."""
        cells, wide = self.cells(name), sum(widths)
        if cells and (not wide or len(cells) % wide):
            raise self.error(f"{name} has {len(cells)} cells; a multiple of {wide} is expected")
        return [
            tuple(_split(cells[at : at + wide], widths)) for at in range(0, len(cells), wide or 1)
        ]


def _joined(cells: list[int]) -> int:
    number = 0
    for cell in cells:
        number = number << 32 | cell
    return number


def _split(cells: list[int], widths: tuple[int, ...]) -> Iterator[int]:
    for width in widths:
        yield _joined(cells[:width])
        cells = cells[width:]


def _widths(bus: Node) -> tuple[int, int]:
    """Return how many cells an address and a size have on a bus."""
    return bus.width("#address-cells", _ADDRESS_CELLS), bus.width("#size-cells", _SIZE_CELLS)


@dataclass(frozen=True)
class DeviceTree:
    """All nodes by their paths, the root first; its path is ""."""

    file: Path
    nodes: Mapping[str, Node]
    reserved: tuple[tuple[int, int], ...]

    @property
    def root(self) -> Node:
        """The node that holds all others."""
        return self.nodes[""]

    def node(self, path: str) -> Node | None:
        """Return the node at a path, or at that of an alias; None when there is none."""
        if not path.startswith("/"):
            aliases = self.nodes.get("/aliases")
            path = (aliases.text(path) if aliases else None) or "/?"
        return self.nodes.get(path.rstrip("/"))

    def by_phandle(self, phandle: int) -> Node | None:
        """Return the node that others refer to by this number."""
        for node in self.nodes.values():
            if phandle in (node.number("phandle"), node.number("linux,phandle")):
                return node
        return None

    def compatible_with(self, *names: str) -> Iterator[Node]:
        """Yield the nodes that are compatible with one of `names`."""
        for node in self.nodes.values():
            if set(names) & set(node.texts("compatible")):
                yield node

    def regions(self, node: Node) -> list[tuple[int | None, int]]:
        """Return address and size of each `reg` entry; None: the processor cannot reach it."""
        if node.parent is None:
            return []
        rows = node.rows("reg", *_widths(node.parent))
        return [(_translated(node.parent, address), size) for address, size in rows]

    def interrupts(self, node: Node) -> list[int | None]:
        """Return the interrupts of a node in our numbering; None: of no controller we know."""
        if "interrupts-extended" in node.properties:
            return list(self._extended(node))
        parent = self._interrupt_parent(node)
        if parent is None:
            return []
        cells = [1] * parent.width("#interrupt-cells", 0)
        return [_numbered(parent, row) for row in node.rows("interrupts", *cells)]

    def _extended(self, node: Node) -> Iterator[int | None]:
        cells = node.cells("interrupts-extended")
        while cells:
            parent = self.by_phandle(cells[0])
            if parent is None:
                raise node.error(f"interrupts-extended names no node; phandle {cells[0]}")
            wide = 1 + parent.width("#interrupt-cells", 0)
            if wide > len(cells):
                raise node.error("interrupts-extended is cut off")
            yield _numbered(parent, tuple(cells[1:wide]))
            cells = cells[wide:]

    def _interrupt_parent(self, node: Node) -> Node | None:
        above: Node | None = node
        while above is not None:
            phandle = above.number("interrupt-parent")
            if phandle is not None:
                return self.by_phandle(phandle)
            above = above.parent
            if above is not None and "#interrupt-cells" in above.properties:
                return above
        return None

    def clock_hz(self, node: Node) -> int | None:
        """Return the frequency of a node's first clock, where the tree fixes it."""
        clocks = node.cells("clocks")
        source = self.by_phandle(clocks[0]) if clocks else None
        if source is not None and "fixed-clock" in source.texts("compatible"):
            return source.number("clock-frequency")
        # Of an I2C bus this is how fast its wires are (Linux, bindings/i2c/i2c.txt).
        return None if node.generic_name == "i2c" else node.number("clock-frequency")


def _translated(bus: Node, address: int) -> int | None:
    """Return the processor's address of an address on `bus`, through all buses above."""
    above: Node | None = bus
    while above is not None and above.parent is not None:
        if "ranges" not in above.properties:
            return None
        child, size = _widths(above)
        parent, _ = _widths(above.parent)
        rows = above.rows("ranges", child, parent, size)
        starts = [
            there + address - here
            for here, there, length in rows
            if here <= address < here + length
        ]
        if rows and not starts:
            return None
        address = starts[0] if rows else address
        above = above.parent
    return address


def _numbered(controller: Node, cells: tuple[int, ...]) -> int | None:
    """Return an interrupt specifier in our numbering."""
    kinds = controller.texts("compatible")
    if _LOCAL in kinds and cells:
        return cells[0]
    bases = _GIC_BASES if set(_GIC) & set(kinds) else {}
    bases = _ARMCTRL_BASES if set(_ARMCTRL) & set(kinds) else bases
    return bases[cells[0]] + cells[1] if len(cells) >= 2 and cells[0] in bases else None


def read_tree(file: Path) -> DeviceTree:
    """Return the tree in a blob.

    Raises:
        MissingError: there is no such file, or no libfdt.
        DescriptorError: it is no blob, it is cut off, or it is corrupt.
    """
    libfdt = _libfdt()
    try:
        blob = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MissingError(str(file), "no such file") from None
    except OSError as error:
        raise DescriptorError(str(file), f"cannot be read: {error.strerror}") from error
    _check(libfdt, file, blob)
    try:
        return _tree(libfdt, file, libfdt.FdtRo(blob))
    # SystemError: what the binding makes of a name that is no UTF-8.
    except (libfdt.FdtException, ValueError, SystemError) as error:
        raise DescriptorError(str(file), f"is a corrupt device tree: {error}") from error


def _libfdt() -> ModuleType:
    try:
        import libfdt
    except ImportError:
        raise MissingError(
            "libfdt",
            "this Python module is not installed; it reads device trees",
            hint="make setup, or: pip install 'uk-board[dtb]' "
            "(it is compiled: gcc, libc6-dev and python3-dev must be there)",
        ) from None
    module: ModuleType = libfdt
    return module


def _check(libfdt: ModuleType, file: Path, blob: bytes) -> None:
    """Raise DescriptorError unless libfdt may read all of the blob."""
    magic, size = (int.from_bytes(blob[at : at + 4], "big") for at in (0, 4))
    if len(blob) < 4 or magic != _MAGIC:
        raise DescriptorError(
            str(file),
            f"is no device-tree blob; the first word is not 0x{_MAGIC:x}",
            hint="dtc -I dts -O dtb -o FILE.dtb FILE.dts, if it is a source",
        )
    if len(blob) < max(size, _SMALLEST):
        raise DescriptorError(
            str(file),
            f"is cut off: {len(blob)} bytes are there; {max(size, _SMALLEST)} are expected",
        )
    status = libfdt.fdt_check_full(bytearray(blob), len(blob))
    if status < 0:
        raise DescriptorError(
            str(file), f"is a corrupt device tree: libfdt says {libfdt.strerror(status)}"
        )


def _tree(libfdt: ModuleType, file: Path, fdt: Any) -> DeviceTree:
    """Walk a blob once; `fdt` is an FdtRo, which has no type information."""
    nodes: dict[str, Node] = {}
    branch: list[Node] = []
    offset, depth = 0, 0
    while depth >= 0:
        if offset < 0:
            raise ValueError(libfdt.strerror(offset))
        parent = branch[depth - 1] if depth else None
        path = f"{parent.path}/{fdt.get_name(offset)}" if parent else ""
        nodes[path] = Node(file, path, parent, dict(_properties(libfdt, fdt, offset)))
        branch[depth:] = [nodes[path]]
        offset, depth = fdt.next_node(offset, depth, (libfdt.NOTFOUND,))
    reserved = [fdt.get_mem_rsv(index) for index in range(fdt.num_mem_rsv())]
    return DeviceTree(file, nodes, tuple((address, size) for address, size in reserved))


def _properties(libfdt: ModuleType, fdt: Any, node: int) -> Iterator[tuple[str, bytes]]:
    quiet = (libfdt.NOTFOUND,)
    offset = fdt.first_property_offset(node, quiet)
    while offset >= 0:
        read = fdt.get_property_by_offset(offset)
        yield read.name, bytes(read)
        offset = fdt.next_property_offset(offset, quiet)
