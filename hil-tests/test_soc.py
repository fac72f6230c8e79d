# SPDX-License-Identifier: BSD-3-Clause
"""What is inside the SoC: temperature and watchdog."""

from __future__ import annotations

import pytest

from uk_board.facts.board import Board
from uk_board.harness.dut import BoardDut

pytestmark = [
    pytest.mark.app("soc"),
    pytest.mark.needs("device:firmware", "device:watchdog"),
]


def test_the_temperature_is_one_of_a_chip_that_works(board: Board, dut: BoardDut) -> None:
    milli = int(dut.expect(r"temperature: (\d+\.\d{3}) C")[1].replace(b".", b""))
    if dut.station.is_emulated:
        # QEMU's firmware always answers this.
        assert milli == 25_000
    assert 0 <= milli <= 110_000


def test_the_run_began_with_power(dut: BoardDut) -> None:
    dut.expect_exact("reset: power-on")
    if not dut.station.lacks("exit-status"):
        assert dut.expect_exit() == 0


@pytest.mark.boot_arguments("soc.bite")
def test_the_watchdog_resets_the_board(board: Board, dut: BoardDut) -> None:
    dut.expect_exact("temperature: ")
    if dut.station.is_emulated:
        # A reset ends it, with the status of success.
        assert dut.expect_exit() == 0
    else:
        dut.expect_exact(f"uk-board: {board.name} ")
        dut.expect_exact("reset: watchdog")
    assert "did not bite" not in dut.station.console.text()
