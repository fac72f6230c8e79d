# SPDX-License-Identifier: BSD-3-Clause
"""A file to the board while one sits at its console: in the background, with how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from uk_board.console import Console
from uk_board.desk.sendfile import Answers, OnProgress, send_by_ymodem, send_file
from uk_board.errors import UkBoardError
from uk_board.terminal import END_KEY_NAME

# How often a transfer shows how far it is
_METER_S = 0.25
_JOIN_S = 10.0

Tell = Callable[[str], None]


class Background:
    """Does what takes long, while keys still work; one thing at a time."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, work: Callable[[], None]) -> bool:
        """Begin `work`, whose errors are told; False while something else is done."""
        if self.is_busy:
            self._tell("the last thing is not done yet")
            return False

        def run() -> None:
            try:
                work()
            except UkBoardError as error:
                self._tell(str(error))

        self._thread = threading.Thread(target=run, name="desk", daemon=True)
        self._thread.start()
        return True

    def join(self) -> None:
        """Wait for the end of it, a while."""
        if self._thread is not None:
            self._thread.join(timeout=_JOIN_S)


class Sending:
    """Sends files to `console`, one at a time; `passing` shows how far it is.

    `show` gets what the board says meanwhile, but for its answers to blocks.
    """

    def __init__(
        self,
        console: Console,
        baud: int,
        background: Background,
        *,
        show: Callable[[bytes], None],
        passing: Tell,
        tell: Tell,
    ) -> None:
        self._console = console
        self._passing = passing
        self._baud = baud
        self._background = background
        self._tell = tell
        self._stop = threading.Event()
        self._goes_on = threading.Event()
        self._answers = Answers(show, console.write, self._stop, self._invite)
        console.listen(self._answers)

    @property
    def goes_on(self) -> bool:
        """Whether a file is being sent, and may be cancelled."""
        return self._goes_on.is_set()

    def cancel(self) -> None:
        """Stop what is being sent; the receiver is told."""
        self._stop.set()
        if self.goes_on:
            self._passing("is being cancelled")

    def as_typed(self, name: str) -> None:
        """Send a file as if it were typed."""

        def send(file: Path, show: OnProgress) -> str:
            write = self._console.write
            count = send_file(file, write, self._baud, self._stop, on_progress=show)
            return f"{count} bytes were sent"

        self._start(name, send)

    def by_ymodem(self, name: str) -> None:
        """Send a file to a receiver on the board."""

        def send(file: Path, show: OnProgress) -> str:
            sent = send_by_ymodem(file, self._answers, show)
            again = f", {sent.repeated} of them again" if sent.repeated else ""
            return f"sent by YMODEM, {sent.blocks} blocks{again}"

        self._start(name, send)

    def _start(self, name: str, send: Callable[[Path, OnProgress], str]) -> None:
        file = Path(name).expanduser()

        def work() -> None:
            try:
                said = send(file, Meter(file.name, self._passing))
            finally:
                self._goes_on.clear()
                self._passing("")
            self._tell(f"{file}: {said}")

        if not self._background.is_busy:
            self._stop.clear()
            self._goes_on.set()
        self._background.start(work)

    def _invite(self) -> None:
        self._tell(f"the board waits for a file: {END_KEY_NAME} y sends one by YMODEM")


class Meter:
    """Show how far a transfer is, now and then: share, speed, and what time is left."""

    def __init__(
        self,
        name: str,
        show: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._show = show
        self._clock = clock
        self._begin_s = self._shown_s = clock()
        show(f"{name}: waits for the board; {END_KEY_NAME} cancels")

    def __call__(self, done: int, total: int) -> None:
        """Take where it is: bytes that are done, of all."""
        now_s = self._clock()
        if now_s - self._shown_s < _METER_S:
            return
        self._shown_s = now_s
        bytes_per_s = done / (now_s - self._begin_s)
        left_s = (total - done) / bytes_per_s if bytes_per_s else 0.0
        self._show(
            f"{self._name}: {done * 100 // max(total, 1)} % of {total / 1024:,.0f} KiB,"
            f" {bytes_per_s / 1024:.1f} KiB/s, {left_s:.0f} s left; {END_KEY_NAME} cancels"
        )
