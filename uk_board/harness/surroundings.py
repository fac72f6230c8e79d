# SPDX-License-Identifier: BSD-3-Clause
"""What is around a board that is not in our own emulator: switches, network, parts, card."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from uk_board.console import Console
from uk_board.desk import power
from uk_board.desk.benchfile import Place
from uk_board.emulation.network import Transport
from uk_board.errors import BenchError, UkBoardError
from uk_board.harness.needs import is_offered, split_need
from uk_board.harness.person import Person
from uk_board.harness.station import Around, Setup


class Surroundings(Around, Protocol):
    """What a station asks of the place around its board; all of it may raise UkBoardError."""

    # So long after the console was opened, what an earlier run left under way may still come.
    under_way_s: float

    def arrange(self, setup: Setup) -> None:
        """Let all be as a test wants it at the next power-on."""

    def switch_on(self) -> str:
        """Switch on, or do what comes next to it; return what."""

    def switch_off(self) -> bool:
        """Switch off; False where that cannot be done."""

    def has_ended(self) -> bool:
        """Tell whether a console that is gone has ended for good, with the program."""

    def wait_exit(self, console: Console, timeout_s: float) -> int | None:
        """Wait for the program's exit status; None if it still runs."""


# What a bench file calls the network cable and the USB network adapter: 1 is in, 0 is out.
_CABLE, _ADAPTER = "network.link", "network.usb"


class BenchSurroundings:
    """Those of a real board: what the bench file says, its commands, and a person."""

    is_emulated = False
    # Adapters and servers had it.
    under_way_s = 0.5

    def __init__(
        self,
        place: Place,
        where: str,
        person: Person,
        run: power.Run,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        """`note` is called when a person is asked."""
        self._note = note
        self._place = place
        self._where = where
        self._person = person
        self._run = run
        self._has_adapter = True

    def lacks(self, need: str) -> str:
        """Return why `need` is not offered; empty if it is."""
        kind, _ = split_need(need)
        if kind == "exit-status":
            return "a board has none"
        if kind == "virtual-time":
            return "on a board, time is real"
        if kind == "lonely-network":
            return "others are on its network, and a DHCP server may be one of them"
        if kind == "card":
            return "its card is what it boots from, and no test can look at it meanwhile"
        if kind == "stimulus":
            return self._lacks_hand("stimulus", bool(self._place.stimulus))
        if not is_offered(need, self._place.offers):
            return f"{self._where} offers {', '.join(self._place.offers) or 'nothing'}"
        if kind == "network" and not self._place.address:
            return f"{self._where}: address is missing"
        if key := {"link": _CABLE, "usb-hotplug": _ADAPTER}.get(kind):
            return self._lacks_hand(f'stimulus "{key}"', key in self._place.stimulus)
        return ""

    def _lacks_hand(self, what: str, has_command: bool) -> str:
        if has_command or self._person.is_there:
            return ""
        return f"{self._where} has no {what}, and nobody is at a terminal to be asked"

    def arrange(self, setup: Setup) -> None:
        """Have the USB network adapter where the test wants it before power is on."""
        plugged = setup.network is None or setup.network.plugged
        if plugged != self._has_adapter:
            self._plug(plugged=plugged)

    def switch_on(self) -> str:
        """Switch on by the bench file's command; without one, reset."""
        switch = self._place.power
        if switch is None:
            power.do(self._place.reset, self._run)
            return "reset, for want of a power switch"
        power.do(switch.cycle or switch.on, self._run)
        return "power off and on" if switch.cycle else "power on"

    def switch_off(self) -> bool:
        """Switch off by the bench file's command, if there is one."""
        switch = self._place.power
        if switch is None or not switch.off or switch.cycle:
            return False
        power.do(switch.off, self._run)
        return True

    def reset(self) -> None:
        """Reset by the bench file's command, else by its power."""
        power.reset(self._place, self._run)

    def has_ended(self) -> bool:
        """Tell that it has not: a board's console is there as long as its adapter."""
        return False

    def wait_exit(self, console: Console, timeout_s: float) -> int | None:
        """Raise UkBoardError: a board has no exit status."""
        raise UkBoardError(self._where, "has no exit status; a test says it needs one")

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what a part senses: by the bench file's command, else a person is asked."""
        wish = f"let {part} of {self._place.name} sense {quantity} = {value:g}"
        self._set(f"{part}.{quantity}", value, wish)

    def _set(self, key: str, value: float, wish: str) -> None:
        command = self._place.stimulus.get(key)
        if command is not None:
            power.do(command.replace("{value}", f"{value:g}"), self._run)
        else:
            self._note(f"asked: {wish}")
            self._person.ask(wish)

    @property
    def host(self) -> str:
        """Where this machine reaches the board's ports: its own address."""
        return self._place.address

    @property
    def our_address(self) -> str:
        """Where the board reaches this machine: our address on the way to it."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((self._place.address, 9))
            except OSError as error:
                problem = f"cannot be reached: {error.strerror}"
                raise BenchError(f"{self._where}: {self._place.address}", problem) from error
            return str(probe.getsockname()[0])

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the board's own port: nothing lies between."""
        return guest

    def set_link(self, *, up: bool) -> None:
        """Have the network cable plugged in or out."""
        self._set(_CABLE, up, f"plug the network cable of {self._place.name} {_in_or_out(up)}")

    def plug_usb(self) -> None:
        """Have the network adapter plugged in."""
        self._plug(plugged=True)

    def _plug(self, *, plugged: bool) -> None:
        wish = f"plug the USB network adapter of {self._place.name} {_in_or_out(plugged)}"
        self._set(_ADAPTER, plugged, wish)
        self._has_adapter = plugged

    def swap_card(self, file: Path | None) -> None:
        """Raise UkBoardError: the card in its slot is what it boots from."""
        raise UkBoardError(self._where, "boots from its card; a test says it needs another")


def _in_or_out(plugged: bool) -> str:
    return "in" if plugged else "out"
