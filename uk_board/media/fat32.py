# SPDX-License-Identifier: BSD-3-Clause
"""FAT32: its structures on a medium.

Source: Microsoft Extensible Firmware Initiative FAT32 File System Specification 1.03
(2000-12-06); "3." and so on below are its sections by order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from construct import (
    Bytes,
    Const,
    ConstructError,
    Int8ul,
    Int16ul,
    Int32ul,
    Padding,
    Struct,
)

from uk_board.errors import UkBoardError
from uk_board.media.extents import SECTOR_BYTES

RESERVED_SECTORS = 32
INFO_SECTOR = 1
BACKUP_SECTOR = 6
FATS = 2
ROOT_CLUSTER = 2
# "FAT Type Determination": fewer clusters make it FAT16 for every reader.
FEWEST_CLUSTERS = 65525
MOST_CLUSTERS = 0x0FFFFFF5
# BPB_TotSec32 has 32 bits.
_MOST_SECTORS = (1 << 32) - 1
ENTRY_MASK = 0x0FFFFFFF
END_OF_CHAIN = 0x0FFFFFFF
FIRST_END_OF_CHAIN = 0x0FFFFFF8
BAD_CLUSTER = 0x0FFFFFF7
# FAT[0] carries the media byte, FAT[1] the flags "clean" and "no error".
FIRST_ENTRIES = (0x0FFFFFF8, 0x0FFFFFFF)
_FIXED_DISK = 0xF8

# "Boot Sector and BPB".
BOOT_SECTOR = Struct(
    "jump" / Bytes(3),
    "oem" / Bytes(8),
    "sector_bytes" / Int16ul,
    "cluster_sectors" / Int8ul,
    "reserved_sectors" / Int16ul,
    "fats" / Int8ul,
    "root_entries" / Int16ul,
    "sectors_16" / Int16ul,
    "media" / Int8ul,
    "fat_sectors_16" / Int16ul,
    "track_sectors" / Int16ul,
    "heads" / Int16ul,
    "hidden_sectors" / Int32ul,
    "sectors" / Int32ul,
    "fat_sectors" / Int32ul,
    "flags" / Int16ul,
    "version" / Int16ul,
    "root_cluster" / Int32ul,
    "info_sector" / Int16ul,
    "backup_sector" / Int16ul,
    Padding(12),
    "drive" / Int8ul,
    Padding(1),
    "boot_signature" / Int8ul,
    "volume_id" / Int32ul,
    "label" / Bytes(11),
    "type" / Bytes(8),
    "code" / Bytes(420),
    "signature" / Const(b"\x55\xaa"),
)

# "FAT32 FSInfo Sector Structure and Backup Boot Sector".
INFO = Struct(
    "lead" / Const(0x41615252, Int32ul),
    Padding(480),
    "struct" / Const(0x61417272, Int32ul),
    "free" / Int32ul,
    "next" / Int32ul,
    Padding(12),
    "trail" / Const(0xAA550000, Int32ul),
)

# "FAT 32 Byte Directory Entry Structure".
ENTRY = Struct(
    "name" / Bytes(11),
    "attributes" / Int8ul,
    "case" / Int8ul,
    "created_tenth" / Int8ul,
    "created_time" / Int16ul,
    "created_date" / Int16ul,
    "accessed_date" / Int16ul,
    "cluster_high" / Int16ul,
    "written_time" / Int16ul,
    "written_date" / Int16ul,
    "cluster_low" / Int16ul,
    "size" / Int32ul,
)
ENTRY_BYTES = 32

# "FAT Long Directory Entries": 13 characters of UTF-16 each, the last piece of a name first.
LONG_ENTRY = Struct(
    "order" / Int8ul,
    "name_1" / Bytes(10),
    "attributes" / Const(0x0F, Int8ul),
    "kind" / Int8ul,
    "checksum" / Int8ul,
    "name_2" / Bytes(12),
    "cluster" / Int16ul,
    "name_3" / Bytes(4),
)
LONG_CHARACTERS = 13
LONG_LAST = 0x40

READ_ONLY, HIDDEN, SYSTEM, VOLUME_LABEL, DIRECTORY, ARCHIVE = 1, 2, 4, 8, 16, 32
LONG_NAME = READ_ONLY | HIDDEN | SYSTEM | VOLUME_LABEL
DELETED, LAST = 0xE5, 0x00
# Windows NT's use of the reserved byte: a short name or extension in lower case.
LOWER_NAME, LOWER_EXTENSION = 0x08, 0x10


@dataclass(frozen=True)
class Geometry:
    """Where the parts of a volume are; all in sectors of 512 bytes from its start."""

    sectors: int
    cluster_sectors: int
    reserved_sectors: int
    fats: int
    fat_sectors: int
    root_cluster: int = ROOT_CLUSTER
    info_sector: int = INFO_SECTOR

    @property
    def data_start(self) -> int:
        """The sector of cluster 2."""
        return self.reserved_sectors + self.fats * self.fat_sectors

    @property
    def clusters(self) -> int:
        """How many clusters there are; the first is number 2."""
        return (self.sectors - self.data_start) // self.cluster_sectors

    @property
    def cluster_bytes(self) -> int:
        """The size of one cluster."""
        return self.cluster_sectors * SECTOR_BYTES

    def offset(self, cluster: int) -> int:
        """Return where a cluster is, in bytes."""
        return (self.data_start + (cluster - 2) * self.cluster_sectors) * SECTOR_BYTES

    def fat_offset(self, number: int) -> int:
        """Return where one of the FATs is, in bytes."""
        return (self.reserved_sectors + number * self.fat_sectors) * SECTOR_BYTES


def geometry(sectors: int, where: str) -> Geometry:
    """Return the geometry of a new volume: the largest clusters that still make it FAT32.

    Raises:
        UkBoardError: too small for FAT32, or too large.
    """
    for cluster_sectors in (64, 32, 16, 8, 4, 2, 1):
        # Each cluster takes its sectors, and 4 bytes of each FAT.
        rest = sectors - RESERVED_SECTORS
        clusters = rest * SECTOR_BYTES // (cluster_sectors * SECTOR_BYTES + 4 * FATS)
        fat_sectors = -(-4 * (clusters + 2) // SECTOR_BYTES)
        made = Geometry(sectors, cluster_sectors, RESERVED_SECTORS, FATS, fat_sectors)
        # Drivers disagree on the limit by a few clusters: stay clear of it.
        enough = FEWEST_CLUSTERS + 16 <= made.clusters <= MOST_CLUSTERS
        if enough and sectors <= _MOST_SECTORS:
            return made
    smallest = (FEWEST_CLUSTERS + 16 + 1100) * SECTOR_BYTES
    raise UkBoardError(
        where,
        f"{sectors * SECTOR_BYTES} bytes make no FAT32 volume; {smallest} (33 MiB) to 2 TiB do",
    )


def boot_sector(layout: Geometry, start: int, volume_id: int, label: str) -> bytes:
    """Return the first sector of a volume that begins at sector `start` of its medium."""
    sector: bytes = BOOT_SECTOR.build(
        {
            "jump": b"\xeb\x58\x90",
            # "mkfs.fat" and others: some readers look for a known name.
            "oem": b"MSWIN4.1",
            "sector_bytes": SECTOR_BYTES,
            "cluster_sectors": layout.cluster_sectors,
            "reserved_sectors": layout.reserved_sectors,
            "fats": layout.fats,
            "root_entries": 0,
            "sectors_16": 0,
            "media": _FIXED_DISK,
            "fat_sectors_16": 0,
            # What the geometry of old disks would be: not used, and not zero.
            "track_sectors": 63,
            "heads": 255,
            "hidden_sectors": start,
            "sectors": layout.sectors,
            "fat_sectors": layout.fat_sectors,
            "flags": 0,
            "version": 0,
            "root_cluster": layout.root_cluster,
            "info_sector": layout.info_sector,
            "backup_sector": BACKUP_SECTOR,
            "drive": 0x80,
            "boot_signature": 0x29,
            "volume_id": volume_id,
            "label": label.upper().encode("ascii").ljust(11)[:11],
            "type": b"FAT32   ",
            "code": bytes(420),
        }
    )
    return sector


def read_geometry(sector: bytes, volume_sectors: int, where: str) -> Geometry:
    """Return the geometry that a boot sector states, if it can be true.

    Raises:
        UkBoardError: it is no boot sector of a FAT32 volume of this size.
    """
    try:
        fields: Any = BOOT_SECTOR.parse(sector)
    except ConstructError:
        raise UkBoardError(where, "has no boot sector; 55 aa is expected at its end") from None
    if fields.sector_bytes != SECTOR_BYTES:
        raise UkBoardError(where, f"has sectors of {fields.sector_bytes} bytes; 512 are expected")
    if fields.root_entries or fields.sectors_16 or fields.fat_sectors_16:
        raise UkBoardError(where, "is no FAT32 volume but an older FAT; FAT32 is expected")
    made = Geometry(
        fields.sectors,
        fields.cluster_sectors,
        fields.reserved_sectors,
        fields.fats,
        fields.fat_sectors,
        fields.root_cluster,
        fields.info_sector,
    )
    for wrong, problem in _contradictions(made, volume_sectors):
        if wrong:
            raise UkBoardError(where, f"is corrupt: {problem}")
    return made


def _contradictions(made: Geometry, volume_sectors: int) -> list[tuple[bool, str]]:
    size = made.cluster_sectors
    if not size or size & (size - 1):
        return [(True, f"clusters of {size} sectors; a power of two is expected")]
    holds = made.fat_sectors * SECTOR_BYTES // 4
    return [
        (made.fats not in (1, 2), f"{made.fats} FATs; one or two are expected"),
        (not made.reserved_sectors, "no reserved sectors; the boot sector is one"),
        (
            made.sectors > volume_sectors,
            f"{made.sectors} sectors in a partition of {volume_sectors}",
        ),
        (made.data_start >= made.sectors, "its FATs leave no room for files"),
        (made.clusters + 2 > holds, f"{made.clusters} clusters; the FAT has room for {holds}"),
        (
            not 2 <= made.root_cluster < made.clusters + 2,
            f"its root directory is at cluster {made.root_cluster} of {made.clusters}",
        ),
    ]
