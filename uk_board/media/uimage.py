# SPDX-License-Identifier: BSD-3-Clause
"""U-Boot's legacy image: the form in which it takes a boot script.

Source: U-Boot, include/image.h (struct legacy_img_hdr).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from construct import (
    Bytes,
    Const,
    ConstructError,
    Int8ub,
    Int32ub,
    Struct,
)

from uk_board.errors import UkBoardError

HEADER = Struct(
    "magic" / Const(0x27051956, Int32ub),
    "header_crc" / Int32ub,
    "time" / Int32ub,
    "size" / Int32ub,
    "load" / Int32ub,
    "entry" / Int32ub,
    "data_crc" / Int32ub,
    "os" / Int8ub,
    "architecture" / Int8ub,
    "kind" / Int8ub,
    "compression" / Int8ub,
    "name" / Bytes(32),
)
HEADER_BYTES = HEADER.sizeof()
# include/image.h: IH_OS_LINUX, IH_ARCH_ARM64, IH_TYPE_KERNEL, IH_TYPE_SCRIPT
LINUX, ARM64, KERNEL, SCRIPT = 5, 22, 2, 6
KINDS = {KERNEL: "kernel", 4: "multi-file", 5: "firmware", SCRIPT: "script"}


@dataclass(frozen=True)
class LegacyImage:
    """A legacy image, its sums found right."""

    name: str
    kind: int
    load: int
    entry: int
    data: bytes


def build(
    data: bytes, *, kind: int, name: str, load: int = 0, entry: int = 0, time: int = 0
) -> bytes:
    """Return an image with `data`; `time` is in seconds since 1970."""
    fields = {
        "header_crc": 0,
        "time": time,
        "size": len(data),
        "load": load,
        "entry": entry,
        "data_crc": zlib.crc32(data),
        "os": LINUX,
        "architecture": ARM64,
        "kind": kind,
        "compression": 0,
        "name": name.encode("ascii", "replace")[:32].ljust(32, b"\0"),
    }
    fields["header_crc"] = zlib.crc32(HEADER.build(fields))
    head: bytes = HEADER.build(fields)
    return head + data


def script(text: str, *, name: str = "boot script", time: int = 0) -> bytes:
    """Return a boot script for `source`: a table with its size, then the text."""
    raw = text.encode()
    return build(Int32ub.build(len(raw)) + bytes(4) + raw, kind=SCRIPT, name=name, time=time)


def parse(raw: bytes, where: str) -> LegacyImage:
    """Return the image in `raw`. Raises: UkBoardError when it is none, or corrupt."""
    try:
        fields = HEADER.parse(raw[:HEADER_BYTES])
    except ConstructError:
        raise UkBoardError(where, "is no legacy image; 27 05 19 56 is expected at 0") from None
    data = raw[HEADER_BYTES : HEADER_BYTES + fields.size]
    if len(data) < fields.size:
        raise UkBoardError(where, f"is cut off: {len(data)} bytes of {fields.size}")
    sums = {"header": fields.header_crc, "content": fields.data_crc}
    fields.header_crc = 0
    found = {"header": zlib.crc32(HEADER.build(fields)), "content": zlib.crc32(data)}
    for part, expected in sums.items():
        if found[part] != expected:
            raise UkBoardError(
                where,
                f"is corrupt: the CRC of its {part} is 0x{found[part]:08x};"
                f" 0x{expected:08x} is expected",
            )
    name = fields.name.partition(b"\0")[0].decode("ascii", "replace")
    return LegacyImage(name, fields.kind, fields.load, fields.entry, data)


def script_text(image: LegacyImage, where: str) -> str:
    """Return the text of a boot script. Raises: UkBoardError when it is none."""
    if image.kind != SCRIPT or len(image.data) < 8:
        raise UkBoardError(where, f"is a {KINDS.get(image.kind, image.kind)}; a script is expected")
    size = Int32ub.parse(image.data[:4])
    return image.data[8 : 8 + size].decode(errors="replace")
