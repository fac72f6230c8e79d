# SPDX-License-Identifier: BSD-3-Clause
"""What boards and benches do wrong: each ends with a verdict that names it, and in time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deskboard import ScriptedDesk, Send, pause

Inner = Callable[..., pytest.RunResult]
IsOn = Callable[[], bool]

BOARD = "rpi4"
BANNER = b"uk-board: rpi4 cortex-a72 EL2 960 MiB\r\n"
WAITS = """
    import pytest

    def test_waits(dut):
        dut.expect("what never comes", timeout=3)
"""
BOOTS = """
    import pytest

    def test_boots(dut):
        dut.expect_exact("960 MiB")

    def test_boots_again(dut):
        dut.expect_exact("960 MiB")
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., ScriptedDesk]]:
    """Make desks with a board that does what a script says."""
    made: list[ScriptedDesk] = []

    def make(script: Callable[[Send, IsOn], None], **more: bool) -> ScriptedDesk:
        folder = tmp_path / f"desk{len(made)}"
        folder.mkdir()
        made.append(ScriptedDesk(folder, script, **more))
        (tmp_path / "bench.toml").write_text(made[-1].bench("left", BOARD))
        return made[-1]

    yield make
    for one in made:
        one.close()


def arguments(tmp_path: Path, *more: object) -> list[object]:
    return ["--board", BOARD, "--bench", tmp_path / "bench.toml", "--boot-timeout", 4, *more]


MakeDesk = Callable[..., ScriptedDesk]


def test_garbage_around_the_banner_does_no_harm(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    noise = bytes(range(256)) * 20

    def script(say: Send, is_on: IsOn) -> None:
        say(noise + BANNER + noise)
        pause(is_on, 60)

    desk(script)
    inner(BOOTS, *arguments(tmp_path)).assert_outcomes(passed=2)


def test_nothing_but_garbage_is_a_board_that_does_not_boot(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        while is_on():
            say(b"\xff\xfe\x00\x80\x1b[31m" * 10)
            pause(is_on, 0.1)

    desk(script)
    result = inner(BOOTS, *arguments(tmp_path))
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "*left: hello does not get there in 4 s; * bytes came, the last 0.* s ago*",
            "*rpi4 did not boot in *test_boots?rpi4?, so no test runs on it; the first cause:",
        ]
    )


def test_a_board_that_never_stops_printing_is_told_in_time(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER)
        while is_on():
            say(b"the same again and again\r\n" * 400)

    desk(script)
    result = inner(WAITS, *arguments(tmp_path))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*'what never comes' did not come: not within 3 s, while *,??? bytes came; all output*"]
    )


def test_a_board_that_resets_in_a_loop_is_told_at_once_with_the_last_cause(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        while is_on():
            say(BANNER + b"reset: watchdog\r\n")
            pause(is_on, 0.2)

    desk(script)
    source = WAITS.replace("timeout=3", "timeout=600")
    result = inner(source, *arguments(tmp_path))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*'what never comes' did not come: booted * times in * s: a reset loop, the last "
            'after "reset: watchdog"*'
        ]
    )


def test_a_relay_that_does_nothing_is_told(inner: Inner, desk: MakeDesk, tmp_path: Path) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER)
        for number in itertools.count():
            if not is_on():
                return
            say(b"still here %d\r\n" % number)
            pause(is_on, 0.05)

    desk(script, relay_works=False)
    result = inner(BOOTS, *arguments(tmp_path))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            '*left: still prints 0.3 s after "*switch.py * off" (* bytes since); a board without '
            "power is silent",
            "*try: look at the relay*",
        ]
    )


def test_a_place_that_vanishes_in_the_middle_is_told_and_ends_the_rest(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER)
        pause(is_on, 0.5)
        made.vanish()

    made = desk(script)
    source = WAITS + BOOTS
    result = inner(source, *arguments(tmp_path))
    result.assert_outcomes(failed=1, errors=3)
    result.stdout.fnmatch_lines_random(
        [
            "*'what never comes' did not come: the console's port is gone: socket://*",
            '*switch.py * off": ended with status 1*no relay: Connection refused*',
            "*so no test runs on it; the first cause:",
        ]
    )


def test_a_full_disk_under_a_log_is_told_and_costs_no_test_its_verdict(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER)
        pause(is_on, 60)

    desk(script)
    source = """
        import pathlib
        import pytest

        @pytest.fixture
        def tmp_path(tmp_path):
            # A device that is always full
            (tmp_path / "console.log").symlink_to("/dev/full")
            return tmp_path

        def test_boots(dut):
            dut.expect_exact("960 MiB")
    """
    result = inner(source, *arguments(tmp_path))
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*console.log: * bytes are missing: No space left on device"])


def test_a_test_that_hangs_ends_and_the_next_one_starts_clean(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER + b"last words\r\n")
        pause(is_on, 60)

    made = desk(script)
    source = """
    import time

    def test_hangs(dut):
        dut.expect_exact("960 MiB")
        time.sleep(600)
    """
    result = inner(source + BOOTS, *arguments(tmp_path, "--test-timeout", 8))
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(
        [
            "*Timeout (>8.0s) from pytest-timeout.",
            "*- last console lines of rpi4 -*",
            "last words",
            "*- rpi4 at the deadline -*",
        ]
    )
    assert made.commands.count("on") == 3
    assert made.commands[-1] == "off"
