# SPDX-License-Identifier: BSD-3-Clause
"""Sit at a board's console: port, screen, logs, keys and menu, put together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from uk_board.console import Console
from uk_board.desk import power
from uk_board.desk.behind import Behind
from uk_board.desk.benchfile import Place, Port
from uk_board.desk.consolelog import ConsoleLog
from uk_board.desk.crashnotes import CrashNotes
from uk_board.desk.menu import Item, Menu
from uk_board.desk.screen import Screen
from uk_board.desk.sending import Background, Sending
from uk_board.disk.facts import Machine
from uk_board.errors import UkBoardError
from uk_board.serial.ports import LastingStream, Opener, SerialStream, open_port
from uk_board.terminal import typed_keys

Write = Callable[[bytes], None]

# What is kept in memory, and no lines; the logs have all of it.
_KEEP_BYTES = 1 << 20
# What a screen that stands still may have left to show at the end.
_SCREEN_DRAIN_S = 2.0


@dataclass(frozen=True)
class Seat:
    """What one sits at: a place on the bench, or just a port of a board.

    `elf` has the symbols of what runs there. `may_wait`: the port need not be there yet.
    `opener` opens the port in another way, such as one that is open already.
    """

    place: Place
    port: Port
    baud: int
    elf: Path | None = None
    log: Path | None = None
    times: bool = False
    hex_view: bool = False
    may_wait: bool = False
    machine: Machine = field(default_factory=Machine)
    locks: Path | None = None
    opener: Opener | None = None

    def open(self) -> SerialStream:
        """Open the port. Raises: UkBoardError."""
        if self.opener is not None:
            return self.opener()
        return open_port(self.port, self.baud, self.machine, self.locks)


def opened_before(seat: Seat) -> Seat:
    """Open a seat's port now: the kernel keeps what comes until one sits there.

    Raises: UkBoardError.
    """
    early = [seat.open()]
    return replace(seat, opener=lambda: early.pop() if early else seat.open())


class Desk:
    """A console that is open; `end` ends it, `wait` waits for that."""

    def __init__(self, seat: Seat, screen: Screen, begin_s: float, stack: ExitStack) -> None:
        """Open all of it; `stack` closes it. Raises: UkBoardError."""
        self.seat = seat
        self._stop = threading.Event()
        self.console = Console(keep_bytes=_KEEP_BYTES, keep_lines=0)
        self._screen = screen
        # Who reads the port never waits: not for the screen, nor for a disk.
        tell = self._behind(lambda data, time_s: self._screen.note(data.decode()), stack)
        self.tell: Callable[[str], None] = lambda text: tell(text.encode())
        self.stream = LastingStream(seat.open, self.tell, may_wait=seat.may_wait)
        stack.callback(self.stream.close)
        if seat.times:
            self._screen.toggle_times()
        if seat.hex_view:
            self._screen.toggle_hex()
        if seat.log is not None:
            what = f"console of {seat.place.name}, {seat.port}, {seat.baud} baud"
            log = stack.enter_context(ConsoleLog(seat.log, what, self.tell, begin_s=begin_s))
            self.console.listen(stack.enter_context(Behind(log, self._not_logged)))
        self.console.listen(self._behind(CrashNotes(seat.elf, self.tell), stack))
        self._work = Background(self.tell)
        self._sending = Sending(
            self.console,
            seat.baud,
            self._work,
            show=self._behind(self._screen, stack),
            passing=self._screen.passing,
            tell=self.tell,
        )
        self.console.start(self.stream)
        stack.callback(self._close)

    def _behind(self, listener: Callable[[bytes, float], None], stack: ExitStack) -> Behind:
        return stack.enter_context(Behind(listener, self._not_shown, drain_s=_SCREEN_DRAIN_S))

    def _not_shown(self, size_bytes: int) -> None:
        where = "they are in the log" if self.seat.log else "a log (--log) would have them"
        self._screen.note(f"{size_bytes} bytes were not shown: the screen is too slow; {where}")

    def _not_logged(self, size_bytes: int) -> None:
        self._screen.note(f"{self.seat.log}: {size_bytes} bytes are missing: the disk is too slow")

    def tell_end(self) -> None:
        """Tell how much came. The rest is closed then."""
        gone = f", and the port was gone {self.stream.losses} times" if self.stream.losses else ""
        self._screen.note(f"{self.seat.place.name}: {self.console.size_bytes:,} bytes came{gone}")

    def _close(self) -> None:
        self._sending.cancel()
        self._work.join()
        self.console.close()

    def end(self) -> None:
        """Leave the console; from any thread."""
        self._stop.set()
        self.console.wake()

    def wait(self, timeout_s: float | None) -> bool:
        """Wait for the end; False if `timeout_s` passed first."""
        return self.console.wait_for(self._stop.is_set, timeout_s)

    def power_cycle(self) -> None:
        """Switch the board off and on. Raises: UkBoardError."""
        power.cycle(self.seat.place)
        self.tell("power was off, and is on")

    def keys(self, keys: bytes, menu: Menu) -> bool:
        """Take what was typed; False at the terminal's end."""
        if not keys:
            self.end()
        else:
            menu.feed(keys)
        return not self._stop.is_set()

    def menu(self) -> Menu:
        """Return the menu of this console."""
        items = (
            Item(b"q", "quit", "quit", lambda _: self.end()),
            Item(b"b", "break", "send a break", lambda _: self._try(self.stream.send_break)),
            Item(
                b"f", "file", "send a file as if it were typed", self._sending.as_typed, ask="file"
            ),
            Item(
                b"y",
                "YMODEM",
                "send a file by YMODEM, to U-Boot's loady for one",
                self._sending.by_ymodem,
                ask="file, by YMODEM",
            ),
            Item(
                b"r", "reset", "reset the board, or switch it off and on", lambda _: self._reset()
            ),
            Item(b"t", "times", "times before lines, or none", lambda _: self._toggle_times()),
            Item(b"x", "hex", "bytes in hex, or not", lambda _: self._toggle_hex()),
        )
        return Menu(
            items,
            self._send,
            self._screen.prompt,
            keys_bar=self._screen.passing,
            is_busy=lambda: self._sending.goes_on,
            cancel=self._sending.cancel,
        )

    def _send(self, keys: bytes) -> None:
        self._try(lambda: self.console.write(keys))

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except UkBoardError as error:
            self.tell(str(error))

    def _toggle_times(self) -> None:
        self.tell(f"times are {'on' if self._screen.toggle_times() else 'off'}")

    def _toggle_hex(self) -> None:
        self.tell(f"hex is {'on' if self._screen.toggle_hex() else 'off'}")

    def _reset(self) -> None:
        power.reset(self.seat.place)
        self.tell("the board was reset")


@contextmanager
def attend(seat: Seat, show: Write, note: Write, terminal_fd: int | None) -> Iterator[Desk]:
    """Open a console until the with-block is left; keys come from `terminal_fd`, if any.

    `show` gets the board's output for the screen, `note` our own lines. Raises: UkBoardError.
    """
    begin_s = time.monotonic()
    with ExitStack() as stack:
        desk = Desk(seat, Screen(show, note, begin_s), begin_s, stack)
        if terminal_fd is not None:
            menu = desk.menu()
            stack.enter_context(
                typed_keys(terminal_fd, lambda keys: desk.keys(keys, menu), signals=False)
            )
        yield desk
    desk.tell_end()
