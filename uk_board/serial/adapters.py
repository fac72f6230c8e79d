# SPDX-License-Identifier: BSD-3-Clause
"""What hangs on USB and which device nodes it has, as sysfs says it: no udev is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from uk_board.disk import facts
from uk_board.disk.facts import Disk, Machine
from uk_board.serial.usbids import KNOWN, Known


@dataclass(frozen=True)
class UsbDevice:
    """A USB device: `ids` are "vid:pid" in lower case, `path` is where it is plugged in."""

    folder: Path
    path: str
    ids: str
    serial: str
    manufacturer: str
    product: str

    @property
    def known(self) -> Known | None:
        """What it is, if its ids are known."""
        return KNOWN.get(self.ids)

    @property
    def title(self) -> str:
        """Its name for people: what it says itself, else what its ids say."""
        said = " ".join(filter(None, (self.manufacturer, self.product)))
        return said or (self.known.name if self.known else "unnamed device")


@dataclass(frozen=True)
class Adapter:
    """A serial port on USB; `interface` tells the ports of one device apart."""

    name: str
    node: Path
    device: UsbDevice
    interface: int
    driver: str

    @property
    def where(self) -> str:
        """Ids, serial number and USB path: what it is, whatever its number."""
        serial = f" serial {self.device.serial}" if self.device.serial else ""
        return f"{self.device.ids}{serial} at USB {self.device.path}, port {self.interface}"


@dataclass(frozen=True)
class Wanted:
    """What a device must be; what is None may be anything."""

    ids: str | None = None
    serial: str | None = None
    path: str | None = None
    interface: int | None = None

    def fits(self, device: UsbDevice) -> bool:
        """Whether a device is what is wanted."""
        pairs = ((self.ids, device.ids), (self.serial, device.serial), (self.path, device.path))
        return all(wanted is None or wanted.lower() == is_.lower() for wanted, is_ in pairs)

    def fits_port(self, adapter: Adapter) -> bool:
        """Whether a port is the wanted one of a wanted device."""
        return self.fits(adapter.device) and self.interface in (None, adapter.interface)

    def __str__(self) -> str:
        parts = [self.ids or "USB"]
        parts += [f"serial {self.serial}"] if self.serial else []
        parts += [f"at USB {self.path}"] if self.path else []
        parts += [f"port {self.interface}"] if self.interface is not None else []
        return " ".join(parts)


def _text(file: Path) -> str:
    try:
        return " ".join(file.read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return ""


def _usb_device(folder: Path) -> UsbDevice:
    ids = f"{_text(folder / 'idVendor')}:{_text(folder / 'idProduct')}".lower()
    said = (_text(folder / name) for name in ("serial", "manufacturer", "product"))
    return UsbDevice(folder, folder.name, ids, *said)


def above(folder: Path, file: str) -> Path | None:
    """Return the nearest folder at or above `folder` that has `file`."""
    places = (folder, *folder.parents)
    return next((place for place in places if (place / file).is_file()), None)


def device_of(folder: Path) -> UsbDevice | None:
    """Return the USB device to which a device's folder in sysfs belongs."""
    place = above(folder, "idVendor")
    return _usb_device(place) if place else None


def usb_devices(machine: Machine) -> list[UsbDevice]:
    """Return all USB devices, in the order of where they are plugged in."""
    links = _entries(machine.root / "sys/bus/usb/devices")
    found = [link.resolve() for link in links if (link / "idVendor").is_file()]
    return [_usb_device(folder) for folder in sorted(found, key=lambda each: _order(each.name))]


def adapters(machine: Machine) -> list[Adapter]:
    """Return all serial ports on USB, in the order of where they are plugged in."""
    links = _entries(machine.root / "sys/class/tty")
    found = (_adapter(link, machine) for link in links)
    there = [adapter for adapter in found if adapter is not None]
    return sorted(there, key=lambda each: (_order(each.device.path), each.interface, each.name))


def _adapter(link: Path, machine: Machine) -> Adapter | None:
    folder = link.resolve()
    device = device_of(folder)
    if device is None:
        return None
    interface = above(folder, "bInterfaceNumber")
    number = _text(interface / "bInterfaceNumber") if interface else ""
    driver = interface / "driver" if interface else None
    by_ids = device.known.driver if device.known else ""
    return Adapter(
        name=link.name,
        node=machine.dev / link.name,
        device=device,
        interface=int(number, 16) if re.fullmatch("[0-9a-fA-F]{1,2}", number) else 0,
        driver=driver.resolve().name if driver and driver.exists() else by_ids,
    )


def cards(machine: Machine) -> list[tuple[Disk, UsbDevice]]:
    """Return the removable disks on USB that have a medium, and the readers they are in."""
    found = ((disk, device_of(disk.folder)) for disk in facts.disks(machine) if disk.removable)
    return [(disk, device) for disk, device in found if device is not None]


def listed(there: Iterable[Adapter]) -> str:
    """Say which adapters there are, for an error."""
    names = "; ".join(adapter.where for adapter in there)
    return f"there are: {names}" if names else "no serial adapter is there"


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _order(path: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path)))
