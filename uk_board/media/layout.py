# SPDX-License-Identifier: BSD-3-Clause
"""A bootable medium for a board: firmware, configuration and image, each in its place."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from uk_board.errors import DescriptorError, UkBoardError, UsageError, known_names
from uk_board.facts.board import Board
from uk_board.media import fatbuild, mbr, uimage
from uk_board.media.extents import SECTOR_BYTES, Extents
from uk_board.media.facts import MediumFacts

CONFIG = "config.txt"
# Its first line is passed on (Raspberry Pi documentation, config.txt: "cmdline").
COMMAND_LINE = "cmdline.txt"
SCRIPT = "boot.scr"
LABEL = "UKBOARD"
# Where SD cards' erase blocks begin (SD Physical Layer Simplified Specification 9.10,
# 4.13.1: allocation units are 4 MiB and more); all firmware before it fits too.
PARTITION_OFFSET = 4 << 20
MIB = 1 << 20

# Returns the folder with the content of a firmware package.
Material = Callable[[str], Path]


@dataclass(frozen=True)
class Contents:
    """What a medium holds: files by name, and raw firmware by its offset in bytes."""

    files: Mapping[str, bytes]
    raw: Mapping[int, bytes]


def facts_of(board: Board) -> MediumFacts:
    """Return what the board says of its medium. Raises: UsageError when it says nothing."""
    if board.medium is None:
        raise UsageError(
            board.name,
            "boots from no medium; its image is started directly",
            hint=f"uk-board run {board.name}",
        )
    return board.medium


def passes_arguments(board: Board) -> bool:
    """Whether the firmware on the board's medium tells the image its boot arguments."""
    return board.medium is not None and bool(board.medium.config)


def gather(
    board: Board, image: bytes, material: Material, variant: str = "", arguments: str = ""
) -> Contents:
    """Return everything that a medium for `board`, or a variant of it, holds.

    `arguments` are what Raspberry Pi's firmware tells the image.

    Raises:
        UsageError: the board has no medium, or no such variant.
        DescriptorError: a firmware package has no such file.
        UkBoardError: a package cannot be had.
    """
    facts = facts_of(board)
    chosen = chosen_of(board, variant)
    files: dict[str, bytes] = {}
    for number, wanted in enumerate(facts.files):
        if wanted.variant not in chosen:
            continue
        where = f"{board.path}: medium.files[{number}]"
        file = _found(material(wanted.package), wanted.path, where)
        files[wanted.name or file.name] = file.read_bytes()
    raw = {
        wanted.offset: _found(
            material(wanted.package), wanted.path, f"{board.path}: medium.raw[{number}]"
        ).read_bytes()
        for number, wanted in enumerate(facts.raw)
        if wanted.variant in chosen
    }
    if facts.config:
        files[CONFIG] = config_text(board).encode()
    if arguments:
        files[COMMAND_LINE] = f"{arguments}\n".encode()
    if facts.script:
        files[SCRIPT] = uimage.script(facts.script, name=f"uk-board {board.name}")
    files[facts.kernel] = image
    return Contents(files, raw)


def chosen_of(board: Board, variant: str) -> tuple[str, str]:
    """Return of which variants firmware is taken: "" is that of all. Raises: UsageError."""
    known = facts_of(board).variants
    if variant and variant not in known:
        raise UsageError(board.name, f'has no variant "{variant}"; {known_names(variant, known)}')
    return "", variant or next(iter(known), "")


def _found(folder: Path, pattern: str, where: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise DescriptorError(where, f'"{pattern}" fits {names}; one file is expected')
    return found[0]


def config_text(board: Board) -> str:
    """Return config.txt: what the board's file says, and where its image goes."""
    facts = facts_of(board)
    added = {"kernel": facts.kernel, "kernel_address": f"0x{board.load_address:x}"}
    lines = [f"{key}={value}" for key, value in {**facts.config, **added}.items()]
    heading = f"# From boards/{board.path.name}; written by: uk-board image {board.name}"
    return "\n".join([heading, *lines, ""])


def lay_out(
    contents: Contents, size_bytes: int, *, when: datetime = fatbuild.EPOCH, where: str = "medium"
) -> Extents:
    """Return a medium with `contents`: the same contents and date give the same bytes.

    Raises:
        UkBoardError: they do not fit, or raw firmware lies in something else.
    """
    sectors = size_bytes // SECTOR_BYTES
    start = PARTITION_OFFSET // SECTOR_BYTES
    partition = mbr.Partition(mbr.FAT32_LBA, start, sectors - start, bootable=True)
    identity = _identity(contents)
    medium = Extents(size_bytes)
    medium.put(0, mbr.build(identity, [partition]))
    for offset, data in sorted(contents.raw.items()):
        if offset + len(data) > PARTITION_OFFSET:
            raise UkBoardError(
                where,
                f"firmware at 0x{offset:x} has {len(data)} bytes and reaches into the partition"
                f" at 0x{PARTITION_OFFSET:x}",
            )
        medium.put(offset, data)
    pieces = fatbuild.build(
        contents.files,
        start=start,
        sectors=partition.sectors,
        volume_id=identity,
        label=LABEL,
        when=when,
        where=where,
    )
    for piece in pieces:
        medium.put(partition.offset + piece.offset, piece.data)
    return medium


def _identity(contents: Contents) -> int:
    """Return a number for disk and volume that depends on what is on them and nothing else."""
    total = 0
    for name, data in sorted(contents.files.items()):
        total = zlib.crc32(data, zlib.crc32(name.encode(), total))
    for data in contents.raw.values():
        total = zlib.crc32(data, total)
    return total


def source_date(environment: Mapping[str, str]) -> datetime:
    """Return the date for all files: SOURCE_DATE_EPOCH, else FAT's earliest.

    Raises:
        UsageError: SOURCE_DATE_EPOCH is no number of seconds.
    """
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return fatbuild.EPOCH
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            "SOURCE_DATE_EPOCH", f'"{text}" is no date; seconds since 1970 are expected'
        ) from None
