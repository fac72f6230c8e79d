# SPDX-License-Identifier: BSD-3-Clause
"""What the kernel says of a block device, in sysfs and /proc: no udev is needed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import MissingError, UsageError

# Linux, Documentation/ABI/stable/sysfs-block: `size` counts these, whatever the device's own are.
_UNIT_BYTES = 512


@dataclass(frozen=True)
class Machine:
    """Where a machine's devices are described; tests have made-up ones."""

    root: Path = Path("/")

    @property
    def block(self) -> Path:
        """All block devices, partitions too."""
        return self.root / "sys/class/block"

    @property
    def proc(self) -> Path:
        """Processes, mounts, swaps."""
        return self.root / "proc"

    @property
    def dev(self) -> Path:
        """Device nodes."""
        return self.root / "dev"


@dataclass(frozen=True)
class Disk:
    """A block device as it was when it was looked at.

    `identity` changes with the device and with the medium in it: what had another
    one is something else, whatever its name. `parts` are the names of its partitions.
    """

    name: str
    folder: Path
    number: str
    size_bytes: int
    removable: bool
    read_only: bool
    sequence: str
    vendor: str
    model: str
    serial: str
    is_partition: bool
    parts: tuple[str, ...]
    part_bytes: tuple[int, ...]

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from another device, or another medium in the same reader."""
        return (
            self.number,
            self.sequence,
            str(self.size_bytes),
            self.vendor,
            self.model,
            self.serial,
        )

    @property
    def title(self) -> str:
        """Vendor, model and serial number, as far as the device tells them."""
        return " ".join(filter(None, (self.vendor, self.model, self.serial))) or "unnamed device"


def _text(file: Path) -> str:
    try:
        return " ".join(file.read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return ""


def _number(file: Path) -> int:
    text = _text(file)
    return int(text) if text.isdecimal() else 0


def look_at(name: str, machine: Machine) -> Disk:
    """Return what is known of the block device `name`. Raises: MissingError."""
    link = machine.block / name
    if not link.exists():
        raise MissingError(f"/dev/{name}", "is no block device of this machine")
    folder = link.resolve()
    parts = sorted(part.parent.name for part in folder.glob("*/partition"))
    return Disk(
        name=name,
        folder=folder,
        number=_text(folder / "dev"),
        size_bytes=_number(folder / "size") * _UNIT_BYTES,
        removable=_is_removable(folder),
        read_only=_text(folder / "ro") == "1",
        sequence=_text(folder / "diskseq"),
        vendor=_text(folder / "device/vendor") or _usb(folder, "manufacturer"),
        model=_text(folder / "device/model") or _text(folder / "device/name"),
        serial=_serial(folder),
        is_partition=(folder / "partition").exists(),
        parts=tuple(parts),
        part_bytes=tuple(_number(folder / part / "size") * _UNIT_BYTES for part in parts),
    )


def _serial(folder: Path) -> str:
    places = (folder / "device/serial", folder / "serial")
    return next(filter(None, map(_text, places)), "") or _usb(folder, "serial")


def _is_removable(folder: Path) -> bool:
    """Whether its medium can be taken out; of MMC hosts only a card's own kind tells."""
    return _text(folder / "removable") == "1" or _text(folder / "device/type") == "SD"


def _usb(folder: Path, name: str) -> str:
    """Return what the USB device says that a disk belongs to, "" when it is none."""
    for above in folder.parents:
        if (above / "idVendor").exists():
            return _text(above / name)
    return ""


def disk_at(path: Path, machine: Machine) -> Disk:
    """Return the disk of a device node.

    Raises:
        MissingError: there is no such file.
        UsageError: it is a link, or no block device, or a partition.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        raise MissingError(str(path), "no such file; no card is in the reader, perhaps") from None
    if stat.S_ISLNK(found.st_mode):
        raise UsageError(
            str(path), f"is a link; it leads to {os.path.realpath(path)}: name that itself"
        )
    if not stat.S_ISBLK(found.st_mode):
        raise UsageError(
            str(path),
            "is no block device; an image file is written by uk-board image",
        )
    number = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    for name in names(machine):
        if _text(machine.block / name / "dev") == number:
            return look_at(name, machine)
    raise MissingError(str(path), f"is block device {number}, which the kernel does not list")


def names(machine: Machine) -> list[str]:
    """Return the names of all block devices, partitions too."""
    return sorted(link.name for link in machine.block.iterdir()) if machine.block.is_dir() else []


def disks(machine: Machine) -> list[Disk]:
    """Return all disks with a medium; no partitions."""
    found = (look_at(name, machine) for name in names(machine))
    return [disk for disk in found if not disk.is_partition and disk.size_bytes]


def built_on(disk: Disk, machine: Machine) -> Iterator[tuple[str, str]]:
    """Yield every device that lies on a disk, at any depth: its name, and the device below it.

    Partitions first, then what holds them: device mapper, RAID, and what lies on those.
    """
    seen = {disk.name}
    pending = [(part, disk.name) for part in disk.parts]
    pending += [(holder, disk.name) for holder in _holders(disk.folder)]
    while pending:
        name, below = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name, below
        folder = (machine.block / name).resolve()
        pending += [(part.parent.name, name) for part in sorted(folder.glob("*/partition"))]
        pending += [(holder, name) for holder in _holders(folder)]


def _holders(folder: Path) -> list[str]:
    place = folder / "holders"
    return sorted(link.name for link in place.iterdir()) if place.is_dir() else []


def mounts(machine: Machine) -> dict[str, list[str]]:
    """Return the mount points by device number "major:minor" (proc(5), mountinfo)."""
    found: dict[str, list[str]] = {}
    for line in _lines(machine.proc / "self/mountinfo"):
        fields = line.split()
        if len(fields) > 4:
            found.setdefault(fields[2], []).append(_unescaped(fields[4]))
    return found


def mounted_sources(machine: Machine) -> dict[str, list[str]]:
    """Return the mount points by the device that was mounted, as it was named.

    A file system over several devices (btrfs, ZFS) has a number of its own in the other list.
    """
    found: dict[str, list[str]] = {}
    for line in _lines(machine.proc / "self/mountinfo"):
        head, _, tail = line.partition(" - ")
        fields, kinds = head.split(), tail.split()
        if len(fields) > 4 and len(kinds) > 1 and kinds[1].startswith("/dev/"):
            found.setdefault(Path(kinds[1]).name, []).append(_unescaped(fields[4]))
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)


def swaps(machine: Machine) -> set[str]:
    """Return the names of the devices that are swapped to."""
    lines = _lines(machine.proc / "swaps")[1:]
    return {Path(line.split()[0]).resolve().name for line in lines if line.split()}


def openers(number: str, machine: Machine) -> list[tuple[int, str]]:
    """Return process numbers and names of those that have a device open, as far as one may look."""
    found = []
    for folder in machine.proc.glob("[0-9]*"):
        if int(folder.name) != os.getpid() and _has_open(folder, number, machine):
            found.append((int(folder.name), _text(folder / "comm")))
    return sorted(found)


def _has_open(process: Path, number: str, machine: Machine) -> bool:
    try:
        links = list((process / "fd").iterdir())
    except OSError:
        return False
    for link in links:
        try:
            target = link.readlink()
        except OSError:
            continue
        name = target.name if target.parent == Path("/dev") else ""
        if name and _text(machine.block / name / "dev") == number:
            return True
    return False


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
