# SPDX-License-Identifier: BSD-3-Clause
"""Booting: the banner, the boot arguments, the exit status, the reset button."""

from __future__ import annotations

import pytest

from uk_board.facts.board import Board
from uk_board.harness.dut import BoardDut
from uk_board.hil import needs


def test_hello_prints_the_banner_and_its_greeting(board: Board, dut: BoardDut) -> None:
    found = dut.expect(r"uk-board: (\S+) (\S+) EL(\d) (\d+) MiB\r?\n")
    assert found[1].decode() == board.name
    assert found[2].decode() == board.core
    ram_bytes = sum(region.size for region in board.ram)
    assert 0 < int(found[4]) << 20 <= ram_bytes
    dut.expect_exact("hello from Unikraft's API")


@pytest.mark.needs("exit-status")
def test_hello_ends_with_status_zero(dut: BoardDut) -> None:
    assert dut.expect_exit() == 0


@pytest.mark.app("selftest")
@pytest.mark.needs("exit-status")
@pytest.mark.boot_arguments("exit=42")
def test_the_exit_status_is_the_programs(dut: BoardDut) -> None:
    assert dut.expect_exit() == 42


@pytest.mark.app("selftest")
@pytest.mark.boot_arguments("first second args")
def test_boot_arguments_reach_the_program(dut: BoardDut) -> None:
    dut.expect(r"ARG first\s+ARG second\s+ARG args\s")


@pytest.mark.app("selftest")
@pytest.mark.boot_arguments("silent")
def test_a_reset_boots_the_image_anew(board: Board, dut: BoardDut) -> None:
    for _ in range(2):
        dut.expect_exact(f"uk-board: {board.name} ")
        dut.station.reset()
    dut.expect_exact(f"uk-board: {board.name} ")


# Ten times what it takes: printing a line of text at a baud rate that is emulated takes none.
BOOT_US = 100_000


@needs("virtual-time")
@pytest.mark.app("selftest")
@pytest.mark.boot_arguments("clock")
@pytest.mark.virtual_time("")
def test_the_program_begins_within_100_ms_of_the_core(dut: BoardDut) -> None:
    assert int(dut.expect(r"CLOCK ready (\d+) us")[1]) < BOOT_US
