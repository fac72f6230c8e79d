# SPDX-License-Identifier: BSD-3-Clause
"""What is kept of each test on a board: where it ran, what was done to the board, its output."""

from __future__ import annotations

import pytest

TESTS = """
    import pytest
    from uk_board.harness.evidence import EVIDENCE

    @pytest.mark.app("demo")
    @pytest.mark.needs("i2c")
    def test_stimulus(request, board, dut, stimulus):
        dut.expect_exact("temperature: ")
        stimulus.set("t0", temperature_c=21.5)
        dut.station.reset()
        kept = request.node.stash[EVIDENCE]
        assert [event.text for event in kept.events] == [
            "power on", "stimulus: t0 temperature_c = 21.5", "reset"
        ]
        times = [event.monotonic_s for event in kept.events]
        assert times == sorted(times)
        assert (kept.board, kept.image.name, kept.on) == (board, "demo", "emulator")
        assert kept.where.startswith("QEMU ") and kept.where.endswith(" raspi4b")
        assert kept.begin_bytes == 0
        assert b"temperature: " in kept.log.read_bytes()
"""


def test_a_test_on_a_board_leaves_evidence(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    options = ("-p", "no:pytest_embedded", "-p", "no:cacheprovider", "--board", "rpi4")
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)
