# SPDX-License-Identifier: BSD-3-Clause
"""UF2 firmware files: blocks of bytes for flash, as microcontrollers take them from a disk.

Source: the UF2 specification, github.com/microsoft/uf2 (file format, block format).
"""

from __future__ import annotations

from pathlib import Path

from construct import Bytes, Const, ConstError, Int32ul, Struct

from uk_board.errors import UkBoardError

BLOCK_BYTES = 512
_BLOCK = Struct(
    "magic0" / Const(0x0A324655, Int32ul),
    "magic1" / Const(0x9E5D5157, Int32ul),
    "flags" / Int32ul,
    "address" / Int32ul,
    "size" / Int32ul,
    "number" / Int32ul,
    "count" / Int32ul,
    # With the flag below: which chips it is for; else the size of the file
    "family" / Int32ul,
    "data" / Bytes(476),
    "magic2" / Const(0x0AB16F30, Int32ul),
)
_NOT_FOR_FLASH, _HAS_FAMILY = 0x0001, 0x2000
# The UF2 specification, utils/uf2families.json
FAMILIES = {0xE48BFF56: "rp2040", 0xE48BFF59: "rp2350"}


def read_uf2(raw: bytes, where: str) -> tuple[list[tuple[int, bytes]], set[int]]:
    """Return what a file has for flash, as bytes by ascending address, and its families.

    Consecutive blocks are joined. Raises: UkBoardError where it is no UF2 file.
    """
    if not raw or len(raw) % BLOCK_BYTES:
        problem = f"{len(raw)} bytes; a UF2 file is whole blocks of {BLOCK_BYTES}"
        raise UkBoardError(where, problem)
    pieces: dict[int, bytes] = {}
    families = set()
    for at in range(0, len(raw), BLOCK_BYTES):
        try:
            block = _BLOCK.parse(raw[at : at + BLOCK_BYTES])
        except ConstError:
            raise UkBoardError(where, f"no UF2 block at byte {at}: magic number") from None
        if block.size > len(block.data):
            raise UkBoardError(where, f"block at byte {at} says it has {block.size} of 476 bytes")
        if block.flags & _NOT_FOR_FLASH:
            continue
        pieces[block.address] = block.data[: block.size]
        if block.flags & _HAS_FAMILY:
            families.add(block.family)
    return _joined(pieces), families


def _joined(pieces: dict[int, bytes]) -> list[tuple[int, bytes]]:
    joined: list[tuple[int, bytes]] = []
    for address, data in sorted(pieces.items()):
        if joined and joined[-1][0] + len(joined[-1][1]) == address:
            joined[-1] = (joined[-1][0], joined[-1][1] + data)
        else:
            joined.append((address, data))
    return joined


def load_uf2(file: Path, target: str) -> list[tuple[int, bytes]]:
    """Return what `file` has for the flash of `target`. Raises: UkBoardError."""
    segments, families = read_uf2(file.read_bytes(), str(file))
    names = {FAMILIES[family] for family in families if family in FAMILIES}
    if names and target in FAMILIES.values() and target not in names:
        raise UkBoardError(str(file), f"is for {', '.join(sorted(names))}; the chip is {target}")
    return segments
