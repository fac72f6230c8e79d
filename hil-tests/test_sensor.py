# SPDX-License-Identifier: BSD-3-Clause
"""A FreeRTOS sensor driver over a FreeRTOS I2C driver: readings follow the world outside."""

from __future__ import annotations

import pytest

from uk_board.facts.board import Board
from uk_board.harness.dut import BoardDut
from uk_board.harness.fixtures import Stimulus

pytestmark = [
    pytest.mark.app("demo"),
    pytest.mark.needs("i2c:tmp105", "stimulus"),
    pytest.mark.shared_boot("temperature: "),
]

# Changes are told: the one before, and that of the other thermometer, may come in between.
READINGS = 50


def await_temperature(dut: BoardDut, wanted_c: float) -> None:
    """Read the console until it shows this temperature."""
    for _ in range(READINGS):
        found = dut.expect(r"temperature: (-?\d+\.\d+) C")
        if abs(float(found[1]) - wanted_c) < 0.1:
            return
    pytest.fail(f"{wanted_c} C is not shown in {READINGS} readings")


def test_the_reading_follows_the_temperature(dut: BoardDut, stimulus: Stimulus) -> None:
    for temperature_c in (21.5, 36.5, -10.5, 125.0, 0.0):
        stimulus.set("t0", temperature_c=temperature_c)
        await_temperature(dut, temperature_c)


def test_the_driver_uses_the_interrupt_where_the_machine_delivers_it(
    board: Board, dut: BoardDut
) -> None:
    polls = board.emulator.poll if board.emulator and dut.station.is_emulated else ()
    assert ("(polling)" if "i2c1" in polls else "(interrupt)") in dut.station.console.text()


@pytest.mark.needs("exit-status")
def test_the_demo_ends_on_request(dut: BoardDut) -> None:
    dut.write_line("quit")
    assert dut.expect_exit() == 0
