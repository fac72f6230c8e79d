# SPDX-License-Identifier: BSD-3-Clause
"""Caches and MMU of a halted core: as a boot loader leaves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from uk_board.debug.a64 import DC_CISW_X0, DSB, IC_IALLU, ISB, TLBI, System
from uk_board.debug.core import Core

# Arm DDI 0487, SCTLR_EL1 to SCTLR_EL3: M (0), A (1), C (2), I (12), WXN (19), EE (25)
_SCTLR_C = 1 << 2
_SCTLR_OFF = 1 << 0 | 1 << 1 | _SCTLR_C | 1 << 12 | 1 << 19 | 1 << 25
_SCTLR = {1: System.SCTLR_EL1, 2: System.SCTLR_EL2, 3: System.SCTLR_EL3}
# Arm DDI 0487, CLIDR_EL1: Ctype<n>, three bits each: with a data cache or unified
_WITH_DATA = (0b010, 0b011, 0b100)

OnLines = Callable[[int, int], None]


@dataclass(frozen=True)
class DataCache:
    """A level of data cache; its lines are counted by sets and ways."""

    level: int
    sets: int
    ways: int
    line_shift: int

    def lines(self) -> Iterator[int]:
        """Yield each line as DC CISW takes it: way, set, level (Arm DDI 0487, C5.3)."""
        way_shift = 32 - (self.ways - 1).bit_length()
        for way in range(self.ways):
            for index in range(self.sets):
                yield way << way_shift | index << self.line_shift | (self.level - 1) << 1


def data_caches(core: Core) -> list[DataCache]:
    """Return the data caches up to the level of coherency, the nearest first."""
    clidr = core.read_system(System.CLIDR_EL1)
    found = []
    # CLIDR_EL1.LoC
    for level in range(1, (clidr >> 24 & 7) + 1):
        if clidr >> 3 * (level - 1) & 7 not in _WITH_DATA:
            continue
        core.write_system(System.CSSELR_EL1, (level - 1) << 1)
        core.run(ISB)
        # CCSIDR_EL1 without FEAT_CCIDX: line size, ways, sets
        ccsidr = core.read_system(System.CCSIDR_EL1)
        sets, ways = (ccsidr >> 13 & 0x7FFF) + 1, (ccsidr >> 3 & 0x3FF) + 1
        found.append(DataCache(level, sets, ways, (ccsidr & 7) + 4))
    return found


def switch_off(core: Core, on_lines: OnLines) -> bool:
    """Switch MMU and caches off, write back what they hold; return whether they were on.

    Memory is then what the core loads and stores, at physical addresses. Caches are those of
    this core and what it shares; what other cores hold in their own is theirs.
    """
    level = core.level
    were_on = False
    for each in range(1, level + 1):
        control = core.read_system(_SCTLR[each])
        were_on |= bool(control & _SCTLR_C)
        if each == level:
            core.write_system(_SCTLR[each], control & ~_SCTLR_OFF)
    core.run(DSB, ISB)
    if were_on:
        _write_back(core, on_lines)
    return were_on


def _write_back(core: Core, on_lines: OnLines) -> None:
    caches = data_caches(core)
    total = sum(cache.sets * cache.ways for cache in caches)
    before = 0
    for cache in caches:
        for done in core.run_for_each(DC_CISW_X0, cache.lines()):
            on_lines(before + done, total)
        core.run(DSB)
        before += cache.sets * cache.ways
    core.run(ISB)


def forget_code(core: Core) -> None:
    """Drop instructions and translations of what was there before."""
    core.run(DSB, IC_IALLU, TLBI[core.level], DSB, ISB)
