# SPDX-License-Identifier: BSD-3-Clause
"""A person at the bench, asked on the terminal: real runs of pytest, on a terminal or on none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from deskboard import DeskBoard, EmulatedDesk, ScriptedDesk, Send, pause

from uk_board.facts.boards import board_folders, load_board
from uk_board.tree import tree

BOARD = "rpi4"
BANNER = b"uk-board: rpi4 cortex-a72 EL2 960 MiB\r\n"
# Generous: other work may hold up this machine.
DEADLINE_S = 280.0
TESTS = """\
import pytest
from uk_board.hil import needs

pytestmark = pytest.mark.shared_boot("960 MiB")

@needs("stimulus")
def test_a_person_warms_it(dut, stimulus):
    stimulus.set("t0", temperature_c=36.5)
    dut.expect_exact("36.5 C")

@needs("link")
def test_a_person_plugs_the_cable(dut):
    dut.station.set_link(up=False)
    dut.expect_exact("link down")

@needs("usb-hotplug")
@pytest.mark.app("nettest")
@pytest.mark.network(plugged=False)
def test_nobody_comes_for_the_adapter(dut):
    raise AssertionError("it was never taken out")

def test_goes_on(dut):
    pass
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ScriptedDesk]:
    """A board that is switched by a relay; all else of it takes a person."""

    def script(say: Send, is_on: Callable[[], bool]) -> None:
        say(BANNER)
        pause(is_on, 3600)

    made = ScriptedDesk(tmp_path, script)
    write_bench(
        tmp_path, made, 'offers = ["link", "usb-hotplug", "network"]\naddress = "192.0.2.1"'
    )
    (tmp_path / "test_it.py").write_text(TESTS)
    yield made
    made.close()


@pytest.fixture
def emulated(tmp_path: Path) -> Iterator[EmulatedDesk]:
    """A board that runs what it is given; only a person can warm its sensor."""
    made = EmulatedDesk(tmp_path, load_board(BOARD, board_folders(())))
    write_bench(tmp_path, made, 'offers = ["i2c:tmp105@0x48"]')
    yield made
    made.close()


def write_bench(folder: Path, desk: DeskBoard, more: str) -> None:
    """Write a bench file that has no command for what is to be sensed."""
    lines = desk.bench("left", BOARD, more).splitlines()
    kept = [line for line in lines if not line.startswith("stimulus")]
    (folder / "bench.toml").write_text("\n".join([*kept, ""]))


def command(folder: Path, *more: str, tests: Path | str = "") -> list[str]:
    options = ["-p", "no:pytest_embedded", "-p", "no:cacheprovider", "-rs", "-q", "--color=no"]
    options += ["--rootdir", str(folder), "--board", BOARD, "--bench", str(folder / "bench.toml")]
    report = ["--report", str(folder / "report")]
    return ["-m", "pytest", *options, *report, *more, str(tests or folder / "test_it.py")]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"XDG_CONFIG_HOME": str(folder / "config"), "COLUMNS": "200"}


def recorded(folder: Path) -> dict[str, Any]:
    """Return what the report says of each test, by its name."""
    run = json.loads((folder / "report/run.json").read_text())
    return {test["name"]: test for test in run["tests"]}


def test_what_is_asked_for_is_done_or_the_test_is_skipped(
    desk: ScriptedDesk, tmp_path: Path
) -> None:
    run = pexpect.spawn(
        sys.executable,
        command(tmp_path, "--ask", "3"),
        env=environment(tmp_path),
        timeout=DEADLINE_S,
        encoding="utf-8",
    )
    run.expect_exact("please: let t0 of left sense temperature_c = 36.5; then press Enter (3 s)")
    desk.say(b"temperature: 36.5 C\r\n")
    run.send("\r")
    run.expect_exact("please: plug the network cable of left out; then press Enter (3 s)")
    desk.say(b"network: link down\r\n")
    run.send("\r")
    run.expect_exact("please: plug the USB network adapter of left out; then press Enter (3 s)")
    run.expect_exact('nobody did it in 3 s: "plug the USB network adapter of left out"')
    run.expect_exact("3 passed, 1 skipped")
    run.expect(pexpect.EOF)
    run.close()
    assert run.exitstatus == 0
    [attempt] = recorded(tmp_path)["test_a_person_warms_it"]["attempts"]
    events = [(event["at_s"], event["text"]) for event in attempt["events"]]
    asked, done = events[-2:]
    assert asked[1] == "asked: let t0 of left sense temperature_c = 36.5"
    assert done[1] == "stimulus: t0 temperature_c = 36.5"
    assert asked[0] < done[0]


def test_a_person_warms_the_sensor_of_a_board_that_runs(
    emulated: EmulatedDesk, tmp_path: Path
) -> None:
    test = f"{tree() / 'hil-tests/test_sensor.py'}::test_the_reading_follows_the_temperature"
    run = pexpect.spawn(
        sys.executable,
        command(tmp_path, "--ask", "100", tests=test),
        env=environment(tmp_path),
        timeout=DEADLINE_S,
        encoding="utf-8",
    )
    wish = r"let t0 of left sense temperature_c = (-?[\d.]+); then press Enter"
    asked = []
    while run.expect([wish, pexpect.EOF]) == 0:
        asked.append(float(run.match[1]))
        emulated.do_sense("t0", "temperature_c", run.match[1])
        run.send("\r")
    run.close()
    assert run.exitstatus == 0, run.before
    assert asked == [21.5, 36.5, -10.5, 125.0, 0.0]


@pytest.mark.parametrize("options", [(), ("--ask", "0")], ids=["no terminal", "ask nobody"])
def test_where_nobody_is_asked_the_tests_are_skipped_with_the_reason(
    desk: ScriptedDesk, tmp_path: Path, options: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, *command(tmp_path, *options)],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=DEADLINE_S,
        check=False,
        # Without a terminal of its own
        start_new_session=not options,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed, 3 skipped" in done.stdout
    for what in ("stimulus", 'stimulus "network.link"', 'stimulus "network.usb"'):
        reason = f"left has no {what}, and nobody is at a terminal to be asked"
        assert reason in done.stdout, done.stdout
