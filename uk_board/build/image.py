# SPDX-License-Identifier: BSD-3-Clause
"""The image as a file: its arm64 Image header, verified and completed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from construct import Const, ConstError, Int32ul, Int64ul, StreamError, Struct
from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from uk_board.errors import UkBoardError
from uk_board.facts.board import Board

HEADER_BYTES = 64
# Linux Documentation/arch/arm64/booting.rst, "Call the kernel image": little
# endian (bit 0), 4 KiB pages (bits 1-2), anywhere in memory (bit 3).
FLAGS = 0xA
# booting.rst: the image lies text_offset bytes from a 2 MiB aligned base.
ALIGNMENT = 2 << 20

# Linux Documentation/arch/arm64/booting.rst, "Call the kernel image".
_HEADER = Struct(
    "code0" / Int32ul,
    "code1" / Int32ul,
    "text_offset" / Int64ul,
    "image_size" / Int64ul,
    "flags" / Int64ul,
    "res2" / Int64ul,
    "res3" / Int64ul,
    "res4" / Int64ul,
    "magic" / Const(b"ARM\x64"),
    "res5" / Int32ul,
)
# Arm ARM C6.2.26, B: bits 31-26 are 0b000101.
_BRANCH_MASK, _BRANCH = 0xFC000000, 0x14000000


@dataclass(frozen=True)
class ImageHeader:
    """The fields that a boot loader reads; the size counts what is not in the file."""

    text_offset: int
    image_size: int
    flags: int


def read_header(raw: bytes, where: str = "image") -> ImageHeader:
    """Return the arm64 Image header of `raw`.

    Raises:
        UkBoardError: `raw` does not begin with one.
    """
    fields = _parsed(raw, where)
    return ImageHeader(fields.text_offset, fields.image_size, fields.flags)


def _parsed(raw: bytes, where: str) -> Any:
    try:
        fields = _HEADER.parse(raw[:HEADER_BYTES])
    except StreamError:
        raise UkBoardError(
            where, f"{len(raw)} bytes; an arm64 Image has a header of {HEADER_BYTES}"
        ) from None
    except ConstError:
        raise UkBoardError(
            where, f'no magic number at 0x38 but {raw[0x38:0x3C]!r}; an arm64 Image has "ARM\\x64"'
        ) from None
    if fields.code0 & _BRANCH_MASK != _BRANCH:
        raise UkBoardError(
            where, f"the first word 0x{fields.code0:08x} is no branch; code starts with one"
        )
    return fields


def finish_image(
    raw: bytes, *, load_address: int, memory_bytes: int, where: str = "image"
) -> bytes:
    """Return `raw` with its Image header verified and complete.

    `memory_bytes` is what the image takes from `load_address` on, with all
    that the file does not carry (bss, stacks).

    Raises:
        UkBoardError: there is no header, or it contradicts the load address.
    """
    fields = _parsed(raw, where)
    text_offset = load_address % ALIGNMENT
    if fields.text_offset not in (0, text_offset):
        raise UkBoardError(
            where,
            f"text_offset is 0x{fields.text_offset:x}; load address 0x{load_address:x}"
            f" is 0x{text_offset:x} above a 2 MiB boundary",
        )
    if memory_bytes < len(raw):
        raise UkBoardError(
            where, f"{memory_bytes} bytes of memory hold a file of {len(raw)}; it must be less"
        )
    fields.text_offset = text_offset
    fields.image_size = memory_bytes
    fields.flags = FLAGS
    header: bytes = _HEADER.build(fields)
    return header + raw[HEADER_BYTES:]


def write_image(board: Board, elf: Path, raw: Path, image: Path) -> int:
    """Make `image` of what objcopy wrote; return its size in bytes.

    Raises:
        UkBoardError: the image cannot be started on `board`.
    """
    start, end = load_extent(elf)
    if start != board.load_address:
        raise UkBoardError(
            str(elf), f"begins at 0x{start:x}; {board.name} loads it to 0x{board.load_address:x}"
        )
    check_place(board, start, end, str(elf))
    finished = finish_image(
        raw.read_bytes(),
        load_address=board.load_address,
        memory_bytes=end - start,
        where=str(raw),
    )
    new = image.with_name(image.name + ".new")
    new.write_bytes(finished)
    new.replace(image)
    return len(finished)


def check_place(board: Board, start: int, end: int, where: str) -> None:
    """Check that [start, end) is RAM, and nobody else's.

    Raises:
        UkBoardError: it is not.
    """
    if not any(ram.base <= start and end <= ram.base + ram.size for ram in board.ram):
        known = ", ".join(f"0x{ram.base:x}-0x{ram.base + ram.size:x}" for ram in board.ram)
        raise UkBoardError(
            where, f"0x{start:x}-0x{end:x} is not all RAM of {board.name}; RAM: {known}"
        )
    for taken in board.reserved:
        if start < taken.base + taken.size and taken.base < end:
            raise UkBoardError(
                where,
                f"0x{start:x}-0x{end:x} overlaps what {board.name} reserves:"
                f" 0x{taken.base:x}-0x{taken.base + taken.size:x}",
            )


def load_extent(elf: Path) -> tuple[int, int]:
    """Return the lowest address that `elf` loads and the end of its memory.

    The code of the image may move data from where it was loaded (p_paddr)
    to where it belongs (p_vaddr).

    Raises:
        UkBoardError: not an ELF file, or it loads nothing.
    """
    with elf.open("rb") as stream:
        try:
            segments = [
                segment.header
                for segment in ELFFile(stream).iter_segments()
                if segment.header.p_type == "PT_LOAD" and segment.header.p_memsz
            ]
        except ELFError as error:
            raise UkBoardError(
                str(elf), f"not an ELF file ({error}); the linker writes one"
            ) from None
    if not segments:
        raise UkBoardError(str(elf), "nothing to load; an image has at least its code")
    start: int = min(header.p_paddr for header in segments)
    end: int = max(header.p_vaddr + header.p_memsz for header in segments)
    return start, end
