# SPDX-License-Identifier: BSD-3-Clause
"""Debian's U-Boot on an emulated board: for trying what is done with U-Boot, without a board."""

from __future__ import annotations

from pathlib import Path

from uk_board.build.build import default_out
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.errors import BenchError, DescriptorError, UsageError
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders
from uk_board.media import fdt
from uk_board.media.firmware import bring, firmware_of, material, read_package
from uk_board.media.layout import gather
from uk_board.tree import tree


def uboot_file(board: Board) -> Path:
    """Return U-Boot for the board, fetched when it is not there. Raises: UkBoardError."""
    if board.uboot is None:
        raise UsageError(board.name, "has no U-Boot; [uboot] in its file would name one")
    name = board.uboot.package
    wanted = read_package(name, board, board_folders((board.path.parent,)))
    file = bring({name: wanted})[name].content / board.uboot.path
    if not file.is_file():
        raise DescriptorError(f"{board.path}: uboot.path", f"{name} has no {board.uboot.path}")
    return file


def emulator_with_uboot(board: Board, folder: Path | None = None) -> Emulator:
    """Return an emulator, not started, that runs U-Boot with its console on ours.

    `folder` gets the device tree. Raises: UkBoardError.
    """
    file = uboot_file(board)
    if board.medium is None:
        return Emulator(board, Launch(file, firmware=True))
    folder = folder or default_out(tree()) / board.name / "uboot"
    place = folder / "board.dtb"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_device_tree(board))
    except OSError as error:
        raise BenchError(str(place), f"cannot be written: {error.strerror}") from error
    return Emulator(board, Launch(file, device_tree=place))


def _device_tree(board: Board) -> bytes:
    """Return the board's device tree; U-Boot's console is set to the board's."""
    folders = board_folders((board.path.parent,))
    used = bring(firmware_of(board, "", folders))
    name = board.device_trees[0]
    blob = gather(board, b"", material(used)).files[name]
    root = fdt.parse(blob, name)
    console = board.devices[board.console].node
    root.nodes["chosen"].properties["stdout-path"] = f"{console}:{board.baud}n8".encode() + b"\0"
    return fdt.build(root)
