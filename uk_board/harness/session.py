# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of a run share: stations, built images, booted boards, those that do not boot."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from uk_board.emulation.runner import Image, built_image
from uk_board.errors import BenchError, UkBoardError
from uk_board.facts.board import Board
from uk_board.harness.boot import Boot
from uk_board.harness.rackside import RackSide
from uk_board.harness.station import Setup, Station
from uk_board.harness.targets import Target, station_of
from uk_board.harness.watch import BoardLog

Build = Callable[[Board, str], Image]


class Session:
    """Shared by all tests of a run; `close` leaves every board off."""

    def __init__(
        self, build: Build = built_image, rack: RackSide | None = None, ask_s: float = 0.0
    ) -> None:
        """`ask_s` is what a person at a bench has to do what is asked for; 0: none is asked."""
        self._build = build
        self._rack = rack or RackSide()
        self._ask_s = ask_s
        self._images: dict[tuple[str, str], Image | UkBoardError] = {}
        self._stations: dict[str, Station] = {}
        self._unavailable: dict[str, UkBoardError] = {}
        self._boots: dict[str, Boot] = {}
        self._stack = ExitStack()
        # Why no test runs on a board any more, by the name of the target
        self.broken: dict[str, str] = {}
        # What booted and never was ready, and why
        self._unready: list[tuple[str, Setup, BenchError]] = []

    def forget(self, target: Target) -> None:
        """Try a board again that did not boot, or was not ready."""
        self.broken.pop(target.name, None)
        self._unavailable.pop(target.name, None)
        self._unready = [one for one in self._unready if one[0] != target.name]

    def station(self, target: Target) -> Station:
        """Return where a board stands, taken for this run by the first test. Raises: UkBoardError.

        A place that cannot be had is not asked for again.
        """
        if target.name in self._unavailable:
            raise self._unavailable[target.name]
        if target.name not in self._stations:
            try:
                station = station_of(target, self._stack, self._rack, self._ask_s)
            except UkBoardError as error:
                self._unavailable[target.name] = error
                raise
            self._stations[target.name] = station
        return self._stations[target.name]

    def image(self, board: Board, app: str) -> Image:
        """Build an app once for a board. Raises: UkBoardError, the same at each further try."""
        key = (board.name, app)
        if key not in self._images:
            try:
                self._images[key] = self._build(board, app)
            except UkBoardError as error:
                self._images[key] = error
        image = self._images[key]
        if isinstance(image, UkBoardError):
            raise image
        return image

    def take(self, target: Target, setup: Setup) -> Boot | None:
        """Return what a test left on, if it is the same and sound."""
        kept = self._boots.pop(target.name, None)
        return kept if kept is not None and kept.setup == setup and kept.is_sound else None

    def switch_on(self, target: Target, setup: Setup, log: BoardLog) -> Boot:
        """Switch a board on, from whatever state it is in. Raises: UkBoardError."""
        self.power_off(target)
        return Boot(self.station(target), setup, log)

    def check_ready(self, target: Target, setup: Setup) -> None:
        """Raise BenchError, the first one, if this never was ready on that board."""
        for name, other, error in self._unready:
            if (name, other) == (target.name, setup):
                raise error

    def await_ready(self, target: Target, boot: Boot, ready: str, timeout_s: float) -> int:
        """Wait until a booted board prints `ready`; return where a test's part begins.

        Raises: BenchError, and then for each test that wants the same booted.
        """
        try:
            return boot.wait(timeout_s, ready)
        except BenchError as error:
            problem = f'{error.problem}; "{ready}" is what its tests wait for'
            told = BenchError(error.where, problem, last_lines=error.last_lines)
            self._unready.append((target.name, boot.setup, told))
            raise told from error

    def keep(self, target: Target, boot: Boot) -> None:
        """Leave a board on for the next test, if that is the same."""
        self._boots[target.name] = boot

    def power_off(self, target: Target) -> None:
        """Leave a board off. Raises: UkBoardError."""
        self._boots.pop(target.name, None)
        if target.name in self._stations:
            self._stations[target.name].power_off()

    def close(self) -> None:
        """Switch all off, and give back what was taken. Raises: UkBoardError."""
        for station in self._stations.values():
            self._stack.callback(station.close)
        self._stack.close()
