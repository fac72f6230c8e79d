# SPDX-License-Identifier: BSD-3-Clause
"""Whether a device holds a part of a RAID, LVM, ZFS, or an encrypted volume: by its own marks.

What is a member is in use although nothing of it is mounted. Sources: Linux,
include/uapi/linux/raid/md_p.h (RAID); lvm2, lib/format_text (LVM2); OpenZFS,
include/sys/uberblock_impl.h and vdev_impl.h (ZFS); LUKS2 on-disk format specification 1.1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

# Returns `size` bytes at an offset, fewer where the device ends.
ReadAt = Callable[[int, int], bytes]

_RAID_MAGIC = 0xA92B4EFC
_UBERBLOCK = 0x00BAB10C
_LABEL_BYTES = 256 << 10
_UBERBLOCKS = range(128 << 10, _LABEL_BYTES, 1 << 10)


def member_of(read: ReadAt, size_bytes: int) -> str:
    """Return of what a device is a member, "" when of nothing that is known."""
    if _is_raid(read, size_bytes):
        return "a RAID"
    if any(read(sector * 512, 8) == b"LABELONE" for sector in range(4)):
        return "LVM"
    if read(0, 6) == b"LUKS\xba\xbe":
        return "an encrypted volume (LUKS)"
    if _is_zfs(read, size_bytes):
        return "ZFS"
    return ""


def _is_raid(read: ReadAt, size_bytes: int) -> bool:
    """Version 1.1 is at the start, 1.2 at 4 KiB, 1.0 and 0.90 near the end."""
    old = (size_bytes & ~0xFFFF) - 0x10000
    new = (size_bytes // 512 - 16 & ~7) * 512
    places = (0, 4096, old, new)
    raw = (read(place, 4) for place in places if place >= 0)
    return any(len(mark) == 4 and struct.unpack("<I", mark)[0] == _RAID_MAGIC for mark in raw)


def _is_zfs(read: ReadAt, size_bytes: int) -> bool:
    """Four labels, two at each end; any uberblock in the first of them will do."""
    for label in (0, _LABEL_BYTES, size_bytes - 2 * _LABEL_BYTES, size_bytes - _LABEL_BYTES):
        if label < 0:
            continue
        for place in _UBERBLOCKS:
            mark = read(label + place, 8)
            if _UBERBLOCK in (int.from_bytes(mark, "little"), int.from_bytes(mark, "big")):
                return True
    return False
