# SPDX-License-Identifier: BSD-3-Clause
"""A booted board, which tests that want the same may share; it is lent to one at a time."""

from __future__ import annotations

import re

from uk_board.crash import find_crash
from uk_board.emulation.runner import crash_error
from uk_board.errors import BenchError
from uk_board.harness.station import Setup, Station
from uk_board.harness.watch import BoardLog, Watch


class Boot:
    """A board that is switched on; its console has what it printed since then."""

    def __init__(self, station: Station, setup: Setup, log: BoardLog) -> None:
        """Load and switch on. Raises: UkBoardError."""
        self.station = station
        self.setup = setup
        self.banner = f"uk-board: {station.board.name} "
        self.watch = Watch(self.banner, lambda: station.asked_s)
        self.watch.log = log
        station.load(setup)
        station.power_on(self.watch)
        self.console = station.console

    def wait(self, timeout_s: float, ready: str = "") -> int:
        """Wait for the core's banner, then for `ready`; return where a test's part begins.

        Raises: BenchError that says why it does not come.
        """
        console, watch = self.console, self.watch
        pattern = re.compile(ready.encode()) if ready else None
        found: list[int] = []

        def is_done() -> bool:
            if pattern is not None and watch.boots and not found:
                match = pattern.search(console.raw())
                found.extend([match.end()] if match else [])
            return bool(watch.boots if pattern is None else found) or bool(watch.over)

        console.wait_for(is_done, timeout_s)
        if not (watch.boots if pattern is None else found):
            raise self._not_booted(timeout_s)
        return found[0] if found else 0

    def _not_booted(self, timeout_s: float) -> BenchError:
        """Return why the image did not boot. Raises: BenchError if the emulator died."""
        board, image = self.station.board, self.setup.image
        lines = [line.text for line in self.console.lines()]
        report = find_crash(lines)
        if report is not None:
            return crash_error(board, image, report, lines)
        if self.station.trouble or not self.console.ended:
            return self.station.standing(timeout_s)
        status = self.station.wait_exit(timeout_s)
        problem = f"{image.name} ended with status {status} and did not print its banner"
        return BenchError(board.name, problem, last_lines=self.console.last_lines())

    def lend(self, log: BoardLog) -> int:
        """Give the board to the next test, with its log; return where its part begins."""
        self.watch.log = log
        return self.console.size_bytes

    @property
    def is_sound(self) -> bool:
        """Whether another test may go on with it."""
        return not (self.watch.over or self.console.ended or self.station.trouble)
