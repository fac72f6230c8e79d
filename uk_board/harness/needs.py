# SPDX-License-Identifier: BSD-3-Clause
"""What a test may need of a board and of the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from uk_board.emulation.launch import machine_of
from uk_board.emulation.network import WITHOUT_LINK
from uk_board.errors import UkBoardError, UsageError
from uk_board.facts.board import Board, Emulator

_ALONE = (
    "boot-arguments",
    "card",
    "exit-status",
    "i2c",
    "link",
    "lonely-network",
    "network",
    "spi",
    "stimulus",
    "storage",
    "usb-hotplug",
    "virtual-time",
)
_NAMED = ("device", "i2c", "spi")


def split_need(need: str) -> tuple[str, str]:
    """Return what a need says: "i2c:tmp105" is a kind and a name, "network" a kind alone.

    Raises: UkBoardError when no place knows such a need.
    """
    kind, _, name = need.partition(":")
    if need in _ALONE or (kind in _NAMED and name):
        return kind, name
    known = ", ".join((*_ALONE, "i2c:<part>", "spi:<part>", "device:<name>"))
    raise UkBoardError(f'needs("{need}")', f"unknown; known: {known}")


def lacks_device(board: Board, name: str) -> str:
    """Return why a board does not offer a device; empty if it does."""
    return "" if name in board.devices else f"the board has no device {name}"


def check_offers(where: str, offers: Sequence[str]) -> None:
    """Raise UsageError for an offer that no test can need: it would be silently of no use."""
    for offer in offers:
        try:
            split_need(offer.partition("@")[0])
        except UkBoardError as error:
            raise UsageError(f"{where}: offers", f'"{offer}" is {error.problem}') from error


def is_offered(need: str, offers: Sequence[str]) -> bool:
    """Tell whether a list of offers, such as "i2c:tmp105@0x48", has what a test needs."""
    parts = [offer.partition("@")[0] for offer in offers]
    return need in parts or any(part.startswith(f"{need}:") for part in parts)


def emulator_lacks(board: Board, need: str) -> str:
    """Return why a board does not offer a need in its emulator; empty if it does.

    Raises: UkBoardError when no place knows such a need, or the board has no emulator.
    """
    machine = machine_of(board)
    kind, name = split_need(need)
    if kind == "device":
        return lacks_device(board, name)
    if kind in ("i2c", "spi"):
        buses = machine.i2c_buses if kind == "i2c" else machine.spi_buses
        return "" if buses else f"its emulator has no {kind.upper()} bus"
    if kind in ("network", "link", "lonely-network"):
        return _lacks_network(board, machine, link=kind == "link")
    if kind in ("card", "storage"):
        return "" if board.storage else "its descriptor names no storage"
    if kind == "usb-hotplug":
        usb = (machine.network or "").startswith("usb-")
        return "" if usb else "its emulator has no USB device that could be plugged in"
    return ""


def _lacks_network(board: Board, machine: Emulator, *, link: bool) -> str:
    if not board.network:
        return "its descriptor names no network device"
    if machine.network is None:
        return "its emulator has no network device"
    device = machine.network.partition(",")[0]
    return f"QEMU's {device} tells of no link" if link and device in WITHOUT_LINK else ""
