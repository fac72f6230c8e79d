# SPDX-License-Identifier: BSD-3-Clause
"""SD-muxes that are made up: models of what hangs behind their USB, and a machine with one."""

from __future__ import annotations

import struct
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path

from madeusb import MadeUsb

from uk_board.desk.benchcard import card_here, fetch_card, return_card
from uk_board.desk.benchfile import Place, SdMux
from uk_board.desk.sdmux import Hands
from uk_board.errors import BenchError
from uk_board.usb.transport import Id, UsbDevice


class Bench:
    """A machine with one mux; the card is behind its reader while `host` is true."""

    def __init__(self, root: Path) -> None:
        self.usb = MadeUsb(root)
        self.now = 0.0
        self.host = False
        self.empty = False
        self.stuck = False
        self.reader = Path()
        self.log: list[str] = []

    def settle(self, seconds: float) -> None:
        """The kernel needs a moment to see the card, and to miss it."""
        self.now += seconds
        there = (self.usb.root / "sys/class/block/sdq").is_symlink()
        shown = self.host and not self.empty
        if shown and not there:
            self.usb.card(self.reader, "sdq")
        if not shown and there and not self.stuck:
            self.usb.no_card("sdq")

    def hands(self, **more: object) -> Hands:
        return Hands(clock=lambda: self.now, sleep=self.settle, **more)


class Usb2642:
    """The reader of a USB-SD-Mux: an expander on its I2C, and on its pins the mux."""

    def __init__(self, bench: Bench, address: int, pins: dict[str, int]) -> None:
        self.bench, self.address, self.pins = bench, address, pins
        # NXP PCA9536: all pins are inputs after power-on, pulled up; the board has the card.
        self.registers = [0xFF, 0xFF, 0, 0xFF]
        self.fails = False
        self.glitches: list[str] = []

    def write(self, command: bytes, data: bytes) -> None:
        self._check(command, 0x23)
        size = struct.unpack_from(">H", command, 4)[0]
        assert command[2] == self.address << 1
        assert (size, len(data), command[6:]) == (2, 512, bytes(10))
        self._set(*data[:2])

    def read(self, command: bytes, size: int) -> bytes:
        self._check(command, 0x22)
        assert command[2:4] == bytes([self.address << 1, self.address << 1 | 1])
        assert command[4:7] == bytes([0, 1, 1])
        assert size == 512
        register = command[7]
        value = self.levels() if register == 0 else self.registers[register]
        return bytes([value]).ljust(512, b"\0")

    def _check(self, command: bytes, action: int) -> None:
        assert len(command) == 16
        assert command[0] == 0xCF
        assert command[1] == action
        if self.fails:
            raise BenchError("/dev/sg0", "refuses a command: status 0x02")

    def levels(self) -> int:
        """A pin that is an input is high: it is pulled up."""
        return self.registers[1] | self.registers[3]

    def _set(self, register: int, value: int) -> None:
        assert register in (1, 3)
        before = self.levels()
        self.registers[register] = value
        changed = before ^ self.levels()
        supplied = not self.levels() & self.pins["power_off"]
        if changed & self.pins["to_board"] and supplied:
            self.glitches.append("switched under power")
        self.bench.host = supplied and not self.levels() & self.pins["to_board"]
        if supplied:
            assert not self.levels() & self.pins["data_off"]


CLASSIC = {"data_off": 1, "power_off": 2, "to_board": 4, "no_card": 8}
FAST = {"data_off": 4, "power_off": 2, "to_board": 1, "no_card": 8}
MODELS = [("sdmux HS-SD/MMC", 0x41, CLASSIC), ("sdFST HS-SD/MMC", 0x20, FAST)]


def usbsdmux(root: Path, model: str = "sdmux HS-SD/MMC") -> tuple[Bench, Usb2642, Place, Hands]:
    bench = Bench(root)
    bench.reader = bench.usb.device("1-1.3", "0424:4041", serial="00012.00345")
    bench.usb.scsi(bench.reader, "sg3", model)
    # Another one, which must not move.
    other = bench.usb.device("1-1.4", "0424:4041", serial="00012.00999")
    bench.usb.scsi(other, "sg4", model)
    _, address, pins = next(each for each in MODELS if each[0] == model)
    chip = Usb2642(bench, address, pins)
    place = Place("left", sd_mux=SdMux(kind="usbsdmux", serial="00012.00345"))

    def scsi(node: Path) -> Usb2642:
        assert node == bench.usb.root / "dev/sg3"
        return chip

    return bench, chip, place, bench.hands(scsi=scsi)


def fetched(bench: Bench, place: Place, hands: Hands) -> Path:
    return fetch_card(
        place, bench.usb.machine, clock=lambda: bench.now, sleep=bench.settle, hands=hands
    )


def returned(bench: Bench, place: Place, hands: Hands) -> None:
    return_card(
        place,
        machine=bench.usb.machine,
        clock=lambda: bench.now,
        sleep=bench.settle,
        hands=hands,
    )


class Ftdi:
    """The chip beside an SDWire's reader: CBUS bit 0 is its mux."""

    def __init__(self, bench: Bench, path: str, ids: Id = (0x04E8, 0x6001)) -> None:
        self.bench, self.path, self.ids = bench, path, ids
        self.title = f"04e8:6001 at USB {path}"
        self.pins = 0
        self.opened = 0
        self.deaf = False

    def control_out(self, request: int, value: int, index: int, timeout_s: float) -> None:
        assert (request, value >> 8, index) == (0x0B, 0x20, 0)
        assert value & 0xF0 == 0xF0, "its pins are outputs"
        if not self.deaf:
            self.pins = value & 0x0F
            self.bench.host = bool(self.pins & 1)

    def control_in(
        self, request: int, value: int, index: int, size: int, timeout_s: float
    ) -> bytes:
        assert (request, value, index, size) == (0x0C, 0, 0, 1)
        return bytes([self.pins])

    def close(self) -> None:
        self.opened -= 1


class Realtek:
    """An SDWire3: the card is the board's while no driver has the reader."""

    def __init__(self, bench: Bench, path: str) -> None:
        self.bench, self.path, self.ids = bench, path, (0x0BDA, 0x0316)
        self.title = f"0bda:0316 at USB {path}"
        self.driven, self.opened = True, 0

    def attach_driver(self) -> None:
        self.driven = True

    def detach_driver(self) -> None:
        self.driven = False

    def reset(self) -> None:
        self.bench.host = self.driven

    def close(self) -> None:
        self.opened -= 1


class Bus:
    def __init__(self, *devices: Ftdi | Realtek) -> None:
        self.devices = devices

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        found = [device for device in self.devices if device.ids in ids]
        for device in found:
            device.opened += 1
        return found


def sdwire(root: Path) -> tuple[Bench, Ftdi, Place, Hands]:
    bench = Bench(root)
    for number, serial in ((2, "sd-wire_11"), (3, "sd-wire_12")):
        hub = bench.usb.device(f"1-{number}", "0424:2640")
        reader = bench.usb.device(f"1-{number}.1", "0424:4050", hub=hub)
        bench.usb.device(f"1-{number}.2", "04e8:6001", serial=serial, hub=hub)
        if number == 3:
            bench.reader = reader
    chip, other = Ftdi(bench, "1-3.2"), Ftdi(bench, "1-2.2")
    place = Place("right", sd_mux=SdMux(kind="sdwire", serial="sd-wire_12"))
    return bench, chip, place, bench.hands(bus=lambda: Bus(other, chip))


def sdwire3(root: Path) -> tuple[Bench, Realtek, Place, Hands]:
    bench = Bench(root)
    bench.reader = bench.usb.device("2-1.4", "0bda:0316", serial="20120501030900000")
    chip = Realtek(bench, "2-1.4")
    place = Place("third", sd_mux=SdMux(kind="sdwire3", path="2-1.4"))
    return bench, chip, place, bench.hands(bus=lambda: Bus(chip))


def here(bench: Bench, place: Place, hands: Hands, **more: object) -> AbstractContextManager[Path]:
    machine = bench.usb.machine
    clock = {"clock": lambda: bench.now, "sleep": bench.settle}
    return card_here(place, machine, hands=hands, **clock, **more)
