# SPDX-License-Identifier: BSD-3-Clause
"""A modelled board on a modelled probe, for tests of the debug layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from debug.boardmodels import BOARDS
from debug.chipmodel import Chip, DebugPort
from debug.probemodel import ModelProbe

from uk_board.debug.core import Core
from uk_board.debug.facts import DebugFacts
from uk_board.debug.identify import find_core
from uk_board.debug.load import Blob, Started, start
from uk_board.debug.probe import Probe, opened
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, load_board
from uk_board.usb.transport import Waiting


class Clock:
    """Time that passes when it is looked at, and when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def waiting(self) -> Waiting:
        return Waiting(2.0, self.read, self.sleep)

    def read(self) -> float:
        self.now += 0.001
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Setup:
    """A board on the bench, its chip and the probe."""

    def __init__(self, name: str = "rpi4") -> None:
        self.board: Board = load_board(name, board_folders())
        self.chip: Chip = BOARDS[name]()
        self.port = DebugPort(self.chip)
        self.probe = ModelProbe("M1", self.port)
        self.clock = Clock()

    @property
    def core(self):
        """The modelled core that starts images."""
        return self.chip.cores[0]

    @property
    def facts(self) -> DebugFacts:
        assert self.board.debug is not None
        return self.board.debug

    @contextmanager
    def attached(self) -> Iterator[Core]:
        """Yield the core as the debug layer finds it."""
        with opened(Probe("M1", "model probe", self.probe), self.facts) as bus:
            place = find_core(bus.port, bus.components, self.facts, self.board.name)
            yield Core(bus.port, place, "core 0", self.clock.waiting())

    def start(self, data: bytes, device_tree: int = 0) -> Started:
        """Load and start `data` as an image."""
        at = self.board.load_address
        with self.attached() as core:
            return start(core, [Blob("image", at, data)], at, device_tree, lambda progress: None)

    @contextmanager
    def halted(self) -> Iterator[Core]:
        """Yield the core once it is halted."""
        with self.attached() as core:
            core.unlock()
            core.halt()
            yield core
