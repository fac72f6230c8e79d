# SPDX-License-Identifier: BSD-3-Clause
"""The console's other direction: receive interrupts."""

from __future__ import annotations

import pytest

from uk_board.harness.dut import BoardDut

pytestmark = [
    pytest.mark.app("selftest"),
    pytest.mark.boot_arguments("echo"),
    pytest.mark.shared_boot("ECHO ready"),
]


def test_a_line_that_is_sent_is_received(dut: BoardDut) -> None:
    for text in ("one", "another line", "{[(~!)]}"):
        dut.write_line(text)
        dut.expect_exact(f"ECHO {text}")


def test_more_than_the_receive_fifo_holds_arrives_whole(dut: BoardDut) -> None:
    text = "".join(chr(ord("a") + number % 26) for number in range(120))
    dut.write_line(text)
    dut.expect_exact(f"ECHO {text}")
