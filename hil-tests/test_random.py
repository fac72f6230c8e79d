# SPDX-License-Identifier: BSD-3-Clause
"""Random numbers from hardware, where the machine has it."""

from __future__ import annotations

import pytest

from uk_board.facts.board import Board
from uk_board.harness.dut import BoardDut

pytestmark = [pytest.mark.app("random"), pytest.mark.needs("device:rng")]


def test_random_numbers_are_there_or_the_machine_has_none(board: Board, dut: BoardDut) -> None:
    absent = board.emulator.absent if board.emulator and dut.station.is_emulated else ()
    if "rng" in absent:
        dut.expect_exact("random: this machine has no source of random numbers")
    else:
        words = dut.expect(r"random: ((?:[0-9a-f]{8} ){8})\(\w+, (\d+) words tested\)")
        assert len(set(words[1].split())) == 8
        assert int(words[2]) == 1024 + 8
    if not dut.station.lacks("exit-status"):
        assert dut.expect_exit() == 0
