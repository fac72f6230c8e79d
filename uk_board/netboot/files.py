# SPDX-License-Identifier: BSD-3-Clause
"""Which files boards may fetch: those of their medium, and a script for U-Boot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from uk_board.errors import UkBoardError
from uk_board.facts.board import Board
from uk_board.media import uimage
from uk_board.media.medium import open_medium
from uk_board.netboot.tftp import Find
from uk_board.netboot.wire import Peer

# U-Boot, boot/bootmeth_script.c runs a boot file that is a script.
SCRIPT = "boot.scr.uimg"
KERNEL = "kernel8.img"
# Raspberry Pi documentation, TFTP_PREFIX: a board's serial number, or its MAC address.
_PREFIX = re.compile(r"[0-9a-f]{8}|([0-9a-f]{2}-){5}[0-9a-f]{2}")


def kernel_name(board: Board) -> str:
    """Return what the image is called."""
    return board.medium.kernel if board.medium else KERNEL


def script(board: Board) -> str:
    """Return what U-Boot does to fetch the image and start it."""
    place = f"0x{board.load_address:x}"
    # U-Boot, common/board_r.c sets fdtcontroladdr: the device tree that it uses itself.
    return f"tftpboot {place} {kernel_name(board)} && booti {place} - ${{fdtcontroladdr}}\n"


def gather(board: Board, image: Path, medium: Path | None) -> dict[str, bytes]:
    """Return the files for a board: those on its medium, or the image alone.

    Raises: UkBoardError when the medium cannot be read.
    """
    files: dict[str, bytes] = {}
    if medium is None:
        try:
            files[kernel_name(board)] = image.read_bytes()
        except OSError as error:
            raise UkBoardError(str(image), f"cannot be read: {error.strerror}") from error
    else:
        with open_medium(medium) as opened:
            volume = opened.volume()
            for entry in volume.walk():
                if not entry.is_folder:
                    files[entry.path] = volume.read_file(entry)
    if board.uboot is not None:
        files[SCRIPT] = uimage.script(script(board), name=f"uk-board {board.name}")
    return files


def finder(files: Mapping[str, bytes], prefix: str | None = None) -> Find:
    """Return what finds a file by the name in a request; nothing else is ever read.

    Raspberry Pis put their serial number or MAC address before each name; with `prefix`, only
    that board is served: one that came with another prefix gets nothing any more.
    """
    strangers: set[str] = set()

    def find(name: str, client: Peer) -> bytes | None:
        first, slash, rest = name.lstrip("/").partition("/")
        if slash and _PREFIX.fullmatch(first.lower()):
            if prefix is not None and first.lower() != prefix.lower():
                strangers.add(client[0])
            name = rest
        return None if client[0] in strangers else files.get(name.lstrip("/"))

    return find
