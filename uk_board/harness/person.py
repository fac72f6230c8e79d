# SPDX-License-Identifier: BSD-3-Clause
"""A person at the bench, asked on the terminal to do what no machine can, within a time."""

from __future__ import annotations

import os
import select
import termios
import time
from collections.abc import Callable
from pathlib import Path

from uk_board.harness.station import NobodyError

TERMINAL = Path("/dev/tty")


class Person:
    """Whoever sits at this program's terminal; tests are run without one, too."""

    def __init__(
        self,
        deadline_s: float,
        terminal: Path = TERMINAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminal = terminal
        self._deadline_s = deadline_s
        self._clock = clock

    @property
    def is_there(self) -> bool:
        """Whether there is a terminal, and this program is the one that it talks to."""
        if self._deadline_s <= 0:
            return False
        try:
            fd = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY)
        except OSError:
            return False
        try:
            return os.tcgetpgrp(fd) == os.getpgrp()
        except OSError:
            return False
        finally:
            os.close(fd)

    def ask(self, wish: str) -> None:
        """Ask for something; return once the person says that it is done.

        Raises: NobodyError when nobody is there, or does not answer in time.
        """
        if not self.is_there:
            raise NobodyError("", f'nobody is at a terminal to be asked: "{wish}"')
        # The terminal itself: pytest keeps standard input and output for itself.
        fd = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY)
        try:
            termios.tcflush(fd, termios.TCIFLUSH)
            question = f"\r\nplease: {wish}; then press Enter ({self._deadline_s:g} s) "
            os.write(fd, question.encode())
            self._await_enter(fd, wish)
        finally:
            os.close(fd)

    def _await_enter(self, fd: int, wish: str) -> None:
        poller = select.poll()
        poller.register(fd, select.POLLIN)
        end_s = self._clock() + self._deadline_s
        while (left_s := end_s - self._clock()) > 0:
            if poller.poll(left_s * 1000) and b"\n" in os.read(fd, 1024).replace(b"\r", b"\n"):
                return
        raise NobodyError("", f'nobody did it in {self._deadline_s:g} s: "{wish}"')
