# SPDX-License-Identifier: BSD-3-Clause
"""The same tests on a desk: a console server, a relay, a way to flash, and QEMU behind them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deskboard import EmulatedDesk

from uk_board.facts.boards import board_folders, load_board
from uk_board.tree import tree

HIL_TESTS = tree() / "hil-tests"
BOARD = "rpi4"

Inner = Callable[..., pytest.RunResult]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EmulatedDesk]:
    """A board on a made-up desk."""
    folder = tmp_path / "desk"
    folder.mkdir()
    made = EmulatedDesk(folder, load_board(BOARD, board_folders(())))
    yield made
    made.close()


@pytest.fixture
def bench(desk: EmulatedDesk, tmp_path: Path) -> Path:
    """The bench file that says what hangs where."""
    file = tmp_path / "bench.toml"
    file.write_text(desk.bench("left", BOARD, 'offers = ["i2c:tmp105@0x48"]'))
    return file


def test_boot_and_console_tests_pass_on_the_desk(
    inner: Inner, desk: EmulatedDesk, bench: Path
) -> None:
    files = [HIL_TESTS / "test_boot.py", HIL_TESTS / "test_console.py"]
    result = inner("", "--board", BOARD, "--bench", bench, *files)
    result.assert_outcomes(passed=5, skipped=3)
    result.stdout.fnmatch_lines(
        [
            f"uk-board: {BOARD} on {bench}: left (the bench file has it)",
            f'*{BOARD} does not offer "exit-status": a board has none',
        ]
    )
    assert desk.commands[-1] == "off"


def test_a_reading_follows_the_programmable_source(
    inner: Inner, desk: EmulatedDesk, bench: Path
) -> None:
    test = f"{HIL_TESTS / 'test_sensor.py'}::test_the_reading_follows_the_temperature"
    inner("", "--board", "left", "--on", "bench", "--bench", bench, test).assert_outcomes(passed=1)
    assert desk.commands.count("sense t0 temperature_c 36.5") == 1


def test_an_image_that_is_on_the_board_is_not_flashed_again(
    inner: Inner, desk: EmulatedDesk, bench: Path
) -> None:
    source = """
        import pytest
        from uk_board.harness.evidence import EVIDENCE

        @pytest.mark.parametrize("flashes", [1, 0])
        @pytest.mark.app("selftest")
        @pytest.mark.boot_arguments("echo")
        def test_echo(request, dut, flashes):
            dut.expect_exact("ECHO ready")
            kept = request.node.stash[EVIDENCE]
            done = [event.text.partition(":")[0] for event in kept.events]
            assert done.count("command") == flashes
            assert done[-1] == "power on"
            assert (kept.on, kept.where.endswith("bench.toml: left")) == ("bench", True)
    """
    inner(source, "--board", BOARD, "--bench", bench).assert_outcomes(passed=2)


@pytest.mark.skipif(os.environ.get("UK_BOARD_LONG") != "1", reason="UK_BOARD_LONG=1: in real time")
def test_every_conformance_case_passes_on_the_desk(inner: Inner, bench: Path) -> None:
    result = inner("", "--board", BOARD, "--bench", bench, "-q", HIL_TESTS / "test_conformance.py")
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 300
    # The two that ask for an exit status
    assert (outcomes["skipped"], outcomes.get("failed", 0)) == (2, 0)
