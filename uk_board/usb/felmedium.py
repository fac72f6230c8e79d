# SPDX-License-Identifier: BSD-3-Clause
"""What a board in FEL is sent: taken from the medium that it would boot from.

First loader, Trusted Firmware, image and device tree are those of the card; in U-Boot's place is
a start of our own (felthunks.py), which needs no script and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from uk_board.errors import UkBoardError, UsageError
from uk_board.facts.board import Board
from uk_board.media import egon, fit
from uk_board.media.layout import facts_of
from uk_board.media.medium import Medium
from uk_board.usb.felfacts import FelFacts
from uk_board.usb.felthunks import TREE_OFFSET, start_of_image

# Before the first partition; Debian's U-Boot has less than 1 MiB.
_LARGEST_FIT_BYTES = 4 << 20
# Trusted Firmware unpacks and changes the tree in place: TF-A, sunxi_prepare_dtb.c.
_LARGEST_TREE_BYTES = 64 << 10


@dataclass(frozen=True)
class Load:
    """A part of what is started, and where it goes; `name` is for people."""

    name: str
    address: int
    data: bytes

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + len(self.data)


@dataclass(frozen=True)
class Parts:
    """All that is sent: the first loader, what goes where, and who starts, in AArch64 at EL3."""

    loader: bytes
    loads: tuple[Load, ...]
    entry: int


def fel_facts(board: Board) -> FelFacts:
    """Return what the board's chip says of FEL. Raises: UsageError when it has none."""
    if board.fel is None:
        raise UsageError(board.name, f"has a {board.soc}, of which no FEL is known: [fel] says it")
    return board.fel


def parts_of(medium: Medium, board: Board) -> Parts:
    """Return what `board` would start from a medium.

    Raises:
        UsageError: the board has no FEL, or no medium.
        UkBoardError: the medium lacks something, or it does not fit into the board's memory.
    """
    where = str(medium.path)
    loader, tree_name, package = _loader(medium)
    _check_board(tree_name, board, where)
    kernel_name = facts_of(board).kernel
    kernel, tree = medium.file(kernel_name), _tree(medium, tree_name)
    if kernel is None:
        raise UkBoardError(where, f"has no {kernel_name}; the image is expected under this name")
    monitor, further, base = _firmware(package, tree_name, where)
    if len(tree) > _LARGEST_TREE_BYTES - TREE_OFFSET:
        raise UkBoardError(f"{where}: {tree_name}.dtb", f"has {len(tree):,} bytes; 61,440 fit")
    start = Load("start", base, start_of_image(base, board.load_address, tree))
    image = Load(kernel_name, board.load_address, kernel)
    loads = (Load(monitor.name, monitor.load or 0, monitor.data), *further, start, image)
    _check_places(loads, board, where)
    assert monitor.entry is not None, "it was chosen by that"
    return Parts(loader, loads, monitor.entry)


def _loader(medium: Medium) -> tuple[bytes, str, bytes]:
    """Return the first loader, the name of its device tree, and what lies behind it."""
    where = f"{medium.path} at 0x{egon.CARD_OFFSET:x}"
    spl = egon.parse(medium.read(egon.CARD_OFFSET, egon.LARGEST_BYTES), where)
    if not spl.device_tree:
        raise UkBoardError(where, "does not say for which board it is; U-Boot's loaders do")
    end = egon.CARD_OFFSET + spl.length_bytes
    size = min(_LARGEST_FIT_BYTES, medium.size_bytes) - end
    return medium.read(egon.CARD_OFFSET, spl.length_bytes), spl.device_tree, medium.read(end, size)


def _check_board(tree_name: str, board: Board, where: str) -> None:
    """Raise UkBoardError for another board's loader: it would set up DRAM that is not there."""
    names = [name.removesuffix(".dtb") for name in board.device_trees]
    if tree_name not in names:
        raise UkBoardError(
            where,
            f"has the first loader of {tree_name}; {board.name} is one of: {', '.join(names)}",
        )


def _tree(medium: Medium, name: str) -> bytes:
    """Return the tree that U-Boot would read: the loader's head says which."""
    volume = medium.volume()
    for entry in volume.walk():
        if not entry.is_folder and entry.path.rpartition("/")[2] == f"{name}.dtb":
            return volume.read_file(entry)
    raise UkBoardError(str(medium.path), f"has no {name}.dtb, the tree of its first loader's board")


def _firmware(package: bytes, tree_name: str, where: str) -> tuple[fit.Part, list[Load], int]:
    """Return Trusted Firmware, what else is loaded with it, and where U-Boot would be."""
    where = f"{where}: U-Boot's parts"
    found = fit.parse(package, where)
    fitting = [each for each in found.configurations if each.description == tree_name]
    if not fitting:
        known = ", ".join(each.description for each in found.configurations) or "none"
        raise UkBoardError(where, f"are not for {tree_name}, as the first loader is; for: {known}")
    parts = [part for part in found.parts if part.name in fitting[0].parts]
    monitors = [part for part in parts if part.entry is not None and part.load is not None]
    uboots = [part for part in parts if part.kind == "standalone" and part.load is not None]
    if len(monitors) != 1 or len(uboots) != 1:
        raise UkBoardError(
            where,
            f"are {_names(parts)}; one with an entry (Trusted Firmware) and one standalone"
            " (U-Boot) are expected",
        )
    others = [part for part in parts if part not in (*monitors, *uboots)]
    further = [Load(part.name, part.load, part.data) for part in others if part.load is not None]
    return monitors[0], further, uboots[0].load or 0


def _names(parts: Sequence[fit.Part]) -> str:
    return ", ".join(part.name for part in parts) or "none"


def _check_places(loads: Sequence[Load], board: Board, where: str) -> None:
    """Raise UkBoardError where a part overlaps another, or leaves RAM."""
    ordered = sorted(loads, key=lambda load: load.address)
    for one, other in pairwise(ordered):
        # Trusted Firmware writes behind the tree.
        end = one.end + (_LARGEST_TREE_BYTES if one.name == "start" else 0)
        if end > other.address:
            raise UkBoardError(
                f"{where}: {one.name}",
                f"has {len(one.data):,} bytes at 0x{one.address:x} and reaches into {other.name}"
                f" at 0x{other.address:x}",
            )
    base, end = board.ram[0].base, max(region.end for region in board.ram)
    for load in ordered:
        if load.address >= base and load.end > end:
            raise UkBoardError(
                f"{where}: {load.name}", f"ends at 0x{load.end:x}, behind RAM: it ends at 0x{end:x}"
            )
