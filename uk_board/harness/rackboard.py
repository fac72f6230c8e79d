# SPDX-License-Identifier: BSD-3-Clause
"""What is around an emulated board of a rack: its server plays it, and is asked over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from uk_board.console import Console
from uk_board.desk.benchfile import Place
from uk_board.emulation.attach import Attach
from uk_board.emulation.network import OUR_ADDRESS, Forward, Transport, host_port
from uk_board.errors import BenchError
from uk_board.facts.board import Board
from uk_board.harness.needs import emulator_lacks
from uk_board.harness.station import Setup
from uk_board.rack.control import BoardControl


def control_of(place: Place) -> BoardControl | None:
    """Return the server of an emulated board's place; None if the place is another's."""
    url = place.flash_options.get("control") if place.flash == "emulated" else None
    return BoardControl(url) if isinstance(url, str) else None


class RackBoardSurroundings:
    """Those of an emulated board of a rack; all that the emulator offers, it offers."""

    is_emulated = True
    # Its server hangs up whoever had the console before.
    under_way_s = 0.0

    def __init__(self, board: Board, control: BoardControl) -> None:
        self._board = board
        self._control = control

    def lacks(self, need: str) -> str:
        """Return why `need` is not offered; empty if it is."""
        return emulator_lacks(self._board, need)

    def arrange(self, setup: Setup) -> None:
        """Tell the server what a test wants around the board."""
        self._control.set_up(**_told(setup))

    def switch_on(self) -> str:
        """Switch on, at once; the relay's command takes a second on a busy machine."""
        self._control.power(on=True)
        return "power on"

    def switch_off(self) -> bool:
        """Switch off."""
        self._control.power(on=False)
        return True

    def reset(self) -> None:
        """Press the reset button."""
        self._control.reset()

    def has_ended(self) -> bool:
        """Ask whether the program has ended; a server that is gone does not say so."""
        try:
            return bool(self._control.state()["ended"])
        except BenchError:
            return False

    def wait_exit(self, console: Console, timeout_s: float) -> int | None:
        """Wait for the program's exit status; None if it still runs."""
        if not console.wait_end(timeout_s):
            return None
        state = self._control.state()
        if state["died"]:
            raise BenchError(self._control.url, state["died"])
        status = state["exit_status"]
        return None if status is None else int(status)

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what a part senses."""
        self._control.sense(part, quantity, value)

    @property
    def host(self) -> str:
        """Where the board's ports are: on its server's machine."""
        return str(urlsplit(self._control.url).hostname)

    @property
    def our_address(self) -> str:
        """Where the board reaches its server's machine, which is this one."""
        return OUR_ADDRESS

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the port of `host` that leads to `guest` of the board."""
        forwards = [Forward(**one) for one in self._control.state()["forwards"]]
        return host_port(forwards, guest, protocol, self._board.name)

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out."""
        self._control.set_link(up=up)

    def plug_usb(self) -> None:
        """Plug in the network adapter that was left out."""
        self._control.plug_adapter()

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot, or none."""
        self._control.swap_card(file)


def _told(setup: Setup) -> dict[str, Any]:
    """Return a setup as the server knows it; see rack.emulated.Setup."""
    network = setup.network
    around: dict[str, Any] = {
        "attach": [_wired(attach) for attach in setup.image.attachments],
        "virtual_time": setup.virtual_time,
        "once": True,
    }
    if network is not None:
        forwards = [f"{one.host}:{one.guest}/{one.protocol}" for one in network.forwards]
        around |= {"network": True, "server": network.server, "plugged": network.plugged}
        around["forwards"] = forwards
    if setup.card is not None:
        around["card"] = str(setup.card.resolve())
    return around


def _wired(attach: Attach) -> dict[str, Any]:
    """Return an attachment as app.toml has it; how it is emulated, the server knows."""
    facts = asdict(attach)
    del facts["emulated"]
    return {key: value for key, value in facts.items() if value is not None}
