# SPDX-License-Identifier: BSD-3-Clause
"""The core on the target: its self-test, and that it catches what goes wrong."""

from __future__ import annotations

import pytest

from uk_board.crash import describe
from uk_board.harness.dut import BoardDut

pytestmark = pytest.mark.app("selftest")

CRASHED = 127


@pytest.mark.virtual_time("")
def test_every_case_of_the_self_test_passes(dut: BoardDut) -> None:
    done = dut.expect(r"DONE (\d+) passed, (\d+) failed", timeout=120)
    lines = dut.station.console.text().splitlines()
    failed = [line for line in lines if line.startswith("CASE ") and not line.endswith(" PASS")]
    assert failed == []
    assert int(done[1]) > 0
    assert int(done[2]) == 0


def crash(kind: str, cause: str, function: str) -> object:
    """A way to crash, the words of the report, and the function that it must blame."""
    mark = pytest.mark.boot_arguments(f"crash={kind}")
    return pytest.param(cause, function, id=kind, marks=mark)


@pytest.mark.parametrize(
    ("cause", "function"),
    [
        crash("wx", "data abort, write to 0x[0-9a-f]+: permission fault", "write_to"),
        crash("rodata", "data abort, write to 0x[0-9a-f]+: permission fault", "write_to"),
        crash("null", "data abort, write to 0x0+4: ", "write_to"),
        crash("exec", "instruction abort, jump to 0x[0-9a-f]+: permission fault", "selftest_crash"),
        crash("undef", "undefined instruction", "crash_undef"),
        crash("guard", 'stack overflow in thread "worker": guard page 0x[0-9a-f]+ hit', "recurse"),
        crash("assert", r"1 \+ 1 == 3", "crash_assert"),
        crash("nofp", "", "crash_fp"),
    ],
)
def test_a_crash_is_caught_and_reported(dut: BoardDut, cause: str, function: str) -> None:
    dut.expect(r"\*\*\* CRASH: .*" + cause)
    resolved = describe(dut.expect_crash(), dut.image.elf)
    assert any(f" {function} apps/selftest/" in line for line in resolved), resolved
    if not dut.station.lacks("exit-status"):
        assert dut.expect_exit() == CRASHED
