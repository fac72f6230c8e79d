# SPDX-License-Identifier: BSD-3-Clause
"""The demonstration: an emulated sensor is read while its temperature is changed from outside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from uk_board.board import Board
from uk_board.component import load_app
from uk_board.console import Listener
from uk_board.emulator import Emulator
from uk_board.errors import BenchError, DescriptorError
from uk_board.launch import Launch
from uk_board.runner import Image, raise_if_crashed, still_running
from uk_board.tree import tree

APP = "demo"
# Multiples of 0.5 C: what a TMP105 resolves after power-on (9 bits).
BEFORE_C, AFTER_C = 21.5, 36.5
# How many readings are shown of each.
READINGS = 3
DEADLINE_S = 60.0
_READING = r"temperature: (-?\d+\.\d+) C[^\n]*\n"
_SAME_C = 0.01


@dataclass(frozen=True)
class DemoResult:
    """What was read before and after the change, and how long all of it took."""

    board: str
    before_c: float
    after_c: float
    duration_s: float

    def __str__(self) -> str:
        """Return the summary in one line."""
        return (
            f"demo: {self.board} read {self.before_c:g} C, then {self.after_c:g} C over I2C "
            f"after QMP set it: PASS in {self.duration_s:.1f} s"
        )


def suitable_boards(boards: Sequence[Board]) -> list[Board]:
    """Return the boards whose emulator has the buses that the demo's parts sit on."""
    buses = {attach.bus for attach in load_app(APP, tree()).attach}
    return [
        board for board in boards if board.emulator and buses <= board.emulator.i2c_buses.keys()
    ]


def demo_launch(image: Image) -> Launch:
    """Return how the demo is started: paused, so that the first reading is the one set."""
    return Launch(image.file, attachments=image.attachments, paused=True)


def demo(board: Board, image: Image, listener: Listener) -> DemoResult:
    """Boot the demo, change the temperature while it runs, wait for both readings, end it.

    `listener` gets the console's output as it comes.

    Raises:
        BenchError: a reading does not come, or the image does not end well.
        UkBoardError: the demo cannot be started on this board.
    """
    if not image.attachments:
        raise DescriptorError(str(image.name), "attaches no sensor; [[attach]] is expected")
    sensor = image.attachments[0].name
    begin_s = time.monotonic()
    emulator = Emulator(board, demo_launch(image))
    emulator.console.listen(listener)
    with emulator:
        try:
            before_c, after_c = _read_twice(emulator, sensor)
        except BenchError:
            raise_if_crashed(emulator, image)
            if emulator.console.ended:
                emulator.wait(0)  # if QEMU died, that is what shall be told
            raise
        _await_end(emulator, image)
    return DemoResult(board.name, before_c, after_c, time.monotonic() - begin_s)


def _read_twice(emulator: Emulator, sensor: str) -> tuple[float, float]:
    """Set a temperature and wait for its readings, twice; then ask the image to end."""
    emulator.qmp.set_property(sensor, "temperature", round(BEFORE_C * 1000))
    emulator.resume()
    before_c = _await_readings(emulator, BEFORE_C)
    emulator.qmp.set_property(sensor, "temperature", round(AFTER_C * 1000))
    after_c = _await_readings(emulator, AFTER_C)
    emulator.console.write_line("quit")
    return before_c, after_c


def _await_readings(emulator: Emulator, wanted_c: float) -> float:
    """Wait until the console has shown the wanted temperature READINGS times; return it."""
    deadline_s = time.monotonic() + DEADLINE_S
    read_c = None
    count = 0
    while count < READINGS:
        try:
            left_s = max(0.0, deadline_s - time.monotonic())
            read_c = float(emulator.console.expect(_READING, left_s)[1])
        except BenchError as error:
            last = "no temperature" if read_c is None else f"{read_c:g} C last"
            problem = f"{wanted_c:g} C was set, the console shows {last}: {error.problem}"
            raise BenchError(
                emulator.board.name, problem, last_lines=emulator.console.last_lines()
            ) from error
        count += abs(read_c - wanted_c) < _SAME_C
    assert read_c is not None, "READINGS is positive"
    return read_c


def _await_end(emulator: Emulator, image: Image) -> None:
    """Wait for the program's end, which shall be a good one."""
    status = emulator.wait(DEADLINE_S)
    raise_if_crashed(emulator, image)
    if status is None:
        raise still_running(emulator, image, DEADLINE_S)
    if status != 0:
        raise BenchError(
            emulator.board.name,
            f"{image.name} ended with status {status}; 0 is expected",
            last_lines=emulator.console.last_lines(),
        )
