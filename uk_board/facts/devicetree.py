# SPDX-License-Identifier: BSD-3-Clause
"""A board's descriptor against a device-tree blob: all that both know, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from uk_board.facts.board import Board, Device, Region
from uk_board.facts.dtb import DeviceTree, Node, read_tree

State = Literal["ok", "differs", "only here"]

# Arm generic timer: secure, non-secure, virtual, hypervisor (Linux, bindings/timer/arm,arch_timer).
_TIMER = ("arm,armv8-timer", "arm,armv7-timer")
_VIRTUAL = 2


@dataclass(frozen=True)
class Finding:
    """One fact of the descriptor: what the device tree says of it."""

    item: str
    state: State
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        """Whether one of the two must be wrong."""
        return self.state == "differs"


def check_board(board: Board, blob: Path) -> list[Finding]:
    """Compare every fact of `board` with the tree in the file `blob`.

    A fact that the tree does not have is "only here": trees leave out what
    firmware fills in, and what their bindings know without saying.

    Raises:
        MissingError: there is no such file, or no libfdt.
        DescriptorError: the blob is cut off or corrupt.
    """
    tree = read_tree(blob)
    findings = [*_model(board, tree), *_processors(board, tree), *_memory(board, tree)]
    for device in board.devices.values():
        findings += _device(device, tree)
    return findings


def _same(item: str, ours: str, theirs: str | None, why: str = "not in the tree") -> Finding:
    if theirs is None:
        return Finding(item, "only here", ours, why)
    return Finding(item, "ok" if ours == theirs else "differs", ours, theirs)


def _one_of(item: str, ours: str, theirs: list[str], why: str = "not in the tree") -> Finding:
    if not theirs:
        return Finding(item, "only here", ours, why)
    return Finding(item, "ok" if ours in theirs else "differs", ours, ", ".join(theirs))


def _model(board: Board, tree: DeviceTree) -> Iterator[Finding]:
    model = tree.root.text("model")
    ours = model if model in board.models else ", ".join(board.models)
    yield _same("model", ours or "", model)


def _processors(board: Board, tree: DeviceTree) -> Iterator[Finding]:
    cores = [node for node in tree.nodes.values() if node.text("device_type") == "cpu"]
    yield _same("cores", str(board.cores), str(len(cores)) if cores else None)
    kinds = sorted({kind for core in cores for kind in core.texts("compatible")})
    yield _one_of("core", f"arm,{board.core}", kinds)
    for core in cores:
        number, address = core.number("reg"), core.number("cpu-release-addr")
        if number is not None and address is not None:
            ours = board.spin_table + 8 * number
            yield _same(f"spin_table, core {number}", f"0x{ours:x}", f"0x{address:x}")
    for timer in tree.compatible_with(*_TIMER):
        numbers = tree.interrupts(timer)
        theirs = numbers[_VIRTUAL] if len(numbers) > _VIRTUAL else None
        yield _same("timer_interrupt", str(board.timer_interrupt), _text(theirs))


def _memory(board: Board, tree: DeviceTree) -> Iterator[Finding]:
    nodes = [node for node in tree.nodes.values() if node.text("device_type") == "memory"]
    regions = [pair for node in nodes for pair in tree.regions(node)]
    theirs = [Region(base, size) for base, size in regions if base is not None and size]
    for number, ram in enumerate(board.ram):
        item = f"ram[{number}]"
        if not theirs:
            yield Finding(item, "only here", str(ram), "no size in the tree: firmware fills it in")
        else:
            state: State = "ok" if any(one.holds(ram) for one in theirs) else "differs"
            yield Finding(item, state, str(ram), "in " + ", ".join(map(str, theirs)))
    for base, size in tree.reserved:
        there = Region(base, size)
        if any(there.overlaps(ram) for ram in board.ram):
            held = any(ours.holds(there) for ours in board.reserved)
            ours = ", ".join(map(str, board.reserved)) or "none"
            yield Finding("reserved", "ok" if held else "differs", ours, str(there))


def _device(device: Device, tree: DeviceTree) -> Iterator[Finding]:
    name = device.name
    node = tree.node(device.node) if device.node else None
    if node is None:
        theirs = f"no node {device.node}" if device.node else "no node named"
        yield Finding(name, "differs" if device.node else "only here", device.compatible, theirs)
    else:
        yield _one_of(name, device.compatible, node.texts("compatible"))
        yield from _interrupt(device, node, tree)
        yield from _clock(device, node, tree)
        if device.conduit:
            yield _same(f"{name}.conduit", device.conduit, node.text("method"))
    yield from _regions(device, node, tree)


def _interrupt(device: Device, node: Node, tree: DeviceTree) -> Iterator[Finding]:
    if device.interrupt is not None:
        numbers = [str(number) for number in tree.interrupts(node) if number is not None]
        yield _one_of(f"{device.name}.interrupt", str(device.interrupt), numbers)


def _clock(device: Device, node: Node, tree: DeviceTree) -> Iterator[Finding]:
    if device.clock_hz is not None:
        theirs = _text(tree.clock_hz(node))
        yield _same(
            f"{device.name}.clock_hz", str(device.clock_hz), theirs, "not fixed in the tree"
        )


def _regions(device: Device, own: Node | None, tree: DeviceTree) -> Iterator[Finding]:
    """Compare each region with the entry of `reg` that has its place in the same node."""
    taken: dict[str, int] = {}
    for name, region in device.regions.items():
        path = device.region_nodes.get(name)
        node = tree.node(path) if path else own
        item = f"{device.name}.{name}"
        if node is None:
            yield Finding(
                item,
                "differs" if path else "only here",
                str(region),
                f"no node {path or ''}".strip(),
            )
            continue
        place = taken.setdefault(node.path, 0)
        taken[node.path] += 1
        entries = tree.regions(node)
        base, size = entries[place] if place < len(entries) else (None, 0)
        yield _same(
            item, _span(region.base, region.size), base if base is None else _span(base, size)
        )


def _span(base: int, size: int) -> str:
    return f"0x{base:x}+0x{size:x}"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
