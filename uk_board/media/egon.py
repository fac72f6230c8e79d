# SPDX-License-Identifier: BSD-3-Clause
"""The head of an Allwinner boot loader (eGON.BT0), which the boot ROM of the A64 checks.

Source: U-Boot, include/sunxi_image.h and tools/sunxi_egon.c.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from construct import Array, Const, ConstructError, Int8ul, Int32ul, Padded, Struct

from uk_board.errors import UkBoardError

# Where the boot ROM looks on a card: A64 boot ROM, SD sector 16 (linux-sunxi, Boot ROM).
CARD_OFFSET = 8 << 10
# What the boot ROM reads at most, into SRAM A1.
LARGEST_BYTES = 32 << 10
# tools/sunxi_egon.c: the length is a multiple of this.
PADDING = 8 << 10
_STAMP = 0x5F0A6C39
# ARM branch over the header: 0xea000016 goes to 0x60.
_BRANCH = 0xEA000016

HEADER = Struct(
    "branch" / Int32ul,
    "magic" / Const(b"eGON.BT0"),
    "checksum" / Int32ul,
    "length" / Int32ul,
    "spl_magic" / Const(b"SPL"),
    "spl_version" / Int8ul,
    "fel_script_address" / Int32ul,
    "fel_uenv_length" / Int32ul,
    "dt_name_offset" / Int32ul,
    "dram_mib" / Int32ul,
    "boot_media" / Int32ul,
    "strings" / Padded(52, Array(13, Int32ul)),
)
HEADER_BYTES = HEADER.sizeof()


@dataclass(frozen=True)
class Spl:
    """What the head of a first boot loader says; `length_bytes` is of loader and head."""

    length_bytes: int
    checksum: int
    device_tree: str = ""


def checksum(image: bytes, length: int) -> int:
    """Return the sum over `length` bytes of an image, its own field taken as the stamp."""
    words = struct.unpack(f"<{length // 4}I", image[:length])
    field: int = struct.unpack_from("<I", image, 12)[0]
    total: int = sum(words) - field + _STAMP
    return total & 0xFFFFFFFF


def parse(image: bytes, where: str) -> Spl:
    """Return what the head says. Raises: UkBoardError when it is none, or not true."""
    try:
        fields = HEADER.parse(image[:HEADER_BYTES])
    except ConstructError:
        raise UkBoardError(
            where, 'is no boot loader for Allwinner; "eGON.BT0" is expected at 4'
        ) from None
    length = fields.length
    if not HEADER_BYTES <= length <= LARGEST_BYTES or length % 4:
        raise UkBoardError(where, f"says it has {length} bytes; 96 to 32768 are expected")
    if length > len(image):
        raise UkBoardError(where, f"is cut off: {len(image)} bytes of {length}")
    found = checksum(image, length)
    if found != fields.checksum:
        raise UkBoardError(
            where, f"is corrupt: its checksum is 0x{found:08x}; 0x{fields.checksum:08x} is expected"
        )
    return Spl(length, found, _name(image, fields.dt_name_offset, length))


def _name(image: bytes, offset: int, length: int) -> str:
    if not HEADER_BYTES - 52 <= offset < length:
        return ""
    return image[offset : offset + 64].partition(b"\0")[0].decode("ascii", "replace")


def build(code: bytes, *, where: str = "boot loader") -> bytes:
    """Return `code` (which runs at 0x60) with its head, padded. Raises: UkBoardError."""
    length = -(-(HEADER_BYTES + len(code)) // PADDING) * PADDING
    if length > LARGEST_BYTES:
        raise UkBoardError(where, f"{len(code)} bytes of code; {LARGEST_BYTES - HEADER_BYTES} fit")
    fields = {
        "branch": _BRANCH,
        "checksum": _STAMP,
        "length": length,
        "spl_version": 2,
        "fel_script_address": 0,
        "fel_uenv_length": 0,
        "dt_name_offset": 0,
        "dram_mib": 0,
        "boot_media": 0,
        "strings": [0] * 13,
    }
    image: bytes = (HEADER.build(fields) + code).ljust(length, b"\0")
    fields["checksum"] = checksum(image, length)
    head: bytes = HEADER.build(fields)
    return head + image[HEADER_BYTES:]
