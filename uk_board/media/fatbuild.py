# SPDX-License-Identifier: BSD-3-Clause
"""A new FAT32 volume with files in it: the same files give the same bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from uk_board.errors import UkBoardError
from uk_board.media import fat32, fatnames
from uk_board.media.extents import SECTOR_BYTES, Piece

# The earliest date that FAT has: what files get where nobody says a date.
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass
class _Folder:
    """A directory in the making."""

    path: str
    files: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, _Folder] = field(default_factory=dict)
    short_names: set[bytes] = field(default_factory=set)


class _Builder:
    def __init__(self, layout: fat32.Geometry, when: datetime, where: str) -> None:
        self.layout = layout
        self.where = where
        self.fat = list(fat32.FIRST_ENTRIES)
        self.pieces: list[Piece] = []
        self._stamp = timestamp(when)

    def store(self, data: bytes) -> int:
        """Store `data` in the next clusters; return the first, 0 for no data."""
        if not data:
            return 0
        first = len(self.fat)
        size = self.layout.cluster_bytes
        count = -(-len(data) // size)
        if first + count > self.layout.clusters + 2:
            have = self.layout.clusters * size
            raise UkBoardError(self.where, f"the files do not fit; the volume has {have} bytes")
        self.fat += [*range(first + 1, first + count), fat32.END_OF_CHAIN]
        self.pieces.append(Piece(self.layout.offset(first), data.ljust(count * size, b"\0")))
        return first

    def folder(self, folder: _Folder, parent: int, label: str = "") -> int:
        """Store a directory with all that is in it; return its first cluster.

        A directory's own cluster must be known to those below it: it comes first.
        """
        size = self.layout.cluster_bytes
        lines = self._count(folder, bool(label))
        count = -(-(lines + 1) * fat32.ENTRY_BYTES // size)
        first = self.store(bytes(count * size))
        place = len(self.pieces) - 1
        text = self._label(label) if label else self._dots(first, parent)
        for name in sorted(folder.folders):
            below = self.folder(folder.folders[name], first if not label else 0)
            text += self._entry(folder, name, fat32.DIRECTORY, below, 0)
        for name in sorted(folder.files):
            data = folder.files[name]
            text += self._entry(folder, name, fat32.ARCHIVE, self.store(data), len(data))
        self.pieces[place] = Piece(self.pieces[place].offset, text.ljust(count * size, b"\0"))
        return first

    def _count(self, folder: _Folder, is_root: bool) -> int:
        """Return how many entries a directory may need at most."""
        names = [*folder.files, *folder.folders]
        return (1 if is_root else 2) + sum(2 + len(n) // fat32.LONG_CHARACTERS for n in names)

    def _entry(self, folder: _Folder, name: str, kind: int, cluster: int, size: int) -> bytes:
        fields = file_fields(kind, cluster, size, self._stamp)
        made = fatnames.entries(name, folder.short_names, fields)
        folder.short_names.add(made[-fat32.ENTRY_BYTES :][:11])
        return made

    def _label(self, label: str) -> bytes:
        name = label.upper().encode("ascii").ljust(11)[:11]
        fields = file_fields(fat32.VOLUME_LABEL, 0, 0, self._stamp)
        made: bytes = fat32.ENTRY.build({**fields, "name": name, "case": 0})
        return made

    def _dots(self, own: int, parent: int) -> bytes:
        made = b""
        for name, cluster in ((b".", own), (b"..", parent)):
            fields = file_fields(fat32.DIRECTORY, cluster, 0, self._stamp)
            made += fat32.ENTRY.build({**fields, "name": name.ljust(11), "case": 0})
        return made


def timestamp(when: datetime) -> tuple[int, int]:
    """Return date and time as FAT has them (FAT specification, "Date and Time Formats")."""
    when = max(when, EPOCH)
    date = (when.year - 1980) << 9 | when.month << 5 | when.day
    return date, when.hour << 11 | when.minute << 5 | when.second // 2


def file_fields(kind: int, cluster: int, size: int, stamp: tuple[int, int]) -> dict[str, Any]:
    """Return the fields of a directory entry, all but its name."""
    date, time = stamp
    return {
        "attributes": kind,
        "created_tenth": 0,
        "created_time": time,
        "created_date": date,
        "accessed_date": date,
        "cluster_high": cluster >> 16,
        "written_time": time,
        "written_date": date,
        "cluster_low": cluster & 0xFFFF,
        "size": size,
    }


def build(
    files: Mapping[str, bytes],
    *,
    start: int,
    sectors: int,
    volume_id: int,
    label: str,
    when: datetime = EPOCH,
    where: str = "volume",
) -> list[Piece]:
    """Return the pieces of a volume with `files` (path with "/" -> content).

    `start` is the volume's first sector on its medium; the pieces' offsets count
    from there, in bytes. Both FATs are written whole: on a card that was
    used before, a hole in them would be lost files.

    Raises:
        UkBoardError: too small a volume, or a name that FAT does not have.
    """
    layout = fat32.geometry(sectors, where)
    builder = _Builder(layout, when, where)
    root = builder.folder(_tree(files, where), 0, label)
    assert root == fat32.ROOT_CLUSTER, "the root directory is stored first"
    boot = fat32.boot_sector(layout, start, volume_id, label)
    used = len(builder.fat) - 2
    info = fat32.INFO.build({"free": layout.clusters - used, "next": len(builder.fat)})
    # The specification wants three boot sectors, the third with its signature alone.
    third = bytes(SECTOR_BYTES - 2) + b"\x55\xaa"
    head = (boot + info + third).ljust(fat32.BACKUP_SECTOR * SECTOR_BYTES, b"\0") + boot + info
    head = (head + third).ljust(layout.reserved_sectors * SECTOR_BYTES, b"\0")
    fat = struct.pack(f"<{len(builder.fat)}I", *builder.fat)
    fats = fat.ljust(layout.fat_sectors * SECTOR_BYTES, b"\0") * layout.fats
    return [Piece(0, head + fats), *builder.pieces]


def _tree(files: Mapping[str, bytes], where: str) -> _Folder:
    root = _Folder("")
    for path, data in sorted(files.items()):
        *folders, name = path.split("/")
        folder = root
        for part in folders:
            fatnames.check_name(part, where)
            folder = folder.folders.setdefault(part, _Folder(part))
        fatnames.check_name(name, where)
        taken = {other.lower() for other in (*folder.files, *folder.folders)}
        if name.lower() in taken:
            raise UkBoardError(where, f'"{path}" is there twice; FAT does not tell case apart')
        folder.files[name] = data
    return root
