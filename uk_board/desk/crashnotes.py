# SPDX-License-Identifier: BSD-3-Clause
"""Source lines for the addresses of a board's crash reports, while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from uk_board.console import LineSplitter
from uk_board.crash import END_MARK, describe, describe_rules, find_crash

# A report that never ends is no report.
_LONGEST_LINES = 200
_LONGEST_LINE_BYTES = 4096
_MARKS = (b"*** CRASH", b"freertos: ")


class CrashNotes:
    """A listener that tells where in the source a report's addresses are.

    It starts a tool that takes its time: a listener for a thread of its own.
    """

    def __init__(self, elf: Path | None, tell: Callable[[str], None]) -> None:
        self._elf = elf
        self._tell = tell
        self._splitter = LineSplitter()
        self._line = b""
        self._report: list[str] = []

    def __call__(self, data: bytes, time_s: float) -> None:
        """Look at the next piece of output."""
        if not self._report and not any(mark in self._line + data for mark in _MARKS):
            # Nearly all output: only what may become a line of interest is kept.
            self._line = (self._line + data)[-_LONGEST_LINE_BYTES:].rpartition(b"\n")[2]
            return
        for line in self._splitter.feed(self._line + data, time_s):
            self._look(line.text)
        self._line = b"".join(line.text.encode() for line in self._splitter.partial())
        self._splitter = LineSplitter()

    def _look(self, line: str) -> None:
        for rule in describe_rules([line], self._elf):
            self._tell(rule)
        if find_crash([line]) is not None:
            self._report = [line]
        elif self._report:
            self._report.append(line)
            if END_MARK in line:
                self._resolve()
            elif len(self._report) > _LONGEST_LINES:
                self._report = []

    def _resolve(self) -> None:
        report = find_crash(self._report)
        self._report = []
        if report is not None:
            self._tell("\n".join([f"crash: {report.cause}", *describe(report, self._elf)]))
