# SPDX-License-Identifier: BSD-3-Clause
"""The wrong disk cannot be wiped: each reason against it, on machines that are made up."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.disk import facts, guard
from uk_board.disk.facts import Disk, Machine
from uk_board.disk.members import member_of
from uk_board.errors import BenchError, MissingError, UsageError

GIB = 1 << 30


class Made:
    """A machine with disks, as sysfs and /proc show it."""

    def __init__(self, root: Path) -> None:
        self.machine = Machine(root)
        self.root = root
        self.content: dict[int, bytes] = {}
        (root / "sys/class/block").mkdir(parents=True)
        (root / "proc/self").mkdir(parents=True)
        self._mounts: list[str] = []
        self.mount("8:1", "/")
        (root / "proc/swaps").write_text("Filename Type Size Used Priority\n")

    def write(self, file: str, text: object) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")

    def disk(
        self, name: str = "sdb", number: str = "8:16", gib: float = 32, **more: object
    ) -> None:
        """Add a disk; what nobody says is that of an SD card in a USB reader."""
        base = f"sys/devices/pci0/usb1/1-2/{name}"
        said = {
            "dev": number,
            "size": int(gib * GIB) // 512,
            "removable": 1,
            "ro": 0,
            "diskseq": 7,
            "device/vendor": "Generic ",
            "device/model": "STORAGE DEVICE",
            **more,
        }
        for file, value in said.items():
            self.write(f"{base}/{file}", value)
        self.write("sys/devices/pci0/usb1/1-2/idVendor", "05e3")
        self.write("sys/devices/pci0/usb1/1-2/serial", "000000001206")
        (self.root / "sys/class/block" / name).symlink_to(self.root / base)

    def part(self, disk: str, name: str, number: str, start: int = 8192) -> None:
        base = self.root / "sys/class/block" / disk
        for file, value in {"dev": number, "size": 2048, "partition": 1, "start": start}.items():
            (base.resolve() / name).mkdir(exist_ok=True)
            (base.resolve() / name / file).write_text(f"{value}\n")
        (self.root / "sys/class/block" / name).symlink_to(base.resolve() / name)

    def virtual(self, name: str, number: str, *below: str) -> None:
        """Add a device that lies on others: RAID, LVM, encryption."""
        base = self.root / f"sys/devices/virtual/block/{name}"
        self.write(f"sys/devices/virtual/block/{name}/dev", number)
        self.write(f"sys/devices/virtual/block/{name}/size", 2048)
        (self.root / "sys/class/block" / name).symlink_to(base)
        for device in below:
            holders = (self.root / "sys/class/block" / device).resolve() / "holders"
            holders.mkdir(exist_ok=True)
            (holders / name).symlink_to(base)

    def mount(self, number: str, place: str, source: str = "none") -> None:
        self._mounts.append(f"22 27 {number} / {place} rw - ext4 {source} rw")
        (self.root / "proc/self/mountinfo").write_text("\n".join(self._mounts) + "\n")

    def opened(self, device: str, process: int, program: str) -> None:
        self.write(f"proc/{process}/comm", program)
        (self.root / f"proc/{process}/fd").mkdir(parents=True)
        (self.root / f"proc/{process}/fd/5").symlink_to(f"/dev/{device}")

    def read(self, offset: int, size: int) -> bytes:
        for start, data in self.content.items():
            if start <= offset < start + len(data):
                return data[offset - start :][:size]
        return bytes(size)

    def look(self, name: str = "sdb") -> Disk:
        return facts.look_at(name, self.machine)

    def reasons(self, name: str = "sdb") -> list[str]:
        found = guard.objections(self.look(name), self.machine, self.read)
        return [item.reason for item in found]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_a_card_in_a_reader_may_be_written(made: Made) -> None:
    made.disk()
    made.part("sdb", "sdb1", "8:17")
    assert made.reasons() == []
    guard.permit(made.look(), [], None)


def test_a_card_in_a_readers_own_host_may_be_written(made: Made) -> None:
    made.disk("mmcblk0", "179:0", removable=0, **{"device/type": "SD"})
    assert made.reasons("mmcblk0") == []


def set_mounted(made: Made) -> None:
    made.part("sdb", "sdb1", "8:17")
    made.mount("8:17", "/media/a\\040card")


def set_mounted_by_name(made: Made) -> None:
    made.part("sdb", "sdb1", "8:17")
    made.mount("0:45", "/mnt/btrfs", "/dev/sdb1")


def set_system(made: Made) -> None:
    made.part("sdb", "sdb1", "8:17")
    made.mount("8:17", "/boot/efi")


def set_system_through_raid_and_lvm(made: Made) -> None:
    made.part("sdb", "sdb3", "8:19")
    made.virtual("md0", "9:0", "sdb3")
    made.virtual("dm-0", "253:0", "md0")
    made.virtual("dm-1", "253:1", "dm-0")
    made.mount("253:1", "/home")


def set_swap(made: Made) -> None:
    made.part("sdb", "sdb2", "8:18")
    (made.root / "proc/swaps").write_text("Filename Type\n/dev/sdb2 partition 1 0 -2\n")


def set_raid(made: Made) -> None:
    made.part("sdb", "sdb1", "8:17", start=2048)
    made.content[2048 * 512 + 4096] = struct.pack("<I", 0xA92B4EFC)


def set_lvm(made: Made) -> None:
    made.content[512] = b"LABELONE" + bytes(16) + b"LVM2 001"


def set_zfs(made: Made) -> None:
    made.part("sdb", "sdb1", "8:17", start=2048)
    made.content[2048 * 512 + (128 << 10) + (5 << 10)] = struct.pack("<Q", 0x00BAB10C)


def set_luks(made: Made) -> None:
    made.content[0] = b"LUKS\xba\xbe\x00\x02"


def set_dm(made: Made) -> None:
    made.virtual("dm-3", "253:3", "sdb")


def set_opened(made: Made) -> None:
    made.opened("sdb", 4711, "gparted")


REASONS: list[tuple[dict[str, object], Callable[[Made], None] | None, str, bool]] = [
    ({"removable": 0}, None, "is not removable", False),
    ({"gib": 257}, None, "has 257 GiB; a card has at most 256", False),
    ({"ro": 1}, None, "is read-only; SD cards have a lock at their side", True),
    ({"gib": 0}, None, "has no medium in it", True),
    ({}, set_mounted, "is mounted: sdb1 at /media/a card", False),
    ({}, set_mounted_by_name, "is mounted: sdb1 at /mnt/btrfs", False),
    ({}, set_system, "holds the running system: /boot/efi is on sdb1", True),
    ({}, set_system_through_raid_and_lvm, "holds the running system: /home is on dm-1", True),
    ({}, set_swap, "is swapped to: sdb2", True),
    ({}, set_raid, "sdb1 on it is a member of a RAID", False),
    ({}, set_lvm, "is a member of LVM", False),
    ({}, set_zfs, "sdb1 on it is a member of ZFS", False),
    ({}, set_luks, "is a member of an encrypted volume (LUKS)", False),
    ({}, set_dm, "is in use: dm-3 lies on sdb", False),
    ({}, set_opened, "is opened by someone else: sdb by gparted (4711)", False),
]


@pytest.mark.parametrize(("said", "change", "reason", "final"), REASONS)
def test_each_reason_stands_alone_and_only_naming_the_device_overrides_it(
    made: Made,
    said: dict[str, object],
    change: Callable[[Made], None] | None,
    reason: str,
    final: bool,
) -> None:
    made.disk(**said)
    if change is not None:
        change(made)
    found = guard.objections(made.look(), made.machine, made.read)
    assert reason in [item.reason for item in found]
    with pytest.raises(BenchError, match="is not written"):
        guard.permit(made.look(), found, None)
    with pytest.raises(UsageError, match="names /dev/sdc; the device that is written is /dev/sdb"):
        guard.permit(made.look(), found, Path("/dev/sdc"))
    if final:
        with pytest.raises(BenchError, match="try: another device"):
            guard.permit(made.look(), found, Path("/dev/sdb"))
    else:
        guard.permit(made.look(), found, Path("/dev/sdb"))


def test_a_partition_is_no_medium_and_the_whole_disk_is_named(made: Made) -> None:
    made.disk()
    made.part("sdb", "sdb1", "8:17")
    assert "is a partition; the whole disk is /dev/sdb" in made.reasons("sdb1")


@pytest.mark.parametrize(
    "change", [{"diskseq": 8}, {"gib": 16}, {"device/model": "OTHER"}, {"number": "8:32"}]
)
def test_a_device_that_changed_since_the_plan_is_not_written(
    tmp_path: Path, change: dict[str, object]
) -> None:
    before, after = Made(tmp_path / "before"), Made(tmp_path / "after")
    before.disk()
    after.disk(**change)
    planned = before.look()
    guard.check_same(planned, before.machine)
    with pytest.raises(BenchError, match=r"is another device or medium than before.*nothing was"):
        guard.check_same(planned, after.machine)


def test_a_device_that_went_away_is_not_written(made: Made, tmp_path: Path) -> None:
    made.disk()
    planned = made.look()
    (made.root / "sys/class/block/sdb").unlink()
    with pytest.raises(BenchError, match="has gone since it was looked at"):
        guard.check_same(planned, made.machine)


def test_who_is_asked_sees_vendor_model_serial_size_and_partitions(made: Made) -> None:
    made.disk()
    made.part("sdb", "sdb1", "8:17")
    made.mount("8:17", "/mnt")
    assert guard.describe(made.look(), made.machine) == [
        "/dev/sdb: Generic STORAGE DEVICE 000000001206, 34,359,738,368 bytes",
        "  sdb1: 1,048,576 bytes, mounted at /mnt",
    ]


def test_a_file_and_a_link_are_no_device(made: Made, tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"")
    link.symlink_to(file)
    with pytest.raises(UsageError, match="is no block device"):
        facts.disk_at(file, made.machine)
    with pytest.raises(UsageError, match=r"is a link; it leads to .*file: name that itself"):
        facts.disk_at(link, made.machine)
    with pytest.raises(MissingError, match="no card is in the reader, perhaps"):
        facts.disk_at(tmp_path / "none", made.machine)


@pytest.mark.parametrize("size", [0, 100, 1 << 20, 300 << 20])
def test_an_empty_device_of_any_size_is_a_member_of_nothing(size: int) -> None:
    def read(offset: int, count: int) -> bytes:
        return bytes(max(0, min(count, size - offset)))

    assert member_of(read, size) == ""


def test_this_machines_own_disks_are_found_and_those_with_the_system_refused() -> None:
    machine = Machine()
    for disk in facts.disks(machine):
        assert disk.number
        assert disk.size_bytes % 512 == 0
    root = Path("/").stat().st_dev
    number = f"{os.major(root)}:{os.minor(root)}"
    for disk in facts.disks(machine):
        if disk.number == number:
            found = guard.objections(disk, machine)
            assert any("holds the running system" in item.reason for item in found)
