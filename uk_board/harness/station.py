# SPDX-License-Identifier: BSD-3-Clause
"""Where a board stands that is tested: power, console, image, stimulus behind one interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from uk_board.console import Console, Listener
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, machine_of, qemu_version
from uk_board.emulation.network import OUR_ADDRESS, Network, Transport, host_port
from uk_board.emulation.runner import Image, still_running
from uk_board.errors import BenchError, UkBoardError
from uk_board.facts.board import Board
from uk_board.harness.evidence import Event
from uk_board.harness.needs import emulator_lacks


class NobodyError(UkBoardError):
    """What a test needs done needs a person, and nobody is there."""


@dataclass(frozen=True)
class Setup:
    """What a test wants to have booted; tests that want the same may share a boot.

    `virtual_time` (need "virtual-time"): nothing but instructions takes time.
    `network` (need "network"): what the board is connected to.
    `card` (need "card"): what is in its slot, and is written to.
    """

    image: Image
    arguments: str = ""
    virtual_time: bool = False
    network: Network | None = None
    card: Path | None = None


class Around(Protocol):
    """What is around a board, and what a test may change of it."""

    # Whether QEMU plays the board, here or at a place of the rack
    is_emulated: bool

    def lacks(self, need: str) -> str:
        """Return why `need` is not offered; empty if it is.

        Raises: UkBoardError when nobody knows such a need.
        """

    def reset(self) -> None:
        """Press the reset button, or switch off and on; the console goes on."""

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what an attached part senses (need "stimulus"), such as temperature_c."""

    @property
    def host(self) -> str:
        """Where this machine reaches the board's ports (need "network")."""

    @property
    def our_address(self) -> str:
        """Where the board reaches this machine (need "network")."""

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the port of `host` that leads to `guest` of the board."""

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out (need "link")."""

    def plug_usb(self) -> None:
        """Plug in the network adapter that the test's mark left out (need "usb-hotplug")."""

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot (need "card"), or none."""


class Station(Around, Protocol):
    """One board, emulated, on the desk or in a rack; what a test may do with it.

    `console` is that of the last power-on: read it from the first byte on.
    """

    board: Board
    # Of what it is one: "emulator", "bench" or "place"
    on: str
    # What is done to the board is added here; a test may put a list of its own here.
    events: list[Event]
    # When it was last switched on or reset (monotonic): what boots later boots by itself
    asked_s: float

    @property
    def where(self) -> str:
        """Which one it is, for reports, such as "bench.toml: desk-4"."""

    @property
    def trouble(self) -> str:
        """What is wrong with the place itself now, such as a port that is gone; or nothing."""

    @property
    def console(self) -> Console:
        """What the board prints, and the way to send to it."""

    def load(self, setup: Setup) -> None:
        """Let the board start this at the next power-on."""

    def power_on(self, listener: Listener) -> None:
        """Switch on; `listener` gets the console's output from the first byte on."""

    def power_off(self) -> None:
        """Switch off; a board that is off stays off."""

    def close(self) -> None:
        """Leave it off, and free for others."""

    def wait_exit(self, timeout_s: float) -> int | None:
        """Wait for the program's exit status (need "exit-status"); None if it still runs."""

    def standing(self, timeout_s: float) -> BenchError:
        """Return an error that says what the board does instead of what it should."""


class EmulatedStation:
    """A board in QEMU."""

    on = "emulator"
    is_emulated = True

    def __init__(self, board: Board) -> None:
        """Raises: UsageError when the board has no emulator."""
        self.board = board
        self.events: list[Event] = []
        # Where the next launch shall log what it executes, by the image's ELF file.
        self.trace_for: Callable[[Path | None], Path | None] | None = None
        self.asked_s = 0.0
        self._machine = machine_of(board)
        self._setup: Setup | None = None
        self._emulator: Emulator | None = None

    @property
    def where(self) -> str:
        """QEMU's version, and its machine."""
        return f"QEMU {qemu_version()} {self._machine.machine}"

    @property
    def trouble(self) -> str:
        """Nothing: should QEMU die, its own words tell of it."""
        return ""

    @property
    def console(self) -> Console:
        """What the board prints, and the way to send to it."""
        return self._on().console

    def lacks(self, need: str) -> str:
        """Return why the emulator does not offer `need`; empty if it does."""
        return emulator_lacks(self.board, need)

    def load(self, setup: Setup) -> None:
        """Let the board start this at the next power-on."""
        self._setup = setup

    @property
    def launch(self) -> Launch:
        """What is started at the next power-on."""
        setup = self._loaded()
        return Launch(
            setup.image.file,
            setup.arguments,
            setup.image.attachments,
            0 if setup.virtual_time else None,
            card=setup.card,
            network=setup.network,
            executed=self.trace_for(setup.image.elf) if self.trace_for else None,
        )

    def power_on(self, listener: Listener) -> None:
        """Start QEMU."""
        self.power_off()
        self._emulator = Emulator(self.board, self.launch)
        self._emulator.console.listen(listener)
        self.asked_s = time.monotonic()
        self._emulator.start()
        self._note("power on")

    def power_off(self) -> None:
        """End QEMU; what the console said can still be read."""
        if self._emulator is not None and not self._emulator.console.ended:
            self._note("power off")
        if self._emulator is not None:
            self._emulator.stop()

    def close(self) -> None:
        """Leave it off."""
        self.power_off()

    def reset(self) -> None:
        """Press the reset button; the console goes on."""
        self.asked_s = time.monotonic()
        self._on().reset()
        self._note("reset")

    def wait_exit(self, timeout_s: float) -> int | None:
        """Wait for the program's exit status; None if it still runs."""
        return self._on().wait(timeout_s)

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what an attached part senses, over QEMU's control channel."""
        self._on().sense(part, quantity, value)
        self._note(f"stimulus: {part} {quantity} = {value:g}")

    @property
    def host(self) -> str:
        """Where this machine reaches the board's ports: QEMU forwards them."""
        return "127.0.0.1"

    @property
    def our_address(self) -> str:
        """Where the board reaches this machine."""
        return OUR_ADDRESS

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the port of this machine that leads to `guest` of the board."""
        return host_port(self._on().forwards(), guest, protocol, self.board.name)

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out."""
        self._on().set_link(up=up)
        self._note(f"network cable {'in' if up else 'out'}")

    def plug_usb(self) -> None:
        """Plug the network adapter in; plugging it out ends QEMU 10.0 by an assertion."""
        self._on().plug_network()
        self._note("USB network adapter plugged in")

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot, or none, while the board runs."""
        self._on().swap_card(file)
        self._note(f"card: {file.name if file else 'none'}")

    def standing(self, timeout_s: float) -> BenchError:
        """Return an error that says what the board does instead of what it should."""
        return still_running(self._on(), self._loaded().image, timeout_s)

    def _loaded(self) -> Setup:
        assert self._setup is not None, "nothing was loaded"
        return self._setup

    def _note(self, text: str) -> None:
        self.events.append(Event(time.monotonic(), text))

    def _on(self) -> Emulator:
        if self._emulator is None:
            raise BenchError(self.board.name, "was never switched on")
        return self._emulator
