# SPDX-License-Identifier: BSD-3-Clause
"""pytest-embedded's `dut` over our console: its expect layer without its helper processes."""

# pytest-embedded and pexpect publish no types.
# mypy: disallow-subclassing-any=False
from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pexpect
from pexpect.spawnbase import SpawnBase
from pytest_embedded.app import App
from pytest_embedded.dut import Dut

from uk_board.console import Console
from uk_board.crash import CrashReport, find_crash
from uk_board.harness.boot import Boot
from uk_board.harness.watch import BoardLog

DEFAULT_TIMEOUT_S = 60.0
_CHUNK_BYTES = 1 << 16
# A pattern may span this much.
SEARCH_BYTES = 1 << 18


class ConsoleSpawn(SpawnBase):
    """What pexpect searches: a console from where the test began. Waits without polling.

    `over` says why nothing more is to be expected, such as a crash: that is like the end.
    """

    def __init__(self, console: Console, over: Callable[[], str], begin_bytes: int) -> None:
        super().__init__(timeout=DEFAULT_TIMEOUT_S, maxread=_CHUNK_BYTES)
        self.delayafterread = None
        # A board that never stops printing would make each search longer than the last.
        self.searchwindowsize = SEARCH_BYTES
        self.closed = False
        self._console = console
        self._over = over
        self._position = begin_bytes
        self._end: int | None = None

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
            lambda: console.size_bytes > begin or bool(self._over()), timeout_s
        )
        # A board that resets in a loop goes on printing; what is read ends where that was seen.
        if self._end is None and self._over():
            self._end = console.size_bytes
        left = size if self._end is None else min(size, self._end - begin)
        data = console.raw(begin, left)
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

    def __init__(self, boot: Boot, log: BoardLog, begin_bytes: int) -> None:
        """`begin_bytes` is where the test's part of the console begins."""
        self.boot = boot
        self.station = boot.station
        self.image = boot.setup.image
        self._log = log
        self._begin_bytes = begin_bytes
        folder = str(self.image.file.parent)
        super().__init__(
            pexpect_proc=ConsoleSpawn(boot.console, lambda: boot.watch.over, begin_bytes),
            msg_queue=ConsoleWriter(boot.console),
            app=App(app_path=folder, build_dir=folder),
            pexpect_logfile=str(log.file),
            test_case_name=log.file.stem,
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
        console = self.boot.console
        why = self.boot.watch.over or self.station.trouble
        if not why and isinstance(error, pexpect.TIMEOUT):
            why = f"not within {options.get('timeout', DEFAULT_TIMEOUT_S):g} s"
            came_bytes = console.size_bytes - self._begin_bytes
            if came_bytes > SEARCH_BYTES:
                why += f", while {came_bytes:,} bytes came"
        why = why or "the console ended"
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

    def expect_crash(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> CrashReport:
        """Wait for a whole crash report and return it. Raises: BenchError."""
        console, watch = self.boot.console, self.boot.watch
        console.wait_for(lambda: watch.crashed, timeout_s)
        report = find_crash([line.text for line in console.lines()])
        if report is None or not report.complete:
            raise self.station.standing(timeout_s)
        return report

    def last_lines(self, count: int = 20) -> list[str]:
        """Return the last console lines."""
        return self.station.console.last_lines(count)

    def lines(self) -> list[str]:
        """Return what came since the test began."""
        text = self.boot.console.raw(self._begin_bytes).decode("utf-8", "replace")
        return text.replace("\r", "").split("\n")
