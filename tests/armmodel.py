# SPDX-License-Identifier: BSD-3-Clause
"""A core that runs what felthunks.py writes: decoded by the manual, not by who encoded it.

Source: Arm DDI 0487, F4.1 (A32, decoded by its top-level tables) and C4.1 (A64). What is not
decoded here is no instruction that our code has, and ends the run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

CPSR_I_F = 0xC0
SVC = 0x13


class Bus(Protocol):
    """Memory as the core sees it."""

    def load(self, address: int) -> int: ...

    def store(self, address: int, value: int) -> None: ...


class UndefinedError(Exception):
    """No such instruction here."""


class WarmResetError(Exception):
    """The core was reset into AArch64."""


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


class Arm:
    """A core in AArch32, little endian; `hooks` run in place of what is at their addresses."""

    RETURN = 0xFFFF_0000

    def __init__(self, bus: Bus, sctlr: int = 0) -> None:
        self.bus = bus
        self.r = [0xBAD00000 | n for n in range(16)]
        self.flags_z = False
        self.cpsr = SVC
        self.cp15 = {(1, 0, 0): sctlr, (12, 0, 2): 0}
        self.hooks: dict[int, Callable[[Arm], None]] = {}
        self.on_smc: Callable[[], None] | None = None
        self.reset_asked = False
        self.steps = 0

    def call(self, address: int) -> None:
        """Run a function until it returns."""
        self.r[14], self.r[15] = self.RETURN, address
        while self.r[15] != self.RETURN:
            self.steps += 1
            assert self.steps < 1_000_000, "it never returns"
            hook = self.hooks.get(self.r[15])
            if hook is None:
                self.step()
            else:
                hook(self)

    def step(self) -> None:
        at = self.r[15]
        word = self.bus.load(at)
        self.r[15] = at + 4
        if word in (0xF57FF04F, 0xF57FF06F):  # DSB SY, ISB SY
            return
        condition = word >> 28
        if condition == 0xF:
            raise UndefinedError(f"{word:08x} at {at:x}")
        if condition not in (0, 1, 14):
            raise UndefinedError(f"{word:08x} at {at:x}")
        if {0: not self.flags_z, 1: self.flags_z}.get(condition, False):
            return
        self._run(at, word & 0x0FFFFFFF)

    def _get(self, n: int, at: int) -> int:
        """The program counter reads as 8 ahead."""
        return at + 8 if n == 15 else self.r[n]

    def _run(self, at: int, word: int) -> None:
        """Decode by masks, the miscellaneous first: they are holes in data processing."""
        for mask, value, run in (
            (0x0FFFFFD0, 0x012FFF10, self._branch_exchange),
            (0x0FFF0FFF, 0x010F0000, self._mrs),
            (0x0FFFFFF0, 0x0121F000, self._msr),
            (0x0FFFFFFF, 0x0320F003, self._wfi),
            (0x0FFFFFFF, 0x01600070, self._smc),
            (0x0E000000, 0x02000000, self._data_processing),
            (0x0E000000, 0x04000000, self._load_store),
            (0x0E000000, 0x08000000, self._multiple),
            (0x0E000000, 0x0A000000, self._branch),
            (0x0F000F10, 0x0E000F10, self._coprocessor),
        ):
            if word & mask == value:
                run(at, word)
                return
        raise UndefinedError(f"{word:08x} at {at:x}")

    def _branch_exchange(self, at: int, word: int) -> None:
        """BX, and BLX (register) with bit 5."""
        target = self.r[word & 15]
        if word & 0x20:
            self.r[14] = at + 4
        assert not target & 1, "Thumb"
        self.r[15] = target

    def _mrs(self, at: int, word: int) -> None:
        self.r[word >> 12 & 15] = self.cpsr

    def _msr(self, at: int, word: int) -> None:
        self.cpsr = self.cpsr & ~0xFF | self.r[word & 15] & 0xFF
        assert self.cpsr & 0x1F == SVC, "another mode has another stack"

    def _wfi(self, at: int, word: int) -> None:
        raise WarmResetError if self.reset_asked else UndefinedError("WFI: nothing will come")

    def _smc(self, at: int, word: int) -> None:
        if self.on_smc is None:
            raise UndefinedError("SMC without a monitor")
        self.on_smc()

    def _branch(self, at: int, word: int) -> None:
        """B, and BL with bit 24."""
        if word >> 24 & 1:
            self.r[14] = at + 4
        self.r[15] = at + 8 + 4 * signed(word & 0xFFFFFF, 24)

    def _data_processing(self, at: int, word: int) -> None:
        opcode, sets = word >> 21 & 15, word >> 20 & 1
        rn, rd = self._get(word >> 16 & 15, at), word >> 12 & 15
        turn = (word >> 8 & 15) * 2
        value = word & 0xFF
        value = (value >> turn | value << 32 - turn) & 0xFFFFFFFF
        known = {2: rn - value, 4: rn + value, 10: rn - value, 12: rn | value}
        if opcode not in known:
            raise UndefinedError(f"{word:08x} at {at:x}")
        result = known[opcode] & 0xFFFFFFFF
        if sets:
            self.flags_z = result == 0
        if opcode != 10:
            self.r[rd] = result

    def _load_store(self, at: int, word: int) -> None:
        p, u, b, w, load = (word >> bit & 1 for bit in (24, 23, 22, 21, 20))
        if b or w:
            raise UndefinedError(f"{word:08x} at {at:x}")
        rn, rt = word >> 16 & 15, word >> 12 & 15
        base = self._get(rn, at)
        moved = base + (word & 0xFFF) * (1 if u else -1)
        address = moved if p else base
        assert not address % 4, "alignment"
        if load:
            self.r[rt] = self.bus.load(address)
        else:
            self.bus.store(address, self._get(rt, at))
        if not p:
            self.r[rn] = moved

    def _multiple(self, at: int, word: int) -> None:
        if word >> 21 & 0xF != 0b0100:  # increment after, no write-back
            raise UndefinedError(f"{word:08x}")
        address = self.r[word >> 16 & 15]
        for register in range(15):
            if word >> register & 1:
                if word >> 20 & 1:
                    self.r[register] = self.bus.load(address)
                else:
                    self.bus.store(address, self.r[register])
                address += 4

    def _coprocessor(self, at: int, word: int) -> None:
        name = (word >> 16 & 15, word & 15, word >> 5 & 7)
        assert not word >> 21 & 7, "opc1"
        rt = word >> 12 & 15
        if word >> 20 & 1:
            self.r[rt] = self.cp15[name]
        else:
            assert name == (12, 0, 2), "only RMR is written"
            self.cp15[name] = self.r[rt]
            self.reset_asked = self.r[rt] & 3 == 3


def run_a64(bus: Bus, at: int) -> tuple[int, list[int]]:
    """Run A64 code until it branches away; return where to, and X0 to X30."""
    x = [0xBAD0_0000_0000 | n for n in range(32)]
    for _ in range(100):
        word = bus.load(at)
        if word >> 24 == 0x58:  # LDR (literal), 64 bits
            address = at + 4 * signed(word >> 5 & 0x7FFFF, 19)
            x[word & 31] = bus.load(address) | bus.load(address + 4) << 32
        elif word & 0xFFFFFFE0 == 0xAA1F03E0:  # MOV Xd, XZR
            x[word & 31] = 0
        elif word & 0xFFFFFC1F == 0xD61F0000:  # BR
            return x[word >> 5 & 31], x
        else:
            raise UndefinedError(f"{word:08x} at {at:x}")
        at += 4
    raise UndefinedError("it never branches away")
