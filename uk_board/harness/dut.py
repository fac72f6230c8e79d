# SPDX-License-Identifier: BSD-3-Clause
"""pytest-embedded's `dut` over our console: its expect layer without its helper processes."""

# pytest-embedded and pexpect publish no types.
# mypy: disallow-subclassing-any=False
from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pexpect
from pexpect.spawnbase import SpawnBase
from pytest_embedded.app import App
from pytest_embedded.dut import Dut

from uk_board.console import Console
from uk_board.crash import find_crash
from uk_board.errors import BenchError
from uk_board.harness.station import Station
from uk_board.runner import CrashWatch, Image, crash_error

DEFAULT_TIMEOUT_S = 60.0
_CHUNK_BYTES = 1 << 16


class ConsoleSpawn(SpawnBase):
    """What pexpect searches: a console from its first byte on. Waits without polling.

    A crash report ends it like the end of the stream: nothing more is to be expected then.
    """

    def __init__(self, console: Console, crash: CrashWatch) -> None:
        super().__init__(timeout=DEFAULT_TIMEOUT_S, maxread=_CHUNK_BYTES)
        self.delayafterread = None
        self.closed = False
        self._console = console
        self._crash = crash
        self._position = 0

    @property
    def buffer_debug_str(self) -> str:
        """What has not been matched yet, shortened, for error messages."""
        text = self.buffer.decode("utf-8", "replace")
        return textwrap.shorten(text, width=200, placeholder="...")

    def read_nonblocking(self, size: int = 1, timeout: float | None = -1) -> bytes:
        """Return new output; wait for it. Raises: pexpect.TIMEOUT, pexpect.EOF."""
        timeout_s = self.timeout if timeout == -1 else timeout
        console, begin = self._console, self._position
        in_time = console.wait_for(
            lambda: console.size_bytes > begin or self._crash.seen, timeout_s
        )
        data = console.raw(begin)[:size]
        self._position = begin + len(data)
        if not data:
            raise pexpect.EOF("the console ended") if in_time else pexpect.TIMEOUT("no output")
        return data


class ConsoleWriter:
    """Where pytest-embedded puts what shall be sent: straight to the console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def put(self, data: bytes) -> None:
        """Send bytes to the board."""
        self._console.write(data)


class BoardDut(Dut):
    """A booted board: `expect`, `expect_exact`, `write` of pytest-embedded, and more.

    `expect` waits 60 s unless told otherwise; a board that crashed or ended fails it at once.
    """

    def __init__(self, station: Station, image: Image, crash: CrashWatch, log: Path) -> None:
        self.station = station
        self.image = image
        self._crash = crash
        super().__init__(
            pexpect_proc=ConsoleSpawn(station.console, crash),
            msg_queue=ConsoleWriter(station.console),
            app=App(app_path=str(image.file.parent), build_dir=str(image.file.parent)),
            pexpect_logfile=str(log),
            test_case_name=log.stem,
        )

    def expect(self, pattern: Any, **options: Any) -> Any:
        """Wait for `pattern` (`timeout=` seconds); see pytest_embedded.Dut.expect.

        Raises: pexpect.TIMEOUT, pexpect.EOF when the console ended or the image crashed.
        """
        __tracebackhide__ = True
        try:
            return super().expect(pattern, **options)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise self._not_seen(pattern, error, options) from None

    def expect_exact(self, pattern: Any, **options: Any) -> Any:
        """Wait for a text (`timeout=` seconds); see pytest_embedded.Dut.expect_exact.

        Raises: pexpect.TIMEOUT, pexpect.EOF when the console ended or the image crashed.
        """
        __tracebackhide__ = True
        try:
            return super().expect_exact(pattern, **options)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise self._not_seen(pattern, error, options) from None

    def _not_seen(
        self, pattern: object, error: pexpect.ExceptionPexpect, options: dict[str, Any]
    ) -> pexpect.ExceptionPexpect:
        """Return the error again, with words that say what was awaited and why it did not come."""
        if isinstance(error, pexpect.TIMEOUT):
            why = f"not within {options.get('timeout', DEFAULT_TIMEOUT_S):g} s"
        else:
            why = "the image crashed" if self._crash.seen else "the console ended"
        return error.__class__(f"{pattern!r} did not come: {why}; all output: {self.logfile}")

    def write_line(self, text: str) -> None:
        """Send a line to the board."""
        self.station.console.write_line(text)

    def expect_exit(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> int:
        """Wait for the program's end and return its exit status. Raises: BenchError."""
        status = self.station.wait_exit(timeout_s)
        if status is None:
            raise self.station.standing(timeout_s)
        return status

    def last_lines(self, count: int = 20) -> list[str]:
        """Return the last console lines."""
        return self.station.console.last_lines(count)

    def boot(self, pattern: str, timeout_s: float) -> None:
        """Wait for the sign that the image booted. Raises: BenchError that says why not."""
        console = self.station.console
        try:
            console.expect(pattern, timeout_s)
        except BenchError:
            raise self._not_booted(timeout_s) from None

    def _not_booted(self, timeout_s: float) -> BenchError:
        """Return why the image did not boot. Raises: BenchError if the emulator died."""
        console = self.station.console
        lines = [line.text for line in console.lines()]
        report = find_crash(lines)
        if report is not None:
            return crash_error(self.station.board, self.image, report, lines)
        if not console.ended:
            return self.station.standing(timeout_s)
        status = self.station.wait_exit(timeout_s)
        problem = f"{self.image.name} ended with status {status} and did not print its banner"
        return BenchError(self.station.board.name, problem, last_lines=console.last_lines())
