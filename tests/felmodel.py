# SPDX-License-Identifier: BSD-3-Clause
"""An A64 in FEL, byte for byte: what its boot ROM takes and says, its memory, what it runs.

Sources: linux-sunxi.org, FEL/Protocol; linux-sunxi.org, A64/Memory map; sunxi-tools, fel.c,
fel_lib.c and soc_info.c (when code runs: after the status; which SRAM the boot ROM needs).
"""

from __future__ import annotations

import random
import struct
from collections.abc import Collection
from typing import NoReturn

from armmodel import Arm, UndefinedError, WarmResetError, run_a64

from uk_board.errors import BenchError, UkBoardError
from uk_board.media import egon
from uk_board.usb.transport import Id, UsbDevice

FEL = (0x1F3A, 0xEFE8)
LOADER, SCRATCH = 0x10000, 0x11000
# Boot ROM's own: its stacks and variables
OWN = (range(0x11C00, 0x12000), range(0x15C00, 0x17000), range(0x17C00, 0x18000))
RVBAR = 0x017000A0
DRAM = 0x40000000
BL33 = 0x4A000000


class AbortError(Exception):
    """Nothing is at this address; the boot ROM does not survive it."""


class Memory:
    """SRAM, a register, and DRAM that is there once a first loader has set it up."""

    # Boot ROM, SRAM A1 and C, SRAM A2
    PLACES = (range(0x10000), range(0x10000, 0x33000), range(0x40000, 0x54000))
    PAGE = 0x1000

    def __init__(self) -> None:
        self.dram_bytes = 0
        self.rvbar = 0
        self.secure = True
        self._pages: dict[int, bytearray] = {}

    def _there(self, address: int, size: int) -> bool:
        """Whether it reads as itself. Raises: AbortError where nothing is."""
        places = (*self.PLACES, range(DRAM, DRAM + self.dram_bytes))
        if not any(place.start <= address and address + size <= place.stop for place in places):
            raise AbortError(hex(address))
        return self.secure or not 0x40000 <= address < 0x54000

    def _page(self, address: int) -> bytearray:
        return self._pages.setdefault(address // self.PAGE, bytearray(self.PAGE))

    def read(self, address: int, size: int) -> bytes:
        if not self._there(address, size):
            return bytes(size)
        data = bytearray()
        while len(data) < size:
            start = (address + len(data)) % self.PAGE
            page = self._page(address + len(data))
            data += page[start : start + size - len(data)]
        return bytes(data)

    def write(self, address: int, data: bytes) -> None:
        if not self._there(address, len(data)) or address < 0x10000:
            return  # of no effect: not ours, or a ROM
        done = 0
        while done < len(data):
            start = (address + done) % self.PAGE
            count = min(self.PAGE - start, len(data) - done)
            self._page(address + done)[start : start + count] = data[done : done + count]
            done += count

    def load(self, address: int) -> int:
        page = self._pages.get(address // self.PAGE)
        if page is not None and self.secure:  # as below, and quicker
            return int.from_bytes(page[address % self.PAGE : address % self.PAGE + 4], "little")
        return int.from_bytes(self.read(address, 4), "little")

    def store(self, address: int, value: int) -> None:
        page = self._pages.get(address // self.PAGE)
        if address == RVBAR:
            self.rvbar = value
        elif page is not None and self.secure and address >= 0x10000:
            page[address % self.PAGE : address % self.PAGE + 4] = value.to_bytes(4, "little")
        else:
            self.write(address, value.to_bytes(4, "little"))


class A64:
    """The board on the bus: a UsbDevice and a UsbBus."""

    def __init__(
        self,
        *,
        chip: int = 0x1689,
        dram_mib: int = 1024,
        fused: bool = False,
        hangs: bool = False,
        mode: int = 1,
        sctlr: int = 0,
        path: str = "1-1.4",
        says_dram: bool = True,
    ) -> None:
        self.chip, self.dram_mib, self.hangs, self.mode = chip, dram_mib, hangs, mode
        self.says_dram, self.sctlr, self.path = says_dram, sctlr, path
        self.title = f"1f3a:efe8 at USB {path}"
        self.memory = Memory()
        self.opened = 0
        self.transfers = 0
        self.unplugged_at = -1
        self.dead = False
        self.deaf_resets = False
        self.spoilt: dict[int, int] = {}
        self.loader_ran = 0
        self.started: tuple[int, list[int]] | None = None
        self.log: list[tuple[int, int, int]] = []
        self._own = [random.Random(base.start).randbytes(len(base)) for base in OWN]
        for base, data in zip(OWN, self._own, strict=True):
            self.memory.write(base.start, data)
        # OpenRISC's reset vector: l.nop
        self.memory.secure = True
        self.memory.store(0x40004, 0x15000000)
        self.memory.secure = not fused
        self._out = 32
        self._taken = b""
        self._in: list[bytes] = []
        self._next = "request"
        self._fel = "request"
        self._request = (0, 0, 0)
        self._run_at: int | None = None

    # ---- the bus ----

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        if FEL not in ids or self.started is not None:
            return []
        self.opened += 1
        return [self]

    def close(self) -> None:
        self.opened -= 1

    @property
    def bulk_endpoints(self) -> tuple[int, int]:
        return 0x01, 0x82

    # ---- USB ----

    def bulk_out(self, endpoint: int, data: bytes, timeout_s: float) -> None:
        self._transfer(endpoint, 0x01)
        assert not self._in, "the boot ROM waits until its answer is fetched"
        self._taken += data
        assert len(self._taken) <= self._out, "more than was announced"
        if len(self._taken) < self._out:
            return
        taken, self._taken = self._taken, b""
        if self._next == "request":
            self._announced(taken)
        else:
            self._out, self._next = 32, "request"
            self._in.append(b"AWUS" + bytes(9))
            self._fel_data(taken)

    def bulk_in(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        self._transfer(endpoint, 0x82)
        if not self._in:
            self._silent()
        piece, rest = self._in[0][:size], self._in[0][size:]
        # As high-speed USB does, at most 512 bytes a packet; a host gets several together.
        self._in[0] = rest
        if not rest:
            self._in.pop(0)
        if not self._in and self._run_at is not None:
            address, self._run_at = self._run_at, None
            self._execute(address)
        return piece

    def _transfer(self, endpoint: int, expected: int) -> None:
        assert endpoint == expected
        assert self.opened == 1
        if self.transfers == self.unplugged_at:
            self.dead = True
            raise BenchError(self.title, "does not answer: No such device")
        self.transfers += 1
        if self.dead:
            self._silent()
        for base, data in zip(OWN, self._own, strict=True):
            if self.memory.read(base.start, len(base)) != data:
                self.dead = True  # it has lost its stack
                self._silent()

    def _silent(self) -> NoReturn:
        raise BenchError(self.title, "does not answer: Operation timed out")

    def _announced(self, raw: bytes) -> None:
        magic, tag, length, zero, direction, again = struct.unpack("<4sII I H I 10x", raw)
        assert (magic, length, zero) == (b"AWUC", again, 0x0C000000)
        assert not any(raw[22:])
        if direction == 0x12:
            self._out, self._next = length, "data"
        else:
            assert direction == 0x11
            self._in += [self._fel_answer(length), b"AWUS" + struct.pack("<IIB", tag, 0, 0)]

    # ---- FEL ----

    def _fel_data(self, data: bytes) -> None:
        if self._fel == "data":
            assert len(data) == self._request[2]
            self._fel = "status"
            self._write(self._request[1], data)
            return
        assert self._fel == "request", "its status was not fetched"
        assert len(data) == 16
        command, address, length, pad = struct.unpack("<IIII", data)
        assert not pad
        assert length <= 64 << 10
        self._request = (command, address, length)
        self.log.append(self._request)
        self._fel = {1: "version", 0x101: "data", 0x102: "status", 0x103: "memory"}[command]

    def _fel_answer(self, length: int) -> bytes:
        command, address, wanted = self._request
        if self._fel == "version":
            self._fel = "status"
            said = (b"AWUSBFEX", self.chip << 8, 1, self.mode, 0x44, 8, 0x17E00)
            raw = struct.pack("<8sIIHBBI8x", *said)
            assert length == len(raw) == 32
            return raw
        if self._fel == "memory":
            self._fel = "status"
            assert length == wanted
            return self._read(address, length)
        assert self._fel == "status", "nothing was asked for"
        assert length == 8
        self._fel = "request"
        if command == 0x102:
            self._run_at = address
        return struct.pack("<HHB3x", 0xFFFF, 0, 0)

    def _read(self, address: int, size: int) -> bytes:
        try:
            return self.memory.read(address, size)
        except AbortError:
            self.dead = True
            self._silent()

    def _write(self, address: int, data: bytes) -> None:
        try:
            self.memory.write(address, data)
        except AbortError:
            self.dead = True
            return
        for place, mask in self.spoilt.items():
            if address <= place < address + len(data):
                wrong = self.memory.read(place, 1)[0] ^ mask
                self.memory.write(place, bytes([wrong]))

    # ---- what it runs ----

    def _execute(self, address: int) -> None:
        core = Arm(self.memory, self.sctlr)
        core.r[13] = 0x16F00
        core.hooks[LOADER] = self._loader
        core.on_smc = self._monitor
        before = core.r[4:12]
        try:
            core.call(address)
        except WarmResetError:
            if not self.deaf_resets:
                self._reset()
            return
        except (UndefinedError, AbortError):
            self.dead = True
            return
        assert (core.r[13], core.cpsr) == (0x16F00, 0x13)
        assert core.r[4:12] == before

    def _monitor(self) -> None:
        self.memory.secure = True

    def _loader(self, core: Arm) -> None:
        """The first loader: only whole and only with interrupts off does it run."""
        raw = self.memory.read(LOADER, 32 << 10)
        assert raw[4:12] == b"eGON.FEL"
        assert core.cpsr & 0xC0 == 0xC0
        try:
            length = egon.parse(raw[:4] + b"eGON.BT0" + raw[12:], "loader").length_bytes
        except UkBoardError as error:
            raise UndefinedError from error
        self.loader_ran += 1
        self.loader_at = self.transfers
        if self.hangs:
            self.dead = True
            raise UndefinedError("no DRAM")
        # It uses all of its SRAM; only its head says something afterwards.
        self.memory.write(LOADER + 96, b"\xee" * (length - 96))
        if self.says_dram:
            self.memory.write(LOADER + 0x17, b"\x03")
            self.memory.store(LOADER + 0x24, self.dram_mib)
        self.memory.dram_bytes = self.dram_mib << 20
        sp, lr = core.r[13], core.r[14]
        core.r = [0xDEAD0000 | n for n in range(16)]
        core.r[13], core.r[14], core.r[15] = sp, lr, lr

    def _reset(self) -> None:
        """The monitor at the reset vector, then what is where U-Boot would be."""
        self.dead = True
        self.reset_at = self.memory.rvbar
        self.tree = self._tree_of_uboot()
        self.started = run_a64(self.memory, BL33)

    def _tree_of_uboot(self) -> bytes:
        """As Trusted Firmware looks for it (TF-A, plat/allwinner/common/sunxi_bl31_setup.c)."""
        words = struct.unpack("<256Q", self.memory.read(BL33, 2048))
        for at, value in enumerate(words[:-1]):
            if value == BL33 and words[at + 1] < 256 << 20:
                place = BL33 + words[at + 1]
                magic, size = struct.unpack(">II", self.memory.read(place, 8))
                if magic == 0xD00DFEED:
                    return self.memory.read(place, size)
        return b""
