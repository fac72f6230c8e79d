# SPDX-License-Identifier: BSD-3-Clause
"""Made-up records: a run with one test of each outcome on two boards."""

from __future__ import annotations

from dataclasses import replace

from uk_board.report.record import (
    VERSION,
    Attempt,
    Board,
    Commit,
    Covered,
    Event,
    Function,
    Image,
    LibrarySize,
    Log,
    Machine,
    Measurement,
    Run,
    Source,
    Test,
)

LOG = "console/0001.log"
TEXT = """\
[    0.0100] --- power on
[    0.1100] uk-board: one cortex-a53 EL1 128 MiB
[    0.2000] *** CRASH: data abort <b>&
[    0.2100] *** END CRASH
"""
MEASURED = Measurement("udp_rx", 4.1, "MB/s", "higher")


def attempt(outcome: str = "passed", **changes: object) -> Attempt:
    made = Attempt(
        outcome,
        begin_s=1.5,
        setup_s=0.25,
        call_s=0.5,
        teardown_s=0.125,
        boot_s=0.1,
        on="emulator",
        where="QEMU 10.0.2 virt",
        image="one/hello",
        log=Log(LOG, 0, 120),
    )
    return replace(made, **changes)


def failing(outcome: str = "failed") -> Attempt:
    return attempt(
        outcome,
        message="def test_x():\n>   assert 1 == 2\nE   assert 1 == 2",
        log=Log(LOG, 0, 120, 3, "the image crashed"),
    )


def test_of(name: str, board: str, *attempts: Attempt, **changes: object) -> Test:
    last = attempts[-1]
    made = Test(
        f"hil-tests/test_x.py::test_{name}[{board}]",
        board,
        "hil-tests/test_x.py",
        f"test_{name}",
        last.outcome,
        attempts,
        reason="assert 1 == 2" if last.outcome != "passed" else "",
    )
    return replace(made, **changes)


def source(name: str = "20260101-000000-one") -> Source:
    return Source(
        id=name,
        started="2026-01-01T00:00:00Z",
        command=("pytest", "--board", "one"),
        machine=Machine("host", "Linux", 2, "3.11.2", "0.1", "10.0.2"),
        commit=Commit("0123456789abcdef", "shim: one row more", dirty=True),
        planned=6,
        duration_s=12.0,
    )


def run(**changes: object) -> Run:
    first = failing()
    tests = (
        test_of("passes", "one", attempt(measurements=(MEASURED,))),
        test_of("fails", "one", failing()),
        test_of("breaks", "one", failing("error")),
        test_of("wavers", "one", first, attempt(), outcome="flaky"),
        test_of("is_left_out", "one", attempt("skipped", log=None, on=""), reason="no I2C bus"),
        test_of("passes", "two", attempt(events=(Event(0.01, "power on"),))),
    )
    made = Run(
        VERSION,
        "20260101-000000-one",
        (source(),),
        (Board("one", "Board <One>", "cortex-a53"), Board("two", "Board Two", "cortex-a72")),
        {
            "one/hello": Image(
                "one", "hello", "kernel8.img", "ab" * 32, 23456, {"core": LibrarySize(9, 8, 7, 6)}
            )
        },
        tests,
        {"core/main.c": Covered("1-2,4", "3", (Function("main", 1, ran=True), Function("no", 3)))},
    )
    return replace(made, **changes)
