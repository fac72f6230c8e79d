# SPDX-License-Identifier: BSD-3-Clause
"""Which core is behind a debug port, and whether it is that of the board that is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uk_board.debug import registers as r
from uk_board.debug.facts import CorePlace, DebugFacts
from uk_board.debug.port import Component, MemoryPort
from uk_board.errors import BenchError

# Arm IHI 0029, PIDR0 and PIDR1: the part number
_PIDR0, _PIDR1 = 0xFE0, 0xFE4
# Arm DDI 0487, MPIDR_EL1: Aff0 to Aff2
_AFFINITY = 0xFFFFFF
# Part numbers of Arm's technical reference manuals, MIDR_EL1
PARTS = {
    0xD03: "Cortex-A53",
    0xD04: "Cortex-A35",
    0xD05: "Cortex-A55",
    0xD07: "Cortex-A57",
    0xD08: "Cortex-A72",
    0xD09: "Cortex-A73",
    0xD0B: "Cortex-A76",
}


def part_name(part: int) -> str:
    """Return what people call a core."""
    return f"{PARTS.get(part, 'unknown core')} (part 0x{part:03x})"


def describe(components: Sequence[Component]) -> str:
    """Return in a few words which cores there are, and where the first one is."""
    cores = sorted(_cores(components), key=lambda each: each.base)
    if not cores:
        return "no core"
    kinds = " and ".join(part_name(part) for part in sorted({each.part for each in cores}))
    return f"{len(cores)}x {kinds}, the first at 0x{cores[0].base:08x}"


def boards_like(
    components: Sequence[Component], boards: Mapping[str, DebugFacts | None]
) -> list[str]:
    """Return which boards have these cores at these places.

    Boards whose places are not known count where no other does.
    """
    there = {(each.base, each.part) for each in _cores(components)}
    parts = {part for _, part in there}
    known = {name: facts for name, facts in boards.items() if facts is not None}
    placed = [
        name
        for name, facts in known.items()
        if facts.core is not None and (facts.core.registers, facts.part) in there
    ]
    return placed or [
        name for name, facts in known.items() if facts.core is None and facts.part in parts
    ]


def _cores(components: Sequence[Component]) -> list[Component]:
    return [each for each in components if each.device_type == r.DEVTYPE_CORE]


def find_core(
    port: MemoryPort, components: Sequence[Component], facts: DebugFacts, board: str
) -> CorePlace:
    """Return the core of `board` that starts images.

    Raises: BenchError when there is none, or it is that of another board.
    """
    cores = _cores(components)
    place = facts.core or _first_core(port, components, cores, board)
    try:
        _check_core(port, place.registers, facts.part, board)
    except BenchError as error:
        # A core that is off may be missing in the table; one of another chip is there instead.
        if not cores or place.registers in {each.base for each in cores}:
            raise
        found = ", ".join(f"0x{each.base:08x}" for each in cores)
        raise BenchError(
            board,
            f"another chip is on this probe: its cores are at {found} of the debug bus,"
            f" that of {board} at 0x{place.registers:08x}",
        ) from error
    return place


def _first_core(
    port: MemoryPort, components: Sequence[Component], cores: Sequence[Component], board: str
) -> CorePlace:
    """Return the core with affinity 0, and the cross trigger with the same."""
    triggers = [each for each in components if each.device_type == r.DEVTYPE_CTI]
    for core in cores:
        if _affinity(port, core) == 0:
            own = [each for each in triggers if _affinity(port, each) == 0]
            if own:
                return CorePlace(core.base, own[0].base)
    known = ", ".join(map(str, components)) or "nothing"
    raise BenchError(board, f"its ROM table has no first core with a cross trigger; it has {known}")


def _affinity(port: MemoryPort, component: Component) -> int:
    # CTIDEVAFF0 has the same offset.
    return port.read(component.base + r.EDDEVAFF0) & _AFFINITY


def _check_core(port: MemoryPort, base: int, wanted: int, board: str) -> None:
    architecture = port.read(base + r.EDDEVARCH)
    if architecture & r.DEVARCH_MASK != r.DEVARCH_V8A:
        raise BenchError(
            board,
            f"no ARMv8-A core is at 0x{base:08x} of the debug bus: EDDEVARCH is"
            f" 0x{architecture:08x}; another chip is on this probe",
        )
    part = port.read(base + _PIDR0) & 0xFF | (port.read(base + _PIDR1) & 0xF) << 8
    if part != wanted:
        raise BenchError(
            board,
            f"another board is on this probe: its core is a {part_name(part)},"
            f" that of {board} a {part_name(wanted)}",
        )
