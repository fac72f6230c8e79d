# SPDX-License-Identifier: BSD-3-Clause
"""The partition table of a PC's disk, which the boot ROMs of our boards read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from construct import Array, Bytes, Const, ConstError, Int8ul, Int32ul, StreamError, Struct

from uk_board.errors import UkBoardError
from uk_board.media.extents import SECTOR_BYTES

# IBM PC/AT, as UEFI Specification 2.10, 5.2.1 has it: "Legacy Master Boot Record".
_ENTRY = Struct(
    "boot" / Int8ul,
    "first_chs" / Bytes(3),
    "kind" / Int8ul,
    "last_chs" / Bytes(3),
    "start" / Int32ul,
    "sectors" / Int32ul,
)
_TABLE = Struct(
    "code" / Bytes(440),
    "disk_id" / Int32ul,
    "unknown" / Bytes(2),
    "entries" / Array(4, _ENTRY),
    "signature" / Const(b"\x55\xaa"),
)
# UEFI Specification 2.10, table 5.3: a place that the old geometry cannot express.
_NO_CHS = b"\xfe\xff\xff"
FAT32_LBA = 0x0C
FAT32 = "FAT32"
FAT_KINDS = {0x01: "FAT12", 0x04: "FAT16", 0x06: "FAT16", 0x0B: FAT32, 0x0C: FAT32, 0x0E: "FAT16"}
_GPT = 0xEE


@dataclass(frozen=True)
class Partition:
    """A partition; `start` and `sectors` count sectors of 512 bytes."""

    kind: int
    start: int
    sectors: int
    bootable: bool = False

    @property
    def offset(self) -> int:
        """Where it begins, in bytes."""
        return self.start * SECTOR_BYTES

    @property
    def size_bytes(self) -> int:
        """How long it is, in bytes."""
        return self.sectors * SECTOR_BYTES

    @property
    def name(self) -> str:
        """What is in it."""
        return FAT_KINDS.get(self.kind, f"type 0x{self.kind:02x}")


def build(disk_id: int, partitions: Sequence[Partition]) -> bytes:
    """Return the first sector of a medium with these partitions, four at most."""
    entries = [_entry(part) for part in partitions]
    entries += [bytes(_ENTRY.sizeof())] * (4 - len(entries))
    head: bytes = bytes(440) + Int32ul.build(disk_id) + bytes(2)
    return head + b"".join(entries) + b"\x55\xaa"


def _entry(part: Partition) -> bytes:
    entry: bytes = _ENTRY.build(
        {
            "boot": 0x80 if part.bootable else 0,
            "first_chs": _NO_CHS,
            "kind": part.kind,
            "last_chs": _NO_CHS,
            "start": part.start,
            "sectors": part.sectors,
        }
    )
    return entry


def parse(sector: bytes, medium_sectors: int, where: str) -> tuple[Partition, ...]:
    """Return the partitions of a medium whose first sector this is.

    Raises:
        UkBoardError: it is no partition table, or one that cannot be true.
    """
    try:
        table = _TABLE.parse(sector)
    except (ConstError, StreamError):
        raise UkBoardError(
            where, "has no partition table; the bytes 55 aa are expected at 0x1fe"
        ) from None
    found = tuple(
        Partition(entry.kind, entry.start, entry.sectors, entry.boot == 0x80)
        for entry in table.entries
        if entry.kind
    )
    if any(part.kind == _GPT for part in found):
        raise UkBoardError(where, "has a GPT; a medium of these boards has an MBR alone")
    _check(found, medium_sectors, where)
    return found


def _check(partitions: Sequence[Partition], medium_sectors: int, where: str) -> None:
    end = 1
    for part in sorted(partitions, key=lambda part: part.start):
        place = f"partition at sector {part.start}, {part.sectors} sectors"
        if part.start < end or not part.sectors:
            raise UkBoardError(where, f"{place}: overlaps another or the table, or is empty")
        end = part.start + part.sectors
        if end > medium_sectors:
            raise UkBoardError(
                where, f"{place}: ends behind the medium, which has {medium_sectors} sectors"
            )
