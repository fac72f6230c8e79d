# SPDX-License-Identifier: BSD-3-Clause
"""What a test's marks ask for: what is booted and how, what must be offered for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from uk_board.emulation.network import Network, parse_forward
from uk_board.emulation.runner import Image
from uk_board.harness.session import Session
from uk_board.harness.station import Setup, Station

DEFAULT_APP = "hello"


def app_of(item: pytest.Item) -> str:
    """Return the app that is built and booted for a test."""
    return _word(item, "app") or DEFAULT_APP


def ready_of(item: pytest.Item) -> str:
    """Return what the board prints first, as a regular expression; empty: nothing is awaited."""
    return _word(item, "shared_boot")


def shares_boot(item: pytest.Item) -> bool:
    """Return whether a test may go on with what an equal one left booted."""
    return item.get_closest_marker("shared_boot") is not None


def lacking(item: pytest.Item, station: Station) -> str:
    """Return what a test needs that is not offered, and why; or nothing. Raises: UkBoardError."""
    needs = [need for mark in item.iter_markers("needs") for need in mark.args]
    if _word(item, "boot_arguments"):
        needs.append("boot-arguments")
    network = item.get_closest_marker("network")
    if network and not network.kwargs.get("server", True):
        needs.append("lonely-network")
    lacks = ((need, station.lacks(need)) for need in needs)
    return next((f'"{need}": {reason}' for need, reason in lacks if reason), "")


def setup_of(item: pytest.Item, session: Session, station: Station, card: Path | None) -> Setup:
    """Return what a test wants to have booted. Raises: UkBoardError."""
    image = session.image(station.board, app_of(item))
    virtual = item.get_closest_marker("virtual_time")
    virtual = None if station.lacks("virtual-time") else virtual
    words = [_word(item, "boot_arguments"), *(virtual.args if virtual else ())]
    arguments = " ".join(filter(None, words))
    return Setup(image, arguments, virtual is not None, _network(item, image), card)


def _network(item: pytest.Item, image: Image) -> Network | None:
    """Return what a test's mark says of the network; only images that use one have it."""
    if not image.network:
        return None
    mark = item.get_closest_marker("network")
    ports = mark.kwargs.get("ports", ()) if mark else ()
    forwards = tuple(parse_forward(f"0:{port}") for port in ports)
    told = {
        name: mark.kwargs[name] for name in ("server", "plugged") if mark and name in mark.kwargs
    }
    return Network(forwards, **told)


def _word(item: pytest.Item, mark_name: str) -> str:
    mark = item.get_closest_marker(mark_name)
    return str(mark.args[0]) if mark and mark.args else ""
