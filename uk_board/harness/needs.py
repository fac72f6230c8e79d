# SPDX-License-Identifier: BSD-3-Clause
"""What a test may need of a board and of the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from uk_board.board import Board
from uk_board.errors import UkBoardError

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


def is_offered(need: str, offers: Sequence[str]) -> bool:
    """Tell whether a list of offers, such as "i2c:tmp105@0x48", has what a test needs."""
    parts = [offer.partition("@")[0] for offer in offers]
    return need in parts or any(part.startswith(f"{need}:") for part in parts)
