# SPDX-License-Identifier: BSD-3-Clause
"""Where a board stands that is tested: power, console, image, stimulus behind one interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from uk_board.board import Board
from uk_board.card import SLOT
from uk_board.console import Console, Listener
from uk_board.emulator import Emulator
from uk_board.errors import BenchError, UkBoardError, known_names
from uk_board.harness.evidence import Event
from uk_board.launch import Launch, machine_of, qemu_version
from uk_board.network import WITHOUT_LINK, Network, Transport, host_port
from uk_board.runner import Image, still_running


class Station(Protocol):
    """One board, emulated, on the desk or in a rack; what a test may do with it.

    `console` is that of the last power-on: read it from the first byte on.
    """

    board: Board
    # Of what it is one: "emulator", "bench" or "place"
    on: str
    # What is done to the board is added here; a test may put a list of its own here.
    events: list[Event]

    @property
    def where(self) -> str:
        """Which one it is, for reports, such as "bench.toml: desk-4"."""

    @property
    def console(self) -> Console:
        """What the board prints, and the way to send to it."""

    def lacks(self, need: str) -> str:
        """Return why the station does not offer `need`; empty if it does.

        Raises: UkBoardError when no station knows such a need.
        """

    def load(
        self,
        image: Image,
        arguments: str,
        *,
        virtual_time: bool = False,
        network: Network | None = None,
        card: Path | None = None,
    ) -> None:
        """Let the board start `image` with these boot arguments at the next power-on.

        `virtual_time` (need "virtual-time"): nothing but instructions takes time.
        `network` (need "network"): what the board is connected to.
        `card` (need "card"): what is in its slot, and is written to.
        """

    def power_on(self, listener: Listener) -> None:
        """Switch on; `listener` gets the console's output from the first byte on."""

    def power_off(self) -> None:
        """Switch off; a board that is off stays off."""

    def reset(self) -> None:
        """Press the reset button; the console goes on."""

    def wait_exit(self, timeout_s: float) -> int | None:
        """Wait for the program's exit status (need "exit-status"); None if it still runs."""

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what an attached part senses (need "stimulus"), such as temperature_c."""

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the port of this machine that leads to `guest` of the board."""

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out (need "link")."""

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot (need "card"), or none."""

    def standing(self, timeout_s: float) -> BenchError:
        """Return an error that says what the board does instead of what it should."""


class EmulatedStation:
    """A board in QEMU."""

    on = "emulator"

    def __init__(self, board: Board) -> None:
        """Raises: UsageError when the board has no emulator."""
        self.board = board
        self.events: list[Event] = []
        # Where the next launch shall log what it executes, by the image's ELF file.
        self.trace_for: Callable[[Path | None], Path | None] | None = None
        self._machine = machine_of(board)
        self._image: Image | None = None
        self._arguments = ""
        self._icount_shift: int | None = None
        self._network: Network | None = None
        self._card: Path | None = None
        self._emulator: Emulator | None = None

    @property
    def where(self) -> str:
        """QEMU's version, and its machine."""
        return f"QEMU {qemu_version()} {self._machine.machine}"

    @property
    def console(self) -> Console:
        """What the board prints, and the way to send to it."""
        return self._on().console

    def lacks(self, need: str) -> str:
        """Return why the emulator does not offer `need`; empty if it does."""
        kind, _, name = need.partition(":")
        if need in ("exit-status", "stimulus", "virtual-time"):
            return ""
        if need == "i2c" or (kind == "sensor" and name):
            return "" if self._machine.i2c_buses else "its emulator has no I2C bus"
        if need in ("network", "link"):
            return self._lacks_network(link=need == "link")
        if need == "card":
            return "" if self.board.storage else "its descriptor names no storage"
        if need == "spi":
            return "" if self._machine.spi_buses else "its emulator has no SPI bus"
        if kind == "device" and name:
            return "" if name in self.board.devices else f"the board has no device {name}"
        raise UkBoardError(
            f'needs("{need}")',
            "unknown; known: exit-status, stimulus, virtual-time, i2c, spi, sensor:<part>, "
            "network, link, card, device:<name>",
        )

    def _lacks_network(self, *, link: bool) -> str:
        if not self.board.network:
            return "its descriptor names no network device"
        if self._machine.network is None:
            return "its emulator has no network device"
        device = self._machine.network.partition(",")[0]
        return f"QEMU's {device} tells of no link" if link and device in WITHOUT_LINK else ""

    def load(
        self,
        image: Image,
        arguments: str,
        *,
        virtual_time: bool = False,
        network: Network | None = None,
        card: Path | None = None,
    ) -> None:
        """Let the board start `image` with these boot arguments at the next power-on."""
        self._image, self._arguments = image, arguments
        self._icount_shift = 0 if virtual_time else None
        self._network, self._card = network, card

    @property
    def launch(self) -> Launch:
        """What is started at the next power-on."""
        assert self._image is not None, "nothing was loaded"
        image = self._image
        return Launch(
            image.file,
            self._arguments,
            image.attachments,
            self._icount_shift,
            card=self._card,
            network=self._network,
            executed=self.trace_for(image.elf) if self.trace_for else None,
        )

    def power_on(self, listener: Listener) -> None:
        """Start QEMU."""
        self.power_off()
        self._emulator = Emulator(self.board, self.launch)
        self._emulator.console.listen(listener)
        self._emulator.start()
        self._note("power on")

    def power_off(self) -> None:
        """End QEMU; what the console said can still be read."""
        if self._emulator is not None and not self._emulator.console.ended:
            self._note("power off")
        if self._emulator is not None:
            self._emulator.stop()

    def reset(self) -> None:
        """Press the reset button; the console goes on."""
        self._on().reset()
        self._note("reset")

    def wait_exit(self, timeout_s: float) -> int | None:
        """Wait for the program's exit status; None if it still runs."""
        return self._on().wait(timeout_s)

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what an attached part senses, over QEMU's control channel."""
        assert self._image is not None, "nothing was loaded"
        wired = {attach.name: attach for attach in self._image.attachments}
        if part not in wired:
            raise UkBoardError(self._image.name, f'no part "{part}"; {known_names(part, wired)}')
        known = wired[part].part.quantities
        if quantity not in known:
            where = f"{self._image.name}: {wired[part].device} {part}"
            raise UkBoardError(where, f'senses no "{quantity}"; {known_names(quantity, known)}')
        sensed = known[quantity]
        self._on().qmp.set_property(part, sensed.property, round(value * sensed.scale))
        self._note(f"stimulus: {part} {quantity} = {value:g}")

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the port of this machine that leads to `guest` of the board."""
        return host_port(self._on().forwards(), guest, protocol, self.board.name)

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out."""
        self._on().set_link(up=up)
        self._note(f"network cable {'in' if up else 'out'}")

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot, or none, while the board runs."""
        qmp = self._on().qmp
        self._note(f"card: {file.name if file else 'none'}")
        if file is None:
            qmp.execute("eject", device=SLOT, force=True)
        else:
            qmp.execute("blockdev-change-medium", device=SLOT, filename=str(file), format="raw")

    def standing(self, timeout_s: float) -> BenchError:
        """Return an error that says what the board does instead of what it should."""
        assert self._image is not None, "nothing was loaded"
        return still_running(self._on(), self._image, timeout_s)

    def _note(self, text: str) -> None:
        self.events.append(Event(time.monotonic(), text))

    def _on(self) -> Emulator:
        if self._emulator is None:
            raise BenchError(self.board.name, "was never switched on")
        return self._emulator
