# SPDX-License-Identifier: BSD-3-Clause
"""A model of an RP2040 as far as flashing it goes: a Cortex-M0+ behind its own debug port.

It runs no code but the flash algorithm that pyOCD loads, by what its functions do: addresses
are those of pyOCD 0.46, target/family/target_rp2.py. Registers: Arm DDI 0419, C1 (debug).
"""

from __future__ import annotations

from debug.chipmodel import AccessPort, Chip, DebugPort
from debug.memorymodel import FaultError, identity

FLASH, FLASH_BYTES = 0x1000_0000, 2 << 20
RAM, RAM_BYTES = 0x2000_0000, 0x42000
SECTOR, PAGE = 4096, 256
DHCSR, DCRSR, DCRDR = 0xE000EDF0, 0xE000EDF4, 0xE000EDF8
CPUID, AIRCR = 0xE000ED00, 0xE000ED0C
KEY = 0xA05F << 16
INIT, UNINIT, ERASE, PROGRAM = 0x2000_0004, 0x2000_0198, 0x2000_01CC, 0x2000_0200
R0, R1, R2, LR, PC = 0, 1, 2, 14, 15


class Pico(Chip):
    """Its bus, its core, its flash."""

    rom = 0xE00F_F000

    def __init__(self) -> None:
        self.flash, self.ram = bytearray(b"\xff" * FLASH_BYTES), bytearray(RAM_BYTES)
        self.registers = [0] * 21
        self.halted, self.debugged, self.transfer = False, False, 0
        self.resets = 0
        self.worn: set[int] = set()  # bytes of flash that stay erased

    # ---- the bus ----

    def read(self, address: int) -> int:
        for base, memory in ((FLASH, self.flash), (RAM, self.ram)):
            at = address - base
            if 0 <= at < len(memory):
                return int.from_bytes(memory[at : at + 4], "little")
        if address & ~0xFFF == self.rom:
            table = {0: (0xE000E000 - self.rom) & 0xFFFFFFFF | 3}
            return (table | identity(0x4C0, kind=0x1)).get(address & 0xFFF, 0)
        if address == DHCSR:
            return 1 << 16 | self.halted << 17 | self.debugged
        if address == DCRDR:
            return self.transfer
        if address & ~0xFFF == 0xE000E000:
            scs = identity(0x008, kind=0xE) | {CPUID & 0xFFF: 0x410CC601}
            return scs.get(address & 0xFFF, 0)
        raise FaultError(f"nothing at {address:#x}")

    def write(self, address: int, value: int) -> None:
        if RAM <= address < RAM + RAM_BYTES:
            self.ram[address - RAM : address - RAM + 4] = value.to_bytes(4, "little")
        elif address == DHCSR and value & 0xFFFF0000 == KEY:
            self._control(value)
        elif address == DCRDR:
            self.transfer = value
        elif address == DCRSR:
            number = value & 0x1F
            if value & 1 << 16:
                self.registers[number] = self.transfer
            else:
                self.transfer = self.registers[number]

        elif address == AIRCR and value & ~0xFFFF == 0x05FA << 16 and value & 4:
            self.reset()

    def report(self) -> dict[str, object]:
        """What became of it; the flash up to what is erased."""
        used = bytes(self.flash).rstrip(b"\xff")
        return {"flash": used.hex(), "resets": self.resets, "halted": self.halted}

    # ---- the core ----

    def _control(self, value: int) -> None:
        self.debugged = bool(value & 1)
        if value & 2:
            self.halted = self.debugged
        elif self.halted:
            self.halted = False
            self._run()

    def reset(self) -> None:
        self.halted, self.resets = False, self.resets + 1

    def _run(self) -> None:
        """Run a function of the flash algorithm to its return, onto a breakpoint."""
        arguments = self.registers[R0 : R2 + 1]
        function = {
            INIT: lambda *_: 0,
            UNINIT: lambda *_: 0,
            ERASE: self._erase,
            PROGRAM: self._program,
        }.get(self.registers[PC] & ~1)
        if function is None:
            return
        assert self.ram[:4] == bytes.fromhex("00befde7"), "the algorithm begins with BKPT"
        self.registers[R0] = function(*arguments)
        self.registers[PC] = self.registers[LR] & ~1
        self.halted = True

    def _erase(self, address: int, *_: int) -> int:
        assert address % SECTOR == 0
        self.flash[address - FLASH : address - FLASH + SECTOR] = b"\xff" * SECTOR
        return 0

    def _program(self, address: int, size: int, buffer: int) -> int:
        assert (address % PAGE, size) == (0, PAGE)
        for at, byte in enumerate(self.ram[buffer - RAM : buffer - RAM + size]):
            if address + at not in self.worn:
                # Flash clears bits; an erase sets them.
                self.flash[address - FLASH + at] &= byte
        return 0


class AhbPort(AccessPort):
    """An AHB access port, which has bytes and half-words as well."""

    def __init__(self, chip: Chip) -> None:
        super().__init__(chip, idr=0x0477_0031)

    def access(self, register: int, value: int | None) -> int:
        if register == 0x00 and value is not None:
            self.csw = value & 0x3F00_0037 | 0x40
            return 0
        return super().access(register, value)

    def _memory(self, address: int, value: int | None, increment: int) -> int:
        size = 1 << (self.csw & 7)
        word = self.chip.read(address & ~3)
        if value is not None:
            lanes = (1 << 8 * size) - 1 << 8 * (address & 3)
            self.chip.write(address & ~3, word & ~lanes | value & lanes)
        if increment == 1:
            self.tar = self.tar & ~0x3FF | (self.tar + size) & 0x3FF
        return word


def pico_port(chip: Pico) -> DebugPort:
    """Return its debug port; the RP2040's has this number."""
    port = DebugPort(chip, idr=0x0BC1_2477)
    port.ap = AhbPort(chip)
    return port
