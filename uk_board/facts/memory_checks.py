# SPDX-License-Identifier: BSD-3-Clause
"""What a board's memory and registers must fulfil: one small check for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from uk_board.facts.board import Board, Device, Region
from uk_board.facts.descriptor import Problem, Steps

PAGE = 0x1000


def there_is_ram(board: Board) -> Iterator[Problem]:
    """A board without RAM boots nothing."""
    if not board.ram:
        yield ("ram",), "is empty; at least one region is expected"


def ram_is_whole_pages(board: Board) -> Iterator[Problem]:
    """RAM is mapped in pages."""
    for number, region in enumerate(board.ram):
        if region.base % PAGE or region.size % PAGE:
            yield (
                ("ram", number),
                f"{region} is not whole pages; multiples of 0x{PAGE:x} are expected",
            )


def ram_is_ascending(board: Board) -> Iterator[Problem]:
    """The core looks for its heap in ascending order."""
    if list(board.ram) != sorted(board.ram, key=lambda region: region.base):
        yield ("ram",), "is not sorted; ascending addresses are expected"


def mmio_is_whole_pages(board: Board) -> Iterator[Problem]:
    """Device memory is mapped in pages."""
    for number, region in enumerate(board.mmio):
        if region.base % PAGE or region.size % PAGE:
            yield (
                ("mmio", number),
                f"{region} is not whole pages; multiples of 0x{PAGE:x} are expected",
            )


def memory_does_not_overlap(board: Board) -> Iterator[Problem]:
    """RAM and device memory are apart from each other, and within themselves."""
    for (first, its), (second, theirs) in combinations(_memory(board), 2):
        if its.overlaps(theirs):
            yield second, f"{theirs} overlaps {its} of {first[0]}[{first[1]}]"


def _memory(board: Board) -> Iterator[tuple[Steps, Region]]:
    for key, regions in (("ram", board.ram), ("mmio", board.mmio)):
        for number, region in enumerate(regions):
            yield (key, number), region


def reserved_is_ram(board: Board) -> Iterator[Problem]:
    """Only RAM can be kept from the heap."""
    for number, region in enumerate(board.reserved):
        if not _held(region, board.ram):
            yield ("reserved", number), f"{region} is not RAM; {_listed('RAM', board.ram)}"


def load_address_is_free_ram(board: Board) -> Iterator[Problem]:
    """The image is loaded to RAM that nothing else uses, at a page."""
    address = board.load_address
    if not any(region.base <= address < region.end for region in board.ram):
        yield ("load_address",), f"0x{address:x} is not RAM; {_listed('RAM', board.ram)}"
    for region in board.reserved:
        if region.base <= address < region.end:
            yield ("load_address",), f"0x{address:x} is reserved, in {region}"
    if address % PAGE:
        yield (
            ("load_address",),
            f"0x{address:x} is not a page; a multiple of 0x{PAGE:x} is expected",
        )


def devices_are_aligned(board: Board) -> Iterator[Problem]:
    """Registers are words."""
    for device, name, region in _regions(board):
        if region.base % 4:
            steps = ("devices", device.name, "regions", name)
            yield steps, f"0x{region.base:x} is not aligned; a multiple of 4 is expected"


def devices_are_in_mmio(board: Board) -> Iterator[Problem]:
    """Every register is mapped."""
    for device, name, region in _regions(board):
        if not _held(region, board.mmio):
            steps = ("devices", device.name, "regions", name)
            yield steps, f"{region} is not in mmio; {_listed('mmio', board.mmio)}"


def devices_do_not_overlap(board: Board) -> Iterator[Problem]:
    """Two devices never share a register."""
    for (one, first, its), (other, second, theirs) in combinations(_regions(board), 2):
        if its.overlaps(theirs) and one.name != other.part_of and other.name != one.part_of:
            steps = ("devices", other.name, "regions", second)
            yield steps, f"{theirs} overlaps {its} of {one.name}.{first}"


def _regions(board: Board) -> Iterator[tuple[Device, str, Region]]:
    for device in board.devices.values():
        for name, region in device.regions.items():
            yield device, name, region


def _held(region: Region, areas: Iterable[Region]) -> bool:
    return any(area.holds(region) for area in areas)


def _listed(name: str, regions: Iterable[Region]) -> str:
    return f"{name}: {', '.join(map(str, regions)) or 'none'}"
