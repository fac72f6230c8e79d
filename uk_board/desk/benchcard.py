# SPDX-License-Identifier: BSD-3-Clause
"""The card of a board on the bench: in its reader, by way of its SD-mux if it has one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from uk_board.desk import power
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.errors import BenchError, MissingError
from uk_board.serial.adapters import cards

# After a mux has switched, the reader finds the card as if it was put in.
_SETTLE_S = 10.0
_PERIOD_S = 0.2


def card_in(place: Place, machine: Machine) -> Path:
    """Return the node of the card in a place's reader. Raises: MissingError, BenchError."""
    assert place.reader is not None, "a place without a reader has no card"
    wanted = place.reader.wanted
    nodes = [machine.dev / disk.name for disk, reader in cards(machine) if wanted.fits(reader)]
    if not nodes:
        others = ", ".join(f"{disk.name} at USB {reader.path}" for disk, reader in cards(machine))
        raise MissingError(
            place.name, f"no card is in its reader ({wanted}); cards: {others or 'none'}"
        )
    if len(nodes) > 1:
        names = ", ".join(map(str, nodes))
        raise BenchError(place.name, f"its reader has {len(nodes)} cards, one is expected: {names}")
    return nodes[0]


def fetch_card(
    place: Place,
    machine: Machine,
    do: Callable[[str], None] = power.do,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Give the card to this machine and return its node. Raises: UkBoardError."""
    if place.sd_mux is None:
        return card_in(place, machine)
    do(place.sd_mux.to_host)
    deadline_s = clock() + _SETTLE_S
    while True:
        try:
            return card_in(place, machine)
        except MissingError:
            if clock() >= deadline_s:
                raise
        sleep(_PERIOD_S)


def return_card(place: Place, do: Callable[[str], None] = power.do) -> None:
    """Give the card back to the board, if a mux can. Raises: UkBoardError."""
    if place.sd_mux is not None:
        do(place.sd_mux.to_board)
