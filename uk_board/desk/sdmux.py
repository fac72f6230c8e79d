# SPDX-License-Identifier: BSD-3-Clause
"""SD-muxes that we switch ourselves, and the card behind each: found by where it is on USB."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from uk_board.desk.benchfile import SdMux
from uk_board.desk.scsi import Scsi, ScsiGeneric
from uk_board.desk.usbsdmux import MODELS, Expander, UsbSdMux
from uk_board.disk import facts
from uk_board.disk.facts import Disk, Machine
from uk_board.errors import BenchError, MissingError
from uk_board.serial.adapters import UsbDevice, Wanted, device_of, usb_devices
from uk_board.usb import transport
from uk_board.usb.transport import PyUsbBus, UsbBus, Waiting, wait_for


class Side(Enum):
    """Who has the card."""

    HOST = "this machine"
    BOARD = "the board"
    NOBODY = "nobody"


class Switch(Protocol):
    """A mux. Every call raises BenchError when it fails."""

    def give_to(self, side: Side) -> None:
        """Give the card to a side."""

    def side(self) -> Side | None:
        """Return who has the card, None where the mux cannot tell."""


@dataclass(frozen=True)
class Hands:
    """How muxes are reached; tests have models."""

    bus: Callable[[], UsbBus] = PyUsbBus
    scsi: Callable[[Path], Scsi] = ScsiGeneric
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Kind:
    """A make of mux: what it is on USB, and where on USB its reader is.

    `reader_hub`: its ids are those of a chip beside the reader, below a hub with these ids;
    "": they are the reader's own.
    """

    title: str
    ids: str
    reader_hub: str = ""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # labgrid 26.0.1, resource/udev.py: USBSDMuxDevice, USBSDWire3Device, USBSDWireDevice
        "usbsdmux": Kind("USB-SD-Mux", "0424:4041"),
        "sdwire3": Kind("SDWire3", "0bda:0316"),
        # after its own set-up, sd-mux-ctrl --init
        "sdwire": Kind("SDWire", "04e8:6001", "0424:2640"),
    }
)


@dataclass(frozen=True)
class Found:
    """A mux that is there."""

    name: str
    device: UsbDevice
    machine: Machine
    hands: Hands = field(default_factory=Hands)

    @property
    def kind(self) -> Kind:
        """Its make."""
        return KINDS[self.name]

    @property
    def title(self) -> str:
        """Make, serial number and place, for people."""
        serial = f" serial {self.device.serial}" if self.device.serial else ""
        return f"{self.kind.title}{serial} at USB {self.device.path}"

    def holds(self, disk: Disk) -> bool:
        """Whether a disk is in this mux's reader."""
        reader = device_of(disk.folder)
        if reader is None:
            return False
        if self.kind.reader_hub:
            hub = self.device.folder.parent
            return reader.folder.parent == hub and reader.path != self.device.path
        return reader.path == self.device.path

    def disks(self) -> list[Disk]:
        """Return the disks of its reader, those without a medium too."""
        every = (facts.look_at(name, self.machine) for name in facts.names(self.machine))
        return [disk for disk in every if not disk.is_partition and self.holds(disk)]

    def switch(self) -> Switch:
        """Return what switches it. Raises: BenchError, MissingError."""
        if self.name == "usbsdmux":
            node, expander = self._scsi()
            return _Usb2642Switch(UsbSdMux(self.hands.scsi(node), expander, self.hands.sleep))
        if self.name == "sdwire":
            return _SdWireSwitch(self._usb)
        return _SdWire3Switch(self._usb)

    def _usb(self) -> transport.UsbDevice:
        vendor, product = (int(part, 16) for part in self.kind.ids.split(":"))
        now = Waiting(0.0, self.hands.clock, self.hands.sleep)
        return wait_for(
            self.hands.bus(), {(vendor, product)}, self.kind.title, now, path=self.device.path
        )

    def _scsi(self) -> tuple[Path, Expander]:
        """Return its SCSI node, and the make of its expander. Raises: BenchError."""
        place = self.machine.root / "sys/class/scsi_generic"
        for link in sorted(place.iterdir()) if place.is_dir() else ():
            owner = device_of(link.resolve())
            if owner is not None and owner.path == self.device.path:
                file = link / "device/model"
                model = file.read_text(encoding="utf-8").strip() if file.is_file() else ""
                if model not in MODELS:
                    known = ", ".join(MODELS)
                    raise BenchError(self.title, f'says it is "{model}"; known are: {known}')
                return self.machine.dev / link.name, MODELS[model]
        raise BenchError(self.title, "has no /dev/sg; the kernel module sg makes it")


def find(wanted: SdMux, machine: Machine, hands: Hands | None = None) -> Found:
    """Return the mux that a bench file names. Raises: MissingError, BenchError."""
    assert wanted.kind is not None, "one with commands is not found"
    kind = KINDS[wanted.kind]
    what = Wanted(kind.ids, wanted.serial, wanted.path)
    every = usb_devices(machine)
    found = [device for device in every if what.fits(device)]
    if not found:
        there = ", ".join(f"{each.ids} at {each.path}" for each in every if _is_mux(each))
        raise MissingError(
            f"{kind.title} ({what})",
            f"is not there; muxes: {there or 'none'}",
            hint=_factory_hint(kind, every),
        )
    if len(found) > 1:
        places = ", ".join(device.path for device in found)
        raise BenchError(kind.title, f"{len(found)} fit {what}, at {places}; one is expected")
    device = found[0]
    hub = device_of(device.folder.parent)
    if kind.reader_hub and (hub is None or hub.ids != kind.reader_hub):
        raise BenchError(
            f"{kind.title} at USB {device.path}",
            f"is behind {hub.ids if hub else 'no hub'}; the hub of one is {kind.reader_hub}",
        )
    return Found(wanted.kind, device, machine, hands or Hands())


def _is_mux(device: UsbDevice) -> bool:
    return device.known is not None and device.known.kind == "sd-mux"


# usb.ids 2025.07: FTDI FT-X, as an SDWire comes from its maker
_FACTORY_IDS = "0403:6015"


def _factory_hint(kind: Kind, every: list[UsbDevice]) -> str:
    hubs = {device.folder for device in every if device.ids == kind.reader_hub}
    fresh = [each for each in every if each.ids == _FACTORY_IDS and each.folder.parent in hubs]
    return f"sd-mux-ctrl --init: the one at {fresh[0].path} never was set up" if fresh else ""


class _Usb2642Switch:
    def __init__(self, mux: UsbSdMux) -> None:
        self._mux = mux

    def give_to(self, side: Side) -> None:
        self._mux.off()
        if side is not Side.NOBODY:
            self._mux.on(to_board=side is Side.BOARD)

    def side(self) -> Side | None:
        powered, to_board = self._mux.state()
        if not powered:
            return Side.NOBODY
        return Side.BOARD if to_board else Side.HOST


# libftdi, ftdi.h: SIO_SET_BITMODE_REQUEST, SIO_READ_PINS_REQUEST, BITMODE_CBUS
_SET_BITMODE, _READ_PINS, _CBUS = 0x0B, 0x0C, 0x20
# FTDI AN_373: all four pins are outputs; sdwire-cli, sdwirec.py: pin 0 is high for this machine
_OUTPUTS, _TO_HOST = 0xF0, 0x01
_TIMEOUT_S = 2.0
OpenUsb = Callable[[], transport.UsbDevice]


class _SdWireSwitch:
    def __init__(self, usb: OpenUsb) -> None:
        self._usb = usb

    def give_to(self, side: Side) -> None:
        pins = _OUTPUTS | (_TO_HOST if side is Side.HOST else 0)
        device = self._usb()
        try:
            device.control_out(_SET_BITMODE, _CBUS << 8 | pins, 0, _TIMEOUT_S)
        finally:
            device.close()

    def side(self) -> Side | None:
        device = self._usb()
        try:
            pins = device.control_in(_READ_PINS, 0, 0, 1, _TIMEOUT_S)
        finally:
            device.close()
        return None if not pins else Side.HOST if pins[0] & _TO_HOST else Side.BOARD


class _SdWire3Switch:
    """Gives the card to the board while no driver has its reader (sdwire-cli, sdwire.py)."""

    def __init__(self, usb: OpenUsb) -> None:
        self._usb = usb

    def give_to(self, side: Side) -> None:
        device = self._usb()
        try:
            if side is Side.HOST:
                device.attach_driver()
            else:
                device.detach_driver()
            device.reset()
        finally:
            device.close()

    def side(self) -> Side | None:
        return None
