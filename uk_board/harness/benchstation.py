# SPDX-License-Identifier: BSD-3-Clause
"""A real board that is tested: its port, its power, its way to be flashed, by the bench file."""

from __future__ import annotations

import getpass
import hashlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.console import Console, Listener
from uk_board.desk import power
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.emulation.network import Transport
from uk_board.emulation.runner import Image
from uk_board.errors import BenchError, UsageError
from uk_board.facts.board import Board
from uk_board.harness.evidence import Event
from uk_board.harness.flashing import Flash, PlaceFlash
from uk_board.harness.needs import lacks_device, split_need
from uk_board.harness.person import Person
from uk_board.harness.station import Setup
from uk_board.harness.surroundings import BenchSurroundings, Surroundings
from uk_board.serial.portlock import PortLock, lock_folder
from uk_board.serial.ports import LastingStream, open_port

_LAST_LINES = 24


@dataclass(frozen=True)
class Tools:
    """What a station works with; tests of it bring their own."""

    flash: Flash | None = None
    around: Surroundings | None = None
    person: Person = field(default_factory=lambda: Person(0.0))
    run: power.Run = power.run
    machine: Machine = field(default_factory=Machine)
    locks: Path = field(default_factory=lock_folder)


class BenchStation:
    """A board on the bench or at a place of the rack, for this run alone until `close`."""

    def __init__(
        self, board: Board, place: Place, *, on: str, where: str, tools: Tools | None = None
    ) -> None:
        """Take it. Raises: UsageError when it cannot be switched, BenchError when it is taken."""
        self.board = board
        self.on = on
        self.where = where
        self.events: list[Event] = []
        self.asked_s = 0.0
        self._place = place
        self._tools = tools or Tools()
        folders = (board.path.parent,)
        self._flash: Flash = self._tools.flash or PlaceFlash(board, place, folders)
        self._around: Surroundings = self._tools.around or BenchSurroundings(
            place, where, self._tools.person, self._tools.run, self._note
        )
        self.is_emulated = self._around.is_emulated
        self._setup: Setup | None = None
        self._flashed: tuple[str, str] | None = None
        self._console: Console | None = None
        self._stream: LastingStream | None = None
        self._lost = ""
        if place.console is None:
            raise UsageError(place.name, "has no console in the bench file; tests need one")
        if place.power is None and not place.reset:
            problem = "can be neither switched off and on nor reset; tests need power or reset"
            raise UsageError(place.name, problem)
        # With its console: places of two racks may have one name.
        name = f"place {where}, {place.console}"
        self._lock = PortLock(name, _owner(), self._tools.locks)

    @property
    def trouble(self) -> str:
        """What is wrong with the place itself now, such as a port that is gone; or nothing."""
        if self._lost:
            return f"the place vanished: {self._lost}"
        if self._stream is not None and self._stream.is_gone:
            return f"the console's port is gone: {self._place.console}"
        return ""

    def lose(self, why: str) -> None:
        """Use it no more: somebody else may have it. Who waits for its console sees its end."""
        self._lost = why
        if self._stream is not None:
            self._stream.close()

    @property
    def console(self) -> Console:
        """What the board prints, and the way to send to it."""
        assert self._console is not None, "it was never switched on"
        return self._console

    def lacks(self, need: str) -> str:
        """Return why the place does not offer `need`; empty if it does."""
        kind, name = split_need(need)
        if kind == "device":
            return lacks_device(self.board, name)
        if kind == "boot-arguments":
            return self._flash.lacks_arguments()
        return self._around.lacks(need)

    def load(self, setup: Setup) -> None:
        """Let the board start this at the next power-on."""
        self._setup = setup

    def power_on(self, listener: Listener) -> None:
        """Flash what is not on it yet, open the console, switch on. Raises: UkBoardError."""
        self._check_not_lost()
        self.power_off()
        image, arguments = self._loaded().image, self._loaded().arguments
        if not self._flash.starts:
            self._flash_once(image, arguments)
        self._around.arrange(self._loaded())
        self._listen(listener)
        self._switch_on()
        if self._flash.starts:
            self._note(self._flash(image, arguments, self._console))

    def _flash_once(self, image: Image, arguments: str) -> None:
        try:
            digest = hashlib.sha256(image.file.read_bytes()).hexdigest()
        except OSError as error:
            raise BenchError(str(image.file), f"cannot be read: {error.strerror}") from error
        if self._flashed != (digest, arguments):
            self._flashed = None
            self._note(self._flash(image, arguments, None))
            self._flashed = (digest, arguments)

    def _listen(self, listener: Listener) -> None:
        """Open the console, and let it begin with what comes from now on."""
        port, baud = self._place.console, self._place.baud or self.board.baud
        assert port is not None, "looked at before"
        machine, locks = self._tools.machine, self._tools.locks
        self._stream = LastingStream(
            lambda: open_port(port, baud, machine, locks),
            self._note,
            is_over=self._around.has_ended,
        )
        self._console = Console()
        self._console.listen(listener)
        try:
            self._await_silence(self._stream)
        except BenchError:
            self._stream.close()
            raise
        self._console.start(self._stream)

    def _await_silence(self, stream: LastingStream) -> None:
        """Skip what an earlier run left under way. Raises: BenchError if the board is not off."""
        switch = self._place.power
        can_be_off = switch is not None and bool(switch.off) and not switch.cycle
        off_s = self._around.under_way_s
        if switch is not None and can_be_off:
            off_s = max(off_s, float(switch.off_s))
        begin_s = time.monotonic()
        late_bytes = 0
        while (left_s := begin_s + off_s - time.monotonic()) > 0:
            data = stream.read(left_s)
            if data and time.monotonic() - begin_s > off_s / 2:
                late_bytes += len(data)
        if late_bytes and can_be_off and switch is not None:
            raise BenchError(
                self._place.name,
                f'still prints {off_s / 2:g} s after "{switch.off}" ({late_bytes} bytes since); '
                "a board without power is silent",
                hint="look at the relay, and whether the console's adapter feeds the board",
            )

    def _switch_on(self) -> None:
        self.asked_s = time.monotonic()
        self._note(self._around.switch_on())

    def power_off(self) -> None:
        """Switch off, where that can be done, and close the console. Raises: UkBoardError."""
        if self._console is not None:
            self._console.close()
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if not self._lost and self._around.switch_off():
            self._note("power off")

    def close(self) -> None:
        """Leave it off, and free for others. Raises: UkBoardError."""
        try:
            self.power_off()
        finally:
            self._lock.release()

    def reset(self) -> None:
        """Press the reset button, or switch off and on; the console goes on."""
        self._check_not_lost()
        self.asked_s = time.monotonic()
        self._around.reset()
        self._note("reset")

    def wait_exit(self, timeout_s: float) -> int | None:
        """Wait for the program's exit status; None if it still runs. Raises: UkBoardError."""
        return self._around.wait_exit(self.console, timeout_s)

    def stimulate(self, part: str, quantity: str, value: float) -> None:
        """Set what an attached part senses."""
        self._around.stimulate(part, quantity, value)
        self._note(f"stimulus: {part} {quantity} = {value:g}")

    @property
    def host(self) -> str:
        """Where this machine reaches the board's ports."""
        return self._around.host

    @property
    def our_address(self) -> str:
        """Where the board reaches this machine."""
        return self._around.our_address

    def host_port(self, guest: int, protocol: Transport) -> int:
        """Return the port of `host` that leads to `guest` of the board."""
        return self._around.host_port(guest, protocol)

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out."""
        self._around.set_link(up=up)
        self._note(f"network cable {'in' if up else 'out'}")

    def plug_usb(self) -> None:
        """Plug in the network adapter that the test's mark left out."""
        self._around.plug_usb()
        self._note("USB network adapter plugged in")

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot, or none."""
        self._around.swap_card(file)
        self._note(f"card: {file.name if file else 'none'}")

    def standing(self, timeout_s: float) -> BenchError:
        """Return an error that says what the board does instead of what it should."""
        console, image = self.console, self._loaded().image
        if console.last_time_s is None:
            what = f"{image.name} printed nothing at all in {timeout_s:g} s"
        else:
            silent_s = time.monotonic() - console.last_time_s
            what = (
                f"{image.name} does not get there in {timeout_s:g} s; {console.size_bytes:,} bytes"
            )
            what += f" came, the last {silent_s:.1f} s ago"
        what += f"; {self.trouble}" if self.trouble else ""
        return BenchError(self.where, what, last_lines=console.last_lines(_LAST_LINES))

    def _loaded(self) -> Setup:
        assert self._setup is not None, "nothing was loaded"
        return self._setup

    def _check_not_lost(self) -> None:
        if self._lost:
            raise BenchError(self.where, f"vanished while it was used: {self._lost}")

    def _note(self, text: str) -> None:
        self.events.append(Event(time.monotonic(), text))


def _owner() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
