# SPDX-License-Identifier: BSD-3-Clause
"""The board's clock runs as fast as this machine's, and who sleeps wakes in time."""

from __future__ import annotations

import time

import pytest

from uk_board.harness.dut import BoardDut
from uk_board.hil import needs

pytestmark = [
    pytest.mark.app("selftest"),
    pytest.mark.boot_arguments("clock"),
    pytest.mark.shared_boot("CLOCK ready .*\\n"),
]

NS = 1_000_000_000
# A crystal is off by 100 ppm at most; a wrong frequency is off by much more.
TOLERANCE = 1e-3
SPAN_S = 3.0
# A question that took no longer was held up by nothing; a busy machine needs many.
NARROW_S = 0.02
QUESTIONS = 200


def ask_time(dut: BoardDut) -> tuple[float, int, float]:
    """Return the board's time in ns, between ours before and after, in s: the narrowest found."""
    found = []
    for _ in range(QUESTIONS):
        before_s = time.monotonic()
        dut.write_line("now")
        board_ns = int(dut.expect(r"CLOCK (\d+)\r?\n")[1])
        found.append((before_s, board_ns, time.monotonic()))
        if found[-1][2] - before_s < NARROW_S:
            break
    return min(found, key=lambda one: one[2] - one[0])


def test_the_clock_runs_as_fast_as_this_machines(dut: BoardDut) -> None:
    first = ask_time(dut)
    time.sleep(SPAN_S)
    last = ask_time(dut)
    took_s = (last[1] - first[1]) / NS
    shortest_s, longest_s = last[0] - first[2], last[2] - first[0]
    assert shortest_s * (1 - TOLERANCE) <= took_s <= longest_s * (1 + TOLERANCE)


@needs("virtual-time")
@pytest.mark.virtual_time("")
@pytest.mark.parametrize("us", [1, 1000, 12_345, 1_000_000])
def test_who_sleeps_wakes_in_time_to_the_microsecond(dut: BoardDut, us: int) -> None:
    dut.write_line(f"sleep {us}")
    slept_ns = int(dut.expect(r"SLEPT (\d+)\r?\n")[1])
    assert us * 1000 <= slept_ns <= us * 1000 + 100_000


@pytest.mark.parametrize("us", [1000, 123_456])
def test_nobody_sleeps_too_short(dut: BoardDut, us: int) -> None:
    before_s = time.monotonic()
    dut.write_line(f"sleep {us}")
    slept_ns = int(dut.expect(r"SLEPT (\d+)\r?\n")[1])
    took_s = time.monotonic() - before_s
    assert us * 1000 <= slept_ns <= took_s * (1 + TOLERANCE) * NS
