# SPDX-License-Identifier: BSD-3-Clause
"""A model of a chip behind a debug port: cross triggers, ROM table, access port, debug port.

The debug port and the memory access port follow Arm IHI 0031 (ADIv5): a fault is sticky, and
what comes behind it is discarded until it is cleared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from debug.armv8model import Core
from debug.memorymodel import FaultError, Memory, identity


class Component(Protocol):
    def read(self, offset: int) -> int: ...

    def write(self, offset: int, value: int) -> None: ...


class CrossTrigger:
    """The cross trigger of a core; `peers` are those that it is connected with."""

    def __init__(self, core: Core) -> None:
        self.core, self.peers = core, [self]
        self.enabled, self.gate = False, 0xF
        self.outen = [0] * 8
        self.requested = False  # output trigger 0, until it is acknowledged

    def read(self, offset: int) -> int:
        if offset == 0x134:
            return int(self.requested)
        there = {0x000: int(self.enabled), 0x140: self.gate, 0xFA8: 0x8000_0000}
        there[0xFA8] |= self.core.affinity
        there |= {0xFB8: 0xFF, 0xFBC: 0x4770_1A14, 0xFC0: 0, 0xFC4: 0, 0xFC8: 0, 0xFCC: 0x14}
        return (there | identity(0x9A8))[offset]

    def write(self, offset: int, value: int) -> None:
        if offset == 0x000:
            self.enabled = bool(value & 1)
        elif offset == 0x140:
            self.gate = value & 0xF
        elif 0x0A0 <= offset < 0x0C0:
            self.outen[(offset - 0xA0) // 4] = value & 0xF
        elif offset == 0x010:
            self.requested &= not value & 1
        elif offset == 0x01C and self.enabled:
            for peer in self.peers:
                channels = value if peer is self else value & self.gate & peer.gate
                peer.pulse(channels)
        elif offset not in (0xFB0, 0x01C):
            raise FaultError(f"no register of a cross trigger: {offset:#x}")

    def pulse(self, channels: int) -> None:
        if self.enabled and self.outen[1] & channels:
            self.core.request_restart()
        if self.enabled and self.outen[0] & channels:
            self.requested = True
        if self.requested:
            self.core.request_halt()


class RomTable:
    """A ROM table of class 1; entries are where components are, from its own base."""

    def __init__(self, offsets: list[int]) -> None:
        # Present, 32-bit format
        self.entries = [offset | 3 for offset in offsets]

    def read(self, offset: int) -> int:
        if offset < 0xF00:
            entries = {4 * index: entry for index, entry in enumerate(self.entries)}
            return entries.get(offset, 0)
        return identity(0x4A1, kind=0x1).get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        raise FaultError("a ROM table is read")


class Chip:
    """Cores, their cross triggers and a ROM table on a debug bus.

    `places` are the core's and the cross trigger's base for each core.
    """

    def __init__(
        self, memory: Memory, rom: int, places: list[tuple[int, int]], midr: int, level: int = 2
    ) -> None:
        self.memory = memory
        self.cores = [Core(memory, midr=midr, affinity=n, level=level) for n in range(len(places))]
        triggers = [CrossTrigger(core) for core in self.cores]
        offsets = [base - rom for pair in places for base in pair]
        self.pages: dict[int, Component] = {rom: RomTable(offsets)}
        for core, trigger, (base, cross) in zip(self.cores, triggers, places, strict=True):
            trigger.peers = triggers
            # An operating system or another debugger has connected them all.
            trigger.enabled, trigger.outen[0] = trigger is not triggers[0], 1
            self.pages |= {base: core, cross: trigger}
        self.rom, self.triggers = rom, triggers

    def read(self, address: int) -> int:
        return self._component(address).read(address & 0xFFF)

    def write(self, address: int, value: int) -> None:
        self._component(address).write(address & 0xFFF, value)

    def report(self) -> dict[str, object]:
        """What became of it."""
        core = self.cores[0]
        return {
            "halted": [each.halted for each in self.cores],
            "pc": core.pc,
            "x": core.x,
            "level": core.level,
            "masked": core.pstate & 0x3C0,
            "stale_code": core.stale_code,
            "pages": {number: page.hex() for number, page in self.memory.pages.items()},
        }

    def _component(self, address: int) -> Component:
        component = self.pages.get(address & ~0xFFF)
        if component is None:
            raise FaultError(f"nothing at {address:#x}")
        return component


class AccessPort:
    """An APB access port."""

    def __init__(self, chip: Chip, idr: int = 0x2477_0002) -> None:
        self.chip, self.idr = chip, idr
        self.csw, self.tar = 0x8000_0042, 0

    def access(self, register: int, value: int | None) -> int:
        """Read a register, or write `value` to it."""
        if register == 0x0C:
            return self._memory(self.tar, value, self.csw >> 4 & 3)
        if 0x10 <= register < 0x20:
            return self._memory(self.tar & ~0xF | register & 0xC, value, 0)
        if value is None:
            fixed = {0x00: self.csw, 0x04: self.tar, 0xF4: 0, 0xF8: self.chip.rom | 3}
            return (fixed | {0xFC: self.idr}).get(register, 0)
        if register == 0x00:
            # Size is fixed to words; Prot is not there.
            self.csw = (value & 0x8000_0030) | 0x42
        elif register == 0x04:
            self.tar = value
        return 0

    def _memory(self, address: int, value: int | None, increment: int) -> int:
        result = 0
        if value is None:
            result = self.chip.read(address)
        else:
            self.chip.write(address, value)
        if increment == 1:
            # Arm IHI 0031: only the low ten bits are sure to count up.
            self.tar = self.tar & ~0x3FF | (self.tar + 4) & 0x3FF
        return result


class DebugPort:
    """A JTAG debug port with one access port, number `number`."""

    def __init__(self, chip: Chip, number: int = 0, idr: int = 0x1BA0_1477) -> None:
        self.idr, self.number = idr, number
        self.ap = AccessPort(chip)
        self.control, self.select, self.sticky = 0, 0, False
        # Told of each access before it is done, and whether it is to the debug port; may raise.
        self.before: Callable[[bool], None] = lambda to_debug_port: None

    def dp(self, register: int, value: int | None) -> int:
        self.before(True)
        if value is None:
            acks = (self.control & 0x5000_0000) << 1
            status = self.control | acks | self.sticky << 5
            return {0x0: self.idr, 0x4: status}.get(register, 0)
        if register == 0x4:
            self.control = value & 0x5000_0000
            self.sticky = self.sticky and not value & 1 << 5
        elif register == 0x8:
            self.select = value
        elif register == 0x0 and value & 1 << 2:  # ABORT.STKERRCLR, of a serial wire port
            self.sticky = False
        return 0

    def apacc(self, register: int, value: int | None) -> int:
        """Access a register of the chosen access port. Raises: FaultError, which sticks."""
        self.before(False)
        if self.sticky:
            raise FaultError("an earlier fault was not cleared")
        if self.select >> 24 != self.number:
            return 0
        try:
            return self.ap.access(self.select & 0xF0 | register & 0xC, value)
        except FaultError:
            self.sticky = True
            raise
