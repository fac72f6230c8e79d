# SPDX-License-Identifier: BSD-3-Clause
"""Threads that a fast interrupt preempts inside Unikraft's code find it whole."""

from __future__ import annotations

import pytest

from uk_board.harness.dut import BoardDut

pytestmark = [pytest.mark.app("stress"), pytest.mark.virtual_time("")]


# Primes: no period of what is interrupted divides them. Half a second of interrupts a case.
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(arguments, id=name, marks=pytest.mark.boot_arguments(arguments))
        for name, arguments in (
            ("every_97_us", "us=97 ticks=5000"),
            ("every_307_us", "us=307 ticks=1600"),
        )
    ],
)
def test_preemption_harms_neither_allocator_nor_queues_nor_threads(
    dut: BoardDut, arguments: str
) -> None:
    done = dut.expect(r"T,done,(\d+),(\d+),0", timeout=300)
    lines = dut.station.console.text().splitlines()
    bad = [line for line in lines if line.startswith("T,stress.") and not line.endswith(",pass")]
    assert bad == []
    assert (int(done[1]), int(done[2])) == (4, 0)
