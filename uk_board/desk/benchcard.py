# SPDX-License-Identifier: BSD-3-Clause
"""The card of a board on the bench: in its reader, by way of its SD-mux if it has one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from uk_board.desk import power, sdmux
from uk_board.desk.benchfile import Place
from uk_board.desk.sdmux import Found, Hands, Side
from uk_board.disk import facts, guard
from uk_board.disk.facts import Disk, Machine
from uk_board.errors import BenchError, MissingError, UkBoardError
from uk_board.serial.adapters import cards

# After a mux has switched, the reader finds the card as if it was put in.
_SETTLE_S = 10.0
_PERIOD_S = 0.2

Do = Callable[[str], None]


@dataclass(frozen=True)
class CardToCome:
    """The card of a board whose mux is not switched yet: nothing can be known of it."""

    place: str

    def __str__(self) -> str:
        return f"the card of {self.place}"


def card_in(place: Place, machine: Machine, hands: Hands | None = None) -> Path | CardToCome:
    """Return the node of the card in a place's reader, if its mux has not left it to the board.

    Raises: MissingError, BenchError.
    """
    mux = _mux_of(place, machine, hands)
    try:
        return _card_of(mux, place) if mux is not None else _card_in_reader(place, machine)
    except MissingError:
        if place.sd_mux is None or (mux is not None and mux.switch().side() is Side.HOST):
            raise
        return CardToCome(place.name)


def switching(place: Place, machine: Machine, hands: Hands | None = None) -> tuple[str, str]:
    """Return the steps before a card is written and after; empty ones without a mux.

    Raises: MissingError, BenchError when the mux is not there.
    """
    if place.sd_mux is None:
        return "", ""
    mux = _mux_of(place, machine, hands)
    if mux is None:
        return f"run {place.sd_mux.to_host}", f"run {place.sd_mux.to_board}"
    return f"switch {mux.title} to this machine", f"switch {mux.title} to the board"


def _mux_of(place: Place, machine: Machine, hands: Hands | None) -> Found | None:
    """Return a mux that we switch ourselves. Raises: MissingError, BenchError."""
    if place.sd_mux is None or place.sd_mux.kind is None:
        return None
    return sdmux.find(place.sd_mux, machine, hands)


def _card_in_reader(place: Place, machine: Machine) -> Path:
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


def _card_of(mux: Found, place: Place) -> Path:
    """Return the card in a mux, which must be in the reader that the place names, if it does."""
    disks = [disk for disk in mux.disks() if disk.size_bytes]
    if not disks:
        raise MissingError(
            place.name,
            f"no card comes out of its {mux.title}",
            hint="put a card into it",
        )
    if len(disks) > 1:
        names = ", ".join(disk.name for disk in disks)
        raise BenchError(
            place.name, f"{mux.title} has {len(disks)} cards, one is expected: {names}"
        )
    node = mux.machine.dev / disks[0].name
    if place.reader is not None and _card_in_reader(place, mux.machine) != node:
        raise BenchError(
            place.name,
            f"its reader ({place.reader.wanted}) is another than that of its {mux.title}",
        )
    return node


@contextmanager
def card_here(
    place: Place,
    machine: Machine,
    do: Do = power.do,
    *,
    tell: Callable[[str], None] = lambda text: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    hands: Hands | None = None,
) -> Iterator[Path]:
    """Yield a place's card, which is with this machine meanwhile, and then with the board again.

    It goes back whatever happens: one that is written by half does not boot. Every error says
    where it is now; `tell` does when somebody interrupts. Raises: UkBoardError.
    """
    back = partial(return_card, place, do, machine=machine, clock=clock, sleep=sleep, hands=hands)
    _mux_of(place, machine, hands)  # one that is not there switched nothing
    try:
        yield fetch_card(place, machine, do, clock=clock, sleep=sleep, hands=hands)
    except BaseException as error:
        where = _gone_back(place, back) if place.sd_mux is not None else ""
        if where and isinstance(error, UkBoardError):
            error.problem += f"; {where}"
        elif where:
            tell(where)
        raise
    try:
        back()
    except UkBoardError as error:
        error.problem += "; the card is written, and still with this machine"
        raise


def _gone_back(place: Place, back: Callable[[], None]) -> str:
    """Give the card back after something failed; return where it is, in words."""
    try:
        back()
    except UkBoardError as error:
        return (
            f"the card is still with this machine, {place.name} has not got it back"
            f" ({error.where}: {error.problem}); the next flash takes it from here"
        )
    return f"the card is with {place.name} again"


def fetch_card(
    place: Place,
    machine: Machine,
    do: Do = power.do,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    hands: Hands | None = None,
) -> Path:
    """Give the card to this machine and return its node. Raises: UkBoardError."""
    mux = _mux_of(place, machine, hands)
    before = {disk.name for disk in facts.disks(machine)}
    if mux is not None:
        _give(mux, Side.HOST)
    elif place.sd_mux is not None:
        do(place.sd_mux.to_host)
    deadline_s = clock() + (_SETTLE_S if place.sd_mux is not None else 0.0)
    while True:
        try:
            return _card_of(mux, place) if mux is not None else _card_in_reader(place, machine)
        except MissingError as error:
            if clock() >= deadline_s:
                came = [disk for disk in facts.disks(machine) if disk.name not in before]
                raise _another(place, came, error) if came else error from None
        sleep(_PERIOD_S)


def _another(place: Place, came: list[Disk], error: MissingError) -> BenchError:
    """Return the error of a card that came, but from elsewhere: it is not written."""
    names = ", ".join(f"/dev/{disk.name} ({disk.title})" for disk in came)
    return BenchError(
        place.name, f"{error.problem}, but {names} came: the bench file names another mux or reader"
    )


def _give(mux: Found, side: Side) -> None:
    switch = mux.switch()
    switch.give_to(side)
    now = switch.side()
    if now not in (side, None):
        raise BenchError(
            mux.title, f"was switched to {side.value} and gives the card to {now.value}"
        )


def return_card(
    place: Place,
    do: Do = power.do,
    *,
    machine: Machine | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    hands: Hands | None = None,
) -> None:
    """Give the card back to the board, if a mux can. Raises: UkBoardError."""
    mux = _mux_of(place, machine or Machine(), hands)
    if mux is None:
        if place.sd_mux is not None:
            do(place.sd_mux.to_board)
        return
    for disk in mux.disks():
        for found in guard.is_mounted(disk, mux.machine, None):
            raise BenchError(f"/dev/{disk.name}", found.reason)
    _give(mux, Side.BOARD)
    deadline_s = clock() + _SETTLE_S
    while any(disk.size_bytes for disk in mux.disks()):
        if clock() >= deadline_s:
            raise BenchError(mux.title, "was switched to the board, and its card is still here")
        sleep(_PERIOD_S)
