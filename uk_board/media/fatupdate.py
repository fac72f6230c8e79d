# SPDX-License-Identifier: BSD-3-Clause
"""One file of a FAT32 volume replaced, so that at every moment the old or the new one is there.

The new content goes into free clusters, then its chain into the FATs, then one sector of the
directory switches over, and only then are the old clusters free. Cut off anywhere, the volume
has the old file or the new one whole, and at worst clusters that belong to nobody.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime

from construct import ConstructError

from uk_board.errors import UkBoardError
from uk_board.media import fat32, fatbuild
from uk_board.media.extents import SECTOR_BYTES, Piece
from uk_board.media.fatread import FileEntry, Reader, Volume


def replace(
    read: Reader, volume: Volume, path: str, data: bytes, when: datetime
) -> list[list[Piece]]:
    """Return what to write, in steps of which each must be on the medium before the next.

    Raises:
        UkBoardError: there is no such file, or no room for its new content beside the old.
    """
    entry = volume.find(path)
    if entry is None or entry.is_folder:
        known = ", ".join(file.path for file in volume.walk() if not file.is_folder) or "none"
        raise UkBoardError(volume.where, f'no file "{path}"; files: {known}')
    old = volume.chain(entry.cluster, path)
    new = _free(volume, -(-len(data) // volume.layout.cluster_bytes), path)
    linked = dict(zip(new, [*new[1:], fat32.END_OF_CHAIN], strict=False))
    freed = dict.fromkeys(old, 0)
    return [
        list(_content(volume, new, data)),
        list(_fat_sectors(read, volume, linked)),
        [_directory_sector(read, entry, new, len(data), when)],
        [
            *_fat_sectors(read, volume, {**linked, **freed}, only=freed),
            *_info_sector(read, volume, len(freed) - len(linked)),
        ],
    ]


def _free(volume: Volume, count: int, path: str) -> list[int]:
    fat = volume.fat()
    free = (cluster for cluster in range(2, len(fat)) if fat[cluster] & fat32.ENTRY_MASK == 0)
    found = list(itertools.islice(free, count))
    if len(found) < count:
        size = volume.layout.cluster_bytes
        raise UkBoardError(
            volume.where,
            f"no room for {path}: {count * size} bytes beside the old one are needed,"
            f" {len(found) * size} are free",
        )
    return found


def _content(volume: Volume, clusters: list[int], data: bytes) -> Iterator[Piece]:
    size = volume.layout.cluster_bytes
    for number, cluster in enumerate(clusters):
        part = data[number * size : (number + 1) * size]
        yield Piece(volume.layout.offset(cluster), part.ljust(size, b"\0"))


def _fat_sectors(
    read: Reader, volume: Volume, changed: dict[int, int], only: dict[int, int] | None = None
) -> Iterator[Piece]:
    """Yield the sectors of all FATs in which entries change; `only`: those of these clusters.

    `changed` has everything that differs from what `read` gives: a sector is written whole.
    """
    wanted = changed if only is None else only
    sectors = sorted({cluster * 4 // SECTOR_BYTES for cluster in wanted})
    for number in range(volume.layout.fats):
        start = volume.layout.fat_offset(number)
        for sector in sectors:
            offset = start + sector * SECTOR_BYTES
            raw = bytearray(read(offset, SECTOR_BYTES))
            for cluster, value in changed.items():
                at = cluster * 4 - sector * SECTOR_BYTES
                if 0 <= at < SECTOR_BYTES:
                    # The four highest bits of an entry are reserved and stay.
                    kept = int.from_bytes(raw[at : at + 4], "little") & ~fat32.ENTRY_MASK
                    raw[at : at + 4] = (kept | value).to_bytes(4, "little")
            yield Piece(offset, bytes(raw))


def _directory_sector(
    read: Reader, entry: FileEntry, clusters: list[int], size: int, when: datetime
) -> Piece:
    start = entry.entry_offset // SECTOR_BYTES * SECTOR_BYTES
    sector = bytearray(read(start, SECTOR_BYTES))
    at = entry.entry_offset - start
    fields = fat32.ENTRY.parse(bytes(sector[at : at + fat32.ENTRY_BYTES]))
    first = clusters[0] if clusters else 0
    fields.cluster_high, fields.cluster_low, fields.size = first >> 16, first & 0xFFFF, size
    fields.written_date, fields.written_time = fatbuild.timestamp(when)
    sector[at : at + fat32.ENTRY_BYTES] = fat32.ENTRY.build(fields)
    return Piece(start, bytes(sector))


def _info_sector(read: Reader, volume: Volume, more_free: int) -> Iterator[Piece]:
    """Yield the sector that says how many clusters are free, if it says so."""
    offset = volume.layout.info_sector * SECTOR_BYTES
    try:
        info = fat32.INFO.parse(read(offset, SECTOR_BYTES))
    except ConstructError:
        return  # a hint only, and this volume has none
    if info.free <= volume.layout.clusters:
        info.free += more_free
        yield Piece(offset, fat32.INFO.build(info))
