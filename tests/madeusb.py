# SPDX-License-Identifier: BSD-3-Clause
"""USB devices of machines that are made up, as sysfs shows them."""

from __future__ import annotations

import shutil
from pathlib import Path

from uk_board.disk.facts import Machine


class MadeUsb:
    """A machine's sysfs below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.machine = Machine(root)
        for folder in ("sys/class/tty", "sys/class/block", "sys/bus/usb/devices", "dev"):
            (root / folder).mkdir(parents=True)

    def device(
        self,
        path: str,
        ids: str,
        *,
        serial: str = "",
        maker: str = "",
        product: str = "",
        hub: Path | None = None,
    ) -> Path:
        """Add a device, below a hub where one is named."""
        folder = (hub or self.root / "sys/devices/pci0/usb1") / path
        folder.mkdir(parents=True)
        vendor, number = ids.split(":")
        said = {"idVendor": vendor, "idProduct": number, "serial": serial}
        for name, text in {**said, "manufacturer": maker, "product": product}.items():
            if text:
                (folder / name).write_text(f"{text}\n")
        (self.root / "sys/bus/usb/devices" / path).symlink_to(folder)
        return folder

    def tty(self, device: Path, name: str, interface: int = 0, driver: str = "") -> None:
        """Give a device a serial port, below an interface as the kernel has it."""
        place = device / f"{device.name}:1.{interface}"
        (place / name / "tty" / name).mkdir(parents=True)
        (place / "bInterfaceNumber").write_text(f"{interface:02x}\n")
        if driver:
            (self.root / "sys/bus/usb/drivers" / driver).mkdir(parents=True, exist_ok=True)
            (place / "driver").symlink_to(self.root / "sys/bus/usb/drivers" / driver)
        (self.root / "sys/class/tty" / name).symlink_to(place / name / "tty" / name)

    def card(self, device: Path, name: str, *, sectors: int = 1 << 20) -> None:
        """Put a card into a reader."""
        folder = device / f"{device.name}:1.0/host0/target0/0:0:0:0/block" / name
        folder.mkdir(parents=True)
        for file, text in {"size": sectors, "removable": 1, "dev": "8:16", "ro": 0}.items():
            (folder / file).write_text(f"{text}\n")
        (self.root / "sys/class/block" / name).symlink_to(folder)

    def no_card(self, name: str) -> None:
        """Take a card out, and its disk with it."""
        link = self.root / "sys/class/block" / name
        shutil.rmtree(link.resolve())
        link.unlink()

    def scsi(self, device: Path, name: str, model: str) -> None:
        """Give a reader its node for commands."""
        folder = device / f"{device.name}:1.0/host0/target0/0:0:0:0"
        (folder / "scsi_generic" / name).mkdir(parents=True)
        (folder / "model").write_text(f"{model}\n")
        (folder / "scsi_generic" / name / "device").symlink_to(folder)
        place = self.root / "sys/class/scsi_generic"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).symlink_to(folder / "scsi_generic" / name)

    def plain_tty(self, name: str) -> None:
        """Add a port that is on no USB."""
        folder = self.root / "sys/devices/platform/serial8250/tty" / name
        folder.mkdir(parents=True)
        (self.root / "sys/class/tty" / name).symlink_to(folder)
