# SPDX-License-Identifier: BSD-3-Clause
"""A medium as an emulated board would boot it: what its firmware hands over, as files for QEMU."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uk_board.build.image import ALIGNMENT, read_header
from uk_board.emulation.card import shown_bytes
from uk_board.errors import BenchError, UkBoardError
from uk_board.facts.board import Board
from uk_board.media.bootfiles import BootFiles, read_boot_files
from uk_board.media.layout import facts_of
from uk_board.media.medium import Medium, open_medium

KERNEL = "kernel8.img"
DEVICE_TREE = "board.dtb"


@dataclass(frozen=True)
class Extracted:
    """What was taken from a medium; `device_tree` None: there is none for this board on it."""

    kernel: Path
    arguments: str
    device_tree: Path | None


def extract(board: Board, medium: Path, folder: Path) -> Extracted:
    """Write what `board` would start from `medium` into `folder`.

    Raises:
        UsageError: the board has no medium.
        UkBoardError: the medium cannot boot, or would put the image where QEMU does not.
        BenchError: the medium cannot be read, or the folder not be written.
    """
    facts = facts_of(board)
    with open_medium(medium) as opened:
        _check_shown(opened)
        files = read_boot_files(opened, board.device_trees, facts.filters)
    _check_address(files, str(medium))
    kernel, tree = folder / KERNEL, folder / DEVICE_TREE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kernel.write_bytes(files.kernel)
        if files.device_tree is not None:
            tree.write_bytes(files.device_tree)
    except OSError as error:
        raise BenchError(str(folder), f"cannot be written: {error.strerror}") from error
    return Extracted(kernel, files.arguments, tree if files.device_tree is not None else None)


def kernel_of(board: Board, medium: Path, folder: Path) -> Path:
    """Write the board's image, as it is on a medium, into `folder`. Raises: UkBoardError."""
    name = facts_of(board).kernel
    with open_medium(medium) as opened:
        data = opened.file(name)
    if data is None:
        raise UkBoardError(str(medium), f"has no {name}")
    try:
        (folder / name).write_bytes(data)
    except OSError as error:
        raise BenchError(str(folder), f"cannot be written: {error.strerror}") from error
    return folder / name


def _check_shown(medium: Medium) -> None:
    """Let nobody test a medium whose end QEMU's card does not show."""
    partition, shown = medium.boot_partition(), shown_bytes(medium.size_bytes)
    end = partition.offset + partition.size_bytes
    if shown < end <= medium.size_bytes:
        raise UkBoardError(
            str(medium.path),
            f"its partition ends at {end:,}, and of {medium.size_bytes:,} bytes QEMU's card shows"
            f" {shown:,}, a power of two",
            hint=f"for an image file: truncate -s {2 * shown} {medium.path}",
        )


def _check_address(files: BootFiles, medium: str) -> None:
    """QEMU goes by the Image header alone; the firmware by config.txt first."""
    where = f"{medium}: {files.kernel_name}"
    header = read_header(files.kernel, where)
    emulated = header.text_offset or ALIGNMENT
    if files.load_address != emulated:
        raise UkBoardError(
            where,
            f"is loaded to 0x{files.load_address:x} by config.txt, and was made for"
            f" 0x{emulated:x}: on the board it would not start",
        )
